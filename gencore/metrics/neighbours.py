"""Which samples are near the data, and which data near the samples: precision and recall."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate
from gencore.metrics.features import two_sets

PAIRS = 8_000_000  # squared distances that are held at once, 64 MB


def precision_recall(
    features: np.ndarray, reference: np.ndarray, neighbours: int = 3
) -> tuple[Estimate, Estimate]:
    """Return the share of samples near the data, and the share of data near the samples.

    A point is near a set when it lies within one of the balls around the set's points that reach
    to their k-th nearest neighbour in the set (Kynkaanniemi et al., 2019). Precision falls with
    samples that look like no data, recall with data that no sample looks like. The standard
    errors are those of proportions, the balls being taken as given.

    Parameters
    ----------
    features : ndarray, shape (n, F)
        Features of the samples.
    reference : ndarray, shape (m, F)
        Features of data; as many as samples, since both scores depend on the numbers.
    neighbours : int
        The k of the radius.

    Returns
    -------
    tuple of Estimate
        Precision and recall, proportions.

    Raises
    ------
    ValueError
        If the arrays do not hold two sets of finite features of one length, or a set has no more
        points than neighbours are asked for.
    """
    made, data = two_sets(features, reference)
    most = min(len(made), len(data)) - 1
    checks.whole(
        neighbours,
        f"a radius reaches to the k-th of a point's other neighbours, of which there are {most}",
        "Give more points, or a smaller k.",
        high=most,
        name="neighbours",
    )
    centre = data.mean(axis=0)
    made, data = made - centre, data - centre
    reach = {"made": _reach(made, neighbours), "data": _reach(data, neighbours)}
    # Points that coincide are at a distance of 0, of which rounding leaves something.
    rounding = 8 * np.finfo(float).eps * made.shape[1] * max(_norms(made).max(), _norms(data).max())
    near_data = np.zeros(len(made), bool)
    near_made = np.zeros(len(data), bool)
    for rows, squares in _squared_distances(made, data):
        near_data[rows] = (squares <= reach["data"] + rounding).any(axis=1)
        near_made |= (squares <= reach["made"][rows, None] + rounding).any(axis=0)
    return Estimate.from_values(near_data), Estimate.from_values(near_made)


def _norms(x: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", x, x)


def _squared_distances(
    points: np.ndarray, others: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield the squared distances of some points to all others: every distance is made here."""
    norms, block = _norms(others), max(1, PAIRS // len(others))
    for start in range(0, len(points), block):
        rows = slice(start, start + block)
        part = points[rows]
        yield rows, _norms(part)[:, None] + norms - 2 * part @ others.T


def _reach(x: np.ndarray, neighbours: int) -> np.ndarray:
    """Return the squared distance of each point to its k-th nearest other point, shape (n,)."""
    reach = np.empty(len(x))
    for rows, squares in _squared_distances(x, x):
        own = np.arange(len(squares))
        squares[own, rows.start + own] = np.inf  # a point is not its own neighbour
        reach[rows] = np.partition(squares, neighbours - 1, axis=1)[:, neighbours - 1]
    return np.maximum(reach, 0)
