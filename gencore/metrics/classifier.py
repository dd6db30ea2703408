"""Whether a classifier tells two sets of samples apart."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from gencore import checks
from gencore.metrics.estimate import Estimate
from gencore.metrics.features import flat_sets

STEPS = 200


@dataclass(frozen=True)
class ClassifierTest:
    """What a classifier of two sets found.

    Parameters
    ----------
    accuracy : Estimate
        The share of held-out samples whose set it names.
    p_value : Estimate
        The probability to name as many by guessing; it is exact, without standard error.
    """

    accuracy: Estimate
    p_value: Estimate


def classifier_test(x: np.ndarray, y: np.ndarray, seed: int = 0) -> ClassifierTest:
    r"""Test by a classifier whether two sets of samples have one distribution.

    .. math:: p = P(B \ge R), \qquad B \sim \mathrm{Binomial}(t, \tfrac12)

    A logistic regression learns from a random half of each set, on features standardised by that
    half, and names R of the other t samples rightly. As many are drawn from the larger set as the
    smaller one has, so that guessing is right half of the time. The halves being balanced, R varies
    at most as much as B, and the test rejects equal distributions at most as often as it says, at
    levels below one half.

    Parameters
    ----------
    x, y : ndarray, shape (n, ...) and (m, ...)
        The two sets.
    seed : int
        Seed of the halves.

    Returns
    -------
    ClassifierTest
        Accuracy on the held-out halves, and its p-value.

    Raises
    ------
    ValueError
        If there are fewer than two samples of one, they differ in width or are not finite.

    Notes
    -----
    Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests. That balanced counts only
    narrow the tail is a theorem of Hoeffding (1956).
    """
    sets = flat_sets(x, y)
    rng = np.random.default_rng(checks.whole(seed, "a seed is a whole number of at least 0", low=0))
    with unhurried():
        return classified(sets[0], sets[1], rng)


@contextlib.contextmanager
def unhurried() -> Iterator[None]:
    """Let a classifier learn in one thread, and end before it is the best one.

    The tail is exact for any classifier, and on small matrices threads cost many times what they
    gain. Both are settings of the whole process, so this stands outside of threads.
    """
    from sklearn.exceptions import ConvergenceWarning

    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def classified(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> ClassifierTest:
    """Return the test of two sets that have been checked; the generator draws the halves."""
    from scipy.special import bdtrc

    n = min(len(x), len(y))
    orders = [rng.permutation(len(part))[:n] for part in (x, y)]
    half = n // 2
    learnt = np.concatenate([part[rows[:half]] for part, rows in zip((x, y), orders, strict=True)])
    asked = np.concatenate([part[rows[half:]] for part, rows in zip((x, y), orders, strict=True)])
    mean, spread = learnt.mean(axis=0), learnt.std(axis=0)
    # A feature that the first half never shows varying would be divided by almost 0.
    scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-6 * spread.max())
    scores = _learn((learnt - mean) * scale, half)((asked - mean) * scale)
    right = np.concatenate([scores[: n - half] > 0, scores[n - half :] <= 0])
    named = np.count_nonzero(right)
    tail = float(bdtrc(named - 1, len(right), 0.5)) if named else 1.0
    return ClassifierTest(Estimate.from_values(right), Estimate(tail, 0.0))


def _learn(features: np.ndarray, half: int):
    """Return the score of a logistic regression, positive where the first set is likelier."""
    from sklearn.linear_model import LogisticRegression

    # Weights of the variance 1 / F: the logit of a sample has the variance 1 before any is seen.
    width = max(1, np.count_nonzero(features.any(axis=0)))
    model = LogisticRegression(C=1 / width, max_iter=STEPS)
    model.fit(features, np.arange(2 * half) < half)
    return model.decision_function
