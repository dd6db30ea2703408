"""``python -m gencore``: what a reader types, and what comes back."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import pytest

from gencore import __main__ as command_line
from gencore import loading, networks, recipes, zoo
from gencore.recipes import catalogue
from gencore.zoo.cards import write_card
from tests.conftest import ROOT
from tests.tiny import GROUP, NAME, tiny_recipe
from tests.tiny_command import TOLD


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


@pytest.mark.parametrize("threads", ["0", "-1"])
def test_no_threads_are_refused(shelf, capsys, monkeypatch, threads):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "7")
    assert run("--threads", threads, "train", NAME) == 1
    assert f"at least 1; received {threads}. Leave it out" in capsys.readouterr().err
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "7" and not zoo.names()


@pytest.mark.parametrize("command", ["evaluate", "score"])
def test_all_and_groups_score_what_a_folder_has(shelf, capsys, monkeypatch, command):
    for where in (("--all",), ("--group", GROUP)):
        assert run(command, *where) == 1
        assert f"{shelf} has none of these. Train one" in capsys.readouterr().err
    run("train", NAME)
    for where in (("--all",), ("--group", GROUP)):
        assert run(command, *where) == 0
        assert "reconstruction_error" in capsys.readouterr().out
    assert run(command, NAME, "ae-conv") == 1
    assert "'ae-conv' has not been trained" in capsys.readouterr().err


def test_evaluate_names_a_score_that_the_card_lacks_and_what_to_do(shelf, capsys):
    run("train", NAME)
    card = zoo.card(NAME)
    del card["metrics"]["reconstruction_error"]
    write_card(NAME, card)
    capsys.readouterr()
    assert run("evaluate", NAME) == 1
    said = capsys.readouterr().out
    assert f"{NAME}, reconstruction_error: the card has no such score" in said
    assert f"python -m gencore score {NAME}" in said and "some DISAGREE" in said


def test_a_file_beside_the_cards_stops_no_table(shelf, capsys):
    run("train", NAME)
    (shelf / "notes.json").write_text("{}", "utf-8")
    capsys.readouterr()
    assert run("table") == run("list") == 0
    assert NAME in capsys.readouterr().out


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
            "Known groups: autoencoders, gae, gan, matching, noise, scoring, sequences, "
            "translation, uses",
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

    monkeypatch.setattr("gencore.zoo.checkpoints.train", interrupted)
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


def interrupted(folder, *arguments, seconds):
    """Run the command, press Ctrl-C after so many seconds; return what it wrote, and its status."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.tiny_command", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"GENCORE_CHECKPOINTS": str(folder), TOLD: "1"},
        start_new_session=True,
        # A shell that runs the tests in the background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout.readline() == "begun\n"  # before that there is no command to stop
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
    _, errors = process.communicate(timeout=60)
    lines = [line for line in errors.replace("\r", "\n").splitlines() if line.strip()]
    return process.returncode, [line for line in lines if "it/s" not in line and "?it" not in line]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("--workers", "2")], ids=["alone", "workers"])
def test_ctrl_c_in_the_first_seconds_is_one_line(tmp_path, workers):
    for seconds in (1.0, 2.5, 5.0):
        status, lines = interrupted(tmp_path / "own", "train", NAME, *workers, seconds=seconds)
        if status:  # so fast a machine that it had ended before
            assert (status, len(lines)) == (130, 1), lines
            assert lines[0].startswith("interrupted")


def test_ctrl_c_while_modules_are_loaded_ends_the_process_at_once(tmp_path):
    code = (
        "import os, signal\nfrom gencore.loading import ended_by_interruption, withheld\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with ended_by_interruption('nothing was begun'), withheld():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n    print('not ended')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "\nnothing was begun\n"


def test_after_loading_ctrl_c_is_an_exception_again():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with loading.ended_by_interruption("nothing was begun"):
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with loading.ended_by_interruption("nothing was begun"):
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # as a shell had it
    finally:
        signal.signal(signal.SIGINT, before)


def test_who_reads_the_first_line_only_sees_no_traceback():
    command = f"{sys.executable} -m gencore list | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert len(done.stdout.splitlines()) == 1 and done.stderr == ""


def test_a_full_disk_under_the_output_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gencore", "table", "ae-mlp"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and len(done.stderr.splitlines()) == 1
