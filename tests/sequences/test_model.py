"""The model of texts: exact, its state kept, every symbol scored once, sampled as it scores."""

import itertools

import keras
import numpy as np
import pytest

from gencore import data, networks, sequences
from gencore.sequences import model as of_model
from gencore.sequences import reading

KNOWN = data.Vocabulary("abc")
WORDS = data.WordVocabulary("ab ", ["ab", "ba"])


def model(vocabulary=KNOWN, units=(5, 4), dropout=0.0, scale=1.0, seed=0):
    """Return a model with weights that make its probabilities uneven."""
    keras.utils.set_random_seed(seed)
    network = networks.lstm(len(vocabulary), 3, units, dropout)
    rng = np.random.default_rng(seed)
    network.set_weights([rng.normal(size=w.shape, scale=scale) for w in network.get_weights()])
    return sequences.SequenceModel(network, vocabulary)


def whole(built, text):
    """Return log p of all symbols at every place of a text, from one call of the network."""
    codes = reading.coded(built.vocabulary, text)
    log_p, _ = built.read(codes[None], built.zero_state(1))
    return np.asarray(log_p[0])


TEXT = "abcacbbacabccbaabbcaabcbabc" * 3


def together(built, codes):
    """Return log p of many texts of one length, given as codes without their start."""
    codes = np.insert(np.array(codes, np.int32), 0, built.start, axis=1)
    log_p, _ = built.scored(codes, built.zero_state(len(codes)))
    return np.asarray(log_p, float).sum(axis=1)


def test_the_probabilities_of_all_texts_of_a_length_sum_to_1():
    built = model()
    for length in (1, 5):
        texts = list(itertools.product(range(3), repeat=length))
        # Float32, 243 terms.
        assert np.exp(together(built, texts)).sum() == pytest.approx(1, abs=1e-5)
    assert built.log_prob(KNOWN.decode(texts[77])) == pytest.approx(together(built, texts)[77])


def test_the_probabilities_of_all_texts_in_words_sum_to_1():
    built = model(WORDS)
    texts = [np.array(n) for n in itertools.product(range(len(WORDS)), repeat=4)]
    codes = [n + (built.start + 1) * WORDS.classes(n) for n in texts]
    p = np.exp(together(built, codes))
    assert p.sum() == pytest.approx(1, abs=1e-5)
    # All goes to sequences that a text is written in; some of these break off within a word.
    written = [WORDS.encode(WORDS.decode(n)).tolist() == n.tolist() for n in texts]
    broken = [WORDS.classes(n)[-1] == 3 for n in texts]
    assert p[~np.array(written) & ~np.array(broken)].max() < 1e-30
    assert 0.05 < p[written].sum() < 1


def test_every_symbol_is_scored_once_the_first_and_the_last_incomplete_window_too(monkeypatch):
    built = model()
    expected = whole(built, TEXT)
    numbers = KNOWN.encode(TEXT)
    monkeypatch.setattr(of_model, "WINDOW", 7)
    found = built.conditionals(TEXT)
    assert found.shape == (len(TEXT),) and len(TEXT) % 7
    # The same sums in other windows: float32.
    np.testing.assert_allclose(found, expected[np.arange(len(TEXT)), numbers], atol=1e-5)
    assert built.log_prob(TEXT) == pytest.approx(found.sum())
    assert built.cross_entropy(TEXT).value == pytest.approx(-found.mean())


def test_pieces_of_a_text_are_scored_each_from_a_start():
    built = model()
    pieces = [TEXT[i : i + 27] for i in (0, 27, 54)]
    alone = np.concatenate([built.conditionals(piece) for piece in pieces])
    np.testing.assert_allclose(built.conditionals(TEXT, rows=3), alone, atol=1e-5)
    uneven = [TEXT[:17], TEXT[17:34], TEXT[34:50]]
    alone = np.concatenate([built.conditionals(piece) for piece in uneven])
    np.testing.assert_allclose(built.conditionals(TEXT[:50], rows=3), alone, atol=1e-5)


def test_one_symbol_at_a_time_gives_what_the_whole_sequence_gives():
    built, text = model(), TEXT[:30]
    expected = np.exp(whole(built, text))
    reader = built.reader(rows=1)
    for t, number in enumerate(KNOWN.encode(text)):
        np.testing.assert_allclose(reader.probabilities[0], expected[t], atol=1e-5)
        reader.take([number])
    np.testing.assert_allclose(reader.probabilities[0], expected[-1], atol=1e-5)


def test_rows_do_not_hear_of_each_other():
    built, texts = model(), ["abcabcab", "ccccbbbb", "babababa"]
    reader = built.reader(rows=3)
    for symbols in zip(*map(KNOWN.encode, texts), strict=True):
        reader.take(np.array(symbols))
    for row, text in enumerate(texts):
        alone = np.exp(whole(built, text))[-1]
        np.testing.assert_allclose(reader.probabilities[row], alone, atol=1e-5)


