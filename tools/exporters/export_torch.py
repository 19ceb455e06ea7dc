"""Exports networks of torchvision and timm with seeded random weights: export_torch.py FOLDER.

Batch normalization gets its statistics from a few batches of noise, since with those of a fresh
network deep activations vanish. What is there already is not exported again.
"""
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

warnings.filterwarnings("ignore")


class SpeechGate(torch.nn.Module):
    """Two recurrent layers over 40 features, as small keyword spotters are."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(40, 128, batch_first=True)
        self.gru = torch.nn.GRU(128, 96, batch_first=True, bidirectional=True)
        self.head = torch.nn.Linear(192, 12)

    def forward(self, x):
        return self.head(self.gru(self.lstm(x)[0])[0][:, -1])


def vision(name, **how):
    import torchvision
    return torchvision.models.get_model(name, weights=None, **how)


def timm_model(name):
    import timm
    return timm.create_model(name, pretrained=False, exportable=True)


def segmentation():
    import torchvision
    return torchvision.models.segmentation.lraspp_mobilenet_v3_large(
        weights=None, weights_backbone=None)


def detection():
    import torchvision
    return torchvision.models.detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None)


# name, network, input's shape, exporter, fp16, open batch
NETWORKS = [
    ("resnet18", lambda: vision("resnet18"), (3, 128, 128), "torchscript", False, True),
    ("mobilenet_v3_small", lambda: vision("mobilenet_v3_small"), (3, 128, 128), "dynamo", False, True),
    ("shufflenet_v2_x0_5", lambda: vision("shufflenet_v2_x0_5"), (3, 128, 128), "torchscript", False, False),
    ("squeezenet1_1-fp16", lambda: vision("squeezenet1_1"), (3, 128, 128), "torchscript", True, False),
    ("efficientnet_b0", lambda: vision("efficientnet_b0"), (3, 128, 128), "dynamo", False, False),
    ("regnet_y_400mf-fp16", lambda: vision("regnet_y_400mf"), (3, 128, 128), "dynamo", True, True),
    ("mnasnet0_5", lambda: vision("mnasnet0_5"), (3, 128, 128), "torchscript", False, True),
    ("lraspp_mobilenet_v3_large", segmentation, (3, 128, 128), "torchscript", False, False),
    ("ssdlite320_mobilenet_v3_large", detection, (3, 320, 320), "torchscript", False, False),
    ("convnext_atto", lambda: timm_model("convnext_atto"), (3, 128, 128), "dynamo", False, False),
    ("mobilevit_xxs", lambda: timm_model("mobilevit_xxs"), (3, 128, 128), "dynamo", False, False),
    ("levit_128s", lambda: timm_model("levit_128s"), (3, 224, 224), "torchscript", False, False),
    ("ghostnet_100", lambda: timm_model("ghostnet_100"), (3, 128, 128), "dynamo", False, True),
    ("nf_regnet_b0", lambda: timm_model("nf_regnet_b0"), (3, 128, 128), "dynamo", False, False),
    ("vit_tiny_patch16_224", lambda: timm_model("vit_tiny_patch16_224"), (3, 224, 224), "dynamo", False, False),
    ("tf_efficientnet_cc_b0_4e", lambda: timm_model("tf_efficientnet_cc_b0_4e"), (3, 128, 128), "dynamo", False, False),
    ("speech_gate", SpeechGate, (50, 40), "dynamo", False, False),
]


def settle(network, shape):
    """Statistics of batch normalization from noise, where a network takes a batch."""
    layers = [m for m in network.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    if layers:
        network.train()
        for _ in range(2):
            network(torch.randn(8, *shape))


def export(name, make, shape, exporter, half, open_batch, path):
    torch.manual_seed(0)
    network = make()
    with torch.no_grad():
        if name.startswith("ssdlite"):
            settle(network.backbone, shape)
        else:
            settle(network, shape)
    network.eval()
    batch = 2 if open_batch and exporter == "dynamo" else 1
    sample = torch.randn(batch, *shape)
    if half:
        network, sample = network.half(), sample.half()
    if exporter == "torchscript":
        more = {"dynamic_axes": {"x": {0: "batch"}}} if open_batch else {}
        torch.onnx.export(network, (sample,), str(path), input_names=["x"], dynamo=False, **more)
    else:
        more = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if open_batch else {}
        torch.onnx.export(network, (sample,), str(path), dynamo=True, external_data=False,
                          verbose=False, **more)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    np.random.seed(0)
    for name, make, shape, exporter, half, open_batch in NETWORKS:
        path = folder / f"{name}-{exporter}.onnx"
        if path.exists():
            continue
        try:
            export(name, make, shape, exporter, half, open_batch, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
            print(f"exporters: {path.name} {path.stat().st_size:,} bytes", flush=True)
        except Exception as wrong:  # the exporter's limit, not Signet's
            print(f"exporters: SKIPPED {name}: {exporter} can not export it: "
                  f"{str(wrong).strip().splitlines()[0][:200]}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
