"""Cards of trained models: where they are, how they are read and written.

The checkpoints of a group of recipes share a folder, ``GROUP/NAME.json`` and ``GROUP/NAME.npz``.
One that lies beside these folders, as all did once, is found there too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gencore import checks, data, recipes
from gencore.data.archives import UNREADABLE, read_arrays
from gencore.data.files import atomic_write, named_folder
from gencore.metrics import Estimate
from gencore.zoo import forms
from gencore.zoo.forms import CheckpointError

GALLERY = "gallery"
DIGEST = "sha256"  # of a file with weights
GALLERY_DIGEST = "gallery_sha256"  # of one that holds the gallery alone
LARGEST = 2**30  # bytes of a file of weights; those of the book have a few million
PARTS = ("training", "validation")  # of a split: scores of these images have names that begin so


def folder() -> Path:
    """Return where checkpoints live: ``$GENCORE_CHECKPOINTS``, or beside the package."""
    return (
        named_folder("GENCORE_CHECKPOINTS") or Path(__file__).resolve().parents[2] / "checkpoints"
    )


def names() -> list[str]:
    """Return the names of all cards of recipes, in alphabetical order.

    Other files that a folder has are passed over.
    """
    found = (path for pattern in ("*.json", "*/*.json") for path in folder().glob(pattern))
    return sorted({p.stem for p in found if p.stem in recipes.RECIPES and p == card_path(p.stem)})


def card(name: str) -> dict[str, Any]:
    """Return the card of a checkpoint.

    Raises
    ------
    ValueError
        If there is no such recipe; the message lists the known ones.
    CheckpointError
        If it has not been trained, the card cannot be read, or it is not one.
    """
    path = card_path(name)
    try:
        return forms.read(path, name)
    except FileNotFoundError:
        raise CheckpointError(
            f"{name!r} has not been trained: there is no {path.name} in {path.parent}. "
            f"Trained: {', '.join(names()) or 'none'}. To train it: python -m gencore train {name}"
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
    """Return the cards as a table: a row for each model, a column for each score.

    Parameters
    ----------
    selected : iterable of str, optional
        Names of models; by default all that have a card.
    """
    if isinstance(selected, str) or not isinstance(selected, Iterable | None):
        rule, remedy = (
            "a table has several names",
            f"Give a list, as in [{checks.shown(selected)}].",
        )
        checks.refuse(rule, checks.shown(selected), remedy)
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


def recorded(
    scores: dict[str, Estimate], split: data.Split, most: int | None = None
) -> dict[str, Any]:
    """Return scores as a card has them: of (at most so many) test images, or of a part named."""
    found, count = {}, min(len(split.x_test), most or len(split.x_test))
    for key, s in scores.items():
        part = next((part for part in PARTS if key.startswith(part)), "test")
        found[key] = {"value": s.value, "stderr": s.stderr, "unit": s.unit, "split": part}
        found[key] |= {split.unit: count} if part == "test" else {}
    return found


def estimate(score: dict[str, Any]) -> Estimate:
    """Return a score of a card with its error and its unit."""
    return Estimate(score["value"], score["stderr"], score["unit"])


def card_path(name: str) -> Path:
    """Return where a recipe's card is, or will be (ValueError if there is no such recipe)."""
    group, beside = recipes.get(name).group, folder() / f"{name}.json"
    return beside if beside.exists() else folder() / group / beside.name


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
    again = f"or train it again: python -m gencore train {name} --again"
    if not path.exists():
        raise CheckpointError(
            f"a card and its weights belong together; {path.name} is missing from {path.parent}. "
            f"Restore it, {again}"
        )
    try:
        received = digest(path)
    except OSError as error:
        raise CheckpointError(
            f"weights are read from a file; {path} cannot be read ({error}). Restore it, {again}"
        ) from error
    if received != described[key]:
        raise CheckpointError(
            f"the weights are those of the card when their SHA-256 is {described[key]}; "
            f"received {received} for {path}. Restore the file, {again}"
        )
    return path


def stored(name: str, path: Path, only: Callable[[str], Any]) -> dict[str, np.ndarray]:
    """Return arrays that a checkpoint keeps (CheckpointError if they cannot be read)."""
    try:
        return read_arrays(path, only)
    except UNREADABLE as error:
        raise CheckpointError(
            f"weights are kept in a whole npz file; {path} cannot be read "
            f"({type(error).__name__}: {error}). Restore it, or train it again: "
            f"python -m gencore train {name} --again"
        ) from error


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
    kept, epochs = stored(name, path, GALLERY.__eq__), recipes.get(name).gallery_epochs
    if GALLERY not in kept:
        raise ValueError(f"the checkpoint {name!r} keeps nothing of its training's epochs.")
    if len(kept[GALLERY]) != len(epochs):
        raise CheckpointError(
            f"a gallery has an entry for each of the {len(epochs)} epochs that its recipe names; "
            f"received {len(kept[GALLERY])} in {path}. Restore the file, or train it again: "
            f"python -m gencore train {name} --again"
        )
    return dict(zip(epochs, kept[GALLERY], strict=True))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file (OSError if it cannot be read, or is far too large)."""
    if path.stat().st_size > LARGEST:
        raise OSError(f"it has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
