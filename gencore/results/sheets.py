"""Sheets of what was obtained, published and measured, and what each model took."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gencore import zoo
from gencore.metrics import Estimate
from gencore.results.measures import MEASURES, NOTHING, UP
from gencore.results.sheet import Sheet, sheet
from gencore.results.tables import models, named, scores

# Ends of the units of numbers of which only one side is known.
BEYOND = {" or more": ">", " or fewer": "≤"}
NOUNS = {"ring": "points", "shakespeare": "characters"}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def score(name: str, key: str) -> Estimate:
    """Return a score of a model: the mean over its seeds, where there are several.

    The error is then that of :func:`gencore.zoo.over_seeds`.

    Parameters
    ----------
    name : str
        Name of the first seed's card.
    key : str
        Name of the score.

    Raises
    ------
    ValueError
        If a card of the model has no such score.
    """
    return (zoo.over_seeds if len(zoo.seeds(name)) > 1 else zoo.metric)(name, key)


def figure(model: str) -> float:
    """Return the figure published for the counterpart of a model of the book.

    Raises
    ------
    ValueError
        If none is known; the message lists the models that have one.
    """
    known = {row["model"]: row["value"] for row in _published()["figures"] if "model" in row}
    if model not in known:
        raise ValueError(f"no published figure for {model!r}. Known for: {', '.join(known)}.")
    return known[model]


def obtained(table: str) -> Sheet:
    """Return the scores of a table's models, with the published figures of the same kind beside.

    Parameters
    ----------
    table : str
        As for :func:`models`.
    """
    figures = {row["model"]: row for row in _figures(table) if "model" in row}
    rows = {}
    for name in models(table):
        rows[name] = {MEASURES[key].column: shown(name, key) for key in scores(table)}
        if figures:
            rows[name] |= _quoted(figures.get(name))
    keys = [key for key in scores(table) if MEASURES[key].better]
    best = {MEASURES[key].column: name for key in keys if (name := leader(table, key))}
    arrows = {MEASURES[key].column: MEASURES[key].better for key in keys}
    return Sheet(sheet(rows, "model").frame, best, arrows)


def leader(table: str, *keys: str) -> str | None:
    """Return the model of a table that is best by a score, or None if the score has no better end.

    Of several scores, of one unit and one better end, the first on a card counts. What is no model
    of the table's task is not in the running: ``Table.apart`` names it.
    """
    better = MEASURES[keys[0]].better
    found = {
        name: score(name, key).value
        for name in models(table)
        if (key := known(name, *keys)) and not _apart(name, table)
    }
    if not (better and found):
        return None
    return (max if better == UP else min)(found, key=lambda name: found[name])


def known(name: str, *keys: str) -> str | None:
    """Return the first of several scores that is on a card, or None."""
    return next((key for key in keys if key in zoo.card(name)["metrics"]), None)


def published(table: str) -> Sheet:
    """Return every figure published for what a table scores: method, value, estimator, source.

    Parameters
    ----------
    table : str
        As for :func:`models`.
    """
    rows = {
        row["method"]: {"estimator": row["estimator"]} | _quoted(row) for row in _figures(table)
    }
    return sheet(rows, "method")


def measured(table: str) -> Sheet:
    """Return how each score of a table is taken: what is computed, draws, images and unit.

    Parameters
    ----------
    table : str
        As for :func:`models`.
    """
    rows = {}
    for key in scores(table):
        measure = MEASURES[key]
        cards = [card for card in map(zoo.card, models(table)) if key in card["metrics"]]
        found = [card["metrics"][key] for card in cards]
        protocols = [card["recipe"].get("protocol", {}) for card in cards]
        draws = [protocol.get(measure.protocol, measure.draws) for protocol in protocols]
        rows[measure.column] = {
            "what is computed": measure.how,
            "draws": _together(map(_count, draws)),
            "scored on": _together(map(_examples, found, cards)),
            "unit": _together(_unit(s["unit"]) for s in found),
        }
    return sheet(rows, "score")


def made(table: str) -> Sheet:
    """Return what each model of a table is and what its training took.

    The seconds of one training, on the clock and on one processor core, are means over the seeds.
    ``python -m gencore train NAME --again`` makes a model again.

    Parameters
    ----------
    table : str
        As for :func:`models`.
    """
    rows = {}
    for name in models(table):
        cards = [zoo.card(seed) for seed in zoo.seeds(name)]
        clock, processor = (
            _count(round(np.mean([card[key] for card in cards])))
            for key in ("train_seconds", "processor_seconds")
        )
        rows[name] = {
            "what it is": cards[0]["recipe"]["summary"],
            "parameters": _count(cards[0]["parameters"]) if cards[0]["epochs"] else NOTHING,
            "epochs": _count(cards[0]["epochs"]),
            "seeds": _count(len(cards)),
            "seconds": clock,
            "core-seconds": processor,
        }
    return sheet(rows, "model")


def shown(name: str, key: str) -> str:
    """Return a score with its error and without its unit, or a dash."""
    if key not in zoo.card(name)["metrics"]:
        return NOTHING
    estimate = score(name, key)
    for end, sign in BEYOND.items():
        if estimate.unit.endswith(end):
            return f"{sign} {estimate.value:,.0f}"
    if 0 < abs(estimate.value) < 1e-4:
        power = math.floor(math.log10(abs(estimate.value)))
        scaled = Estimate(estimate.value / 10**power, estimate.stderr / 10**power)
        return f"({scaled})·10{str(power).translate(RAISED)}"
    return str(estimate).removesuffix(estimate.unit).rstrip().removesuffix(" ± 0.00")


def _apart(name: str, table: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in named(table).apart)


def _quoted(row: dict[str, Any] | None) -> dict[str, str]:
    """Return the cells of a published figure, or of none."""
    if row is None:
        return {"published": NOTHING, "source": NOTHING}
    return {"published": str(row["value"]), "source": _published()["sources"][row["source"]]}


def _count(number: int | str) -> str:
    return f"{number:,}" if isinstance(number, int) else number


def _unit(unit: str) -> str:
    for end in BEYOND:
        unit = unit.removesuffix(end)
    return unit or NOTHING


def _examples(score: dict[str, Any], card: dict[str, Any]) -> str:
    count = _count(score.get("characters", score.get("images", "")))
    noun = NOUNS.get(card["recipe"]["dataset"], "images")
    return f"{count} {score['split']} {noun}".lstrip()


def _together(values: Iterable[str]) -> str:
    """Return the different ones of several values."""
    return " or ".join(dict.fromkeys(values))


@cache
def _published() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))


def _figures(table: str) -> list[dict[str, Any]]:
    named(table)
    return [row for row in _published()["figures"] if row["table"] == table]
