"""The source's own GAE, what each departure from it does, and trials that chose settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import keras
import numpy as np

from gencore import data, gae, likelihood, metrics, vae
from gencore.recipes.gae import EXEMPLAR_SEED, NEIGHBOURS, binary, fit_prior
from gencore.recipes.likelihoods import PROTOCOL, binarized, evaluate_vae
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, SAMPLE_SEED, evaluate_samples
from gencore.recipes.vae import (
    LATENT_SIZE,
    VALIDATION_SEED,
    dense_pair,
    describe,
    vae_recipes,
)

DEPTH = 2
EPOCHS = 15  # of each of the eight; the other settings are those of gae-2
TRIAL_EPOCHS = 10
TRIAL_IMAGES = 2000
TRIAL_SAMPLES = 200
OWN_IMAGES = 1000
OWN_SAMPLES = 5
ABLATION = {"importance_samples": 100, "bound_samples": 1}
COPIES = 1000
EM_POINTS = 2000
PSEUDO_INPUTS = 500  # as many as in the paper
# Weights of the means and of the scales in R. With 1/2 and 1/2, R is minus KL[q || N(0, I)].
GRID = ((0.1, 0.1), (0.25, 0.25), (0.5, 0.5), (0.1, 0.5), (0.1, 1.0), (0.1, 2.0))
WEIGHTS = GRID[5]  # best on validation digits
# What each trial for gae-best changes. Gated layers of 300 have about the weights of 500 others.
LADDER: dict[str, dict[str, Any]] = {
    "base": {},
    "gated": {"activation": "gated", "units": 300},
    "warm-up": {"warm_up": 500},
    "memory": {"batch_size": 1000},
}


def evaluate_validation(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the importance-sampled log p(x) of the first validation digits, by few samples."""
    x = binarized(split.x_valid[:TRIAL_IMAGES], VALIDATION_SEED)
    score = likelihood.importance_log_likelihood(
        model.nearest(min(NEIGHBOURS, model.prior.loc.shape[0])), x, TRIAL_SAMPLES
    )
    return {"validation_log_likelihood": score}


