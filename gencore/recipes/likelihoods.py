"""One protocol for the likelihood of every model on the binarised test digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import data, likelihood, metrics, vae

REFERENCE_SAMPLES = 5000
REFERENCE_DRAWS = 10**7
PROTOCOL = {
    "binarization_seed": 1,
    "bound_samples": 10,
    "importance_samples": 1000,
    "prior_samples": 10**5,
    "evaluation_seed": 0,
}


def binarized(images: np.ndarray, seed: int = PROTOCOL["binarization_seed"]) -> np.ndarray:
    """Return the one binary draw of the images on which every likelihood of the book is taken."""
    return data.binarize(images, rng=seed)


def evaluate_vae(model: vae.VAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return bound, rate, distortion and two estimates of log p(x) on the binarised test digits.

    The samples and seeds are those of ``PROTOCOL``, the same for every model.
    """
    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    terms = likelihood.rate_distortion(model, x, PROTOCOL["bound_samples"], seed)
    return {
        "rate": terms["rate"],
        "distortion": terms["distortion"],
        "evidence_lower_bound": terms["bound"],
        "prior_log_likelihood": likelihood.prior_log_likelihood(
            model, x, PROTOCOL["prior_samples"], seed
        ),
        "importance_log_likelihood": likelihood.importance_log_likelihood(
            model, x, PROTOCOL["importance_samples"], seed
        ),
    }


def evaluate_importance(model: vae.VAE, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the importance-sampled log p(x) with as many samples as the literature takes."""
    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    importance = likelihood.importance_log_likelihood(model, x, REFERENCE_SAMPLES, seed)
    return {f"importance_log_likelihood_{REFERENCE_SAMPLES}": importance}


def evaluate_reference(
    model: vae.VAE, split: data.Split, weighted: Any = None
) -> dict[str, metrics.Estimate]:
    """Return the score of :func:`evaluate_importance`, and that of ten million prior samples.

    ``weighted`` is the model of the importance-sampled one, by default the same.
    """
    x, seed = binarized(split.x_test), PROTOCOL["evaluation_seed"]
    prior = likelihood.prior_log_likelihood(model, x, REFERENCE_DRAWS, seed)
    return evaluate_importance(weighted or model, split) | {
        f"prior_log_likelihood_{REFERENCE_DRAWS}": prior
    }
