"""Two-sample tests: their level, their power, and how many samples they need."""

import itertools

import numpy as np
import pytest
from scipy import optimize, stats

from gencore import metrics
from gencore.metrics.detection import crossing
from tests.metrics.test_kernels import double_sum

WIDE = [20.0]  # so wide a kernel sees the difference of means alone, as Student's test does


def students_power(n, shift, level=0.05):
    """The power of Student's two-sided test of two normal samples of size n."""
    edge = stats.t.ppf(1 - level / 2, 2 * n - 2)
    there = stats.nct(2 * n - 2, shift * np.sqrt(n / 2))
    return there.sf(edge) + there.cdf(-edge)


def test_the_level_of_the_kernel_test_is_exact():
    # With 20 permutations a p-value is at most 5 % with probability 1/21 exactly. Of 2,000 tests
    # the number that reject is binomial; outside of its band once in 1e6.
    rng = np.random.default_rng(0)
    rejected = 0
    for seed in range(2000):
        x, y = rng.exponential(size=(2, 8, 2))
        found = metrics.two_sample_test(x, y[:6], [0.5, 1.0], permutations=20, seed=seed)
        rejected += found.p_value.value <= 0.05
    low, high = stats.binom.interval(1 - 1e-6, 2000, 1 / 21)
    assert low <= rejected <= high


def test_every_deal_has_the_discrepancy_of_its_two_sets():
    # Oracle: all ten deals of five points into three and two.
    rng = np.random.default_rng(1)
    points = rng.normal(size=(5, 2))
    deals = []
    for first in itertools.combinations(range(5), 3):
        rest = [i for i in range(5) if i not in first]
        deals.append(double_sum(points[list(first)], points[rest], [0.7, 1.5]))
    found = metrics.two_sample_test(points[:3], points[3:], [0.7, 1.5], permutations=400)
    gaps = np.abs(found.null[:, None] - deals)
    assert found.null.shape == (400,) and gaps.min(axis=1).max() < 1e-10
    assert set(gaps.argmin(axis=1)) == set(range(10))  # one is missed once in 1e17
    assert found.statistic == metrics.mmd_squared(points[:3], points[3:], [0.7, 1.5])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_deals_that_are_the_same_sets_are_ties(kind):
    # Two and two points: of the six deals the two that leave the pairs together have the
    # statistic itself, the others less. The p-value is 1/3 within 5 of its standard errors.
    pairs = np.array([[0.1, 0.3], [0.2, 0.35], [5.7, 1.1], [5.9, 1.3]], kind)
    found = metrics.two_sample_test(pairs[:2], pairs[2:], [1.1, 3.0], permutations=5000)
    assert abs(found.p_value.value - 1 / 3) < 5 * found.p_value.stderr
    share = found.p_value.value
    np.testing.assert_allclose(found.p_value.stderr, np.sqrt(share * (1 - share) / 5000))
    same = np.full((10, 2), 0.3, kind)
    assert metrics.two_sample_test(same, same, [1.0], permutations=99).p_value.value == 1.0


def test_a_test_of_many_points_is_that_of_all_kernels_at_once():
    # 1,200 points are three blocks; the null is the same as from the whole matrix of kernels.
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(700, 2)), 0.2 + rng.normal(size=(500, 2))
    found = metrics.two_sample_test(x, y, [1.0], permutations=50, seed=3)
    np.testing.assert_allclose(found.statistic.value, double_sum(x, y, [1.0]), atol=1e-12)
    joined = np.concatenate([x, y])
    labels = np.random.default_rng(3).permuted(
        np.broadcast_to(np.arange(1200) < 700, (50, 1200)), axis=1
    )
    for deal, value in zip(labels[:3], found.null[:3], strict=True):
        np.testing.assert_allclose(value, double_sum(joined[deal], joined[~deal], [1.0]), atol=1e-9)
    assert found.p_value.value == 1 / 51


def test_the_power_of_a_wide_kernel_is_that_of_students_test():
    # 400 tests have a standard error of 2.5 %; 5 of them fail falsely once in 2e6. That 199
    # permutations stand for all costs about 1 % of power.
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(20_000, 1)), 0.8 + rng.normal(size=(20_000, 1))
    found = metrics.detection_power(x, y, 20, repetitions=400, bandwidths=WIDE)
    assert abs(found.value - students_power(20, 0.8)) < 5 * found.stderr + 0.01
    none = metrics.detection_power(x, x[::-1], 20, repetitions=400, bandwidths=WIDE)
    assert none.value <= stats.binom.ppf(1 - 1e-6, 400, 0.05) / 400
    strict = metrics.detection_power(x, y, 20, repetitions=400, level=0.005, bandwidths=WIDE)
    expected = students_power(20, 0.8, 0.005)
    assert abs(strict.value - expected) < 5 * strict.stderr + 0.01


def test_the_samples_to_detect_are_those_of_students_test():
    # Sample sizes of Student's test, from its power. The kernel test needs about 2 % more with
    # 199 permutations; 4 standard errors fail falsely once in 15,000.
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(20_000, 1)), 0.6 + rng.normal(size=(20_000, 1))
    for power in (0.5, 0.8):
        expected = optimize.brentq(lambda n, p=power: students_power(n, 0.6) - p, 5, 150)
        found = metrics.samples_to_detect(x, y, power=power, bandwidths=WIDE)
        assert found.unit == "samples"
        assert abs(found.value - 1.02 * expected) < 4 * found.stderr
        assert found.stderr < 0.2 * expected


