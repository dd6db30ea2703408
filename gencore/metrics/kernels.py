"""The distance of two distributions that a Gaussian kernel sees, from samples of both."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate
from gencore.metrics.features import flat_sets
from gencore.metrics.kernel_blocks import Pairs, pair_sums
from gencore.metrics.parzen import bandwidth_list

DRAWN = 1000  # points whose distances give the median


def mmd_squared(x: np.ndarray, y: np.ndarray, bandwidths: Sequence[float]) -> Estimate:
    r"""Return the unbiased estimate of the squared maximum mean discrepancy.

    .. math:: \frac{\sum_{i \ne j} k(x_i, x_j)}{n (n - 1)} + \frac{\sum_{i \ne j} k(y_i, y_j)}
       {m (m - 1)} - \frac{2 \sum_{ij} k(x_i, y_j)}{n m}, \qquad
       k(x, y) = \frac1H \sum_h e^{-|x - y|^2 / 2h^2}

    No point is paired with itself: with the diagonals the mean would not be 0 for equal
    distributions. So it may be negative. The standard error is that of the first order of the
    U-statistic: its square is :math:`4 s_x^2 / n + 4 s_y^2 / m`, with the variances over points of
    their mean kernel with the own set less that with the other. For equal distributions, where the
    first order vanishes, it is about 1.4 times too large: use :func:`two_sample_test` there. Blocks
    of one matrix product give the distances for all bandwidths, for float32 in float32.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
        Samples of one distribution, float32 or float64.
    y : ndarray, shape (m, ...)
        Samples of the other.
    bandwidths : sequence of float
        Standard deviations h of the kernels, in units of the samples, whose mean is k.

    Returns
    -------
    Estimate
        A squared distance of distributions, from about 0 to 2, without unit.

    Raises
    ------
    ValueError
        If there are fewer than two samples of one, they differ in width, are not finite, or a
        bandwidth is not positive.

    Notes
    -----
    Gretton, Borgwardt, Rasch, Schoelkopf and Smola (2012), A kernel two-sample test, eq. 3.
    """
    sets = flat_sets(x, y)
    pairs = Pairs(np.concatenate(sets), bandwidth_list(bandwidths, REMEDY))
    return discrepancy(pair_sums(pairs, members(len(sets[0]), len(pairs))).rows, len(sets[0]))


REMEDY = "See median_bandwidths."


def members(n: int, total: int) -> np.ndarray:
    """Return two columns of 0 and 1: who is among the first n of all points, and who is not."""
    first = np.arange(total) < n
    return np.column_stack([first, ~first])


def discrepancy(rows: np.ndarray, n: int) -> Estimate:
    """Return the squared discrepancy of the first n points and the rest, from sums of kernels.

    Parameters
    ----------
    rows : ndarray, shape (n + m, 2)
        The sum of each point's kernels with the first set, and with the second, without itself.
    n : int
        Points of the first set.
    """
    m = len(rows) - n
    of_x = rows[:n, 0] / (n - 1) - rows[:n, 1] / m
    of_y = rows[n:, 1] / (m - 1) - rows[n:, 0] / n
    variance = 4 * of_x.var(ddof=1) / n + 4 * of_y.var(ddof=1) / m
    return Estimate(float(of_x.mean() + of_y.mean()), math.sqrt(variance))


def median_bandwidths(
    x: np.ndarray, y: np.ndarray, factors: Sequence[float] = (0.5, 1.0, 2.0), seed: int = 0
) -> list[float]:
    """Return bandwidths around the median distance between the points of two sets joined.

    Parameters
    ----------
    x, y : ndarray, shape (n, ...) and (m, ...)
        The two sets. Of both together at most 1,000 points are drawn.
    factors : sequence of float
        What the median is multiplied by, one for each bandwidth.
    seed : int
        Seed of the draw.

    Returns
    -------
    list of float
        Standard deviations, in units of the samples. They do not know which point is of which set,
        so that a permutation test with them keeps its level.

    Raises
    ------
    ValueError
        If the sets are not two or more finite points of one width each, a factor is not positive,
        or more than half of the distances are 0.

    Notes
    -----
    The median heuristic of Gretton et al. (2012), section 8.
    """
    from scipy.spatial.distance import pdist

    rule = "a factor of the median distance is finite and positive"
    factors = bandwidth_list(factors, "0.5, 1 and 2 are usual.", "factors", rule)
    joined = np.concatenate(flat_sets(x, y))
    rng = np.random.default_rng(checks.whole(seed, "a seed is a whole number of at least 0", low=0))
    if len(joined) > DRAWN:
        joined = joined[rng.choice(len(joined), DRAWN, replace=False)]
    median = float(np.median(pdist(joined.astype(np.float64))))
    if not 0 < median < math.inf:
        checks.refuse(
            "a bandwidth is a finite distance between points that differ",
            f"a median distance of {median}",
            "Give bandwidths of your own.",
        )
    return [factor * median for factor in factors]
