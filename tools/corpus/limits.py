"""Runs a command under a limit of seconds and of resident memory, over its whole process tree."""
import os
import signal
import subprocess
import time
from dataclasses import dataclass

import psutil


@dataclass
class Run:
    """How a command ended; `killed` says which limit it met, if any."""

    code: int
    killed: str | None
    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def run(command, seconds, megabytes, log):
    """Runs `command`, its output into the file `log`; a limit kills the whole process group."""
    began = time.monotonic()
    with open(log, "wb") as sink:
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        killed, peak = None, 0.0
        tree = psutil.Process(child.pid)
        while True:
            # wait4 alone tells the processor time; its peak also covers what falls between looks.
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            resident = _resident_mb(tree)
            peak = max(peak, resident)
            if killed is None and resident > megabytes:
                killed = f"memory above {megabytes:.0f} MB"
            elif killed is None and time.monotonic() - began > seconds:
                killed = f"longer than {seconds:.0f} s"
            if killed:
                _kill(child.pid)
            time.sleep(0.03)
    child.returncode = os.waitstatus_to_exitcode(status)
    with open(log, encoding="utf-8", errors="replace") as text:
        output = text.read()
    return Run(child.returncode, killed, time.monotonic() - began,
               usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss / 1024), output)


def _resident_mb(process):
    total = 0
    try:
        for each in [process, *process.children(recursive=True)]:
            total += each.memory_info().rss
    except psutil.Error:
        pass  # it ended between the two looks
    return total / 1048576


def _kill(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
