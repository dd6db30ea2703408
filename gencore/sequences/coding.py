r"""Texts as bits: an arithmetic coder driven by the probabilities of a model.

A text of probability p takes :math:`-\log_2 p` bits and hardly two more, whatever the model. Coder
and decoder ask the same model for the same probabilities, symbol by symbol.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.data.vocabulary import a_text

BITS = 48  # of the interval's ends
SHARES = 2**30  # whole numbers that stand for a probability of 1
WHOLE, HALF, QUARTER = 2**BITS, 2 ** (BITS - 1), 2 ** (BITS - 2)


def shares(probabilities: np.ndarray) -> np.ndarray:
    """Return probabilities (..., V) as ends of intervals of whole numbers, int64 (..., V + 1).

    Each symbol has one number at least, so that all can be coded; coder and decoder divide by the
    last end, not by 1.
    """
    widths = np.floor(np.asarray(probabilities, np.float64) * SHARES).astype(np.int64) + 1
    return np.concatenate([np.zeros_like(widths[..., :1]), np.cumsum(widths, axis=-1)], axis=-1)


class Encoder:
    """Narrows an interval of whole numbers, and writes the bits that its ends have in common."""

    def __init__(self) -> None:
        self.low, self.high, self.waiting, self.bits = 0, WHOLE - 1, 0, bytearray()

    def add(self, start: int, stop: int, total: int) -> None:
        """Go on with the part from start to below stop of so many in all."""
        width = self.high - self.low + 1
        self.high = self.low + width * stop // total - 1
        self.low = self.low + width * start // total
        while True:
            if self.high < HALF:
                self._write(0)
            elif self.low >= HALF:
                self._write(1)
                self.low, self.high = self.low - HALF, self.high - HALF
            elif self.low >= QUARTER and self.high < HALF + QUARTER:
                self.waiting += 1  # the two ends lie about the middle: which bit is seen later
                self.low, self.high = self.low - QUARTER, self.high - QUARTER
            else:
                return
            self.low, self.high = 2 * self.low, 2 * self.high + 1

    def _write(self, bit: int) -> None:
        self.bits.append(bit)
        self.bits.extend([1 - bit] * self.waiting)
        self.waiting = 0

    def done(self) -> bytes:
        """Return the bits in bytes: any number of the interval, whatever follows."""
        self.waiting += 1
        self._write(int(self.low >= QUARTER))
        return np.packbits(np.frombuffer(self.bits, np.uint8)).tobytes()


class Decoder:
    """Follows an :class:`Encoder` by its bits; after the last there are zeros."""

    def __init__(self, content: bytes) -> None:
        bits = np.unpackbits(np.frombuffer(content, np.uint8)).tolist()
        self.bits = iter(bits)
        self.low, self.high, self.value = 0, WHOLE - 1, 0
        for _ in range(BITS):
            self.value = 2 * self.value + next(self.bits, 0)

    def place(self, total: int) -> int:
        """Return the whole number below a total that the bits stand for."""
        width = self.high - self.low + 1
        return ((self.value - self.low + 1) * total - 1) // width

    def take(self, start: int, stop: int, total: int) -> None:
        """Go on with the part from start to below stop, as the encoder did."""
        width = self.high - self.low + 1
        self.high = self.low + width * stop // total - 1
        self.low = self.low + width * start // total
        while True:
            if self.high < HALF:
                shift = 0
            elif self.low >= HALF:
                shift = HALF
            elif self.low >= QUARTER and self.high < HALF + QUARTER:
                shift = QUARTER
            else:
                return
            self.low, self.high = 2 * (self.low - shift), 2 * (self.high - shift) + 1
            self.value = 2 * (self.value - shift) + next(self.bits, 0)


def encode(model: Any, text: str, rows: int = 1) -> bytes:
    """Return a text as bytes, about as many as an eighth of its code length in bits.

    Parameters
    ----------
    model : SequenceModel or NGram
        Anything with a ``vocabulary`` and a ``reader(rows)``, which has ``probabilities`` of shape
        (rows, V) and goes on by ``take(symbols)``.
    text : str
        The text, of known characters.
    rows : int
        The symbols are cut in so many pieces of equal length that are read side by side, each
        from a start of its own: quicker, and a little longer.

    Raises
    ------
    ValueError
        If a character is not in the vocabulary, or there are more rows than symbols.
    """
    numbers = _checked(model).vocabulary.encode(a_text(text))
    table, lengths = _pieces(len(numbers), rows)
    coder, reader = Encoder(), model.reader(rows)
    for t in range(int(lengths.max())):
        live = np.flatnonzero(lengths > t)
        ends = shares(reader.probabilities)
        symbols = np.zeros(len(lengths), np.int64)
        symbols[live] = numbers[table[live] + t]
        for row in live:
            start, stop = ends[row, symbols[row]], ends[row, symbols[row] + 1]
            coder.add(int(start), int(stop), int(ends[row, -1]))
        reader.take(symbols)
    return coder.done()


def decode(model: Any, content: bytes, length: int, rows: int = 1) -> str:
    """Return the text of bytes that :func:`encode` made with the same model on the same machine.

    Parameters
    ----------
    model : SequenceModel or NGram
        The model; another one gives another text.
    content : bytes
        The bytes.
    length : int
        How many symbols the text has: characters, for a vocabulary of those.
    rows : int
        As when it was encoded.

    Raises
    ------
    ValueError
        If the content is no bytes, or there are more rows than symbols.
    """
    _checked(model)
    checks.kind(content, bytes | bytearray, "a coded text is bytes", "Give what encode returned.")
    length = checks.whole(length, "a text has so many symbols, at least one", name="length")
    table, lengths = _pieces(length, rows)
    coder, reader = Decoder(bytes(content)), model.reader(rows)
    numbers = np.zeros(length, np.int64)
    for t in range(int(lengths.max())):
        live = np.flatnonzero(lengths > t)
        ends = shares(reader.probabilities)
        symbols = np.zeros(len(lengths), np.int64)
        for row in live:
            total = int(ends[row, -1])
            symbol = int(np.searchsorted(ends[row], coder.place(total), side="right")) - 1
            coder.take(int(ends[row, symbol]), int(ends[row, symbol + 1]), total)
            symbols[row] = symbol
        numbers[table[live] + t] = symbols[live]
        reader.take(symbols)
    return model.vocabulary.decode(numbers)


def _checked(model: Any) -> Any:
    rule = "a coder is driven by a model with a vocabulary and a reader"
    return checks.has(model, ("vocabulary", "reader"), rule, "Give a SequenceModel or an NGram.")


def _pieces(length: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where each piece begins, and how long it is."""
    rule = "symbols are cut in so many rows, at least one and no more than there are"
    rows = checks.whole(rows, rule, "Give fewer.", high=max(length, 1), name="rows")
    size = -(-length // rows)
    starts = np.arange(rows) * size
    return starts, np.clip(length - starts, 0, size)
