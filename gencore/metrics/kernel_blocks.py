"""Sums of Gaussian kernels over all pairs of points, in blocks of a matrix product."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

BLOCK = 512  # points whose pairs are held at once: 1 MB in float32, which a cache holds
WORKERS = 2
# Kernels of float32 points are computed in float32 where the worst of them errs by less than this.
RESOLUTION = 1e-5


class Pairs:
    r"""Points of which one matrix product gives the kernels of all pairs.

    .. math:: k(p, q) = \frac1H \sum_h e^{-|p - q|^2 / 2h^2}, \qquad
       -\tfrac12 |p - q|^2 = p \cdot q - \tfrac12 |p|^2 - \tfrac12 |q|^2

    Parameters
    ----------
    points : ndarray, shape (N, D)
        The points, float32 or float64.
    bandwidths : sequence of float
        The standard deviations h, positive.
    """

    def __init__(self, points: np.ndarray, bandwidths: Sequence[float]):
        self.bandwidths = list(bandwidths)
        centred, squares = _centred(points)
        error = np.finfo(np.float32).eps * squares.max() / min(self.bandwidths) ** 2
        if points.dtype == np.float32 and error > RESOLUTION:
            centred, squares = _centred(points.astype(np.float64))
        ones, norms = np.ones(len(points)), -squares / 2
        kind = centred.dtype
        self._left = np.column_stack([centred, ones.astype(kind), norms.astype(kind)])
        self._right = np.column_stack([centred, norms.astype(kind), ones.astype(kind)])

    def __len__(self) -> int:
        """Return the number of points N."""
        return len(self._left)

    @property
    def dtype(self) -> np.dtype:
        """Return the type in which kernels are computed."""
        return self._left.dtype

    def take(self, rows: np.ndarray) -> Pairs:
        """Return the pairs among some of the points, in their order."""
        some = object.__new__(Pairs)
        some.bandwidths = self.bandwidths
        some._left, some._right = self._left[rows], self._right[rows]
        return some

    def kernel(self, rows: slice, columns: slice) -> np.ndarray:
        """Return the kernels of some points with some others, shape (rows, columns)."""
        halves = self._left[rows] @ self._right[columns].T
        np.minimum(halves, 0, out=halves)  # rounding may leave 1e-6 where points coincide
        total = np.zeros_like(halves)
        part = np.empty_like(halves)
        for h in self.bandwidths:
            np.multiply(halves, 1 / h**2, out=part)
            total += np.exp(part, out=part)
        total /= len(self.bandwidths)
        return total


class Sums(NamedTuple):
    """Sums over pairs of different points.

    ``rows``, shape (N, G): each point's kernels with the points of a group;
    ``within``, shape (P,): the kernels of all ordered pairs inside a labelled set.
    """

    rows: np.ndarray
    within: np.ndarray


def pair_sums(
    pairs: Pairs, groups: np.ndarray, labels: np.ndarray | None = None, threads: bool = True
) -> Sums:
    r"""Return :math:`\sum_{j \ne i} k_{ij} g_j` and :math:`\sum_{i \ne j} z_i k_{ij} z_j`.

    A block of kernels serves its mirror image too. Products are those of the type of the pairs,
    and what the blocks give is added in float64.

    Parameters
    ----------
    pairs : Pairs
        The N points.
    groups : ndarray, shape (N, G)
        Columns g of 0 and 1.
    labels : ndarray, shape (N, P), optional
        Columns z of 0 and 1.
    threads : bool
        Whether blocks are shared among threads.
    """
    groups = groups.astype(pairs.dtype)
    labels = (groups[:, :0] if labels is None else labels).astype(pairs.dtype, copy=False)
    columns, sets = np.hstack([groups, labels]), groups.shape[1]
    blocks = [slice(first, first + BLOCK) for first in range(0, len(pairs), BLOCK)]

    def block(both: tuple[slice, slice]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        i, j = both
        kernel = pairs.kernel(i, j)
        if i == j:
            np.fill_diagonal(kernel, 0)
        product = kernel @ columns[j]
        within = np.einsum("ip,ip->p", labels[i], product[:, sets:], dtype=np.float64)
        return product[:, :sets], kernel.T @ groups[i], within

    rows, within = np.zeros(groups.shape), np.zeros(labels.shape[1])
    tasks = list(itertools.combinations_with_replacement(blocks, 2))
    results = in_threads(block, tasks) if threads and len(tasks) > 1 else map(block, tasks)
    for (i, j), (ahead, back, some) in zip(tasks, results, strict=True):
        rows[i] += ahead
        if i != j:
            rows[j] += back
        within += some if i == j else 2 * some
    return Sums(rows, within)


def in_threads(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
    """Yield the results of tasks in their order; each thread multiplies matrices by itself."""
    # Threads that share one small product wait for each other, ten times as long on a busy machine.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(function, tasks)


def _centred(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points around their mean, whose products lose few digits, and their squares."""
    centred = points - points.mean(axis=0, dtype=np.float64).astype(points.dtype)
    return centred, np.einsum("nd,nd->n", centred, centred, dtype=np.float64)
