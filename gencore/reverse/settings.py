"""The settings of an ascent, and where it begins."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gencore import checks
from gencore.reverse.features import Features


class Rule(NamedTuple):
    """The settings of an ascent, as :func:`maximise` takes them."""

    steps: int
    octaves: int
    ratio: float
    step_size: float
    roll: int
    blur: float
    seed: int


def checked(rule: Rule) -> Rule:
    """Return the settings of an ascent as numbers of the right kind (ValueError)."""
    count = "is a whole number of at least"
    return Rule(
        checks.whole(rule.steps, f"steps {count} 1", high=100_000),
        checks.whole(rule.octaves, f"octaves {count} 1", high=100),
        checks.number(rule.ratio, "the ratio of two octaves is above 1, to 10", above=1, high=10),
        checks.number(rule.step_size, "a step size is above 0, to 1", above=0, high=1),
        checks.whole(rule.roll, f"roll {count} 0 pixels", low=0, high=10_000),
        checks.number(rule.blur, "blur is a deviation of 0 to 100 pixels", low=0, high=100),
        checks.whole(rule.seed, f"a seed {count} 0", low=0),
    )


def beginnings(features: Features, picture: Any, unit: Any) -> tuple[np.ndarray, Any]:
    """Return pictures (B, h, w, c) and the unit of each, if there are units (ValueError)."""
    pictures = features.check_picture(picture, batch=True)
    if unit is None:
        return pictures, None
    counts = {output.shape[-1] for output in features.model.outputs}
    rule = f"a unit is one of the layer's 0 to {min(counts) - 1}"
    row = [unit] if np.ndim(unit) == 0 else list(unit)
    units = [checks.whole(each, rule, low=0, high=min(counts) - 1) for each in row]
    if len(pictures) == 1:
        pictures = np.repeat(pictures, len(units), axis=0)
    if len(units) not in (1, len(pictures)) or not units:
        received = f"{len(units)} units for {len(pictures)} pictures"
        checks.refuse("there is one unit for all pictures, or one for each", received)
    return pictures, np.resize(np.array(units), len(pictures))
