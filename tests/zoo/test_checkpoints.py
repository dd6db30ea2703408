"""Checkpoints: trained, resumed, verified, loaded, scored again; nothing half-written or lost."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from gencore import metrics, networks, recipes, zoo
from gencore.data.files import DataError, locked
from gencore.zoo import checkpoints, training
from gencore.zoo.cards import write_card
from gencore.zoo.states import lock_path
from tests.tiny import GROUP, NAME, stop_after_steps, tiny_recipe


def files(folder):
    """Return the names of all files in a folder and below, hidden ones too, but for locks."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in found if path.suffix != ".lock")


def test_a_card_says_how_the_model_came_about(shelf, digits):
    card = zoo.train(NAME)
    assert card == zoo.card(NAME) == json.loads((shelf / GROUP / f"{NAME}.json").read_text("utf-8"))
    assert card["recipe"]["seed"] == 0
    assert card["recipe"]["jit_compile"] is False
    assert card["data"] == {"name": "digits", "digests": digits.digests}
    assert card["versions"]["keras"] == keras.__version__
    assert card["parameters"] == zoo.load(NAME).count_params()
    assert card["epochs"] == len(card["history"]["val_loss"]) == 3
    assert card["train_seconds"] > 0
    score = card["metrics"]["reconstruction_error"]
    assert (score["split"], score["images"]) == ("test", 300)
    assert files(shelf) == [f"{NAME}.json", f"{NAME}.npz"]


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


def test_the_slice_of_a_card_is_that_of_its_first_test_images(shelf, digits, monkeypatch):
    monkeypatch.setattr(checkpoints, "SLICE", 50)
    card = zoo.train(NAME)
    part, whole = card["slice"]["reconstruction_error"], card["metrics"]["reconstruction_error"]
    assert (part["images"], whole["images"]) == (50, 300)
    assert abs(part["value"] / whole["value"] - 1) > 1e-3
    frame = zoo.evaluate(NAME, digits.head(50))
    np.testing.assert_allclose(frame["now"], frame["card"], rtol=1e-6)


def test_a_card_says_of_how_many_images_a_score_is_that_takes_some(shelf, digits, monkeypatch):
    few = tiny_recipe(protocol={"images": 40}, epochs=0)
    monkeypatch.setitem(recipes.RECIPES, NAME, few)
    card = zoo.train(NAME, split=digits)
    assert card["metrics"]["reconstruction_error"]["images"] == 40
    assert card["slice"]["reconstruction_error"]["images"] == 40


def test_evaluate_notices_a_score_that_is_off_by_more_than_its_error(shelf):
    zoo.train(NAME)
    score = zoo.metric(NAME, "reconstruction_error")
    for errors, agrees in ((0.9, True), (1.1, False), (-1.1, False)):
        card = zoo.card(NAME)
        card["metrics"]["reconstruction_error"]["value"] = score.value + errors * score.stderr
        write_card(NAME, card)
        frame = zoo.evaluate(NAME)
        assert frame["agrees"]["reconstruction_error"] == agrees
        assert frame["agrees"]["reconstruction_error_noisy_input"]


