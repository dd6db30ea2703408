"""How many samples a test needs until it notices that they are no data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from gencore import checks
from gencore.metrics.classifier import classified, unhurried
from gencore.metrics.estimate import Estimate
from gencore.metrics.features import PATIENCE, flat_sets
from gencore.metrics.kernel_blocks import Pairs, in_threads
from gencore.metrics.kernels import REMEDY, median_bandwidths
from gencore.metrics.parzen import bandwidth_list
from gencore.metrics.two_samples import permuted

TESTS = ("kernel", "classifier")
FEWEST = 5  # of each set: 3 can be dealt in 10 ways only, and never reject at 5 %
REPETITIONS = 100
DEALS = 10  # permutations are so many, less one, over the level: 199 at 5 %
NEAR = 4.0  # the crossing is fitted to the powers of sizes within this factor of the last

Test = Callable[[np.ndarray, np.ndarray, np.random.Generator], float]


def detection_power(
    x: np.ndarray,
    y: np.ndarray,
    n: int,
    test: str = "kernel",
    repetitions: int = REPETITIONS,
    level: float = 0.05,
    seed: int = 0,
    bandwidths: Sequence[float] | None = None,
) -> Estimate:
    """Return how often a test of n points of each set notices that the sets differ.

    In each repetition n points are drawn from x and n from y, without replacement. The sets stand
    for their distributions: n is best a small part of both.

    Parameters
    ----------
    x, y : ndarray, shape (N, ...) and (M, ...)
        The two sets.
    n : int
        Points of each in a test.
    test : str
        ``"kernel"`` (:func:`two_sample_test`, with 10 over the level, less one,
        permutations: 199 at 5 %) or ``"classifier"`` (:func:`classifier_test`).
    repetitions : int
        Tests of fresh draws.
    level : float
        The test rejects where its p-value is at most this.
    seed : int
        Seed of draws and permutations.
    bandwidths : sequence of float, optional
        For the kernel test; by default :func:`median_bandwidths` of the sets.

    Returns
    -------
    Estimate
        The share of tests that reject.

    Raises
    ------
    ValueError
        If a set has fewer than n points, n is below 2, there are fewer than two repetitions, the
        level is not inside (0, 1), the test is unknown, or the sets cannot be compared.
    """
    sets, run, level, seed = _prepared(x, y, test, level, seed, bandwidths)
    n = _size(n, sets, "n", 2)
    rule = "a share of tests needs two repetitions or more"
    repetitions = checks.whole(repetitions, rule, "A hundred are usual.", low=2, name="repetitions")
    return Estimate.from_values(_rejected(run, sets, n, repetitions, level, seed))


def samples_to_detect(
    x: np.ndarray,
    y: np.ndarray,
    power: float = 0.8,
    level: float = 0.05,
    test: str = "kernel",
    largest: int | None = None,
    seed: int = 0,
    bandwidths: Sequence[float] | None = None,
) -> Estimate:
    r"""Return how many samples of each set a test needs to notice that the sets differ.

    .. math:: P(\text{reject} \mid n) = \alpha + (1 - \alpha)\, \Phi\bigl(b \log (n / n^*) + q\bigr)

    where q gives the wanted power at :math:`n = n^*`.

    The power is measured by 100 tests at 5, 7, 10, 14, ... points of each set, as
    :func:`detection_power` does, until it exceeds the wanted one by a standard error. The curve is
    fitted to the last of them by maximum likelihood; the result is :math:`n^*`, its standard error
    that of the likelihood, by the binomial errors of the powers. It leaves out that the sets
    themselves are samples.

    Parameters
    ----------
    x, y : ndarray, shape (N, ...) and (M, ...)
        The two sets, held as the distributions themselves.
    power : float
        The wanted probability to notice, above the level.
    level : float
        Probability to reject equal distributions.
    test : str
        ``"kernel"`` or ``"classifier"``.
    largest : int, optional
        The most points of each set to try; by default a quarter of the smaller set.
    seed : int
        Seed of draws and permutations.
    bandwidths : sequence of float, optional
        For the kernel test; by default :func:`median_bandwidths` of the sets.

    Returns
    -------
    Estimate
        In ``"samples"``. Where the largest is not enough, that number ``"samples or more"``; where
        the fewest are, 5 ``"samples or fewer"``. Both have a standard error of 0.

    Raises
    ------
    ValueError
        As for :func:`detection_power`, or if the power is not between level and 1, or ``largest``
        is below 5 or above the size of a set.
    """
    sets, run, level, seed = _prepared(x, y, test, level, seed, bandwidths)
    rule = f"a power is above the level, here {level:g}, and below 1"
    power = checks.number(power, rule, "0.8 is usual.", above=level, below=1)
    least = min(map(len, sets))
    default = min(least, max(FEWEST, least // 4))
    largest = _size(default if largest is None else largest, sets, "largest", FEWEST)
    tried, noticed = [], []
    for n in tqdm(_sizes(largest), "sizes", delay=PATIENCE, leave=False, disable=None):
        tried.append(n)
        noticed.append(int(_rejected(run, sets, n, REPETITIONS, level, seed).sum()))
        share = noticed[-1] / REPETITIONS
        if share >= power + math.sqrt(share * (1 - share) / REPETITIONS):
            break
    if noticed[-1] < power * REPETITIONS:
        return Estimate(float(largest), 0.0, "samples or more")
    if len(tried) == 1:
        return Estimate(float(FEWEST), 0.0, "samples or fewer")
    near = np.array(tried) >= tried[-1] / NEAR
    return crossing(np.array(tried)[near], np.array(noticed)[near], REPETITIONS, power, level)


def crossing(
    sizes: np.ndarray, noticed: np.ndarray, repetitions: int, power: float, level: float
) -> Estimate:
    """Return where a fitted curve of power crosses the wanted one, in samples.

    Parameters
    ----------
    sizes, noticed : ndarray of int, shape (k,)
        Points of each set, rising, and how many of the tests with so many rejected.
    repetitions : int
        Tests of each size.
    power, level : float
        The wanted power, and the level, which the curve has for few points.
    """
    from scipy.optimize import minimize
    from scipy.special import ndtr, ndtri

    logs, wanted = np.log(sizes), float(ndtri((power - level) / (1 - level)))

    def powers(both: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the power of each size, and its derivatives by place and slope."""
        place, slope = both
        z = slope * (logs - place) + wanted
        heights = (1 - level) * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        p = np.clip(level + (1 - level) * ndtr(z), 1e-9, 1 - 1e-9)
        return p, heights * np.array([0 * logs - slope, logs - place])

    def loss(both: np.ndarray) -> tuple[float, np.ndarray]:
        p, slopes = powers(both)
        missed = repetitions - noticed
        value = -float(noticed @ np.log(p) + missed @ np.log1p(-p))
        return value, slopes @ (missed / (1 - p) - noticed / p)

    bounds = ((logs[0], logs[-1]), (0.2, 10.0))  # a slope of 10: from 20 to 80 % within a fifth
    starts = [(logs[-1] - 0.2, slope) for slope in (1.0, 3.0)]
    with threadpool_limits(1, "blas"):  # on small matrices threads cost many times what they gain
        fits = [minimize(loss, start, jac=True, bounds=bounds) for start in starts]
    best = min(fits, key=lambda fit: fit.fun).x
    p, slopes = powers(best)
    information = (slopes * (repetitions / (p * (1 - p)))) @ slopes.T
    error, place = math.sqrt(np.linalg.pinv(information)[0, 0]), best[0]
    return Estimate(math.exp(place), math.exp(place) * error, "samples")


