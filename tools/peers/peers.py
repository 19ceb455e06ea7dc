"""The real tools of others beside Signet: the same networks, the same inputs, stock ONNX Runtime where a tool writes ONNX.

Bytes are the file's where a tool writes one that holds codes, else what its format takes for the weights of
convolutions and products, everything else of the float file unchanged.
"""
import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/corpus"))
import pictures  # noqa: E402
import tasks as corpus  # noqa: E402

LAYERS = {"Conv": 1, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1}
USUAL = ("resnet20-cifar10", "version-RFB-320", "yolox_nano")


class Missing(Exception):
    """A tool that is not there, or does not take the network."""


def tool(name):
    try:
        return importlib.import_module(name)
    except Exception as wrong:  # a broken package is a finding, too
        raise Missing(f"{name.split('.')[0]} does not load: {str(wrong).splitlines()[0][:80]}")


# ---- running ----

def run(path, feeds):
    net = corpus.session(path)
    names = [o.name for o in net.get_outputs()]
    return [dict(zip(names, net.run(names, feed))) for feed in feeds]


def run_mnn(path, feeds, float_outputs):
    """A .mnn file; its outputs are given the float network's names and shapes."""
    nn = tool("MNN.nn")
    expr = tool("MNN.expr")
    inputs, names = list(feeds[0]), list(float_outputs[0])
    net = nn.load_module_from_file(str(path), inputs, names)
    out = []
    for feed, wanted in zip(feeds, float_outputs):
        fed = []
        for name in inputs:
            x = expr.const(np.ascontiguousarray(feed[name]), list(feed[name].shape), expr.NCHW)
            fed.append(expr.convert(x, expr.NC4HW4) if feed[name].ndim == 4 else x)
        given = net.forward(fed)
        given = given if isinstance(given, (list, tuple)) else [given]
        out.append({n: np.array(expr.convert(v, expr.NCHW).read()).reshape(wanted[n].shape)
                    for n, v in zip(names, given)})
    return out


# ---- tools that write a file ----

class Reader:
    """Calibration inputs for ONNX Runtime's static quantizer."""

    def __init__(self, feeds):
        self.feeds = iter(feeds)

    def get_next(self):
        return next(self.feeds, None)


def prepared(path, folder):
    """The model as ONNX Runtime's quantizer wants it: shapes inferred, normalizations folded."""
    target = folder / "prepared.onnx"
    shape = tool("onnxruntime.quantization.shape_inference")
    shape.quant_pre_process(str(path), str(target), skip_symbolic_shape=True)
    return target


def ort_dynamic(path, folder, calibration):
    quantization, target = tool("onnxruntime.quantization"), folder / "dynamic.onnx"
    quantization.quantize_dynamic(str(prepared(path, folder)), str(target), per_channel=True,
                                  weight_type=quantization.QuantType.QUInt8)
    return target


def ort_static(path, folder, calibration):
    quantization, target = tool("onnxruntime.quantization"), folder / "static.onnx"
    quantization.quantize_static(str(prepared(path, folder)), str(target), Reader(calibration),
                                 quant_format=quantization.QuantFormat.QDQ, per_channel=True)
    return target


def nncf_int8(path, folder, calibration):
    nncf, target = tool("nncf"), folder / "nncf.onnx"
    model = nncf.quantize(onnx.load(path), nncf.Dataset(calibration),
                          subset_size=len(calibration))
    onnx.save(model, target)
    return target


def mnn(bits, hqq=False):
    def convert(path, folder, calibration):
        tool("MNN")
        target = folder / f"{bits}{hqq}.mnn"
        command = [str(Path(sys.executable).parent / "mnnconvert"), "-f", "ONNX", "--modelFile",
                   str(path), "--MNNModel", str(target), "--bizCode", "x", "--weightQuantBits",
                   str(bits), "--weightQuantAsymmetric", "true"] + (["--hqq"] if hqq else [])
        ran = subprocess.run(command, capture_output=True, text=True, timeout=280)
        if ran.returncode or not target.exists():
            raise Missing("mnnconvert: " + (ran.stdout + ran.stderr).strip().splitlines()[-1][:80])
        return target
    return convert


def signet(bits):
    def quantize(path, folder, calibration, launcher, options):
        target = folder / f"signet-{bits}.onnx"
        ran = subprocess.run([launcher, "quantize", path, "-o", target, "--bits", str(bits),
                              "--quiet", *options], capture_output=True, text=True)
        if ran.returncode:
            raise Missing(ran.stderr.strip().splitlines()[-1][:120])
        return target
    return quantize


# ---- methods on arrays ----

def weights(model):
    """The initializers that layers use, with the axis of their output channels."""
    used = {node.input[LAYERS[node.op_type]]: (node, 1 if node.op_type in ("MatMul", "ConvTranspose")
            or (node.op_type == "Gemm" and not any(a.name == "transB" and a.i
                                                   for a in node.attribute)) else 0)
            for node in model.graph.node if node.op_type in LAYERS and len(node.input) > 1}
    return [(t, used[t.name][1]) for t in model.graph.initializer if t.name in used]


