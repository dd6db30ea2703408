"""Figure of a two-sample test: two sets of points, the kernel distance, and its permutations."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from gencore import checks, metrics, plots
from gencore.explore.page import Explorer, packed

FEWEST, MOST = 5, 100  # points of each set: a page computes all their kernels while a slider moves
PERMUTATIONS = 300
WIDTHS = 2.0 ** np.linspace(-3, 3, 25)  # bandwidths over the median distance
BINS = 24


def two_sample(x: np.ndarray, y: np.ndarray, seed: int = 0) -> Explorer:
    """Return a permutation test of two sets in the plane: slide shift, bandwidth and sample size.

    The page computes :func:`gencore.metrics.mmd_squared` and the permutations of
    :func:`gencore.metrics.two_sample_test` anew at every move.

    Parameters
    ----------
    x, y : ndarray, shape (n, 2) and (m, 2)
        The two sets, 5 points or more; of each at most 100 are drawn, as many of one as of the
        other.
    seed : int
        Seed of their order and of the permutations.

    Raises
    ------
    ValueError
        If the sets are no finite points of the plane, or more than half of them coincide.
    """
    form = f"the shape (n, 2), a row for each of at least {FEWEST}"
    sets = [
        checks.array(part, "points", form, shape=(None, 2), least=FEWEST, dtype=float)
        for part in (x, y)
    ]
    seed = checks.whole(seed, "a seed is a whole number of at least 0", low=0)
    rng = np.random.default_rng(seed)
    count = min(MOST, *map(len, sets))
    first, second = (part[rng.permutation(len(part))[:count]] for part in sets)
    median = metrics.median_bandwidths(first, second, [1.0])[0]
    found = metrics.two_sample_test(first, second, [median], PERMUTATIONS, seed)

    def still() -> Axes:
        counts, edges = np.histogram(found.null, BINS)
        series = {"permutations": counts.astype(float)}
        labels = {"xlabel": "squared discrepancy", "ylabel": "permutations"}
        ax = plots.curves(series, x=(edges[1:] + edges[:-1]) / 2, **labels)  # pyright: ignore[reportArgumentType]
        ax.lines[0].set_drawstyle("steps-mid")
        ax.axvline(found.statistic.value, color=plots.COLORS[1], linestyle="--")
        return ax

    return Explorer(
        "two_sample",
        "A two-sample test and its permutations",
        f"Two sets of {count} points of the plane, the second one hollow, and beside them the "
        f"squared discrepancy of {PERMUTATIONS} random deals of the same points into two sets, "
        "as a histogram, with a "
        "line at the value of the sets themselves. Slide how far the second set is shifted, the "
        "bandwidth of the kernel and the number of points. Where the line stands right of nearly "
        "all deals, the test notices that the sets differ. Without a shift, at a bandwidth of "
        f"{median:.2f}, the value is {found.statistic.value:.4f} and the p-value "
        f"{found.p_value.value:.2f}.",
        {
            "x": packed(first, "float64"),
            "y": packed(second, "float64"),
            "widths": packed(median * WIDTHS, "float64"),
            "reach": 2 * median,
            "fewest": FEWEST,
            "permutations": PERMUTATIONS,
            "bins": BINS,
            "seed": seed,
        },
        still,
    )
