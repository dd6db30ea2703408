"""Generators and discriminators: dense, with pooling and upsampling, and strided (DCGAN).

A generator maps codes (B, L) to logits of pixels (B, *shape); a discriminator maps images to one
logit each, (B, 1). With ``classes`` both have a second input, the label as zeros and a one,
(B, classes). All raise ValueError where a size is not a positive whole number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gencore.checks import has, number, refuse, shown
from gencore.checks.settings import check_seed, keras, layers, ops, plain
from gencore.checks.tensors import tensor
from gencore.networks.batch_norm import BatchNormalization
from gencore.networks.sizes import (
    IMAGE_SHAPE,
    check_dropout,
    check_image,
    check_sizes,
    halved,
    sized,
)

Tensor = Any
SLOPE = 0.2  # of a leaky ReLU below zero, that of Radford, Metz and Chintala (2016)


@plain
@sized
def dense_generator(
    latent_size: int = 128,
    hidden: Sequence[int] = (256, 512, 1024),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
    normalise: bool = False,
) -> keras.Model:
    """Return a fully connected generator with ReLU, 128-256-512-1024-784 by default.

    With ``normalise`` batch normalisation comes before each ReLU.
    """
    check_sizes(latent_size=[latent_size], hidden=hidden, shape=shape)
    inputs, h = _code(latent_size, classes)
    for units in hidden:
        h = layers.Dense(units, use_bias=not normalise)(h)
        h = BatchNormalization(momentum=0.9)(h) if normalise else h
        h = layers.ReLU()(h)
    raw = layers.Dense(math.prod(shape), name="raw")(h)
    return keras.Model(inputs, layers.Reshape(tuple(shape))(raw), name="generator")


@plain
@sized
def dense_discriminator(
    hidden: Sequence[int] = (512, 256),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
    dropout: float = 0.0,
    seed: int = 0,
    outputs: int = 1,
    noise: float = 0.0,
) -> keras.Model:
    """Return a fully connected discriminator with ReLU, 784-512-256-1 by default.

    While training, a share ``dropout`` of each hidden layer's units is left out, and normal noise
    of the standard deviation ``noise`` is added to the image and to what each hidden layer gives.
    ``outputs`` is the number of logits, one for each label where it tells these apart too.
    """
    check_sizes(hidden=hidden, shape=shape, outputs=[outputs])
    dropout, seed = check_dropout(dropout), check_seed(seed)
    rule = "a standard deviation is finite and at least 0"
    noise = number(noise, rule, "0.3 is usual.", low=0, name="noise")
    image = keras.Input(tuple(shape))
    inputs, h = image, layers.Flatten()(image)
    h = layers.GaussianNoise(noise, seed=seed)(h) if noise else h
    if classes is not None:
        label = _label(classes)
        inputs, h = [image, label], layers.Concatenate()([h, label])
    for i, units in enumerate(hidden):
        h = layers.Dense(units, activation="relu")(h)
        h = layers.Dropout(dropout, seed=seed + i)(h) if dropout else h
        h = layers.GaussianNoise(noise, seed=seed + i + 1)(h) if noise else h
    return keras.Model(inputs, layers.Dense(outputs, name="logit")(h), name="discriminator")


@plain
@sized
def upsampling_generator(
    latent_size: int = 100,
    filters: Sequence[int] = (64, 32),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
) -> keras.Model:
    """Return a generator of a dense layer, convolutions and upsampling.

    Each 3x3 convolution with ReLU is followed by a doubling of height and width that repeats every
    pixel; one more convolution reads the image.
    """
    check_sizes(latent_size=[latent_size], filters=filters, shape=shape)
    height, width = halved(shape, len(filters))
    inputs, h = _code(latent_size, classes)
    h = layers.Dense(height * width * filters[0], activation="relu")(h)
    h = layers.Reshape((height, width, filters[0]))(h)
    for count in filters:
        h = layers.Conv2D(count, 3, padding="same", activation="relu")(h)
        h = layers.UpSampling2D()(h)
    raw = layers.Conv2D(shape[-1], 3, padding="same", name="raw")(h)
    return keras.Model(inputs, raw, name="generator")


@plain
@sized
def pooling_discriminator(
    filters: Sequence[int] = (16, 32),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
) -> keras.Model:
    """Return a discriminator of 3x3 convolutions with leaky ReLU, max pooling and a dense layer."""
    check_sizes(filters=filters)
    halved(shape, len(filters))
    inputs, h = _image(shape, classes)
    for count in filters:
        h = layers.LeakyReLU(SLOPE)(layers.Conv2D(count, 3, padding="same")(h))
        h = layers.MaxPooling2D()(h)
    logit = layers.Dense(1, name="logit")(layers.Flatten()(h))
    return keras.Model(inputs, logit, name="discriminator")


@plain
@sized
def transposed_generator(
    latent_size: int = 100,
    filters: Sequence[int] = (64, 32),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
    kernel: int = 4,
) -> keras.Model:
    """Return a generator of a dense layer and transposed convolutions of stride 2 (DCGAN).

    Batch normalisation and ReLU come before every transposed convolution.
    """
    check_sizes(latent_size=[latent_size], filters=filters, shape=shape, kernel=[kernel])
    height, width = halved(shape, len(filters))
    inputs, h = _code(latent_size, classes)
    h = layers.Dense(height * width * filters[0], use_bias=False)(h)
    h = layers.Reshape((height, width, filters[0]))(h)
    for count in [*filters[1:], None]:
        h = layers.ReLU()(BatchNormalization(momentum=0.9)(h))
        options: dict[str, Any] = {"strides": 2, "padding": "same"}
        if count is None:
            h = layers.Conv2DTranspose(shape[-1], kernel, name="raw", **options)(h)
        else:
            h = layers.Conv2DTranspose(count, kernel, use_bias=False, **options)(h)
    return keras.Model(inputs, h, name="generator")


@plain
@sized
def strided_discriminator(
    filters: Sequence[int] = (32, 64),
    shape: Sequence[int] = IMAGE_SHAPE,
    classes: int | None = None,
    kernel: int = 4,
    normalise: bool = False,
    dropout: float = 0.0,
    seed: int = 0,
) -> keras.Model:
    """Return a discriminator of convolutions of stride 2 with leaky ReLU (DCGAN).

    Each halves height and width, rounded up: 28, 14, 7, 4. With ``normalise`` all but the first
    have batch normalisation. A critic with a gradient penalty has none: there every example is
    judged alone. With ``dropout``, that share of the values after each convolution is left out
    while training.
    """
    check_sizes(filters=filters, kernel=[kernel])
    dropout, seed = check_dropout(dropout), check_seed(seed)
    inputs, h = _image(shape, classes)
    for i, count in enumerate(filters):
        normal = normalise and i > 0
        h = layers.Conv2D(count, kernel, strides=2, padding="same", use_bias=not normal)(h)
        h = BatchNormalization(momentum=0.9)(h) if normal else h
        h = layers.LeakyReLU(SLOPE)(h)
        h = layers.Dropout(dropout, seed=seed + i)(h) if dropout else h
    logit = layers.Dense(1, name="logit")(layers.Flatten()(h))
    return keras.Model(inputs, logit, name="discriminator")


@plain
@sized
def conditional(network: keras.Model, classes: int, shape: Sequence[int]) -> keras.Model:
    """Return a network that reads a label beside its input.

    Parameters
    ----------
    network : keras.Model
        Reads the values of the input and of the label one after another, (B, D + classes).
    classes : int
        Length of the label, zeros and a one.
    shape : sequence of int
        Shape of the input without the label, D values in all.

    Raises
    ------
    ValueError
        If the network is none, or reads another number of values.
    """
    check_sizes(shape=shape, classes=[classes])
    rule = "a conditional network reads the values of an input and of its label, (B, D + classes)"
    has(network, ("input_shape",), rule, "Give a Keras model.")
    if network.input_shape[1:] != (math.prod(shape) + classes,):
        refuse(rule, f"one of {network.input_shape[1:]} for {tuple(shape)} and {classes} classes")
    x, label = keras.Input(tuple(shape)), _label(classes)
    joined = layers.Concatenate()([layers.Flatten()(x), label])
    return keras.Model([x, label], network(joined), name=network.name)


def label_planes(label: Tensor, height: int, width: int) -> Tensor:
    """Return labels (B, C) as images (B, height, width, C): the plane of the label is all ones."""
    check_sizes(height=[height], width=[width])
    label = tensor(label, "labels", "rows of zeros and a one, (B, C)")
    if len(label.shape) != 2:
        refuse("labels are rows of zeros and a one, (B, C)", shown(label), "See data.one_hot.")
    return ops.tile(layers.Reshape((1, 1, label.shape[-1]))(label), (1, height, width, 1))


def _label(classes: int) -> Tensor:
    check_sizes(classes=[classes])
    return keras.Input((classes,), name="label")


def _code(latent_size: int, classes: int | None) -> tuple[Any, Tensor]:
    """Return the inputs of a generator and what its first layer reads."""
    code = keras.Input((latent_size,), name="code")
    if classes is None:
        return code, code
    label = _label(classes)
    return [code, label], layers.Concatenate()([code, label])


def _image(shape: Sequence[int], classes: int | None) -> tuple[Any, Tensor]:
    """Return the inputs of a convolutional discriminator and what its first layer reads."""
    check_image(shape)
    image = keras.Input(tuple(shape), name="image")
    if classes is None:
        return image, image
    label = _label(classes)
    planes = label_planes(label, shape[0], shape[1])
    return [image, label], layers.Concatenate()([image, planes])