KEY = "reconstruction_error"
CHANGES = {
    "larger-error": lambda card: card["metrics"][KEY].update(stderr=10.0),
    "smaller-error": lambda card: card["metrics"][KEY].update(stderr=0.0),
    "unit": lambda card: card["metrics"][KEY].update(unit="nats"),
    "images": lambda card: card["metrics"][KEY].update(images=10_000),
    "parameters": lambda card: card.update(parameters=card["parameters"] + 1),
    "score-missing": lambda card: card["metrics"].pop(KEY),
    "score-of-nothing": lambda card: card["metrics"].update(other=dict(card["metrics"][KEY])),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_evaluate_notices_whatever_a_card_says_otherwise(shelf, change):
    zoo.train(NAME)
    assert (zoo.evaluate(NAME)["difference"] == "").all()
    card = zoo.card(NAME)
    change(card)
    write_card(NAME, card)
    frame = zoo.evaluate(NAME)
    assert len(frame[~frame["agrees"]]) == 1
    (difference,) = frame["difference"][~frame["agrees"]]
    assert f"python -m gencore score {NAME} writes it anew" in difference
    zoo.score(NAME)
    assert zoo.evaluate(NAME)["agrees"].all()


def test_the_slice_is_compared_as_the_whole_is(shelf, digits):
    zoo.train(NAME)
    card = zoo.card(NAME)
    card["slice"][KEY]["unit"] = "nats"
    write_card(NAME, card)
    assert zoo.evaluate(NAME)["agrees"].all()
    assert not zoo.evaluate(NAME, digits).loc[KEY, "agrees"]


def test_scoring_waits_for_whoever_is_at_work_on_the_checkpoint(shelf, monkeypatch):
    zoo.train(NAME)
    monkeypatch.setattr("gencore.zoo.checkpoints.locked", lambda path: locked(path, patience=0))
    with locked(lock_path(NAME)), pytest.raises(DataError, match="Another process is at work"):
        zoo.score(NAME)


def test_an_interrupted_training_resumes_bit_for_bit(shelf, monkeypatch, tmp_path):
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)
    whole = zoo.train(NAME)
    expected = zoo.load(NAME).get_weights()
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "interrupted"))
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())  # five steps make an epoch
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME)
    assert not zoo.names()
    assert files(zoo.folder()) == [f"{NAME}.npz"]  # the state of the first epoch
    steps = []
    with monkeypatch.context() as patch:
        count = lambda self, batch, logs=None: steps.append(batch)  # noqa: E731
        patch.setattr(training.Watch, "on_train_batch_end", count)
        resumed = zoo.train(NAME)
    assert len(steps) == 10  # of 15: the first epoch is not done again
    assert resumed["history"] == whole["history"]
    for now, then in zip(zoo.load(NAME).get_weights(), expected, strict=True):
        np.testing.assert_array_equal(now, then)


# What is left besides the state of the last epoch: nothing, and then the weights.
@pytest.mark.parametrize("writing", ["np.savez_compressed", "write_card"])
def test_a_crash_while_a_checkpoint_is_written_leaves_no_card_and_loses_nothing(
    shelf, monkeypatch, tmp_path, writing
):
    def crash(*args):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(f"gencore.zoo.checkpoints.{writing}", crash)
        with pytest.raises(MemoryError):
            zoo.train(NAME)
    left = 1 if writing == "np.savez_compressed" else 2
    assert files(shelf) == [f"{NAME}.npz"] * left
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 1, AssertionError("trained again"))
        finished = zoo.train(NAME)
    assert files(shelf) == [f"{NAME}.json", f"{NAME}.npz"]
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "whole"))
    assert zoo.train(NAME)["sha256"] == finished["sha256"]


def test_half_written_files_of_a_killed_process_are_no_cards_and_are_removed(shelf):
    own = [f"{GROUP}/.{NAME}-0123abcd.json", f"{GROUP}/.{NAME}-0123abcd.npz"]
    own += [f".training/.{NAME}-0123abcd.npz"]
    other = [f"{GROUP}/.ae-mlp-s1-0123abcd.npz", f"{GROUP}/.ae-conv-0123abcd.json"]
    for name in own + other:
        (shelf / name).parent.mkdir(parents=True, exist_ok=True)
        (shelf / name).write_text("{", "utf-8")
    assert zoo.names() == []
    zoo.train(NAME)
    assert files(shelf) == sorted(
        [*(Path(name).name for name in other), f"{NAME}.json", f"{NAME}.npz"]
    )


def test_a_trained_model_is_not_trained_again_unless_asked(shelf, monkeypatch):
    card = zoo.train(NAME)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 1, AssertionError("trained again"))
        assert zoo.train(NAME) == card
    again = zoo.train(NAME, again=True)
    assert again["sha256"] == card["sha256"]


def test_a_card_without_weights_cannot_be_loaded(shelf, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(keep_weights=False))
    card = zoo.train(NAME)
    assert "sha256" not in card
    assert [path.name for path in (shelf / GROUP).glob("ae*")] == [f"{NAME}.json"]
    with pytest.raises(zoo.CheckpointError, match="only the card"):
        zoo.load(NAME)


def test_altered_weights_are_refused(shelf):
    zoo.train(NAME)
    path = shelf / GROUP / f"{NAME}.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(zoo.CheckpointError, match=f"SHA-256.*train {NAME} --again"):
        zoo.load(NAME)


