"""Random draws: noise on images, binary images, and a toy density; each from a stated seed."""

import numpy as np
from numpy.typing import ArrayLike

Seed = int | np.random.Generator


def generator(rng: Seed) -> np.random.Generator:
    """Return the generator of a seed, or the one given; ValueError for anything else."""
    if not isinstance(rng, int | np.integer | np.random.Generator):
        raise ValueError(
            f"rng must be an integer seed or a numpy.random.Generator, but it is {rng!r}. "
            "Pass a seed, so that the draws can be made again."
        )
    return np.random.default_rng(rng)


def unit_interval(x: ArrayLike) -> np.ndarray:
    """Return ``x`` as a floating-point array, or raise ValueError unless all of it is in [0, 1]."""
    array = np.asarray(x)
    if not np.issubdtype(array.dtype, np.floating):
        array = array.astype(np.float32)
    # Written so that NaN, which is neither below 0 nor above 1, is refused too.
    if array.size and not (array.min() >= 0 and array.max() <= 1):
        raise ValueError(
            f"x must be finite and within [0, 1], but its values run from {array.min():g} to "
            f"{array.max():g}. Divide grey levels 0 to 255 by 255 first."
        )
    return array


def check_variance(variance: float) -> float:
    """Return the variance, or raise ValueError unless it is finite and at least 0."""
    if not 0 <= variance < np.inf:
        raise ValueError(
            f"a variance is finite and at least 0; received {variance}. Give the variance of the "
            f"noise, not its logarithm; its standard deviation is the square root."
        )
    return variance


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
    if n < 1 or components < 1:
        raise ValueError(
            f"n and components must be at least 1, but they are {n} and {components}. "
            "Ask for one point and one component or more."
        )
    if not (0 <= radius < np.inf and 0 <= scale < np.inf):
        raise ValueError(
            f"radius and scale must be finite and at least 0, but they are {radius} and {scale}. "
            "They are a length and a standard deviation."
        )
    draws = generator(rng)
    centres = ring_centres(components, radius)[draws.integers(components, size=n)]
    return (centres + scale * draws.standard_normal((n, 2))).astype(np.float32)


def ring_centres(components: int = 8, radius: float = 2.0) -> np.ndarray:
    """Return the centres of the distributions of :func:`gaussian_ring`, shape (components, 2)."""
    angles = 2 * np.pi * np.arange(components) / components
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
