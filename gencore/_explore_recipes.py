"""Recipes of networks small enough to travel with a page, for the interactive figures."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import keras

from gencore import autoencoder, data, gae, metrics, networks, vae
from gencore._autoencoder_recipes import (
    CODE_SIZE,
    EVALUATION_SEED,
    NOISE_VARIANCE,
    evaluate_autoencoder,
)
from gencore._noise_recipes import fit_prior, noisy
from gencore._recipe import Recipe
from gencore._samples import CLASSIFIER
from gencore._vae_recipes import evaluate_grey_vae

FILTERS = (8, 16)
PLANE_FILTERS = (16, 32)
EXEMPLARS = 10_000


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


def evaluate_grey_gae(
    model: gae.GAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of ``evaluate_grey_vae``, under the prior of the exemplars."""
    return evaluate_grey_vae(model.vae, split, classifier)


def explore_recipes() -> Iterable[Recipe]:
    """Yield three models that copy drawings; an autoencoder and a GAE with a plane of codes."""
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
        build=lambda seed: autoencoder.Autoencoder(*_plane(2), seed=seed),
        evaluate=evaluate_autoencoder,
        epochs=10,
        **shared,
    )
    yield Recipe(
        "gae-plane",
        f"GAE with 2 latent dimensions and {EXEMPLARS:,} exemplars, 2 convolutions and 3 "
        "transposed convolutions",
        build=_plane_of_exemplars,
        evaluate=evaluate_grey_gae,
        finish=partial(fit_prior, corrupt=noisy(0.0)),
        epochs=10,
        needs=(CLASSIFIER,),
        **shared,
    )


def _small(outputs: int) -> tuple[keras.Model, keras.Model]:
    """Return an encoder with so many outputs, and the decoder of 32 numbers."""
    return (
        networks.conv_encoder(outputs, FILTERS),
        networks.conv_decoder(CODE_SIZE, FILTERS[::-1]),
    )


def _plane(outputs: int) -> tuple[keras.Model, keras.Model]:
    """Return an encoder with so many outputs, and the decoder of 2 numbers."""
    return (
        networks.conv_encoder(outputs, PLANE_FILTERS, hidden=(128,)),
        networks.conv_decoder(2, PLANE_FILTERS[::-1], refine=True),
    )


def _plane_of_exemplars(seed: int) -> gae.GAE:
    """Return a GAE on the networks of ``vae-conv``, which has N(0, I) in the prior's place."""
    prior = gae.PosteriorMixture.blank(EXEMPLARS, 2)
    model = vae.VAE(*_plane(2 * 2), prior=prior, likelihood=vae.CROSS_ENTROPY, seed=seed)
    return gae.GAE(model)
