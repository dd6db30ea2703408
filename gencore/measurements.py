"""Corruptions inside a model: functions of tensors, with the model's own seed.

A model that knows how its images were measured can learn the images behind the measurements. A GAN
applies the measurement to what its generator makes; a VAE compares its images with the
measurement's mean. ``data.CORRUPTIONS`` has the same corruptions for arrays, under the same names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gencore import checks
from gencore.checks.settings import check_seed, keras, ops
from gencore.checks.tensors import tensor
from gencore.data.corruptions import blur_kernel, check_share, known
from gencore.data.draws import check_variance

Tensor = Any


@dataclass(frozen=True)
class Measurement:
    """A corruption of images, called as ``measurement(x, seed)``, and its mean.

    Parameters
    ----------
    draw : callable
        ``draw(x, seed)``, one random measurement of each image, shape of x.
    mean : callable
        ``mean(x)``, the mean of the measurements of each image, shape of x.
    """

    draw: Callable[[Tensor, Any], Tensor]
    mean: Callable[[Tensor], Tensor]

    def __post_init__(self) -> None:
        """Raise ValueError unless both are functions."""
        for name in ("draw", "mean"):
            rule = "a measurement draws from images, and has a mean"
            checks.function(getattr(self, name), rule, f"Give a function for {name}.")

    def __call__(self, x: Tensor, seed: Any) -> Tensor:
        """Return one random measurement of each image, numbers of any type (ValueError)."""
        return self.draw(as_images(x), check_seed(seed))


def gaussian_noise(variance: float, clip: bool = True) -> Measurement:
    r"""Return a corruption that adds N(0, variance) to every pixel, fresh at each call.

    Where a noisy value is clipped, its gradient is 0. The mean of clipped noise around x is

    .. math:: \Phi(-b) + x (\Phi(b) - \Phi(a)) + s (\phi(a) - \phi(b)), \qquad
       a = \frac{-x}{s}, \quad b = \frac{1 - x}{s}

    Parameters
    ----------
    variance : float
        Variance of the noise, at least 0; its root is s.
    clip : bool
        Whether the noisy values are put back into [0, 1].

    Returns
    -------
    Measurement
        ``corruption(x, seed)`` with the shape of x.

    Raises
    ------
    ValueError
        If the variance is negative or not finite.
    """
    scale = check_variance(variance) ** 0.5

    def corrupt(x: Tensor, seed: Any) -> Tensor:
        noisy = x + scale * _normal(x, seed)
        return ops.clip(noisy, 0.0, 1.0) if clip else noisy

    def mean(x: Tensor) -> Tensor:
        if not clip or scale == 0:
            return x
        low, high = -x / scale, (1 - x) / scale
        slope = scale * (_standard_density(low) - _standard_density(high))
        return _below(-high) + x * (_below(high) - _below(low)) + slope

    return Measurement(corrupt, mean)


def salt_and_pepper(share: float) -> Measurement:
    """Return a corruption that makes that share of the pixels black or white, equally often.

    ValueError unless the share is between 0 and 1; so for :func:`missing_pixels`.
    """
    share = check_share(share)

    def corrupt(x: Tensor, seed: Any) -> Tensor:
        uniform = _uniform(x, seed)
        return ops.where(uniform < share, ops.cast(uniform < share / 2, "float32"), x)

    return Measurement(corrupt, lambda x: (1 - share) * x + share / 2)


def missing_pixels(share: float) -> Measurement:
    """Return a corruption that sets that share of the pixels to 0."""
    share = check_share(share)

    def corrupt(x: Tensor, seed: Any) -> Tensor:
        return ops.where(_uniform(x, seed) < share, 0.0, x)

    return Measurement(corrupt, lambda x: (1 - share) * x)


def blur(scale: float) -> Measurement:
    """Return the blur of ``data.blur`` for images (B, height, width, channels).

    ValueError if the scale is negative or not finite.
    """
    weights = blur_kernel(scale).astype("float32")

    def blurred(x: Tensor) -> Tensor:
        if len(x.shape) != 4:
            rule = "images have the shape (B, height, width, channels)"
            checks.refuse(rule, tuple(x.shape), "Reshape flat rows.")
        x, channels = as_images(x), x.shape[-1]
        for shape in ((-1, 1, 1, 1), (1, -1, 1, 1)):
            kernel = ops.tile(ops.reshape(weights, shape), (1, 1, channels, 1))
            x = ops.depthwise_conv(x, kernel, padding="same", data_format="channels_last")
        return x

    return Measurement(lambda x, seed: blurred(x), blurred)


MEASUREMENTS: dict[str, Callable[..., Measurement]] = {
    "noise": gaussian_noise,
    "salt-and-pepper": salt_and_pepper,
    "blur": blur,
    "missing-pixels": missing_pixels,
}


def measurement(name: str, strength: float, **options: Any) -> Measurement:
    """Return the measurement of that name and strength (ValueError for an unknown name)."""
    return known(name, MEASUREMENTS)(strength, **options)


def as_images(x: Any) -> Tensor:
    """Return images as float32; what a network computes is taken as it is (ValueError)."""
    return tensor(x, "images")


def _normal(x: Tensor, seed: Any) -> Tensor:
    return keras.random.normal(ops.shape(x), seed=seed, dtype="float32")


def _uniform(x: Tensor, seed: Any) -> Tensor:
    return keras.random.uniform(ops.shape(x), seed=seed, dtype="float32")


def _below(x: Tensor) -> Tensor:
    r"""Return :math:`\Phi(x)`, the probability that a standard normal value is below x."""
    return 0.5 * (1 + ops.erf(x / 2**0.5))


def _standard_density(x: Tensor) -> Tensor:
    return ops.exp(-0.5 * ops.square(x)) / math.sqrt(2 * math.pi)
