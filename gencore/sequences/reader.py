"""Texts read side by side, one symbol at a time, the state being kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import check_seed
from gencore.data.vocabulary import a_text
from gencore.sequences.reading import coded


def plain_seed(seed: Any) -> int:
    """Return a seed that NumPy takes, or raise ValueError."""
    found = check_seed(seed)
    if not isinstance(found, int):
        checks.refuse("a text is drawn by a seed", checks.shown(seed), "Give a whole number.")
    return found


class Reader:
    """So many texts, what a model says of the next symbol of each, and a way to go on.

    Parameters
    ----------
    model : SequenceModel
        The model.
    rows : int
        Texts side by side.
    prompt : str, optional
        What they all begin with.

    Raises
    ------
    ValueError
        If the prompt is empty or has an unknown character.
    """

    def __init__(self, model: Any, rows: int = 1, prompt: str | None = None):
        rows = checks.whole(rows, "texts are read side by side, at least one", name="rows")
        self.model, self.vocabulary = model, model.vocabulary
        self.spelled, self.states = [""] * rows, model.zero_state(rows)
        codes = np.array([model.start], np.int32)
        if prompt is not None:
            codes = coded(self.vocabulary, a_text(prompt, "a prompt"))
            if hasattr(self.vocabulary, "follow"):
                for number in codes[1:] % (model.start + 1):
                    spelled, _ = self.vocabulary.follow(self.spelled[0], number)
                    self.spelled = [spelled] * rows
        self._read(np.tile(codes, (rows, 1)))

    def take(self, symbols: Any) -> None:
        """Go on with one symbol of each text, shape (rows,)."""
        symbols = checks.labels(symbols, self.model.start, len(self.spelled))
        codes = symbols.astype(np.int32)
        if hasattr(self.vocabulary, "follow"):
            followed = map(self.vocabulary.follow, self.spelled, symbols.tolist())
            self.spelled, classes = map(list, zip(*followed, strict=True))
            codes += np.array(classes, np.int32) * (self.model.start + 1)
        self._read(codes[:, None])

    def _read(self, codes: np.ndarray) -> None:
        read = self.model.step if codes.shape[1] == 1 else self.model.passage
        log_p, self.states = read(tf.constant(codes), self.states)
        p = np.exp(np.asarray(log_p[:, -1], dtype=np.float64))
        #: The probability of each symbol to come next, shape (rows, V), float64.
        self.probabilities = p / p.sum(axis=-1, keepdims=True)
