"""Quantizes every model of the corpus under limits and measures what that did to its task."""
import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import limits
import tasks as corpus
from pictures import ROOT


class Snr:
    """Signal above noise of one output, in dB; an element's mean over the samples is no signal."""

    def __init__(self):
        self.sums = {}

    def add(self, wanted, got):
        wanted, got = np.float64(wanted), np.float64(got)
        total, squares, noise, count = self.sums.get(wanted.shape, (0.0, 0.0, 0.0, 0))
        self.sums[wanted.shape] = (total + wanted, squares + wanted ** 2,
                                   noise + np.sum((got - wanted) ** 2), count + 1)

    def decibel(self):
        """Of the shape that most samples have; None where nothing varies."""
        total, squares, noise, count = max(self.sums.values(), key=lambda s: s[3])
        signal = float(np.sum(squares - total ** 2 / count))
        if total.size == 0 or signal <= 0:
            return None
        return 10 * math.log10(signal / noise) if noise > 0 else 200.0


def quantize(task, args, target, folder):
    report = folder / "signet.json"
    report.unlink(missing_ok=True)
    command = [str(args.signet), "quantize", str(task.file), "-o", str(target), "--force",
               "--json", str(report), *args.options]
    if args.right_inputs:
        command += task.options
    ran = limits.run(command, args.seconds, args.memory, folder / "signet.log")
    lines = [line for line in ran.output.strip().splitlines() if line.strip()]
    said = json.loads(report.read_text()) if report.exists() else {}
    return {
        "command": command[1:], "exit": ran.code, "killed": ran.killed,
        "lastLine": lines[-1].strip() if lines else "", "seconds": round(ran.seconds, 1),
        "cpuSeconds": round(ran.cpu_seconds, 1), "peakMb": round(ran.peak_mb),
        "bytesBefore": task.file.stat().st_size,
        "bytesAfter": target.stat().st_size if target.exists() else None,
        "own": own_figure(said), "bits": mean_bits(said), "statistics": said.get("statistics"),
        "notes": said.get("notes", []),
    }


def own_figure(said):
    value = said.get("outputSnr")
    return value if isinstance(value, (int, float)) else None


def mean_bits(said):
    """Bits a weight over the quantized weights."""
    pairs = [(t["bits"], math.prod(t["shape"])) for t in said.get("tensors", []) if t.get("bits")]
    return sum(b * n for b, n in pairs) / sum(n for _, n in pairs) if pairs else None


def compare(task, target):
    """True figures: each network keeps a state of its own over the samples."""
    nets = [corpus.session(task.file), corpus.session(target)]
    names = [o.name for o in nets[0].get_outputs()]
    inputs = {i.name: i for i in nets[0].get_inputs()}
    start = {i: np.zeros([d if isinstance(d, int) and d else 1 for d in inputs[i].shape],
                         np.float32) for i in task.state}
    states = [dict(start), dict(start)]
    snr, pairs = {n: Snr() for n in names}, []
    for feed in task.feeds():
        pair = [dict(zip(names, net.run(names, {**feed, **state})))
                for net, state in zip(nets, states)]
        for out, state in zip(pair, states):
            state.update({i: out[o] for i, o in task.state.items()})
        for n in names:
            if np.issubdtype(pair[0][n].dtype, np.floating):
                snr[n].add(pair[0][n], pair[1][n])
        pairs.append(pair)
    outputs = {n: s.decibel() for n, s in snr.items() if s.sums}
    value, text = task.figure(pairs)
    known = [d for d in outputs.values() if d is not None]
    return {"outputs": outputs, "true": min(known) if known else None,
            "value": float(value), "text": text, "reached": reached(task.goal, value)}


def reached(goal, value):
    if goal is None:
        return None
    return bool(value >= goal[1] if goal[0] == ">=" else value <= goal[1])


def examine(task, args):
    folder = args.work / task.name
    folder.mkdir(parents=True, exist_ok=True)
    target, record = folder / "quantized.onnx", folder / "result.json"
    if record.exists() and not args.again:
        return json.loads(record.read_text())
    target.unlink(missing_ok=True)
    result = {"model": task.name, "signet": version(args.signet), **quantize(task, args, target,
                                                                           folder)}
    if target.exists():
        try:
            result.update(compare(task, target))
        except Exception as wrong:  # a file that stock ONNX Runtime refuses is a finding
            result["text"] = f"can not be measured: {str(wrong).splitlines()[0][:200]}"
    record.write_text(json.dumps(result, indent=1))
    return result


def version(signet):
    git = subprocess.run(["git", "-C", str(signet.parent), "describe", "--always", "--dirty"],
                         capture_output=True, text=True)
    return git.stdout.strip()


def table(results):
    lines = ["| model | bytes | of it | bits | s | CPU s | MB | own dB | true dB | task | goal |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    number = lambda x, digits=1: "-" if x is None else f"{x:.{digits}f}"
    for r in results:
        share = f"{100 * r['bytesAfter'] / r['bytesBefore']:.1f} %" if r["bytesAfter"] else "-"
        text = r.get("text") or r["killed"] or f"exit {r['exit']}: {r['lastLine']}"
        goal = {None: "", True: "reached", False: "**missed**"}[r.get("reached")]
        lines.append(f"| {r['model']} | {r['bytesBefore']:,} | {share} | {number(r['bits'], 2)} "
                     f"| {number(r['seconds'])} | {number(r['cpuSeconds'])} | {r['peakMb']} | {number(r['own'])} "
                     f"| {number(r.get('true'))} | {text.replace('|', '/')} | {goal} |")
    return "\n".join(lines) + "\n"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, epilog="Options for `signet quantize` "
                                     "follow after --, for example: -- --bits 4")
    parser.add_argument("--signet", type=Path, default=ROOT / "signet", help="the launcher")
    parser.add_argument("--work", type=Path, default=ROOT / "target/corpus",
                        help="results; what is there is not run again")
    parser.add_argument("--only", action="append", default=[], help="a model's name, or part of it")
    parser.add_argument("--again", action="store_true", help="run what was run before")
    parser.add_argument("--right-inputs", action="store_true",
                        help="give every network's true range and mean")
    parser.add_argument("--seconds", type=float, default=120, help="limit of time (120)")
    parser.add_argument("--memory", type=float, default=3000, help="limit of resident MB (3000)")
    parser.add_argument("--table", type=Path, help="write the Markdown table here")
    own, rest = sys.argv[1:], []
    if "--" in own:
        cut = own.index("--")
        own, rest = own[:cut], own[cut + 1:]
    args = parser.parse_args(own)
    args.options, args.signet, args.work = rest, args.signet.resolve(), args.work.resolve()
    return args


def main():
    args = arguments()
    chosen = [t for t in corpus.tasks()
              if not args.only or any(part.lower() in t.name.lower() for part in args.only)]
    if not chosen:
        sys.exit("corpus: no model has such a name; known: "
                 + ", ".join(t.name for t in corpus.tasks()))
    subprocess.run([str(args.signet), "--version"], check=True, stdout=subprocess.DEVNULL)
    results = []
    for task in chosen:
        began = time.monotonic()
        results.append(examine(task, args))
        print(table(results[-1:]).splitlines()[2], f" {time.monotonic() - began:.0f} s", flush=True)
    if args.table:
        args.table.write_text(table(results))
    missed = sum(r.get("reached") is False or r["exit"] not in (0,) for r in results)
    print(f"{len(results)} models, {missed} failed or below their goal")


if __name__ == "__main__":
    main()
