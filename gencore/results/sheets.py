"""Sheets of what was obtained, published and measured, and what each model took."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gencore import zoo
from gencore.metrics import Estimate
from gencore.results.tables import MEASURES, NOTHING, models, named, scores

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Sheet:
    """A table to read: whole, words on the left of their columns and figures on the right.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text in every cell.
    """

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame

    def __repr__(self) -> str:
        """Return the table as plain text."""
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            html = self.frame.to_html(classes="gencore-sheet", border=0)
        words = [self.frame[column].str.contains("[a-z]{3}").any() for column in self.frame]
        on_the_left = cycle([True, *words])  # the names of the rows are words
        marked = {True: r'<\1 class="words">', False: r"<\1>"}
        return re.sub("<(t[hd])>", lambda tag: tag.expand(marked[next(on_the_left)]), html)


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
    return sheet(rows, "model")


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
            "scored on": _together(
                f"{_count(s['images'])} {s['split']} {_noun(card)}"
                for s, card in zip(found, cards, strict=True)
            ),
            "unit": _together(s["unit"] or NOTHING for s in found),
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
    if 0 < abs(estimate.value) < 1e-4:
        power = math.floor(math.log10(abs(estimate.value)))
        scaled = Estimate(estimate.value / 10**power, estimate.stderr / 10**power)
        return f"({scaled})·10{str(power).translate(RAISED)}"
    return str(estimate).removesuffix(estimate.unit).rstrip().removesuffix(" ± 0.00")


def _quoted(row: dict[str, Any] | None) -> dict[str, str]:
    """Return the cells of a published figure, or of none."""
    if row is None:
        return {"published": NOTHING, "source": NOTHING}
    return {"published": str(row["value"]), "source": _published()["sources"][row["source"]]}


def _count(number: int | str) -> str:
    return f"{number:,}" if isinstance(number, int) else number


def _noun(card: dict[str, Any]) -> str:
    return "points" if card["recipe"]["dataset"] == "ring" else "images"


def _together(values: Iterable[str]) -> str:
    """Return the different ones of several values."""
    return " or ".join(dict.fromkeys(values))


def sheet(rows: dict[str, dict[str, str]], corner: str) -> Sheet:
    """Return a table of named rows; the corner says what they are."""
    return Sheet(pd.DataFrame.from_dict(rows, orient="index").rename_axis(corner, axis=1))


@cache
def _published() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))


def _figures(table: str) -> list[dict[str, Any]]:
    named(table)
    return [row for row in _published()["figures"] if row["table"] == table]
