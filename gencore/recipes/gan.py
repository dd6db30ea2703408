"""Recipes of the chapter on adversarial networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gencore import adversarial, data, gan, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.conditional import CLASSES, conditional_vae
from gencore.recipes.recipe import Recipe
from gencore.recipes.ring import ring_recipes
from gencore.recipes.samples import (
    CLASSIFIER,
    evaluate_held_out,
    evaluate_samples,
    gallery,
    no_model,
)

Players = Callable[[], tuple[keras.Model, keras.Model]]

LATENT_SIZE = 100
R1_WEIGHT = 0.1


def gan_recipes() -> Iterable[Recipe]:
    """Yield the GANs on digits, the conditional pair, and those on a ring."""
    compared = [
        _digits(
            "gan-dense",
            "GAN, generator 128-256-512-1024-784 with batch normalisation, discriminator "
            "784-512-256-1 with dropout 0.4",
            dense_players,
            epochs=25,
            learning_rate=1e-3,
        ),
        _digits(
            "gan-conv",
            "GAN, generator with upsampling and 32 and 16 filters, discriminator with max pooling "
            "and 16 and 32",
            lambda: (
                networks.upsampling_generator(LATENT_SIZE, (32, 16)),
                networks.pooling_discriminator((16, 32)),
            ),
            epochs=10,
            learning_rate=3e-4,
        ),
        _digits(
            "dcgan",
            "DCGAN, transposed convolutions from 64 and 32 filters, strided ones of 32, 64 and 128",
            lambda: (
                networks.transposed_generator(LATENT_SIZE, (64, 32)),
                networks.strided_discriminator((32, 64, 128), normalise=True),
            ),
            epochs=15,
            learning_rate=2e-3,
        ),
        _digits(
            "wgan-gp",
            "Wasserstein GAN with gradient penalty, generator of the DCGAN, critic with strided "
            "convolutions of 32 and 64 without batch normalisation, 2 critic steps",
            lambda: (
                networks.transposed_generator(LATENT_SIZE, (64, 32)),
                networks.strided_discriminator((32, 64)),
            ),
            epochs=8,
            learning_rate=1e-3,
            loss=adversarial.wasserstein,
            penalty=adversarial.gradient_penalty,
            critic_steps=2,
        ),
    ]
    for recipe in compared:
        yield from (recipe, recipe.with_seed(1), recipe.with_seed(2))
    yield _digits(
        "gan-r1",
        f"GAN, the players of gan-dense, with the penalty R1 of weight {R1_WEIGHT:g}",
        dense_players,
        epochs=25,
        learning_rate=1e-3,
        penalty=adversarial.r1_penalty,
        penalty_weight=R1_WEIGHT,
    )
    yield _digits(
        "cgan",
        "conditional DCGAN, 10 labels",
        lambda: (
            networks.transposed_generator(LATENT_SIZE, (64, 32), classes=CLASSES),
            networks.strided_discriminator((32, 64), classes=CLASSES, normalise=True),
        ),
        epochs=8,
        learning_rate=1e-3,
        labelled=True,
    )
    plain = _digits(
        "gan-dense-plain",
        "GAN, generator 128-256-512-1024-784, discriminator 784-512-256-1, nothing else",
        lambda: (networks.dense_generator(), networks.dense_discriminator()),
        epochs=8,
        learning_rate=1e-3,
        collapse=0.0,
    )
    yield replace(plain, keep_weights=False)
    yield _conditional_vae()
    yield _held_out()
    yield from ring_recipes()


def dense_players() -> tuple[keras.Model, keras.Model]:
    """Return generator and discriminator of the dense GAN on digits."""
    return (
        networks.dense_generator(normalise=True),
        networks.dense_discriminator(dropout=0.4),
    )


def _digits(
    name: str,
    summary: str,
    players: Players,
    epochs: int,
    learning_rate: float,
    labelled: bool = False,
    **options: Any,
) -> Recipe:
    """Return the recipe of a GAN on grey digits, scored by its samples."""

    def build(seed: int) -> keras.Model:
        return gan.GAN(*players(), seed=seed, **options)

    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train} | ({"y": split.y_train} if labelled else {}),
        validation=None,
        evaluate=evaluate_samples,
        epochs=epochs,
        batch_size=128,
        learning_rate=learning_rate,
        adam={"beta_1": 0.5},
        group="gan",
        needs=(CLASSIFIER,),
        gallery=gallery,
        gallery_epochs=(1, 2, max(3, epochs // 4), epochs // 2, epochs),
    )


def _conditional_vae() -> Recipe:
    def build(seed: int) -> keras.Model:
        return conditional_vae(2, (512, 256), seed, likelihood=vae.CROSS_ENTROPY)

    def pair(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        return {"x": (x, data.one_hot(y, CLASSES))}

    return Recipe(
        "cvae",
        "conditional VAE with 2 latent dimensions and 10 labels, the networks of vae-dense",
        build,
        examples=lambda split: pair(split.x_train, split.y_train),
        validation=lambda split: pair(split.x_valid, split.y_valid),
        evaluate=evaluate_samples,
        epochs=20,
        learning_rate=1e-3,
        group="gan",
        needs=(CLASSIFIER,),
        gallery=gallery,
        gallery_epochs=(1, 2, 5, 10, 20),
    )


def _held_out() -> Recipe:
    """Return a recipe that trains nothing and scores the validation digits as if generated."""
    return Recipe(
        "held-out-digits",
        "no model: the validation digits in the place of samples",
        build=no_model,
        examples=lambda split: {"x": split.x_valid},
        validation=None,
        evaluate=evaluate_held_out,
        epochs=0,
        group="gan",
        needs=(CLASSIFIER,),
        keep_weights=False,
    )
