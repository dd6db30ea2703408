"""Codes from which a generator makes an image most nearly."""

import keras
import numpy as np
import pytest

from gencore import gan, networks

SHAPE = (3, 3, 1)


@pytest.fixture(scope="module")
def model():
    """A generator that is an affine map in effect: its inverse is a least-squares problem."""
    keras.utils.set_random_seed(0)
    generator = networks.dense_generator(2, (), SHAPE)
    return gan.GAN(generator, networks.dense_discriminator((4,), SHAPE), activation="linear")


def affine(model):
    weights, bias = model.generator.get_layer("raw").get_weights()
    return weights.T, bias


def test_the_nearest_image_is_the_least_squares_one(model):
    x = np.random.default_rng(1).normal(size=(20, *SHAPE)).astype(np.float32)
    matrix, bias = affine(model)
    rows = x.reshape(20, -1) - bias
    expected = np.linalg.lstsq(matrix, rows.T, rcond=None)[0].T
    codes, squares = gan.invert(model, x, steps=400)
    # Adam with a rate of 0.05 stays within a few hundredths of the minimum.
    np.testing.assert_allclose(codes, expected, atol=0.05)
    least = np.square(rows - expected @ matrix.T).sum(axis=1)
    assert (squares >= least - 1e-4).all()
    np.testing.assert_allclose(squares, least, rtol=0.02, atol=1e-3)


def test_images_that_were_made_come_back(model):
    z = np.random.default_rng(2).normal(size=(30, 2)).astype(np.float32)
    codes, squares = gan.invert(model, np.asarray(model(z)), steps=300)
    np.testing.assert_allclose(codes, z, atol=0.05)
    assert squares.max() < 0.01


def test_an_image_is_inverted_alone_as_among_others(model):
    x = np.random.default_rng(3).normal(size=(12, *SHAPE)).astype(np.float32)
    codes, squares = gan.invert(model, x)
    order = np.random.default_rng(4).permutation(12)
    again, moved = gan.invert(model, x[order])
    alone = [gan.invert(model, x[i : i + 1])[1][0] for i in range(3)]
    np.testing.assert_allclose(again, codes[order], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(moved, squares[order], rtol=1e-4)
    np.testing.assert_allclose(alone, squares[:3], rtol=1e-4)


def test_no_step_makes_it_worse_than_the_nearest_sample(model):
    x = np.random.default_rng(5).normal(size=(10, *SHAPE)).astype(np.float32)
    short, long = (gan.invert(model, x, steps=steps)[1] for steps in (1, 200))
    assert (long <= short + 1e-5).all() and long.sum() < short.sum()


def test_what_cannot_be_inverted_is_refused(model):
    x = np.zeros((2, *SHAPE), np.float32)
    with pytest.raises(ValueError, match="a generator of codes alone"):
        gan.invert(object(), x)
    with pytest.raises(ValueError, match="one step or more"):
        gan.invert(model, x, steps=0)
    with pytest.raises(ValueError, match="finite and positive"):
        gan.invert(model, x, learning_rate=0.0)
    with pytest.raises(ValueError, match="the shape"):
        gan.invert(model, x[:, :2])
    generator = networks.dense_generator(2, (3,), SHAPE, classes=4)
    labelled = gan.GAN(generator, networks.dense_discriminator((4,), SHAPE, classes=4))
    with pytest.raises(ValueError, match="4 labels"):
        gan.invert(labelled, x)
