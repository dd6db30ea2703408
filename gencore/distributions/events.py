"""What makes a density one: parameters that are numbers, events of one shape, draws of a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import computed, ops
from gencore.checks.tensors import agree

Tensor = Any


def last(count: int) -> tuple[int, ...]:
    """Return the numbers of the last axes."""
    return tuple(range(-count, 0))


def check_parameter(values: Any, what: str, positive: bool = False) -> Tensor:
    """Return parameters of a density as float32 (ValueError).

    What a network computes is taken as it is; numbers that somebody gives are looked at.

    Parameters
    ----------
    values : tensor or array_like
        The parameters.
    what : str
        What they are, in the plural.
    positive : bool
        Whether they are above 0.
    """
    if not computed(values):
        values = checks.array(values, what, dtype=np.float32)
        if positive and values.min() <= 0:
            received = f"one of {values.min():g}"
            checks.refuse(f"{what} are positive", received, "Give standard deviations.")
    return ops.convert_to_tensor(values, "float32")


def check_axes(event_ndims: Any, parameters: Tensor) -> int:
    """Return how many of the axes of parameters make up an event, 0 for numbers (ValueError)."""
    rule = "event_ndims counts the last axes of an event, 0 or more"
    high = len(parameters.shape)
    return checks.whole(event_ndims, rule, f"There are {high} axes.", low=0, high=high)


def check_event(
    x: Any,
    parameters: Tensor,
    event_ndims: int,
    beside: bool = True,
    low: float = -np.inf,
    high: float = np.inf,
) -> Tensor:
    """Return x as float32, or raise ValueError unless its events have the shape of parameters.

    Events of other shapes would broadcast, and what comes out is no density.

    Parameters
    ----------
    x : tensor or array_like
        Points; what a network computes is not looked at.
    parameters : tensor
        Means or logits of the density.
    event_ndims : int
        Axes of an event.
    beside : bool
        Whether points and parameters stand beside each other, so that the axes in front of the
        events broadcast.
    low, high : float
        The least and the greatest value that has a density.
    """
    if not computed(x):
        x = checks.array(x, "points of a density", finite=False, dtype=np.float32)
        if np.isnan(x).any() or low > -np.inf:
            checks.check_values(x, "points of a density", low, high)
    x = ops.convert_to_tensor(x, "float32")
    (ahead, wanted), (first, received) = (_split(t, event_ndims) for t in (parameters, x))
    if len(x.shape) < event_ndims or not agree(wanted, received):
        checks.refuse(
            f"a density is that of events of one shape, here {wanted}",
            tuple(x.shape),
            "Give points, codes or images of that shape.",
        )
    pairs = zip(ahead[::-1], first[::-1], strict=False)
    if beside and any(a != b and not {a, b} & {1, None} for a, b in pairs):
        rule = f"points stand beside densities, here {ahead} of them"
        checks.refuse(rule, f"{first} points", "Give one for each, or one for all.")
    return x


def _split(x: Tensor, event_ndims: int) -> tuple[tuple, tuple]:
    """Return the shape in front of the events, and that of an event."""
    shape = tuple(x.shape)
    first = max(0, len(shape) - event_ndims)
    return shape[:first], shape[first:]


def draws(n: Any, alone: bool = True) -> tuple[Any, ...]:
    """Return the leading axis of n draws, none for one draw ``alone`` without n (ValueError).

    A number that a traced step computes, as that of the rows of a batch, is taken as it is.
    """
    if n is None and alone:
        return ()
    if computed(n):
        return (n,)
    return (checks.whole(n, "so many are drawn, at least one", "Ask for one or more.", name="n"),)


def fits(scale: tuple, loc: tuple) -> bool:
    """Return whether a scale broadcasts to the shape of the means, as far as shapes are known."""
    if len(scale) > len(loc):
        return False
    pairs = zip(scale[::-1], loc[::-1], strict=False)
    return all(one in (1, None, other) or other is None for one, other in pairs)
