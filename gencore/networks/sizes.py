"""Checks of the sizes that a network is built from."""

from __future__ import annotations

from collections.abc import Sequence

IMAGE_SHAPE = (28, 28, 1)


def check_sizes(**sizes: Sequence[int]) -> None:
    """Raise ValueError unless all sizes, under the names of their arguments, are 1, 2, 3, ...."""
    for name, values in sizes.items():
        if any(int(value) != value or value < 1 for value in values):
            raise ValueError(
                f"{name} counts units, filters or pixels and must be positive whole numbers; "
                f"received {list(values)}. Give sizes of 1 or more."
            )


def halved(shape: Sequence[int], times: int) -> tuple[int, int]:
    """Return height and width after ``times`` halvings, which must come out whole."""
    height, width = shape[0], shape[1]
    step = 2**times
    if times < 1 or height % step or width % step:
        raise ValueError(
            f"each convolution of stride 2 halves height and width, so both must be divisible by "
            f"2 to the number of filters, and there must be at least one; received an image of "
            f"{height}x{width} and {times} filter counts. Give fewer filter counts, or pad."
        )
    return height // step, width // step
