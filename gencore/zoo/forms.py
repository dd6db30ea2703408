"""What a card must hold, asked of a file before anything is read from it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What a training writes on every card, and the type of it.
KEYS: Mapping[str, Any] = {
    "recipe": dict,
    "data": dict,
    "versions": dict,
    "parameters": int,
    "metrics": dict,
    "slice": dict,
    "history": dict,
    "epochs": int,
    "train_seconds": (int, float),
    "processor_seconds": (int, float),
    "date": str,
}


class CheckpointError(RuntimeError):
    """A checkpoint is missing, incomplete or not the one its card describes."""


def read(path: Path, name: str) -> dict[str, Any]:
    """Return the card at a path.

    Raises
    ------
    FileNotFoundError
        If there is none.
    CheckpointError
        If it cannot be read, or is not what a training writes.
    """
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"a card is a JSON document in UTF-8; {path} is not ({error}). {_remedy(name)}"
        ) from None
    if fault := _fault(described):
        raise CheckpointError(
            f"a card holds what a training writes; received one {fault} in {path}. {_remedy(name)}"
        )
    return described


def _fault(described: Any) -> str:
    """Return what is wrong with a card, and nothing if it is whole."""
    if not isinstance(described, dict):
        return f"that is {json.dumps(described)[:40]}"
    for key, kind in KEYS.items():
        if key not in described:
            return f"without {key!r}"
        if not _is(described[key], kind):
            return f"whose {key!r} is {json.dumps(described[key])[:40]}"
    for key in ("metrics", "slice"):
        for name, score in described[key].items():
            if not _is_score(score):
                return f"whose score {name!r} is {json.dumps(score)[:60]}"
    return ""


def _is(value: Any, kind: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    return not isinstance(value, int | float) or (_is_finite(value) and value >= 0)


def _is_finite(value: Any) -> bool:
    """Return whether a value is a number that a float can hold."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return number and math.isfinite(value)
    except OverflowError:
        return False


def _is_score(score: Any) -> bool:
    """Return whether a score is a value with its error and its unit."""
    if not isinstance(score, dict) or not isinstance(score.get("unit"), str):
        return False
    return _is_finite(score.get("value")) and _is(score.get("stderr"), (int, float))


def _remedy(name: str) -> str:
    return f"Restore it, or train it again: python -m gencore train {name} --again"
