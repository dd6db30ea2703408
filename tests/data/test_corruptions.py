"""Corruptions of arrays and of tensors, held against each other and against their moments."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from scipy.ndimage import gaussian_filter

from gencore import data, measurements

N = 100_000
STRENGTHS = {"noise": 0.1, "salt-and-pepper": 0.3, "blur": 1.2, "missing-pixels": 0.4}


def measured(name, x, strength, seed=0, **options):
    one = measurements.measurement(name, strength, **options)
    return np.asarray(one(tf.constant(x), keras.random.SeedGenerator(seed)))


def images(n=4):
    return np.random.default_rng(0).random((n, 9, 7, 1)).astype(np.float32)


@pytest.mark.parametrize("grey", [0.0, 0.3, 1.0])
def test_salt_and_pepper_has_its_three_shares(grey):
    # Shares of 100,000 pixels err by 0.0016 at most; 5 standard errors, false failures 6e-7.
    x = np.full((N, 1, 1, 1), grey, np.float32)
    for noisy in (data.salt_and_pepper(x, 0.3, rng=1), measured("salt-and-pepper", x, 0.3)):
        expected = {grey: 0.7}
        for end in (0.0, 1.0):
            expected[end] = expected.get(end, 0) + 0.15
        for value, share in expected.items():
            assert abs(np.mean(noisy == np.float32(value)) - share) < 5 * 0.0016
        assert set(np.unique(noisy)) == {np.float32(value) for value in expected}


def test_missing_pixels_read_zero_and_the_others_are_as_they_were():
    x = np.linspace(0.1, 1, N, dtype=np.float32).reshape(-1, 1, 1, 1)
    for seen in (data.missing_pixels(x, 0.4, rng=1), measured("missing-pixels", x, 0.4)):
        lost = seen == 0
        np.testing.assert_array_equal(seen[~lost], x[~lost])
        assert abs(lost.mean() - 0.4) < 5 * 0.0016  # as above


@pytest.mark.parametrize("scale", [0.0, 0.7, 2.0])
def test_a_blur_is_that_of_scipy_on_arrays_and_on_tensors(scale):
    x = images()
    # Scipy truncates at a whole number of pixels too: truncate is counted in scales.
    reach = np.ceil(3 * scale) / scale if scale else 0
    sigmas = (0, scale, scale, 0)
    expected = gaussian_filter(x.astype(float), sigmas, mode="constant", truncate=reach)
    np.testing.assert_allclose(data.blur(x, scale), expected, atol=1e-6)  # float32
    np.testing.assert_allclose(measured("blur", x, scale), expected, atol=1e-6)


@pytest.mark.parametrize("name", data.CORRUPTIONS)
def test_the_mean_of_a_measurement_is_the_mean_of_its_draws(name):
    # 4,000 draws of each of 63 pixels, standard deviation at most 0.5: 5.5 standard errors,
    # false failures of one comparison in 5e7, of one run in 4e5.
    x, strength = images(1), STRENGTHS[name]
    many = np.repeat(x, 4000, axis=0)
    one = measurements.measurement(name, strength)
    mean = np.asarray(one.mean(tf.constant(x)))[0]
    for drawn in (measured(name, many, strength), data.corrupt(name, many, strength, rng=1)):
        np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=5.5 * 0.5 / 4000**0.5)


@pytest.mark.parametrize("x", [0.0, 0.4, 1.0])
def test_the_mean_of_clipped_noise_is_that_of_a_clipped_normal_value(x):
    # Oracle: quadrature of the normal density in float64.
    grid = np.linspace(-5, 6, 200_001)
    expected = np.trapezoid(np.clip(grid, 0, 1) * stats.norm.pdf(grid, x, 0.1**0.5), grid)
    clipped, free = (measurements.gaussian_noise(0.1, clip).mean for clip in (True, False))
    np.testing.assert_allclose(clipped(tf.constant([x])), [expected], atol=1e-6)
    np.testing.assert_allclose(free(tf.constant([x])), [x], atol=1e-6)


def test_a_clipped_pixel_has_no_gradient_and_every_other_has_all_of_it():
    x = tf.Variable(np.full((1000, 1), 0.1, np.float32))
    with tf.GradientTape() as tape:
        noisy = measurements.gaussian_noise(0.1)(x, keras.random.SeedGenerator(0))
    inside = (noisy.numpy() > 0) & (noisy.numpy() < 1)
    assert 0.3 < inside.mean() < 0.9
    np.testing.assert_array_equal(tape.gradient(noisy, x), inside.astype(np.float32))


@pytest.mark.parametrize("name", data.CORRUPTIONS)
def test_corruptions_come_from_their_seed_and_leave_their_input_alone(name):
    x, strength = images(), STRENGTHS[name]
    kept = x.copy()
    first, again, other = (data.corrupt(name, x, strength, rng=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.array_equal(first, other) == (name == "blur")
    seeds = keras.random.SeedGenerator(0)
    one = measurements.measurement(name, strength)
    fresh = [np.asarray(one(tf.constant(x), seeds)) for _ in range(2)]
    assert np.array_equal(*fresh) == (name == "blur")
    np.testing.assert_array_equal(x, kept)
    assert first.dtype == np.float32 and first.shape == x.shape == fresh[0].shape


def test_wrong_labels_are_wrong_and_equally_often_each_other():
    # 100,000 labels: the share errs by 0.0013; the counts of the nine others by chi-square.
    wrong = data.wrong_labels(np.full(N, 3), 0.2, rng=1)
    assert abs(np.mean(wrong != 3) - 0.2) < 5 * 0.0013
    others = np.bincount(wrong, minlength=10)[[0, 1, 2, 4, 5, 6, 7, 8, 9]]
    assert stats.chisquare(others).pvalue > 1e-6
    np.testing.assert_array_equal(data.wrong_labels([0, 1, 1], 1.0, 2, rng=0), [1, 0, 0])
    np.testing.assert_array_equal(data.wrong_labels(np.arange(10), 0.0, rng=0), np.arange(10))


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
@pytest.mark.parametrize(
    "use",
    [
        lambda share: data.salt_and_pepper(images(), share, rng=0),
        lambda share: data.missing_pixels(images(), share, rng=0),
        lambda share: data.wrong_labels([1, 2], share, rng=0),
        measurements.salt_and_pepper,
        measurements.missing_pixels,
    ],
)
def test_a_share_outside_zero_and_one_is_refused(use, bad):
    with pytest.raises(ValueError, match="a share is a probability between 0 and 1; received"):
        use(bad)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_a_bad_strength_of_noise_or_blur_is_refused(bad):
    with pytest.raises(ValueError, match="variance is finite and at least 0; received"):
        measurements.gaussian_noise(bad)
    with pytest.raises(ValueError, match="variance is finite and at least 0; received"):
        data.corrupt("noise", images(), bad, rng=0)
    for use in (measurements.blur, lambda scale: data.blur(images(), scale)):
        with pytest.raises(ValueError, match="scale of a blur is finite, at least 0"):
            use(bad)


def test_an_unknown_corruption_lists_the_known_ones():
    assert set(data.CORRUPTIONS) == set(measurements.MEASUREMENTS)
    known = "one of 'noise', 'salt-and-pepper', 'blur', 'missing-pixels'; received 'fog'"
    with pytest.raises(ValueError, match=known):
        data.corrupt("fog", images(), 0.1, rng=0)
    with pytest.raises(ValueError, match=known):
        measurements.measurement("fog", 0.1)


def test_what_no_corruption_takes_is_refused():
    with pytest.raises(ValueError, match=r"shape \(n, height, width, channels\)"):
        data.blur(np.zeros((3, 784)))
    with pytest.raises(ValueError, match=r"one of 0 to 9"):
        data.wrong_labels([3, 10], rng=0)
    with pytest.raises(ValueError, match=r"within \[0, 1\]"):
        data.salt_and_pepper(np.full(3, 2.0), rng=0)


def test_rows_of_zeros_and_a_one_are_no_labels():
    with pytest.raises(ValueError, match=r"one label for each example; received \(5, 10\)"):
        data.wrong_labels(np.eye(10)[:5], 0.5, rng=0)


def test_only_clean_arrays_are_denoised():
    grey = np.random.default_rng(0).random((30, 2, 2, 1))
    for wrong in (grey * 255, grey + 0.3, np.full_like(grey, np.nan), grey[..., 0, 0, 0]):
        with pytest.raises(ValueError, match="received"):
            data.denoise(wrong, 0.1)
    data.denoise(grey * 2 - 0.5, 0.1, clip=False)
