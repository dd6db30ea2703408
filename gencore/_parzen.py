"""The Parzen window score: a Gaussian kernel density estimate on samples, scored on images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp

from gencore._estimate import Estimate

BLOCK = 1000


def parzen_log_likelihood(samples: np.ndarray, x: np.ndarray, bandwidth: float) -> Estimate:
    r"""Return the log-density of images under normal kernels around samples.

    .. math:: \frac1n \sum_i \log \frac1M \sum_m N(x_i; s_m, h^2 E)

    The score depends on M and on h, and a blurred code book beats the data themselves (Theis,
    van den Oord and Bethge, 2015): compare at one M only, h chosen by :func:`select_bandwidth`.

    Parameters
    ----------
    samples : ndarray, shape (M, ...)
        Centres of the kernels.
    x : ndarray, shape (n, ...)
        Images to score.
    bandwidth : float
        Standard deviation h of a kernel.

    Returns
    -------
    Estimate
        In nats per image.

    Raises
    ------
    ValueError
        If the bandwidth is not positive, or shapes or values do not allow a score.
    """
    return Estimate.from_values(_log_densities(samples, x, [bandwidth])[0], "nats")


def select_bandwidth(samples: np.ndarray, x: np.ndarray, grid: Sequence[float]) -> float:
    """Return the bandwidth of an increasing grid under which validation images score best.

    Parameters
    ----------
    samples : ndarray, shape (M, ...)
        Centres of the kernels.
    x : ndarray, shape (n, ...)
        Validation images, never the test images.
    grid : sequence of float
        Bandwidths to try.

    Raises
    ------
    ValueError
        If the best one is at an edge of the grid, where the optimum may lie outside.
    """
    scores = _log_densities(samples, x, grid).mean(axis=1)
    best = int(np.argmax(scores))
    if best in (0, len(scores) - 1):
        raise ValueError(
            f"an optimum lies inside its grid; the best of {list(grid)} is {grid[best]}, at the "
            f"edge. Extend the grid beyond it."
        )
    return float(grid[best])


def _log_densities(samples: np.ndarray, x: np.ndarray, grid: Sequence[float]) -> np.ndarray:
    """Return the log-density of each image under each bandwidth, shape (bandwidths, n)."""
    if not all(np.isfinite(h) and h > 0 for h in grid):
        raise ValueError(f"a bandwidth is finite and positive; received {list(grid)}.")
    if np.shape(samples)[1:] != np.shape(x)[1:]:
        raise ValueError(
            f"samples and images have one shape; received {np.shape(samples)[1:]} and "
            f"{np.shape(x)[1:]}. Reshape the samples."
        )
    centres = np.asarray(samples, dtype=float).reshape(len(samples), -1)
    points = np.asarray(x, dtype=float).reshape(len(x), -1)
    if not (np.isfinite(centres).all() and np.isfinite(points).all()):
        raise ValueError("samples and images are finite; received NaN or infinite values.")
    mean = centres.mean(axis=0)  # products of centred values lose fewer digits
    centres, points = centres - mean, points - mean
    norms = np.einsum("md,md->m", centres, centres)
    values = np.empty((len(grid), len(points)))
    for i in range(0, len(points), BLOCK):
        block = points[i : i + BLOCK]
        squares = np.einsum("nd,nd->n", block, block)[:, None] + norms - 2 * block @ centres.T
        for row, h in zip(values, grid, strict=True):
            row[i : i + BLOCK] = logsumexp(-squares / (2 * h**2), axis=1)
            row[i : i + BLOCK] -= np.log(len(centres))
            row[i : i + BLOCK] -= 0.5 * centres.shape[1] * np.log(2 * np.pi * h**2)
    return values
