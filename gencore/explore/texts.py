"""Figure of a model of texts: a beginning to write, and a network that goes on in the page."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gencore import checks, data, plots
from gencore.data.vocabulary import a_text
from gencore.explore.page import Explorer, packed

BARS = 12  # characters whose probabilities are shown
LENGTH = 400  # characters that are written before the network stops by itself
LARGEST = 10**6  # weights: half precision of these makes a page of 3 MB, as text


def typewriter(model: Any, start: str) -> Explorer:
    """Return a text to begin, which the network goes on with character by character.

    The page runs the network itself, with weights in half precision, as checkpoints have them.

    Parameters
    ----------
    model : SequenceModel
        A model of characters, with a network of :func:`gencore.networks.lstm`.
    start : str
        What the text begins with at first, of characters that the model knows.

    Raises
    ------
    ValueError
        If the model is none of characters, has another network or over a million weights, or does
        not know a character of the start.
    """
    rule = "a typewriter is a SequenceModel of characters"
    checks.has(model, ("network", "vocabulary", "reader"), rule, "See gencore.sequences.")
    checks.kind(model.vocabulary, data.Vocabulary, rule, "Give one of a data.Vocabulary.")
    a_text(start, "the beginning of a text")
    probabilities = model.reader(1, start).probabilities[0]
    symbols = model.vocabulary.symbols
    order = np.argsort(-probabilities, kind="stable")[:BARS]

    def still() -> Axes:
        labels = {"xlabel": "the likeliest characters, in their order", "ylabel": "probability"}
        ax = plots.curves({"next character": probabilities[order]}, **labels)  # pyright: ignore[reportArgumentType]
        ax.lines[0].set_marker("o")
        ax.set_xticks(range(len(order)), [_name(symbols[i]) for i in order])
        return ax

    likeliest = _name(symbols[order[0]])
    return Explorer(
        "typewriter",
        "A typewriter that goes on by itself",
        "A text that you begin, and a small network that goes on with it, one character after the "
        "other. Write in the field, choose a temperature, and let the network write on. Bars show "
        "the probabilities of the likeliest characters to come next, at that temperature. After "
        f"{start!r} the likeliest at temperature 1 is {likeliest}, with probability "
        f"{probabilities[order[0]]:.2f}.",
        {
            "network": recurrent(model.network),
            "symbols": symbols,
            "start": start,
            "bars": min(BARS, len(symbols)),
            "length": LENGTH,
        },
        still,
    )


def recurrent(network: Any) -> dict[str, Any]:
    """Return an embedding, LSTM layers and a dense layer, weights in float16.

    Raises
    ------
    ValueError
        If there is another layer, or one with settings that the script does not know, or there
        are too many weights.
    """
    count = network.count_params()
    if count > LARGEST:
        rule = f"a page carries a network of at most {LARGEST:,} weights"
        checks.refuse(rule, f"{count:,}", "Give a smaller one, as char-lstm-small.")
    found: dict[str, Any] = {"lstm": []}
    for layer in network.layers:
        kind, settings, weights = type(layer).__name__, layer.get_config(), layer.get_weights()
        if kind == "Embedding":
            found["embedding"] = packed(weights[0], "float16")
        elif kind == "LSTM" and _plain(settings):
            names = ("kernel", "recurrent", "bias")
            arrays = (packed(array, "float16") for array in weights)
            found["lstm"].append(dict(zip(names, arrays, strict=True)))
        elif kind == "Dense" and settings["activation"] == "linear":
            found |= {
                "kernel": packed(weights[0], "float16"),
                "bias": packed(weights[1], "float16"),
            }
        elif kind not in ("InputLayer", "Dropout"):
            checks.refuse(
                "the page runs an embedding, LSTM layers as Keras makes them, and a dense layer",
                f"{kind}, {checks.shown(settings)}",
                "Build the network by gencore.networks.lstm.",
            )
    return found


def _plain(settings: dict[str, Any]) -> bool:
    usual = {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": False}
    return settings["use_bias"] and all(settings[name] == value for name, value in usual.items())


def _name(symbol: str) -> str:
    return {"\n": "line end", " ": "blank"}.get(symbol, symbol)
