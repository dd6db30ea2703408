"""A training in a process of its own, which ends with the process that asked for it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

TOPIC = "gencore-trainings"
PARENT = "GENCORE_PARENT"
PATIENCE = 0.2  # seconds between two looks at the parent


class TrainingFailed(RuntimeError):
    """The process of a training ended with an error."""


def train_in_child(
    module: str, name: str, folder: str, threads: int, *first: Any
) -> tuple[str, float]:
    """Run ``python -m gencore train NAME``; the task that a worker of Dask is given.

    The process is the one that a reader would start, so it makes the same model, and goes on where
    an earlier one was killed.

    Parameters
    ----------
    module : str
        What is run, ``gencore``.
    name : str
        Name of a recipe.
    folder : str
        Folder of the checkpoints.
    threads : int
        Threads of the process.
    *first : tuple
        What other trainings returned that had to come before this one.

    Returns
    -------
    tuple of str and float
        What the command says, and the seconds it took, scores included.

    Raises
    ------
    TrainingFailed
        With the last line that the process wrote, when it ends with an error.
    """
    tell("started", name)
    numbers = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    settings = {"GENCORE_CHECKPOINTS": folder, PARENT: str(os.getpid())}
    command = [sys.executable, "-m", module, "--threads", str(threads), "train", name]
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        done = subprocess.run(
            command,
            env=os.environ | numbers | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
        errors.seek(0)
        lines = errors.read().strip().splitlines()
    if done.returncode:
        said = lines[-1] if lines else "it said nothing"
        raise TrainingFailed(f"{name}: exit status {done.returncode}, {said}")
    return done.stdout.strip(), time.monotonic() - start


def tell(event: str, name: str) -> None:
    """Report an event to whoever follows the scheduler of this worker."""
    from distributed import get_worker

    get_worker().log_event(TOPIC, {"event": event, "name": name})


def end_with_parent() -> None:
    """Let this process end when the one named in ``GENCORE_PARENT`` is no longer its parent.

    A worker that is killed cannot end its trainings, and a training without its worker would hold
    the lock that the next one waits for.
    """
    parent = os.environ.pop(PARENT, None)
    if parent is not None:
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PATIENCE)
    os._exit(1)  # the state of the last whole epoch is on disk, whole
