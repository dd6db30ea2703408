"""Numbers as a network reads them: what somebody gives is looked at, what Keras computes is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gencore.checks.arrays import array
from gencore.checks.settings import computed, keras, ops
from gencore.checks.values import refuse

Tensor = Any
READ = "Give what the network reads."


def tensor(
    x: Any, what: str, form: str = "", remedy: str = "", shape: Sequence[int | None] | None = None
) -> Tensor:
    """Return numbers as float32, or raise ValueError unless they are finite and of a shape.

    The arguments are those of :func:`gencore.checks.array`. Of what a network computes the shape
    alone is compared, as far as it is known.
    """
    if not computed(x):
        return ops.convert_to_tensor(array(x, what, form, remedy, shape=shape), "float32")
    received = tuple(x.shape)
    if shape is not None and not agree(received, tuple(shape)):
        refuse(f"{what} have {form or f'the shape {tuple(shape)}'}", received, remedy)
    return x if isinstance(x, keras.KerasTensor) else ops.convert_to_tensor(x, "float32")


def agree(one: tuple, other: tuple) -> bool:
    """Return whether two shapes are equal, as far as they are known: None is any length."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a == b or None in (a, b) for a, b in pairs)


def inputs(network: Any, x: Any, what: str) -> Any:
    """Return what a network reads as float32, a list where it has several inputs (ValueError)."""
    shapes = [tuple(place.shape) for place in network.inputs]
    several = len(shapes) > 1
    if several and not (isinstance(x, tuple | list) and len(x) == len(shapes)):
        pair = "a pair" if len(shapes) == 2 else f"{len(shapes)} parts"
        refuse(f"{what} of a conditional network are {pair} of inputs and labels", "others", READ)
    parts = zip(x if several else [x], shapes, strict=True)
    read = [tensor(part, what, f"the shape {shape[1:]} each", READ, shape) for part, shape in parts]
    return read if several else read[0]
