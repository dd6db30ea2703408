"""What a chapter needs to speak of its own results: numbers that the prose can quote."""

from __future__ import annotations

from typing import Any


class Quoted:
    """A value that shows as its bare text, without the quotes of a Python string."""

    def __init__(self, value: Any):
        self.text = str(value)

    def __repr__(self) -> str:
        """Return the text alone."""
        return self.text


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
        store(name, Quoted(value))
