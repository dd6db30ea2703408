"""A function of many rows, called on a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import ops


@lru_cache(maxsize=8)
def _compiled(function: Callable[..., Any], reads: tuple[Hashable, ...]) -> Callable[..., Any]:
    """Return a function compiled, made anew when what it reads is replaced."""
    # TensorFlow counts the tracings of a method over all models, and would complain of the third
    # model that it had traced too often. A partial is counted by itself.
    return tf.function(partial(function), autograph=False, reduce_retracing=True)


def in_batches(
    function: Callable[..., Any], *arrays: Any, size: int, reads: tuple[Hashable, ...] = ()
) -> np.ndarray:
    """Return what the function makes of rows, in batches of bounded memory.

    More rows than a batch are worth a compiled function, which is kept for the next call.

    Parameters
    ----------
    function : callable
        Takes the same rows of every array and returns one row for each. A method of a model is
        compiled once for all calls.
    *arrays : array, shape (n, ...), or None
        Inputs; those that are None are left out.
    size : int
        Rows of a batch.
    reads : tuple
        The parts of a model that the function reads, networks for example: a compiled function
        would not notice that one of them has been replaced.

    Returns
    -------
    ndarray, shape (n, ...)

    Raises
    ------
    ValueError
        If there are no rows.
    """
    size = checks.whole(size, "a batch has one row or more", name="batch_size")
    given = [array for array in arrays if array is not None]
    count = len(given[0])
    if not count:
        raise ValueError("a model is called on at least one row; received none. Give one or more.")
    call = _compiled(function, reads) if count > size else function
    made = np.empty(0)
    for start in range(0, count, size):
        rows = slice(start, min(start + size, count))
        batch = np.asarray(call(*(ops.convert_to_tensor(array[rows]) for array in given)))
        if not start:
            made = np.empty((count, *batch.shape[1:]), batch.dtype)
        made[rows] = batch
    return made
