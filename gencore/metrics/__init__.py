"""Scores of reconstructions and samples, each with its standard error; no TensorFlow."""

from gencore.metrics.classifier import ClassifierTest, classifier_test
from gencore.metrics.detection import detection_power, samples_to_detect
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
from gencore.metrics.kernels import median_bandwidths, mmd_squared
from gencore.metrics.neighbours import precision_recall
from gencore.metrics.parzen import (
    ParzenWindow,
    parzen_log_likelihood,
    parzen_log_likelihoods,
    select_bandwidth,
)
from gencore.metrics.ranking import auroc, false_alarm_threshold
from gencore.metrics.two_samples import KernelTest, two_sample_test

__all__ = [
    "ClassifierTest",
    "Estimate",
    "KernelTest",
    "ParzenWindow",
    "accuracy",
    "auroc",
    "background_level",
    "class_shares",
    "classifier_test",
    "confidence",
    "detection_power",
    "false_alarm_threshold",
    "frechet_distance",
    "median_bandwidths",
    "mmd_squared",
    "modes_covered",
    "parzen_log_likelihood",
    "parzen_log_likelihoods",
    "precision_recall",
    "reconstruction_error",
    "residual_noise",
    "samples_to_detect",
    "select_bandwidth",
    "sharpness",
    "two_sample_test",
]
