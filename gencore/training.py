"""Follow a recipe epoch by epoch: shown, stopped at the first NaN, resumed if interrupted."""

from __future__ import annotations

import datetime
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from gencore._adam import Adam
from gencore._draws import unit_interval
from gencore._files import UNREADABLE, atomic_write
from gencore.data import Split

if TYPE_CHECKING:
    from gencore.recipes import Recipe


# Steps between two returns to Python: a small step takes no longer than the return.
STEPS_AT_ONCE = 10


class TrainingDiverged(RuntimeError):
    """The loss of a training stopped being finite."""


def fit(model: keras.Model, recipe: Recipe, split: Split, state: Path) -> dict[str, Any]:
    """Train a model as its recipe says and return what its card records of it.

    After every epoch weights, optimizer, random generators and history go to ``state`` in one
    atomic step. When the file exists at the start, training goes on from it.

    Parameters
    ----------
    model : keras.Model
        The untrained model, built and not compiled.
    recipe : Recipe
        Examples, epochs, batch size, learning rate and seed.
    split : Split
        Data to draw the examples from.
    state : Path
        Where the state between epochs is kept.

    Returns
    -------
    dict
        ``history`` (one value an epoch for each logged quantity), ``train_seconds`` (wall clock),
        ``processor_seconds`` (summed over cores), ``epochs`` and ``date``.

    Raises
    ------
    TrainingDiverged
        If a logged quantity is not finite; the state of the last whole epoch stays in ``state``.
    ValueError
        If images leave [0, 1] or are not what the model can be trained on, or if ``state`` is
        damaged or comes from other settings.
    """
    for images in (split.x_train, split.x_valid, split.x_test):
        unit_interval(images)
    examples, validation = recipe.examples(split), recipe.validation(split)
    if hasattr(model, "check"):
        model.check(examples["x"])
    tensors = tuple(tf.constant(examples[key]) for key in ("x", "y") if key in examples)
    count = len(examples["x"])
    steps = math.ceil(count / recipe.batch_size)
    compile_model(model, recipe, steps)
    model.optimizer.build(model.trainable_variables)
    record = _restore(model, recipe, state)
    done = record["epochs"]
    with tqdm(total=steps * recipe.epochs, initial=steps * done, desc=recipe.name) as bar:
        for epoch in range(done, recipe.epochs):
            wall, processor = time.perf_counter(), time.process_time()
            order = np.random.default_rng([recipe.seed, epoch]).permutation(count)
            logs = model.fit(
                batches(tensors, order, recipe.batch_size),
                shuffle=False,
                initial_epoch=epoch,
                epochs=epoch + 1,
                verbose=0,
                callbacks=[_Watch(bar, recipe.name, state)],
            ).history
            record["train_seconds"] += time.perf_counter() - wall
            record["processor_seconds"] += time.process_time() - processor
            scores = model.evaluate(
                **validation, batch_size=2 * recipe.batch_size, verbose=0, return_dict=True
            )
            logged = {key: values[0] for key, values in logs.items()}
            logged |= {f"val_{key}": value for key, value in scores.items()}
            # The last step may have spoilt the weights, which no loss of this epoch has seen.
            _check_finite(logged, f"the end of epoch {epoch + 1}", recipe.name, state)
            for key, value in logged.items():
                record["history"].setdefault(key, []).append(round(float(value), 5))
            record["epochs"] = epoch + 1
            _save(model, recipe, state, record)
            bar.set_postfix({key: f"{value:.4g}" for key, value in logged.items()})
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return record | {"date": today}


def compile_model(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Compile a model for the epochs of its recipe, of so many steps each."""
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps * recipe.epochs)
    model.compile(
        Adam(rate),
        jit_compile=False,
        steps_per_execution=STEPS_AT_ONCE,
        **recipe.compile_arguments,
    )


def batches(examples: Any, order: np.ndarray, batch_size: int) -> tf.data.Dataset:
    """Return the batches of one epoch: the examples, nested tensors, in the order given.

    Each batch is gathered when it is asked for. Keras gathers batches ahead, in threads that
    on two cores take the time of the gradients.
    """
    rows = tf.constant(order)

    @tf.autograph.experimental.do_not_convert
    def batch(i: tf.Tensor) -> Any:
        chosen = rows[i * batch_size : (i + 1) * batch_size]
        return keras.tree.map_structure(lambda array: tf.gather(array, chosen), examples)

    return tf.data.Dataset.range(math.ceil(len(order) / batch_size)).map(batch)


class _Watch(keras.callbacks.Callback):
    """Moves the progress bar and stops at the first steps that are not finite."""

    def __init__(self, bar: tqdm, name: str, state: Path):
        super().__init__()
        self.bar, self.name, self.state = bar, name, state
        self.epoch, self.done = 0, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        first, self.done = self.done + 1, min(batch + 1, self.params["steps"])
        self.bar.update(self.done - first + 1)
        when = f"steps {first} to {self.done} of epoch {self.epoch + 1}"
        _check_finite(logs or {}, when, self.name, self.state)


def _check_finite(logs: dict[str, float], when: str, name: str, state: Path) -> None:
    for key, value in logs.items():
        if not math.isfinite(value):
            kept = "there is no earlier state"
            if state.exists():
                kept = f"the state of the last whole epoch is kept in {state}"
            raise TrainingDiverged(
                f"what a training logs stays finite; {key} of {name!r} became {value} at {when}; "
                f"{kept}. Look for NaN in the data, or train with a smaller learning rate."
            )


def _variables(model: keras.Model) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _save(model: keras.Model, recipe: Recipe, state: Path, record: dict[str, Any]) -> None:
    arrays = {f"v{i}": np.asarray(v) for i, v in enumerate(_variables(model))}
    note = json.dumps({"settings": recipe.settings(), "record": record})
    with atomic_write(state) as path, open(path, "wb") as file:
        np.savez(file, note=np.array(note), **arrays)  # type: ignore[arg-type]


def _restore(model: keras.Model, recipe: Recipe, state: Path) -> dict[str, Any]:
    """Bring back the state of an interrupted training, if there is one, and return its record."""
    if not state.exists():
        return {"epochs": 0, "train_seconds": 0.0, "processor_seconds": 0.0, "history": {}}
    remedy = f"Begin again: python -m gencore train {recipe.name} --again"
    try:
        with open(state, "rb") as file, np.load(file) as archive:
            note = json.loads(str(archive["note"]))
            arrays = [archive[f"v{i}"] for i in range(len(archive.files) - 1)]
    except UNREADABLE as error:
        raise ValueError(
            f"a training is resumed from a whole state; {state} cannot be read ({error}). {remedy}"
        ) from error
    if note["settings"] != json.loads(json.dumps(recipe.settings())):
        raise ValueError(
            f"a training is resumed under the settings it began with; {state} was made with "
            f"{note['settings']}, and the recipe now says {recipe.settings()}. {remedy}"
        )
    variables = _variables(model)
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise ValueError(
            f"a training is resumed with the networks it began with; those of {recipe.name!r} have "
            f"changed since {state} was made. {remedy}"
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return note["record"]
