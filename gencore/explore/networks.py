"""Keras networks as lists of layers that the script of the interactive figures can run."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore.explore.page import packed

ACTIVATIONS = ("linear", "relu", "silu", "sigmoid", "tanh")
# These leave the numbers of an image or code in their order.
PASSIVE = ("InputLayer", "Flatten", "Reshape", "Dropout")


def network(model: Any, output: str = "linear", outputs: int | None = None) -> list[dict[str, Any]]:
    """Return a network's layers, weights in float16.

    The weights of the book's checkpoints are float16 already, so that nothing is lost.

    Parameters
    ----------
    model : keras.Model
        Dense, convolutional and transposed layers in one line, one after the other.
    output : str
        Nonlinearity to follow the last layer, ``"sigmoid"`` where logits become an image.
    outputs : int, optional
        How many outputs of a last dense layer are wanted, from the first; by default all.

    Returns
    -------
    list of dict
        Of each layer its kind, kernel, bias, activation and, for convolutions, shapes and stride.

    Raises
    ------
    ValueError
        If a layer is of a kind, or has a setting, that the script does not know.
    """
    found = [_layer(layer) for layer in model.layers if type(layer).__name__ not in PASSIVE]
    if outputs is not None:
        found[-1] |= {"kernel": found[-1]["kernel"][..., :outputs]}
        found[-1] |= {"bias": found[-1]["bias"][:outputs]}
    if output != "linear":
        found[-1] |= {"activation": output}
    arrays = ("kernel", "bias")
    return [layer | {key: packed(layer[key], "float16") for key in arrays} for layer in found]


def _layer(layer: Any) -> dict[str, Any]:
    kind, settings = type(layer).__name__, layer.get_config()
    activation = settings.get("activation")
    weights = layer.get_weights()
    if kind not in ("Dense", "Conv2D", "Conv2DTranspose") or activation not in ACTIVATIONS:
        raise ValueError(
            f"the page runs Dense, Conv2D and Conv2DTranspose layers with the activations "
            f"{', '.join(ACTIVATIONS)}; received {kind} with {activation!r}. Build the network of "
            f"those."
        )
    if len(weights) != 2:
        raise ValueError(f"a layer has a kernel and a bias; received {len(weights)} arrays.")
    kernel, bias = weights
    if kind == "Dense":
        return {"kind": "dense", "kernel": kernel, "bias": bias, "activation": activation}
    across, down = settings["strides"]
    plain = settings["padding"] == "same" and across == down
    if not plain or any(rate != 1 for rate in settings["dilation_rate"]):
        raise ValueError(
            f"the page pads a convolution as 'same' and steps alike in both directions; received "
            f"padding={settings['padding']!r}, strides={settings['strides']}, "
            f"dilation_rate={settings['dilation_rate']}."
        )
    transposed = kind == "Conv2DTranspose"
    if transposed:  # Keras keeps (height, width, out, in) here
        kernel = np.swapaxes(kernel, 2, 3)
    return {
        "kind": "transposed" if transposed else "convolution",
        "kernel": kernel,
        "bias": bias,
        "activation": activation,
        "stride": across,
        "input": list(layer.input.shape[1:]),
        "output": list(layer.output.shape[1:]),
    }
