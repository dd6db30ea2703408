"""What an ascent or a descent in a picture has come to, on its way and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Step(NamedTuple):
    """Where an ascent or a descent has come to.

    Attributes
    ----------
    done, total : int
        Steps done, of how many.
    octave : int
        The octave, from 0; a descent has one.
    objective : float
        What is made large, or small, before this step.
    picture : ndarray
        The picture after it, in the size of the octave, or (B, h, w, c) where there are several.
    """

    done: int
    total: int
    octave: int
    objective: float
    picture: np.ndarray


class Octave(NamedTuple):
    """What one size of the picture has come to.

    Attributes
    ----------
    height, width : int
        The size, in pixels.
    before, after : float
        The objective at the beginning and at the end, of the picture as it lies.
    moved : float
        The root of the mean squared change of a pixel.
    """

    height: int
    width: int
    before: float
    after: float
    moved: float


@dataclass(frozen=True)
class Ascent:
    """What an ascent has found.

    Parameters
    ----------
    picture : ndarray of float32
        In the shape that was given, (h, w, c) or (B, h, w, c), in [0, 1].
    octaves : tuple of Octave
        One for each size, those that were begun.
    finished : bool
        Whether every step was done.
    """

    picture: np.ndarray
    octaves: tuple[Octave, ...]
    finished: bool


@dataclass(frozen=True)
class Made:
    """What a descent has made.

    Parameters
    ----------
    picture : ndarray of float32, shape (h, w, c)
        Values in [0, 1].
    history : mapping of str to ndarray
        What was made small, before each step: ``"loss"``, and its parts before they are weighed.
    finished : bool
        Whether every step was done.
    """

    picture: np.ndarray
    history: Mapping[str, np.ndarray]
    finished: bool
