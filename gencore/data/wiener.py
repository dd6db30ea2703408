"""Denoising with noisy images alone."""

from __future__ import annotations

import numpy as np

from gencore.data.draws import check_variance


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
        If the variance is negative or not finite, or the images are too few.
    """
    check_variance(variance)
    rows = np.asarray(noisy, dtype=np.float64).reshape(len(noisy), -1)
    if len(rows) <= rows.shape[1]:
        raise ValueError(
            f"a covariance of {rows.shape[1]} pixels needs more images than these; received "
            f"{len(rows)}. Give the whole training set."
        )
    centre = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    share = np.clip(1 - np.median(values) / np.maximum(values, 1e-12), 0, 1)
    smooth = centre + (rows - centre) @ (vectors * share) @ vectors.T
    if clip and variance:
        clean = np.linspace(0, 1, 1001)
        smooth = np.interp(smooth, clipped_mean(clean, variance**0.5), clean)
    return np.clip(smooth, 0, 1).astype(np.float32).reshape(np.shape(noisy))


def clipped_mean(x: np.ndarray, scale: float) -> np.ndarray:
    """Return the mean of N(x, scale^2) after clipping to [0, 1], an increasing function of x."""
    from scipy.special import ndtr

    low, high = -x / scale, (1 - x) / scale
    density = (np.exp(-(low**2) / 2) - np.exp(-(high**2) / 2)) / np.sqrt(2 * np.pi)
    return ndtr(-high) + x * (ndtr(high) - ndtr(low)) + scale * density
