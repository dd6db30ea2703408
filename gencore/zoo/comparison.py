"""A card laid beside what its checkpoint gives today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from gencore.metrics import Estimate

# The errors of one model on two machines differ by a few parts in ten million; where a count of
# samples moves by one or two, by less than a hundredth.
OF_ERRORS = 0.02


def compare(
    name: str,
    recorded: Mapping[str, Mapping[str, Any]],
    scores: Mapping[str, Estimate],
    numbers: Mapping[str, tuple[int, int]],
    images: int,
    whole: bool,
) -> pd.DataFrame:
    """Return a row for each score, and one for each number of a card that is another one today.

    Parameters
    ----------
    name : str
        Name of the checkpoint, for the remedies.
    recorded : mapping
        Scores as the card has them.
    scores : mapping of str to Estimate
        The same, taken now.
    numbers : mapping of str to pair of int
        What else the card says, and what it would say now.
    images : int
        How many images, or characters, the scores were taken on now.
    whole : bool
        Whether these are all scores that the recipe gives.

    Returns
    -------
    pandas.DataFrame
        ``card``, ``now``, ``stderr``, ``agrees``, and in words the ``difference`` with its remedy.
    """
    write = f"python -m gencore score {name} writes it anew"
    rows = {}
    for key, score in scores.items():
        differences = "; ".join(_differences(recorded.get(key), score, images))
        value = recorded[key]["value"] if key in recorded else float("nan")
        rows[key] = (value, score.value, score.stderr, differences and f"{differences}: {write}")
    for key in [key for key in recorded if whole and key not in scores]:
        says = f"the recipe gives no such score: {write}"
        rows[key] = (recorded[key]["value"], float("nan"), float("nan"), says)
    for key, (then, now) in numbers.items():
        if then != now:
            says = f"the card says {then:,}, and the network has {now:,}: {write}"
            rows[key] = (then, now, 0.0, says)
    columns = ["card", "now", "stderr", "difference"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame.insert(3, "agrees", frame["difference"] == "")
    return frame


def _differences(then: Mapping[str, Any] | None, now: Estimate, images: int) -> Iterator[str]:
    """Yield in words what a card says otherwise of a score."""
    if then is None:
        yield "the card has no such score"
        return
    if not abs(then["value"] - now.value) <= now.stderr:
        yield "the value is off by more than its standard error"
    if not abs(then["stderr"] - now.stderr) <= OF_ERRORS * now.stderr:
        yield f"the card has the standard error {then['stderr']:g}"
    if then["unit"] != now.unit:
        yield f"the card has the unit {then['unit']!r}, and it is {now.unit!r}"
    for unit in ("images", "characters"):
        if then.get(unit, images) != images:
            yield f"the card says {then[unit]} {unit}, and these are {images}"
