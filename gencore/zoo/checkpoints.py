"""Train what a recipe describes; load it, and score it again."""

from __future__ import annotations

import importlib.metadata
import time
from typing import Any

import numpy as np

from gencore import data, recipes
from gencore.checks.settings import keras
from gencore.data.files import atomic_write, check_writable, locked, remove_leftovers
from gencore.zoo.cards import (
    DIGEST,
    GALLERY,
    GALLERY_DIGEST,
    CheckpointError,
    card,
    card_path,
    digest,
    recorded,
    stored,
    verified,
    weights_path,
    write_card,
)
from gencore.zoo.states import lock_path, state_path, trained, write_beginning
from gencore.zoo.training import fit

SLICE = 1000
VERSIONED = ("tensorflow", "keras", "numpy")


def train(name: str, again: bool = False, split: data.Split | None = None) -> dict[str, Any]:
    """Train what a recipe describes, keep its weights and its card, and return the card.

    An interrupted training goes on where its last whole epoch ended and gives the same weights,
    bit for bit, as one that was never interrupted on the same machine.

    Parameters
    ----------
    name : str
        Name of a recipe.
    again : bool
        Train even if the card is there, from the beginning; if interrupted, go on without it.
    split : Split, optional
        Data to train on instead of the recipe's own (tests).

    Returns
    -------
    dict
        The card.

    Raises
    ------
    ValueError
        If there is no such recipe, images leave [0, 1], or the interrupted one had other settings.
    gencore.data.DataError
        If another process is at work on the same training.
    gencore.watch.TrainingDiverged
        If the loss stops being finite; the last good state is kept.
    """
    recipe = recipes.get(name)
    if again or not trained(name):
        with locked(lock_path(name)):
            if again or not trained(name):  # perhaps another process has trained it by now
                return _train(recipe, again, split)
    return card(name)


def _train(recipe: recipes.Recipe, again: bool, split: data.Split | None) -> dict[str, Any]:
    name, state = recipe.name, state_path(recipe.name)
    split = split or data.load(recipe.dataset)
    needed = [load(other) for other in recipe.needs]  # what is missing is missed before, not after
    for path in (state, weights_path(name), card_path(name)):
        remove_leftovers(path)
        check_writable(path)
    if again:
        write_beginning(state)
    keras.utils.set_random_seed(recipe.seed)
    model = recipe.build(recipe.seed)
    if recipe.begin:
        recipe.begin(model, *needed)
    record = _finish(model, recipe, split, fit(model, recipe, split, state))
    pictures = record.pop("gallery")
    weights = [np.asarray(w, dtype=np.float16) for w in model.get_weights()]
    _assign(model, weights, name)  # what is scored is what a reader will load
    described = _describe(recipe, model, split, needed) | record
    kept = weights if recipe.keep_weights else []
    shown = {GALLERY: pictures} if recipe.keep_gallery and len(pictures) else {}
    if kept or shown:
        with atomic_write(weights_path(name)) as path, open(path, "wb") as file:
            np.savez_compressed(file, *kept, **shown)
        described[DIGEST if kept else GALLERY_DIGEST] = digest(weights_path(name))
    else:
        weights_path(name).unlink(missing_ok=True)
    write_card(name, described)
    state.unlink(missing_ok=True)
    return described


def load(name: str) -> keras.Model:
    """Return a trained model of the book.

    Parameters
    ----------
    name : str
        Name of a checkpoint.

    Returns
    -------
    keras.Model
        The recipe's model with the trained weights.

    Raises
    ------
    ValueError
        If there is no such recipe.
    CheckpointError
        If the weights were not kept, are missing, or differ from the card's digest.
    """
    recipe, path = recipes.get(name), verified(name)
    model = recipe.build(recipe.seed)
    _assign(model, list(stored(name, path, GALLERY.__ne__).values()), name)
    return model


def _finish(
    model: keras.Model, recipe: recipes.Recipe, split: data.Split, record: dict[str, Any]
) -> dict[str, Any]:
    """Do what a recipe does after its epochs; return the record with it, seconds included."""
    if recipe.finish is None:
        return record
    wall, processor = time.perf_counter(), time.process_time()
    record = record | recipe.finish(model, split)
    if recipe.gallery and recipe.epochs in recipe.gallery_epochs:  # it may draw otherwise now
        record["gallery"][-1] = recipe.gallery(model)
    record["train_seconds"] += time.perf_counter() - wall
    record["processor_seconds"] += time.process_time() - processor
    return record


def _describe(
    recipe: recipes.Recipe, model: keras.Model, split: data.Split, needed: list[keras.Model]
) -> dict[str, Any]:
    return {
        "recipe": recipe.settings(),
        "data": {"name": split.name, "digests": split.digests},
        "versions": {package: importlib.metadata.version(package) for package in VERSIONED},
        "parameters": model.count_params(),
    } | all_scores(recipe, model, split, needed)


def all_scores(
    recipe: recipes.Recipe, model: keras.Model, split: data.Split, needed: list[keras.Model]
) -> dict[str, Any]:
    """Return what a card records of the scores of a recipe: of all data, and of a slice."""
    scores = recipe.evaluate(model, split, *needed)
    scores |= recipe.reference(model, split) if recipe.reference else {}
    most = recipe.protocol.get("images")
    found = {"metrics": recorded(scores, split, most), "slice": {}}
    if recipe.keep_weights:  # without them no test can score the slice again
        part = split.head(min(SLICE, recipe.slice_images))
        found["slice"] = recorded(recipe.evaluate(model, part, *needed), part, most)
    return found


def _assign(model: keras.Model, weights: list[np.ndarray], name: str) -> None:
    expected, received = [w.shape for w in model.get_weights()], [w.shape for w in weights]
    if expected != received:
        raise CheckpointError(
            f"the weights of {name!r} have the shapes its recipe builds, {expected}; received "
            f"{received}. Train it again: python -m gencore train {name} --again"
        )
    model.set_weights([w.astype(np.float32) for w in weights])
