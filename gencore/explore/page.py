"""How an interactive figure travels: its numbers, its script and its style in one piece of HTML.

The script is put together from the folder ``script``: the parts that a kind of figure needs, then
the file of the kind. A part is a file that makes ``gencoreParts.NAME``, once in a page; naming the
others in this way is how a file says that it needs them.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
from collections.abc import Callable, Mapping, Sized
from functools import cache, cached_property
from graphlib import TopologicalSorter
from importlib import resources
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image

from gencore import checks

# Strict for every part; the parts that another figure of the page has made are kept.
START = '"use strict";\nglobalThis.gencoreParts ??= {};'
WIDEST, COLOURS = 640, 64  # pixels and colours of a picture where no script runs
TAKEN = re.compile(r"\bgencoreParts\.(\w+)\b(?! \?\?=)")


class Explorer:
    """A figure that a reader can move, in a notebook and in a page opened from disk.

    It shows itself as HTML that needs nothing beside itself. Where there is no HTML or no script
    runs, or the page of a book is printed, a picture stands in.

    Parameters
    ----------
    kind : str
        Which figure it is: the name of a file in ``script/figures``.
    title : str
        Name of the figure.
    about : str
        What it shows and how to use it, for those who do not see it or cannot move it.
    data : dict
        The numbers that the script needs; arrays as ``packed`` gives them.
    still : callable
        Draws the picture and returns its axes.

    Raises
    ------
    ValueError
        If there is no figure of this kind, or the data are nothing that JSON has.
    """

    def __init__(
        self, kind: str, title: str, about: str, data: dict[str, Any], still: Callable[[], Axes]
    ):
        checks.kind(data, Mapping, "the data of a figure come by their names", "Give a dict.")
        self.kind, self.title, self.about, self.data, self.still = kind, title, about, data, still
        self.text = text({"kind": kind, "data": data})
        self.script = script(kind)

    def _repr_html_(self) -> str:
        return (
            f"<style>{style()}</style>\n"
            f'<gencore-explorer role="group" aria-label="{html.escape(self.title)}">\n'
            f'<p class="gencore-about">{html.escape(self.about)}</p>\n'
            f'<noscript><img alt="The picture of: {html.escape(self.title)}." '
            f'src="data:image/png;base64,{self.small}"></noscript>\n'
            f'<script type="application/json">{self.text}</script>\n'
            f"</gencore-explorer>\n<script>{self.script}</script>"
        )

    def _repr_png_(self) -> bytes:
        return self.picture

    @cached_property
    def picture(self) -> bytes:
        """The picture that stands in, as a PNG file."""
        ax, file = self.still(), io.BytesIO()
        ax.figure.savefig(file, format="png")  # pyright: ignore[reportAttributeAccessIssue]
        plt.close(ax.figure)  # pyright: ignore[reportArgumentType]
        return file.getvalue()

    @cached_property
    def small(self) -> str:
        """The same in few colours and no wider than a phone's two screens, in base64."""
        with Image.open(io.BytesIO(self.picture)) as image:
            image = image.convert("RGB")
            image.thumbnail((WIDEST, WIDEST))
            file = io.BytesIO()
            image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
                file, "PNG", optimize=True
            )
        return base64.b64encode(file.getvalue()).decode("ascii")

    def __repr__(self) -> str:
        """Return what the figure shows, for those who read text alone."""
        return f"{self.title}. {self.about}"


def text(data: Any) -> str:
    """Return data as JSON for a script element.

    Raises
    ------
    ValueError
        If they hold NaN or an infinity, which no browser reads, or an object that JSON has not.
    """
    try:
        words = json.dumps(data, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"a page holds texts, finite numbers and packed arrays; received others ({error}). "
            "Pack arrays, and leave out what is not finite."
        ) from error
    # What stands in a script element is read as HTML first: no tag may begin in it.
    return words.replace("<", "\\u003c")


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
    if source.dtype.kind not in "fbiu":
        checks.refuse("a figure keeps numbers", checks.shown(array), "Give an array of numbers.")
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


def some(items: Any, what: str) -> None:
    """Refuse a figure of nothing."""
    if not isinstance(items, Sized) or isinstance(items, str):
        checks.refuse(f"a figure shows several of a kind, each a {what}", checks.shown(items))
    if not len(items):
        raise ValueError(f"a figure shows at least one {what}; received none.")


@cache
def script(kind: str) -> str:
    """Return the script of a kind of figure: the parts that it needs, then its own file.

    Raises
    ------
    ValueError
        If there is no such kind, or a part that it needs is missing.
    """
    kinds, parts = scripts("script/figures"), scripts("script")
    if kind not in kinds:
        raise ValueError(
            f"every kind of figure has a file in script/figures; received the kind {kind!r}. "
            f"Choose one of {', '.join(sorted(kinds))}, or add its file."
        )
    order = needed(kinds[kind], parts)
    return "\n".join([START, *(parts[name] for name in order), kinds[kind]])


def needed(text: str, parts: Mapping[str, str]) -> list[str]:
    """Return the parts that a text takes from and those that they need, each after its own.

    Raises
    ------
    ValueError
        If a part is missing, or parts need each other in a circle.
    """
    graph: dict[str, list[str]] = {}
    waiting = TAKEN.findall(text)
    while waiting:
        name = waiting.pop()
        if name not in parts:
            raise ValueError(
                f"every part of a figure has a file in script; received the part {name!r}. "
                f"Choose one of {', '.join(sorted(parts))}, or add its file."
            )
        if name not in graph:
            graph[name] = TAKEN.findall(parts[name])
            waiting += graph[name]
    return list(TopologicalSorter(graph).static_order())


@cache
def scripts(folder: str) -> dict[str, str]:
    """Return the texts of the scripts in a folder beside this module, by their names."""
    paths = resources.files("gencore.explore").joinpath(folder).iterdir()
    files = [path for path in paths if path.name.endswith(".js")]
    return {path.name.removesuffix(".js"): path.read_text(encoding="utf8") for path in files}


@cache
def style() -> str:
    """Return the style of the figures."""
    return resources.files("gencore.explore").joinpath("style.css").read_text(encoding="utf8")
