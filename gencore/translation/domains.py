"""Two sets of images of which no image has a partner."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks


def unpaired(a: Any, b: Any, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two sets of images in random orders, the smaller repeated: as many of either.

    What stands side by side afterwards has nothing in common, whatever the orders were before.

    Parameters
    ----------
    a, b : array_like, shapes (n, ...) and (m, ...)
        Images of two domains.
    seed : int
        Decides both orders.

    Returns
    -------
    tuple of ndarray
        Both sets, max(n, m) images of each. Of the smaller one every image comes equally often, but
        for one time more or less.

    Raises
    ------
    ValueError
        If a domain is empty, or the seed is none.
    """
    a, b = (_images(x, name) for x, name in ((a, "A"), (b, "B")))
    rule = "a seed is a whole number of at least 0"
    rng = np.random.default_rng(checks.whole(seed, rule, low=0, name="seed"))
    count = max(len(a), len(b))
    return tuple(x[_order(len(x), count, rng)] for x in (a, b))  # pyright: ignore[reportReturnType]


def _images(x: Any, name: str) -> np.ndarray:
    form = "the shape (n, ...), one or more"
    x = checks.array(x, f"images of the domain {name}", form, "Give images of both domains.")
    if x.ndim < 2:
        checks.refuse(
            f"images of the domain {name} have {form}", x.shape, "Give an axis of images."
        )
    return x


def _order(size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` rows of ``size``: whole random orders, one after another."""
    return np.concatenate([rng.permutation(size) for _ in range(-(-count // size))])[:count]
