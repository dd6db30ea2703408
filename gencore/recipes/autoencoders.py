"""Recipes of the chapter on autoencoders, and of the classifier that scores samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gencore import autoencoder, data, metrics, networks
from gencore.checks.settings import keras
from gencore.recipes.recipe import Recipe

CODE_SIZE = 32
SMALL_FILTERS = (8, 16)  # of networks that travel with a page
PLANE_FILTERS = (16, 32)
NOISE_VARIANCE = 0.1
EVALUATION_SEED = 1

Pair = Callable[[], tuple[keras.Model, keras.Model]]


def evaluate_autoencoder(
    model: autoencoder.Autoencoder, split: data.Split
) -> dict[str, metrics.Estimate]:
    """Return the squared error of test digits copied from clean and from noisy input.

    The noise has variance 0.1 and is clipped; the target is the clean digit in both cases.
    """
    clean = split.x_test
    noisy = data.add_noise(clean, NOISE_VARIANCE, clip=True, rng=EVALUATION_SEED)
    return {
        "reconstruction_error": metrics.reconstruction_error(clean, model.reconstruct(clean)),
        "reconstruction_error_noisy_input": metrics.reconstruction_error(
            clean, model.reconstruct(noisy)
        ),
    }


def evaluate_classifier(model: keras.Model, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the share of test digits that are recognised."""
    logits = model.predict(split.x_test, batch_size=500, verbose=0)
    return {"accuracy": metrics.accuracy(logits, split.y_test)}


def grey_autoencoder(
    name: str,
    summary: str,
    pair: Pair,
    epochs: int = 20,
    learning_rate: float = 4e-3,
    corruption: autoencoder.Corruption | None = None,
    penalty: autoencoder.Penalty | None = None,
    evaluate: Callable[..., dict[str, metrics.Estimate]] = evaluate_autoencoder,
    **options: Any,
) -> Recipe:
    """Return the recipe of an autoencoder trained with cross-entropy on grey digits.

    ``pair()`` makes the encoder and the decoder; ``options`` are further settings of ``Recipe``.
    """

    def build(seed: int) -> keras.Model:
        encoder, decoder = pair()
        return autoencoder.Autoencoder(
            encoder, decoder, corruption=corruption, penalty=penalty, seed=seed
        )

    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate,
        learning_rate=learning_rate,
        epochs=epochs,
        **options,
    )


def classifier_recipe() -> Recipe:
    """Return the recipe of the classifier of digits."""
    return Recipe(
        "digit-classifier",
        "convolutional classifier of digits; its features score samples",
        build=lambda seed: networks.digit_classifier(seed=seed),
        examples=lambda split: {"x": split.x_train, "y": split.y_train},
        validation=lambda split: {"x": split.x_valid, "y": split.y_valid},
        evaluate=evaluate_classifier,
        epochs=12,
        compile_arguments={
            "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "metrics": ["accuracy"],
        },
        group="scoring",
    )


def dense_pair(*hidden: int, code: int = CODE_SIZE, code_activation: str | None = None) -> Pair:
    """Return what makes a dense encoder and a dense decoder, one the other's mirror image."""
    return lambda: (
        networks.dense_encoder(code, hidden, code_activation=code_activation),
        networks.dense_decoder(code, hidden[::-1]),
    )


def _conv_pair(*filters: int) -> Pair:
    return lambda: (
        networks.conv_encoder(CODE_SIZE, filters),
        networks.conv_decoder(CODE_SIZE, filters[::-1]),
    )


def small_pair(outputs: int) -> tuple[keras.Model, keras.Model]:
    """Return an encoder with so many outputs, and a decoder of codes, both small."""
    return (
        networks.conv_encoder(outputs, SMALL_FILTERS),
        networks.conv_decoder(CODE_SIZE, SMALL_FILTERS[::-1]),
    )


def plane_pair(outputs: int) -> tuple[keras.Model, keras.Model]:
    """Return an encoder with so many outputs, and a decoder of codes in the plane."""
    return (
        networks.conv_encoder(outputs, PLANE_FILTERS, hidden=(128,)),
        networks.conv_decoder(2, PLANE_FILTERS[::-1], refine=True),
    )


def autoencoder_recipes() -> Iterable[Recipe]:
    """Yield the classifier, what the chapter compares, its controls, networks for its figures."""
    yield classifier_recipe()
    noise = autoencoder.gaussian_noise(NOISE_VARIANCE)
    compared = [
        grey_autoencoder("ae-mlp", "dense, 784-256-32-256-784", dense_pair(256)),
        grey_autoencoder(
            "ae-deep", "dense, 784-256-128-64-32-64-128-256-784", dense_pair(256, 128, 64)
        ),
        grey_autoencoder("ae-conv", "convolutional, 16 and 32 filters", _conv_pair(16, 32)),
        grey_autoencoder(
            "ae-conv-denoising",
            "convolutional, 32 and 64 filters, trained on noisy digits (variance 0.1)",
            _conv_pair(32, 64),
            corruption=noise,
        ),
    ]
    controls = [
        grey_autoencoder(
            "ae-conv-wide",
            "convolutional, 32 and 64 filters, trained on clean digits",
            _conv_pair(32, 64),
            keep_weights=False,
        ),
        grey_autoencoder(
            "ae-conv-noisy",
            "convolutional, 16 and 32 filters, trained on noisy digits (variance 0.1)",
            _conv_pair(16, 32),
            corruption=noise,
            keep_weights=False,
        ),
    ]
    for recipe in compared + controls:
        yield from (recipe, recipe.with_seed(1), recipe.with_seed(2))
    yield grey_autoencoder(
        "ae-overcomplete",
        "one affine layer into 196 units, without a penalty",
        dense_pair(code=196, code_activation="sigmoid"),
    )
    yield grey_autoencoder(
        "ae-sparse",
        "one affine layer into 196 units, asked for a mean activity of one twentieth",
        dense_pair(code=196, code_activation="sigmoid"),
        penalty=autoencoder.kl_penalty(target=0.05, weight=3.0),
    )
    yield grey_autoencoder(
        "ae-small",
        "autoencoder, convolutional, 8 and 16 filters, 32 code units",
        lambda: small_pair(CODE_SIZE),
        epochs=10,
    )
    yield grey_autoencoder(
        "ae-small-denoising",
        "autoencoder, convolutional, 8 and 16 filters, 32 code units, trained on noisy digits "
        "(variance 0.1)",
        lambda: small_pair(CODE_SIZE),
        epochs=10,
        corruption=noise,
    )
    yield grey_autoencoder(
        "ae-plane",
        "autoencoder with 2 code units, 2 convolutions and 3 transposed convolutions",
        lambda: plane_pair(2),
        epochs=10,
        learning_rate=2e-3,
    )
