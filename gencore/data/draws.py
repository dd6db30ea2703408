"""Random draws: noise on images, binary images, and a toy density; each from a stated seed."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gencore import checks

Seed = int | np.random.Generator
LARGEST_SEED = 2**128  # more is no entropy that somebody chose


def generator(rng: Seed) -> np.random.Generator:
    """Return the generator of a seed, or the one given; ValueError for anything else."""
    if isinstance(rng, np.random.Generator):
        return rng
    rule = "rng is an integer seed of at least 0 or a numpy.random.Generator"
    remedy = "Pass a seed, so that the draws can be made again."
    return np.random.default_rng(checks.whole(rng, rule, remedy, low=0, high=LARGEST_SEED))


def unit_interval(x: ArrayLike, what: str = "images", **form: Any) -> np.ndarray:
    """Return ``x`` as a floating-point array, or raise ValueError unless all of it is in [0, 1].

    ``what`` and ``form`` are those of :func:`gencore.checks.array`.
    """
    options: dict[str, Any] = {"least": 0} | form
    return checks.array(x, what, **options, low=0, high=1)


def check_variance(variance: float) -> float:
    """Return the variance, or raise ValueError unless it is finite and at least 0."""
    return checks.number(
        variance,
        "a variance is finite and at least 0",
        "Give the variance of the noise, not its logarithm; its standard deviation is the square "
        "root.",
        low=0,
    )


def add_noise(x: ArrayLike, variance: float = 0.1, *, clip: bool = True, rng: Seed) -> np.ndarray:
    r"""Add normal noise to images: :math:`x + \varepsilon`, one draw for each value.

    With ``clip=True`` the sum is put back into [0, 1]: values below 0 become 0, those above 1
    become 1. The noise actually added then has a smaller variance than ``variance``, and at the
    ends of the range its mean is not zero: a black pixel becomes brighter by
    :math:`\sqrt{v / 2\pi}` on average (for a small variance :math:`v`), which is 0.126 at 0.1.
    With ``clip=False`` the noise is exactly normal and values leave [0, 1].

    Parameters
    ----------
    x : array_like
        Values in [0, 1], of any shape. It is not changed.
    variance : float
        The variance of the noise before clipping (not its standard deviation).
    clip : bool
        Whether to put the sum back into [0, 1].
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray
        The shape of ``x``, and its floating-point type (float32 where it has another type).

    Raises
    ------
    ValueError
        When ``x`` leaves [0, 1], or ``variance`` is negative or not finite.
    """
    x, variance = unit_interval(x), check_variance(variance)
    noise = generator(rng).standard_normal(x.shape).astype(x.dtype)
    noisy = x + x.dtype.type(np.sqrt(variance)) * noise
    return np.clip(noisy, 0, 1) if clip else noisy


def binarize(x: ArrayLike, rng: Seed) -> np.ndarray:
    """Draw each value as 0 or 1, being 1 with the probability that the grey value ``x`` states.

    A grey value has no likelihood under a Bernoulli distribution; a draw has one. Likelihoods in
    nats are therefore reported on binarised images (Salakhutdinov and Murray, 2008).

    Parameters
    ----------
    x : array_like
        Probabilities in [0, 1], of any shape. It is not changed.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray
        Zeros and ones in the shape of ``x`` and its floating-point type (else float32).

    Raises
    ------
    ValueError
        When ``x`` leaves [0, 1].
    """
    x = unit_interval(x)
    return (generator(rng).random(x.shape) < x).astype(x.dtype)


def gaussian_ring(
    n: int, components: int = 8, *, radius: float = 2.0, scale: float = 0.1, rng: Seed
) -> np.ndarray:
    r"""Draw points of the plane from equally likely normal distributions on a ring.

    Component :math:`k` of :math:`K` has the centre
    :math:`r\,(\cos 2\pi k/K, \sin 2\pi k/K)` and the covariance :math:`s^2 I`.

    Parameters
    ----------
    n : int
        The number of points.
    components : int
        The number of normal distributions, K.
    radius, scale : float
        The radius r of the ring and the standard deviation s around each centre.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray of float32, shape (n, 2)

    Raises
    ------
    ValueError
        When ``n`` or ``components`` is below 1, or ``radius`` or ``scale`` negative or not finite.
    """
    n = checks.whole(n, "n is a number of points, at least 1", "Ask for one point or more.")
    rule = "radius and scale are finite and at least 0"
    remedy = "They are a length and a standard deviation."
    radius = checks.number(radius, rule, remedy, low=0, name="radius")
    scale = checks.number(scale, rule, remedy, low=0, name="scale")
    every = ring_centres(components, radius)
    draws = generator(rng)
    centres = every[draws.integers(len(every), size=n)]
    return (centres + scale * draws.standard_normal((n, 2))).astype(np.float32)


def ring_centres(components: int = 8, radius: float = 2.0) -> np.ndarray:
    """Return the centres of the distributions of :func:`gaussian_ring`, shape (components, 2).

    ValueError unless ``components`` is a whole number of at least 1 and ``radius`` a length.
    """
    rule = "components is a number of distributions, at least 1"
    components = checks.whole(components, rule, "Ask for one or more.")
    radius = checks.number(radius, "radius is finite and at least 0", "It is a length.", low=0)
    angles = 2 * np.pi * np.arange(components) / components
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
