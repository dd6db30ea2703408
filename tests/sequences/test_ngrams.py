"""N-grams: counts by hand, distributions for every history, the smoothing of the literature."""

import itertools
from collections import Counter

import numpy as np
import pytest

from gencore import data, sequences

# Its first letters come nowhere else: no symbol is before them.
TEXT = "quite: the cat sat on the mat. the cat ate. a rat sat on a cat at the mat "
KNOWN = data.Vocabulary.of(TEXT)


def by_hand(text, order, history, symbol, symbols, top=True):
    """Return p(symbol | history) by the formula, from counts in dictionaries, recursively."""
    if order == 0:
        return 1 / len(symbols)
    history = history[len(history) - order + 1 :] if order > 1 else ""
    grams = [text[i : i + order] for i in range(len(text) - order + 1)]
    if top:
        counts = Counter(grams)
    else:
        longer = {text[i : i + order + 1] for i in range(len(text) - order)}
        counts = Counter({gram: 0 for gram in grams})
        counts.update(gram[1:] for gram in longer)
    once, twice = (sum(c == n for c in counts.values()) for n in (1, 2))
    discount = once / (once + 2 * twice) if once and twice else 0.5
    mine = {gram: c for gram, c in counts.items() if gram[:-1] == history and c}
    shorter = by_hand(text, order - 1, history[1:], symbol, symbols, top=False)
    if not mine:
        return shorter
    total = sum(mine.values())
    count = mine.get(history + symbol, 0)
    return max(count - discount, 0) / total + discount * len(mine) / total * shorter


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_probabilities_are_those_of_the_formula(order):
    built = sequences.NGram(KNOWN, TEXT, order)
    for history in ("the", " ca", "at.", "ttt", " on", "qui", "  q", " qu"):
        expected = [by_hand(TEXT, order, history, s, KNOWN.symbols) for s in KNOWN.symbols]
        found = built.probabilities(history)
        np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 5, 8])
def test_for_any_history_they_sum_to_1(order):
    built = sequences.NGram(KNOWN, TEXT, order)
    rng = np.random.default_rng(0)
    for length in (0, 1, 3, 12):
        for _ in range(20):
            p = built.probabilities(rng.integers(len(KNOWN), size=length))
            assert p.sum() == pytest.approx(1, abs=1e-12) and p.min() > 0
    for history in (TEXT, TEXT[:30], "mat. the c"):  # histories that came
        assert built.probabilities(history).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("order", [1, 3, 8])
def test_a_text_is_scored_symbol_by_symbol(order):
    built = sequences.NGram(KNOWN, TEXT, order)
    text = "a cat sat. the rat ate the mat"
    numbers = KNOWN.encode(text)
    one_by_one = [np.log(built.probabilities(text[:t]))[numbers[t]] for t in range(len(text))]
    np.testing.assert_allclose(built.conditionals(text), one_by_one, rtol=1e-9)
    assert built.log_prob(text) == pytest.approx(sum(one_by_one))
    assert built.cross_entropy(text).value == pytest.approx(-np.mean(one_by_one))


def test_the_probabilities_of_all_texts_of_a_length_sum_to_1():
    known = data.Vocabulary("abc")
    built = sequences.NGram(known, "abacabcbbacaab", 3)
    texts = ["".join(letters) for letters in itertools.product("abc", repeat=5)]
    assert sum(np.exp(built.log_prob(text)) for text in texts) == pytest.approx(1, abs=1e-9)


def test_the_lower_orders_count_histories_not_occurrences():
    # "n" comes often, but after "u" alone; "x" comes after three letters. After a history that
    # never came, Kneser and Ney take "x" for the likelier.
    text = "unununununun ax bx cx "
    built = sequences.NGram(data.Vocabulary.of(text), text, 2)
    p = dict(zip(built.vocabulary.symbols, built.probabilities(" "), strict=True))
    assert p["x"] > p["n"]


def test_a_longer_memory_says_more_of_a_text_that_repeats_itself():
    text = "aabb" * 100  # one symbol before says nothing, two say all
    known, costs = data.Vocabulary.of(text), {}
    for order in (1, 2, 3):
        built = sequences.NGram(known, text[:200], order)
        costs[order] = built.cross_entropy(text[200:]).value
    assert min(costs[1], costs[2]) > 0.6 and costs[3] < 0.1  # log 2 = 0.69


def test_a_reader_goes_on_for_each_of_its_rows():
    built = sequences.NGram(KNOWN, TEXT, 4)
    reader, texts = built.reader(2), ["the cat at the mat", "on a rat sat on a "]
    for symbols in zip(*map(KNOWN.encode, texts), strict=True):
        reader.take(np.array(symbols))
    for row, text in enumerate(texts):
        np.testing.assert_allclose(reader.probabilities[row], built.probabilities(text))


def test_orders_and_texts_that_cannot_be_counted_are_refused():
    for order in (0, 9, 2.5):
        with pytest.raises(ValueError, match="from 1 to 8"):
            sequences.NGram(KNOWN, TEXT, order)
    with pytest.raises(ValueError, match="3 symbols for n = 5"):
        sequences.NGram(KNOWN, "cat", 5)
    with pytest.raises(ValueError, match="'X'"):
        sequences.NGram(KNOWN, "the X", 2)
    with pytest.raises(ValueError, match="'X'"):
        sequences.NGram(KNOWN, TEXT, 2).probabilities("X")
