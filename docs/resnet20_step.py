"""Time of a training step of ResNet-20 in PyTorch itself, as docs/training.md quotes it: the network, batch and optimizer
of `signet train classification --arch resnet20`. Prints seconds of CPU time and of wall time, the median of the steps."""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.short = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.short(x))


def resnet20():
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for width in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, width, 2 if block == 0 and width > 16 else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
model = resnet20().to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
loss = nn.CrossEntropyLoss(label_smoothing=0.1)
cpu, wall = [], []
for step in range(20):
    images = torch.randn(128, 3, 32, 32).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (128,))
    began = time.process_time(), time.perf_counter()
    optimizer.zero_grad()
    loss(model(images), labels).backward()
    optimizer.step()
    cpu.append(time.process_time() - began[0])
    wall.append(time.perf_counter() - began[1])
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread(s): "
      f"{sorted(cpu)[10]:.3f} s CPU, {sorted(wall)[10]:.3f} s wall a step")
