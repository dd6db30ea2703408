"""The distance of two batches: its value against loops, its gradient, what it refuses."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from gencore import matching

BANDWIDTHS = (0.5, 1.0, 3.0)


def kernel(a, b, bandwidths):
    square = np.sum((np.asarray(a, float) - np.asarray(b, float)) ** 2)
    return np.mean([np.exp(-square / (2 * h**2)) for h in bandwidths])


def by_loops(x, y, bandwidths):
    within = [
        np.mean([kernel(a, b, bandwidths) for a, b in itertools.permutations(points, 2)])
        for points in (x, y)
    ]
    between = np.mean([kernel(a, b, bandwidths) for a, b in itertools.product(x, y)])
    return sum(within) - 2 * between


@pytest.fixture
def batches():
    rng = np.random.default_rng(0)
    return rng.normal(size=(7, 2, 2)).astype(np.float32), rng.normal(0.5, 1, (5, 2, 2)).astype(
        np.float32
    )


@pytest.mark.parametrize("bandwidths", [(1.0,), BANDWIDTHS])
def test_the_loss_is_the_double_sum_without_its_diagonal(batches, bandwidths):
    x, y = batches
    # float32, kernels of at most 1: a few roundings of 6e-8 in means of a few dozen pairs.
    assert float(matching.mmd_loss(x, y, bandwidths)) == pytest.approx(
        by_loops(x, y, bandwidths), abs=1e-6
    )


def test_equal_distributions_have_a_loss_of_zero_in_the_mean():
    # 100 pairs of batches of 20: the mean lies within 4.5 standard errors of 0 but for one
    # choice of seed in 150,000.
    draws = tf.random.stateless_normal((100, 2, 20, 3), seed=(0, 0))
    losses = np.array([float(matching.mmd_loss(x, y, (1.0,))) for x, y in draws])
    assert losses.min() < 0 < losses.max()
    assert abs(losses.mean()) < 4.5 * losses.std() / 10


def test_the_gradient_is_that_of_finite_differences(batches):
    x, y = (tf.constant(batch) for batch in batches)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = matching.mmd_loss(x, y, BANDWIDTHS)
    gradient = tape.gradient(loss, x).numpy()
    step, direction = 1e-3, np.random.default_rng(1).normal(size=x.shape)
    ends = [
        by_loops(x.numpy() + sign * step * direction, y.numpy(), BANDWIDTHS) for sign in (1, -1)
    ]
    # Central differences in float64 err by the order of the step squared.
    assert np.sum(gradient * direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "bandwidths", "words"),
    [
        (np.zeros((1, 2)), np.zeros((3, 2)), (1.0,), "two examples or more"),
        (np.zeros(3), np.zeros((3, 2)), (1.0,), "two examples or more"),
        (np.zeros((3, 2)), np.zeros((3, 4)), (1.0,), "have one shape"),
        (np.zeros((3, 2)), np.zeros((3, 2)), (), "one or more numbers in a row"),
        (np.zeros((3, 2)), np.zeros((3, 2)), (1.0, 0.0), "finite and positive"),
        (np.zeros((3, 2)), np.zeros((3, 2)), (np.nan,), "finite and positive"),
        (np.full((3, 2), np.nan), np.zeros((3, 2)), (1.0,), "finite"),
    ],
)
def test_what_has_no_discrepancy_is_refused(x, y, bandwidths, words):
    with pytest.raises(ValueError, match=words):
        matching.mmd_loss(x, y, bandwidths)
