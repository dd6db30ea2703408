"""Batch normalisation of images in one operation."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from gencore.checks.settings import keras, ops


@keras.saving.register_keras_serializable("gencore")
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's layer, with one operation for a training pass over images (B, H, W, C).

    Keras takes mean and variance, shifts and scales one after another, and back again for the
    gradient; every step reads and writes the whole array. The fused operation of TensorFlow does
    the same in a third of the time on a processor.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise a batch and move the moving statistics, or normalise by them."""
        if not training or len(inputs.shape) != 4:
            return super().call(inputs, training=training, mask=mask)
        normalised, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
        )
        # The operation divides by one less than the number of values, Keras by their number.
        count = ops.cast(ops.prod(ops.shape(inputs)[:3]), "float32")
        for moving, now in (
            (self.moving_mean, mean),
            (self.moving_variance, variance * (count - 1) / count),
        ):
            moving.assign(self.momentum * moving + (1 - self.momentum) * now)
        return normalised
