"""Recipes of sequences: what is trained on, what is scored, what a card says of it."""

import dataclasses

import numpy as np
import pytest

from gencore import data, networks, recipes, sequences, zoo
from gencore.data.vocabulary import characters
from gencore.recipes import sequences as of_sequences
from gencore.zoo import training
from tests.conftest import TEXT_FOLDER
from tests.tiny import NAME, stop_after_steps

TEXTS = [recipes.get(name) for name in ("char-lstm", "char-lstm-small", "word-lstm")]
WHOLE = "the quick brown fox jumps over the lazy dog; the dog sleeps.\n" * 80


@pytest.fixture
def split(tmp_path):
    (tmp_path / "own.txt").write_text(WHOLE)
    return data.load_text(tmp_path / "own.txt").split()


def tiny(**changes):
    """Return a recipe of a text that trains in a second."""

    def build(seed):
        network = networks.lstm(len(of_sequences.CHARACTERS), 4, (8,), dropout=0.2, seed=seed)
        return sequences.SequenceModel(network, data.Vocabulary(of_sequences.CHARACTERS))

    changes = {"build": build, "epochs": 3, "gallery": None, "gallery_epochs": (), **changes}
    return dataclasses.replace(recipes.get("char-lstm"), name=NAME, group="autoencoders", **changes)


def test_the_small_model_travels_with_a_page():
    assert recipes.get("char-lstm-small").build(0).count_params() <= 400_000


def test_a_text_is_trained_on_in_its_first_nine_tenths_and_scored_on_the_rest(split):
    recipe = recipes.get("char-lstm")
    x = recipe.examples(split)["x"]
    head = int(0.9 * len(WHOLE))
    model = tiny().build(0)
    by_hand = sequences.windows(
        model.vocabulary, WHOLE[:head], recipe.batch_size, of_sequences.WINDOW
    )
    np.testing.assert_array_equal(x, by_hand)
    score = recipe.evaluate(model, split)["cross_entropy"]
    assert score.value == pytest.approx(-model.log_prob(WHOLE[head:]) / len(WHOLE[head:]))
    assert score.unit == "nats per character"


def test_a_long_text_is_scored_in_pieces(split, monkeypatch):
    model, text = tiny().build(0), WHOLE[int(0.9 * len(WHOLE)) :]
    monkeypatch.setattr(of_sequences, "PIECE", 100)
    score = recipes.evaluate_text(model, split)["cross_entropy"]
    assert score == model.cross_entropy(text, rows=len(text) // 100)


@pytest.mark.parametrize("recipe", TEXTS, ids=lambda recipe: recipe.name)
def test_windows_of_a_recipe_come_in_their_order(recipe):
    assert recipe.ordered and recipe.validation is None and recipe.dataset == "shakespeare"


def test_a_card_names_the_text_and_counts_its_characters(shelf, split, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny())
    card = zoo.train(NAME, split=split)
    assert card["data"] == {"name": "own.txt", "digests": split.digests}
    score = card["metrics"]["cross_entropy"]
    assert score["characters"] == len(split.x_test) and "images" not in score
    assert card["slice"]["cross_entropy"]["characters"] == min(1000, len(split.x_test))
    kept = zoo.load(NAME)
    # Weights in half precision.
    assert kept.cross_entropy(characters(split.x_test)).value == pytest.approx(
        score["value"], abs=0.01
    )


def test_a_training_goes_on_as_if_it_had_not_been_interrupted(shelf, split, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny())
    stop = RuntimeError("stopped")
    with pytest.MonkeyPatch.context() as patch:
        stop_after_steps(patch, 3, stop)  # in the second epoch
        with pytest.raises(RuntimeError, match="stopped"):
            zoo.train(NAME, split=split)
    zoo.train(NAME, split=split)
    resumed = zoo.load(NAME).get_weights()
    zoo.train(NAME, split=split, again=True)
    for one, other in zip(resumed, zoo.load(NAME).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_windows_are_trained_on_in_their_order(split, tmp_path, monkeypatch):
    seen = []

    def batches(examples, order, size):
        seen.append(order)
        return training_batches(examples, order, size)

    training_batches = training.batches
    monkeypatch.setattr(training, "batches", batches)
    recipe = tiny(epochs=2)
    training.fit(recipe.build(0), recipe, split, tmp_path / "state.npz")
    for order in seen:
        np.testing.assert_array_equal(order, np.arange(len(recipe.examples(split)["x"])))


def test_galleries_hold_samples_of_one_length():
    model = tiny().build(0)
    shown = of_sequences.texts(model)
    assert shown.shape == (3, 500) and shown.dtype == np.uint16
    assert characters(shown[0]) == model.sample(3, seed=1, length=500)[0]


def test_rows_are_scored_exactly_on_the_draw_of_every_likelihood(digits):
    network = networks.row_lstm(28, 4, (5,)), networks.masked_dense(28, 5, 2)
    model = sequences.RowModel(*network)
    few = digits.head(20)
    score = recipes.evaluate_rows(model, few)["log_likelihood"]
    log_p = model.log_prob(recipes.binarized(few.x_test))
    assert score.value == pytest.approx(log_p.mean()) and score.unit == "nats"
    assert recipes.get("row-lstm").build(0).count_params() == 1_815_900


@pytest.mark.skipif(TEXT_FOLDER is None, reason="no tiny Shakespeare on this machine")
def test_the_characters_of_the_checkpoints_are_those_of_the_training_part(monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(TEXT_FOLDER))
    text = data.load_text("shakespeare")
    assert data.Vocabulary.of(text.train).symbols == of_sequences.CHARACTERS
    split = text.split()
    assert of_sequences.text_of(split) == (text.train, text.valid)
    model = recipes.get("word-lstm").build(0)
    numbers = model.vocabulary.encode(text.valid)
    assert len(numbers) < 0.55 * len(text.valid)  # most words are known
    assert model.vocabulary.decode(numbers) == text.valid
