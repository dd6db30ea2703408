"""Arrays that a caller gives: returned as numbers of a type that serves, or refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gencore.checks.values import refuse, shown


def array(
    x: Any,
    what: str,
    form: str = "",
    remedy: str = "",
    *,
    shape: Sequence[int | None] | None = None,
    ndim: int | None = None,
    least: int = 1,
    low: float = -math.inf,
    high: float = math.inf,
    finite: bool = True,
    dtype: Any = None,
) -> np.ndarray:
    """Return numbers as an array of floats.

    Parameters
    ----------
    x : array_like
        The numbers. An array that serves as it is is not copied.
    what : str
        What they are, in the plural: "images".
    form, remedy : str
        Their shape in words, and what helps where it is another.
    shape : sequence of int or None, optional
        Their shape; a length of None may be any.
    ndim : int, optional
        How many axes they have.
    least : int
        Rows at least.
    low, high : float
        The least and the greatest value.
    finite : bool
        Whether NaN and infinities are refused.
    dtype : type, optional
        The type to return; by default a float stays as it is, and others become float32.

    Raises
    ------
    ValueError
        If they are no numbers, or of another shape or range.
    """
    try:
        found = np.asarray(x)
    except (TypeError, ValueError, NotImplementedError, RuntimeError, AttributeError):
        found = np.empty((), dtype=object)
    if found.dtype.kind not in "fbiu" and not _narrow(found):
        refuse(f"{what} are numbers", shown(x), "Give an array of numbers.")
    if shape is not None:
        ndim = len(shape)
    axes = range(len(shape or ()))
    fits = ndim is None or found.ndim == ndim
    fits = fits and all(shape[i] in (None, found.shape[i]) for i in axes if shape)
    enough = found.ndim == 0 or (len(found) >= least and (found.size > 0 or least == 0))
    if not (fits and enough):
        words = form or "a shape, and at least one value"
        refuse(f"{what} have {words}", found.shape, remedy)
    if dtype is None:
        dtype = found.dtype if found.dtype.kind == "f" and found.dtype.itemsize > 2 else np.float32
    found = found.astype(dtype, copy=False)
    if found.size and (finite or low > -math.inf or high < math.inf):
        check_values(found, what, low, high)
    return found


def labels(values: Any, classes: int | None = None, count: int | None = None) -> np.ndarray:
    """Return labels 0 to C - 1 as an array of int64, shape (count,).

    Parameters
    ----------
    values : array_like of int, shape (count,)
        One label for each example.
    classes, count : int, optional
        How many labels there are, C, and how many examples.

    Raises
    ------
    ValueError
        If they are no whole numbers, unknown, or not one for each example.
    """
    length = "n" if count is None else count
    form = f"the shape ({length},), one label for each example"
    remedy = "Rows of zeros and a one have their labels in .argmax(axis=1)."
    found = array(values, "labels", form, remedy, shape=(count,), least=0, dtype=float)
    if (found != np.floor(found)).any():
        refuse("labels are whole numbers", shown(values), "Number the classes.")
    if classes is not None and found.size and not 0 <= found.min() <= found.max() < classes:
        span = f"values from {found.min():.0f} to {found.max():.0f}"
        refuse(f"a label is one of 0 to {classes - 1}", span, "Number the classes from 0.")
    return found.astype(np.int64)


def check_values(x: np.ndarray, what: str, low: float = -math.inf, high: float = math.inf) -> None:
    """Raise ValueError unless all values are finite and between two bounds."""
    least, most = float(x.min()), float(x.max())  # NaN and infinities come through
    bounded = low > -math.inf or high < math.inf
    within = f"within [{low:g}, {high:g}]"
    if not (math.isfinite(least) and math.isfinite(most)):
        bad = np.count_nonzero(~np.isfinite(x))
        remedy = "Look where they come from before using them."
        rule = f"{what} are finite" + (f" and {within}" if bounded else "")
        refuse(rule, f"{bad} values that are NaN or infinite", remedy)
    if least < low or most > high:
        remedy = "Divide grey levels 0 to 255 by 255 first." if (low, high) == (0, 1) else ""
        refuse(f"{what} are {within}", f"values from {least:g} to {most:g}", remedy)


def _narrow(x: np.ndarray) -> bool:
    """Return whether numbers are of a narrow type that NumPy does not count among its floats."""
    return x.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")
