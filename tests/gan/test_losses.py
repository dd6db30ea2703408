"""Adversarial losses and the gradient penalty: closed forms, shapes, the gradient at zero."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats
from sklearn.metrics import log_loss

from gencore import adversarial
from gencore.adversarial import (
    cross_entropy,
    gradient_penalty,
    minimax,
    non_saturating,
    r1_penalty,
)

REAL = np.array([2.0, -1.0, 0.5, 3.0], dtype=np.float32)
FAKE = np.array([-1.5, 0.3, 1.0, -4.0], dtype=np.float32)


@pytest.mark.parametrize("loss", [minimax, non_saturating], ids=lambda loss: loss.name)
def test_the_discriminator_pays_the_cross_entropy_of_real_one_and_fake_zero(loss):
    # Oracle: scikit-learn on probabilities. float32 rounds the sum of two terms below 2 by 3e-7.
    real, fake = special.expit(REAL.astype(float)), special.expit(FAKE.astype(float))
    expected = log_loss([1] * 4, real, labels=[0, 1]) + log_loss([0] * 4, fake, labels=[0, 1])
    np.testing.assert_allclose(loss.discriminator(REAL, FAKE), expected, rtol=1e-6)


def test_the_generator_of_the_minimax_game_pays_what_the_discriminator_gains():
    moved = [minimax.discriminator(REAL, FAKE + shift) for shift in (0.0, 1.0)]
    paid = [minimax.generator(FAKE + shift) for shift in (0.0, 1.0)]
    np.testing.assert_allclose(moved[1] - moved[0], paid[0] - paid[1], rtol=1e-6)
    expected = np.mean(special.log_expit(-FAKE.astype(float)))
    np.testing.assert_allclose(minimax.generator(FAKE), expected, rtol=1e-6)


def test_the_non_saturating_generator_asks_for_the_answer_real():
    expected = -np.mean(special.log_expit(FAKE.astype(float)))
    np.testing.assert_allclose(non_saturating.generator(FAKE), expected, rtol=1e-6)
    # Its gradient where it loses: one half each logit of the batch at D = 0.5, near 1 at D = 0.
    lost = tf.Variable([-20.0])
    with tf.GradientTape(persistent=True) as tape:
        strong, weak = non_saturating.generator(lost), minimax.generator(lost)
    np.testing.assert_allclose(tape.gradient(strong, lost), [-1.0], rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(weak, lost), [-special.expit(-20.0)], rtol=1e-5)


def test_the_wasserstein_losses_are_differences_of_mean_scores():
    loss = adversarial.wasserstein
    np.testing.assert_allclose(loss.discriminator(REAL, FAKE), FAKE.mean() - REAL.mean(), rtol=1e-6)
    np.testing.assert_allclose(loss.generator(FAKE), -FAKE.mean(), rtol=1e-6)
    # One point against one: the slope that a 1-Lipschitz critic may have reaches W1 exactly.
    a, b = np.array([[0.0]], np.float32), np.array([[3.0]], np.float32)
    expected = stats.wasserstein_distance([0.0], [3.0])
    np.testing.assert_allclose(adversarial.wasserstein_distance(b, a), expected, rtol=1e-6)


def test_least_squares_asks_for_the_logits_one_and_zero():
    loss = adversarial.least_squares
    expected = (np.mean((REAL - 1) ** 2) + np.mean(FAKE**2)) / 2
    np.testing.assert_allclose(loss.discriminator(REAL, FAKE), expected, rtol=1e-6)
    np.testing.assert_allclose(loss.generator(FAKE), np.mean((FAKE - 1) ** 2), rtol=1e-6)
    assert loss.boundary == 0.5 and minimax.boundary == 0.0


def test_extreme_logits_stay_finite():
    for loss in (minimax, non_saturating):
        logits = np.array([1e4, -1e4], dtype=np.float32)
        assert np.isfinite(loss.discriminator(logits, logits))
        assert np.isfinite(loss.generator(logits))


@pytest.mark.parametrize("shape", [(4, 1, 1, 1), (4, 2), (4, 4), ()])
def test_logits_that_would_broadcast_are_refused(shape):
    logits = np.zeros(shape, np.float32)
    for loss in (minimax, non_saturating, adversarial.wasserstein):
        for call in (
            lambda loss=loss: loss.discriminator(REAL, logits),
            lambda loss=loss: loss.discriminator(logits, FAKE),
            lambda loss=loss: loss.generator(logits),
        ):
            with pytest.raises(ValueError, match="one logit for each example.*Flatten"):
                call()
    np.testing.assert_allclose(
        minimax.discriminator(REAL[:, None], FAKE), minimax.discriminator(REAL, FAKE), rtol=1e-6
    )


@pytest.mark.parametrize("target", [-0.1, 1.1, np.nan, np.array([0.0, 1.0])])
def test_smoothed_labels_stay_within_zero_and_one(target):
    with pytest.raises(ValueError, match="one probability.*from 0 to 1"):
        cross_entropy(REAL, target)
    expected = log_loss([1, 0] * 4, np.repeat(special.expit(REAL.astype(float)), 2))
    expected = np.average(  # 0.9 real and 0.1 fake, logit by logit
        [[-special.log_expit(x), -special.log_expit(-x)] for x in REAL.astype(float)],
        axis=1,
        weights=[0.9, 0.1],
    ).mean()
    np.testing.assert_allclose(cross_entropy(REAL, 0.9), expected, rtol=1e-6)


def affine(slope):
    return lambda x: tf.linalg.matvec(tf.reshape(x, (len(x), -1)), slope)


def test_the_penalty_of_an_affine_critic_is_known():
    # The gradient is the same everywhere: its norm is 5 for the slope (3, 4, 0, 0).
    x = np.random.default_rng(0).normal(size=(6, 2, 2, 1)).astype(np.float32)
    slope = tf.constant([3.0, 4.0, 0.0, 0.0])
    np.testing.assert_allclose(gradient_penalty(affine(slope), x, -x, seed=0), 16.0, rtol=1e-5)


def test_the_penalty_counts_each_example_once():
    # l(x) = |x|^2 / 2 has the gradient x: the oracle is the mean of (|x| - 1)^2 over the points.
    real, fake = np.random.default_rng(0).normal(size=(2, 50, 3)).astype(np.float32)
    half = lambda x: tf.reduce_sum(x**2, axis=1) / 2  # noqa: E731
    points = np.asarray(adversarial.interpolate(real, fake, seed=3))
    expected = np.mean((np.linalg.norm(points, axis=1) - 1) ** 2)
    np.testing.assert_allclose(gradient_penalty(half, real, fake, seed=3), expected, rtol=1e-5)


def test_a_flat_critic_has_a_penalty_of_one_and_no_nan():
    x = np.ones((3, 2), np.float32)
    slope = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        penalty = gradient_penalty(affine(slope), x, 0 * x, seed=0)
    # The norm is rounded up to 1e-6.
    np.testing.assert_allclose(penalty, 1.0, atol=3e-6)
    np.testing.assert_array_equal(tape.gradient(penalty, slope), [0.0, 0.0])


def test_one_uniform_weight_for_each_example():
    # Between 0 and 1 the point is the weight itself. Kolmogorov-Smirnov with 4,000 weights: a
    # statistic of 0.035 has the false-fail rate 1e-4; a normal weight leaves [0, 1] at once.
    ones, seed = np.ones((4000, 5, 5, 1), np.float32), 7
    points = np.asarray(adversarial.interpolate(ones, 0 * ones, seed)).reshape(4000, 25)
    np.testing.assert_array_equal(points, np.repeat(points[:, :1], 25, axis=1))
    assert points.min() >= 0 and points.max() <= 1
    assert stats.kstest(points[:, 0], "uniform").statistic < 0.035
    assert len(np.unique(points[:, 0])) > 3900


def test_the_weight_is_drawn_afresh_from_a_generator_of_seeds():
    ones, seed = np.ones((5, 2), np.float32), keras.random.SeedGenerator(0)
    first, second = (np.asarray(adversarial.interpolate(ones, 0 * ones, seed)) for _ in range(2))
    assert not np.array_equal(first, second)


def test_r1_is_half_the_mean_squared_slope_at_the_real_examples():
    # l(x) = |x|^2 / 2 has the gradient x: the oracle is the mean of |x|^2 / 2 over the real ones.
    real, fake = np.random.default_rng(0).normal(size=(2, 50, 3)).astype(np.float32)
    half = lambda x: tf.reduce_sum(x**2, axis=1) / 2  # noqa: E731
    expected = np.mean(np.sum(real**2, axis=1)) / 2
    np.testing.assert_allclose(r1_penalty(half, real, fake, seed=3), expected, rtol=1e-5)


def test_r1_pulls_the_slope_of_a_discriminator_to_zero():
    # 12.5 for the slope (3, 4), and a gradient that is the slope itself: no term pulls it to 1.
    x, slope = np.ones((6, 2), np.float32), tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        penalty = r1_penalty(affine(slope), x)
    np.testing.assert_allclose(penalty, 12.5, rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(penalty, slope), [3.0, 4.0], rtol=1e-6)
    with pytest.raises(ValueError, match="one logit for each example"):
        r1_penalty(lambda x: x, x)


def test_partners_of_another_shape_are_refused():
    x = np.ones((3, 2), np.float32)
    with pytest.raises(ValueError, match="fake partner of its own shape"):
        gradient_penalty(affine(tf.ones(2)), x, x[:, :1], seed=0)
    with pytest.raises(ValueError, match="one logit for each example"):
        gradient_penalty(lambda x: x, x, x, seed=0)


def test_one_real_example_is_no_partner_of_five_fakes():
    real, fakes = np.ones((1, 2, 2, 1), np.float32), np.zeros((5, 2, 2, 1), np.float32)
    with pytest.raises(ValueError, match="a fake partner of its own shape; received"):
        adversarial.interpolate(real, fakes, 0)