def _sizes(largest: int) -> list[int]:
    """Return 5, 7, 10, 14, ...: each the root of 2 times the last, up to the largest."""
    steps = range(2 * math.ceil(math.log2(max(largest / FEWEST, 1))))
    sizes = [round(FEWEST * 2 ** (step / 2)) for step in steps]
    return [n for n in sizes if n < largest] + [largest]


def _prepared(
    x: np.ndarray, y: np.ndarray, test: str, level: float, seed: int, bandwidths: object
) -> tuple[list[np.ndarray], Test, float, int]:
    sets = flat_sets(x, y)
    checks.choice(test, TESTS, "a test")
    rule = "a level is a probability inside (0, 1)"
    level = checks.number(level, rule, "0.05 is usual.", above=0, below=1)
    seed = checks.whole(seed, "a seed is a whole number of at least 0", low=0)
    if bandwidths is not None:
        bandwidths = bandwidth_list(bandwidths, REMEDY)  # pyright: ignore[reportArgumentType]
    if test == "classifier":
        return (
            sets,
            lambda i, j, rng: classified(sets[0][i], sets[1][j], rng).p_value.value,
            level,
            seed,
        )
    widths = median_bandwidths(sets[0], sets[1]) if bandwidths is None else bandwidths
    pairs = Pairs(np.concatenate(sets), widths)
    deals = math.ceil(DEALS / level) - 1

    def kernel(i: np.ndarray, j: np.ndarray, rng: np.random.Generator) -> float:
        some = pairs.take(np.concatenate([i, len(sets[0]) + j]))
        return permuted(some, len(i), deals, rng, threads=False).p_value.value

    return sets, kernel, level, seed


def _size(n: int, sets: list[np.ndarray], name: str, low: int) -> int:
    high = min(map(len, sets))
    rule = f"a test takes {low} points or more of each set, at most the {high} of the smaller one"
    return checks.whole(n, rule, "Give more samples.", low=low, high=high, name=name)


def _rejected(
    run: Test, sets: list[np.ndarray], n: int, repetitions: int, level: float, seed: int
) -> np.ndarray:
    """Return which tests of n fresh points of each set reject, shape (repetitions,)."""

    def once(repetition: int) -> bool:
        rng = np.random.default_rng([seed, n, repetition])
        i, j = (rng.choice(len(part), n, replace=False) for part in sets)
        return run(i, j, rng) <= level * (1 + 1e-9)

    # A seed for each, so that threads change nothing.
    with unhurried():
        return np.fromiter(in_threads(once, range(repetitions)), bool, repetitions)