def test_a_prompt_is_read_whole():
    built = model()
    reader = built.reader(2, "abca")
    np.testing.assert_allclose(reader.probabilities[1], np.exp(whole(built, "abca"))[-1], atol=1e-5)
    worded = model(WORDS)
    reader = worded.reader(1, "ab a")
    assert reader.spelled == ["a"]
    np.testing.assert_allclose(
        reader.probabilities[0], np.exp(whole(worded, "ab a"))[-1], atol=1e-5
    )


def test_samples_come_as_often_as_they_are_likely():
    built = model()
    numbers = list(itertools.product(range(3), repeat=3))
    texts, p = list(map(KNOWN.decode, numbers)), np.exp(together(built, numbers))
    made = built.sample(4000, seed=1, length=3)
    counts = np.array([made.count(text) for text in texts])
    assert counts.sum() == 4000
    # Chi-square with 26 degrees of freedom: above 61 for one seed in 10,000.
    assert (((counts - 4000 * p) ** 2) / (4000 * p)).sum() < 61


def test_samples_in_words_follow_the_rules_of_their_symbols():
    made = model(WORDS, scale=0.3).sample(50, seed=0, length=20)
    # A text that breaks off within a word may be written in fewer symbols.
    whole_words = [text for text in made if text.endswith(" ")]
    assert len(whole_words) >= 5
    assert {len(WORDS.encode(text)) for text in whole_words} == {20}


def test_a_sample_begins_with_its_prompt_and_is_made_again_by_its_seed():
    built = model()
    first, again, other = (built.sample(3, seed, "abc", length=30) for seed in (1, 1, 2))
    assert first == again != other
    assert all(text.startswith("abc") and len(text) == 33 for text in first)
    assert len(set(first)) == 3


def test_the_temperature_and_the_likeliest_few_decide_the_next_symbol():
    built = model()
    p = built.reader().probabilities
    made = built.sample(4000, 0, length=1, temperature=0.5)
    shares = np.array([made.count(letter) for letter in "abc"]) / 4000
    # Four standard errors of a share: one seed in 5,000 for three letters.
    np.testing.assert_allclose(shares, sequences.tempered(p, 0.5)[0], atol=4 * 0.5 / 4000**0.5)
    best = built.sample(2, 0, length=20, top_k=1)
    assert best[0] == best[1] == built.sample(1, 7, length=20, top_k=1)[0]
    assert KNOWN.symbols[int(p.argmax())] == best[0][0]


def test_windows_go_on_where_the_ones_before_ended():
    x = sequences.windows(KNOWN, TEXT, rows=4, window=6)
    assert x.shape == (4 * 4, 7)  # 81 symbols: rows of 21, in four windows
    numbers = KNOWN.encode(TEXT)
    for row in range(4):
        mine = x[row::4]
        assert mine[0, 0] == 3  # the start
        read = np.concatenate([window[1:] for window in mine])
        expected = numbers[21 * row : 21 * (row + 1)]
        np.testing.assert_array_equal(read[: len(expected)], expected)
        assert (read[len(expected) :] == reading.PAD).all()
        np.testing.assert_array_equal(mine[1:, 0], mine[:-1, -1])


