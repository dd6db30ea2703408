"""Cards of trained models: where they are, how they are read and written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from gencore import recipes
from gencore._fetch import atomic_write
from gencore.metrics import Estimate


class CheckpointError(RuntimeError):
    """A checkpoint is missing, incomplete or not the one its card describes."""


def folder() -> Path:
    """Return where checkpoints live: ``$GENCORE_CHECKPOINTS``, or beside the package."""
    named = os.environ.get("GENCORE_CHECKPOINTS")
    return Path(named) if named else Path(__file__).resolve().parents[1] / "checkpoints"


def names() -> list[str]:
    """Return the names of all cards, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.json"))


def card(name: str) -> dict[str, Any]:
    """Return the card of a checkpoint.

    Raises
    ------
    ValueError
        If there is no such recipe; the message lists the known ones.
    CheckpointError
        If it has not been trained, or the card cannot be read.
    """
    recipes.get(name)
    path = card_path(name)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(
            f"{name!r} has not been trained: there is no {path.name} in {path.parent}. "
            f"Trained: {', '.join(names()) or 'none'}. To train it: python -m gencore train {name}"
        ) from None
    except json.JSONDecodeError as error:
        raise CheckpointError(
            f"a card is a JSON document; {path} is not ({error}). Restore it, or train it again: "
            f"python -m gencore train {name} --again"
        ) from None


def metric(name: str, key: str) -> Estimate:
    """Return one score of a card."""
    scores = card(name)["metrics"]
    if key not in scores:
        raise ValueError(f"the card of {name!r} has no {key!r}. It has: {', '.join(scores)}.")
    return estimate(scores[key])


def write_card(name: str, described: dict[str, Any]) -> None:
    text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    with atomic_write(card_path(name)) as path:
        Path(path).write_text(text, encoding="utf-8")


def estimate(score: dict[str, Any]) -> Estimate:
    return Estimate(score["value"], score["stderr"], score["unit"])


def card_path(name: str) -> Path:
    return folder() / f"{name}.json"


def weights_path(name: str) -> Path:
    return folder() / f"{name}.npz"