def test_the_classifier_needs_samples_at_which_it_rejects_so_often():
    # Beside the fit: 200 tests of that size reject with the wanted power. Standard errors are 2.8 %
    # of those tests, and 4 % of the fitted power; 4 of both together.
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(8000, 2)), np.array([0.8, 0.0]) + rng.normal(size=(8000, 2))
    found = metrics.samples_to_detect(x, y, test="classifier")
    power = metrics.detection_power(x, y, round(found.value), "classifier", 200, seed=1)
    assert abs(power.value - 0.8) < 0.18
    assert found.stderr < 0.2 * found.value


def test_a_curve_is_crossed_where_it_was_drawn_and_its_error_is_the_spread():
    # Powers of the very curve that is fitted. The standard deviation of 80 places has a relative
    # error of 8 %; 30 % is 4 of it. Their mean lies within 5 of its own standard errors.
    sizes = np.array([20, 28, 40, 57, 80])
    wanted = stats.norm.ppf(0.75 / 0.95)
    powers = 0.05 + 0.95 * stats.norm.cdf(1.8 * np.log(sizes / 50) + wanted)
    exact = crossing(sizes, 10_000 * powers, 10_000, 0.8, 0.05)
    np.testing.assert_allclose(exact.value, 50, rtol=1e-3)
    rng = np.random.default_rng(7)
    fits = [crossing(sizes, rng.binomial(100, powers), 100, 0.8, 0.05) for _ in range(80)]
    spread = np.std([fit.value for fit in fits], ddof=1)
    assert abs(np.mean([fit.stderr for fit in fits]) / spread - 1) < 0.3
    assert abs(np.mean([fit.value for fit in fits]) - 50) < 5 * spread / np.sqrt(80) + 0.5


def test_what_is_never_noticed_is_censored_and_what_is_at_once_too():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(400, 2))
    for test in ("kernel", "classifier"):
        same = metrics.samples_to_detect(x, rng.normal(size=(400, 2)), largest=20, test=test)
        assert same == metrics.Estimate(20.0, 0.0, "samples or more")
    assert metrics.samples_to_detect(x, x[::-1]).value == 100  # a quarter, where it is not said
    assert metrics.samples_to_detect(x, x + 50) == metrics.Estimate(5.0, 0.0, "samples or fewer")


def test_the_p_value_of_a_classifier_is_the_binomial_tail():
    rng = np.random.default_rng(9)
    x, y = rng.normal(size=(61, 3)), 0.4 + rng.normal(size=(61, 3))
    found = metrics.classifier_test(x, y)
    named = round(found.accuracy.value * 62)  # of 61 the half that learns has 30
    np.testing.assert_allclose(found.accuracy.value, named / 62, rtol=1e-12)
    expected = stats.binomtest(named, 62, alternative="greater").pvalue
    np.testing.assert_allclose(found.p_value.value, expected, rtol=1e-9)
    assert 0 < found.p_value.value < 0.05 and found.p_value.stderr == 0
    assert metrics.classifier_test(x, y) == found != metrics.classifier_test(x, y, seed=1)


def test_the_classifier_rejects_equal_distributions_as_rarely_as_it_says():
    # Of 200 tests of sets of unequal sizes; above the upper end of the binomial once in 1e6.
    rng = np.random.default_rng(10)
    values = [
        metrics.classifier_test(rng.normal(size=(60, 3)), rng.normal(size=(15, 3)), seed=seed)
        for seed in range(200)
    ]
    rejected = np.sum([found.p_value.value <= 0.05 for found in values])
    assert rejected <= stats.binom.ppf(1 - 1e-6, 200, 0.05)
    accuracy = metrics.Estimate.from_values([found.accuracy.value for found in values])
    assert abs(accuracy.value - 0.5) < 5 * accuracy.stderr


def test_the_classifier_does_not_mind_the_units_of_a_feature():
    rng = np.random.default_rng(11)
    x, y = rng.normal(size=(200, 3)), np.array([0, 0.9, 0]) + rng.normal(size=(200, 3))
    found = metrics.classifier_test(x, y)
    units = np.array([1e3, 1e-2, 1.0])
    assert metrics.classifier_test(x * units, y * units) == found
    dead = np.zeros((200, 1))
    assert metrics.classifier_test(np.hstack([x, dead]), np.hstack([y, dead])).p_value.value < 1e-3
    # Means apart by 0.9 deviations: the best classifier is right for Phi(0.45) = 67 % of them.
    assert abs(found.accuracy.value - stats.norm.cdf(0.45)) < 4 * found.accuracy.stderr


def test_bad_settings_of_a_test_are_refused():
    x = np.random.default_rng(12).normal(size=(10, 2))
    cases = (
        (lambda: metrics.two_sample_test(x, x, [1.0], 0), "received permutations=0"),
        (lambda: metrics.detection_power(x, x, 11), "at most the 10 of .* received n=11"),
        (lambda: metrics.detection_power(x, x, 1), "2 points or more .* received n=1"),
        (lambda: metrics.detection_power(x, x, 5, "eye"), "one of 'kernel', 'classifier'"),
        (lambda: metrics.detection_power(x, x, 5, level=1.0), r"inside \(0, 1\); received 1"),
        (lambda: metrics.detection_power(x, x, 5, level=0), r"inside \(0, 1\); received 0"),
        (lambda: metrics.detection_power(x, x, 5, repetitions=1), "received repetitions=1"),
        (lambda: metrics.samples_to_detect(x, x, power=0.05), "above the level, here 0.05"),
        (lambda: metrics.samples_to_detect(x, x, power=1), "below 1; received 1"),
        (lambda: metrics.samples_to_detect(x, x, largest=11), "received largest=11"),
        (lambda: metrics.samples_to_detect(x, x, largest=4), "received largest=4"),
        (lambda: metrics.samples_to_detect(x, x, bandwidths=[]), "numbers in a row"),
    )
    for call, words in cases:
        with pytest.raises(ValueError, match=words):
            call()
