"""How an interactive figure travels: its numbers, its script and its style in one piece of HTML."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Callable, Sized
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes


class Explorer:
    """A figure that a reader can move, in a notebook and in a page opened from disk.

    It shows itself as HTML that needs nothing beside itself. Where there is no HTML, or the page
    of a book is printed, a picture stands in.

    Parameters
    ----------
    kind : str
        Which figure of the script it is.
    title : str
        Name of the figure.
    about : str
        What it shows and how to use it, for those who do not see it and where no script runs.
    data : dict
        The numbers that the script needs; arrays as ``packed`` gives them.
    still : callable
        Draws the picture and returns its axes.
    """

    def __init__(
        self, kind: str, title: str, about: str, data: dict[str, Any], still: Callable[[], Axes]
    ):
        self.kind, self.title, self.about, self.data, self.still = kind, title, about, data, still

    def _repr_html_(self) -> str:
        # What stands in a script element is read as HTML first: no tag may begin in it.
        text = json.dumps({"kind": self.kind, "data": self.data}).replace("<", "\\u003c")
        return (
            f"<style>{_asset('css')}</style>\n"
            f'<gencore-explorer role="group" aria-label="{html.escape(self.title)}">\n'
            f'<p class="gencore-about">{html.escape(self.about)}</p>\n'
            f'<script type="application/json">{text}</script>\n'
            f"</gencore-explorer>\n<script>{_asset('js')}</script>"
        )

    def _repr_png_(self) -> bytes:
        ax, file = self.still(), io.BytesIO()
        ax.figure.savefig(file, format="png")  # pyright: ignore[reportAttributeAccessIssue]
        plt.close(ax.figure)  # pyright: ignore[reportArgumentType]
        return file.getvalue()

    def __repr__(self) -> str:
        """Return what the figure shows, for those who read text alone."""
        return f"{self.title}. {self.about}"


def packed(array: Any, dtype: str) -> dict[str, Any]:
    """Return an array as text, which JSON can hold.

    Parameters
    ----------
    array : array_like
        Finite numbers, or NaN and infinities where ``dtype`` is a float.
    dtype : str
        ``"float64"``, ``"float16"``, ``"uint8"``, or ``"uint4"``: 0 to 15, two to a byte.

    Raises
    ------
    ValueError
        If the type is not one that the script reads, or a value has no place in it.
    """
    if dtype not in ("float64", "float16", "uint8", "uint4"):
        raise ValueError(
            f"the script of a figure reads float64, float16, uint8 and uint4; received {dtype!r}. "
            "Choose float16 for weights."
        )
    source, whole = np.asarray(array), dtype.startswith("uint")
    with np.errstate(over="ignore", invalid="ignore"):
        typed = source.astype(np.dtype("uint8" if whole else dtype).newbyteorder("<"))
    fits = typed == source if whole else np.isfinite(typed) == np.isfinite(source)
    if not np.all(fits & (dtype != "uint4" or source < 16)):
        raise ValueError(
            f"a figure keeps its numbers as {dtype}; received values outside of it, from "
            f"{source.min():g} to {source.max():g}. Scale them, or choose another type."
        )
    if dtype == "uint4":
        pairs = np.append(typed, np.zeros(typed.size % 2, np.uint8)).reshape(-1, 2)
        typed = pairs[:, 0] << 4 | pairs[:, 1]
    text = base64.b64encode(typed.tobytes()).decode("ascii")
    return {"type": dtype, "shape": list(source.shape), "base64": text}


def some(items: Sized, what: str) -> None:
    """Refuse a figure of nothing."""
    if not len(items):
        raise ValueError(f"a figure shows at least one {what}; received none.")


@cache
def _asset(kind: str) -> str:
    """Return the script or the style of the figures, which lie beside this module."""
    path = resources.files("gencore").joinpath(f"_explorers.{kind}")
    return path.read_text(encoding="utf8")
