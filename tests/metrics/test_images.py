"""Scores: standard errors against theory, exact small cases, printing."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage, special, stats
from scipy.spatial import distance
from sklearn.neighbors import KernelDensity

from gencore import data, metrics
from gencore.metrics import Estimate


def test_standard_error_is_that_of_the_mean():
    values = np.random.default_rng(0).normal(size=50)
    estimate = Estimate.from_values(values)
    np.testing.assert_allclose(estimate.value, values.mean(), rtol=1e-12)
    np.testing.assert_allclose(estimate.stderr, stats.sem(values), rtol=1e-12)


def test_intervals_of_two_standard_errors_cover_the_truth():
    # 2,000 repetitions: coverage of +-1.96 s.e. is 0.947 for 100 normal values (t, 99 degrees), the
    # counting error 0.005; +-0.02 is 4 standard errors, a false failure rate of 6e-5.
    draws = np.random.default_rng(1).normal(3.0, 2.0, size=(2000, 100))
    estimates = [Estimate.from_values(row) for row in draws]
    covered = np.mean([abs(e.value - 3.0) < 1.96 * e.stderr for e in estimates])
    assert abs(covered - 0.947) < 0.02


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(-94.7134, 0.312, "nats"), "-94.7 ± 0.3 nats"),
        (Estimate(5.4321, 0.0149), "5.432 ± 0.015"),
        (Estimate(1234.5, 37.0, "per image"), "1234 ± 37 per image"),
        (Estimate(0.5, 0.0), "0.50 ± 0.00"),
    ],
)
def test_an_estimate_prints_what_it_knows(estimate, text):
    assert str(estimate) == text


def test_reconstruction_error_sums_over_pixels_and_averages_over_images():
    x = np.zeros((3, 2, 2, 1), dtype=np.float32)
    x_hat = x + np.array([1.0, 2.0, 3.0], dtype=np.float32).reshape(3, 1, 1, 1)
    error = metrics.reconstruction_error(x, x_hat)
    np.testing.assert_allclose(error.value, np.mean([4, 16, 36]), rtol=1e-12)
    np.testing.assert_allclose(error.stderr, stats.sem([4, 16, 36]), rtol=1e-12)
    assert error.unit == "per image"  # grey pixels have no likelihood, so never nats


def test_reconstruction_error_adds_in_double_precision():
    # 784 squares of 1e-4 beside one of 1e4: float32 would lose a share of 1e-4 of the small ones.
    x = np.full((2, 785), 1e-2, dtype=np.float32)
    x[:, 0] = 1e2
    expected = float(np.float32(1e2)) ** 2 + 784 * float(np.float32(1e-2)) ** 2
    error = metrics.reconstruction_error(x, np.zeros_like(x))
    np.testing.assert_allclose(error.value, expected, rtol=1e-12)


def test_reconstruction_error_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"\(3, 2\) and \(2, 2\)"):
        metrics.reconstruction_error(np.zeros((3, 2)), np.zeros((2, 2)))


def test_accuracy_counts_right_answers():
    logits = np.array([[0.1, 0.9], [2.0, -1.0], [0.0, 3.0], [1.0, 0.0]])
    estimate = metrics.accuracy(logits, np.array([1, 0, 0, 0]))
    np.testing.assert_allclose(estimate.value, 0.75, rtol=1e-12)
    # Oracle: a proportion p has the variance p (1 - p) / (n - 1).
    np.testing.assert_allclose(estimate.stderr, np.sqrt(0.75 * 0.25 / 3), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Estimate.from_values(np.array([1.0])), r"received \(1,\)"),
        (lambda: Estimate.from_values(np.zeros((2, 2))), r"received \(2, 2\)"),
        (
            lambda: metrics.accuracy(np.zeros((3, 2)), np.zeros((3, 1))),
            r"shape \(3,\).*received \(3, 1\)",
        ),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_metrics_need_no_tensorflow():
    code = "import sys, gencore.metrics; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sharpness_is_the_variance_of_scipys_laplacian():
    images = np.random.default_rng(0).uniform(size=(6, 9, 7))
    expected = [ndimage.laplace(x, mode="constant").var() for x in images]
    received = metrics.sharpness(images[..., None])
    np.testing.assert_allclose(received.value, np.mean(expected), rtol=1e-9)
    np.testing.assert_allclose(received.stderr, stats.sem(expected), rtol=1e-9)


def test_blur_lowers_sharpness_and_noise_raises_it(digits):
    x = digits.x_test[:50, ..., 0]
    blurred = ndimage.gaussian_filter(x, (0, 1, 1))
    noisy = x + 0.1 * np.random.default_rng(0).normal(size=x.shape)
    scores = [metrics.sharpness(images).value for images in (blurred, x, noisy)]
    assert scores[0] < 0.5 * scores[1] < 0.5 * scores[2]


@pytest.fixture
def window():
    """Return samples and images far from the origin, in 30 dimensions."""
    rng = np.random.default_rng(0)
    return 5 + rng.normal(size=(40, 5, 6, 1)), 5 + rng.normal(size=(23, 5, 6, 1))


def test_parzen_is_the_mean_log_density_of_normal_kernels(window):
    # Oracle: SciPy's normal density of every pair, in float64. scikit-learn's KernelDensity gives
    # the same with one leaf; its default trees are approximate, by hundreds of nats on digits.
    samples, x = window
    each = stats.norm(samples, 0.7).logpdf(x[:, None]).sum(axis=(2, 3, 4))
    expected = special.logsumexp(each, axis=1) - np.log(40)
    received = metrics.parzen_log_likelihood(samples, x, 0.7)
    np.testing.assert_allclose(received.value, expected.mean(), rtol=1e-9)
    np.testing.assert_allclose(received.stderr, stats.sem(expected), rtol=1e-9)
    one_leaf = KernelDensity(bandwidth=0.7, leaf_size=40).fit(samples.reshape(40, -1))
    np.testing.assert_allclose(one_leaf.score_samples(x.reshape(23, -1)), expected, rtol=1e-9)


@pytest.mark.parametrize(("pairs", "centres"), [(160, 10_000), (20, 7), (10**6, 39)])
def test_parzen_counts_every_image_and_every_sample_once(window, pairs, centres, monkeypatch):
    from gencore.metrics import parzen

    whole = metrics.parzen_log_likelihood(*window, 0.7)
    monkeypatch.setattr(parzen, "PAIRS", pairs)
    monkeypatch.setattr(parzen, "CENTRES", centres)
    received = metrics.parzen_log_likelihood(*window, 0.7)
    np.testing.assert_allclose(received.value, whole.value, rtol=1e-9)


@pytest.mark.parametrize("bandwidth", [0.002, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("shift", [0, 100])
def test_parzen_of_float32_images_errs_by_less_than_it_says(digits, bandwidth, shift):
    # Oracle: the same values in float64, image by image. All in float32, h = 0.002 errs by a nat.
    from gencore.metrics import parzen

    samples, x = digits.x_train[:300] + np.float32(shift), digits.x_test[:50] + np.float32(shift)
    received = parzen._log_densities(samples, x, [bandwidth])
    expected = parzen._log_densities(samples.astype(float), x.astype(float), [bandwidth])
    np.testing.assert_allclose(received, expected, rtol=0, atol=0.02)


def test_parzen_of_many_bandwidths_is_one_of_each(window):
    many = metrics.parzen_log_likelihoods(*window, [0.5, 0.7, 2.0])
    for received, bandwidth in zip(many, (0.5, 0.7, 2.0), strict=True):
        expected = metrics.parzen_log_likelihood(*window, bandwidth)
        np.testing.assert_allclose(received.value, expected.value, rtol=1e-12)
        np.testing.assert_allclose(received.stderr, expected.stderr, rtol=1e-9)


def test_samples_may_arrive_in_blocks(window):
    # Oracles: all samples at once, and SciPy's distances.
    samples, x = window
    blocks = metrics.ParzenWindow(x, [0.5, 0.7])
    for part in np.array_split(samples, 3):
        blocks.add(part)
    whole = metrics.parzen_log_likelihoods(samples, x, [0.5, 0.7])
    for received, expected in zip(blocks.log_likelihoods(), whole, strict=True):
        np.testing.assert_allclose(received.value, expected.value, rtol=1e-9)
    rows = [part.reshape(len(part), -1) for part in (x, samples)]
    expected = distance.cdist(*rows, "sqeuclidean").min(axis=1)
    received = blocks.nearest_squared_distance()
    np.testing.assert_allclose(received.value, expected.mean(), rtol=1e-9)
    np.testing.assert_allclose(received.stderr, stats.sem(expected), rtol=1e-9)


@pytest.mark.parametrize("count", [1, 40])
def test_the_parzen_score_lies_between_its_bounds(window, count):
    # With d pixels and D, the mean square to the nearest of M samples: the best bandwidth scores
    # between B - log M and B = -d/2 (1 + log 2 pi D / d); one sample attains B.
    samples, x = window
    nearest = metrics.ParzenWindow(x, [1.0])
    nearest.add(samples[:count])
    d, square = x[0].size, nearest.nearest_squared_distance().value
    bound = -d / 2 * (1 + np.log(2 * np.pi * square / d))
    grid = np.sqrt(square / d) * np.linspace(0.5, 1.5, 401)
    scores = [s.value for s in metrics.parzen_log_likelihoods(samples[:count], x, grid)]
    slack = 1e-3 * d  # of the grid
    assert bound - np.log(count) - slack <= max(scores) <= bound + 1e-9


def test_bandwidth_is_the_best_of_the_grid_and_never_at_its_edge(window):
    samples, x = window
    grid = [0.5, 0.8, 1.1, 1.4, 1.7]
    scores = [metrics.parzen_log_likelihood(samples, x, h).value for h in grid]
    best = metrics.select_bandwidth(samples, x, grid)
    assert best == grid[int(np.argmax(scores))]
    for cut in ([h for h in grid if h >= best], [h for h in grid if h <= best]):
        with pytest.raises(ValueError, match="at the edge"):
            metrics.select_bandwidth(samples, x, cut)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.sharpness(np.zeros((3, 784))), r"received \(3, 784\)"),
        (lambda: metrics.parzen_log_likelihood(np.ones((2, 3)), np.ones((2, 3)), 0.0), "0.0"),
        (lambda: metrics.parzen_log_likelihood(np.ones((2, 4)), np.ones((2, 3)), 1.0), r"\(4,\)"),
        (
            lambda: metrics.parzen_log_likelihood(np.ones((2, 3)), np.ones((2, 3)) * np.nan, 1.0),
            "NaN",
        ),
    ],
)
def test_scores_without_meaning_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("frame", [1, 3])
def test_residual_noise_is_the_planted_standard_deviation_clipped_or_not(frame):
    # Frames of 36 pixels or more of 4,000 images, each standard deviation within 1/sqrt(2 n) =
    # 0.2 % (clipped: 0.3 %); 5 of these. Digits inside do not count.
    clean = np.zeros((4000, 10, 10, 1), np.float32)
    clean[:, frame:-frame, frame:-frame] = np.random.default_rng(0).random((1, 1, 1, 1))
    free = metrics.residual_noise(data.add_noise(clean, 0.1, clip=False, rng=1), frame)
    np.testing.assert_allclose(free.value, 0.1**0.5, rtol=0.01)
    clipped = data.add_noise(clean, 0.1, rng=1)
    expected = (0.1 * (np.pi - 1) / (2 * np.pi)) ** 0.5
    np.testing.assert_allclose(metrics.residual_noise(clipped, frame).value, expected, rtol=0.015)
    level = metrics.background_level(clipped, frame)
    assert abs(level.value - (0.1 / (2 * np.pi)) ** 0.5) < 5 * level.stderr < 0.01
    # A hundred parts of 40 images show the spread, known to 7 %: 5 of these.
    parts = [metrics.residual_noise(part, frame) for part in np.split(clipped, 100)]
    spread = np.std([part.value for part in parts], ddof=1)
    np.testing.assert_allclose(np.mean([part.stderr for part in parts]), spread, rtol=0.35)


def test_an_even_grey_is_background_and_no_noise():
    # Images of different greys: the spread between images is none within them.
    grey = np.repeat(np.array([0.1, 0.3]), 49).reshape(2, 7, 7)
    assert metrics.residual_noise(grey).value < 1e-12  # 0.3 is no whole number of bits
    np.testing.assert_allclose(metrics.background_level(grey).value, 0.2, rtol=1e-12)
    grey[:, 1:-1, 1:-1] = 1.0
    assert metrics.residual_noise(grey).value < 1e-12
    black = metrics.residual_noise(np.zeros((3, 7, 7)))
    assert (black.value, black.stderr) == (0, 0)


def test_a_frame_that_leaves_nothing_inside_is_refused():
    for width in (0, 4):
        with pytest.raises(ValueError, match="a frame is at least one pixel wide"):
            metrics.residual_noise(np.zeros((3, 7, 7)), width)
    with pytest.raises(ValueError, match="grey images have the shape"):
        metrics.background_level(np.zeros((3, 49)))


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64])
def test_scores_of_other_types_are_those_of_floats(kind):
    x = np.random.default_rng(0).random((20, 4, 4)) > 0.5
    floats = x.astype(np.float32)
    for score in (
        lambda x: metrics.parzen_log_likelihood(x[:10], x[10:], 0.3),
        lambda x: metrics.reconstruction_error(x[:10], x[10:]),
        metrics.sharpness,
    ):
        np.testing.assert_allclose(score(x.astype(kind)).value, score(floats).value, rtol=1e-6)


def test_labels_beyond_the_logits_are_refused():
    for labels in ([1, 2, 3], [0, 1, 0.5], np.eye(3)[:, :2]):
        with pytest.raises(ValueError, match="received"):
            metrics.accuracy(np.zeros((3, 3)), labels)


def test_the_nearest_of_a_set_to_itself_is_at_no_distance():
    x = np.random.default_rng(0).random((30, 50)).astype(np.float32) + 3
    window = metrics.ParzenWindow(x, [0.2])
    window.add(x)
    assert 0 <= window.nearest_squared_distance().value < 1e-4
