"""Scores in features: Frechet distance, precision and recall, classes; against closed forms."""

import numpy as np
import pytest
from scipy import linalg, special, stats
from scipy.spatial.distance import cdist

from gencore import metrics


def gaussian(rng, n, mean, root):
    return mean + rng.normal(size=(n, len(mean))) @ root.T


def test_frechet_distance_of_the_fitted_normals_is_that_of_scipys_matrix_root():
    rng = np.random.default_rng(0)
    a = gaussian(rng, 300, np.zeros(4), rng.normal(size=(4, 4)))
    b = gaussian(rng, 200, np.ones(4), rng.normal(size=(4, 4)))
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    shift = a.mean(axis=0) - b.mean(axis=0)
    cross = np.real(linalg.sqrtm(covariances[0] @ covariances[1]))
    expected = shift @ shift + np.trace(covariances[0] + covariances[1] - 2 * cross)
    np.testing.assert_allclose(metrics.frechet_distance(a, b).value, expected, rtol=1e-8)


def test_frechet_distance_of_known_normals_has_its_closed_form():
    # Diagonal covariances: the distance is the sum of (m - m')^2 + (s - s')^2. Moments of 20,000
    # points; the standard error of the result is computed, 5 of them fail falsely once in 2e6.
    rng = np.random.default_rng(1)
    means, scales = np.array([0.0, 1.0, -2.0]), np.array([1.0, 2.0, 0.5])
    a = rng.normal(size=(20_000, 3))
    b = means + scales * rng.normal(size=(20_000, 3))
    distance = metrics.frechet_distance(a, b)
    expected = np.sum(means**2) + np.sum((scales - 1) ** 2)
    assert abs(distance.value - expected) < 5 * distance.stderr
    assert distance.stderr < 0.1


def test_frechet_distance_of_a_set_to_itself_is_zero_even_with_dead_features():
    x = np.random.default_rng(0).normal(size=(50, 5))
    x[:, 2] = 0.0
    assert abs(metrics.frechet_distance(x, x).value) < 1e-10


def test_the_standard_error_of_the_frechet_distance_is_the_spread_over_samples():
    # 60 pairs of sets: the standard deviation of their distances has a relative error of 1 / sqrt(
    # 120) = 9 %, the bootstrap with 50 resamples 10 %; 40 % is 3 of both together (2e-3 two-sided).
    values, errors = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(400, 2)), 1 + 2 * rng.normal(size=(400, 2))
        estimate = metrics.frechet_distance(a, b)
        values.append(estimate.value)
        errors.append(estimate.stderr)
    assert abs(np.mean(errors) / np.std(values, ddof=1) - 1) < 0.4


def test_precision_and_recall_are_those_of_brute_force():
    rng = np.random.default_rng(0)
    made, data = rng.normal(size=(150, 3)), 1 + 0.5 * rng.normal(size=(130, 3))

    def radii(x):
        return np.sort(cdist(x, x), axis=1)[:, 3]  # the first is the point itself

    between = cdist(made, data)
    precision, recall = metrics.precision_recall(made, data)
    near_data = (between <= radii(data)).any(axis=1)
    near_made = (between <= radii(made)[:, None]).any(axis=0)
    np.testing.assert_allclose(precision.value, near_data.mean(), rtol=1e-12)
    np.testing.assert_allclose(recall.value, near_made.mean(), rtol=1e-12)
    assert 0.05 < precision.value < 0.95 and precision.value != recall.value
    np.testing.assert_allclose(recall.stderr, stats.sem(near_made), rtol=1e-12)


def test_one_sharp_mode_has_precision_and_no_recall():
    rng = np.random.default_rng(0)
    data = np.concatenate([rng.normal(size=(200, 2)), 20 + rng.normal(size=(200, 2))])
    precision, recall = metrics.precision_recall(rng.normal(size=(400, 2)), data)
    assert precision.value > 0.9 and recall.value < 0.6
    whole = metrics.precision_recall(data, data)
    assert [score.value for score in whole] == [1.0, 1.0]


def test_class_shares_and_confidence_are_those_of_the_predictions():
    logits = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.4, 0.3, 0.3]]))
    shares = metrics.class_shares(logits)
    np.testing.assert_allclose([share.value for share in shares], [0.75, 0.25, 0.0], rtol=1e-12)
    np.testing.assert_allclose(shares[1].stderr, stats.sem([0, 1, 0, 0]), rtol=1e-12)
    confidence = metrics.confidence(logits + 5)
    np.testing.assert_allclose(confidence.value, np.mean([0.7, 0.8, 0.6, 0.4]), rtol=1e-12)
    large = 1e4 * np.eye(3)
    np.testing.assert_allclose(metrics.confidence(large).value, special.softmax(large, 1).max())