def rewritten(method):
    """`method` takes [filters, inputs] and gives (values, bytes)."""
    def write(path, folder, calibration):
        model, size = onnx.load(path), path.stat().st_size
        for tensor, axis in weights(model):
            w = numpy_helper.to_array(tensor)
            rows = np.moveaxis(w, axis, 0)
            values, cost = method(np.ascontiguousarray(rows.reshape(rows.shape[0], -1)))
            if cost < w.nbytes:
                values = np.moveaxis(values.reshape(rows.shape), 0, axis).astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))
                size += cost - w.nbytes
        target = folder / "rewritten.onnx"
        onnx.save(model, target)
        return target, size
    return write


def palette(bits, a_filter):
    def method(rows):
        kmeans1d = tool("kmeans1d")  # what coremltools' palettes are made with
        out = np.empty_like(rows)
        parts = list(range(len(rows))) if a_filter else [slice(None)]
        for part in parts:
            flat = rows[part].ravel()
            k = min(2 ** bits, len(np.unique(flat)))
            codes, centres = kmeans1d.cluster(flat.tolist(), k)
            out[part] = np.float16(centres)[np.array(codes)].reshape(rows[part].shape)
        return out, -(-rows.size * bits // 8) + 2 * 2 ** bits * len(parts)
    return method


def hqq(bits):
    def method(rows):
        torch, quantize = tool("torch"), tool("hqq.core.quantize")
        group = 64 if rows.shape[1] % 64 == 0 else rows.shape[1]
        codes, meta = quantize.Quantizer.quantize(torch.tensor(rows), nbits=bits, group_size=group,
                                                  axis=1, device="cpu", bitpack=False,
                                                  compute_dtype=torch.float32)
        values = quantize.Quantizer.dequantize(codes, meta).numpy()
        return values, -(-rows.size * bits // 8) + 4 * (rows.size // group)
    return method


def methods():
    yield "ORT dynamic int8", ort_dynamic
    yield "ORT QDQ int8", ort_static
    yield "NNCF int8", nncf_int8
    yield "MNN int8", mnn(8)
    for bits in (4, 3, 2):
        yield f"palette, a tensor, {bits} bits", rewritten(palette(bits, False))
        yield f"palette, a filter, {bits} bits", rewritten(palette(bits, True))
        yield f"HQQ, {bits} bits", rewritten(hqq(bits))
        yield f"MNN, {bits} bits", mnn(bits)
        yield f"MNN with HQQ, {bits} bits", mnn(bits, True)
        yield f"Signet, {bits} bits", signet(bits)


# ---- the table ----

def calibration(task, feeds):
    """64 training pictures of CIFAR, or the first 12 inputs of another network."""
    if "cifar" not in task.name:
        return feeds[:12]
    raw = np.fromfile(pictures.ASSETS / "data/cifar10/data_batch_1.bin", np.uint8)[:64 * 3073]
    x = raw.reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255
    mean, std = (np.float32(v).reshape(1, 3, 1, 1) for v in ([.485, .456, .406],
                                                             [.229, .224, .225]))
    return [{"input": one[None]} for one in (x - mean) / std]


def measure(task, args):
    feeds = task.feeds()
    original = run(task.file, feeds)
    rows = [("float", task.file.stat().st_size, task.figure(list(zip(original, original)))[1])]
    for name, method in methods():
        if args.method and not any(m.lower() in name.lower() for m in args.method):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                more = (args.signet, task.options) if name.startswith("Signet") else ()
                made = method(task.file, Path(folder), calibration(task, feeds), *more)
                file, size = made if isinstance(made, tuple) else (made, made.stat().st_size)
                given = (run_mnn(file, feeds, original) if file.suffix == ".mnn"
                         else run(file, feeds))
                rows.append((name, size, task.figure(list(zip(original, given)))[1]))
            except Missing as missing:
                rows.append((name, None, str(missing)))
            except Exception as wrong:  # a file that does not run is a finding
                rows.append((name, None, f"refused: {str(wrong).strip().splitlines()[0][:100]}"))
        print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signet", type=Path, default=ROOT / "signet")
    parser.add_argument("--only", action="append", help="networks of the corpus, or parts of names "
                        f"({', '.join(USUAL)})")
    parser.add_argument("--method", action="append", help="methods, or parts of their names")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    every = {}
    for task in corpus.tasks():
        if any(part.lower() in task.name.lower() if args.only else part == task.name
               for part in args.only or USUAL):
            print(task.name, file=sys.stderr, flush=True)
            every[task.name] = measure(task, args)
            print(f"\n| {task.name} | bytes | figure |\n|---|---|---|")
            for name, size, text in every[task.name]:
                print(f"| {name} | {'-' if size is None else f'{size:,}'} | {text} |")
    if args.json:
        args.json.write_text(json.dumps(every, indent=1))


if __name__ == "__main__":
    main()
