"""Fully connected encoders and decoders."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gencore.checks.settings import keras, layers, plain
from gencore.networks.sizes import GATED, IMAGE_SHAPE, activations, check_sizes, sized


@plain
@sized
def dense_encoder(
    latent_size: int,
    hidden: Sequence[int] = (),
    shape: Sequence[int] = IMAGE_SHAPE,
    activation: str = "relu",
    code_activation: str | None = None,
) -> keras.Model:
    """Return a fully connected network from an image to a code.

    Parameters
    ----------
    latent_size : int
        Length L of the code.
    hidden : sequence of int
        Units of the hidden layers, from the image inwards; none gives one affine map.
    shape : sequence of int
        Shape of one image.
    activation : str
        Nonlinearity of the hidden layers; ``"gated"`` for the product of an affine map and a
        sigmoid of another one (Dauphin et al., 2017), which has twice the weights.
    code_activation : str, optional
        Nonlinearity of the code itself, ``"sigmoid"`` or ``"relu"`` for sparse codes.

    Returns
    -------
    keras.Model
        Maps ``(B, *shape)`` to (B, L).

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """
    check_sizes(latent_size=[latent_size], hidden=hidden, shape=shape)
    activations(activation, code_activation, gated=True)
    image = keras.Input(shape)
    h = _hidden(layers.Flatten()(image), hidden, activation)
    code = layers.Dense(latent_size, activation=code_activation, name="code")(h)
    return keras.Model(image, code, name="encoder")


@plain
@sized
def dense_decoder(
    latent_size: int,
    hidden: Sequence[int] = (),
    shape: Sequence[int] = IMAGE_SHAPE,
    activation: str = "relu",
) -> keras.Model:
    """Return a fully connected network from a code to the raw parameters of an image.

    Parameters
    ----------
    latent_size : int
        Length L of the code.
    hidden : sequence of int
        Units of the hidden layers, from the code outwards; none gives one affine map.
    shape : sequence of int
        Shape of one image.
    activation : str
        Nonlinearity of the hidden layers, as in the encoder.

    Returns
    -------
    keras.Model
        Maps (B, L) to ``(B, *shape)``, without a final nonlinearity.

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """
    check_sizes(latent_size=[latent_size], hidden=hidden, shape=shape)
    activations(activation, gated=True)
    code = keras.Input((latent_size,))
    h = _hidden(code, hidden, activation)
    raw = layers.Dense(math.prod(shape), name="raw")(h)
    return keras.Model(code, layers.Reshape(tuple(shape))(raw), name="decoder")


def _hidden(h: keras.KerasTensor, hidden: Sequence[int], activation: str) -> keras.KerasTensor:
    for units in hidden:
        if activation == GATED:
            gate = layers.Dense(units, activation="sigmoid")(h)
            h = layers.Multiply()([layers.Dense(units)(h), gate])
        else:
            h = layers.Dense(units, activation=activation)(h)
    return h
