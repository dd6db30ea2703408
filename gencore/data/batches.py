"""A function of many rows, called on a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops


def in_batches(function: Callable[..., Any], *arrays: Any, size: int) -> np.ndarray:
    """Return what the function makes of rows, in batches of bounded memory.

    Parameters
    ----------
    function : callable
        Takes the same rows of every array and returns one row for each.
    *arrays : array, shape (n, ...), or None
        Inputs; those that are None are left out.
    size : int
        Rows of a batch.

    Returns
    -------
    ndarray, shape (n, ...)
    """
    given = [array for array in arrays if array is not None]
    starts = range(0, len(given[0]), size)
    batches = ([ops.convert_to_tensor(array[i : i + size]) for array in given] for i in starts)
    return np.concatenate([np.asarray(function(*batch)) for batch in batches])
