"""Windows of a text: rows side by side, read piece by piece, each from where the last one ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.data.vocabulary import a_text

PAD = -1  # of a window, after the end of the text

VOCABULARY = "a vocabulary has encode, decode and a length"


def check_vocabulary(vocabulary: Any) -> Any:
    """Return a vocabulary, or raise ValueError."""
    remedy = "Give a data.Vocabulary or a data.WordVocabulary."
    return checks.has(vocabulary, ("encode", "decode", "__len__"), VOCABULARY, remedy)


def coded(vocabulary: Any, text: str) -> np.ndarray:
    """Return a start, then the symbols of a text as a model reads them, int32 of shape (n + 1,).

    A symbol s after which the class k of symbols may come is read as k (V + 1) + s, for V symbols;
    a vocabulary of characters has the class 0 alone. V itself, of class 0, is the start.
    """
    numbers, start = vocabulary.encode(a_text(text)), len(vocabulary)
    if hasattr(vocabulary, "classes"):
        numbers = numbers + (start + 1) * vocabulary.classes(numbers)
    return np.concatenate([[start], numbers]).astype(np.int32)


def windows(vocabulary: Any, text: str, rows: int = 64, window: int = 64) -> np.ndarray:
    """Return a text in windows, as a :class:`SequenceModel` is trained on it.

    The text is cut into rows of equal length, the last one perhaps shorter, and each row into
    windows. The windows come in the order of a reader who reads all rows side by side: first the
    first window of every row, then the second. So ``rows`` is the batch size, and nothing is
    shuffled. Each row begins with the start, and each window with the last symbol of the one
    before; what is empty after the end of a row is -1, and has no loss.

    Parameters
    ----------
    vocabulary : Vocabulary or WordVocabulary
        Makes symbols of the text.
    text : str
        The text.
    rows, window : int
        Rows side by side, and symbols of a window, through which the gradient goes back.

    Returns
    -------
    ndarray of int32, shape (K rows, window + 1)

    Raises
    ------
    ValueError
        If the text has a character that the vocabulary has not, or fewer symbols than a window
        for each row.
    """
    check_vocabulary(vocabulary)
    rows = checks.whole(rows, "a text is read in so many rows, at least one", name="rows")
    window = checks.whole(window, "a window has so many symbols, at least one", name="window")
    start, *symbols = coded(vocabulary, text)
    if len(symbols) < rows * window:
        checks.refuse(
            "a text has a window for each row, or more",
            f"{len(symbols)} symbols for {rows} rows of {window}",
            "Give a longer text, fewer rows, or shorter windows.",
        )
    return cut(np.array([start, *symbols], np.int32), rows, window)


def cut(symbols: np.ndarray, rows: int, window: int) -> np.ndarray:
    """Return a start and the symbols after it in windows, as :func:`windows` orders them."""
    start, body = symbols[0], symbols[1:]
    length = -(-len(body) // rows)
    count = -(-length // window)
    table = np.full((rows, count * window + 1), PAD, np.int32)
    table[:, 0] = start
    for row in range(rows):
        piece = body[row * length : (row + 1) * length]
        table[row, 1 : len(piece) + 1] = piece
    pieces = [table[:, k * window : (k + 1) * window + 1] for k in range(count)]
    return np.concatenate(pieces)


def check_windows(x: Any, size: int, known: int, start: int) -> np.ndarray:
    """Return windows that follow each other in batches of a size, or raise ValueError.

    ``known`` is how many numbers there are to read, ``start`` the one of the start.
    """
    form = "the shape (n, window + 1), as sequences.windows gives them"
    found = checks.array(
        x, "windows", form, "Give a text to sequences.windows.", ndim=2, dtype=float
    )
    if (
        found.shape[1] < 2
        or (found != np.floor(found)).any()
        or not (PAD <= found.min() <= found.max() < known)
    ):
        checks.refuse(f"windows have {form}, of whole numbers", checks.shown(x))
    if len(found) % size:
        checks.refuse(
            "windows come in whole batches, one row of the text in each place",
            f"{len(found)} windows in batches of {size}",
            "Give batch_size as many as the rows of the windows.",
        )
    goes_on = (found[size:, 0] == found[:-size, -1]) | (found[size:, 0] == start)
    if not goes_on.all():
        checks.refuse(
            "a window begins where the one of its row in the batch before ended",
            f"{np.count_nonzero(~goes_on)} that do not, in batches of {size}",
            "Give batch_size as many as the rows of the windows, and leave their order.",
        )
    return found
