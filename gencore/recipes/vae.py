"""Recipes of the chapter on variational autoencoders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gencore import data, likelihood, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.autoencoders import (
    CODE_SIZE,
    EVALUATION_SEED,
    NOISE_VARIANCE,
    plane_pair,
    small_pair,
)
from gencore.recipes.likelihoods import (
    PROTOCOL,
    binarized,
    evaluate_importance,
    evaluate_reference,
    evaluate_vae,
)
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, evaluate_samples

LATENT_SIZE = 40
NARROW = 12
UNITS = 500
TRAINING_IMAGES = 50_000
WARM_UP_EPOCHS = 20
NARROW_SETTINGS: dict[str, Any] = {"epochs": 100, "batch_size": 500, "learning_rate": 3e-3}
VALIDATION_SEED = 2


def evaluate_grey_vae(
    model: vae.VAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the squared error of copied grey test digits, the rate, and scores of samples.

    A copy is the mean of p(x|z) at the mean of q(z|x). Grey pixels have no likelihood under a
    Bernoulli, so none is given.
    """
    x = split.x_test
    terms = likelihood.rate_distortion(model, x, PROTOCOL["bound_samples"], 0)
    copies = model.images(model.codes(x))
    return {
        "rate": terms["rate"],
        "reconstruction_error": metrics.reconstruction_error(x, copies),
        "sharpness_of_data": metrics.sharpness(x),
        "sharpness_of_copies": metrics.sharpness(copies),
    } | evaluate_samples(model, split, classifier)


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


def vae_recipes() -> Iterable[Recipe]:
    """Yield VAEs with a plane of codes, four for the likelihood table, a small one for figures."""
    yield Recipe(
        "vae-conv",
        "VAE with 2 latent dimensions, 2 convolutions and 3 transposed convolutions",
        build=_conv,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_grey_vae,
        epochs=10,
        group="vae",
        needs=(CLASSIFIER,),
    )
    dense = Recipe(
        "vae-dense",
        "VAE with 2 latent dimensions, 784-512-256-2-256-512-784",
        build=_dense,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_grey_vae,
        epochs=20,
        learning_rate=1e-3,
        group="vae",
        needs=(CLASSIFIER,),
    )
    yield from (dense, dense.with_seed(1), dense.with_seed(2))
    for depth in (1, 2, 3, 4):
        yield _table_row(depth)
    yield _warm_up()
    yield Recipe(
        "vae-small",
        "VAE, convolutional, 8 and 16 filters, 32 latent dimensions",
        build=_small,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_copies,
        epochs=10,
        group="vae",
    )


def _small(seed: int) -> keras.Model:
    return vae.VAE(*small_pair(2 * CODE_SIZE), likelihood=vae.CROSS_ENTROPY, seed=seed)


def _conv(seed: int) -> keras.Model:
    return vae.VAE(*plane_pair(2 * 2), likelihood=vae.CROSS_ENTROPY, seed=seed)


def _dense(seed: int) -> keras.Model:
    encoder = networks.dense_encoder(2 * 2, (512, 256))
    decoder = networks.dense_decoder(2, (256, 512))
    return vae.VAE(encoder, decoder, likelihood=vae.CROSS_ENTROPY, seed=seed)


def describe(kind: str, latent_size: int, depth: int) -> str:
    """Return the summary of a row of the likelihood tables."""
    layers = f"{depth} hidden layer{'s' if depth > 1 else ''} of {UNITS}"
    return f"{kind} on binarised digits, {latent_size} latent dimensions, {layers}"


def dense_pair(
    latent_size: int, depth: int, activation: str, units: int = UNITS
) -> tuple[keras.Model, keras.Model]:
    """Return encoder and decoder of a row of the likelihood tables."""
    hidden = (units,) * depth
    return (
        networks.dense_encoder(2 * latent_size, hidden, activation=activation),
        networks.dense_decoder(latent_size, hidden, activation=activation),
    )


def _table_row(depth: int) -> Recipe:
    return _binary(
        f"vae-{depth}",
        describe("VAE", LATENT_SIZE, depth),
        LATENT_SIZE,
        depth,
        epochs=100,
        learning_rate=1e-3,
        reference=evaluate_importance if depth == 2 else None,
        keep_weights=depth == 2,
    )


def _warm_up() -> Recipe:
    """Return the deepest row of the table again, its rate let in over the first epochs."""
    row = _table_row(4)
    return _binary(
        "vae-4-warm-up",
        f"{row.summary}, the weight of the rate rising from 0 to 1 over {WARM_UP_EPOCHS} epochs",
        LATENT_SIZE,
        depth=4,
        warm_up=WARM_UP_EPOCHS * TRAINING_IMAGES // row.batch_size,
        epochs=row.epochs,
        learning_rate=row.learning_rate,
        keep_weights=False,
    )


def narrow_row(depth: int) -> Recipe:
    """Return a VAE of so low a rate that draws of its prior come near the codes of images."""
    return _binary(
        f"vae-{NARROW}d-{depth}",
        f"{describe('VAE', NARROW, depth)}, SiLU",
        NARROW,
        depth,
        activation="silu",
        reference=evaluate_reference,
        group="gae",
        keep_weights=False,
        **NARROW_SETTINGS,
    )


def _binary(
    name: str,
    summary: str,
    latent_size: int,
    depth: int,
    activation: str = "relu",
    group: str = "vae",
    warm_up: int = 0,
    **settings: Any,
) -> Recipe:
    def build(seed: int) -> keras.Model:
        pair = dense_pair(latent_size, depth, activation)
        return vae.VAE(*pair, binarize=True, seed=seed, warm_up=warm_up)

    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": binarized(split.x_valid, VALIDATION_SEED)},
        evaluate=evaluate_vae,
        slice_images=100,
        protocol=PROTOCOL,
        group=group,
        **settings,
    )
