"""The networks of the chapter on noise: small, so that a grid of them trains in hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gencore import adversarial, autoencoder, gae, gan, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.gan import dense_players

CLASSES = 10
CODE_SIZE = 10
EXEMPLARS = 10_000
GAN_CODES = 100


@dataclass(frozen=True)
class Kind:
    """A model of the grid: ``build(seed, **options)``, and how it is trained.

    ``labels`` says where the labels go: nowhere, into ``"y"``, or beside the images, ``"pair"``.
    """

    summary: str
    build: Callable[..., keras.Model]
    epochs: int
    labels: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


def _autoencoder(seed: int) -> keras.Model:
    pair = networks.dense_encoder(32, (256,)), networks.dense_decoder(32, (256,))
    return autoencoder.Autoencoder(*pair, seed=seed)


def _vae_networks() -> tuple[keras.Model, keras.Model]:
    hidden = (512, 256)
    return (
        networks.dense_encoder(2 * CODE_SIZE, hidden),
        networks.dense_decoder(CODE_SIZE, hidden[::-1]),
    )


def _vae(seed: int, likelihood: Callable[[], vae.Likelihood] | None = None) -> vae.VAE:
    """Return the VAE; ``likelihood()`` makes its likelihood, by default the cross-entropy."""
    chosen = likelihood() if likelihood else vae.CROSS_ENTROPY
    return vae.VAE(*_vae_networks(), likelihood=chosen, seed=seed)


def conditional_vae(seed: int, code_size: int = CODE_SIZE) -> vae.VAE:
    """Return the conditional VAE of the grid, or one with a code of another length."""
    encoder = networks.dense_encoder(2 * code_size, (512, 256), shape=(784 + CLASSES,))
    decoder = networks.dense_decoder(code_size + CLASSES, (256, 512))
    return vae.VAE(
        networks.conditional(encoder, CLASSES, networks.IMAGE_SHAPE),
        networks.conditional(decoder, CLASSES, (code_size,)),
        likelihood=vae.CROSS_ENTROPY,
        seed=seed,
    )


def _gae(seed: int) -> gae.GAE:
    prior = gae.PosteriorMixture.blank(EXEMPLARS, CODE_SIZE)
    return gae.GAE(vae.VAE(*_vae_networks(), prior=prior, likelihood=vae.CROSS_ENTROPY, seed=seed))


def _gan(seed: int, measurement: Any = None) -> gan.GAN:
    return gan.GAN(*dense_players(), measurement=measurement, seed=seed)


def _convolutional(seed: int, classes: int | None = None) -> gan.GAN:
    return gan.GAN(
        networks.transposed_generator(GAN_CODES, (32, 16), classes=classes),
        networks.strided_discriminator((16, 32), classes=classes, normalise=True),
        seed=seed,
    )


def _wasserstein(seed: int) -> gan.GAN:
    return gan.GAN(
        networks.transposed_generator(GAN_CODES, (32, 16)),
        networks.strided_discriminator((16, 32)),
        loss=adversarial.wasserstein,
        penalty=adversarial.gradient_penalty,
        critic_steps=2,
        seed=seed,
    )


_DENSE = {"learning_rate": 1e-3}
_PLAYERS = {"learning_rate": 1e-3, "batch_size": 128, "adam": {"beta_1": 0.5}}
_VAE_WORDS = f"dense, 784-512-256-{CODE_SIZE}-256-512-784"
_DCGAN_WORDS = "transposed convolutions from 32 and 16 filters, strided ones of 16 and 32"

KINDS = {
    "ae": Kind("autoencoder, dense, 784-256-32-256-784", _autoencoder, 10, settings=_DENSE),
    "ae-denoising": Kind(
        "autoencoder that alone is shown the clean digits as targets, dense, 784-256-32-256-784",
        _autoencoder,
        10,
        settings=_DENSE,
    ),
    "vae": Kind(f"VAE, {_VAE_WORDS}", _vae, 20, settings=_DENSE),
    "gan": Kind(
        "GAN, generator 128-256-512-1024-784 with batch normalisation, discriminator "
        "784-512-256-1 with dropout 0.4",
        _gan,
        10,
        settings=_PLAYERS,
    ),
    "dcgan": Kind(f"DCGAN, {_DCGAN_WORDS}", _convolutional, 5, settings=_PLAYERS),
    "wgan-gp": Kind(
        f"Wasserstein GAN with gradient penalty, 2 critic steps, {_DCGAN_WORDS}",
        _wasserstein,
        4,
        settings=_PLAYERS,
    ),
    "cvae": Kind(
        f"conditional VAE, 10 labels, {_VAE_WORDS}",
        conditional_vae,
        10,
        labels="pair",
        settings=_DENSE,
    ),
    "cgan": Kind(
        f"conditional DCGAN, 10 labels, {_DCGAN_WORDS}",
        lambda seed: _convolutional(seed, CLASSES),
        4,
        labels="y",
        settings=_PLAYERS,
    ),
    "gae": Kind(f"GAE with {EXEMPLARS:,} exemplars, {_VAE_WORDS}", _gae, 10, settings=_DENSE),
}
