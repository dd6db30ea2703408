"""Recipes of the chapter on matching without a likelihood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gencore import autoencoder, matching, networks
from gencore.checks.settings import keras
from gencore.recipes.autoencoders import evaluate_autoencoder
from gencore.recipes.detection import detection_recipes
from gencore.recipes.matching_scores import (
    PRIOR_BANDWIDTHS,
    PROTOCOL,
    evaluate_adversarial,
    evaluate_latent,
    evaluate_matched,
)
from gencore.recipes.parzen import GREY_LATENT, GREY_UNITS, parzen_recipes
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, GALLERY_IMAGES, GALLERY_SEED

AUTOENCODER = "ae-matching"
HIDDEN = (GREY_UNITS, GREY_UNITS)
CODE_NOISE = 0.1  # standard deviation, of codes between 0 and 1
EPOCHS, BATCH_SIZE = 40, 250
PIXEL_BANDWIDTHS = (2.5, 5.0, 10.0, 20.0)  # two images are 10 apart in the median
CODE_BANDWIDTHS = (0.2, 0.4, 0.8, 1.6)  # two codes are 1.5 apart in the median
CRITIC_WEIGHT = 2.0
KERNEL_WEIGHT = 1000.0


def matching_recipes() -> Iterable[Recipe]:
    """Yield moment matching networks, adversarial autoencoders, and the test of every model."""
    yield _autoencoder()
    for recipe in (_pixels(), _codes(), _adversarial()):
        yield from (recipe, recipe.with_seed(1), recipe.with_seed(2))
    yield _wasserstein()
    yield from _beside()
    yield from detection_recipes()


def pair(code_activation: str | None = None) -> tuple[keras.Model, keras.Model]:
    """Return an encoder and a decoder, those of the Parzen table."""
    return (
        networks.dense_encoder(
            GREY_LATENT, HIDDEN, activation="silu", code_activation=code_activation
        ),
        networks.dense_decoder(GREY_LATENT, HIDDEN, activation="silu"),
    )


def noisy(encoder: keras.Model, seed: int) -> keras.Model:
    """Return an encoder whose codes have noise while it trains."""
    noise = keras.layers.GaussianNoise(CODE_NOISE, seed=seed)
    return keras.Model(encoder.input, noise(encoder.output), name="noisy_encoder")


def gallery(model: Any) -> np.ndarray:
    """Return a few samples in 256 grey levels, shape (20, 28, 28)."""
    images = model.sample(GALLERY_IMAGES, seed=GALLERY_SEED)
    return np.round(255 * np.clip(images[..., 0], 0, 1)).astype(np.uint8)


def _autoencoder() -> Recipe:
    def build(seed: int) -> keras.Model:
        encoder, decoder = pair("sigmoid")
        return autoencoder.Autoencoder(
            noisy(encoder, seed), decoder, loss="squared_error", seed=seed
        )

    return Recipe(
        AUTOENCODER,
        f"autoencoder whose {GREY_LATENT} codes between 0 and 1 have noise of {CODE_NOISE:g} while "
        f"it trains, 2 hidden layers of {GREY_UNITS}, SiLU",
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_autoencoder,
        epochs=EPOCHS,
        group="matching",
    )


def _pixels() -> Recipe:
    def build(seed: int) -> keras.Model:
        generator = networks.dense_decoder(GREY_LATENT, HIDDEN, activation="silu")
        return matching.MomentMatching(generator, bandwidths=PIXEL_BANDWIDTHS, seed=seed)

    return _matched(
        "gmmn",
        f"moment matching network in pixels, {GREY_LATENT} latent dimensions, 2 hidden layers of "
        f"{GREY_UNITS}, SiLU, kernels of widths {_listed(PIXEL_BANDWIDTHS)}",
        build,
        learning_rate=3e-3,
    )


def _codes() -> Recipe:
    def build(seed: int) -> keras.Model:
        generator = networks.dense_encoder(
            GREY_LATENT,
            HIDDEN,
            shape=(GREY_LATENT,),
            activation="silu",
            code_activation="sigmoid",
        )
        encoder, decoder = pair("sigmoid")
        return matching.MomentMatching(
            generator,
            encoder,
            decoder,
            bandwidths=CODE_BANDWIDTHS,
            activation="linear",
            seed=seed,
        )

    def begin(model: Any, _: keras.Model, trained: autoencoder.Autoencoder) -> None:
        model.features.set_weights(trained.encoder.get_weights())
        model.decoder.set_weights(trained.decoder.get_weights())

    recipe = _matched(
        "gmmn-ae",
        f"moment matching network in the codes of {AUTOENCODER}, 2 hidden layers of {GREY_UNITS}, "
        f"SiLU, kernels of widths {_listed(CODE_BANDWIDTHS)}",
        build,
        learning_rate=3e-3,
    )
    return replace(recipe, begin=begin, needs=(CLASSIFIER, AUTOENCODER))


def _adversarial() -> Recipe:
    def build(seed: int) -> keras.Model:
        critic = networks.dense_discriminator(HIDDEN, shape=(GREY_LATENT,))
        return matching.AdversarialAutoencoder(
            *pair(), critic, weight=CRITIC_WEIGHT, loss="squared_error", seed=seed
        )

    return _matched(
        "aae",
        f"adversarial autoencoder, {GREY_LATENT} latent dimensions, 2 hidden layers of "
        f"{GREY_UNITS} each, SiLU, a critic of codes with as many, its weight {CRITIC_WEIGHT:g}",
        build,
        learning_rate=2e-3,
        evaluate=evaluate_adversarial,
        adam={"beta_1": 0.5},
    )


def _wasserstein() -> Recipe:
    def build(seed: int) -> keras.Model:
        return matching.AdversarialAutoencoder(
            *pair(),
            bandwidths=PRIOR_BANDWIDTHS,
            weight=KERNEL_WEIGHT,
            loss="squared_error",
            seed=seed,
        )

    return _matched(
        "wae",
        f"Wasserstein autoencoder: the networks of aae, with kernels of widths "
        f"{_listed(PRIOR_BANDWIDTHS)} in the critic's place, their weight {KERNEL_WEIGHT:g}",
        build,
        learning_rate=2e-3,
        evaluate=evaluate_adversarial,
    )


def _beside() -> Iterable[Recipe]:
    """Yield a VAE and a GAE of the Parzen table, to be scored as the models of this chapter."""
    for recipe in parzen_recipes():
        if recipe.name in ("vae-grey", "gae-grey-2"):
            yield replace(
                recipe,
                name=f"{recipe.name.split('-')[0]}-matching",
                summary=f"{recipe.name} once more: {recipe.summary}",
                evaluate=evaluate_latent,
                reference=None,
                group="matching",
                needs=(CLASSIFIER,),
                protocol=PROTOCOL,
            )


def _matched(name: str, summary: str, build: Any, learning_rate: float, **options: Any) -> Recipe:
    settings: dict[str, Any] = {"evaluate": evaluate_matched, **options}
    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train},
        validation=None,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=learning_rate,
        group="matching",
        needs=(CLASSIFIER,),
        protocol=PROTOCOL,
        gallery=gallery,
        gallery_epochs=(1, 2, EPOCHS // 4, EPOCHS // 2, EPOCHS),
        **settings,
    )


def _listed(widths: tuple[float, ...]) -> str:
    return ", ".join(f"{width:g}" for width in widths)
