"""The squared mean discrepancy of kernels: against double sums, scikit-learn and closed forms."""

import tracemalloc

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from sklearn.metrics.pairwise import rbf_kernel

from gencore import metrics


def double_sum(x, y, bandwidths, diagonal=False):
    """The estimate from all kernels at once, in float64."""
    x, y = (part.reshape(len(part), -1).astype(float) for part in (x, y))

    def mean(p, q, same):
        kernel = sum(np.exp(-cdist(p, q, "sqeuclidean") / (2 * h**2)) for h in bandwidths)
        left = np.ones_like(kernel) if diagonal or not same else 1 - np.eye(len(p))
        return (kernel * left).sum() / left.sum() / len(bandwidths)

    return mean(x, x, True) + mean(y, y, True) - 2 * mean(x, y, False)


@pytest.mark.parametrize(("kind", "tolerance"), [(np.float32, 1e-6), (np.float64, 1e-12)])
def test_the_discrepancy_is_that_of_a_double_sum(kind, tolerance):
    # 1,100 points are three blocks. In float32 a kernel errs by 1e-7, their sums by less.
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(600, 2, 2)), 0.3 + 1.2 * rng.normal(size=(500, 2, 2))
    x, y = x.astype(kind), y.astype(kind)
    for bandwidths in ([0.7], [0.5, 1.0, 3.0]):
        found = metrics.mmd_squared(x, y, bandwidths)
        assert abs(found.value - double_sum(x, y, bandwidths)) < tolerance
        assert found.value > 0.005 and found.unit == ""


def test_kernels_of_images_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    x, y = rng.random((400, 784), dtype=np.float32), rng.random((300, 784), dtype=np.float32) ** 1.1
    h = 9.0
    within = [
        (rbf_kernel(p.astype(float), gamma=0.5 / h**2).sum() - len(p)) / (len(p) * (len(p) - 1))
        for p in (x, y)
    ]
    between = rbf_kernel(x.astype(float), y.astype(float), gamma=0.5 / h**2).mean()
    found = metrics.mmd_squared(x, y, [h])
    assert abs(found.value - (sum(within) - 2 * between)) < 1e-6


def test_the_discrepancy_of_two_normals_has_its_closed_form():
    # k convolved with two normals is a normal density: in two dimensions E k = v exp(-d^2 / 2 w),
    # with w = h^2 + s^2 + t^2 and v = h^2 / w. 5 standard errors fail falsely once in 2e6.
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(4000, 2)), np.array([0.5, 0.0]) + 1.5 * rng.normal(size=(3000, 2))
    h = 0.8

    def mean(s, t, shift):
        width = h**2 + s**2 + t**2
        return h**2 / width * np.exp(-(shift**2) / (2 * width))

    expected = mean(1, 1, 0) + mean(1.5, 1.5, 0) - 2 * mean(1, 1.5, 0.5)
    found = metrics.mmd_squared(x, y, [h])
    assert abs(found.value - expected) < 5 * found.stderr
    assert found.stderr < 0.1 * expected


def test_the_standard_error_is_the_spread_over_samples():
    # 150 pairs of sets: their standard deviation has a relative error of 6 %, and the first order
    # leaves out a few per cent; 25 % is 3 of it beside that (5e-3 two-sided at most).
    values, errors = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        found = metrics.mmd_squared(rng.normal(size=(90, 2)), 0.7 + rng.normal(size=(60, 2)), [1.0])
        values.append(found.value)
        errors.append(found.stderr)
    assert abs(np.mean(errors) / np.std(values, ddof=1) - 1) < 0.25


def test_equal_distributions_have_the_mean_zero_and_no_bias_of_the_diagonal():
    # 150 pairs of sets of 100 normals in 32 dimensions. With the diagonals the estimate of scale 1
    # reads 1/100 + 1/100; without, the mean of scale 6 is 0 within 5 standard errors (6e-7).
    rng = np.random.default_rng(3)
    pairs = [rng.normal(size=(2, 100, 32)) for _ in range(150)]
    assert f"{double_sum(*pairs[0], [1.0], diagonal=True):.4f}" == "0.0200"
    assert abs(metrics.mmd_squared(*pairs[0], [1.0]).value) < 1e-5
    wide = metrics.Estimate.from_values([metrics.mmd_squared(*both, [6.0]).value for both in pairs])
    assert abs(wide.value) < 5 * wide.stderr
    assert wide.stderr < 2e-4


