"""Recipes of the chapter on generative autoencoders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gencore import data, gae, likelihood, metrics, vae
from gencore.checks.settings import keras
from gencore.recipes.autoencoders import plane_pair
from gencore.recipes.likelihoods import (
    PROTOCOL,
    binarized,
    evaluate_importance,
    evaluate_reference,
)
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, evaluate_samples
from gencore.recipes.vae import (
    LATENT_SIZE,
    NARROW,
    NARROW_SETTINGS,
    TRAINING_IMAGES,
    UNITS,
    VALIDATION_SEED,
    dense_pair,
    describe,
    evaluate_grey_vae,
    narrow_row,
)

EXEMPLARS = TRAINING_IMAGES
FEW_EXEMPLARS = 10_000  # of the model that travels with a page
EXEMPLAR_SEED = 3
NEIGHBOURS = 500
GAE_PROTOCOL = PROTOCOL | {"exemplar_seed": EXEMPLAR_SEED, "neighbours": NEIGHBOURS}


def evaluate_gae(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the scores of ``evaluate_vae``, on the same binary test digits, draws and seeds.

    Importance sampling sums the prior over the exemplars nearest to each image, which makes it too
    low and never too high: by 1.2 nats for ``gae-2d-1``, by 0.01 for ``gae-best``
    (``likelihood.nearest_shortfall``). All else has the whole prior.
    """
    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    terms = likelihood.rate_distortion(model.vae, x, PROTOCOL["bound_samples"], seed)
    return {
        "rate": terms["rate"],
        "distortion": terms["distortion"],
        "evidence_lower_bound": terms["bound"],
        "prior_log_likelihood": likelihood.prior_log_likelihood(
            model.vae, x, PROTOCOL["prior_samples"], seed
        ),
        "importance_log_likelihood": likelihood.importance_log_likelihood(
            model.nearest(NEIGHBOURS), x, PROTOCOL["importance_samples"], seed
        ),
    }


