"""Descent in a picture: Adam, a picture kept in [0, 1], and what was made small at each step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import keras
from gencore.reverse.records import Made, Step

Tensor = Any
Losses = Callable[[Tensor], dict[str, Tensor]]


def descended(
    losses: Losses,
    beginning: np.ndarray,
    steps: int,
    learning_rate: float,
    watch: Callable[[Step], Any] | None,
) -> Made:
    """Return what steps of Adam make of a picture.

    Parameters
    ----------
    losses : callable
        Pictures (1, h, w, c) to scalars by name, of which ``"loss"`` is made small.
    beginning : ndarray, shape (1, h, w, c)
        The first picture.
    steps, learning_rate, watch
        As :func:`gencore.reverse.transfer` takes them.

    Raises
    ------
    ValueError
        If a setting is not what it must be, or a loss is not finite.
    """
    steps = checks.whole(steps, "steps is a whole number of at least 1", high=100_000)
    rule = "a learning rate is above 0, to 1"
    learning_rate = checks.number(learning_rate, rule, "Take 0.01.", above=0, high=1)
    if watch is not None:
        checks.function(watch, "watch is a function of a step", "Leave it out.")
    record: list[dict[str, float]] = []
    made, finished = beginning[0], False
    with contextlib.closing(descending(losses, beginning, steps, learning_rate, record)) as descent:
        for step in descent:
            made, finished = step.picture, step.done == step.total
            if watch is not None and watch(step):
                break
    history = {name: np.array([parts[name] for parts in record]) for name in record[0]}
    return Made(made, history, finished)


def descending(
    losses: Losses,
    beginning: np.ndarray,
    steps: int,
    learning_rate: float,
    record: list[dict[str, float]],
) -> Generator[Step, None, None]:
    """Yield the steps of a descent; the losses before each go into a list."""
    picture = keras.Variable(beginning, dtype="float32")
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build([picture])

    @tf.function(autograph=False)
    def fall() -> dict[str, Tensor]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture.value)
            parts = losses(tf.convert_to_tensor(picture.value))
        optimizer.apply([tape.gradient(parts["loss"], picture.value)], [picture])
        picture.assign(tf.clip_by_value(picture.value, 0, 1))
        return parts

    for count in range(1, steps + 1):
        parts = {name: float(value) for name, value in fall().items()}
        if not np.isfinite(list(parts.values())).all():
            received = f"{parts} at step {count}"
            checks.refuse("losses are finite", received, "Look at weights and preprocess.")
        record.append(parts)
        yield Step(count, steps, 0, parts["loss"], np.asarray(picture.value)[0])
