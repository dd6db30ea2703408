"""Adversarial training written plainly in PyTorch: two nets, two optimizers, and the loop."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits


class Settings(NamedTuple):
    """How a recipe trains (tests/test_benchmarks.py compares these with the recipes)."""

    learning_rate: float
    epochs: int
    latent_size: int = 100
    critic_steps: int = 1
    batch_size: int = 128
    penalty_weight: float = 0.0


SETTINGS = {
    "gan-dense": Settings(1e-3, 25, latent_size=128),
    "gan-conv": Settings(3e-4, 10),
    "dcgan": Settings(2e-3, 15),
    "wgan-gp": Settings(1e-3, 8, critic_steps=2, penalty_weight=10.0),
}
DOUBLE = {"kernel_size": 4, "stride": 2, "padding": 1}


def gan_dense() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the dense nets: batch normalisation in one, dropout in the other."""
    sizes = (128, 256, 512, 1024)
    blocks = [
        (nn.Linear(a, b, bias=False), nn.BatchNorm1d(b), nn.ReLU())
        for a, b in zip(sizes, sizes[1:], strict=False)
    ]
    hidden = [layer for block in blocks for layer in block]
    generator = [*hidden, nn.Linear(1024, 784), nn.Unflatten(1, (1, 28, 28))]
    discriminator = [
        *(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.4)),
        *(nn.Linear(512, 256), nn.ReLU(), nn.Dropout(0.4), nn.Linear(256, 1)),
    ]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def gan_conv() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the nets with upsampling and with max pooling."""
    generator = nn.Sequential(
        *(nn.Linear(100, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7))),
        *(nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2)),
        *(nn.Conv2d(32, 16, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2)),
        nn.Conv2d(16, 1, 3, padding=1),
    )
    discriminator = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.LeakyReLU(0.2), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.LeakyReLU(0.2), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(1568, 1)),
    )
    return generator, discriminator


def transposed_generator() -> nn.Sequential:
    """Return the generator with transposed convolutions."""
    return nn.Sequential(
        *(nn.Linear(100, 3136, bias=False), nn.Unflatten(1, (64, 7, 7))),
        *(nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 32, bias=False, **DOUBLE)),
        *(nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 1, **DOUBLE)),
    )


def dcgan() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the nets with transposed and with strided convolutions, 28, 14, 7 and 4 pixels."""
    discriminator = nn.Sequential(
        *(nn.Conv2d(1, 32, **DOUBLE), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(32, 64, bias=False, **DOUBLE), nn.BatchNorm2d(64), nn.LeakyReLU(0.2)),
        *(nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(64, 128, 4, stride=2, bias=False)),
        *(nn.BatchNorm2d(128), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(2048, 1)),
    )
    return transposed_generator(), discriminator


def wgan_gp() -> tuple[nn.Sequential, nn.Sequential]:
    """Return the generator of the DCGAN and a smaller critic without batch normalisation."""
    critic = nn.Sequential(
        *(nn.Conv2d(1, 32, **DOUBLE), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(32, 64, **DOUBLE), nn.LeakyReLU(0.2)),
        *(nn.Flatten(), nn.Linear(3136, 1)),
    )
    return transposed_generator(), critic


NETS = {
    "gan-dense": gan_dense,
    "gan-conv": gan_conv,
    "dcgan": dcgan,
    "wgan-gp": wgan_gp,
}


def penalty(discriminator: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Return how far the critic's slope is from 1 between real and fake images."""
    share = torch.rand(len(real), 1, 1, 1)
    x = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


class Game:
    """Two nets and their optimizers, which take turns."""

    def __init__(self, name: str, images: int):
        self.settings = SETTINGS[name]
        self.generator, self.discriminator = NETS[name]()
        self.wasserstein = name == "wgan-gp"
        self.optimizers = [
            torch.optim.Adam(net.parameters(), self.settings.learning_rate, (0.5, 0.999), eps=1e-7)
            for net in (self.generator, self.discriminator)
        ]
        steps = math.ceil(images / self.settings.batch_size) * self.settings.epochs
        self.schedules = [
            torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps // turns)
            for optimizer, turns in zip(
                self.optimizers, (self.settings.critic_steps, 1), strict=True
            )
        ]

    def fakes(self, count: int) -> torch.Tensor:
        """Return images of fresh codes."""
        return torch.sigmoid(self.generator(torch.randn(count, self.settings.latent_size)))

    def train(self, x: torch.Tensor) -> None:
        """Go once over the images in a new order."""
        batches = x[torch.randperm(len(x))].split(self.settings.batch_size)
        for step, real in enumerate(batches, 1):
            fake = self.fakes(len(real))
            self.descend(1, self.discriminator_loss(real, fake.detach()))
            if step % self.settings.critic_steps == 0:
                self.descend(0, self.generator_loss(fake))

    def descend(self, player: int, loss: torch.Tensor) -> None:
        """Take one step of one player."""
        self.optimizers[player].zero_grad()
        loss.backward()
        self.optimizers[player].step()
        self.schedules[player].step()

    def discriminator_loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        """Return what the discriminator minimises."""
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        if self.wasserstein:
            slopes = penalty(self.discriminator, real, fake)
            return on_fake.mean() - on_real.mean() + self.settings.penalty_weight * slopes
        ones, zeros = torch.ones_like(on_real), torch.zeros_like(on_fake)
        cross_entropy = binary_cross_entropy_with_logits
        return cross_entropy(on_real, ones) + cross_entropy(on_fake, zeros)

    def generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        """Return what the generator minimises."""
        logits = self.discriminator(fake)
        if self.wasserstein:
            return -logits.mean()
        return binary_cross_entropy_with_logits(logits, torch.ones_like(logits))

    def sample(self, count: int) -> np.ndarray:
        """Return images of fresh codes in batches of 500, with the moving statistics."""
        self.generator.eval()
        with torch.no_grad():
            sizes = [min(500, count - done) for done in range(0, count, 500)]
            images = np.concatenate([self.fakes(size).numpy() for size in sizes])
        self.generator.train()
        return images


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what can be timed, by name; each call goes once over the images."""
    torch.manual_seed(0)
    x = torch.from_numpy(np.moveaxis(images, -1, 1).copy())
    game = Game(name, len(x))
    nets = (game.generator, game.discriminator)
    return {
        "train": lambda: game.train(x),
        "sample": lambda: game.sample(len(x)),
        "parameters": lambda: sum(w.numel() for net in nets for w in net.parameters()),
    }
