"""Denoising with noisy images alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gencore import checks
from gencore.data.draws import check_variance, unit_interval


def denoise(noisy: np.ndarray, variance: float, clip: bool = True) -> np.ndarray:
    r"""Return an estimate of the clean images behind noisy ones.

    The linear map of least squared error from a noisy image to its mean (Wiener, 1949), with the
    covariance C of the noisy images and the variance t of their noise,

    .. math:: \hat x = \mu + (C - t I)\, C^{-1} (\tilde x - \mu),

    followed, where the noise is clipped, by the inverse of what clipping does to a pixel's mean.
    For t stands the median eigenvalue of C: most directions of a set of digits hold noise only.

    Parameters
    ----------
    noisy : ndarray, shape (n, ...)
        More noisy images than each has pixels.
    variance : float
        Variance of the noise before clipping, at least 0; used for clipped noise only.
    clip : bool
        Whether noisy values were put back into [0, 1].

    Returns
    -------
    ndarray of float32, shape (n, ...)
        Values in [0, 1].

    Raises
    ------
    ValueError
        If the variance is negative or not finite, or the images are too few, not finite, or leave
        [0, 1] where noise was clipped to it.
    """
    variance = check_variance(variance)
    images = unit_interval(noisy, least=2) if clip else checks.array(noisy, "images", least=2)
    if images.ndim < 2:
        checks.refuse("images have the shape (n, ...)", images.shape, "Give a row for each.")
    rows = images.astype(np.float64).reshape(len(images), -1)
    if abs(rows.mean() - 0.5) > 1:  # noise that is not clipped leaves the mean where it was
        rule = "the mean of noisy images is that of clean ones, between 0 and 1"
        remedy = "Divide grey levels 0 to 255 by 255 first."
        checks.refuse(rule, f"{rows.mean():g}", remedy)
    if len(rows) <= rows.shape[1]:
        raise ValueError(
            f"a covariance of {rows.shape[1]} pixels needs more images than these; received "
            f"{len(rows)}. Give the whole training set."
        )
    centre = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    share = np.clip(1 - np.median(values) / np.maximum(values, 1e-12), 0, 1)
    smooth = centre + (rows - centre) @ (vectors * share) @ vectors.T
    if clip:
        smooth = undo_clipping(smooth, variance)
    return np.clip(smooth, 0, 1).astype(np.float32).reshape(images.shape)


def undo_clipping(means: ArrayLike, variance: float, straight: bool = False) -> np.ndarray:
    r"""Return the clean values behind means of noisy ones that were clipped to [0, 1].

    A clean value x has the mean g(x) under clipped noise, and :math:`g^{-1}` leads back. A mean
    over clean values that are 0 or 1, the share w being 1, is :math:`(1 - w) g(0) + w g(1)`; there
    the straight line through g(0) and g(1) leads back to w, which is what the clean mean was.

    Parameters
    ----------
    means : array_like
        Means of noisy values, of any shape; what is beyond g(0) or g(1) becomes 0 or 1.
    variance : float
        Variance of the noise before clipping, at least 0.
    straight : bool
        Whether to go back along the straight line instead of the curve.

    Returns
    -------
    ndarray of float32
        Values in [0, 1], the shape of ``means``.

    Raises
    ------
    ValueError
        If the variance is negative or not finite, or the means are no finite numbers.
    """
    scale, means = check_variance(variance) ** 0.5, checks.array(means, "means", dtype=float)
    clean = np.linspace(0, 1, 2 if straight else 1001)
    noisy = clipped_mean(clean, scale) if scale else clean
    return np.interp(means, noisy, clean).astype(np.float32)


def clipped_mean(x: np.ndarray, scale: float) -> np.ndarray:
    """Return the mean of N(x, scale^2) after clipping to [0, 1], an increasing function of x."""
    from scipy.special import ndtr

    low, high = -x / scale, (1 - x) / scale
    density = (np.exp(-(low**2) / 2) - np.exp(-(high**2) / 2)) / np.sqrt(2 * np.pi)
    return ndtr(-high) + x * (ndtr(high) - ndtr(low)) + scale * density
