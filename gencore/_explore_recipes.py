"""Recipes of networks small enough to travel with a page, for the interactive figures."""

from __future__ import annotations

from collections.abc import Iterable

import keras

from gencore import autoencoder, data, metrics, networks, vae
from gencore._autoencoder_recipes import (
    CODE_SIZE,
    EVALUATION_SEED,
    NOISE_VARIANCE,
    evaluate_autoencoder,
)
from gencore._recipe import Recipe

FILTERS = (8, 16)
PLANE_FILTERS = (16, 32)


def evaluate_copies(model: vae.VAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return what ``evaluate_autoencoder`` measures, of a VAE's copies.

    A copy is the mean of p(x|z) at the mean of q(z|x).
    """
    clean = split.x_test
    noisy = data.add_noise(clean, NOISE_VARIANCE, clip=True, rng=EVALUATION_SEED)
    return {
        "reconstruction_error": metrics.reconstruction_error(
            clean, model.images(model.codes(clean))
        ),
        "reconstruction_error_noisy_input": metrics.reconstruction_error(
            clean, model.images(model.codes(noisy))
        ),
    }


def explore_recipes() -> Iterable[Recipe]:
    """Yield three small models that copy drawings, and an autoencoder with a plane of codes."""
    shared = {
        "examples": lambda split: {"x": split.x_train},
        "validation": lambda split: {"x": split.x_valid},
        "group": "explore",
    }
    yield Recipe(
        "ae-small",
        "autoencoder, convolutional, 8 and 16 filters, 32 code units",
        build=lambda seed: autoencoder.Autoencoder(*_small(CODE_SIZE), seed=seed),
        evaluate=evaluate_autoencoder,
        epochs=10,
        learning_rate=4e-3,
        **shared,
    )
    yield Recipe(
        "ae-small-denoising",
        "autoencoder, convolutional, 8 and 16 filters, 32 code units, trained on noisy digits "
        "(variance 0.1)",
        build=lambda seed: autoencoder.Autoencoder(
            *_small(CODE_SIZE), corruption=autoencoder.gaussian_noise(NOISE_VARIANCE), seed=seed
        ),
        evaluate=evaluate_autoencoder,
        epochs=10,
        learning_rate=4e-3,
        **shared,
    )
    yield Recipe(
        "vae-small",
        "VAE, convolutional, 8 and 16 filters, 32 latent dimensions",
        build=lambda seed: vae.VAE(*_small(2 * CODE_SIZE), likelihood=vae.CROSS_ENTROPY, seed=seed),
        evaluate=evaluate_copies,
        epochs=10,
        **shared,
    )
    yield Recipe(
        "ae-plane",
        "autoencoder with 2 code units, 2 convolutions and 3 transposed convolutions",
        build=lambda seed: autoencoder.Autoencoder(
            networks.conv_encoder(2, PLANE_FILTERS, hidden=(128,)),
            networks.conv_decoder(2, PLANE_FILTERS[::-1], refine=True),
            seed=seed,
        ),
        evaluate=evaluate_autoencoder,
        epochs=10,
        **shared,
    )


def _small(outputs: int) -> tuple[keras.Model, keras.Model]:
    """Return an encoder with so many outputs, and the decoder of 32 numbers."""
    return (
        networks.conv_encoder(outputs, FILTERS),
        networks.conv_decoder(CODE_SIZE, FILTERS[::-1]),
    )
