"""The LSTM cell beside Keras' own, and what is left of a gradient after many steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gencore import sequences


def built(layer, size=3):
    keras.utils.set_random_seed(0)
    layer(np.zeros((1, 2, size), np.float32))
    return layer


def test_the_cell_does_what_keras_does():
    layer = built(layers.LSTM(4, return_sequences=True, return_state=True))
    rng = np.random.default_rng(0)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    x = rng.normal(size=(2, 6, 3)).astype(np.float32)
    h = c = np.zeros((2, 4), np.float32)
    expected, last_h, last_c = layer(x)
    for t in range(6):
        h, c = sequences.lstm_step(x[:, t], h, c, *layer.get_weights())
        # The same products in another order: float32.
        np.testing.assert_allclose(h, expected[:, t], atol=1e-5)
    np.testing.assert_allclose(h, last_h, atol=1e-5)
    np.testing.assert_allclose(c, last_c, atol=1e-5)


@pytest.mark.parametrize("state", [0, 1])
def test_the_norm_is_that_of_the_whole_jacobian(state):
    # Oracle: the derivative of the state after all steps, by backpropagation through all of them.
    layer = built(layers.LSTM(4, return_state=True))
    x = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    found = sequences.jacobian_norms(layer, x, state)
    for t in (1, 3, 5):
        start = [tf.zeros((1, 4)), tf.zeros((1, 4))]
        with tf.GradientTape() as tape:
            tape.watch(start)
            _, *after = layer(x[None, :t], initial_state=start)
        jacobian = tape.jacobian(after[state], start[state]).numpy().reshape(4, 4)
        assert found[t - 1] == pytest.approx(np.linalg.norm(jacobian, 2), rel=1e-4)


def test_of_a_linear_recurrence_it_is_the_norm_of_a_power():
    layer = built(layers.SimpleRNN(3, activation="linear"))
    kernel, recurrent, bias = layer.get_weights()
    recurrent = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32) / 2
    layer.set_weights([kernel, recurrent, bias])
    found = sequences.jacobian_norms(layer, np.ones((7, 3)))
    powers = [np.linalg.norm(np.linalg.matrix_power(recurrent.T, t), 2) for t in range(1, 8)]
    np.testing.assert_allclose(found, powers, rtol=1e-4)


def test_what_does_not_recur_is_refused():
    with pytest.raises(ValueError, match="a recurrent layer"):
        sequences.jacobian_norms(layers.Dense(3), np.ones((2, 3)))
    with pytest.raises(ValueError, match="that is built"):
        sequences.jacobian_norms(layers.LSTM(3), np.ones((2, 3)))
    with pytest.raises(ValueError, match="numbered from 0"):
        sequences.jacobian_norms(built(layers.GRU(3)), np.ones((2, 3)), state=1)
    with pytest.raises(ValueError, match=r"the shape \(T, 3\)"):
        sequences.jacobian_norms(built(layers.GRU(3)), np.ones((2, 4)))
