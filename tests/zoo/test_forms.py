"""Cards and files of weights that are not what a training writes: named, before memory is taken."""

import hashlib
import io
import json
import pickle
import resource
import shutil
import zipfile

import numpy as np
import pytest

from gencore import autoencoder, data, recipes, zoo
from gencore.__main__ import main
from gencore.data.archives import read_arrays
from gencore.watch import TrainingDiverged
from gencore.zoo import training
from gencore.zoo.cards import write_card
from gencore.zoo.forms import KEYS
from gencore.zoo.states import state_path, write_beginning
from tests.tiny import GROUP, NAME, stop_after_steps, tiny_recipe

AGAIN = f"train it again: python -m gencore train {NAME} --again"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Train the tiny model once; return the folder of its checkpoint."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENCORE_CHECKPOINTS", str(folder))
        patch.setitem(recipes.RECIPES, NAME, tiny_recipe())
        zoo.train(NAME)
    return folder


@pytest.fixture
def card(made, shelf):
    """Give the test a copy of the checkpoint; return where its card is."""
    shutil.copytree(made, shelf)
    return shelf / GROUP / f"{NAME}.json"


def refused(match=AGAIN):
    """Every way to a card that ends in one clear error."""
    for read in (zoo.card, zoo.load, zoo.evaluate, zoo.train, zoo.score):
        with pytest.raises(zoo.CheckpointError, match=match):
            read(NAME)
    with pytest.raises(zoo.CheckpointError, match=match):
        zoo.metric(NAME, "reconstruction_error")
    with pytest.raises(zoo.CheckpointError, match=match):
        zoo.table([NAME])


WRONG = {
    "null": b"null",
    "number": b"7",
    "empty": b"{}",
    "list": b"[]",
    "text": b'"a card"',
    "nothing": b"",
    "half": b'{"recipe": {',
    "bad-utf8": b'{"recipe": "\xff\xfe"}',
    "utf16": '{"recipe": {}}'.encode("utf-16"),
    "latin1": '{"recipe": "gelöscht"}'.encode("latin-1"),
    "deep": b"[" * 200_000,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_what_is_no_card_is_named_with_its_remedy(card, content):
    card.write_bytes(content)
    refused()


@pytest.mark.parametrize("key", KEYS)
def test_a_card_that_lacks_a_key_or_has_another_kind_under_it_is_named(card, key):
    whole = json.loads(card.read_text("utf-8"))
    write_card(NAME, {k: v for k, v in whole.items() if k != key})
    refused(f"without '{key}'.*{AGAIN}")
    for value in (None, True, "7" if KEYS[key] is not str else 7, -1, -(10**400)):
        write_card(NAME, whole | {key: value})
        refused(f"whose '{key}' is {json.dumps(value)[:40]}")
    write_card(NAME, whole)
    assert zoo.card(NAME) == whole


SCORES = {
    "number": 4.1,
    "null": None,
    "no-error": {"value": 4.1, "unit": "per image"},
    "no-unit": {"value": 4.1, "stderr": 0.1},
    "text": {"value": "4.1", "stderr": 0.1, "unit": "per image"},
    "nan": {"value": float("nan"), "stderr": 0.1, "unit": "per image"},
    "no-float": {"value": 10**400, "stderr": 0.1, "unit": "per image"},
    "negative-error": {"value": 4.1, "stderr": -0.1, "unit": "per image"},
}


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
@pytest.mark.parametrize("part", ["metrics", "slice"])
def test_a_score_that_is_none_is_named(card, part, score):
    described = json.loads(card.read_text("utf-8"))
    described[part]["reconstruction_error"] = score
    write_card(NAME, described)
    refused("whose score 'reconstruction_error' is")


def test_a_card_that_is_a_folder_is_named_and_stops_a_training_before_it_begins(card, monkeypatch):
    card.unlink()
    card.mkdir()
    with pytest.raises(zoo.CheckpointError, match=AGAIN):
        zoo.card(NAME)
    monkeypatch.setattr("gencore.zoo.checkpoints.fit", lambda *_: pytest.fail("trained"))
    with pytest.raises(data.DataError, match=f"{NAME}.json is to be a file.* is a folder"):
        zoo.train(NAME, again=True)


def test_weights_that_are_a_folder_are_named(card):
    weights = card.with_suffix(".npz")
    weights.unlink()
    weights.mkdir()
    with pytest.raises(zoo.CheckpointError, match=f"cannot be read.*{AGAIN}"):
        zoo.load(NAME)


def declared(shape, dtype="<f2"):
    """Return an npz file whose array is to have any shape, of which it holds 16 bytes."""
    file, header = io.BytesIO(), {"descr": dtype, "fortran_order": False, "shape": shape}
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, header)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("arr_0.npy", member.getvalue() + bytes(16))
    return file.getvalue()


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


