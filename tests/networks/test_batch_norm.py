"""Batch normalisation in one operation: Keras's own layer is the oracle."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore.networks.batch_norm import BatchNormalization


def trained(layer, x):
    """Return output, gradients and moving statistics after two passes of training."""
    layer.build(x.shape)
    layer.gamma.assign(np.linspace(0.5, 2, x.shape[-1]))
    layer.beta.assign(np.linspace(-1, 1, x.shape[-1]))
    layer(2 * x, training=True)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        loss = tf.reduce_sum(y**3)
    gradients = tape.gradient(loss, [x, layer.gamma.value, layer.beta.value])
    return y, *gradients, layer.moving_mean, layer.moving_variance, layer(x, training=False)


@pytest.mark.parametrize("shape", [(6, 5, 4, 3), (40, 3)], ids=["images", "rows"])
def test_it_does_what_keras_does(shape):
    x = tf.constant(np.random.default_rng(0).normal(1, 2, shape).astype("float32"))
    ours, theirs = (
        trained(layer(momentum=0.9), x)
        for layer in (BatchNormalization, keras.layers.BatchNormalization)
    )
    for one, other in zip(ours, theirs, strict=True):  # float32 sums of about a hundred values
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-4)


def test_a_stateless_pass_leaves_the_layer_alone_and_returns_what_it_would_have_written():
    x = np.random.default_rng(0).normal(1, 2, (6, 5, 4, 3)).astype("float32")
    layer = BatchNormalization()
    layer.build(x.shape)
    before = layer.get_weights()
    weights = [v.value for v in layer.trainable_variables]
    moving = [v.value for v in layer.non_trainable_variables]
    _, then = layer.stateless_call(weights, moving, x, training=True)
    for now, was in zip(layer.get_weights(), before, strict=True):
        assert np.array_equal(now, was)
    np.testing.assert_allclose(then[0], 0.01 * x.mean((0, 1, 2)), rtol=1e-4)


def test_images_take_the_fused_operation():
    layer = BatchNormalization()
    graph = tf.function(lambda x: layer(x, training=True)).get_concrete_function(
        tf.TensorSpec((None, 5, 4, 3))
    )
    kinds = {operation.type for operation in graph.graph.get_operations()}
    assert "FusedBatchNormV3" in kinds
    assert "SquaredDifference" not in kinds
