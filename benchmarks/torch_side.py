"""The same tasks written plainly in PyTorch: the nets, the cost and the loop, and nothing else."""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

CODE_SIZE = 32
RATE, BATCH, EPOCHS = 4e-3, 250, 20  # the recipes' own (tests/test_benchmarks.py compares them)


def dense() -> nn.Sequential:
    """Return the autoencoder 784-256-32-256-784 of the recipe ae-mlp."""
    encoder = [nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, CODE_SIZE)]
    decoder = [nn.Linear(CODE_SIZE, 256), nn.ReLU(), nn.Linear(256, 784)]
    return nn.Sequential(*encoder, *decoder, nn.Unflatten(1, (1, 28, 28)))


def convolutional() -> nn.Sequential:
    """Return the autoencoder with 16 and 32 filters of the recipe ae-conv."""
    half = {"kernel_size": 3, "stride": 2, "padding": 1}
    double = half | {"output_padding": 1}
    encoder = [nn.Conv2d(1, 16, **half), nn.ReLU(), nn.Conv2d(16, 32, **half), nn.ReLU()]
    code = [nn.Flatten(), nn.Linear(7 * 7 * 32, CODE_SIZE)]
    spread = [nn.Linear(CODE_SIZE, 7 * 7 * 32), nn.ReLU(), nn.Unflatten(1, (32, 7, 7))]
    decoder = [nn.ConvTranspose2d(32, 16, **double), nn.ReLU(), nn.ConvTranspose2d(16, 1, **double)]
    return nn.Sequential(*encoder, *code, *spread, *decoder)


NETS = {"ae-mlp": dense, "ae-conv": convolutional}


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what can be timed, by name; each call goes once over the images."""
    torch.manual_seed(0)
    net = NETS[name]()
    x = torch.from_numpy(np.moveaxis(images, -1, 1).copy())
    optimizer = torch.optim.Adam(net.parameters(), RATE, eps=1e-7)
    steps = math.ceil(len(x) / BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps * EPOCHS)

    def train() -> None:
        for batch in x[torch.randperm(len(x))].split(BATCH):
            cost = binary_cross_entropy_with_logits(net(batch), batch, reduction="sum")
            optimizer.zero_grad()
            (cost / len(batch)).backward()
            optimizer.step()
            schedule.step()

    def reconstruct() -> np.ndarray:
        with torch.no_grad():
            return np.concatenate([torch.sigmoid(net(batch)).numpy() for batch in x.split(500)])

    return {
        "train": train,
        "reconstruct": reconstruct,
        "parameters": lambda: sum(weights.numel() for weights in net.parameters()),
    }
