"""The plug pulled on ``python -m gencore train`` in processes of their own."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.tiny import GROUP, NAME

# Loads TensorFlow once, then trains in a fork of itself for each line it reads, which names the
# folder of the checkpoints; it answers with the number of that process and with its exit status.
# A shell that runs the tests in the background has them ignore SIGINT: the driver does not.
# The pause at each of the sixty steps leaves three seconds for a signal to find it still training.
DRIVER = """
import os, signal, sys, time
from gencore import recipes
from gencore.zoo import training
from gencore.__main__ import main
from tests import tiny

recipes.RECIPES[tiny.NAME] = tiny.tiny_recipe(epochs=12)
training.Watch.on_train_batch_begin = lambda self, batch, logs=None: time.sleep(0.05)
signal.signal(signal.SIGINT, signal.default_int_handler)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.environ["GENCORE_CHECKPOINTS"] = line.strip()
        sys.stdout = sys.stderr
        os._exit(main(["--threads", "1", "train", tiny.NAME]))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def driver(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (
        open(tmp_path / "stderr", "w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        ) as process,
    ):
        yield process
        process.stdin.close()


def start(driver, folder):
    driver.stdin.write(f"{folder}\n")
    driver.stdin.flush()
    return int(driver.stdout.readline())


def stopped_by(number, driver, folder, wait):
    """Start a training, send the signal a while after its first new epoch, return the status."""
    state = folder / ".training" / f"{NAME}.npz"
    before = state.stat().st_mtime_ns if state.exists() else 0
    child = start(driver, folder)
    deadline = time.monotonic() + 60
    while not state.exists() or state.stat().st_mtime_ns == before:
        assert time.monotonic() < deadline, "no epoch ended within a minute"
        time.sleep(0.005)
    time.sleep(wait)
    os.kill(child, number)
    return int(driver.stdout.readline())


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork")
def test_interrupted_and_killed_trainings_go_on_to_the_same_weights(driver, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(driver, whole) and driver.stdout.readline() == "0\n"
    # Somewhere in an epoch of a quarter of a second, or in the writing of its state.
    soon, later = np.random.default_rng(0).uniform(0, 0.25, size=2)
    assert stopped_by(signal.SIGINT, driver, broken, soon) == 130
    assert stopped_by(signal.SIGKILL, driver, broken, later) == -signal.SIGKILL
    assert [path.name for path in broken.iterdir()] == [".training"]
    assert start(driver, broken) and driver.stdout.readline() == "0\n"
    files = {
        folder: sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
        for folder in (whole, broken)
    }
    left = [
        ".training",
        f".training/{NAME}.lock",
        *(GROUP, f"{GROUP}/{NAME}.json", f"{GROUP}/{NAME}.npz"),
    ]
    assert files[whole] == files[broken] == left
    assert (whole / GROUP / f"{NAME}.npz").read_bytes() == (
        broken / GROUP / f"{NAME}.npz"
    ).read_bytes()
