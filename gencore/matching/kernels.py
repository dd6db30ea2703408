"""The distance of two batches by a kernel, with gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import ops
from gencore.checks.tensors import agree, tensor

Tensor = Any


def mmd_loss(x: Tensor, y: Tensor, bandwidths: Sequence[float]) -> Tensor:
    r"""Return the unbiased estimate of the squared maximum mean discrepancy of two batches.

    .. math:: \frac{1}{n(n-1)} \sum_{i \ne j} k(x_i, x_j)
       + \frac{1}{m(m-1)} \sum_{i \ne j} k(y_i, y_j) - \frac{2}{nm} \sum_{i,j} k(x_i, y_j),
       \qquad k(x, y) = \frac{1}{H} \sum_h e^{-|x - y|^2 / 2h^2}

    (Gretton et al., 2012). No pair of a point with itself is counted, so the mean over batches is
    the discrepancy itself, and that of its gradients its gradient; one batch may give a negative
    number. :func:`gencore.metrics.mmd_squared` gives the same without gradients, for many points.

    Parameters
    ----------
    x, y : tensor, shape (n, ...) and (m, ...)
        Examples of one shape, two or more of either.
    bandwidths : sequence of float
        Standard deviations h, in the unit of the examples.

    Returns
    -------
    tensor
        A scalar.

    Raises
    ------
    ValueError
        If the examples differ in shape, there are fewer than two, or a bandwidth is not positive.
    """
    bandwidths = check_bandwidths(bandwidths)
    x, y = _rows(x), _rows(y)
    if not agree(tuple(x.shape[1:]), tuple(y.shape[1:])):
        rule = "examples of two distributions have one shape"
        checks.refuse(rule, f"{tuple(x.shape)} and {tuple(y.shape)}", "Reshape one of them.")
    between = ops.mean(_kernel(x, y, bandwidths))
    return _mean_of_pairs(x, bandwidths) + _mean_of_pairs(y, bandwidths) - 2 * between


def check_bandwidths(bandwidths: Any) -> tuple[float, ...]:
    """Return bandwidths as a tuple of floats, or raise ValueError unless all are positive."""
    row = "one or more numbers in a row"
    given = checks.array(bandwidths, "bandwidths", row, "Give a list.", ndim=1, finite=False)
    rule, remedy = "a bandwidth is finite and positive", "A median distance between points serves."
    return tuple(checks.number(h, rule, remedy, above=0) for h in given.tolist())


def _rows(x: Any) -> Tensor:
    """Return examples as rows (n, D); ValueError unless there are two or more."""
    x = tensor(x, "examples")
    if len(x.shape) < 2 or x.shape[0] in (0, 1):
        checks.refuse(
            "a discrepancy is that of two examples or more of either kind, (n, ...)",
            tuple(x.shape),
            "Give larger batches.",
        )
    return ops.reshape(x, (-1, int(np.prod(x.shape[1:]))))


def _mean_of_pairs(x: Tensor, bandwidths: Sequence[float]) -> Tensor:
    """Return the mean of k over pairs of two different points."""
    count = ops.shape(x)[0]
    others = 1 - ops.eye(count, dtype="float32")
    pairs = ops.cast(count * (count - 1), "float32")
    return ops.sum(others * _kernel(x, x, bandwidths)) / pairs


def _kernel(x: Tensor, y: Tensor, bandwidths: Sequence[float]) -> Tensor:
    """Return k of every pair, (n, m)."""
    norms_x, norms_y = (ops.sum(ops.square(points), axis=1) for points in (x, y))
    squares = norms_x[:, None] + norms_y[None] - 2 * ops.matmul(x, ops.transpose(y))
    squares = ops.maximum(squares, 0.0)  # points that coincide: rounding leaves something
    each = [ops.exp(-squares / (2 * h**2)) for h in bandwidths]
    return sum(each[1:], each[0]) / len(each)
