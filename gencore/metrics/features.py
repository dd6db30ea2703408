"""Scores of samples in a space of features: Frechet distance, shares of classes, modes."""

from __future__ import annotations

import numpy as np
from tqdm import tqdm

from gencore import checks
from gencore.metrics.estimate import Estimate

PATIENCE = 10.0  # seconds before a progress bar is shown


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
        If the arrays do not hold two sets of finite features of one length, or there are fewer
        than two resamples.
    """
    sets = two_sets(features, reference)
    rule = "a standard deviation needs two bootstrap resamples or more"
    resamples = checks.whole(resamples, rule, "Fifty are usual.", low=2, name="resamples")
    rng = np.random.default_rng(checks.whole(seed, "a seed is a whole number of at least 0", low=0))
    values = [
        _distance(*(_moments(x[rng.integers(len(x), size=len(x))]) for x in sets))
        for _ in tqdm(range(resamples), "resamples", delay=PATIENCE, leave=False, disable=None)
    ]
    return Estimate(_distance(*map(_moments, sets)), float(np.std(values, ddof=1)))


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
    predicted = np.argmax(matrix(logits), axis=1)
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
    scores = matrix(logits)
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

    Raises
    ------
    ValueError
        If samples and centres are not finite points of one space, or the radius is no length.
    """
    points, centres = matrix(points), matrix(centres, least=1)
    if points.shape[1] != centres.shape[1]:
        checks.refuse(
            "samples and centres are points of one space",
            f"{points.shape[1]} and {centres.shape[1]} coordinates",
            "Give centres of shape (K, D).",
        )
    rule = "a radius is finite and not negative"
    radius = checks.number(radius, rule, "Three standard deviations are usual.", low=0)
    share = checks.number(share, "a share is from 0 to 1", "A tenth is usual.", low=0, high=1)
    distances = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(centres))
    covered = int(np.sum(counts >= share * len(points) / len(centres)))
    return covered, Estimate.from_values(good)


def _moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False))


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


def two_sets(features: np.ndarray, reference: np.ndarray) -> list[np.ndarray]:
    """Return two sets of features as arrays of one width, or raise ValueError."""
    made, data = (matrix(x) for x in (features, reference))
    if made.shape[1] != data.shape[1]:
        raise ValueError(
            f"samples and data are compared in one space of features; received {made.shape[1]} "
            f"and {data.shape[1]} features. Take both from one layer of one network."
        )
    return [made, data]


def matrix(x: np.ndarray, least: int = 2) -> np.ndarray:
    """Return one row of finite numbers for each sample, shape (n, F), or raise ValueError."""
    return checks.array(
        x,
        "features, logits or points",
        f"the shape (n, F), a row for each of at least {least}",
        "Pass one row of finite numbers for each sample.",
        ndim=2,
        least=least,
        dtype=float,
    )


def flat_sets(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Return two sets of samples (n, ...) as matrices of one width and type, or raise ValueError.

    Float32 stays what it is where both sets are of that type.
    """
    form = "the shape (n, ...), a row for each of at least two"
    sets = [checks.array(part, "samples", form, "Give more.", least=2) for part in (x, y)]
    for part in sets:
        if part.ndim < 2:
            checks.refuse(f"samples have {form}", part.shape, "Give a row for each.")
    if sets[0].shape[1:] != sets[1].shape[1:]:
        checks.refuse(
            "the samples of two sets have one shape",
            f"{sets[0].shape[1:]} and {sets[1].shape[1:]}",
            "Reshape one of them.",
        )
    kind = np.result_type(*sets)
    return [part.reshape(len(part), -1).astype(kind, copy=False) for part in sets]
