"""States of trainings under way: where they are, and what it means that there is one.

A model is trained when it has its card and no training of it waits to go on. One that is to be
trained again waits from the moment it was asked for, so that it is not forgotten if it is stopped
before its first epoch has ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from gencore.data.files import atomic_write, locked
from gencore.zoo.cards import card_path, folder


def state_path(name: str) -> Path:
    """Return where the state of a training is kept between its epochs."""
    return folder() / ".training" / f"{name}.npz"


def lock_path(name: str) -> Path:
    """Return the lock of whoever trains or scores a model."""
    return state_path(name).with_suffix(".lock")


def trained(name: str) -> bool:
    """Return whether a recipe has left its card, and no training of it waits to go on."""
    return card_path(name).exists() and not state_path(name).exists()


def begin_again(names: Iterable[str]) -> None:
    """Let the next training of each name be one from the beginning; its model stays until then.

    Raises
    ------
    ValueError
        If there is no such recipe.
    gencore.data.DataError
        If another process is at work on one of them, or the folder cannot be written to.
    """
    for name in names:
        card_path(name)
        with locked(lock_path(name)):
            write_beginning(state_path(name))


def write_beginning(path: Path) -> None:
    """Put a state from which a training goes on by beginning in the place of any other."""
    with atomic_write(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, note=np.array(json.dumps({"record": None})))
