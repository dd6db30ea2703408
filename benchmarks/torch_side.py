"""The same tasks written plainly in PyTorch: the nets, the cost and the loop, and nothing else."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks import torch_gan

HALF = {"kernel_size": 3, "stride": 2, "padding": 1}
DOUBLE = HALF | {"output_padding": 1}


class Settings(NamedTuple):
    """How a recipe trains (tests/test_benchmarks.py compares these with the recipes)."""

    learning_rate: float
    epochs: int
    batch_size: int = 250


SETTINGS = {
    "ae-mlp": Settings(4e-3, 20),
    "ae-conv": Settings(4e-3, 20),
    "vae-2": Settings(1e-3, 100),
    "vae-conv": Settings(2e-3, 10),
}


def dense(*sizes: int) -> list[nn.Module]:
    """Return fully connected layers of these sizes, with ReLU between them."""
    layers = [[nn.Linear(a, b), nn.ReLU()] for a, b in zip(sizes, sizes[1:], strict=False)]
    return [layer for pair in layers for layer in pair][:-1]


def convolutions(*sizes: int) -> list[nn.Module]:
    """Return two convolutions and then fully connected layers, the first size being 1,568."""
    conv = [nn.Conv2d(1, 16, **HALF), nn.ReLU(), nn.Conv2d(16, 32, **HALF), nn.ReLU()]
    return [*conv, nn.Flatten(), *dense(*sizes)]


def transposed(code_size: int) -> list[nn.Module]:
    """Return a fully connected layer and a transposed convolution, up to 14x14 pixels."""
    spread = [nn.Linear(code_size, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7))]
    return [*spread, nn.ConvTranspose2d(32, 16, **DOUBLE), nn.ReLU()]


def ae_mlp() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the networks 784-256-32 and 32-256-784."""
    decoder = [*dense(32, 256, 784), nn.Unflatten(1, (1, 28, 28))]
    return nn.Sequential(nn.Flatten(), *dense(784, 256, 32)), nn.Sequential(*decoder)


def ae_conv() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the networks with 16 and 32 filters and a code of 32."""
    decoder = [*transposed(32), nn.ConvTranspose2d(16, 1, **DOUBLE)]
    return nn.Sequential(*convolutions(1568, 32)), nn.Sequential(*decoder)


def vae_2() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the networks 784-500-500-(40 means, 40 scales) and 40-500-500-784."""
    decoder = [*dense(40, 500, 500, 784), nn.Unflatten(1, (1, 28, 28))]
    return nn.Sequential(nn.Flatten(), *dense(784, 500, 500, 80)), nn.Sequential(*decoder)


def vae_conv() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the convolutional networks with two latent dimensions."""
    doubled = [nn.ConvTranspose2d(16, 16, **DOUBLE), nn.ReLU()]
    decoder = [*transposed(2), *doubled, nn.ConvTranspose2d(16, 1, 3, padding=1)]
    return nn.Sequential(*convolutions(1568, 128, 4)), nn.Sequential(*decoder)


NETS = {"ae-mlp": ae_mlp, "ae-conv": ae_conv, "vae-2": vae_2, "vae-conv": vae_conv}


class Net(nn.Module):
    """An encoder and a decoder with the cost of an autoencoder or of a VAE."""

    def __init__(self, name: str):
        super().__init__()
        self.encoder, self.decoder = NETS[name]()
        self.variational, self.binarize = name.startswith("vae"), name == "vae-2"

    def cost(self, x: torch.Tensor) -> torch.Tensor:
        """Return the cross-entropy, for a VAE with the rate, per image."""
        if self.binarize:
            x = torch.bernoulli(x)
        code, rate = self.encoder(x), 0.0
        if self.variational:
            mean, raw = code.chunk(2, dim=1)
            log_scale = 6 * torch.tanh(raw / 6)
            variance = torch.exp(2 * log_scale)
            rate = 0.5 * (mean**2 + variance - 1 - 2 * log_scale).sum()
            code = mean + torch.exp(log_scale) * torch.randn_like(mean)
        error = binary_cross_entropy_with_logits(self.decoder(code), x, reduction="sum")
        return (error + rate) / len(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the copies of images, from the mean codes of a VAE."""
        code = self.encoder(x)
        mean = code.chunk(2, dim=1)[0] if self.variational else code
        return torch.sigmoid(self.decoder(mean))


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what can be timed, by name; each call goes once over the images."""
    if name in torch_gan.NETS:
        return torch_gan.tasks(name, images)
    torch.manual_seed(0)
    net, settings = Net(name), SETTINGS[name]
    x = torch.from_numpy(np.moveaxis(images, -1, 1).copy())
    optimizer = torch.optim.Adam(net.parameters(), settings.learning_rate, eps=1e-7)
    steps = math.ceil(len(x) / settings.batch_size) * settings.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)

    def train() -> None:
        for batch in x[torch.randperm(len(x))].split(settings.batch_size):
            optimizer.zero_grad()
            net.cost(batch).backward()
            optimizer.step()
            schedule.step()

    def reconstruct() -> np.ndarray:
        with torch.no_grad():
            return np.concatenate([net(batch).numpy() for batch in x.split(500)])

    return {
        "train": train,
        "reconstruct": reconstruct,
        "parameters": lambda: sum(weights.numel() for weights in net.parameters()),
    }
