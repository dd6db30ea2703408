"""How well scores rank anomalous examples above normal ones, and where to sound the alarm."""

from __future__ import annotations

import math

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate

# Scores that agree so far, relative to the largest, differ by the rounding of float32 alone.
ROUNDING = 8 * float(np.finfo(np.float32).eps)


def auroc(normal: np.ndarray, anomalous: np.ndarray) -> Estimate:
    r"""Return the area under the ROC curve of scores that are to be higher for anomalies.

    .. math:: \frac1{nm} \sum_{i=1}^n \sum_{j=1}^m \Bigl(\mathbf 1[b_j > a_i]
        + \tfrac12 \mathbf 1[b_j = a_i]\Bigr)

    It is the probability that an anomalous example has a higher score b than a normal one, a;
    ties count half. It is never turned round: a score that ranks anomalies lower has less than
    0.5, and -score has one minus that.

    The standard error is that of DeLong, DeLong and Clarke-Pearson (1988),
    :math:`\sqrt{s_a^2 / n + s_b^2 / m}`, from the variances of the placement values: the share of
    the anomalous scores above each normal one, and of the normal ones below each anomalous one. It
    is 0 where scores of the two kinds do not overlap, however few they are.

    Parameters
    ----------
    normal, anomalous : array_like, shape (n,) and (m,)
        Scores of normal and of anomalous examples, two or more of each, higher for what looks more
        anomalous.

    Returns
    -------
    Estimate
        0.5 for scores that say nothing, 1 for those that rank every anomaly above every normal
        example.

    Raises
    ------
    ValueError
        If there are fewer than two scores of a kind, one is not finite, or all differ by no more
        than the rounding of float32: such a detector has not been trained, and its curve would
        show the rounding.
    """
    from scipy.stats import rankdata
    from sklearn.metrics import roc_auc_score

    kinds = normal_scores, anomalous_scores = two_kinds(normal, anomalous)
    scores = np.concatenate(kinds)
    check_spread(scores)
    labels = np.repeat([0, 1], [len(part) for part in kinds])
    value = float(roc_auc_score(labels, scores))
    # The midrank among all, less that among one's own, counts the scores of the other kind below.
    below = rankdata(scores) - np.concatenate([rankdata(part) for part in kinds])
    placements = (
        1 - below[labels == 0] / len(anomalous_scores),
        below[labels == 1] / len(normal_scores),
    )
    return Estimate(value, math.sqrt(sum(part.var(ddof=1) / len(part) for part in placements)))


def false_alarm_threshold(scores: np.ndarray, rate: float) -> float:
    r"""Return a threshold that a new normal example exceeds with at most a stated probability.

    .. math:: t = a_{(k)}, \qquad k = \lceil (n + 1)(1 - \alpha) \rceil

    Of n + 1 exchangeable scores each is equally likely to be the k-th, so a new one exceeds the
    k-th smallest of the other n with probability at most :math:`(n + 1 - k) / (n + 1) \le \alpha`:
    exactly that where no two scores tie. No smaller order statistic has this guarantee. It holds
    for any distribution, over the draw of the validation scores too; for given ones the rate
    of false alarms follows, without ties, the law Beta(n + 1 - k, k), with a standard deviation
    near :math:`\sqrt{\alpha (1 - \alpha) / n}`.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Scores of normal examples that the detector was not trained on, higher for what looks
        more anomalous. The alarm sounds above the threshold, not at it.
    rate : float
        The allowed probability of a false alarm, :math:`\alpha`.

    Raises
    ------
    ValueError
        If the rate is not inside (0, 1), a score is not finite, all differ by no more than the
        rounding of float32, or there are too few: fewer than :math:`1 / \alpha - 1`.
    """
    rule = "a rate of false alarms is a probability inside (0, 1)"
    rate = checks.number(rate, rule, "0.05 is usual.", above=0, below=1)
    found = scores_in_a_row(scores, "scores of normal examples")
    # Whole numbers up to rounding: 0.05 of 20 scores is one of them.
    exceeding = math.floor((len(found) + 1) * rate + 1e-9)
    if exceeding < 1:
        fewest = math.ceil(1 / rate - 1e-9) - 1
        rule = f"a rate of false alarms of {rate:g} needs {fewest} scores of normal examples"
        checks.refuse(rule, len(found), "Give more of them, or allow a higher rate.")
    check_spread(found)
    return float(np.sort(found)[-min(exceeding, len(found))])


def two_kinds(normal: np.ndarray, anomalous: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of two kinds of examples, at least two of each, or raise ValueError."""
    return (
        scores_in_a_row(normal, "scores of normal examples"),
        scores_in_a_row(anomalous, "scores of anomalous examples"),
    )


def scores_in_a_row(scores: np.ndarray, what: str) -> np.ndarray:
    """Return finite scores in float64, at least two, or raise ValueError."""
    form = "the shape (n,), one for each of two examples or more"
    remedy = "Give one number for each example."
    return checks.array(scores, what, form, remedy, shape=(None,), least=2, dtype=float)


def check_spread(scores: np.ndarray) -> None:
    """Raise ValueError where scores differ by no more than rounding."""
    low, high = float(scores.min()), float(scores.max())
    if high - low <= ROUNDING * max(abs(low), abs(high)):
        checks.refuse(
            "scores tell examples apart by more than rounding",
            f"{len(np.unique(scores))} distinct ones, all from {low:.9g} to {high:.9g}",
            "Look whether the detector was trained at all.",
        )
