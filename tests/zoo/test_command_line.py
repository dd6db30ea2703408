"""``python -m gencore``: what a reader types, and what comes back."""

import dataclasses
import os
import subprocess
import sys

import pytest

from gencore import __main__ as command_line
from gencore import networks, recipes, zoo
from gencore.recipes import catalogue
from tests.conftest import ROOT
from tests.tiny import GROUP, NAME, tiny_recipe


def run(*arguments):
    return command_line.main(arguments)


def test_list_names_every_recipe(shelf, capsys):
    assert run("list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(
        recipes.RECIPES
    )
    zoo.train(NAME)
    run("list")
    marks = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()}
    assert [name for name, mark in marks.items() if mark == "trained"] == [NAME]


def test_train_evaluate_and_table(shelf, capsys):
    assert run("train", NAME) == 0
    assert run("evaluate", NAME) == 0
    assert "all agree with their cards" in capsys.readouterr().out
    assert run("table") == 0
    assert str(zoo.metric(NAME, "reconstruction_error")) in capsys.readouterr().out


def test_train_says_that_a_card_is_of_other_settings(shelf, capsys, monkeypatch):
    assert run("train", NAME) == run("train", NAME) == 0
    assert "other settings" not in capsys.readouterr().out
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(epochs=4))
    assert run("train", NAME) == 0
    assert "other settings" in capsys.readouterr().out
    assert run("train", "--again", NAME) == 0
    assert "other settings" not in capsys.readouterr().out


def test_evaluate_fails_where_a_card_disagrees(shelf, capsys):
    run("train", NAME)
    path = shelf / GROUP / f"{NAME}.json"
    path.write_text(path.read_text("utf-8").replace('"value": ', '"value": 1', 1), "utf-8")
    assert run("evaluate", NAME) == 1
    assert "DISAGREE" in capsys.readouterr().out
    assert run("score", NAME) == 0
    assert str(zoo.metric(NAME, "reconstruction_error")) in capsys.readouterr().out
    assert run("evaluate", NAME) == 0


def test_what_left_only_a_card_is_named_and_not_scored(shelf, capsys, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(keep_weights=False))
    run("train", NAME)
    assert run("evaluate", NAME) == 0
    assert f"{NAME}: only the card is kept" in capsys.readouterr().out


def test_threads_are_set_before_tensorflow_is_loaded(shelf, monkeypatch):
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        monkeypatch.setenv(variable, "7")
    assert run("list") == 0
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "7"
    assert run("--threads", "2", "list") == 0
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "2"
    assert os.environ["TF_NUM_INTEROP_THREADS"] == "1"


def test_groups_and_all_select_recipes(monkeypatch):
    one, two = tiny_recipe(), dataclasses.replace(tiny_recipe(), name="two", group="scoring")
    monkeypatch.setattr(catalogue, "RECIPES", {NAME: one, "two": two})
    parse = command_line._parser().parse_args
    select = command_line._selected
    assert select(parse(["train", "--all"])) == [NAME, "two"]
    assert select(parse(["train", "--group", "scoring"])) == ["two"]
    assert select(parse(["train", "two", "--all"])) == ["two", NAME]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "ae-mpl"), "Known recipes"),
        (
            ("train", "--group", "cats"),
            "Known groups: autoencoders, gae, gan, noise, scoring",
        ),
        (("train",), "name at least one recipe"),
        (("evaluate", NAME), "has not been trained"),
        (("table", NAME), "has not been trained"),
    ],
)
def test_mistakes_are_one_clear_line(shelf, capsys, arguments, message):
    assert run(*arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("error: ")
    assert len(error.splitlines()) == 1


def test_an_interruption_says_how_to_go_on(shelf, capsys, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(zoo, "train", interrupted)
    assert run("train", NAME) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert run("train", NAME, "--again") == 130
    assert "the same command without --again goes on" in capsys.readouterr().err


def test_networks_of_a_wrong_size_end_in_one_line(shelf, capsys, monkeypatch):
    bad = dataclasses.replace(tiny_recipe(), build=lambda seed: networks.dense_encoder(0))
    monkeypatch.setitem(recipes.RECIPES, NAME, bad)
    assert run("train", NAME) == 1
    assert "latent_size" in capsys.readouterr().err


def test_another_backend_of_the_users_is_not_asked(shelf, monkeypatch, capsys):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert run("list") == 0
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


def test_the_module_runs():
    environment = os.environ | {"PYTHONWARNINGS": "default", "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-m", "gencore", "list"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert done.returncode == 0
    assert "ae-conv-denoising" in done.stdout
