"""Score a checkpoint again: for another card, or to see whether its card still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from gencore import data, recipes
from gencore.data.files import locked
from gencore.zoo.cards import card, write_card
from gencore.zoo.checkpoints import all_scores, load
from gencore.zoo.comparison import compare
from gencore.zoo.states import lock_path


def score(
    name: str, reference: bool = False, evaluate: Callable[..., dict] | None = None
) -> dict[str, Any]:
    """Score a checkpoint as its recipe now says, without training; return its new card.

    Parameters
    ----------
    name : str
        Name of a checkpoint with weights.
    reference : bool
        Whether to take the scores with many samples too, minutes each. Without it those of the
        card stay: they belong to the same weights.
    evaluate : callable, optional
        Takes these scores alone, a part of those that the recipe takes; the card keeps the others.

    Raises
    ------
    ValueError
        If there is no such recipe.
    CheckpointError
        If its weights, or a checkpoint that the scores need, cannot be loaded.
    gencore.data.DataError
        If another process is at work on the same checkpoint.
    """
    recipe = recipes.get(name)
    with locked(lock_path(name)):
        model, needed = load(name), [load(other) for other in recipe.needs]
        old = card(name)
        stays: set[str] = set()  # of the card's scores, those that are not taken now
        if recipe.reference and not reference:
            stays = old["metrics"].keys() - old["slice"]
            recipe = replace(recipe, reference=None)
        if evaluate:
            stays, recipe = set(old["metrics"]), replace(recipe, evaluate=evaluate)
        new = all_scores(recipe, model, data.load(recipe.dataset), needed)
        new["parameters"] = model.count_params()
        kept = {key: value for key, value in old["metrics"].items() if key in stays}
        new["metrics"] = kept | new["metrics"]
        if evaluate:
            new["slice"] = old["slice"] | new["slice"]
        write_card(name, old | new)
    return card(name)


def evaluate(name: str, split: data.Split | None = None, reference: bool = False) -> pd.DataFrame:
    """Score a checkpoint again and lay the result beside its card.

    Parameters
    ----------
    name : str
        Name of a checkpoint with weights.
    split : Split, optional
        Data to score on; by default the recipe's own, whole.
    reference : bool
        Whether to take the scores with many samples too, on the whole data: minutes.

    Returns
    -------
    pandas.DataFrame
        A row for each score: ``card``, ``now``, ``stderr``, and ``agrees``, true where the two
        differ by no more than the standard error, and the card has that error and its unit. Where
        it does not, ``difference`` says why, and what to do. Parameters have a row if the card
        has another number of them.

    Raises
    ------
    ValueError
        If there is no such recipe.
    CheckpointError
        If the weights, or a checkpoint that the scores need, cannot be loaded.
    """
    recipe, described = recipes.get(name), card(name)
    model = load(name)
    part = split or data.load(recipe.dataset)
    scores = recipe.evaluate(model, part, *map(load, recipe.needs))
    if reference and recipe.reference:
        scores |= recipe.reference(model, part)
    return compare(
        name,
        described["metrics" if split is None else "slice"],
        scores,
        {"parameters": (described["parameters"], model.count_params())},
        len(part.x_test),
        reference or not recipe.reference,
    )
