"""Whether two sets of samples have one distribution: the permutation test of a kernel distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate
from gencore.metrics.features import flat_sets
from gencore.metrics.kernel_blocks import Pairs, pair_sums
from gencore.metrics.kernels import REMEDY, discrepancy, members
from gencore.metrics.parzen import bandwidth_list


@dataclass(frozen=True, eq=False)
class KernelTest:
    """What a permutation test found.

    Parameters
    ----------
    statistic : Estimate
        The squared maximum mean discrepancy of the two sets.
    p_value : Estimate
        Its p-value; the standard error is that of drawing permutations.
    null : ndarray, shape (permutations,)
        The statistic after each permutation.
    """

    statistic: Estimate
    p_value: Estimate
    null: np.ndarray


def two_sample_test(
    x: np.ndarray,
    y: np.ndarray,
    bandwidths: Sequence[float],
    permutations: int = 500,
    seed: int = 0,
) -> KernelTest:
    r"""Test by permutations whether two sets of samples have one distribution.

    .. math:: p = \frac{1 + \#\{b : T_b \ge T\}}{P + 1}

    T is :func:`mmd_squared` of the sets and :math:`T_b` that of the points dealt anew into two sets
    of the same sizes. Under one distribution all deals are alike, so that :math:`p \le \alpha`
    happens with probability at most :math:`\lfloor \alpha (P + 1) \rfloor / (P + 1)`, and with
    exactly that where no two deals tie. Equal deals are ties, so very small sets stay below it. The
    kernels of all pairs are computed once, and one product with the labels gives all permutations;
    blocks keep the memory small.

    Parameters
    ----------
    x, y : ndarray, shape (n, ...) and (m, ...)
        The two sets.
    bandwidths : sequence of float
        Standard deviations of the kernels, chosen without knowing which point is of which set, as
        :func:`median_bandwidths` does.
    permutations : int
        Their number P.
    seed : int
        Their seed.

    Returns
    -------
    KernelTest
        Statistic, p-value and the statistics of the permutations.

    Raises
    ------
    ValueError
        If there are fewer than two samples of one, they differ in width, are not finite, a
        bandwidth is not positive, or there is no permutation.

    Notes
    -----
    Phipson and Smyth (2010), Permutation p-values should never be zero; Gretton et al. (2012).
    """
    sets = flat_sets(x, y)
    widths = bandwidth_list(bandwidths, REMEDY)
    rule = "a p-value compares with one permutation or more"
    permutations = checks.whole(permutations, rule, "Five hundred are usual.", name="permutations")
    rng = np.random.default_rng(checks.whole(seed, "a seed is a whole number of at least 0", low=0))
    return permuted(Pairs(np.concatenate(sets), widths), len(sets[0]), permutations, rng)


def permuted(
    pairs: Pairs, n: int, permutations: int, rng: np.random.Generator, threads: bool = True
) -> KernelTest:
    """Return the test of the first n points against the rest; the generator deals."""
    groups = members(n, len(pairs))
    deals = np.broadcast_to(groups[:, 0], (permutations, len(pairs)))
    labels = rng.permuted(deals, axis=1).T
    sums = pair_sums(pairs, groups, labels, threads)
    statistic = discrepancy(sums.rows, n)
    m, each = len(pairs) - n, sums.rows.sum(axis=1)
    first = each @ labels  # the kernels of the first set with all points
    rest = each.sum() - 2 * first + sums.within
    null = sums.within / (n * (n - 1)) + rest / (m * (m - 1))
    null -= 2 * (first - sums.within) / (n * m)
    # Deals that are the same set are ties, of which rounding leaves a difference.
    least = statistic.value - 8 * np.finfo(pairs.dtype).eps
    share = (1 + np.count_nonzero(null >= least)) / (permutations + 1)
    error = math.sqrt(share * (1 - share) / permutations)
    return KernelTest(statistic, Estimate(share, error), null)
