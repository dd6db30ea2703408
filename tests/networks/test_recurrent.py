"""The LSTM whose gradient is written out, beside Keras' own."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gencore.networks.recurrent import LSTM

ROWS, SIZE, UNITS = 3, 5, 4


def both(steps):
    """Return Keras' layer and ours with the same weights, and what they read."""
    rng = np.random.default_rng(steps)
    shapes = ((ROWS, steps, SIZE), (ROWS, UNITS), (ROWS, UNITS))
    read = [tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes]
    pair = [kind(UNITS, return_sequences=True, return_state=True) for kind in (layers.LSTM, LSTM)]
    for layer in pair:
        layer(read[0], initial_state=read[1:])
        layer.set_weights([np.random.default_rng(0).normal(size=w.shape) for w in layer.weights])
    return pair, read


def loss_and_gradients(layer, read):
    """Return a loss that hears of every output, and its gradients by all that is read."""
    x, *state = read
    variables = [weight.value for weight in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(read)
        found = layer(x, initial_state=state)
        shares = [np.random.default_rng(i).normal(size=part.shape) for i, part in enumerate(found)]
        loss = sum(
            tf.reduce_sum(part**2 * share) for part, share in zip(found, shares, strict=True)
        )
    return [*found, *tape.gradient(loss, [*read, *variables])]


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_outputs_and_gradients_are_those_of_keras(steps):
    (own, ours), read = both(steps)
    expected, found = loss_and_gradients(own, read), loss_and_gradients(ours, read)
    assert len(found) == 3 + 3 + 3  # outputs and state, what is read, the weights
    for one, other in zip(found, expected, strict=True):
        # The same sums in another order, of numbers about 1: float32.
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("steps", [1, 6])
def test_a_compiled_step_reads_any_number_of_rows_and_steps(steps):
    (own, ours), read = both(steps)
    inputs = [keras.Input((None, SIZE)), keras.Input((UNITS,)), keras.Input((UNITS,))]
    network = keras.Model(inputs, list(ours(inputs[0], initial_state=inputs[1:])))
    for one, other in zip(network.predict(read, verbose=0), own(read[0], read[1:]), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
