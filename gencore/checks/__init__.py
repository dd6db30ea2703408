"""Guards of the public entries: what is given serves, or an error says rule, received, remedy."""

from gencore.checks.arrays import array, check_values, labels
from gencore.checks.values import (
    choice,
    function,
    has,
    kind,
    mapping,
    number,
    refuse,
    shown,
    sizes,
    whole,
    words,
)

__all__ = [
    "array",
    "check_values",
    "choice",
    "function",
    "has",
    "kind",
    "labels",
    "mapping",
    "number",
    "refuse",
    "shown",
    "sizes",
    "whole",
    "words",
]
