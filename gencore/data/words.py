"""Words as symbols of a text, with an escape into characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np

from gencore import checks
from gencore.data.vocabulary import Vocabulary, a_text


def runs(text: str) -> Iterator[str]:
    """Yield the pieces of a text: runs of letters, and single other characters."""
    for letters, group in groupby(text, str.isalpha):
        if letters:
            yield "".join(group)
        else:
            yield from group


class WordVocabulary:
    r"""Words and characters that a model of texts knows, numbered from 0.

    A text is cut into runs of letters and single other characters. A run that is a known word is
    one symbol, any other is spelled, letter by letter. So every text of known characters has
    symbols, blanks and line ends are among them, and their log-probabilities sum to one of the
    text as a whole, to be compared character by character with any other model's.

    Symbols that no text is cut into, as a word after a letter or a known word that is spelled, are
    ruled out where they would come, by :meth:`follow` and :attr:`allowed`. Thus a text is written
    in one way only, and the probabilities of all texts sum to at most 1.

    Parameters
    ----------
    characters : str or iterable of str
        The characters, each once.
    words : iterable of str
        Runs of two letters or more, each once, of these characters.

    Raises
    ------
    ValueError
        If a word is none, or stands twice.
    """

    def __init__(self, characters: Iterable[str], words: Iterable[str]):
        self.characters = Vocabulary(characters)
        self.words = checks.words(words, "words")
        for word in self.words:
            if len(word) < 2 or not word.isalpha():
                checks.refuse("a word is two letters or more in a run", checks.shown(word))
            self.characters.encode(word)
        if len(set(self.words)) != len(self.words):
            checks.refuse("a vocabulary has each word once", "some more than once")
        self.symbols = [*self.characters.symbols, *self.words]
        self._numbers = {symbol: i for i, symbol in enumerate(self.symbols)}
        letter = np.array([symbol.isalpha() for symbol in self.symbols])
        single = np.arange(len(self)) < len(self.characters)
        #: Which symbols may come, a row for each class of :meth:`classes`, shape (4, V).
        self.allowed = np.array([np.ones(len(self), bool), ~letter, single, single & letter])

    @classmethod
    def of(cls, text: str, least: int = 2, most: int | None = None) -> WordVocabulary:
        """Return the words of a text, the part that a model trains on.

        Parameters
        ----------
        text : str
            The text.
        least : int
            How often a word occurs to be known.
        most : int, optional
            How many words are known, the most frequent; by default all.
        """
        least = checks.whole(least, "a word occurs so often to be known, at least once")
        if most is not None:
            most = checks.whole(most, "so many words are known, at least one")
        counts = Counter(run for run in runs(a_text(text)) if len(run) > 1)
        ranked = sorted(counts, key=lambda run: (-counts[run], run))[:most]
        return cls(Vocabulary.of(text).symbols, [run for run in ranked if counts[run] >= least])

    def __len__(self) -> int:
        """Count characters and words."""
        return len(self.symbols)

    def __repr__(self) -> str:
        """Return how many characters and words there are."""
        return f"<WordVocabulary: {len(self.characters)} characters, {len(self.words):,} words>"

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of the symbols of a text, int32 of shape (n,).

        Raises
        ------
        ValueError
            If a character is not in the vocabulary; the message names those that are not.
        """
        self.characters.encode(a_text(text, least=0))
        numbers: list[int] = []
        for run in runs(text):
            known = self._numbers.get(run)
            numbers += [known] if known is not None else [self._numbers[c] for c in run]
        return np.array(numbers, np.int32)

    def decode(self, numbers: Any) -> str:
        """Return the text of numbers (ValueError for numbers that are none of symbols)."""
        what = "numbers of symbols"
        found = checks.array(numbers, what, "the shape (n,)", ndim=1, least=0, dtype=float)
        return "".join(self.symbols[i] for i in checks.labels(found, len(self)))

    def follow(self, spelled: str, number: int) -> tuple[str, int]:
        """Return the letters spelled so far and the class of what may come after a symbol.

        0, after anything but a letter: all symbols. 1, after a word: no letter and no word. 2,
        after letters that spell no known word: no word. 3, after letters that do: a letter.

        Parameters
        ----------
        spelled : str
            The letters that were spelled before the symbol, ``""`` at the start.
        number : int
            The symbol.
        """
        symbol = self.symbols[number]
        if len(symbol) > 1 or not symbol.isalpha():
            return "", int(len(symbol) > 1)
        spelled += symbol
        return spelled, 3 if len(spelled) > 1 and spelled in self._numbers else 2

    def classes(self, numbers: Any) -> np.ndarray:
        """Return the class after each symbol of a text, a row of ``allowed``, int32 (n,)."""
        found, spelled = [], ""
        for number in np.asarray(numbers).tolist():
            spelled, kind = self.follow(spelled, number)
            found.append(kind)
        return np.array(found, np.int32)
