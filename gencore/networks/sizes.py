"""Checks of the sizes that a network is built from."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gencore import checks
from gencore.checks import settings

IMAGE_SHAPE = (28, 28, 1)
GATED = "gated"  # of a hidden layer: a product of an affine map and a gate
ROWS = ("hidden", "filters", "shape")
ALONE = ("latent_size", "feature_size", "classes", "kernel")
Built = TypeVar("Built", bound=Callable[..., Any])


def sized(build: Built) -> Built:
    """Let a function build networks from sizes of any integer type, in any sequence.

    Keras counts in ints alone, and what can be read once only would be empty the second time.
    """
    signature = inspect.signature(build)

    @functools.wraps(build)
    def built(*args: Any, **options: Any) -> Any:
        given = signature.bind(*args, **options)
        for name, value in given.arguments.items():
            if name in ROWS:
                given.arguments[name] = checks.sizes(value, name)
            elif name in ALONE and value is not signature.parameters[name].default:
                (given.arguments[name],) = checks.sizes([value], name)
        return build(*given.args, **given.kwargs)

    return built  # pyright: ignore[reportReturnType]


def check_sizes(**given: Any) -> None:
    """Raise ValueError unless all sizes, under the names of their arguments, are 1, 2, 3, ....

    A size that stands alone is given as a list of one.
    """
    for name, values in given.items():
        if not len(checks.sizes(values, name)) and name == "shape":
            checks.refuse("an image has a shape, one length or more", "none", "See IMAGE_SHAPE.")


def activations(hidden: str, code: str | None = None, gated: bool = False) -> None:
    """Raise ValueError unless Keras knows the activation of hidden layers, and that of a code.

    Those of hidden layers may be gated where a network can be built so.
    """
    if not (gated and isinstance(hidden, str) and hidden == GATED):
        settings.activation(hidden)
    settings.activation(code, optional=True)


def check_image(shape: Sequence[int]) -> None:
    """Raise ValueError unless a shape is that of an image: height, width, channels."""
    if len(checks.sizes(shape, "shape")) != 3:
        checks.refuse(
            "convolutions read images of the shape (height, width, channels)",
            tuple(shape),
            "Give (28, 28, 1) for grey images of 28x28.",
        )


def check_dropout(share: float) -> float:
    """Return the share of units to leave out, or raise ValueError unless it is in [0, 1)."""
    rule = "dropout leaves out a share of the units, from 0 to below 1"
    return checks.number(share, rule, "A quarter is 0.25.", low=0, below=1)


def halved(shape: Sequence[int], times: int) -> tuple[int, int]:
    """Return height and width after ``times`` halvings, which must come out whole."""
    check_image(shape)
    height, width = shape[0], shape[1]
    step = 2**times
    if times < 1 or height % step or width % step:
        raise ValueError(
            f"each convolution of stride 2 halves height and width, so both must be divisible by "
            f"2 to the number of filters, and there must be at least one; received an image of "
            f"{height}x{width} and {times} filter counts. Give fewer filter counts, or pad."
        )
    return height // step, width // step
