"""Likelihoods that know about the noise: their mass, tails and moments, and a VAE that has one."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from gencore import data, measurements, networks, vae
from gencore.distributions import MeasuredImage, NoisyImage
from gencore.distributions.noisy_image import log_below

SHAPE = (2, 2, 1)
LOGITS = np.array([-6.0, -1.0, 0.5, 4.0])
CLEAN = 1 / (1 + np.exp(-LOGITS))


def pixels(values):
    """Return each value as an image of one pixel, shape (n, 1, 1, 1)."""
    return np.reshape(np.asarray(values, dtype=np.float32), (-1, 1, 1, 1))


def log_prob(logit, x, variance, clip):
    return np.asarray(
        NoisyImage(pixels(np.full(len(x), logit)), variance, clip).log_prob(pixels(x))
    )


@pytest.mark.parametrize("variance", [0.005, 0.1, 0.4])
@pytest.mark.parametrize("logit", LOGITS)
def test_masses_and_density_of_a_clipped_pixel_add_up_to_one(logit, variance):
    # Oracle: the trapezium rule with 40,001 points; its error is below 1e-6 for these scales, and
    # float32 densities carry 1e-6.
    ends = np.exp(log_prob(logit, [0.0, 1.0], variance, True))
    x = np.linspace(1e-6, 1 - 1e-6, 40_001)
    between = np.trapezoid(np.exp(log_prob(logit, x, variance, True).astype(float)), x)
    np.testing.assert_allclose(ends.sum() + between, 1, atol=2e-5)


@pytest.mark.parametrize("variance", [0.005, 0.1])
@pytest.mark.parametrize(("logit", "clean"), list(zip(LOGITS, CLEAN, strict=True)))
def test_a_noisy_pixel_has_the_density_of_scipy_and_its_masses(logit, clean, variance):
    noise = stats.norm(clean, variance**0.5)
    x = np.array([-0.3, 0.0, 0.2, 0.9, 1.0, 1.4])
    # Squared distances of up to 200 in float32: 6e-8 of 200, with room.
    np.testing.assert_allclose(
        log_prob(logit, x, variance, False), noise.logpdf(x), rtol=1e-4, atol=1e-4
    )
    expected = [noise.logcdf(0), noise.logpdf(0.2), noise.logpdf(0.9), noise.logsf(1)]
    received = log_prob(logit, [0.0, 0.2, 0.9, 1.0], variance, True)
    np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-4)


def test_the_tail_of_the_normal_distribution_is_finite_and_steep_far_out():
    # Oracle: scipy in float64. The series errs by 6e-6 where it takes over, float32 by 2e-6 of
    # the value.
    x = np.concatenate([np.linspace(-60, 6, 2000), [-8.0001, -8.0, -7.9999]]).astype(np.float32)
    values = tf.Variable(x)
    with tf.GradientTape() as tape:
        logs = log_below(values)
    np.testing.assert_allclose(logs, stats.norm.logcdf(x.astype(float)), rtol=4e-6, atol=1e-5)
    slope = np.exp(stats.norm.logpdf(x.astype(float)) - stats.norm.logcdf(x.astype(float)))
    np.testing.assert_allclose(tape.gradient(logs, values), slope, rtol=2e-3, atol=1e-6)


def test_an_image_sums_over_its_pixels_and_noise_over_draws():
    logits = LOGITS.reshape(1, *SHAPE).astype(np.float32)
    x = np.array([0.0, 0.3, 1.0, 0.7], dtype=np.float32)
    for clip in (True, False):
        each = [
            log_prob(logit, [value], 0.1, clip)[0] for logit, value in zip(LOGITS, x, strict=True)
        ]
        whole = NoisyImage(logits, 0.1, clip).log_prob(x.reshape(1, *SHAPE))
        np.testing.assert_allclose(whole, [sum(each)], rtol=1e-5)


@pytest.mark.parametrize("clip", [True, False])
def test_draws_are_those_of_the_corruption_of_the_clean_image(clip):
    # 100,000 draws: means and standard deviations err by 0.001; 5 standard errors, false failures
    # 6e-7 each.
    image = NoisyImage(LOGITS.reshape(SHAPE), 0.1, clip)
    np.testing.assert_allclose(np.asarray(image.mean()).ravel(), CLEAN, rtol=1e-5)
    drawn = np.asarray(image.sample(100_000, seed=1)).reshape(-1, 4)
    noisy = data.add_noise(np.tile(CLEAN, (100_000, 1)), 0.1, clip=clip, rng=2)
    np.testing.assert_allclose(drawn.mean(axis=0), noisy.mean(axis=0), atol=5 * 0.0015)
    np.testing.assert_allclose(drawn.std(axis=0), noisy.std(axis=0), atol=5 * 0.0015)
    with pytest.raises(ValueError, match="a draw has a seed"):
        image.sample(2)


@pytest.mark.parametrize("clip", [True, False])
def test_the_clean_pixel_is_where_noisy_ones_are_likeliest(clip):
    # 20,000 noisy versions of 0.2: the maximum of their likelihood errs by about
    # sqrt(v / n) = 0.0022, clipped a little more; 5 of these, and the grid's step of 0.002.
    x = pixels(data.add_noise(np.full(20_000, 0.2), 0.1, clip=clip, rng=3))
    grid = np.arange(0.1, 0.3, 0.002)
    logits = np.log(grid / (1 - grid))
    totals = [np.sum(NoisyImage(pixels([a]), 0.1, clip).log_prob(x)) for a in logits]
    assert abs(grid[np.argmax(totals)] - 0.2) < 0.016
    if clip:  # whereas the mean of the clipped pixels is far off
        assert x.mean() > 0.24


def test_a_measured_image_is_the_cross_entropy_with_the_measurements_mean():
    x = np.array([0.0, 0.3, 1.0, 0.7]).reshape(1, *SHAPE)
    image = MeasuredImage(LOGITS.reshape(1, *SHAPE), measurements.salt_and_pepper(0.2).mean)
    t = 0.8 * CLEAN.reshape(1, *SHAPE) + 0.1
    expected = np.sum(x * np.log(t) + (1 - x) * np.log1p(-t))
    np.testing.assert_allclose(image.log_prob(x), [expected], rtol=1e-4)
    np.testing.assert_allclose(image.mean(), CLEAN.reshape(1, *SHAPE), rtol=1e-5)


def trained(likelihood, noisy, epochs):
    """Return a VAE of one constant image: its decoder has a bias and no code reaches it."""
    keras.utils.set_random_seed(0)
    decoder = networks.dense_decoder(1, (), shape=SHAPE)
    decoder.get_layer("raw").kernel.assign(np.zeros((1, 4)))
    model = vae.VAE(networks.dense_encoder(2, (), shape=SHAPE), decoder, likelihood=likelihood)
    model.compile(keras.optimizers.Adam(0.02), jit_compile=False)
    model.fit(noisy, batch_size=500, epochs=epochs, verbose=0)
    return model


def test_a_vae_that_knows_the_noise_shows_the_clean_image():
    # 5,000 noisy pixels: 0.0045 each, 0.01 where half of them are clipped; 4 of these, and a step.
    clean = np.array([0.05, 0.2, 0.5, 0.9]).reshape(1, *SHAPE)
    for clip, likelihood in (
        (True, vae.noisy(0.1)),
        (False, vae.noisy(0.1, clip=False)),
        (True, vae.measured(measurements.gaussian_noise(0.1).mean)),
    ):
        x = data.add_noise(np.repeat(clean, 5000, axis=0), 0.1, clip=clip, rng=4)
        shown = trained(likelihood, x.astype(np.float32), 30).sample(3, seed=0)
        np.testing.assert_allclose(shown, np.repeat(clean, 3, axis=0), atol=0.05)


def test_a_variance_that_is_learned_becomes_that_of_the_noise():
    noisy = data.add_noise(np.full((5000, *SHAPE), 0.3), 0.05, rng=5).astype(np.float32)
    model = trained(vae.noisy(0.2, learn=True), noisy, 20)
    (exponent,) = model.likelihood_parameters
    assert any(exponent is weight for weight in model.trainable_variables)
    learned = 0.2 * np.exp(vae.STEEPNESS * float(exponent.numpy()))
    # 20,000 pixels: a relative error of sqrt(2 / n) = 1 %, about twice that where they are
    # clipped; the rest is Adam's last step.
    np.testing.assert_allclose(learned, 0.05, rtol=0.1)


@pytest.mark.parametrize("variance", [0.0, -0.1, np.nan, np.inf])
def test_a_variance_that_no_noise_has_is_refused(variance):
    with pytest.raises(ValueError, match="finite and positive; received"):
        vae.noisy(variance)