def evaluate_gae_reference(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the scores of ``evaluate_reference``, as :func:`evaluate_gae` takes them."""
    return evaluate_reference(model.vae, split, model.nearest(NEIGHBOURS))


def evaluate_gae_importance(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the score of ``evaluate_importance``, as :func:`evaluate_gae` takes it."""
    return evaluate_importance(model.nearest(NEIGHBOURS), split)


def evaluate_best(
    model: gae.GAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of :func:`evaluate_gae` and those of samples."""
    return evaluate_gae(model, split) | evaluate_samples(model.vae, split, classifier)


def evaluate_plane(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the scores of :func:`evaluate_gae` and the negentropy of the prior."""
    return evaluate_gae(model, split) | {"prior_negentropy": gae.negentropy(model.prior)}


def fit_prior(model: gae.GAE, split: data.Split, points: int = 10_000) -> dict[str, Any]:
    """Make exemplars of all training digits, fit a scale that they share and return its bounds."""
    x = split.x_train
    if model.vae.likelihood.binary:
        x = binarized(x, EXEMPLAR_SEED)
    if model.tied:  # the encoder gives the scales too
        model.refresh(x)
        return {}
    result = model.fit_em(x, max_iter=20, tol=1e-3, points=points)
    bounds = [round(bound.value, 4) for bound in result.bounds]
    return {"em": {"bounds": bounds, "converged": result.converged, "reason": result.reason}}


def fit_first(model: gae.GAE, x: np.ndarray) -> dict[str, Any]:
    """Make exemplars of the first of many images, fit their scale by EM and return its bounds."""
    result = model.fit_em(x[: model.prior.loc.shape[0]], max_iter=10, points=2000)
    return {"em": {"bounds": [round(bound.value, 4) for bound in result.bounds]}}


def evaluate_grey_gae(
    model: gae.GAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of ``evaluate_grey_vae``, under the prior of the exemplars."""
    return evaluate_grey_vae(model.vae, split, classifier)


def gae_recipes() -> Iterable[Recipe]:
    """Yield the rows of the likelihood tables and the planes of codes."""
    for depth in (1, 2, 3, 4):
        yield _table_row(depth)
    for depth in (1, 2, 3, 4):
        yield from (narrow_row(depth), _narrow_row(depth))
    yield from (row(2).with_seed(seed) for seed in (1, 2) for row in (narrow_row, _narrow_row))
    yield binary(
        "gae-best",
        f"{describe('GAE', LATENT_SIZE, 2)}, SiLU, trained for longer",
        LATENT_SIZE,
        2,
        activation="silu",
        evaluate=evaluate_best,
        reference=evaluate_gae_importance,
        needs=(CLASSIFIER,),
        epochs=300,
        batch_size=500,
        learning_rate=3e-3,
    )
    for depth in (1, 2):
        plane = binary(
            f"gae-2d-{depth}",
            describe("GAE", 2, depth),
            2,
            depth,
            evaluate=evaluate_plane,
            epochs=50,
            learning_rate=1e-3,
        )
        yield from (plane, plane.with_seed(1), plane.with_seed(2))
    yield Recipe(
        "gae-plane",
        f"GAE with 2 latent dimensions and {FEW_EXEMPLARS:,} exemplars, 2 convolutions and 3 "
        "transposed convolutions",
        build=_grey_plane,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_grey_gae,
        finish=lambda model, split: fit_first(model, split.x_train),
        epochs=10,
        group="gae",
        needs=(CLASSIFIER,),
    )


def _grey_plane(seed: int) -> keras.Model:
    """Return a GAE on the networks of ``vae-conv``, which has N(0, I) in the prior's place."""
    prior = gae.PosteriorMixture.blank(FEW_EXEMPLARS, 2)
    return gae.GAE(
        vae.VAE(*plane_pair(2 * 2), prior=prior, likelihood=vae.CROSS_ENTROPY, seed=seed)
    )


def _table_row(depth: int) -> Recipe:
    """Return a row with the networks, epochs and learning rate of the VAE of the same depth."""
    return binary(
        f"gae-{depth}",
        describe("GAE", LATENT_SIZE, depth),
        LATENT_SIZE,
        depth,
        epochs=100,
        learning_rate=1e-3,
        keep_weights=False,
    )


def _narrow_row(depth: int) -> Recipe:
    """Return the counterpart of the VAE of the same depth with few latent dimensions."""
    return binary(
        f"gae-{NARROW}d-{depth}",
        f"{describe('GAE', NARROW, depth)}, SiLU",
        NARROW,
        depth,
        activation="silu",
        reference=evaluate_gae_reference,
        keep_weights=False,
        **NARROW_SETTINGS,
    )


def binary(
    name: str,
    summary: str,
    latent_size: int,
    depth: int,
    activation: str = "relu",
    evaluate: Callable[..., dict[str, metrics.Estimate]] = evaluate_gae,
    units: int = UNITS,
    tied: bool = False,
    warm_up: int = 0,
    model: dict[str, Any] | None = None,
    finish: Callable[..., dict[str, Any]] = fit_prior,
    protocol: dict[str, int] | None = None,
    **settings: Any,
) -> Recipe:
    """Return the recipe of a GAE on binarised digits.

    ``model`` has arguments of the GAE, ``protocol`` what its scores do otherwise.
    """

    def build(seed: int) -> keras.Model:
        pair = dense_pair(latent_size, depth, activation, units)
        prior = gae.PosteriorMixture.blank(EXEMPLARS, latent_size, tied)
        inner = vae.VAE(*pair, prior=prior, binarize=True, seed=seed, warm_up=warm_up)
        return gae.GAE(inner, **(model or {}))

    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": binarized(split.x_valid, VALIDATION_SEED)},
        finish=finish,
        evaluate=evaluate,
        group="gae",
        slice_images=100,
        protocol=GAE_PROTOCOL | (protocol or {}),
        **settings,
    )
