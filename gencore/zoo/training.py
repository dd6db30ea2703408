"""Follow a recipe epoch by epoch: shown, stopped at the first NaN, resumed if interrupted."""

from __future__ import annotations

import datetime
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from gencore.checks.settings import keras
from gencore.data import Split
from gencore.data.archives import UNREADABLE, read_arrays
from gencore.data.draws import unit_interval
from gencore.data.files import atomic_write
from gencore.watch import Watch
from gencore.zoo.adam import Adam

if TYPE_CHECKING:
    from gencore.recipes import Recipe


# Steps between two returns to Python: a small step takes no longer than the return.
STEPS_AT_ONCE = 10


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
        ``processor_seconds`` (summed over cores), ``epochs``, ``date`` and ``gallery``, an array
        with what the recipe keeps of some epochs.

    Raises
    ------
    TrainingDiverged
        If a logged quantity or a weight is not finite, or the model itself reports a failure; the
        state of the last whole epoch stays in ``state``.
    ValueError
        If images leave [0, 1] or are not what the model can be trained on, or if ``state`` is
        damaged or comes from other settings.
    """
    for examples in (split.x_train, split.x_valid, split.x_test):
        if examples.ndim == 4:  # points of the plane are no grey values
            unit_interval(examples)
    examples = recipe.examples(split)
    if hasattr(model, "check"):
        model.check(**examples)
    parts = (examples[key] for key in ("x", "y") if key in examples)
    tensors = keras.tree.map_structure(tf.constant, tuple(parts))
    count = len(keras.tree.flatten(tensors)[0])
    steps = math.ceil(count / recipe.batch_size)
    compile_model(model, recipe, steps)
    record, gallery = _restore(model, recipe, state)
    done = record["epochs"]
    with tqdm(total=steps * recipe.epochs, initial=steps * done, desc=recipe.name) as bar:
        for epoch in range(done, recipe.epochs):
            watch = Watch(recipe.name, state, bar)
            wall, processor = time.perf_counter(), time.process_time()
            order = np.arange(count)
            if not recipe.ordered:
                order = np.random.default_rng([recipe.seed, epoch]).permutation(count)
            # The examples have been checked as a whole: their batches need no second look.
            logs = keras.Model.fit(
                model,
                batches(tensors, order, recipe.batch_size),
                shuffle=False,
                initial_epoch=epoch,
                epochs=epoch + 1,
                verbose=0,
                callbacks=[watch],
            ).history
            record["train_seconds"] += time.perf_counter() - wall
            record["processor_seconds"] += time.process_time() - processor
            logged = {key: values[0] for key, values in logs.items()}
            logged |= _validate(model, recipe, split)
            # The last step may have spoilt the weights, which no loss of this epoch has seen.
            watch.check(logged, f"the end of epoch {epoch + 1}")
            watch.check_weights(f"the end of epoch {epoch + 1}")
            if recipe.gallery and epoch + 1 in recipe.gallery_epochs:
                gallery.append(recipe.gallery(model))
            for key, value in logged.items():
                record["history"].setdefault(key, []).append(round(float(value), 5))
            record["epochs"] = epoch + 1
            _save(model, recipe, state, record, gallery)
            bar.set_postfix({key: f"{value:.4g}" for key, value in logged.items()})
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return record | {"date": today, "gallery": np.array(gallery)}


def compile_model(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Compile a model for the epochs of its recipe, of so many steps each; build its optimizers.

    A model with several optimizers names them in ``optimizer_turns``, with the number of training
    steps for one step of theirs, and lists them in ``optimizers``.
    """
    total = max(1, steps * recipe.epochs)
    optimizers = {}
    for name, every in getattr(model, "optimizer_turns", {"optimizer": 1}).items():
        rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, -(-total // every))
        optimizers[name] = Adam(rate, **recipe.adam)
    model.compile(
        **optimizers,
        jit_compile=False,
        steps_per_execution=STEPS_AT_ONCE,
        **recipe.compile_arguments,
    )
    for optimizer in _optimizers(model):
        if not optimizer.built:
            optimizer.build(model.trainable_variables)


def batches(examples: Any, order: np.ndarray, batch_size: int) -> tf.data.Dataset:
    """Return the batches of one epoch: the examples, nested tensors, in the order given.

    The examples are put in order once, and a batch is a slice of them. On two cores all else that
    could be done for the batches, in threads of their own, takes the time of the gradients.
    """
    whole = len(order) // batch_size * batch_size
    rows = tf.constant(order)

    def stacked(array: tf.Tensor) -> tf.Tensor:
        in_order = tf.gather(array, rows[:whole])
        return tf.reshape(in_order, (-1, batch_size, *array.shape[1:]))

    found = tf.data.Dataset.from_tensor_slices(keras.tree.map_structure(stacked, examples))
    if whole < len(order):
        rest = keras.tree.map_structure(lambda array: tf.gather(array, rows[whole:]), examples)
        found = found.concatenate(tf.data.Dataset.from_tensors(rest))
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    options.threading.private_threadpool_size = 1
    return found.with_options(options)


def _validate(model: keras.Model, recipe: Recipe, split: Split) -> dict[str, float]:
    """Return the losses on the validation part, and what the recipe monitors."""
    monitored = recipe.monitor(model) if recipe.monitor else {}
    if recipe.validation is None:
        return monitored
    scores = model.evaluate(
        **recipe.validation(split), batch_size=2 * recipe.batch_size, verbose=0, return_dict=True
    )
    return {f"val_{key}": value for key, value in scores.items()} | monitored


def _optimizers(model: Any) -> list[Any]:
    return getattr(model, "optimizers", [model.optimizer])


def _variables(model: keras.Model) -> list[Any]:
    return [*model.variables, *(v for o in _optimizers(model) for v in o.variables)]


def _save(
    model: keras.Model,
    recipe: Recipe,
    state: Path,
    record: dict[str, Any],
    gallery: list[np.ndarray],
) -> None:
    arrays = {f"v{i}": np.asarray(v) for i, v in enumerate(_variables(model))}
    arrays |= {f"gallery{i}": images for i, images in enumerate(gallery)}
    note = json.dumps({"settings": recipe.settings(), "record": record})
    with atomic_write(state) as path, open(path, "wb") as file:
        np.savez(file, note=np.array(note), **arrays)  # type: ignore[arg-type]


def _restore(
    model: keras.Model, recipe: Recipe, state: Path
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Bring back an interrupted training, if there is one; return its record and its gallery."""
    fresh = {"epochs": 0, "train_seconds": 0.0, "processor_seconds": 0.0, "history": {}}
    if not state.exists():
        return fresh, []
    remedy = f"Begin again: python -m gencore train {recipe.name} --again"
    try:
        found = read_arrays(state)
        note = json.loads(str(found.pop("note")))
        if note["record"] is None:  # one that is to begin (states.write_beginning)
            return fresh, []
        gallery = [found.pop(key) for key in list(found) if key.startswith("gallery")]
        arrays = [found[f"v{i}"] for i in range(len(found))]
        settings, record = note["settings"], fresh | note["record"]
    except UNREADABLE as error:
        raise ValueError(
            f"a training is resumed from a whole state; {state} cannot be read ({error}). {remedy}"
        ) from error
    if settings != json.loads(json.dumps(recipe.settings())):
        raise ValueError(
            f"a training is resumed under the settings it began with; {state} was made with "
            f"{settings}, and the recipe now says {recipe.settings()}. {remedy}"
        )
    variables = _variables(model)
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise ValueError(
            f"a training is resumed with the networks it began with; those of {recipe.name!r} have "
            f"changed since {state} was made. {remedy}"
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return record, gallery