def test_missing_weights_and_broken_cards_are_named(shelf):
    zoo.train(NAME)
    (shelf / GROUP / f"{NAME}.npz").unlink()
    with pytest.raises(zoo.CheckpointError, match=f"{NAME}.npz is missing"):
        zoo.load(NAME)
    (shelf / GROUP / f"{NAME}.json").write_text("{", "utf-8")
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
    for again in (False, True):
        with pytest.raises(DataError, match=f"{blocked}.*may write to"):
            zoo.train(NAME, again)
    assert blocked.read_text("utf-8") == "in the way"


def shelve(name, **scores):
    """Write a card by hand, with one score for each keyword: its value and its error."""
    metrics = {
        key: {"value": value, "stderr": stderr, "unit": "per image"}
        for key, (value, stderr) in scores.items()
    }
    parts = dict.fromkeys(("recipe", "data", "versions", "slice", "history"), {})
    card = parts | {"epochs": 3, "train_seconds": 12.6, "processor_seconds": 20, "date": "today"}
    write_card(name, card | {"parameters": 7, "metrics": metrics})


def test_seeds_are_averaged_with_both_sources_of_error(shelf):
    for name, value, stderr in (
        ("ae-conv", 1.0, 0.3),
        ("ae-conv-s1", 2.0, 0.4),
        ("ae-conv-s2", 6.0, 0.5),
        ("ae-conv-noisy", 50.0, 9.0),
        ("ae-conv-noisy-s1", 60.0, 9.0),
    ):
        shelve(name, error=(value, stderr))
    assert zoo.seeds("ae-conv") == ["ae-conv", "ae-conv-s1", "ae-conv-s2"]
    assert zoo.seeds(NAME) == []
    average = zoo.over_seeds("ae-conv", "error")
    assert (average.value, average.unit) == (3.0, "per image")
    # By hand: the sample variance of 1, 2, 6 is 7; the squared errors are 0.09, 0.16, 0.25.
    np.testing.assert_allclose(average.stderr**2, 7 / 3 + 0.5 / 3, rtol=1e-12)


def test_one_seed_has_no_spread(shelf):
    shelve(NAME, error=(1.0, 0.1))
    with pytest.raises(ValueError, match=f"at least two.*train {NAME}-s1"):
        zoo.over_seeds(NAME, "error")


def test_a_table_of_different_models_leaves_a_gap_where_one_has_no_such_score(shelf):
    shelve(NAME, error=(1.26, 0.04))
    shelve("digit-classifier", accuracy=(0.991, 0.0009))
    frame = zoo.table()
    assert frame.loc[NAME].to_list() == [7, 13, "1.26 ± 0.04 per image", ""]
    assert frame.loc["digit-classifier"].to_list() == [7, 13, "", "0.9910 ± 0.0009 per image"]
    assert list(zoo.table(["digit-classifier"]).index) == ["digit-classifier"]


def test_a_training_begun_again_and_interrupted_goes_on_without_again(shelf, monkeypatch):
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)
    first = zoo.train(NAME)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME, again=True)
    assert zoo.card(NAME) == first, "the finished model stays until the new one is finished"
    steps = []
    after_batch = training.Watch.on_train_batch_end
    monkeypatch.setattr(
        training.Watch,
        "on_train_batch_end",
        lambda self, batch, logs=None: (steps.append(batch), after_batch(self, batch, logs)),
    )
    assert zoo.train(NAME)["sha256"] == first["sha256"]
    assert len(steps) == 10  # two of three epochs of five steps: the first was done


def test_a_checkpoint_is_scored_anew_without_training(shelf, monkeypatch):
    trained = zoo.train(NAME)
    more = lambda model, split: {"images": metrics.Estimate(len(split.x_test), 0.5)}  # noqa: E731
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(evaluate=more))
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 1, AssertionError("trained again"))
        card = zoo.score(NAME)
    assert card == zoo.card(NAME)
    assert card["metrics"]["images"]["value"] == 300
    assert set(card) == set(trained)
    assert {k: v for k, v in card.items() if k not in ("metrics", "slice")} == {
        k: v for k, v in trained.items() if k not in ("metrics", "slice")
    }


