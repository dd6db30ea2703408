r"""Densities on ``keras.ops``; the one place that decides what is summed and what is averaged.

A log-density is in nats. It is summed over the dimensions of one event (a code, an image) and over
nothing else: its shape is what is left in front of them. Means over a batch are taken by the
models. ``scale`` is a standard deviation everywhere.
"""

from gencore.distributions.densities import (
    Bernoulli,
    DiagNormal,
    Mixture,
    kl_divergence,
    standard_normal,
)
from gencore.distributions.noisy_image import MeasuredImage, NoisyImage

__all__ = [
    "MeasuredImage",
    "NoisyImage",
    "DiagNormal",
    "Bernoulli",
    "Mixture",
    "standard_normal",
    "kl_divergence",
]