def test_while_training_the_state_goes_on_from_window_to_window():
    # Oracle: the loss of all windows is that of the rows read whole, since a learning rate of 0
    # leaves the weights as they are; in one epoch after another, and after an evaluation.
    built = model()
    built.compile(keras.optimizers.SGD(0.0))
    x = built.windows(TEXT[:72], rows=3, window=6)
    rows = [TEXT[24 * i : 24 * (i + 1)] for i in range(3)]
    expected = -np.mean([built.log_prob(row) for row in rows]) / 24
    history = built.fit(x, batch_size=3, epochs=2, verbose=0, validation_data=(x,))
    # Means of float32 over batches.
    np.testing.assert_allclose(history.history["loss"], expected, rtol=1e-5)
    np.testing.assert_allclose(history.history["val_loss"], expected, rtol=1e-5)
    assert built.evaluate(x, batch_size=3, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_a_carried_state_belongs_to_its_row():
    built = model()
    x = built.windows(TEXT[:48], rows=2, window=12)
    both = [np.asarray(built(x[2 * k : 2 * k + 2])) for k in range(2)]
    for row in range(2):
        alone = [np.asarray(built(x[2 * k + row : 2 * k + row + 1])) for k in range(2)]
        for k in range(2):
            np.testing.assert_allclose(both[k][row], alone[k][0], atol=1e-5)


def test_what_is_empty_has_no_loss():
    built = model()
    x = built.windows(TEXT[:20], rows=3, window=4)
    built.compile(keras.optimizers.SGD(0.0))
    parts = [TEXT[:7], TEXT[7:14], TEXT[14:20]]
    log_p = np.asarray(built(x[:3])).sum() + np.asarray(built(x[3:6])).sum()
    assert log_p == pytest.approx(sum(built.log_prob(part) for part in parts), rel=1e-5)
    two = keras.ops.convert_to_tensor(np.where(x[3:6, 1:] == -1, 0.0, -2.0).astype("float32"))
    assert float(built.compute_loss(x[3:6], y_pred=two)) == pytest.approx(2.0)


def test_it_learns_a_text_that_repeats_itself():
    keras.utils.set_random_seed(0)
    built = sequences.SequenceModel(networks.lstm(3, 4, (16,), dropout=0.1), KNOWN)
    built.compile(keras.optimizers.Adam(0.02), jit_compile=False)
    text = "aabbc" * 80
    built.fit(built.windows(text, 8, 10), batch_size=8, epochs=20, verbose=0)
    # Log 3 = 1.1 before; what is left is the first symbols, and the dropout's doing.
    assert built.cross_entropy(text).value < 0.1
    assert built.sample(1, 0, "aabbc", length=10)[0] == "aabbcaabbcaabbc"


def test_the_dropout_acts_while_training_alone():
    built = model(dropout=0.5)
    x = built.windows(TEXT[:48], rows=2, window=24)
    plain, again, noisy = (np.asarray(built(x, training=mode)) for mode in (False, False, True))
    np.testing.assert_array_equal(plain, again)
    assert np.abs(plain - noisy).max() > 0.01


def test_the_error_of_a_mean_is_that_of_blocks():
    built = model()
    text = TEXT * 20
    found = built.conditionals(text)
    blocks = found[:1500].reshape(3, 500).mean(axis=1)
    estimate = built.cross_entropy(text)
    assert estimate.stderr == pytest.approx(blocks.std(ddof=1) / 3**0.5)
    assert estimate.unit == "nats per character" and built.cross_entropy(TEXT).stderr == 0


def test_a_model_of_words_is_charged_for_every_character():
    built = model(WORDS)
    text = "ab ba a ab bb "
    assert len(WORDS.encode(text)) < len(text)
    assert built.cross_entropy(text).value == pytest.approx(-built.log_prob(text) / len(text))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda m: m.log_prob("abX"), "others: 'X'"),
        (lambda m: m.log_prob(""), "one of 0"),
        (lambda m: m.sample(1, 0, ""), "a prompt is a str of 1 character"),
        (lambda m: m.sample(1, 0, "Z"), "'Z'"),
        (lambda m: m.sample(1, 0, temperature=0), "temperature=0"),
        (lambda m: m.sample(1, 0, temperature=-1.0), "temperature=-1.0"),
        (lambda m: m.sample(1, 0, top_k=0), "top_k=0"),
        (lambda m: m.conditionals("abc", rows=4), "4 rows for 3"),
        (lambda m: m.windows("abc", rows=2, window=2), "3 symbols for 2 rows of 2"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(model())


def test_windows_in_another_order_or_in_other_batches_are_refused():
    built = model()
    built.compile("sgd")
    x = built.windows(TEXT, rows=4, window=6)
    with pytest.raises(ValueError, match="shuffle=True"):
        built.fit(x, batch_size=4, shuffle=True, verbose=0)
    with pytest.raises(ValueError, match="16 windows in batches of 3"):
        built.fit(x, batch_size=3, verbose=0)
    with pytest.raises(ValueError, match="that do not, in batches of 2"):
        built.fit(x, batch_size=2, verbose=0)
    with pytest.raises(ValueError, match="that do not, in batches of 2"):
        built.evaluate(x, batch_size=2, verbose=0)
    with pytest.raises(ValueError, match="windows have"):
        built.fit(x + 2, batch_size=4, verbose=0)
    with pytest.raises(ValueError, match="received sample_weight"):
        built.fit(x, batch_size=4, sample_weight=np.ones(16), verbose=0)
    with pytest.raises(ValueError, match="their own symbols"):
        built.fit(x, x, batch_size=4, verbose=0)


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="4 logits for 3 symbols"):
        sequences.SequenceModel(networks.lstm(4, 2, (3,)), KNOWN)
    with pytest.raises(ValueError, match="a state of"):
        sequences.SequenceModel(networks.dense_encoder(3), KNOWN)
    with pytest.raises(ValueError, match="a vocabulary has encode"):
        sequences.SequenceModel(networks.lstm(3, 2, (3,)), "abc")
    symbols = keras.Input((None,), dtype="int32")
    states = [keras.Input((2,)), keras.Input((2,))]
    h = keras.layers.Embedding(3, 2)(symbols)
    h, *after = keras.layers.LSTM(2, return_sequences=True, return_state=True)(
        h, initial_state=states
    )
    short = keras.Model([symbols, *states], [keras.layers.Dense(3)(h), *after])
    with pytest.raises(ValueError, match="an embedding of 3 for 3 symbols"):
        sequences.SequenceModel(short, KNOWN)


def test_its_weights_are_kept_and_come_back(tmp_path):
    built, other = model(), model(seed=1)
    with pytest.warns(DeprecationWarning, match="copy keyword"):  # of Keras 3.15 with NumPy 2
        built.save_weights(tmp_path / "kept.weights.h5")
    other.load_weights(tmp_path / "kept.weights.h5")
    assert other.log_prob("abcab") == pytest.approx(built.log_prob("abcab"))
    # The carried state is none of the weights.
    assert built.count_params() == built.network.count_params()
