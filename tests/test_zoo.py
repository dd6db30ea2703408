"""Checkpoints: trained, resumed, verified, loaded, scored again; nothing half-written or lost."""

import dataclasses
import json

import keras
import numpy as np
import pandas as pd
import pytest

from gencore import autoencoder, networks, recipes, training, zoo

NAME = "ae-mlp"


def tiny_recipe(**changes):
    """Return an autoencoder with noise that trains in a second on the bundled digits."""

    def build(seed):
        return autoencoder.Autoencoder(
            networks.dense_encoder(4),
            networks.dense_decoder(4),
            corruption=autoencoder.gaussian_noise(0.1),
            seed=seed,
        )

    recipe = dataclasses.replace(recipes.get(NAME), build=build, epochs=3, dataset="digits")
    return dataclasses.replace(recipe, **changes)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Give the test an empty folder of checkpoints and the tiny recipe under a known name."""
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe())
    return tmp_path / "checkpoints"


def stop_after_steps(monkeypatch, steps, error):
    """Raise an error in the training step with that number, counted over epochs."""
    seen, after_batch = [], training._Watch.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        seen.append(batch)
        if len(seen) == steps:
            raise error
        after_batch(self, batch, logs)

    monkeypatch.setattr(training._Watch, "on_train_batch_end", on_train_batch_end)


def test_a_card_says_how_the_model_came_about(shelf, digits):
    card = zoo.train(NAME)
    assert card == zoo.card(NAME) == json.loads((shelf / f"{NAME}.json").read_text("utf-8"))
    assert card["recipe"]["seed"] == 0
    assert card["recipe"]["jit_compile"] is False
    assert card["data"] == {"name": "digits", "digests": digits.digests}
    assert card["versions"]["keras"] == keras.__version__
    assert card["parameters"] == zoo.load(NAME).count_params()
    assert card["epochs"] == len(card["history"]["val_loss"]) == 3
    assert card["train_seconds"] > 0
    score = card["metrics"]["reconstruction_error"]
    assert (score["split"], score["images"]) == ("test", 300)
    assert not list(shelf.glob("**/*.tmp*"))
    assert not list((shelf / ".training").iterdir())


def test_the_card_scores_what_is_loaded(shelf, digits):
    # The weights on disk are float16; their rounding belongs to the scored model. Equality holds
    # to the last bits of float32 sums of 784 terms.
    zoo.train(NAME)
    fresh = recipes.get(NAME).evaluate(zoo.load(NAME), digits)
    for key, score in fresh.items():
        np.testing.assert_allclose(zoo.metric(NAME, key).value, score.value, rtol=1e-6)
    assert zoo.evaluate(NAME)["agrees"].all()
    weights = zoo.load(NAME).get_weights()
    assert all(np.array_equal(w, w.astype(np.float16)) for w in weights)


def test_evaluate_notices_other_weights(shelf, digits):
    zoo.train(NAME)
    card = zoo.card(NAME)
    card["metrics"]["reconstruction_error"]["value"] += 10.0
    (shelf / f"{NAME}.json").write_text(json.dumps(card), "utf-8")
    frame = zoo.evaluate(NAME)
    assert not frame["agrees"]["reconstruction_error"]
    assert frame["agrees"]["reconstruction_error_noisy_input"]


def test_an_interrupted_training_resumes_bit_for_bit(shelf, monkeypatch, tmp_path):
    whole = zoo.train(NAME)
    expected = zoo.load(NAME).get_weights()
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "interrupted"))
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())  # five steps make an epoch
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME)
    assert not zoo.names()
    assert [p.name for p in zoo.folder().glob("**/*") if p.is_file()] == [f"{NAME}.npz"]
    resumed = zoo.train(NAME)
    assert resumed["history"] == whole["history"]
    for now, then in zip(zoo.load(NAME).get_weights(), expected, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_trained_model_is_not_trained_again_unless_asked(shelf, monkeypatch):
    card = zoo.train(NAME)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 1, AssertionError("trained again"))
        assert zoo.train(NAME) == card
    again = zoo.train(NAME, again=True)
    assert again["sha256"] == card["sha256"]


def test_nan_stops_the_training_and_keeps_the_last_good_state(shelf, monkeypatch):
    recipe = tiny_recipe()

    class Poisoned(autoencoder.Autoencoder):
        def compute_loss(self, *args, **kwargs):
            loss = super().compute_loss(*args, **kwargs)
            late = self.optimizer.iterations >= 7  # the third step of the second epoch
            return keras.ops.where(late, np.float32("nan"), loss)

    def build(seed):
        return Poisoned(networks.dense_encoder(4), networks.dense_decoder(4), seed=seed)

    monkeypatch.setitem(recipes.RECIPES, NAME, dataclasses.replace(recipe, build=build))
    with pytest.raises(training.TrainingDiverged, match="step 3 of epoch 2; the state"):
        zoo.train(NAME)
    with np.load(shelf / ".training" / f"{NAME}.npz") as state:
        assert all(np.isfinite(state[key]).all() for key in state.files if key != "note")
    assert not zoo.names()


def test_resuming_under_other_settings_is_refused(shelf, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME)
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(learning_rate=0.5))
    with pytest.raises(ValueError, match="--again"):
        zoo.train(NAME)
    assert zoo.train(NAME, again=True)["epochs"] == 3


def test_a_card_without_weights_cannot_be_loaded(shelf, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(keep_weights=False))
    card = zoo.train(NAME)
    assert "sha256" not in card
    assert [path.name for path in shelf.glob("ae*")] == [f"{NAME}.json"]
    with pytest.raises(zoo.CheckpointError, match="only the card"):
        zoo.load(NAME)


def test_altered_weights_are_refused(shelf):
    zoo.train(NAME)
    path = shelf / f"{NAME}.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(zoo.CheckpointError, match=f"SHA-256.*train {NAME} --again"):
        zoo.load(NAME)


def test_missing_weights_and_broken_cards_are_named(shelf):
    zoo.train(NAME)
    (shelf / f"{NAME}.npz").unlink()
    with pytest.raises(zoo.CheckpointError, match=f"{NAME}.npz is missing"):
        zoo.load(NAME)
    (shelf / f"{NAME}.json").write_text("{", "utf-8")
    with pytest.raises(zoo.CheckpointError, match="JSON"):
        zoo.card(NAME)


def test_weights_of_another_network_are_refused(shelf, monkeypatch):
    zoo.train(NAME)
    monkeypatch.setitem(
        recipes.RECIPES, NAME, tiny_recipe(build=lambda seed: networks.digit_classifier())
    )
    with pytest.raises(zoo.CheckpointError, match="shapes"):
        zoo.load(NAME)


def test_unknown_names_list_the_known_ones(shelf):
    for call in (zoo.train, zoo.load, zoo.card, recipes.get):
        with pytest.raises(ValueError, match="Known recipes: .*ae-mlp.*digit-classifier"):
            call("ae-mpl")
    with pytest.raises(zoo.CheckpointError, match="has not been trained"):
        zoo.card(NAME)
    zoo.train(NAME)
    with pytest.raises(ValueError, match="reconstruction_error_noisy_input"):
        zoo.metric(NAME, "accuracy")


def test_a_folder_that_cannot_be_written_is_named(shelf, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(blocked))
    with pytest.raises(Exception, match=str(blocked)):
        zoo.train(NAME)
    assert blocked.read_text("utf-8") == "in the way"


def test_table_has_a_row_for_each_card(shelf):
    zoo.train(NAME)
    frame = zoo.table()
    assert list(frame.index) == [NAME]
    assert frame.loc[NAME, "reconstruction_error"] == str(zoo.metric(NAME, "reconstruction_error"))
    pd.testing.assert_frame_equal(frame, zoo.table([NAME]))


@pytest.mark.parametrize("name", zoo.names())
def test_every_checkpoint_has_the_digest_and_the_parameters_of_its_card(name):
    card = zoo.card(name)
    if "sha256" in card:
        assert zoo.load(name).count_params() == card["parameters"]
    assert card["recipe"] == recipes.get(name).settings(), "trained by other settings: train again"


@pytest.mark.mnist
@pytest.mark.parametrize("name", [name for name in zoo.names() if "sha256" in zoo.card(name)])
def test_every_checkpoint_scores_as_its_card_says_on_a_slice(name, mnist):
    # The same float32 arithmetic on another machine moves a mean of 1,000 images by less than
    # one part in a thousand; a wrong weight, seed or preprocessing moves it by far more.
    frame = zoo.evaluate(name, mnist.head(recipes.get(name).slice_images))
    np.testing.assert_allclose(frame["now"], frame["card"], rtol=1e-3)


def test_every_recipe_of_the_autoencoder_chapter_is_trained():
    expected = {n for n, r in recipes.RECIPES.items() if r.group in ("autoencoders", "scoring")}
    assert expected <= set(zoo.names())


def test_the_classifier_recognises_99_percent_of_the_test_digits():
    assert zoo.metric("digit-classifier", "accuracy").value >= 0.99
