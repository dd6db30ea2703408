"""Speed of the kernel distance of two sets, beside scikit-learn and the matrix product."""

from collections.abc import Callable

import numpy as np

BANDWIDTHS = (5.0, 10.0, 20.0)
ROWS = 1000  # of scikit-learn's kernels at once


def kernel_distance(count: int, seconds: Callable[..., float], repeats: int) -> dict[str, float]:
    """Compare the squared mean discrepancy with the matrix product and with scikit-learn.

    Scikit-learn's ``rbf_kernel`` gives a block of kernels for one bandwidth; their sums over blocks
    make the same estimate. Ours makes the distances of a pair once for all bandwidths, and of two
    mirror images one.

    Parameters
    ----------
    count : int
        Images of 784 pixels in each set.
    seconds : callable
        ``seconds(task, repeats)``, the least time of a few calls.
    repeats : int
        Calls of which the best counts; scikit-learn is called once.
    """
    from benchmarks.work import matrix_rate
    from gencore import metrics

    rng = np.random.default_rng(0)
    x, y = (rng.random((count, 784), dtype=np.float32) for _ in range(2))
    rate = matrix_rate()
    one = seconds(lambda: metrics.mmd_squared(x, y, BANDWIDTHS[:1]), repeats)
    three = seconds(lambda: metrics.mmd_squared(x, y, BANDWIDTHS), repeats)
    theirs = seconds(lambda: by_scikit_learn(x, y, BANDWIDTHS[0]), 1)
    rate = max(rate, matrix_rate())
    operations = 2 * 784 * (2 * count) ** 2 / 2
    return {
        "seconds": one,
        "seconds of three bandwidths": three,
        "share of matrix rate": operations / one / rate,
        "times as fast as scikit-learn": theirs / one,
        "times as fast as scikit-learn, three bandwidths": 3 * theirs / three,
    }


def by_scikit_learn(x: np.ndarray, y: np.ndarray, bandwidth: float) -> float:
    """Return the squared mean discrepancy from blocks of ``rbf_kernel``."""
    from sklearn.metrics.pairwise import rbf_kernel

    def total(p: np.ndarray, q: np.ndarray) -> float:
        blocks = (p[i : i + ROWS] for i in range(0, len(p), ROWS))
        kernels = (rbf_kernel(block, q, gamma=0.5 / bandwidth**2) for block in blocks)
        return sum(float(kernel.sum(dtype=np.float64)) for kernel in kernels)

    n, m = len(x), len(y)
    within = (total(x, x) - n) / (n * (n - 1)) + (total(y, y) - m) / (m * (m - 1))
    return within - 2 * total(x, y) / (n * m)
