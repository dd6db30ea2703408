"""Numbers and names that a caller gives: returned as what is worked with, or refused."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

LONGEST = 60  # letters of a value that a message repeats
LARGEST = 2**31 - 1  # of a count: what a shape can hold


def refuse(rule: str, received: Any, remedy: str = "") -> NoReturn:
    """Raise ValueError: the rule, what was received, the remedy."""
    raise ValueError(f"{rule}; received {received}. {remedy}".rstrip())


def shown(value: Any) -> str:
    """Return a value as a message repeats it: an array by its shape, the rest by a few letters."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, Sequence) and len(shape):
        return f"an array of the shape {tuple(shape)}"
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def whole(
    value: Any, rule: str, remedy: str = "", *, low: int = 1, high: int = LARGEST, name: str = ""
) -> int:
    """Return a whole number as an int.

    Parameters
    ----------
    value : int or integer of NumPy
        The number.
    rule, remedy : str
        What the message says of it.
    low, high : int
        The least and the greatest that may be.
    name : str
        The argument, where the rule speaks of several.

    Raises
    ------
    ValueError
        If it is another number, or none: 2.0 is no count.
    """
    try:
        number = operator.index(value)
        known = not isinstance(value, bool | np.bool_) and low <= number <= high
    except TypeError:
        number, known = 0, False
    if not known:
        refuse(rule, f"{name}={shown(value)}" if name else shown(value), remedy)
    return number


def number(
    value: Any,
    rule: str,
    remedy: str = "",
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    name: str = "",
) -> float:
    """Return a finite number as a float.

    Parameters
    ----------
    value : float or number of NumPy
        The number.
    rule, remedy : str
        What the message says of it.
    low, high, above, below : float
        Bounds: ``low`` and ``high`` may be reached, ``above`` and ``below`` not.
    name : str
        The argument, where the rule speaks of several.

    Raises
    ------
    ValueError
        If it is no number, not finite, or out of bounds.
    """
    try:
        plain = not isinstance(value, str | bytes | bool | np.bool_) and np.ndim(value) == 0
        found = float(value) if plain else math.nan
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not (math.isfinite(found) and low <= found <= high and above < found < below):
        refuse(rule, f"{name}={shown(value)}" if name else shown(value), remedy)
    return found


def choice(value: Any, known: Iterable[str], what: str) -> str:
    """Return one of the known names, or raise ValueError with their list."""
    names = list(known)
    if not isinstance(value, str) or value not in names:
        refuse(f"{what} is one of {', '.join(map(repr, names))}", shown(value))
    return value


def mapping(value: Any, what: str, remedy: str = "Give them by their names.") -> None:
    """Raise ValueError unless a value has names and something under each."""
    if not isinstance(value, Mapping) or not value:
        refuse(f"{what} come by their names, at least one", shown(value), remedy)


def function(value: Any, rule: str, remedy: str = "") -> Callable[..., Any]:
    """Return what can be called, or raise ValueError."""
    if not callable(value):
        refuse(rule, shown(value), remedy)
    return value


def kind(value: Any, kinds: Any, rule: str, remedy: str = "") -> Any:
    """Return a value of one of the kinds (types), or raise ValueError."""
    if not isinstance(value, kinds):
        refuse(rule, shown(value), remedy)
    return value


def has(value: Any, names: Sequence[str], rule: str, remedy: str = "") -> Any:
    """Return a value that has these attributes, or raise ValueError."""
    if any(not hasattr(value, name) for name in names):
        refuse(rule, shown(value), remedy)
    return value


def words(values: Any, what: str) -> list[str]:
    """Return names as a list, or raise ValueError unless each is a text."""
    names = list(values) if isinstance(values, Iterable) else [values]
    if isinstance(values, bytes) or not all(isinstance(name, str) for name in names):
        refuse(f"{what} are texts in a row", shown(values), "Give a list of them.")
    return names


def sizes(values: Any, name: str, what: str = "counts units, filters or pixels") -> tuple[int, ...]:
    """Return positive whole numbers as a tuple of ints, or raise ValueError.

    Parameters
    ----------
    values : sequence of int
        The numbers; one number alone is none.
    name, what : str
        The argument, and what it does.
    """
    rule = f"{name} {what} and must be positive whole numbers"
    if isinstance(values, str | bytes | dict) or not isinstance(values, Iterable):
        refuse(rule, shown(values), f"Give a tuple, as in {name}=(128,).")
    return tuple(whole(value, rule, "Give sizes of 1 or more.") for value in values)