def test_narrow_kernels_of_float32_points_are_computed_in_float64():
    # Around points 30 from the centre products in float32 err by 1e-4, the bandwidth's square.
    rng = np.random.default_rng(4)
    places = np.repeat(30 * rng.normal(size=(10, 3)), 20, axis=0)
    x, y = (places + 0.01 * rng.normal(size=(2, 200, 3))).astype(np.float32)
    found = metrics.mmd_squared(x, y, [0.01])
    np.testing.assert_allclose(found.value, double_sum(x, y, [0.01]), atol=1e-9)


def test_points_may_lie_far_from_zero():
    rng = np.random.default_rng(5)
    x, y = np.round(rng.normal(size=(2, 300, 3)), 3)
    here = metrics.mmd_squared(x, y, [0.5]).value
    far = metrics.mmd_squared(x + 2.0**20, y + 2.0**20, [0.5]).value
    np.testing.assert_allclose(far, here, atol=1e-8)


def test_blocks_keep_the_memory_small():
    x = np.random.default_rng(6).random((6000, 2), dtype=np.float32)
    tracemalloc.start()
    metrics.mmd_squared(x[:3000], x[3000:], [0.5, 1.0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6  # all kernels at once would take 144 MB


def test_bandwidths_are_multiples_of_the_median_distance():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(200, 3)), 2 + rng.normal(size=(100, 3))
    median = np.median(pdist(np.concatenate([x, y])))
    np.testing.assert_allclose(metrics.median_bandwidths(x, y), median * np.array([0.5, 1, 2]))
    np.testing.assert_allclose(metrics.median_bandwidths(x, y, [3.0]), [3 * median])
    # Of 4,000 points 1,000 are drawn: 30 % of a set's points would shift the median by far more.
    many = np.concatenate([x] * 10), np.concatenate([y] * 20)
    drawn = metrics.median_bandwidths(*many, [1.0])
    assert drawn == metrics.median_bandwidths(*many, [1.0])
    assert drawn != metrics.median_bandwidths(*many, [1.0], seed=1)
    np.testing.assert_allclose(drawn, np.median(pdist(np.concatenate(many))), rtol=0.05)


def test_bad_sets_and_bandwidths_are_refused():
    x = np.random.default_rng(8).normal(size=(10, 3))
    bad = x.copy()
    bad[2, 1] = np.nan
    calls = (
        lambda a, b: metrics.mmd_squared(a, b, [1.0]),
        lambda a, b: metrics.two_sample_test(a, b, [1.0]),
        metrics.median_bandwidths,
        metrics.classifier_test,
        lambda a, b: metrics.detection_power(a, b, 5),
        metrics.samples_to_detect,
    )
    for call in calls:
        with pytest.raises(ValueError, match="are finite; received 1 values"):
            call(x, bad)
        with pytest.raises(ValueError, match=r"have one shape; received \(3,\) and \(2,\)"):
            call(x, x[:, :2])
        with pytest.raises(ValueError, match=r"at least two; received \(1, 3\)"):
            call(x[:1], x)
        with pytest.raises(ValueError, match=r"a row for each of at least two; received \(10,\)"):
            call(x[:, 0], x[:, 0])
    for call in (metrics.mmd_squared, metrics.two_sample_test):
        for widths, words in (
            ([], "numbers in a row; received"),
            (1.0, "numbers in a row; received 1.0"),
            ([1.0, 0.0], "finite and positive; received 0.0"),
            ([np.nan], "finite and positive; received nan"),
        ):
            with pytest.raises(ValueError, match=words):
                call(x, x, widths)
    with pytest.raises(ValueError, match="factor of the median distance .* received -1"):
        metrics.median_bandwidths(x, x, [-1])
    with pytest.raises(ValueError, match="points that differ; received a median distance of 0"):
        metrics.median_bandwidths(np.ones((5, 2)), np.ones((5, 2)))
