"""Networks so small that what an ascent does in them can be written down."""

import keras
import numpy as np


def linear(weights, shape):
    """Return a network whose units are weighted sums of the pixels; weights (pixels, units)."""
    pixels = keras.Input(shape)
    dense = keras.layers.Dense(weights.shape[1], use_bias=False, name="units")
    network = keras.Model(pixels, dense(keras.layers.Flatten()(pixels)))
    dense.set_weights([weights])
    return network


def maps(kernel, stride=1, channels=3):
    """Return a network of one convolution, called maps; kernel (k, k, in, out)."""
    pixels = keras.Input((None, None, channels))
    layer = keras.layers.Conv2D(
        kernel.shape[-1], kernel.shape[0], stride, padding="same", use_bias=False, name="maps"
    )
    network = keras.Model(pixels, layer(pixels))
    layer.set_weights([np.asarray(kernel, np.float32)])
    return network


def mixing(seed=0, out=4):
    """Return a network that mixes the channels of each pixel, and its matrix (3, out)."""
    matrix = np.random.default_rng(seed).normal(size=(3, out)).astype(np.float32)
    return maps(matrix[None, None]), matrix


def noise(shape, seed=0, low=0.4, high=0.6):
    """Return independent pixels."""
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)
