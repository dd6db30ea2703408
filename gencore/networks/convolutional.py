"""Convolutional encoders and decoders, and the classifier of digits."""

from __future__ import annotations

from collections.abc import Sequence

from gencore import checks
from gencore.checks.settings import check_seed, keras, layers, plain
from gencore.networks.sizes import (
    IMAGE_SHAPE,
    check_image,
    check_sizes,
    halved,
    sized,
)


@plain
@sized
def conv_encoder(
    latent_size: int,
    filters: Sequence[int] = (16, 32),
    shape: Sequence[int] = IMAGE_SHAPE,
    hidden: Sequence[int] = (),
) -> keras.Model:
    """Return a convolutional network from an image to a code.

    Every layer is a 3x3 convolution of stride 2 with ReLU, which halves height and width; fully
    connected layers, if there are any, and one affine layer then map what is left to the code.

    Parameters
    ----------
    latent_size : int
        Length L of the code.
    filters : sequence of int
        Filters of each convolution, from the image inwards.
    shape : sequence of int
        Shape of one image: height, width, channels.
    hidden : sequence of int
        Units of the fully connected layers between the convolutions and the code, with ReLU.

    Returns
    -------
    keras.Model
        Maps (B, height, width, channels) to (B, L).

    Raises
    ------
    ValueError
        If a size is not a positive whole number, or the image cannot be halved that often.
    """
    check_sizes(latent_size=[latent_size], filters=filters, hidden=hidden, shape=shape)
    halved(shape, len(filters))
    image = keras.Input(shape)
    h = image
    for count in filters:
        h = layers.Conv2D(count, 3, strides=2, padding="same", activation="relu")(h)
    h = layers.Flatten()(h)
    for units in hidden:
        h = layers.Dense(units, activation="relu")(h)
    code = layers.Dense(latent_size, name="code")(h)
    return keras.Model(image, code, name="encoder")


@plain
@sized
def conv_decoder(
    latent_size: int,
    filters: Sequence[int] = (32, 16),
    shape: Sequence[int] = IMAGE_SHAPE,
    refine: bool = False,
) -> keras.Model:
    """Return a convolutional network from a code to the raw parameters of an image.

    It mirrors :func:`conv_encoder`: an affine layer, then one 3x3 transposed convolution of
    stride 2 for each entry of ``filters``; the last one has as many filters as the image has
    channels and no nonlinearity.

    Parameters
    ----------
    latent_size : int
        Length L of the code.
    filters : sequence of int
        Filters before each doubling of height and width, from the code outwards.
    shape : sequence of int
        Shape of one image: height, width, channels.
    refine : bool
        Whether the last doubling keeps its filters, with ReLU, and one more transposed convolution,
        of stride 1, reads the image from them at full size.

    Returns
    -------
    keras.Model
        Maps (B, L) to (B, height, width, channels), without a final nonlinearity.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, or the image cannot be halved that often.
    """
    check_sizes(latent_size=[latent_size], filters=filters, shape=shape)
    height, width = halved(shape, len(filters))
    code = keras.Input((latent_size,))
    h = layers.Dense(height * width * filters[0], activation="relu")(code)
    h = layers.Reshape((height, width, filters[0]))(h)
    for count in filters[1:]:
        h = layers.Conv2DTranspose(count, 3, strides=2, padding="same", activation="relu")(h)
    if refine:
        h = layers.Conv2DTranspose(filters[-1], 3, 2, padding="same", activation="relu")(h)
    stride = 1 if refine else 2
    raw = layers.Conv2DTranspose(shape[-1], 3, strides=stride, padding="same", name="raw")(h)
    return keras.Model(code, raw, name="decoder")


@plain
@sized
def digit_classifier(
    filters: Sequence[int] = (16, 32),
    feature_size: int = 64,
    classes: int = 10,
    shape: Sequence[int] = IMAGE_SHAPE,
    seed: int = 0,
) -> keras.Model:
    """Return a small convolutional classifier whose last hidden layer is called ``features``.

    For each entry of ``filters``: two 3x3 convolutions with ReLU, then max pooling; after them
    the features, dropout and one logit for each class.

    Parameters
    ----------
    filters : sequence of int
        Filters of each pair of convolutions.
    feature_size : int
        Units of the layer ``features``, in which later chapters compare samples with data.
    classes : int
        Number of classes.
    shape : sequence of int
        Shape of one image: height, width, channels.
    seed : int
        Seed of the dropout.

    Returns
    -------
    keras.Model
        Maps (B, height, width, channels) to logits (B, classes).

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """
    check_image(shape)
    seed = check_seed(seed)
    if min(shape[:2]) < 2 ** len(filters):
        checks.refuse(
            "each pair of convolutions ends in a pooling that halves height and width",
            f"an image of {shape[0]}x{shape[1]} and {len(filters)} filter counts",
            "Give fewer filter counts.",
        )
    image = keras.Input(shape)
    h = image
    for count in filters:
        h = layers.Conv2D(count, 3, padding="same", activation="relu")(h)
        h = layers.Conv2D(count, 3, padding="same", activation="relu")(h)
        h = layers.MaxPooling2D()(h)
    h = layers.Dropout(0.25, seed=seed)(layers.Flatten()(h))
    h = layers.Dense(feature_size, activation="relu", name="features")(h)
    logits = layers.Dense(classes, name="logits")(layers.Dropout(0.25, seed=seed + 1)(h))
    return keras.Model(image, logits, name="digit_classifier")
