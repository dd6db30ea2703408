"""Recurrent networks of symbols and of the rows of images; their state goes in and comes out."""

from __future__ import annotations

from collections.abc import Sequence

from gencore import checks
from gencore.checks.settings import check_seed, keras, layers, plain
from gencore.networks.masked import MaskedDense, pixels_before
from gencore.networks.recurrent import LSTM
from gencore.networks.sizes import check_dropout


@plain
def lstm(
    symbols: int,
    embedding: int = 64,
    units: Sequence[int] = (384, 384),
    dropout: float = 0.0,
    seed: int = 0,
) -> keras.Model:
    """Return LSTM layers one above the other, from symbols to the logits of the next ones.

    Parameters
    ----------
    symbols : int
        How many symbols there are, V. The number V itself is read where a text begins.
    embedding : int
        Length of the vector that stands for a symbol.
    units : sequence of int
        Units of the LSTM layers, from the symbols upwards.
    dropout : float
        Share of an LSTM layer's outputs that is left out while training, drawn for each symbol.
    seed : int
        Seed of the dropout.

    Returns
    -------
    keras.Model
        Maps symbols (B, T) and a state to logits (B, T, V) and the state after the last symbol;
        a state is (B, units) twice for each layer, its output and its cell.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, or dropout leaves out everything.
    """
    (symbols,), (embedding,) = (
        checks.sizes([symbols], "symbols"),
        checks.sizes([embedding], "embedding"),
    )
    units = check_units(units)
    dropout, seed = check_dropout(dropout), check_seed(seed)
    read = keras.Input((None,), dtype="int32", name="symbols")
    h = layers.Embedding(symbols + 1, embedding, name="embedding")(read)
    states, after = [], []
    for i, count in enumerate(units):
        state = [keras.Input((count,), name=f"{part}_{i}") for part in ("output", "cell")]
        layer = LSTM(count, return_sequences=True, return_state=True, name=f"lstm_{i}")
        h, *left = layer(h, initial_state=state)
        states, after = [*states, *state], [*after, *left]
        if dropout:
            h = layers.Dropout(dropout, seed=seed + i)(h)
    logits = layers.Dense(symbols, name="logits")(h)
    return keras.Model([read, *states], [logits, *after], name="lstm")


@plain
def row_lstm(width: int, hidden: int = 256, units: Sequence[int] = (512, 384)) -> keras.Model:
    """Return LSTM layers that read the rows of images and say what they know before the next one.

    Parameters
    ----------
    width : int
        Pixels of a row, W.
    hidden : int
        Units of the dense layer on a row.
    units : sequence of int
        Units of the LSTM layers, from the rows upwards.

    Returns
    -------
    keras.Model
        Maps rows (B, T, W) and a state, as that of :func:`lstm`, to the outputs of all LSTM layers
        side by side (B, T, S), S being the sum of the units, and the state after the last row.

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """
    (width,), (hidden,) = checks.sizes([width], "width"), checks.sizes([hidden], "hidden")
    units = check_units(units)
    rows = keras.Input((None, width), name="rows")
    h = layers.Dense(hidden, activation="relu", name="row")(rows)
    states, after, outputs = [], [], []
    for i, count in enumerate(units):
        state = [keras.Input((count,), name=f"{part}_{i}") for part in ("output", "cell")]
        layer = LSTM(count, return_sequences=True, return_state=True, name=f"lstm_{i}")
        h, *left = layer(h, initial_state=state)
        states, after, outputs = [*states, *state], [*after, *left], [*outputs, h]
    known = layers.Concatenate()(outputs) if len(outputs) > 1 else outputs[0]
    return keras.Model([rows, *states], [known, *after], name="row_lstm")


@plain
def masked_dense(width: int, known: int, units: int = 8, depth: int = 2) -> keras.Model:
    """Return a dense network in which each pixel of a row hears of the pixels before it alone.

    Every pixel has its own hidden units. Those of the first layer read the pixels before it,
    those of the others, and its logit, hidden units of it and of the pixels before it. All read
    what is known of the rows above, whole (Germain et al., 2015).

    Parameters
    ----------
    width : int
        Pixels of a row, W.
    known : int
        Length S of what is known of the rows above.
    units : int
        Hidden units of a pixel, in each layer.
    depth : int
        Hidden layers.

    Returns
    -------
    keras.Model
        Maps rows (..., W) and what is known (..., S) to logits (..., W).

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """
    (width,), (known,) = checks.sizes([width], "width"), checks.sizes([known], "known")
    (units,) = checks.sizes([units], "units")
    depth = checks.whole(depth, "depth counts hidden layers, at least one", name="depth")
    row, above = keras.Input((None, width), name="row"), keras.Input((None, known), name="known")
    h, before = row, pixels_before(width, 1, units, same=False)
    for i in range(depth):
        heard = layers.Dense(width * units, use_bias=False, name=f"known_{i}")(above)
        h = layers.Add()([MaskedDense(before, name=f"hidden_{i}")(h), heard])
        h, before = layers.Activation("relu")(h), pixels_before(width, units, units, same=True)
    heard = layers.Dense(width, use_bias=False, name="known_logits")(above)
    logits = MaskedDense(pixels_before(width, units, 1, same=True), name="logits")(h)
    return keras.Model([row, above], layers.Add()([logits, heard]), name="masked_dense")


def check_units(units: Sequence[int]) -> tuple[int, ...]:
    """Return the units of recurrent layers, or raise ValueError unless there is a layer."""
    found = checks.sizes(units, "units")
    if not found:
        checks.refuse("a recurrent network has a layer or more", "none", "Give units=(128,).")
    return found
