"""Quantizes every exported network under limits; a table with the share of bytes that is left."""
import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/corpus"))
import limits  # noqa: E402  beside the corpus

KINDS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(int32)": np.int32,
         "tensor(int64)": np.int64}


def graph_bytes(path):
    """Bytes that are no weights: the file with every large tensor's data removed."""
    model = onnx.load(path)
    size = model.ByteSize()
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) >= 256:
            size -= tensor.ByteSize()
    return size


def same_outputs(source, target):
    """SNR in dB over the outputs on noise, in stock ONNX Runtime; words where it is no number."""
    rng, nets = np.random.default_rng(0), []
    for path in (source, target):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        nets.append(onnxruntime.InferenceSession(str(path), options))
    feed = {}
    for i in nets[0].get_inputs():
        shape = [d if isinstance(d, int) else 2 if k == 0 else 128 for k, d in enumerate(i.shape)]
        kind = KINDS[i.type]
        feed[i.name] = (rng.standard_normal(shape).astype(kind) if kind in (np.float32, np.float16)
                        else rng.integers(0, 100, shape).astype(kind))
    signal = noise = 0.0
    for a, b in zip(*(net.run(None, feed) for net in nets)):
        if np.issubdtype(a.dtype, np.floating):
            if a.shape != b.shape:
                return "other boxes"
            signal += np.sum(np.float64(a) ** 2)
            noise += np.sum((np.float64(b) - a) ** 2)
    return f"{10 * math.log10(signal / noise):.1f}" if signal > 0 and noise > 0 else "-"


def examine(path, args):
    target, log = args.work / path.name, args.work / f"{path.stem}.log"
    target.unlink(missing_ok=True)
    ran = limits.run([str(args.signet), "quantize", str(path), "-o", str(target), "--force",
                      *args.options], args.seconds, args.memory, log)
    said = [line.strip() for line in ran.output.splitlines() if line.strip()]
    row = {"model": path.stem, "bytes": path.stat().st_size, "graph": graph_bytes(path),
           "exit": ran.code, "seconds": round(ran.seconds, 1), "cpuSeconds": round(ran.cpu_seconds, 1),
           "peakMb": round(ran.peak_mb), "after": None, "snr": "-",
           "text": ran.killed or ("" if ran.code == 0 else said[-1] if said else "no word")}
    if target.exists():
        row["after"] = target.stat().st_size
        try:
            row["snr"] = same_outputs(path, target)
        except Exception as wrong:
            row["text"] = f"ONNX Runtime: {str(wrong).splitlines()[0][:160]}"
    return row


def table(rows):
    lines = ["| network | bytes | of it | graph alone | CPU s | MB | dB on noise | |",
             "|---|---|---|---|---|---|---|---|"]
    for r in rows:
        share = f"{100 * r['after'] / r['bytes']:.1f} %" if r["after"] else "-"
        lines.append(f"| {r['model']} | {r['bytes']:,} | {share} | {100 * r['graph'] / r['bytes']:.1f} % "
                     f"| {r['cpuSeconds']} | {r['peakMb']} | {r['snr']} | {r['text'].replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--signet", type=Path, default=ROOT / "signet")
    parser.add_argument("--work", type=Path, default=ROOT / "target/exporters")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--memory", type=float, default=3000)
    parser.add_argument("--table", type=Path)
    parser.add_argument("options", nargs="*", default=["--bits", "4"],
                        help="after --: options of `signet quantize` (--bits 4)")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted(args.models.glob("*.onnx")):
        if args.only and not any(part in path.stem for part in args.only):
            continue
        rows.append(examine(path, args))
        print(table(rows[-1:]).splitlines()[2], flush=True)
    (args.work / "results.json").write_text(json.dumps(rows, indent=1))
    if args.table:
        args.table.write_text(table(rows))
    bad = [r for r in rows if r["exit"] != 0 or r["after"] > 0.18 * r["bytes"] + r["graph"]]
    print(f"{len(rows) - len(bad)} passed, {len(bad)} failed")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
