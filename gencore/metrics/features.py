"""Scores of samples in a space of features: Frechet distance, precision and recall."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import pairwise_distances_chunked
from sklearn.neighbors import NearestNeighbors

from gencore.metrics.estimate import Estimate


def frechet_distance(
    features: np.ndarray, reference: np.ndarray, resamples: int = 50, seed: int = 0
) -> Estimate:
    r"""Return the squared Frechet distance of two normal distributions fitted to features.

    .. math:: |\mu - \mu'|^2 + \mathrm{tr}\bigl(C + C' - 2 (C^{1/2} C' C^{1/2})^{1/2}\bigr)

    It is the squared Wasserstein-2 distance of the two (Dowson and Landau, 1982; Heusel et
    al., 2017). Few samples make it too large: compare numbers of one size of sample only. The
    standard error is the standard deviation over bootstrap resamples of both sets.

    Parameters
    ----------
    features : ndarray, shape (n, F)
        Features of the samples.
    reference : ndarray, shape (m, F)
        Features of data.
    resamples : int
        Bootstrap resamples for the standard error.
    seed : int
        Their seed.

    Returns
    -------
    Estimate
        In squared units of the features.

    Raises
    ------
    ValueError
        If the arrays do not hold two sets of finite features of one length.
    """
    sets = _checked(features, reference)
    rng = np.random.default_rng(seed)
    values = [
        _distance(*(_moments(x[rng.integers(len(x), size=len(x))]) for x in sets))
        for _ in range(resamples)
    ]
    return Estimate(_distance(*map(_moments, sets)), float(np.std(values, ddof=1)))


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
    made, data = _checked(features, reference)
    if min(len(made), len(data)) <= neighbours or neighbours < 1:
        raise ValueError(
            f"a radius reaches to the k-th of a point's other neighbours; received k={neighbours} "
            f"for sets of {len(made)} and {len(data)}. Give more points, or a smaller k."
        )
    radii = {"made": _radii(made, neighbours), "data": _radii(data, neighbours)}
    near_data = np.zeros(len(made), bool)
    near_made = np.zeros(len(data), bool)
    start = 0
    for distances in pairwise_distances_chunked(made, data, working_memory=64):
        rows = slice(start, start + len(distances))
        near_data[rows] = (distances <= radii["data"]).any(axis=1)
        near_made |= (distances <= radii["made"][rows, None]).any(axis=0)
        start += len(distances)
    return Estimate.from_values(near_data), Estimate.from_values(near_made)


def class_shares(logits: np.ndarray) -> list[Estimate]:
    """Return the share of samples that a classifier gives to each class.

    Parameters
    ----------
    logits : ndarray, shape (n, classes)
        Scores of the classes.

    Returns
    -------
    list of Estimate
        One proportion for each class; together they are 1.

    Raises
    ------
    ValueError
        If there is not one row of finite scores for each sample.
    """
    predicted = np.argmax(_matrix(logits), axis=1)
    return [Estimate.from_values(predicted == k) for k in range(np.shape(logits)[1])]


def confidence(logits: np.ndarray) -> Estimate:
    r"""Return the probability of the likeliest class, :math:`\max_k p_k`, averaged over samples.

    Parameters
    ----------
    logits : ndarray, shape (n, classes)
        Logits of the classes.

    Returns
    -------
    Estimate
        From 1 / classes (undecided) to 1.

    Raises
    ------
    ValueError
        If there is not one row of finite scores for each sample.
    """
    scores = _matrix(logits)
    ratios = np.exp(scores - scores.max(axis=1, keepdims=True))
    return Estimate.from_values(1 / ratios.sum(axis=1))


def modes_covered(
    points: np.ndarray, centres: np.ndarray, radius: float, share: float = 0.1
) -> tuple[int, Estimate]:
    """Return how many modes have samples, and the share of samples that are near a mode.

    Parameters
    ----------
    points : ndarray, shape (n, D)
        Samples.
    centres : ndarray, shape (K, D)
        Centres of the modes.
    radius : float
        A sample is good when it is at most this far from a centre; three standard deviations.
    share : float
        A mode is covered by at least this share of n / K good samples.

    Returns
    -------
    tuple of int and Estimate
        Modes covered, and the proportion of good samples.
    """
    distances = np.linalg.norm(_matrix(points)[:, None] - np.asarray(centres), axis=2)
    good = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centres))
    covered = int(np.sum(counts >= share * len(points) / len(centres)))
    return covered, Estimate.from_values(good)


def _moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x.mean(axis=0), np.cov(x, rowvar=False)


def _distance(p: tuple[np.ndarray, np.ndarray], q: tuple[np.ndarray, np.ndarray]) -> float:
    (mean, covariance), (other_mean, other) = p, q
    root = _root(covariance)
    cross = np.linalg.eigvalsh(root @ other @ root)
    overlap = np.sqrt(np.maximum(cross, 0)).sum()  # rounding may leave -1e-16 instead of 0
    shift = mean - other_mean
    return float(shift @ shift + np.trace(covariance) + np.trace(other) - 2 * overlap)


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _radii(x: np.ndarray, neighbours: int) -> np.ndarray:
    """Return the distance of each point to its k-th nearest other point, shape (n,)."""
    index = NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(x)
    return index.kneighbors()[0][:, -1]  # without an argument a point is not its own neighbour


def _checked(features: np.ndarray, reference: np.ndarray) -> list[np.ndarray]:
    made, data = (_matrix(x) for x in (features, reference))
    if made.shape[1] != data.shape[1]:
        raise ValueError(
            f"samples and data are compared in one space of features; received {made.shape[1]} "
            f"and {data.shape[1]} features. Take both from one layer of one network."
        )
    return [made, data]


def _matrix(x: np.ndarray) -> np.ndarray:
    matrix = np.asarray(x, dtype=float)
    if matrix.ndim != 2 or len(matrix) < 2 or not np.isfinite(matrix).all():
        raise ValueError(
            f"there is one row of finite numbers for each of at least two samples; received shape "
            f"{matrix.shape} with {np.count_nonzero(~np.isfinite(matrix))} that are not finite. "
            f"Pass features or logits of shape (n, F)."
        )
    return matrix