def test_modes_are_covered_by_good_samples_only():
    centres = np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    points = np.repeat(centres, [20, 9, 1], axis=0)
    points[20:28] += [0.0, 0.5]  # eight of the nine are too far
    modes, good = metrics.modes_covered(points, centres, radius=0.3)
    assert modes == 3  # a tenth of a third of 30 is one point
    np.testing.assert_allclose(good.value, 22 / 30, rtol=1e-12)
    assert metrics.modes_covered(points, centres, 0.3, share=0.2)[0] == 1
    assert metrics.modes_covered(points, centres, 1.0, share=0.2)[0] == 2


def test_bad_features_are_refused():
    x = np.random.default_rng(0).normal(size=(10, 3))
    bad = x.copy()
    bad[2, 1] = np.nan
    for call in (metrics.frechet_distance, metrics.precision_recall):
        with pytest.raises(ValueError, match="are finite; received 1 values"):
            call(bad, x)
        with pytest.raises(ValueError, match="one space of features; received 3 and 2"):
            call(x, x[:, :2])
        with pytest.raises(ValueError, match=r"received \(10,\)"):
            call(x[:, 0], x)
    for neighbours in (0, 10):
        with pytest.raises(
            ValueError, match=f"of which there are 9; received neighbours={neighbours}"
        ):
            metrics.precision_recall(x, x, neighbours)
    for call in (metrics.class_shares, metrics.confidence):
        with pytest.raises(ValueError, match="finite"):
            call(bad)


def test_a_set_covers_itself_in_any_order_where_points_coincide():
    rng = np.random.default_rng(0)
    same = np.full((300, 64), 0.1)
    repeated = np.repeat(np.maximum(rng.normal(size=(40, 64)), 0), 5, axis=0)
    far = repeated + 1e4  # rounding grows with the distance from the centre, not from zero
    for points in (same, repeated, far):
        for order in (np.arange(len(points)), rng.permutation(len(points))):
            both = metrics.precision_recall(points[order], points)
            assert [score.value for score in both] == [1.0, 1.0]


def test_a_part_of_a_set_is_precise_where_points_coincide():
    # A product with few rows may be rounded in another way than one with many; whether it is
    # depends on the processor. Points that differ in their last bit are rounded so on any.
    rng = np.random.default_rng(0)
    points = np.repeat(np.maximum(rng.normal(size=(40, 300)), 0) + 0.1, 5, axis=0)
    for part in (points[:6], points[:7], points[:30], points[:35], np.nextafter(points, np.inf)):
        assert metrics.precision_recall(part, points, 1)[0].value == 1.0


def test_one_point_of_the_data_made_again_and_again_is_precise_and_recalls_itself():
    data = np.random.default_rng(1).normal(size=(50, 8))
    precision, recall = metrics.precision_recall(np.repeat(data[7:8], 50, axis=0), data)
    assert precision.value == 1.0 and recall.value == 1 / 50


def test_points_beside_the_data_are_not_taken_for_them():
    data = np.repeat(np.eye(4), 10, axis=0)  # every radius is 0
    precision, recall = metrics.precision_recall(data + 1e-6, data)
    assert precision.value == recall.value == 0.0


def test_the_frechet_distance_of_one_feature_is_that_of_means_and_deviations():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(50, 1)), 1 + 2 * rng.normal(size=(60, 1))
    # Oracle: (m - m')^2 + (s - s')^2 for two normal distributions on the line.
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    found = metrics.frechet_distance(x, y)
    np.testing.assert_allclose(found.value, expected, rtol=1e-10)
    assert found.stderr > 0


def test_centres_of_another_space_are_refused():
    points = np.zeros((50, 2))
    for centres in (np.zeros((8, 1)), [0.0, 5.0], np.zeros((0, 2))):
        with pytest.raises(ValueError, match="received"):
            metrics.modes_covered(points, centres, 0.3)
    for radius in (np.nan, -1.0, "3"):
        with pytest.raises(ValueError, match="radius is finite and not negative; received"):
            metrics.modes_covered(points, np.zeros((1, 2)), radius)
