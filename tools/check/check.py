#!/usr/bin/env python3
"""Whether packed files are sound ONNX and mean the same in every runtime.

    check.py [--python PY]... [--node FOLDER] FILE.onnx...

Each file must pass onnx.checker; its decoded weights must be those of docs/format.md's decoder in signet.js (with --node) and the same
to the bit in every runtime; its outputs on one drawn input must agree within 1e-3 of their size.

--python PY     an interpreter with numpy and the version of onnxruntime to try; several times for several versions
--node FOLDER   a folder whose node_modules has onnxruntime-node and onnxruntime-web, both of which are tried then

This interpreter needs onnx and numpy. Exit code 1 if a file fails. A runtime that can not open a file's *operators* is named and is
no failure: it could not open the original either.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DOMAIN = "dev.signet"
# What a runtime says that has not got an operator, a type or an opset.
CAN_NOT = ("NOT_IMPLEMENTED", "not implemented", "Unsupported model IR", "is under development", "opset", "No Op registered")


def in_this_process(job):
    """One job: prints what came out. Runs in interpreters without onnx."""
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    result = {"runtime": "onnxruntime " + onnxruntime.__version__}

    def run(path, feeds):
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return session.run(None, feeds)

    weights = hashlib.sha256()
    if job["weights"]:
        for weight in run(job["weights"], {}):
            weights.update(weight.tobytes())
        result["weights"] = weights.hexdigest()
    feeds = {
        i["name"]: numpy.fromfile(i["file"], i["type"]).reshape(i["dims"]) for i in job["inputs"]
    }
    files = []
    for number, output in enumerate(run(job["model"], feeds)):
        file = f"{job['out']}.{number}"
        numpy.asarray(output).astype(numpy.float64).tofile(file)
        files.append(file)
    print(json.dumps({**result, "outputs": files}))


def weights_alone(model):
    """The same calls, whose outputs are the graph's; None where there are none."""
    import onnx

    calls = [node for node in model.graph.node if node.domain == DOMAIN]
    if not calls:
        return None
    used = {name for call in calls for name in call.input}
    types = {call.output[0]: next((a.i for a in call.attribute if a.name == "to"), 1) for call in calls}
    graph = onnx.helper.make_graph(
        calls,
        "weights",
        [],
        [onnx.helper.make_tensor_value_info(name, kind, None) for name, kind in types.items()],
        [tensor for tensor in model.graph.initializer if tensor.name in used],
    )
    alone = onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    alone.functions.extend(f for f in model.functions if f.domain == DOMAIN)
    return alone


def inputs(model, folder):
    """Drawn values of the inputs' types and shapes; free dimensions are 1, or what most images have."""
    import numpy
    import onnx

    stored = {tensor.name for tensor in model.graph.initializer}
    random = numpy.random.default_rng(0)
    found = []
    for value in model.graph.input:
        if value.name in stored:
            continue
        kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        dims = [d.dim_value if d.dim_value > 0 else 1 for d in value.type.tensor_type.shape.dim]
        if len(dims) == 4 and not all(d.dim_value > 0 for d in value.type.tensor_type.shape.dim[2:]):
            dims[2:] = [64, 64]
        data = random.random(dims) if numpy.issubdtype(kind, numpy.floating) else random.integers(0, 2, dims)
        file = os.path.join(folder, f"input{len(found)}")
        data.astype(kind).tofile(file)
        found.append({"name": value.name, "type": numpy.dtype(kind).name, "dims": dims, "file": file})
    return found


def check(path, runtimes, node):
    import numpy
    import onnx

    model = onnx.load(path)
    onnx.checker.check_model(path, full_check=False)
    with tempfile.TemporaryDirectory() as folder:
        alone = weights_alone(model)
        weights = os.path.join(folder, "weights.onnx") if alone else None
        if alone:
            onnx.save(alone, weights)
        job = {"model": os.path.abspath(path), "weights": weights, "inputs": inputs(model, folder)}
        commands = [([python, __file__, "--job"], python) for python in runtimes]
        if node:
            script = os.path.join(HERE, "check.mjs")
            commands += [(["node", script, node, kind], kind) for kind in ("onnxruntime-node", "onnxruntime-web")]
        problems, first, said = [], None, []
        for command, name in commands:
            job["out"] = os.path.join(folder, str(len(said)))
            done = subprocess.run(command + [json.dumps(job)], capture_output=True, text=True, check=False)
            if done.returncode:
                why = (done.stderr.strip().splitlines() or ["stopped"])
                line = next((l for l in reversed(why) if "rror" in l), why[-1])[:160]
                said.append(f"{name}: {line}")
                if not any(word in done.stderr for word in CAN_NOT):
                    problems.append(said[-1])
                continue
            result = json.loads(done.stdout.strip().splitlines()[-1])
            said.append(result["runtime"])
            result["outputs"] = [numpy.fromfile(file) for file in result["outputs"]]
            if result.get("decoded", result.get("weights")) != result.get("weights"):
                problems.append(f"{result['runtime']}: signet.js decodes other weights")
            if first is None:
                first = result
                continue
            if result.get("weights") != first.get("weights"):
                problems.append(f"{result['runtime']}: other weights than {first['runtime']}")
            for number, (ours, theirs) in enumerate(zip(result["outputs"], first["outputs"], strict=True)):
                size = numpy.sqrt(numpy.mean(theirs**2)) if theirs.size else 0
                if ours.size != theirs.size or (ours.size and numpy.abs(ours - theirs).max() > 1e-3 * max(size, 1e-6)):
                    problems.append(f"{result['runtime']}: output {number} is another than in {first['runtime']}")
    return said, problems


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--job":
        in_this_process(json.loads(sys.argv[2]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--node")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    failed = 0
    for path in arguments.files:
        try:
            said, problems = check(path, arguments.python or [sys.executable], arguments.node)
        except Exception as e:  # onnx.checker's own, and files that are none
            said, problems = [], [str(e).splitlines()[0]]
        failed += bool(problems)
        print(f"{'FAIL' if problems else 'ok  '} {path}: {'; '.join(problems or said)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
