"""The Parzen window score: a Gaussian kernel density estimate on samples, scored on images."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate

# Pairs of an image and a sample held at once: 20 MB in float32.
PAIRS = 5_000_000
CENTRES = 10_000
WORKERS = 2
# Products of float32 images are taken in float32 where they err by less than so many nats.
RESOLUTION = 0.02
# A kernel so many nats below the largest one adds nothing that float64 could hold.
NEGLIGIBLE = 40.0


def parzen_log_likelihood(samples: np.ndarray, x: np.ndarray, bandwidth: float) -> Estimate:
    r"""Return the log-density of images under normal kernels around samples.

    .. math:: \frac1n \sum_i \log \frac1M \sum_m N(x_i; s_m, h^2 I)

    Distances come from matrix products, in blocks of bounded memory, and for float32 images in
    float32 (good to 0.02 nats).

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


def parzen_log_likelihoods(
    samples: np.ndarray, x: np.ndarray, bandwidths: Sequence[float]
) -> list[Estimate]:
    """Return :func:`parzen_log_likelihood` for each bandwidth, from one pass over all pairs."""
    window = ParzenWindow(x, bandwidths)
    window.add(samples)
    return window.log_likelihoods()


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
    window = ParzenWindow(x, grid)
    window.add(samples)
    return window.bandwidths[window.best()]


class ParzenWindow:
    r"""Normal kernels around samples that arrive in blocks, scored on images as they come.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
        Images to score.
    bandwidths : sequence of float
        Standard deviations h of a kernel, each scored.

    Raises
    ------
    ValueError
        If a bandwidth is not positive, or shapes or values do not allow a score.
    """

    def __init__(self, x: np.ndarray, bandwidths: Sequence[float]):
        self.bandwidths = bandwidth_list(bandwidths, "About 0.2 suits images in [0, 1].")
        self.x, self.samples = _images(x), 0
        self._sums = np.full((len(self.bandwidths), len(self.x)), -np.inf)
        self._squares = np.full(len(self.x), np.inf)

    def add(self, samples: np.ndarray) -> None:
        """Take samples, shape (M, ...), beside those that are there."""
        samples = _images(samples)
        if samples.shape[1:] != self.x.shape[1:]:
            raise ValueError(
                f"samples and images have one shape; received {samples.shape[1:]} and "
                f"{self.x.shape[1:]}. Reshape the samples."
            )
        centres, points = samples.reshape(len(samples), -1), self.x.reshape(len(self.x), -1)
        ends = [end(array) for array in (centres, points) for end in (np.min, np.max)]
        finest = min(self.bandwidths) ** 2
        error = np.finfo(np.float32).eps * points.shape[1] * (max(ends) - min(ends)) ** 2 / finest
        single = np.result_type(centres, points) == np.float32 and error < RESOLUTION
        kind = np.float32 if single else np.float64
        mean = centres.mean(axis=0, dtype=np.float64).astype(kind)  # products lose few digits
        points = points.astype(kind, copy=False) - mean
        for i in range(0, len(centres), CENTRES):
            some = centres[i : i + CENTRES].astype(kind, copy=False) - mean
            sums, squares = _log_sums(points, some, self.bandwidths)
            np.logaddexp(self._sums, sums, out=self._sums)
            np.minimum(self._squares, squares, out=self._squares)
        self.samples += len(centres)

    def log_densities(self) -> np.ndarray:
        """Return the log-density of each image under each bandwidth, shape (bandwidths, n)."""
        if not self.samples:
            checks.refuse("a density has kernels around samples", "none", "Add samples first.")
        squares = np.square(self.bandwidths)
        constants = 0.5 * self.x[0].size * np.log(2 * np.pi * squares) + np.log(self.samples)
        return self._sums - constants[:, None]

    def log_likelihoods(self) -> list[Estimate]:
        """Return the mean log-density of the images under each bandwidth, nats per image."""
        return [Estimate.from_values(row, "nats") for row in self.log_densities()]

    def best(self) -> int:
        """Return which bandwidth scores best (ValueError if it is at an edge of their grid)."""
        best = int(np.argmax(self.log_densities().mean(axis=1)))
        if best in (0, len(self.bandwidths) - 1):
            raise ValueError(
                f"an optimum lies inside its grid; the best of {list(self.bandwidths)} is "
                f"{self.bandwidths[best]}, at the edge. Extend the grid beyond it."
            )
        return best

    def nearest_squared_distance(self) -> Estimate:
        r"""Return the mean over images of :math:`\min_m |x_i - s_m|^2`.

        With d pixels and the mean D, no bandwidth scores above
        :math:`-\tfrac{d}{2} (1 + \log 2 \pi D / d)`, and the best at most log M below it.
        """
        return Estimate.from_values(self._squares, "per image")


def bandwidth_list(
    values: Sequence[float],
    remedy: str,
    what: str = "bandwidths",
    rule: str = "a bandwidth is finite and positive",
) -> list[float]:
    """Return positive numbers, at least one, as a list of floats, or raise ValueError."""
    if isinstance(values, str) or not np.iterable(values) or not len(values):
        checks.refuse(
            f"{what} are numbers in a row", checks.shown(values), "Give a list of one or more."
        )
    return [checks.number(value, rule, remedy, above=0) for value in values]


def _images(x: np.ndarray) -> np.ndarray:
    form = "the shape (n, ...), a row for each of at least one"
    found = checks.array(x, "samples and images", form)
    if found.ndim < 2:
        checks.refuse(f"samples and images have {form}", found.shape, "Give a row for each.")
    return found


def _log_densities(samples: np.ndarray, x: np.ndarray, grid: Sequence[float]) -> np.ndarray:
    window = ParzenWindow(x, grid)
    window.add(samples)
    return window.log_densities()


def _log_sums(
    points: np.ndarray, centres: np.ndarray, grid: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return :math:`\log \sum_m e^{-|x_i - s_m|^2 / 2h^2}`, (grid, n), and the least squares."""
    squares, norms = (np.einsum("nd,nd->n", a, a, dtype=np.float64) for a in (points, centres))
    # One product of x, 1 and s, -|s|^2 / 2 gives (|x|^2 - |x - s|^2) / 2 of every pair.
    left = np.column_stack([points, np.ones(len(points), points.dtype)])
    right = np.column_stack([centres, (-norms / 2).astype(centres.dtype)]).T
    values, nearest = np.empty((len(grid), len(points))), np.empty(len(points))
    reach = NEGLIGIBLE * max(grid) ** 2
    block = max(1, PAIRS // len(centres))

    def score(first: int) -> None:
        part = slice(first, first + block)
        pairs = left[part] @ right
        best = pairs.max(axis=1)
        nearest[part] = np.maximum(squares[part] - 2 * best, 0)  # rounding may leave -1e-6
        rows, columns = np.nonzero(pairs > (best - reach)[:, None])
        gaps = pairs[rows, columns] - best[rows]
        for value, h in zip(values, grid, strict=True):
            sums = np.bincount(rows, np.exp(gaps / h**2), minlength=len(best))
            value[part] = np.log(sums) + (best - squares[part] / 2) / h**2

    with ThreadPoolExecutor(WORKERS) as pool:  # one sums while the other multiplies
        list(pool.map(score, range(0, len(points), block)))
    return values, nearest
