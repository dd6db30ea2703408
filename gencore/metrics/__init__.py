"""Scores of reconstructions and samples, each with its standard error; no TensorFlow."""

from gencore.metrics.estimate import Estimate
from gencore.metrics.features import (
    class_shares,
    confidence,
    frechet_distance,
    modes_covered,
)
from gencore.metrics.images import (
    accuracy,
    background_level,
    reconstruction_error,
    residual_noise,
    sharpness,
)
from gencore.metrics.neighbours import precision_recall
from gencore.metrics.parzen import (
    ParzenWindow,
    parzen_log_likelihood,
    parzen_log_likelihoods,
    select_bandwidth,
)

__all__ = [
    "Estimate",
    "ParzenWindow",
    "accuracy",
    "background_level",
    "class_shares",
    "confidence",
    "frechet_distance",
    "modes_covered",
    "parzen_log_likelihood",
    "parzen_log_likelihoods",
    "precision_recall",
    "reconstruction_error",
    "residual_noise",
    "select_bandwidth",
    "sharpness",
]
