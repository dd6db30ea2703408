"""The area under the ROC curve with its standard error, and thresholds for false alarms."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from gencore import metrics


def pairs(normal, anomalous):
    """The share of pairs in which the anomaly has the higher score, ties by half."""
    won = [float(b > a) + 0.5 * float(b == a) for a in normal for b in anomalous]
    return sum(won) / len(won)


def normal_scores(rng, n=40, m=15, shift=0.8):
    """Scores whose AUROC is that of two normal distributions, the second one wider."""
    return rng.normal(size=n), shift + 1.5 * rng.normal(size=m)


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_is_the_share_of_pairs_in_the_right_order(ties):
    # Oracle: all pairs, one by one. A sum of 600 products: 1e-12.
    for seed in range(5):
        normal, anomalous = normal_scores(np.random.default_rng(seed))
        if ties:
            normal, anomalous = np.round(normal), np.round(anomalous)
        found = metrics.auroc(normal, anomalous)
        assert abs(found.value - pairs(normal, anomalous)) < 1e-12
    assert metrics.auroc([0, 1], [2, 3]) == metrics.Estimate(1.0, 0.0)
    assert metrics.auroc([2, 3], [0, 1]) == metrics.Estimate(0.0, 0.0)


def test_reversed_scores_have_one_minus_the_area():
    # A detector that ranks the wrong way round has less than a half, and is not turned.
    normal, anomalous = (np.round(part, 1) for part in normal_scores(np.random.default_rng(0)))
    found, reversed_scores = metrics.auroc(normal, anomalous), metrics.auroc(-normal, -anomalous)
    assert found.value > 0.5 > reversed_scores.value
    assert abs(found.value + reversed_scores.value - 1) < 1e-12
    assert abs(found.stderr - reversed_scores.stderr) < 1e-12
    exchanged = metrics.auroc(anomalous, normal)
    assert abs(found.value + exchanged.value - 1) < 1e-12
    assert abs(found.stderr - exchanged.stderr) < 1e-12


@pytest.mark.parametrize("ties", [False, True])
def test_the_standard_error_is_that_of_placement_values_one_by_one(ties):
    # Oracle: DeLong's formula by all comparisons, without ranks.
    normal, anomalous = normal_scores(np.random.default_rng(1), 30, 50)
    if ties:
        normal, anomalous = np.round(normal), np.round(anomalous)
    above = [pairs([a], anomalous) for a in normal]
    below = [pairs(normal, [b]) for b in anomalous]
    expected = math.sqrt(np.var(above, ddof=1) / 30 + np.var(below, ddof=1) / 50)
    assert abs(metrics.auroc(normal, anomalous).stderr - expected) < 1e-12


def test_the_standard_error_is_that_of_the_bootstrap():
    # 1,000 resamples give a deviation to 2.2 %; the bootstrap lacks the divisors n - 1 and m - 1,
    # another 1 %. 12 % is refused falsely once in 1e6.
    rng = np.random.default_rng(2)
    normal, anomalous = normal_scores(rng, 40, 100)
    resampled = [
        metrics.auroc(rng.choice(normal, 40), rng.choice(anomalous, 100)).value for _ in range(1000)
    ]
    found = metrics.auroc(normal, anomalous)
    assert abs(found.stderr / np.std(resampled) - 1) < 0.12


def test_over_fresh_samples_area_and_standard_error_are_right():
    # Oracle: P(b > a) = Phi(0.8 / sqrt(1 + 1.5**2)). Of 1,000 draws the mean lies within 5 of its
    # standard errors; the deviation is known to 2.2 %, so that 12 % fails falsely once in 1e7.
    rng = np.random.default_rng(3)
    found = [metrics.auroc(*normal_scores(rng)) for _ in range(1000)]
    values = np.array([estimate.value for estimate in found])
    expected = stats.norm.cdf(0.8 / math.hypot(1, 1.5))
    assert abs(values.mean() - expected) < 5 * values.std() / math.sqrt(1000)
    variance = np.mean([estimate.stderr**2 for estimate in found])
    assert abs(math.sqrt(variance) / values.std(ddof=1) - 1) < 0.12


def test_scores_that_differ_by_rounding_alone_are_refused():
    # What a network of one constant gives in float32, batch by batch in another order of its sums.
    rng = np.random.default_rng(4)
    rounded = (1234.5 * (1 + 1e-7 * rng.integers(-2, 3, size=40))).astype(np.float32)
    assert len(np.unique(rounded)) > 1
    for scores in (rounded, np.zeros(40), np.full(40, -7.0)):
        with pytest.raises(ValueError, match="by more than rounding; received .* distinct ones"):
            metrics.auroc(scores[:30], scores[30:])
        with pytest.raises(ValueError, match="Look whether the detector was trained"):
            metrics.false_alarm_threshold(scores, 0.1)
    # Votes of a few neighbours are few distinct scores, and say something all the same.
    assert metrics.auroc([0, 0, 0, 1], [1, 1, 0]).value == pairs([0, 0, 0, 1], [1, 1, 0])


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.1, 0.3, 0.7, 0.95])
def test_the_threshold_is_the_smallest_order_statistic_that_keeps_the_rate(rate):
    # Oracle: the rank of a new score among n + 1 is uniform, in fractions without rounding.
    exact = Fraction(str(rate))
    for n in (2, 3, 9, 19, 20, 99, 100, 199, 500):
        scores = np.random.default_rng(n).permutation(n) + 1.0
        kept = [k for k in range(1, n + 1) if Fraction(n + 1 - k, n + 1) <= exact]
        if kept:
            assert metrics.false_alarm_threshold(scores, rate) == kept[0]
            continue
        fewest = math.ceil(1 / exact) - 1
        with pytest.raises(ValueError, match=f"{rate:g} needs {fewest} scores .* received {n}"):
            metrics.false_alarm_threshold(scores, rate)


@pytest.mark.parametrize("ties", [False, True])
def test_a_new_normal_example_exceeds_the_threshold_as_rarely_as_stated(ties):
    # 20,000 sets of 30 scores and a new one each; with ties the rate is at most the stated one.
    # Outside of the band of the binomial once in 1e6.
    rng = np.random.default_rng(5)
    scores = rng.exponential(size=(20_000, 31))
    if ties:
        scores = np.floor(2 * scores)
    alarms = sum(
        new > metrics.false_alarm_threshold(old, 0.1)
        for *old, new in scores
        if not ties or len(set(old)) > 1
    )
    low, high = stats.binom.interval(1 - 1e-6, 20_000, 3 / 31)
    assert alarms <= high and (ties or alarms >= low)


def test_the_rate_of_given_validation_scores_is_spread_as_the_docstring_says():
    # The law Beta(n + 1 - k, k) of the rates of 2,000 thresholds; refused falsely once in 1e6.
    rng = np.random.default_rng(6)
    rates = [
        stats.expon.sf(metrics.false_alarm_threshold(rng.exponential(size=50), 0.1))
        for _ in range(2000)
    ]
    assert stats.kstest(rates, stats.beta(5, 46).cdf).pvalue > 1e-6


def test_bad_scores_are_refused():
    a = np.arange(4.0)
    cases = (
        (lambda: metrics.auroc([], a), r"normal examples have the shape \(n,\).* received \(0,\)"),
        (lambda: metrics.auroc(a, []), "anomalous examples have the shape"),
        (lambda: metrics.auroc(a, [1.0]), "two examples or more; received"),
        (lambda: metrics.auroc(a, [1.0, np.nan]), "anomalous examples are finite"),
        (lambda: metrics.auroc([1.0, np.inf], a), "normal examples are finite"),
        (lambda: metrics.auroc(np.ones((4, 1)), a), r"received \(4, 1\)"),
        (lambda: metrics.false_alarm_threshold([1, 2, np.nan], 0.5), "finite"),
        (lambda: metrics.false_alarm_threshold(a, 0), r"inside \(0, 1\); received 0"),
        (lambda: metrics.false_alarm_threshold(a, 1), r"inside \(0, 1\); received 1"),
    )
    for call, words in cases:
        with pytest.raises(ValueError, match=words):
            call()
