"""Counting: the probability of the next symbol from how often it came after the last few."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gencore import checks
from gencore.data.vocabulary import a_text
from gencore.metrics import Estimate
from gencore.sequences.estimates import per_character
from gencore.sequences.reading import check_vocabulary

LONGEST = 8  # symbols of an n-gram
DISCOUNT = 0.5  # where the counts of counts give none, as in texts of a line


class Order(NamedTuple):
    """The n-grams of one length k, by number, in the order of their keys.

    Attributes
    ----------
    keys : ndarray of int64
        Number of the (k - 1)-gram before, times V, plus the last symbol.
    counts : ndarray of float64
        How often each came; in the lower orders, after how many different symbols.
    totals, kinds : ndarray of float64
        Of each (k - 1)-gram, the sum of these counts and how many are not zero.
    discount : float
        What is taken from each count, D.
    """

    keys: np.ndarray
    counts: np.ndarray
    totals: np.ndarray
    kinds: np.ndarray
    discount: float


class NGram:
    r"""Counts of n-grams with interpolated Kneser-Ney smoothing.

    .. math:: p_k(w \mid h) = \frac{\max(c(hw) - D_k, 0)}{c(h)}
       + \frac{D_k N(h)}{c(h)}\, p_{k-1}(w \mid h')

    for a history h of k - 1 symbols, which h' has but the first of, and N(h) different symbols
    that came after h. In the longest order c counts occurrences, in the lower ones the different
    symbols before (Kneser, Ney, 1995; interpolated: Chen, Goodman, 1999). A history that never came
    leaves all to the shorter one, the shortest all to the uniform distribution. :math:`D_k = n_1 /
    (n_1 + 2 n_2)` for n_1 counts of one and n_2 of two.

    Parameters
    ----------
    vocabulary : Vocabulary
        The V symbols.
    text : str
        The text to count in.
    order : int
        Length n of the longest n-grams, 1 to 8; 1 counts symbols alone.

    Raises
    ------
    ValueError
        If the order is another, or the text has an unknown character or is shorter than an n-gram.
    """

    def __init__(self, vocabulary: Any, text: str, order: int):
        self.vocabulary = check_vocabulary(vocabulary)
        rule = f"the order of an n-gram is a whole number from 1 to {LONGEST}"
        self.order = checks.whole(order, rule, "Five is usual.", high=LONGEST, name="order")
        self.size = len(vocabulary)
        numbers = vocabulary.encode(a_text(text)).astype(np.int64)
        if len(numbers) < order:
            rule = "a text to count in has an n-gram or more"
            checks.refuse(rule, f"{len(numbers)} symbols for n = {order}", "Give a longer one.")
        keys, places, found = [], [], []
        numbered = np.zeros(len(numbers) + 1, np.int64)  # of the empty 0-gram, at every place
        for _ in range(order):
            pairs = numbered[:-1] * self.size + numbers[len(numbers) - len(numbered) + 1 :]
            unique, first, numbered = np.unique(pairs, return_index=True, return_inverse=True)
            keys, places, found = [*keys, unique], [*places, first], [*found, numbered]
        self.orders = []
        for k in range(order):
            count = len(keys[k])
            if k == order - 1:
                counts = np.bincount(found[k], minlength=count)
            else:  # each longer n-gram once, by what it ends in
                counts = np.bincount(found[k][places[k + 1] + 1], minlength=count)
            histories = len(keys[k - 1]) if k else 1
            self.orders.append(_order(keys[k], counts.astype(float), self.size, histories))

    def conditionals(self, text: str) -> np.ndarray:
        """Return log p of each symbol of a text after those before it, shape (n,), in nats.

        The first symbols have shorter histories.
        """
        numbers = self.vocabulary.encode(a_text(text)).astype(np.int64)
        p = np.full(len(numbers), 1 / self.size)
        before = np.zeros(len(numbers), np.int64)  # the number of the history, -1 for none
        for order in self.orders:
            known = before >= 0
            history = np.maximum(before, 0)
            place, there = _found(order.keys, history * self.size + numbers, known)
            count = np.where(there, order.counts[place], 0.0)
            p = _interpolated(order, count, history, known, p)
            now = np.where(there, place, -1)
            before = np.concatenate([[-1], now[:-1]])
        return np.log(p)

    def log_prob(self, text: str) -> float:
        """Return log p of a text, in nats."""
        return float(self.conditionals(text).sum())

    def cross_entropy(self, text: str) -> Estimate:
        """Return -log p of a text by its characters, as that of a ``SequenceModel``."""
        return per_character(self.conditionals(text), text)

    def probabilities(self, history: Any) -> np.ndarray:
        """Return the probability of each symbol after others, shape (V,).

        Parameters
        ----------
        history : str or array_like of int
            The text so far, perhaps empty, or its symbols.
        """
        if isinstance(history, str):
            history = self.vocabulary.encode(history)
        numbers = checks.labels(history, self.size)[-self.order + 1 :].tolist()
        if self.order == 1:
            numbers = []
        p = np.full(self.size, 1 / self.size)
        for k, order in enumerate(self.orders[: len(numbers) + 1]):
            before = 0
            for earlier, symbol in zip(self.orders, numbers[len(numbers) - k :], strict=False):
                key = before * self.size + symbol
                before = int(np.searchsorted(earlier.keys, key))
                if before == len(earlier.keys) or earlier.keys[before] != key:
                    return p  # and no longer history ever came
            start, stop = np.searchsorted(
                order.keys, [before * self.size, (before + 1) * self.size]
            )
            count = np.zeros(self.size)
            count[order.keys[start:stop] - before * self.size] = order.counts[start:stop]
            same = np.full(self.size, before)
            p = _interpolated(order, count, same, same >= 0, p)
        return p

    def reader(self, rows: int = 1) -> NGramReader:
        """Return what reads so many texts side by side, one symbol at a time."""
        return NGramReader(self, checks.whole(rows, "texts are read side by side, at least one"))


class NGramReader:
    """So many texts, what counts say of the next symbol of each, and a way to go on."""

    def __init__(self, model: NGram, rows: int):
        self.model: NGram = model
        self.histories: list[list[int]] = [[] for _ in range(rows)]

    @property
    def probabilities(self) -> np.ndarray:
        """The probability of each symbol to come next, shape (rows, V)."""
        return np.array([self.model.probabilities(history) for history in self.histories])

    def take(self, symbols: Any) -> None:
        """Go on with one symbol of each text, shape (rows,)."""
        symbols = checks.labels(symbols, self.model.size, len(self.histories)).tolist()
        for history, symbol in zip(self.histories, symbols, strict=True):
            history[:] = [*history[-LONGEST:], symbol]


def _order(keys: np.ndarray, counts: np.ndarray, size: int, histories: int) -> Order:
    history = keys // size
    totals = np.bincount(history, counts, histories)
    kinds = np.bincount(history, counts > 0, histories)
    once, twice = (int((counts == n).sum()) for n in (1, 2))
    discount = once / (once + 2 * twice) if once and twice else DISCOUNT
    return Order(keys, counts, totals, kinds, discount)


def _found(keys: np.ndarray, wanted: np.ndarray, known: np.ndarray) -> tuple[Any, Any]:
    """Return the place of each wanted key, and whether it is there."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, known & (keys[place] == wanted)


def _interpolated(
    order: Order, count: np.ndarray, history: np.ndarray, known: np.ndarray, shorter: np.ndarray
) -> np.ndarray:
    """Return p_k from the counts of symbols after histories and from p_{k-1}."""
    total = np.where(known, order.totals[history], 0.0)
    rest = order.discount * order.kinds[history]
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = (np.maximum(count - order.discount, 0.0) + rest * shorter) / total
    return np.where(total > 0, mixed, shorter)
