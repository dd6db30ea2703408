"""A picture in several sizes, from small to its own, and the blur of one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks

Tensor = Any
CUT = 3.0  # standard deviations after which a blur ends


def octave_sizes(height: int, width: int, octaves: int, ratio: float) -> list[tuple[int, int]]:
    """Return heights and widths up to those given, each ``ratio`` times the one before.

    Raises
    ------
    ValueError
        If the smallest one would have no pixel.
    """
    scales = [ratio ** (number - octaves + 1) for number in range(octaves)]
    sizes = [(round(height * scale), round(width * scale)) for scale in scales]
    if min(sizes[0]) < 1:
        checks.refuse(
            "every octave has a pixel or more",
            f"{octaves} octaves of ratio {ratio:g} for {height}x{width} pixels",
            "Take fewer octaves, or a larger picture.",
        )
    return sizes


def resized(pictures: Tensor, size: tuple[int, int]) -> np.ndarray:
    """Return pictures (B, h, w, c), or changes of them, in another size, by cubic interpolation."""
    if tuple(pictures.shape[1:3]) == tuple(size):
        return np.asarray(pictures)
    return np.asarray(tf.image.resize(pictures, size, "bicubic", antialias=True))


def blurred(pictures: Tensor, scale: float) -> Tensor:
    """Return pictures (B, h, w, c) weighed by a normal density of a standard deviation in pixels.

    At the border the weights of the pixels that there are sum to one.
    """
    reach = math.ceil(CUT * scale)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / scale) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    channels = pictures.shape[-1]

    def along(x: Tensor, shape: tuple[int, int]) -> Tensor:
        kernel = np.tile(weights.reshape(*shape, 1, 1), (1, 1, channels, 1))
        return tf.nn.depthwise_conv2d(x, kernel, (1, 1, 1, 1), "SAME")

    ones = tf.ones_like(pictures)
    for shape in ((-1, 1), (1, -1)):
        pictures, ones = along(pictures, shape), along(ones, shape)
    return pictures / ones
