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
    codes, squares = gan.invert(model, x, steps=5)  # before all of them have arrived
    order = np.random.default_rng(4).permutation(12)
    again, moved = gan.invert(model, x[order], steps=5)
    alone = [gan.invert(model, x[i : i + 1], steps=5)[1][0] for i in range(3)]
    np.testing.assert_allclose(again, codes[order], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(moved, squares[order], rtol=1e-4)
    np.testing.assert_allclose(alone, squares[:3], rtol=1e-4)


def test_a_search_begins_at_the_nearest_of_a_thousand_samples(model):
    x = np.random.default_rng(5).normal(size=(10, *SHAPE)).astype(np.float32)
    starts = keras.random.normal((1000, 2), seed=7)
    gaps = x.reshape(10, 1, -1) - np.asarray(model(starts)).reshape(1, 1000, -1)
    nearest = np.square(gaps).sum(axis=2).min(axis=1)
    _, squares = gan.invert(model, x, steps=1, learning_rate=1e-9, seed=7)
    np.testing.assert_allclose(squares, nearest, rtol=1e-4)


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
