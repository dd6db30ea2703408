"""What the cards say of an experiment: responses to a dose, and gaps that a repair closes."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from gencore import recipes, zoo
from gencore.results.tables import members


def response(kind: str, key: str) -> pd.DataFrame:
    """Return a score of one kind of model at each variance of the noise that has a card.

    Parameters
    ----------
    kind : str
        Kind of model: the middle of the names ``noise-KIND-VARIANCE``.
    key : str
        Name of the score.

    Returns
    -------
    pandas.DataFrame
        A row for each variance, in ascending order: ``value``, the mean over the seeds; ``low``
        and ``high``, the least and the greatest of them; ``seeds``, their number. A variance
        whose recipe is not trained is left out.

    Raises
    ------
    ValueError
        If no recipe is of that kind, or a card lacks the score.
    """
    level = re.compile(rf"noise-{re.escape(kind)}-(\d+(?:\.\d+)?)")
    levels = {name: match[1] for name in recipes.RECIPES if (match := level.fullmatch(name))}
    if not levels:
        found = (re.fullmatch(r"noise-(.+)-0", name) for name in recipes.RECIPES)
        known = ", ".join(match[1] for match in found if match)
        raise ValueError(f"no recipe is called noise-{kind}-VARIANCE. Known kinds: {known}.")
    rows = {}
    for name, variance in sorted(levels.items(), key=lambda item: float(item[1])):
        if values := [zoo.metric(seed, key).value for seed in zoo.seeds(name)]:
            span = {"value": np.mean(values), "low": min(values), "high": max(values)}
            rows[float(variance)] = span | {"seeds": len(values)}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "seeds"])
    return frame.rename_axis("variance")


def closed(repaired: str, harmed: str, intact: str, key: str = "frechet_distance") -> pd.Series:
    r"""Return the share of the gap between two models that a third one closes, seed by seed.

    .. math:: \frac{s(\text{harmed}) - s(\text{repaired})}{s(\text{harmed}) - s(\text{intact})}

    Parameters
    ----------
    repaired, harmed, intact : str
        Names of recipes: 1 says as good as the intact model, 0 as bad as the harmed one.
    key : str
        Name of the score s.

    Returns
    -------
    pandas.Series
        The share of each seed that all three have, by the number of the seed; empty without one.
    """
    scores = [
        {recipes.get(seed).seed: zoo.metric(seed, key).value for seed in zoo.seeds(name)}
        for name in (recipes.get(repaired).name, harmed, intact)
    ]
    common = sorted(set.intersection(*(set(found) for found in scores)))
    mended, bad, good = (np.array([found[seed] for seed in common]) for found in scores)
    return pd.Series((bad - mended) / (bad - good), index=common, dtype=float)


def untrained(group: str) -> list[str]:
    """Return the names of a group's recipes that have no card yet, in the order of the recipes.

    Raises
    ------
    ValueError
        If no recipe is of that group.
    """
    trained = set(zoo.names())
    return [name for name in members(group) if name not in trained]
