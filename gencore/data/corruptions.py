"""What can happen to data besides noise: each a function of the data, its strength and a seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gencore import checks
from gencore.data.draws import Seed, add_noise, generator, unit_interval

WIDEST = 1000.0  # pixels of a blur


def salt_and_pepper(x: ArrayLike, share: float = 0.1, *, rng: Seed) -> np.ndarray:
    """Make a share of the pixels black or white, either with probability one half.

    Parameters
    ----------
    x : array_like
        Values in [0, 1], of any shape. It is not changed.
    share : float
        Probability that a pixel is replaced, independently of the others.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray
        The shape of ``x`` and its floating-point type (else float32).

    Raises
    ------
    ValueError
        When ``x`` leaves [0, 1], or ``share`` does.
    """
    x, share = unit_interval(x), check_share(share)
    uniform = generator(rng).random(x.shape)
    return np.where(uniform < share, (uniform < share / 2).astype(x.dtype), x)


def missing_pixels(x: ArrayLike, share: float = 0.5, *, rng: Seed) -> np.ndarray:
    """Lose a share of the pixels: they read 0. Arguments as for :func:`salt_and_pepper`."""
    x, share = unit_interval(x), check_share(share)
    return np.where(generator(rng).random(x.shape) < share, x.dtype.type(0), x)


def blur(x: ArrayLike, scale: float = 1.0, *, rng: Seed = 0) -> np.ndarray:
    r"""Blur images: each pixel becomes an average with normal weights around it.

    .. math:: \tilde x_{hw} = \sum_{ij} k_i k_j \, x_{h+i, w+j}, \qquad
       k_i \propto e^{-i^2 / 2s^2}, \quad |i| \le \lceil 3s \rceil

    Parameters
    ----------
    x : array_like, shape (n, height, width, channels)
        Values in [0, 1]; the pixels outside an image count as 0, the background.
    scale : float
        The standard deviation s of the weights, in pixels; 0 leaves the images as they are.
    rng : int or numpy.random.Generator
        Not used, nothing is drawn: every corruption takes one.

    Returns
    -------
    ndarray, shape (n, height, width, channels)

    Raises
    ------
    ValueError
        When ``x`` leaves [0, 1] or holds no images, or ``scale`` is negative or not finite.
    """
    from scipy.ndimage import correlate1d

    kernel = blur_kernel(scale)
    x = unit_interval(
        x,
        ndim=4,
        form="the shape (n, height, width, channels)",
        remedy="Reshape flat rows with .reshape(-1, 28, 28, 1).",
    )
    generator(rng)
    rows = correlate1d(x, kernel, axis=1, mode="constant")
    return correlate1d(rows, kernel, axis=2, mode="constant")


def wrong_labels(
    labels: ArrayLike, share: float = 0.2, classes: int = 10, *, rng: Seed
) -> np.ndarray:
    """Replace a share of the labels by another label, all others being equally likely.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Labels 0 to ``classes`` - 1. It is not changed.
    share : float
        Probability that a label is replaced, independently of the others.
    classes : int
        How many labels there are, at least 2.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        When a label is unknown, or ``share`` leaves [0, 1].
    """
    share = check_share(share)
    rule = "a wrong label is another one, so there are two labels or more"
    classes = checks.whole(classes, rule, "Count the classes.", low=2)
    labels = checks.labels(labels, classes)
    draws = generator(rng)
    shift = draws.integers(1, classes, size=labels.shape)
    wrong = draws.random(labels.shape) < share
    return np.where(wrong, (labels + shift) % classes, labels).astype(np.int64)


#: The corruptions of images by name; each takes ``(x, strength, rng=seed)``.
CORRUPTIONS: dict[str, Callable[..., np.ndarray]] = {
    "noise": add_noise,
    "salt-and-pepper": salt_and_pepper,
    "blur": blur,
    "missing-pixels": missing_pixels,
}


def corrupt(name: str, x: ArrayLike, strength: float, *, rng: Seed, **options: Any) -> np.ndarray:
    """Return images with a corruption of ``CORRUPTIONS`` (ValueError for an unknown name).

    ``strength`` is the variance of the noise, the share of pixels, or the scale of the blur.
    """
    return known(name, CORRUPTIONS)(x, strength, rng=rng, **options)


def known(name: str, corruptions: dict[str, Any]) -> Any:
    """Return the entry of that name, or raise ValueError."""
    return corruptions[checks.choice(name, corruptions, "a corruption")]


def check_share(share: float) -> float:
    """Return the share, or raise ValueError unless it is between 0 and 1."""
    rule = "a share is a probability between 0 and 1"
    return checks.number(share, rule, "A fifth of the pixels is 0.2.", low=0, high=1)


def blur_kernel(scale: float) -> np.ndarray:
    """Return the weights of a blur along one axis, which sum to 1; ValueError for a bad scale."""
    scale = checks.number(
        scale,
        f"the scale of a blur is finite, at least 0 and at most {WIDEST:g}",
        "It is a standard deviation in pixels: 1 blurs a digit, 3 leaves a spot.",
        low=0,
        high=WIDEST,
    )
    reach = math.ceil(3 * scale)
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / max(scale, 1e-12)) ** 2)
    return weights / weights.sum()