def pickled():
    """Return an npz file whose array holds a pickle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        member = io.BytesIO()
        header = {"descr": "|O", "fortran_order": False, "shape": (1,)}
        np.lib.format.write_array_header_1_0(member, header)
        archive.writestr("arr_0.npy", member.getvalue() + pickle.dumps(Bomb()))
    return file.getvalue()


def bare():
    """Return a file of one array without an archive around it, declared too long."""
    file = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (2 * 10**12,)}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()


FILES = {
    "terabytes": declared((10**6, 10**6)),
    "more-than-there-is": declared((9,)),
    "less-than-there-is": declared((7,)),
    "negative": declared((-8, -1)),
    "pickled": pickled(),
    "no-archive": bare(),
    "text": b"weights",
    "nothing": b"",
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_that_declares_what_it_does_not_hold_is_refused_before_memory_is_taken(
    card, content
):
    # Its digest stands on the card, as whoever made the file would write it.
    card.with_suffix(".npz").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    write_card(NAME, zoo.card(NAME) | {"sha256": digest})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(zoo.CheckpointError, match=f"whole npz file.*{AGAIN}"):
        zoo.load(NAME)
    state_path(NAME).write_bytes(content)
    with pytest.raises(ValueError, match=f"whole state.*train {NAME} --again"):
        zoo.train(NAME)
    # In kilobytes: a model and its optimizer, and no terabyte.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 500_000


def test_a_file_far_too_large_is_not_read(card, monkeypatch):
    monkeypatch.setattr("gencore.zoo.cards.LARGEST", 1000)
    with pytest.raises(zoo.CheckpointError, match="more than 1,000"):
        zoo.load(NAME)


def test_arrays_come_back_as_they_were_saved(tmp_path):
    saved = {
        "b": np.arange(6.0).reshape(2, 3),
        "a": np.asfortranarray(np.ones((3, 2), np.float16)),
        "note": np.array("words"),
        "none": np.zeros((0, 4)),
    }
    for write in (np.savez, np.savez_compressed):
        write(tmp_path / "arrays.npz", **saved)
        found = read_arrays(tmp_path / "arrays.npz")
        assert list(found) == list(saved)
        for name, array in saved.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype
        assert list(read_arrays(tmp_path / "arrays.npz", only=lambda name: name == "a")) == ["a"]


def test_what_lies_beside_the_cards_is_no_card(card, shelf, monkeypatch):
    kept = zoo.names()
    for stray in ("notes.json", f"{GROUP}/package.json", f"elsewhere/{NAME}-s1.json"):
        (shelf / stray).parent.mkdir(exist_ok=True)
        (shelf / stray).write_text("{}", "utf-8")
    assert zoo.names() == kept == [NAME]
    assert list(zoo.table().index) == [NAME]


def test_a_table_of_a_text_is_refused():
    with pytest.raises(ValueError, match=rf"several names; received '{NAME}'.*\['{NAME}'\]"):
        zoo.table(NAME)


# --- A training that is to begin again --------------------------------------------------------


def test_a_training_begun_again_is_not_forgotten_before_its_first_epoch(card, monkeypatch):
    before = zoo.card(NAME)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME, again=True)
    assert zoo.card(NAME) == before and not zoo.trained(NAME)
    steps, after_batch = [], training.Watch.on_train_batch_end
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)
    monkeypatch.setattr(
        training.Watch,
        "on_train_batch_end",
        lambda self, batch, logs=None: (steps.append(batch), after_batch(self, batch, logs)),
    )
    after = zoo.train(NAME)
    assert len(steps) == 15 and zoo.trained(NAME)  # three epochs of five steps
    assert after["sha256"] == before["sha256"]


def test_the_command_marks_all_that_it_is_to_train_again(card, monkeypatch, capsys):
    monkeypatch.setitem(recipes.RECIPES, "ae-conv", tiny_recipe(name="ae-conv"))
    zoo.train("ae-conv")

    def stopped(name, **_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gencore.zoo.checkpoints.train", stopped)
    assert main(["train", NAME, "ae-conv", "--again"]) == 130
    assert "the same command without --again goes on" in capsys.readouterr().err
    assert not zoo.trained(NAME) and not zoo.trained("ae-conv")


def test_a_state_that_only_begins_is_no_state_of_an_epoch(shelf, monkeypatch):
    write_beginning(state_path(NAME))

    def spoilt(split):
        return {"x": np.full_like(split.x_train, np.nan)}

    # Examples that are looked at would not come so far.
    monkeypatch.setattr(autoencoder.Autoencoder, "check", lambda self, x, y=None: None)
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(examples=spoilt))
    with pytest.raises(TrainingDiverged, match="epoch 1; there is no earlier state"):
        zoo.train(NAME)
