"""Decoders of the corpus' detectors and the share of boxes that two outputs have in common.

Boxes are rows (left, top, right, bottom, score, class).
"""
import numpy as np


def overlap(box, others):
    left, top = np.maximum(box[0], others[:, 0]), np.maximum(box[1], others[:, 1])
    right, bottom = np.minimum(box[2], others[:, 2]), np.minimum(box[3], others[:, 3])
    common = np.clip(right - left, 0, None) * np.clip(bottom - top, 0, None)
    area = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    return common / ((box[2] - box[0]) * (box[3] - box[1]) + area - common + 1e-9)


def suppress(boxes, threshold, iou):
    """Non-maximum suppression within each class."""
    rest = boxes[boxes[:, 4] > threshold]
    rest = rest[np.argsort(-rest[:, 4], kind="stable")]
    kept = []
    while len(rest):
        best = rest[0]
        kept.append(best)
        rest = rest[1:][(overlap(best, rest[1:]) < iou) | (rest[1:, 5] != best[5])]
    return np.array(kept).reshape(-1, 6)


def found(wanted, got, iou=0.5):
    """How many of the wanted boxes have one of the same class in `got`, each used once."""
    count, free = 0, np.ones(len(got), bool)
    for box in wanted:
        fits = np.where(free & (got[:, 5] == box[5]), overlap(box, got), 0) if len(got) else []
        if len(fits) and np.max(fits) >= iou:
            free[np.argmax(fits)] = False
            count += 1
    return count


def _corners(cx, cy, w, h, score, kind):
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, score, kind], 1)


def _grid(side, stride):
    n = side // stride
    y, x = np.mgrid[:n, :n]
    return x.ravel(), y.ravel()


def yolox(out, threshold):
    o = out["output"][0].astype(np.float64)
    x, y, s = [], [], []
    for stride in (8, 16, 32):
        gx, gy = _grid(416, stride)
        x.append(gx), y.append(gy), s.append(np.full(gx.shape, stride))
    x, y, s = map(np.concatenate, (x, y, s))
    kind = o[:, 5:].argmax(1)
    with np.errstate(over="ignore"):
        boxes = _corners((o[:, 0] + x) * s, (o[:, 1] + y) * s, np.exp(o[:, 2]) * s,
                         np.exp(o[:, 3]) * s, o[:, 4] * o[:, 5:].max(1), kind)
    return suppress(boxes, threshold, 0.45)


def fastestdet(out, threshold):
    o = out["758"][0].astype(np.float64).reshape(85, -1)
    x, y = _grid(352, 16)
    score = np.abs(o[0]) ** 0.6 * np.abs(o[5:].max(0)) ** 0.4
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    boxes = _corners((np.tanh(o[1]) + x) / 22, (np.tanh(o[2]) + y) / 22, sigmoid(o[3]),
                     sigmoid(o[4]), score, o[5:].argmax(0))
    return suppress(boxes, threshold, 0.45)


def ultraface(out, threshold):
    score, box = out["scores"][0, :, 1:], out["boxes"][0]
    return suppress(np.concatenate([box, score, 0 * score], 1).astype(np.float64), threshold, 0.3)


def yunet(out, threshold):
    rows = []
    for stride in (8, 16, 32):
        x, y = _grid(320, stride)
        b = out[f"bbox_{stride}"][0].astype(np.float64)
        score = np.sqrt(np.clip(out[f"cls_{stride}"][0, :, 0], 0, 1)
                        * np.clip(out[f"obj_{stride}"][0, :, 0], 0, 1))
        with np.errstate(over="ignore"):
            rows.append(_corners((x + b[:, 0]) * stride, (y + b[:, 1]) * stride,
                                 np.exp(b[:, 2]) * stride, np.exp(b[:, 3]) * stride, score,
                                 0 * score))
    return suppress(np.concatenate(rows), threshold, 0.3)


def openseeface(out, threshold):
    heat, radius = out["output"][0].astype(np.float64)
    peak = heat == out["maxpool"][0, 0]
    y, x = np.nonzero(peak)
    r = np.maximum(radius[y, x] * 112, 1e-3)
    rows = _corners(x * 4.0, y * 4.0, 2 * r, 2 * r, heat[y, x], 0 * r)
    return suppress(rows, threshold, 0.3)