def test_scores_with_many_samples_are_taken_on_all_images_and_on_request(shelf, monkeypatch):
    many = lambda model, split: {"many": metrics.Estimate(len(split.x_test), 0.5)}  # noqa: E731
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(reference=many))
    card = zoo.train(NAME)
    assert card["metrics"]["many"] == {
        **{"value": 300, "stderr": 0.5, "unit": "", "split": "test", "images": 300}
    }
    assert set(card["metrics"]) - set(card["slice"]) == {"many"}
    assert "many" not in zoo.evaluate(NAME).index
    assert zoo.evaluate(NAME, reference=True).loc["many", "agrees"]


def test_scores_with_many_samples_stay_where_others_are_taken_anew(shelf, monkeypatch):
    taken = []

    def many(model, split):
        taken.append(1)
        return {"many": metrics.Estimate(10.0 + len(taken), 0.5)}

    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(reference=many))
    zoo.train(NAME)
    more = lambda model, split: {"more": metrics.Estimate(1.0, 0.5)}  # noqa: E731
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(reference=many, evaluate=more))
    found = zoo.score(NAME)["metrics"]
    assert {key: score["value"] for key, score in found.items()} == {"more": 1.0, "many": 11.0}
    assert zoo.score(NAME, reference=True)["metrics"]["many"]["value"] == 12.0


def test_some_scores_are_taken_alone_and_the_others_stay(shelf, monkeypatch):
    trained = zoo.train(NAME)
    one = lambda model, split: {"one": metrics.Estimate(len(split.x_test), 0.5)}  # noqa: E731
    card = zoo.score(NAME, evaluate=one)
    for part, count in (("metrics", 300), ("slice", card["slice"]["one"]["images"])):
        assert {k: v for k, v in card[part].items() if k != "one"} == trained[part]
        assert card[part]["one"]["value"] == count
    assert zoo.score(NAME, evaluate=one) == card


def test_a_score_of_another_part_of_the_data_is_recorded_as_such(shelf, monkeypatch):
    names = ("validation_error", "training_error", "error")
    parts = lambda model, split: {n: metrics.Estimate(1.0, 0.5) for n in names}  # noqa: E731
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(evaluate=parts))
    found = zoo.train(NAME)["metrics"]
    assert [found[name]["split"] for name in names] == ["validation", "training", "test"]
    assert [found[name].get("images") for name in names] == [None, None, 300]


def test_what_a_recipe_needs_is_loaded_before_it_trains(shelf, monkeypatch):
    seen, classifier = [], tiny_recipe(name="digit-classifier")
    needy = tiny_recipe(
        needs=("digit-classifier",), evaluate=lambda model, split, other: seen.append(other) or {}
    )
    monkeypatch.setitem(recipes.RECIPES, NAME, needy)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 1, AssertionError("trained before it looked"))
        with pytest.raises(zoo.CheckpointError, match="train digit-classifier"):
            zoo.train(NAME)
    monkeypatch.setitem(recipes.RECIPES, "digit-classifier", classifier)
    zoo.train("digit-classifier")
    zoo.train(NAME)
    assert len(seen) == 2  # whole and slice
    expected = zoo.load("digit-classifier").get_weights()
    for now, then in zip(seen[0].get_weights(), expected, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_last_gallery_shows_the_model_as_it_is_when_all_is_done(shelf, monkeypatch):
    def finish(model, split):
        model.decoder.set_weights([np.zeros_like(w) for w in model.decoder.get_weights()])
        return {}

    def gallery(model):
        return np.array([np.abs(weights).max() for weights in model.decoder.get_weights()])

    recipe = tiny_recipe(finish=finish, gallery=gallery, gallery_epochs=(2, 3))
    monkeypatch.setitem(recipes.RECIPES, NAME, recipe)
    zoo.train(NAME)
    shown = zoo.gallery(NAME)
    assert shown[2].max() > 0 == shown[3].max()


def test_a_checkpoint_without_a_gallery_says_so(shelf):
    zoo.train(NAME)
    with pytest.raises(ValueError, match="keeps nothing of its training"):
        zoo.gallery(NAME)
