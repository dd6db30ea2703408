"""Processes that take turns at work and tell how long each piece took."""

import importlib
import multiprocessing
import os
import struct
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from gencore import data
from gencore.loading import quieten

# Read by TensorFlow, by OpenMP and MKL (PyTorch) and by OpenBLAS (NumPy) when they are loaded.
THREAD_VARIABLES = (
    "TF_NUM_INTRAOP_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)
WAKING_TIME = "/dev/cpu_dma_latency"
SIDES = {"gencore": "benchmarks.keras_side", "PyTorch": "benchmarks.torch_side"}
ON_TEXT = {"gencore on text": "benchmarks.text_keras", "PyTorch on text": "benchmarks.text_torch"}


def limit_threads(threads: int) -> None:
    """Set the number of threads of every process that is started from now on.

    How many operations TensorFlow runs side by side stays its own choice, as in a training.
    """
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))


@contextmanager
def awake(path: str = WAKING_TIME) -> Iterator[bool]:
    """Keep idle processors from falling asleep; yield whether this machine lets us.

    Linux lets the administrator bound the time that a processor may take to wake, in
    microseconds, for as long as a file is held open. On some virtual machines a sleeping
    processor wakes so late that the threads of TensorFlow, which sleep while they wait, take
    twice their time; those of PyTorch spin and lose nothing.
    """
    try:
        held = open(path, "r+b", buffering=0)
    except OSError:
        yield False
        return
    with held:
        held.write(struct.pack("i", 0))
        yield True


def images(count: int) -> np.ndarray:
    """Return the bundled handwritten digits, over and over.

    On noise a GAN collapses within an epoch, and its numbers, many of them next to zero, take
    another time than those of a GAN that trains.
    """
    digits = data.load_digits().x_train
    return np.resize(digits, (count, *digits.shape[1:]))


class Worker:
    """A side of the comparison in a process of its own, working only when it is asked to."""

    def __init__(self, side: str, recipe: str, count: int):
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        arguments = (other, (SIDES | ON_TEXT)[side], recipe, count)
        self.process = context.Process(target=_serve, args=arguments, daemon=True)
        self.process.start()
        other.close()

    def ask(self, task: str) -> tuple[float, Any]:
        """Let the process do a task; return its seconds and its result if that is a number."""
        self.connection.send(task)
        try:
            failure, seconds, result = self.connection.recv()
        except EOFError:
            raise RuntimeError(f"the process that ran {task!r} ended without an answer") from None
        if failure:
            raise RuntimeError(f"the task {task!r} failed:\n{failure}")
        return seconds, result

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.join()


def _serve(connection: Connection, module: str, recipe: str, count: int) -> None:
    quieten()
    tasks = None
    while True:
        try:
            task = connection.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            tasks = tasks or importlib.import_module(module).tasks(recipe, images(count))
            start = time.perf_counter()
            result = tasks[task]()
            seconds = time.perf_counter() - start
            kept = result if isinstance(result, int | float | dict) else None
            connection.send(("", seconds, kept))
        except KeyboardInterrupt:
            return
        except Exception:  # sent to the parent, which raises it
            connection.send((traceback.format_exc(), 0.0, None))
