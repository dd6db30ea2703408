"""What a chapter needs to speak of its own results: numbers that the prose can quote."""

from __future__ import annotations

from typing import Any


def glue(name: str, value: Any) -> None:
    """Store a value under a name for the prose, and show it.

    In the built book ``{glue:text}`` puts the value into a sentence, and the cell that stored it
    is tagged ``remove-cell``. In a live notebook or a script the cell itself shows the value.

    Parameters
    ----------
    name : str
        Name that the text refers to.
    value : object
        A string, an :class:`~gencore.metrics.Estimate`, or anything with a readable ``str``.
    """
    try:
        from myst_nb import glue as store
    except ImportError:
        print(f"{name}: {value}")
    else:
        store(name, str(value))  # a string comes through as it is: "3,000" must not be read as code
