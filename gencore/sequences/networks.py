"""Whether the networks of a model of sequences fit it and each other."""

from __future__ import annotations

from typing import Any

from gencore import checks
from gencore.checks.settings import keras, layers

REMEDY = "Build it by gencore.networks.lstm(len(vocabulary))."


def check_recurrent(network: Any, what: str) -> None:
    """Raise ValueError unless a network reads a sequence and a state, and returns both."""
    rule = f"{what} is a functional Keras model from a sequence and its state to outputs and state"
    if not (isinstance(network, keras.Model) and getattr(network, "inputs", None)):
        checks.refuse(rule, checks.shown(network), "Build one of gencore.networks.")
    read = [tuple(part.shape) for part in network.inputs[1:]]
    left = [tuple(part.shape) for part in network.outputs[1:]]
    if not read or read != left:
        checks.refuse(rule, f"a state of {read} in and {left} out", "See gencore.networks.lstm.")


def check_network(network: Any, symbols: int) -> None:
    """Raise ValueError unless a network has a logit for each symbol, and a vector for the start."""
    check_recurrent(network, "the network of a model of texts")
    if network.outputs[0].shape[-1] != symbols:
        rule = "a network has a logit for each symbol of the vocabulary"
        received = f"{network.outputs[0].shape[-1]} logits for {symbols} symbols"
        checks.refuse(rule, received, REMEDY)
    for layer in network.layers:
        if isinstance(layer, layers.Embedding) and layer.input_dim < symbols + 1:
            rule = "a network reads every symbol, and one more number where a text begins"
            checks.refuse(rule, f"an embedding of {layer.input_dim} for {symbols} symbols", REMEDY)


def check_rows(rows: Any, pixels: Any) -> int:
    """Return the width of a row, or raise ValueError unless the networks of rows fit each other."""
    check_recurrent(rows, "the network of rows")
    rule = "the network of pixels maps a row and what is known of those above to a logit each"
    remedy = "Build the two by gencore.networks.row_lstm and masked_dense."
    if not (isinstance(pixels, keras.Model) and len(getattr(pixels, "inputs", None) or ()) == 2):
        checks.refuse(rule, checks.shown(pixels), remedy)
    width, known = (int(part.shape[-1]) for part in pixels.inputs)
    received = (int(rows.inputs[0].shape[-1]), int(rows.outputs[0].shape[-1]))
    if received != (width, known) or pixels.output_shape[-1] != width:
        checks.refuse(
            rule,
            f"rows of {received[0]} pixels and {received[1]} outputs for {width} and {known}, with "
            f"{pixels.output_shape[-1]} logits",
            remedy,
        )
    return width
