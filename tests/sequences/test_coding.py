"""The arithmetic coder: back to the byte, as long as the model says, for any model."""

import types

import keras
import numpy as np
import pytest

from gencore import data, networks, sequences
from gencore.sequences import coding

TEXT = "she sells sea shells by the sea shore; the shells she sells are sea shells " * 8
KNOWN = data.Vocabulary.of(TEXT)


@pytest.fixture(scope="module")
def counts():
    return sequences.NGram(KNOWN, TEXT[:200], 4)


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    built = networks.lstm(len(KNOWN), 3, (6,))
    built.set_weights([3 * w for w in built.get_weights()])
    return sequences.SequenceModel(built, KNOWN)


@pytest.mark.parametrize("rows", [1, 3, 7])
@pytest.mark.parametrize("kind", ["counts", "network"])
def test_a_text_comes_back_and_is_as_long_as_its_model_says(kind, rows, request):
    model = request.getfixturevalue(kind)
    content = sequences.encode(model, TEXT, rows)
    assert sequences.decode(model, content, len(TEXT), rows) == TEXT
    if kind == "network":
        bits = -model.log_prob(TEXT, rows) / np.log(2)
    else:
        size = -(-len(TEXT) // rows)
        pieces = [TEXT[i : i + size] for i in range(0, len(TEXT), size)]
        bits = -sum(map(model.log_prob, pieces)) / np.log(2)
    # Two bits end the interval, up to seven fill a byte; shares of 2^30 cost a millionth.
    assert bits * (1 - 1e-3) <= 8 * len(content) <= bits * (1 + 1e-3) + 10


def constant(probabilities):
    """Return a model whose symbols are independent."""

    def reader(rows):
        told = np.tile(probabilities, (rows, 1))
        return types.SimpleNamespace(probabilities=told, take=lambda symbols: None)

    return types.SimpleNamespace(vocabulary=data.Vocabulary("abcd"), reader=reader)


def test_a_long_text_costs_its_entropy():
    p = np.array([0.9, 0.06, 0.03, 0.01])
    rng = np.random.default_rng(0)
    text = "".join(np.array(list("abcd"))[rng.choice(4, 20_000, p=p)])
    content = sequences.encode(constant(p), text)
    bits = -sum(np.log2(p["abcd".index(letter)]) for letter in text)
    assert 8 * len(content) == pytest.approx(bits, abs=bits * 1e-3 + 9)
    assert sequences.decode(constant(p), content, len(text)) == text


@pytest.mark.parametrize("p", [[1.0, 0, 0, 0], [0.5, 0.5 - 1e-12, 1e-12, 0], [0.25] * 4])
def test_what_has_hardly_a_probability_can_be_coded_all_the_same(p):
    model, text = constant(np.array(p)), "aaaadcba" * 5 + "dddd"
    content = sequences.encode(model, text)
    assert sequences.decode(model, content, len(text)) == text


def test_intervals_that_stay_about_the_middle_are_coded():
    # The middle third, again and again: the ends agree in no bit, and bits must wait.
    model = constant(np.array([1, 1, 1, 0.0]) / 3)
    for text in ("b" * 300, "b" * 299 + "a", "b" * 299 + "c", "bbbbab" * 30):
        content = sequences.encode(model, text)
        assert sequences.decode(model, content, len(text)) == text
        assert 8 * len(content) <= len(text) * np.log2(3) + 10


def test_every_symbol_has_a_share_and_the_shares_follow_the_probabilities():
    p = np.random.default_rng(0).dirichlet(np.ones(5), size=3)
    p[2] = [1, 0, 0, 0, 0]  # a symbol without a share would leave the coder no interval
    ends = coding.shares(p)
    assert ends.shape == (3, 6) and ends.dtype == np.int64 and (ends[:, 0] == 0).all()
    assert (np.diff(ends) >= 1).all()
    np.testing.assert_allclose(np.diff(ends) / ends[:, -1:], p, atol=1e-8)


def test_what_is_coded_for_another_model_is_another_text(counts, network):
    content = sequences.encode(counts, TEXT)
    assert sequences.decode(network, content, len(TEXT)) != TEXT


def test_bad_input_is_refused(counts):
    with pytest.raises(ValueError, match="'Z'"):
        sequences.encode(counts, "Zoo")
    with pytest.raises(ValueError, match="a vocabulary and a reader"):
        sequences.encode(KNOWN, TEXT)
    with pytest.raises(ValueError, match="a coded text is bytes"):
        sequences.decode(counts, "text", 4)
    with pytest.raises(ValueError, match="no more than there are"):
        sequences.encode(counts, "sea", rows=4)