def evaluate_own(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    r"""Return the bound on training digits with the own exemplar in the prior, and without it.

    .. math:: \log p(x_i|z) - \log q(z|x_i) + \log \frac1n \sum_j N(z; \mu_j, \sigma_j^2)
       \quad\text{and}\quad \dots + \log \frac1{n-1} \sum_{j \ne i} N(z; \mu_j, \sigma_j^2),

    averaged over draws of q(z|x_i) and over the first training digits, which are exemplars. A test
    digit is no exemplar: every score of test digits is one without.
    """
    x = binarized(split.x_train[:OWN_IMAGES], EXEMPLAR_SEED)
    generator = keras.random.SeedGenerator(PROTOCOL["evaluation_seed"])
    sums = np.zeros((2, len(x)))
    for _ in range(OWN_SAMPLES):
        for first in range(0, len(x), 500):
            rows = np.arange(first, min(first + 500, len(x)))
            q = model.vae.encode(x[rows])
            z = q.sample(seed=generator)
            outside = model.vae.decode(z).log_prob(x[rows]) - q.log_prob(z)
            for total, out in zip(sums, (None, rows), strict=True):
                total[rows] += np.asarray(outside + model.prior.log_prob(z, out))
    own_in, own_out = sums / OWN_SAMPLES
    return {
        "training_bound_own_in": metrics.Estimate.from_values(own_in, "nats"),
        "training_bound_own_out": metrics.Estimate.from_values(own_out, "nats"),
    }


def evaluate_copying(model: gae.GAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the pixels in which a sample differs from the nearest training digit.

    Samples are drawn pixel by pixel, as the training digits that they are compared with are.
    """
    known = binarized(split.x_train, EXEMPLAR_SEED).reshape(len(split.x_train), -1)
    ink, nearest = known.sum(axis=1), []
    z = model.prior.sample(COPIES, SAMPLE_SEED)
    drawn = np.asarray(model.vae.decode(z).sample(seed=SAMPLE_SEED + 1)).reshape(COPIES, -1)
    for rows in np.split(drawn, range(100, COPIES, 100)):
        differ = rows.sum(axis=1)[:, None] + ink - 2 * rows @ known.T
        nearest.append(differ.min(axis=1))
    return {"pixels_from_a_training_digit": metrics.Estimate.from_values(np.concatenate(nearest))}


def evaluate_ablation(
    model: gae.GAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return likelihoods, the bound with and without the own exemplar, and scores of samples.

    Importance sampling is that of :func:`evaluate_gae`, with a tenth of the samples.
    """
    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    terms = likelihood.rate_distortion(model.vae, x, 1, seed)
    scores = {
        "rate": terms["rate"],
        "distortion": terms["distortion"],
        "evidence_lower_bound": terms["bound"],
        "importance_log_likelihood": likelihood.importance_log_likelihood(
            model.nearest(NEIGHBOURS), x, ABLATION["importance_samples"], seed
        ),
    }
    scores |= evaluate_own(model, split) | evaluate_copying(model, split)
    return scores | evaluate_samples(model.vae, split, classifier)


def evaluate_vamp(
    model: vae.VAE, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of ``evaluate_vae`` and those of samples."""
    return evaluate_vae(model, split) | evaluate_samples(model, split, classifier)


def ablation_recipes() -> Iterable[Recipe]:
    """Yield the trials of the weights of R, the source's model, and all eight combinations."""
    for weights in GRID:
        yield _gae(
            f"gae-source-trial-{weights[0]:g}-{weights[1]:g}",
            tied=True,
            own=True,
            weights=weights,
            epochs=TRIAL_EPOCHS,
            evaluate=evaluate_validation,
        )
    source = _gae("gae-source", tied=True, own=True, weights=WEIGHTS, epochs=EPOCHS)
    yield from (source, source.with_seed(1), source.with_seed(2))
    for tied, own, regularised in product((True, False), repeat=3):
        words = (
            "tied" if tied else "shared",
            "in" if own else "out",
            "regularised" if regularised else "plain",
        )
        recipe = _gae(
            f"gae-ablation-{'-'.join(words)}",
            tied=tied,
            own=own,
            weights=WEIGHTS if regularised else None,
            epochs=EPOCHS,
        )
        yield recipe
        if not (tied or own or regularised):  # ours; that of the source is gae-source
            yield from (recipe.with_seed(1), recipe.with_seed(2))
    yield _vamp()
    for name, changes in LADDER.items():
        yield _rung(name, **changes)


def _rung(name: str, **changes: Any) -> Recipe:
    """Return a short training of ``gae-best`` with a change, scored on validation digits."""
    words = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in changes.items())
    settings = {"activation": "silu", "batch_size": 500, "learning_rate": 3e-3} | changes
    return binary(
        f"gae-best-trial-{name}",
        f"gae-best in {TRIAL_EPOCHS} epochs, {words or 'as it is'}",
        LATENT_SIZE,
        DEPTH,
        evaluate=evaluate_validation,
        epochs=TRIAL_EPOCHS,
        keep_weights=False,
        **settings,
    )


def _vamp() -> Recipe:
    """Return the recipe of ``vae-2`` with learned pseudo-inputs in the place of N(0, I)."""
    row = next(recipe for recipe in vae_recipes() if recipe.name == f"vae-{DEPTH}")

    def build(seed: int) -> keras.Model:
        encoder, decoder = dense_pair(LATENT_SIZE, DEPTH, "relu")
        prior = gae.VampPrior(encoder, PSEUDO_INPUTS, seed)
        return vae.VAE(encoder, decoder, prior=prior, binarize=True, seed=seed)

    return replace(
        row,
        name=f"vae-vamp-{DEPTH}",
        summary=f"{row.summary}; VampPrior with {PSEUDO_INPUTS} learned pseudo-inputs",
        build=build,
        evaluate=evaluate_vamp,
        reference=None,
        group="gae",
        keep_weights=False,
        needs=(CLASSIFIER,),
    )


def _gae(
    name: str,
    tied: bool,
    own: bool,
    weights: tuple[float, float] | None,
    epochs: int,
    evaluate: Callable[..., dict[str, metrics.Estimate]] = evaluate_ablation,
) -> Recipe:
    """Return the recipe of a GAE on the networks of ``gae-2``, with or without each departure."""
    (first, second), whole = weights or (0.0, 0.0), evaluate is evaluate_ablation
    words = (
        "each component with the scale of its posterior" if tied else "one shared scale",
        f"own exemplar {'in' if own else 'out'}",
        f"R weighted {first:g} and {second:g}" if weights else "no R",
    )
    return binary(
        name,
        f"{describe('GAE', LATENT_SIZE, DEPTH)}; {', '.join(words)}",
        LATENT_SIZE,
        DEPTH,
        evaluate=evaluate,
        tied=tied,
        model={"leave_one_out": not own, "mean_weight": first, "scale_weight": second},
        epochs=epochs,
        learning_rate=1e-3,
        keep_weights=False,
        finish=partial(fit_prior, points=EM_POINTS),
        protocol=ABLATION if whole else None,
        needs=(CLASSIFIER,) if whole else (),
    )
