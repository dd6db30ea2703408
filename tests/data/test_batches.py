"""A function called on a few rows at a time: every row once, in order, no stale network."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore import autoencoder, gan, networks, vae
from gencore.data.batches import in_batches


@pytest.mark.parametrize("count", [1, 4, 7, 8])
def test_every_row_is_seen_once_and_in_order(count):
    x = np.arange(3 * count, dtype=np.float32).reshape(count, 3)

    def total(rows, weights):
        return keras.ops.sum(rows * weights, axis=-1, keepdims=True)

    made = in_batches(total, x, 2 * x, size=4)
    np.testing.assert_array_equal(made, np.sum(2 * x**2, axis=-1, keepdims=True))
    assert made.dtype == np.float32


def test_arrays_that_are_none_are_left_out():
    x = np.ones((3, 2), np.float32)
    np.testing.assert_array_equal(in_batches(lambda rows: 2 * rows, x, None, size=2), 2 * x)


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="at least one row; received none"):
        in_batches(lambda rows: rows, np.empty((0, 2)), size=4)


def pair(seed):
    keras.utils.set_random_seed(seed)
    return networks.dense_encoder(4, (8,)), networks.dense_decoder(2, (8,))


def test_rows_together_are_as_rows_alone(digits):
    # Oracle: the networks called on all rows at once. Float32 rounding of sums of 784 products.
    encoder, decoder = pair(0)
    model = vae.VAE(encoder, decoder, likelihood=vae.CROSS_ENTROPY)
    x = digits.x_train[:250]
    codes = model.codes(x, batch_size=100)
    np.testing.assert_allclose(codes, np.asarray(encoder(x))[:, :2], atol=1e-5)
    expected = keras.ops.sigmoid(decoder(codes))
    np.testing.assert_allclose(model.images(codes, batch_size=100), expected, atol=1e-6)


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_a_network_that_is_replaced_is_the_one_that_is_called(digits, part):
    x = digits.x_train[:250]

    def build(seed):
        keras.utils.set_random_seed(seed)
        return autoencoder.Autoencoder(networks.dense_encoder(4), networks.dense_decoder(4))

    model, other = build(0), build(1)
    before = model.reconstruct(x, batch_size=100)
    setattr(model, part, getattr(other, part))
    after = model.reconstruct(x, batch_size=100)
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_allclose(after, keras.ops.sigmoid(model(x)), atol=1e-6)


def test_a_generator_that_is_replaced_is_the_one_that_is_called():
    players = [(networks.dense_generator(3), networks.dense_discriminator()) for _ in range(2)]
    model, other = (gan.GAN(*each) for each in players)
    z = np.random.default_rng(0).normal(size=(250, 3)).astype(np.float32)
    before = model.images(z, batch_size=100)
    model.generator = other.generator
    after = model.images(z, batch_size=100)
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_allclose(after, other.images(z), atol=1e-6)


def test_many_models_are_not_taken_for_one_that_is_traced_again(monkeypatch):
    # TensorFlow warns at the fifth tracing among ten calls, and each model here takes two: one for
    # whole batches, one for the rest.
    said = []
    monkeypatch.setattr(tf.get_logger(), "handle", lambda record: said.append(record.getMessage()))
    z = np.zeros((5, 3), np.float32)
    for _ in range(4):
        model = gan.GAN(networks.dense_generator(3, (4,)), networks.dense_discriminator((4,)))
        assert len(model.images(z, batch_size=2)) == 5
    assert said == []


def test_weights_that_change_are_read(digits):
    model = autoencoder.Autoencoder(networks.dense_encoder(4), networks.dense_decoder(4))
    x = digits.x_train[:250]
    model.reconstruct(x, batch_size=100)
    model.set_weights([0 * w for w in model.get_weights()])
    np.testing.assert_array_equal(model.reconstruct(x, batch_size=100), np.full(x.shape, 0.5))
