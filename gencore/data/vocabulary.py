"""The symbols of texts: characters as numbers, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gencore import checks

LISTED = 20  # unknown characters that a message names


def code_points(text: str) -> np.ndarray:
    """Return the Unicode code points of a text, int32 of shape (n,)."""
    return np.frombuffer(text.encode("utf-32-le"), np.int32)


def characters(points: np.ndarray) -> str:
    """Return the text of code points, the inverse of :func:`code_points`."""
    return np.asarray(points, np.int32).tobytes().decode("utf-32-le")


def a_text(text: object, what: str = "a text", least: int = 1) -> str:
    """Return a text of so many characters at least, or raise ValueError."""
    rule = f"{what} is a str of {least} character{'s' * (least > 1)} or more"
    if not isinstance(text, str):
        checks.refuse(rule, checks.shown(text), "Give the characters themselves.")
    if len(text) < least:
        checks.refuse(rule, f"one of {len(text)}", "Give a longer one.")
    return text


class Vocabulary:
    """The characters that a model of texts knows, numbered from 0.

    Parameters
    ----------
    symbols : str or iterable of str
        The characters, each once.

    Raises
    ------
    ValueError
        If there is none, one stands twice, or one is no single character.
    """

    def __init__(self, symbols: Iterable[str]):
        listed = checks.words(symbols, "the characters of a vocabulary")
        if isinstance(symbols, str):
            listed = list(symbols)
        if not listed or any(len(symbol) != 1 for symbol in listed):
            rule = "a vocabulary has characters, one or more"
            checks.refuse(rule, checks.shown(symbols), "Give a str with each once.")
        if len(set(listed)) != len(listed):
            twice = sorted({symbol for symbol in listed if listed.count(symbol) > 1})
            rule = "a vocabulary has each character once"
            checks.refuse(rule, f"{''.join(twice)!r} more than once", "See Vocabulary.of.")
        self.symbols = "".join(listed)
        self._points = code_points(self.symbols)
        self._order = np.argsort(self._points)

    @classmethod
    def of(cls, text: str) -> Vocabulary:
        """Return the characters of a text, in the order of their code points.

        The text is the part that a model trains on. What only the other part has is unknown, and
        a likelihood of it has no meaning: :meth:`encode` refuses it by name. Both texts of the
        book have no such character; for a text that has, decide by hand, and say so:
        ``Vocabulary(known.symbols + "é")``, or another letter in its place.
        """
        return cls("".join(sorted(set(a_text(text)))))

    def __len__(self) -> int:
        """Count the characters."""
        return len(self.symbols)

    def __eq__(self, other: object) -> bool:
        """Return whether another vocabulary has the same characters in the same order."""
        return isinstance(other, Vocabulary) and self.symbols == other.symbols

    def __hash__(self) -> int:
        """Return the hash of the characters."""
        return hash(self.symbols)

    def __repr__(self) -> str:
        """Return the characters."""
        return f"Vocabulary({self.symbols!r})"

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of the characters of a text, int32 of shape (n,).

        Raises
        ------
        ValueError
            If a character is not in the vocabulary; the message names those that are not.
        """
        points = code_points(a_text(text, least=0))
        place = np.searchsorted(self._points, points, sorter=self._order)
        found = self._order[np.minimum(place, len(self) - 1)]
        if (strange := self._points[found] != points).any():
            names = ", ".join(repr(chr(point)) for point in np.unique(points[strange])[:LISTED])
            checks.refuse(
                "a model of texts knows the characters of its vocabulary alone",
                f"others: {names}",
                "Leave them out, or put a known one in the place of each.",
            )
        return found.astype(np.int32)

    def decode(self, numbers: Any) -> str:
        """Return the text of numbers, the inverse of :meth:`encode` (ValueError for others)."""
        what = "numbers of characters"
        found = checks.array(numbers, what, "the shape (n,)", ndim=1, least=0, dtype=float)
        checks.labels(found, len(self))
        return characters(self._points[found.astype(np.int64)])
