"""What stops a training: a log that is not finite, or a failure that the model itself names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gencore.checks.settings import keras


class TrainingDiverged(RuntimeError):
    """A training went wrong: NaN, or a generator that makes one example only."""


class Watch(keras.callbacks.Callback):
    """Stops a training at the first steps that are not sound, and moves a progress bar.

    Parameters
    ----------
    name : str
        What is trained, for the message.
    state : Path, optional
        Where the state of the last whole epoch is kept.
    bar : tqdm.tqdm, optional
        Progress bar.
    """

    def __init__(self, name: str = "", state: Path | None = None, bar: Any = None):
        super().__init__()
        self.name, self.state, self.bar = name, state, bar
        self.epoch, self.done = 0, 0

    def on_epoch_begin(self, epoch, logs=None):
        """Count the steps of an epoch from 0."""
        self.epoch, self.done = epoch, 0

    def on_train_batch_end(self, batch, logs=None):
        """Check the logs of the steps since the last call."""
        first, self.done = self.done + 1, min(batch + 1, self.params["steps"])
        if self.bar is not None:
            self.bar.update(self.done - first + 1)
        self.check(logs or {}, f"steps {first} to {self.done} of epoch {self.epoch + 1}")

    def check(self, logs: Mapping[str, float], when: str) -> None:
        """Raise TrainingDiverged unless logs are finite and the model finds no fault in them.

        A model may have a method ``failure(logs)`` that returns what is wrong and what to try, or
        None.
        """
        for key, value in logs.items():
            if not math.isfinite(value):
                self._stop(
                    f"what a training logs stays finite; {key}{self._of()} became {value} at "
                    f"{when}",
                    "Look for NaN in the data, or train with a smaller learning rate.",
                )
        if failure := getattr(self.model, "failure", lambda logs: None)(logs):
            self._stop(f"{failure[0]}{self._of()} at {when}", failure[1])

    def check_weights(self, when: str) -> None:
        """Raise TrainingDiverged unless all weights are finite."""
        for weight, variable in zip(self.model.get_weights(), self.model.weights, strict=True):
            if not np.isfinite(weight).all():
                self._stop(
                    f"weights stay finite; {variable.path}{self._of()} is not at {when}",
                    "Train with a smaller learning rate.",
                )

    def _of(self) -> str:
        return f" of {self.name!r}" if self.name else ""

    def _stop(self, reason: str, remedy: str) -> None:
        kept = ""
        if self.state is not None:
            kept = "; there is no earlier state"
            if self.epoch and self.state.exists():  # before, it may be one that only begins
                kept = f"; the state of the last whole epoch is kept in {self.state}"
        raise TrainingDiverged(f"{reason}{kept}. {remedy}")


def watched(callbacks: Any) -> Any:
    """Return the callbacks of a training, a :class:`Watch` among them."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    if not isinstance(callbacks, list | tuple):
        callbacks = [] if callbacks is None else [callbacks]
    return [*callbacks, *([] if any(isinstance(one, Watch) for one in callbacks) else [Watch()])]
