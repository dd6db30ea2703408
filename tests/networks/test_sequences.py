"""Recurrent and masked networks: what reaches what, and how many weights there are."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore import networks
from gencore.networks.masked import MaskedDense, pixels_before


def test_an_lstm_has_the_weights_of_its_layers_and_hands_on_its_state():
    network = networks.lstm(65, 64, (384, 256), dropout=0.2)
    layers = [4 * 384 * (64 + 384 + 1), 4 * 256 * (384 + 256 + 1)]
    assert network.count_params() == 66 * 64 + sum(layers) + 257 * 65
    assert [tuple(part.shape) for part in network.inputs[1:]] == [(None, 384)] * 2 + [
        (None, 256)
    ] * 2
    x = tf.constant([[1, 5, 65, 2]])
    state = [tf.zeros((1, n)) for n in (384, 384, 256, 256)]
    logits, *after = network([x, *state])
    first, *between = network([x[:, :2], *state])
    second, *last = network([x[:, 2:], *between])
    # The same products: float32.
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), logits, atol=1e-5)
    for one, other in zip(after, last, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_the_networks_of_rows_have_the_weights_of_the_book():
    rows, pixels = networks.row_lstm(28), networks.masked_dense(28, 896)
    lstm = 4 * 512 * (256 + 513) + 4 * 384 * (512 + 385)
    assert rows.count_params() == 29 * 256 + lstm
    hidden, logits = 896 * 224, 896 * 28
    masked = 28 * 224 + 224 + 224 * 224 + 224 + 224 * 28 + 28
    assert pixels.count_params() == 2 * hidden + logits + masked
    assert rows.outputs[0].shape[-1] == 896


@pytest.mark.parametrize("depth", [1, 3])
def test_a_pixel_of_a_row_hears_of_those_before_it(depth):
    keras.utils.set_random_seed(0)
    network = networks.masked_dense(6, 4, units=3, depth=depth)
    row, known = (
        tf.constant(np.random.default_rng(0).random((1, 1, n)), tf.float32) for n in (6, 4)
    )
    with tf.GradientTape(persistent=True) as tape:
        tape.watch((row, known))
        logits = network([row, known])[0, 0]
    to_row = tape.jacobian(logits, row).numpy().reshape(6, 6)
    np.testing.assert_array_equal(to_row, np.tril(to_row, -1))
    assert (to_row[np.tril_indices(6, -1)] != 0).mean() > 0.6  # some units are off
    assert (tape.jacobian(logits, known).numpy() != 0).all()


def test_masks_join_the_units_of_pixels():
    before = pixels_before(3, 1, 2, same=False)
    np.testing.assert_array_equal(before, [[0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1], [0] * 6])
    same = pixels_before(2, 2, 1, same=True)
    np.testing.assert_array_equal(same, [[1, 1], [1, 1], [0, 1], [0, 1]])


def test_a_masked_layer_is_a_dense_one_with_zeros_in_its_kernel():
    mask = np.random.default_rng(0).integers(2, size=(5, 4))
    layer, x = MaskedDense(mask), np.random.default_rng(1).normal(size=(2, 3, 5))
    found = layer(x.astype(np.float32))
    kernel, bias = layer.get_weights()
    np.testing.assert_allclose(found, x @ (kernel * mask) + bias, atol=1e-5)
    with pytest.raises(ValueError, match="zeros and ones"):
        MaskedDense(mask / 2)


def test_sizes_that_are_none_are_refused():
    with pytest.raises(ValueError, match="a layer or more"):
        networks.lstm(5, units=())
    with pytest.raises(ValueError, match="symbols"):
        networks.lstm(0)
    with pytest.raises(ValueError, match="dropout"):
        networks.lstm(5, dropout=1.0)
    with pytest.raises(ValueError, match="depth"):
        networks.masked_dense(3, 3, depth=0)
