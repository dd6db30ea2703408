"""Scores of the models of the chapter on matching: of samples, of copies, of codes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import data, matching, metrics
from gencore.checks.settings import keras
from gencore.recipes.detection import DETECTION_PROTOCOL, score_detection
from gencore.recipes.parzen import GREY_SAMPLES, PARZEN_PROTOCOL, SAMPLE_SEED, score_counts
from gencore.recipes.samples import score_samples

PRIOR_BANDWIDTHS = (1.0, 2.0, 4.0, 8.0)  # two draws of the prior are 4.4 apart in the median
PROTOCOL = PARZEN_PROTOCOL | DETECTION_PROTOCOL


def evaluate_matched(
    model: Any, split: data.Split, classifier: keras.Model, *_: Any
) -> dict[str, metrics.Estimate]:
    """Return the Parzen score of samples, their scores by features, and how soon they are noticed.

    The samples are the same 10,000, of one seed, in all of them.
    """
    samples = model.sample(len(split.x_test), seed=SAMPLE_SEED)
    return {
        **score_counts(model, split, (GREY_SAMPLES,)),
        **score_samples(samples, split, classifier),
        **score_detection(samples, split, classifier),
    }


def evaluate_adversarial(
    model: matching.AdversarialAutoencoder, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of :func:`evaluate_matched`, of copies, and of codes beside the prior."""
    x = split.x_test
    codes, drawn = model.codes(x), model.prior_codes(len(x), SAMPLE_SEED)
    return {
        "reconstruction_error": metrics.reconstruction_error(x, model.reconstruct(x)),
        "aggregate_mmd_squared": metrics.mmd_squared(codes, drawn, PRIOR_BANDWIDTHS),
        **evaluate_matched(model, split, classifier),
    }


def evaluate_latent(
    model: Any, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of :func:`evaluate_adversarial`, of a VAE or a GAE.

    The codes are drawn from q(z|x), one for each image, and the bandwidths are in units of the
    prior's spread. A copy is the mean of p(x|z) at the mean of q(z|x).
    """
    holder, x = getattr(model, "vae", model), split.x_test
    codes = np.asarray(holder.encode(x).sample(seed=SAMPLE_SEED))
    drawn = np.asarray(model.prior.sample(len(x), seed=SAMPLE_SEED))
    widths = [float(drawn.std(axis=0).mean()) * width for width in PRIOR_BANDWIDTHS]
    copies = holder.images(holder.codes(x))
    return {
        "reconstruction_error": metrics.reconstruction_error(x, copies),
        "aggregate_mmd_squared": metrics.mmd_squared(codes, drawn, widths),
        **evaluate_matched(holder, split, classifier),
    }
