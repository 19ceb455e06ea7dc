"""Photographs of shared/assets as arrays, HWC, RGB, 0..255, float32."""
import functools
import os
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
ASSETS = Path(os.environ.get("SIGNET_ASSETS", ROOT.parent / "shared" / "assets"))


def load(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def resize(picture, width, height):
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.BILINEAR))


@functools.cache
def coco():
    return [load(p) for p in sorted((ASSETS / "data/coco-sample").glob("*.jpg"))]


@functools.cache
def faces():
    return [load(p) for p in sorted((ASSETS / "data/faces").glob("*.png"))]


@functools.cache
def portraits():
    return [load(p) for p in sorted((ASSETS / "corpus/samples/face").glob("*.jpg"))]


def people():
    """Pictures with faces: aligned faces, portraits, and a group photo whole and in six cuts."""
    cuts = []
    for picture in portraits():
        h, w = picture.shape[:2]
        for row in range(2):
            for column in range(3):
                top, left = row * h // 3, column * w // 4
                cuts.append(picture[top:top + h * 2 // 3, left:left + w // 2])
    return portraits() + cuts + faces()


def squares(side, per_picture=1):
    """Square cuts of the COCO photographs, resized."""
    out = []
    for picture in coco():
        h, w = picture.shape[:2]
        edge = min(h, w)
        for k in range(per_picture):
            share = 0.5 if per_picture == 1 else k / (per_picture - 1)
            top, left = int((h - edge) * share), int((w - edge) * share)
            cut = picture[top:top + edge, left:left + edge]
            if k and k < per_picture - 1:  # the inner cuts are nearer
                q = edge // 5
                cut = cut[q:edge - q, q:edge - q]
            out.append(resize(cut, side, side))
    return out


def letterbox(picture, side, fill=114):
    h, w = picture.shape[:2]
    scale = min(side / h, side / w)
    canvas = np.full((side, side, 3), fill, np.uint8)
    small = resize(picture, round(w * scale), round(h * scale))
    canvas[:small.shape[0], :small.shape[1]] = small
    return canvas


def luma(picture):
    return picture.astype(np.float32) @ np.float32([.299, .587, .114])


def chw(picture, scale=1 / 255, mean=0.0, std=1.0, bgr=False):
    """One sample [1, 3, H, W]: (channel * scale - mean) / std; mean and std in the network's order."""
    x = picture.astype(np.float32)
    if bgr:
        x = x[:, :, ::-1]
    x = (x * np.float32(scale) - np.float32(mean)) / np.float32(std)
    return np.ascontiguousarray(x.transpose(2, 0, 1)[None], np.float32)


def cifar_test():
    raw = np.fromfile(ASSETS / "data/cifar10/test_batch.bin", np.uint8).reshape(-1, 3073)
    pictures = raw[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255
    mean = np.float32([.485, .456, .406]).reshape(1, 3, 1, 1)
    std = np.float32([.229, .224, .225]).reshape(1, 3, 1, 1)
    return (pictures - mean) / std, raw[:, 0]
