"""Noise, binary draws and the toy density against closed forms.

Random tests fix the seed. Their tolerance is five standard errors of the statistic, so that one
comparison would fail for fewer than one seed in a million (normal tail: 6e-7).
"""

import numpy as np
import pytest
from scipy import stats

from gencore import data

N = 200_000
STANDARD_ERRORS = 5


def clipped_normal_moments(mean, scale):
    """Return the exact mean and variance of a normal variable clipped to [0, 1]."""
    low, high = (0 - mean) / scale, (1 - mean) / scale
    inside = stats.norm.cdf(high) - stats.norm.cdf(low)
    slope = stats.norm.pdf(low) - stats.norm.pdf(high)
    curve = low * stats.norm.pdf(low) - high * stats.norm.pdf(high)
    above = stats.norm.sf(high)
    first = mean * inside + scale * slope + above
    second = mean**2 * inside + 2 * mean * scale * slope + scale**2 * (inside + curve) + above
    return first, second - first**2


def assert_mean(values, expected, variance):
    tolerance = STANDARD_ERRORS * np.sqrt(variance / len(values))
    np.testing.assert_allclose(np.mean(values, dtype=np.float64), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("variance", [0.01, 0.1, 0.5])
def test_unclipped_noise_is_normal_with_the_stated_variance(variance):
    x = np.full(N, 0.5, np.float32)
    noise = (data.add_noise(x, variance, clip=False, rng=1) - x).astype(np.float64)
    assert_mean(noise, 0, variance)
    # The variance of a squared normal variable is 2 v^2.
    assert_mean(noise**2, variance, 2 * variance**2)
    assert stats.kstest(noise / np.sqrt(variance), "norm").pvalue > 1e-6


@pytest.mark.parametrize("grey", [0.0, 0.3, 1.0])
def test_clipped_noise_has_the_moments_of_a_clipped_normal(grey):
    x = np.full(N, grey, np.float32)
    noisy = data.add_noise(x, 0.1, rng=2).astype(np.float64)
    assert noisy.min() >= 0 and noisy.max() <= 1
    mean, variance = clipped_normal_moments(np.float32(grey), np.sqrt(0.1))
    assert_mean(noisy, mean, variance)
    # A variable within [0, 1] has squared deviations within [0, 1]: their variance is below 1/4.
    assert_mean((noisy - mean) ** 2, variance, 0.25)


def test_the_docstring_states_the_shift_of_a_black_pixel():
    mean, variance = clipped_normal_moments(0.0, np.sqrt(0.1))
    assert "0.126" in (data.add_noise.__doc__ or "")
    # 0.0005: the docstring rounds to three digits.
    assert abs(mean - 0.126) < 5e-4 and variance < 0.1


def test_noise_is_drawn_for_each_value():
    x = np.full((50, 28, 28, 1), 0.5)
    noise = data.add_noise(x, 0.1, clip=False, rng=3) - x
    # Two equal float64 normal draws among 39,200 have a probability below 1e-6.
    assert np.unique(noise).size == noise.size


def test_noise_leaves_its_input_alone_and_keeps_shape_and_type():
    for dtype in (np.float32, np.float64):
        x = np.linspace(0, 1, 12, dtype=dtype).reshape(3, 2, 2, 1)
        before = x.copy()
        noisy = data.add_noise(x, 0.1, rng=4)
        np.testing.assert_array_equal(x, before)
        assert noisy.shape == x.shape and noisy.dtype == dtype
        np.testing.assert_array_equal(data.add_noise(x, 0.0, rng=4), x)


@pytest.mark.parametrize("draw", [data.add_noise, data.binarize])
def test_the_same_seed_draws_the_same(draw):
    x = np.full(1000, 0.5)
    np.testing.assert_array_equal(draw(x, rng=5), draw(x, rng=np.random.default_rng(5)))
    generator = np.random.default_rng(5)
    assert (draw(x, rng=generator) != draw(x, rng=generator)).any()


@pytest.mark.parametrize("draw", [data.add_noise, data.binarize])
@pytest.mark.parametrize("value", [-0.001, 1.001, np.nan, np.inf, 255])
def test_values_outside_the_unit_interval_are_refused(draw, value):
    with pytest.raises(ValueError, match=r"within \[0, 1\].*(Divide|NaN)"):
        draw(np.array([0.0, value, 1.0]), rng=0)


@pytest.mark.parametrize("variance", [-0.1, np.nan, np.inf])
def test_a_bad_variance_is_refused(variance):
    with pytest.raises(ValueError, match="variance is finite and at least 0; received"):
        data.add_noise(np.zeros(3), variance, rng=0)


@pytest.mark.parametrize("rng", [None, "seed", 0.5])
def test_a_missing_seed_is_refused(rng):
    with pytest.raises(ValueError, match="integer seed of at least 0 or a numpy.random.Generator"):
        data.add_noise(np.zeros(3), rng=rng)
    with pytest.raises(ValueError, match="integer seed of at least 0 or a numpy.random.Generator"):
        data.binarize(np.zeros(3), rng)


@pytest.mark.parametrize("grey", [0.1, 0.5, 0.9])
def test_binarize_draws_one_with_the_probability_of_the_grey_value(grey):
    drawn = data.binarize(np.full(N, grey), 6)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert_mean(drawn, grey, grey * (1 - grey))


def test_binarize_never_changes_black_and_white():
    x = np.repeat(np.array([0.0, 1.0], np.float32), N)
    drawn = data.binarize(x, 7)
    np.testing.assert_array_equal(drawn, x)
    assert drawn.dtype == np.float32


def test_gaussian_ring_has_equal_components_at_their_centres():
    points = data.gaussian_ring(N, 5, radius=3.0, scale=0.05, rng=8).astype(np.float64)
    angles = 2 * np.pi * np.arange(5) / 5
    centres = 3.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    offsets = points[:, None] - centres
    nearest = np.argmin((offsets**2).sum(-1), axis=1)
    assert stats.chisquare(np.bincount(nearest, minlength=5)).pvalue > 1e-6
    # Neighbouring centres are 70 scales apart: every point belongs to its nearest centre.
    for k in range(5):
        own = offsets[nearest == k, k]
        for axis in (0, 1):
            assert_mean(own[:, axis], 0, 0.05**2)
            assert_mean(own[:, axis] ** 2, 0.05**2, 2 * 0.05**4)


def test_gaussian_ring_refuses_what_is_no_ring():
    with pytest.raises(ValueError, match="at least 1; received 0"):
        data.gaussian_ring(0, rng=0)
    with pytest.raises(ValueError, match="at least 1; received 0"):
        data.gaussian_ring(5, 0, rng=0)
    with pytest.raises(ValueError, match="radius and scale are finite"):
        data.gaussian_ring(5, radius=-1.0, rng=0)
    with pytest.raises(ValueError, match="radius and scale are finite"):
        data.gaussian_ring(5, scale=np.nan, rng=0)


@pytest.mark.parametrize("components", [2.5, 0, "8", None])
def test_centres_are_a_whole_number(components):
    with pytest.raises(ValueError, match="components is a number of distributions, at least 1"):
        data.ring_centres(components)
    with pytest.raises(ValueError, match="components is a number of distributions, at least 1"):
        data.gaussian_ring(5, components, rng=0)
