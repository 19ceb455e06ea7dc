#!/usr/bin/env python3
"""What loading models takes: load.py MODEL.onnx...

Each in a process of its own, one thread: CPU seconds of the load, memory after it and at its peak, milliseconds of CPU of a run.
Needs onnxruntime (whatever version is to be measured), numpy. Figures in docs/format.md are from this.
"""
import os
import subprocess
import sys
import time


def memory(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) / 1024


def measure(path, runs=3):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    before = memory("VmRSS")
    wall, cpu = time.perf_counter(), time.process_time()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    after, peak = memory("VmRSS"), memory("VmHWM")
    types = {"tensor(float)": numpy.float32, "tensor(float16)": numpy.float16}
    feeds = {
        i.name: numpy.zeros([d if isinstance(d, int) else 1 for d in i.shape], types.get(i.type, numpy.int64))
        for i in session.get_inputs()
    }
    best = None
    for _ in range(runs):
        start = time.process_time()
        session.run(None, feeds)
        best = min(best or 1e9, time.process_time() - start)
    print(
        f"{onnxruntime.__version__:8} {os.path.basename(path):28} {os.path.getsize(path):>11,} bytes  load {cpu:6.2f} s CPU"
        f" ({wall:.2f} s)  after {after - before:6.0f} MB  peak {peak - before:6.0f} MB  run {best * 1000:7.1f} ms CPU",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        measure(sys.argv[2])
    elif len(sys.argv) < 2:
        sys.exit(__doc__)
    else:
        for model in sys.argv[1:]:
            subprocess.run([sys.executable, __file__, "--one", model], check=False)
