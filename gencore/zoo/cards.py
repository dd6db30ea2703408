"""Cards of trained models: where they are, how they are read and written.

The checkpoints of a group of recipes share a folder, ``GROUP/NAME.json`` and ``GROUP/NAME.npz``.
One that lies beside these folders, as all did once, is found there too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gencore import data, recipes
from gencore.data.files import atomic_write, named_folder
from gencore.metrics import Estimate

GALLERY = "gallery"
DIGEST = "sha256"  # of a file with weights
GALLERY_DIGEST = "gallery_sha256"  # of one that holds the gallery alone


class CheckpointError(RuntimeError):
    """A checkpoint is missing, incomplete or not the one its card describes."""


def folder() -> Path:
    """Return where checkpoints live: ``$GENCORE_CHECKPOINTS``, or beside the package."""
    return (
        named_folder("GENCORE_CHECKPOINTS") or Path(__file__).resolve().parents[2] / "checkpoints"
    )


def names() -> list[str]:
    """Return the names of all cards, in alphabetical order."""
    found = (
        path for pattern in ("[!.]*.json", "[!.]*/[!.]*.json") for path in folder().glob(pattern)
    )
    return sorted({path.stem for path in found})


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


def over_seeds(name: str, key: str) -> Estimate:
    r"""Return a score averaged over the seeds of a recipe.

    The seeds share their test images, so that the error of those does not average out:

    .. math:: se^2 = s^2 / k + \overline{se_{test}^2}

    with k seeds, s the standard deviation between them and se_test the error on each card.

    Parameters
    ----------
    name : str
        Name of the first seed's card; the others end in ``-s1``, ``-s2``, ...
    key : str
        Name of the score.

    Returns
    -------
    Estimate
        Mean over seeds, in the unit of the cards.

    Raises
    ------
    ValueError
        If only one seed has been trained: its spread is unknown.
    """
    scores = [metric(seed, key) for seed in seeds(name)]
    if len(scores) < 2:
        raise ValueError(
            f"a spread over seeds needs at least two; {name!r} has {len(scores)}. "
            f"To train another: python -m gencore train {name}-s1"
        )
    between = Estimate.from_values(np.array([score.value for score in scores]))
    within = np.mean([score.stderr**2 for score in scores])
    return Estimate(between.value, float(np.hypot(between.stderr, within**0.5)), scores[0].unit)


def seeds(name: str) -> list[str]:
    """Return the names of the cards that a recipe has left, one for each seed."""
    found = card_path(name).parent.glob(f"{name}*.json")
    seed = re.compile(re.escape(name) + r"(-s\d+)?")
    return sorted(path.stem for path in found if seed.fullmatch(path.stem))


def table(selected: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the cards as a table: a row for each model, a column for each score."""
    rows = {}
    for name in selected if selected is not None else names():
        described = card(name)
        rows[name] = {
            "parameters": described["parameters"],
            "train seconds": round(described["train_seconds"]),
            **{key: str(estimate(score)) for key, score in described["metrics"].items()},
        }
    return pd.DataFrame.from_dict(rows, orient="index").fillna("")


def write_card(name: str, described: dict[str, Any]) -> None:
    """Write the card of a checkpoint, whole or not at all."""
    text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    with atomic_write(card_path(name)) as path:
        Path(path).write_text(text, encoding="utf-8")


def recorded(scores: dict[str, Estimate], split: data.Split) -> dict[str, Any]:
    """Return scores as a card has them."""
    return {
        key: {"value": s.value, "stderr": s.stderr, "unit": s.unit, "split": "test"}
        | {"images": len(split.x_test)}
        for key, s in scores.items()
    }


def estimate(score: dict[str, Any]) -> Estimate:
    """Return a score of a card with its error and its unit."""
    return Estimate(score["value"], score["stderr"], score["unit"])


def card_path(name: str) -> Path:
    """Return where a recipe's card is, or will be (ValueError if there is no such recipe)."""
    beside = folder() / f"{name}.json"
    return beside if beside.exists() else folder() / recipes.get(name).group / beside.name


def weights_path(name: str) -> Path:
    """Return where the weights are, or will be: beside the card."""
    return card_path(name).with_suffix(".npz")


def verified(name: str, key: str = DIGEST) -> Path:
    """Return a file that belongs to a card (CheckpointError unless it has the card's digest)."""
    described, path = card(name), weights_path(name)
    if key not in described:
        kept = ", ".join(n for n in names() if DIGEST in card(n))
        raise CheckpointError(
            f"only the card of {name!r} is kept, not its weights. Checkpoints with weights: {kept}."
        )
    if not path.exists():
        raise CheckpointError(
            f"a card and its weights belong together; {path.name} is missing from {path.parent}. "
            f"Restore it, or train it again: python -m gencore train {name} --again"
        )
    if (received := digest(path)) != described[key]:
        raise CheckpointError(
            f"the weights are those of the card when their SHA-256 is {described[key]}; "
            f"received {received} for {path}. Restore the file, or train it again: "
            f"python -m gencore train {name} --again"
        )
    return path


def gallery(name: str) -> dict[int, np.ndarray]:
    """Return what a training kept of some of its epochs: the epoch, counted from 1, and an array.

    Raises
    ------
    ValueError
        If the recipe keeps nothing.
    CheckpointError
        If there is no file, or it is not that of the card.
    """
    alone = GALLERY_DIGEST in card(name)
    path = verified(name, GALLERY_DIGEST if alone else DIGEST)
    with np.load(path) as archive:
        if GALLERY not in archive.files:
            raise ValueError(f"the checkpoint {name!r} keeps nothing of its training's epochs.")
        return dict(zip(recipes.get(name).gallery_epochs, archive[GALLERY], strict=True))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
