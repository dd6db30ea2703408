"""Networks that make an image of an image, and critics that judge its patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gencore.checks import refuse, whole
from gencore.checks.settings import keras, layers, ops, plain
from gencore.networks.players import SLOPE
from gencore.networks.sizes import IMAGE_SHAPE, check_image, check_sizes, halved, sized

Tensor = Any


@plain
@sized
def translator(
    shape: Sequence[int] = IMAGE_SHAPE,
    filters: Sequence[int] = (16, 32),
    blocks: int = 2,
    places: bool = True,
) -> keras.Model:
    r"""Return a network from images in [0, 1] to logits of images of the same shape.

    A convolution reads the image, each further one of stride 2 halves it, residual blocks
    :math:`h + f(h)` of two convolutions change it there, and it grows again by repeated pixels and
    convolutions. Every convolution but the last is normalised over each image and channel.

    Parameters
    ----------
    shape : sequence of int
        Height, width, channels.
    filters : sequence of int
        At full size, at half of it, and so on.
    blocks : int
        How many residual blocks there are, none or more.
    places : bool
        Whether the network reads beside each pixel where that is, two planes from -1 to 1. Without
        them it does the same everywhere, but for the border, and cannot shear.

    Returns
    -------
    keras.Model
        (B, height, width, channels) to logits of the same shape.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, or the halves do not come out whole.
    """
    check_sizes(filters=filters)
    check_image(shape)
    if not filters:
        refuse("a translator has filters of one size or more", "none", "Sixteen at full size.")
    if len(filters) > 1:
        halved(shape, len(filters) - 1)
    blocks = whole(blocks, "there are 0, 1, 2, ... blocks", "Two or three.", low=0, high=100)
    image = keras.Input(tuple(shape), name="image")
    h = Places()(image) if places else image
    h = _unit(h, filters[0], kernel=5)
    for count in filters[1:]:
        h = _unit(h, count, strides=2)
    for _ in range(blocks):
        change = layers.Conv2D(filters[-1], 3, padding="same")(_unit(h, filters[-1]))
        h = layers.Add()([h, InstanceNormalization()(change)])
    for count in filters[-2::-1]:
        h = _unit(layers.UpSampling2D()(h), count)
    raw = layers.Conv2D(shape[-1], 5, padding="same", name="raw")(h)
    return keras.Model(image, raw, name="translator")


@plain
@sized
def patch_critic(
    shape: Sequence[int] = IMAGE_SHAPE, filters: Sequence[int] = (32, 64), kernel: int = 4
) -> keras.Model:
    """Return a critic with a logit for each of many overlapping patches of an image.

    Convolutions of stride 2 with leaky ReLU, and one more that gives the logits, (B, h, w, 1). A
    patch is what one of them sees, 22 by 22 pixels by default: whether strokes and colours are
    right it can tell, and hardly whether a whole image is.
    """
    check_sizes(filters=filters, kernel=[kernel])
    check_image(shape)
    image = keras.Input(tuple(shape), name="image")
    h = image
    for count in filters:
        h = layers.Conv2D(count, kernel, strides=2, padding="same")(h)
        h = layers.LeakyReLU(SLOPE)(h)
    logits = layers.Conv2D(1, kernel, padding="same", name="logit")(h)
    return keras.Model(image, logits, name="critic")


def _unit(h: Tensor, count: int, kernel: int = 3, strides: int = 1) -> Tensor:
    """Return a convolution, normalised, with ReLU; a bias would be taken away again."""
    options: dict[str, Any] = {"strides": strides, "padding": "same", "use_bias": False}
    return layers.ReLU()(InstanceNormalization()(layers.Conv2D(count, kernel, **options)(h)))


@keras.saving.register_keras_serializable("gencore")
class InstanceNormalization(keras.layers.Layer):
    r"""Gives every image and channel the mean :math:`\beta_c` and the scale :math:`\gamma_c`.

    No image changes another, and nothing is different while training (Ulyanov, Vedaldi and
    Lempitsky, 2016).
    """

    epsilon = 1e-3

    def build(self, input_shape: Any) -> None:
        """Make a scale and a mean for each channel."""
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="beta")

    def call(self, x: Tensor) -> Tensor:
        """Return images (B, h, w, C), normalised."""
        mean, variance = ops.moments(x, axes=(1, 2), keepdims=True)
        scale = self.gamma * ops.rsqrt(variance + self.epsilon)
        return x * scale + (self.beta - mean * scale)


@keras.saving.register_keras_serializable("gencore")
class Places(keras.layers.Layer):
    """Adds to images two channels that say where a pixel is: its height and its width, -1 to 1."""

    def call(self, x: Tensor) -> Tensor:
        """Return images (B, h, w, C) with two channels more."""
        rows, columns = (np.linspace(-1, 1, side, dtype="float32") for side in x.shape[1:3])
        planes = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1)
        tiled = ops.tile(planes[np.newaxis], (ops.shape(x)[0], 1, 1, 1))
        return ops.concatenate([x, tiled], axis=-1)
