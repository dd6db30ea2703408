"""Figures of numbers and images: grids, curves, vector fields; and the style of the book."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from gencore import checks
from gencore.plots.diagrams import COLORS

DASHES = ("-", "--", "-.", ":")
FARTHEST = 10.0  # from 0, of a pixel whose scale is 0 to 1: noise leaves it, grey levels are beyond


def use_book_style() -> None:
    """Set Matplotlib's defaults for the book: opaque white ground, readable type, safe colours."""
    mpl.rcParams.update(
        {
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
            "savefig.bbox": "tight",
            "figure.dpi": 110,
            "savefig.dpi": 144,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=COLORS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "font.size": 11,
            "legend.frameon": False,
            "image.cmap": "gray_r",
        }
    )


def image_grid(
    images: np.ndarray,
    columns: int = 10,
    signed: bool = False,
    title: str = "",
    tile: float = 0.72,
    ax: Axes | None = None,
) -> Axes:
    """Draw images side by side, row after row.

    Parameters
    ----------
    images : ndarray, shape (n, height, width) or (n, height, width, 1)
        Grey images, 0 drawn white and 1 black.
    columns : int
        Images in a row.
    signed : bool
        Scale each image to its own largest magnitude and draw it in two colours, blue below zero
        and red above (weights).
    title : str
        Text above the grid.
    tile : float
        Inches for each image, where the figure is new.

    Raises
    ------
    ValueError
        If the array does not hold grey images, or these are grey levels of 0 to 255.
    """
    tiles = _tiles(images, math.inf if signed else FARTHEST)
    count, height, width = tiles.shape
    columns = checks.whole(columns, "a row holds one image or more", name="columns")
    tile = checks.number(tile, "an image has a width in inches, at most 20", above=0, high=20)
    if signed:
        tiles = tiles / np.abs(tiles).max(axis=(1, 2), keepdims=True).clip(1e-12)
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.zeros((rows * columns, height + 1, width + 1))  # one empty line between images
    sheet[:count, :height, :width] = tiles
    sheet = sheet.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    sheet = sheet.reshape(rows * (height + 1), -1)[:-1, :-1]
    ax = ax or _new_axes(tile * columns, tile * rows)
    cmap, lowest = ("RdBu_r", -1) if signed else ("gray_r", 0)
    ax.imshow(sheet, interpolation="nearest", cmap=cmap, vmin=lowest, vmax=1)
    ax.set_title(title, loc="left")
    ax.set_axis_off()
    return ax


def pairs(rows: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Draw rows of images under each other, each row with its name, partners in one column.

    Parameters
    ----------
    rows : mapping of str to ndarray, shape (n, height, width[, 1])
        Name and images of each row; every row has the same number of images.

    Raises
    ------
    ValueError
        If the rows differ in shape.
    """
    checks.mapping(rows, "rows of images")
    shapes = {name: np.shape(images) for name, images in rows.items()}
    if len(set(shapes.values())) != 1:
        raise ValueError(f"partners share a column, so rows have one shape; received {shapes}.")
    columns = len(_tiles(next(iter(rows.values()))))
    ax = ax or _new_axes(0.72 * columns + 2.4, 0.72 * len(rows))
    ax = image_grid(np.concatenate([_tiles(images) for images in rows.values()]), columns, ax=ax)
    height = _tiles(next(iter(rows.values()))).shape[1] + 1
    for i, name in enumerate(rows):
        ax.text(-4, (i + 0.5) * height, name, ha="right", va="center", fontsize=13)
    return ax


def curves(
    series: Mapping[str, np.ndarray],
    x: Sequence[float] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw named curves on one axis, told apart by colour and by dash.

    Parameters
    ----------
    series : mapping of str to ndarray, shape (n,) or (repeats, n)
        Values of each curve; repeats (seeds) are drawn as their mean and the band they span.
    x : sequence of float, optional
        Positions of the values; by default 1, 2, ..., n.
    xlabel, ylabel : str
        Names of the axes, with units.
    legend : bool
        Whether the names are shown.

    Raises
    ------
    ValueError
        If there is no curve, or a curve has not one value at each position.
    """
    checks.mapping(series, "curves")
    form = "the shape (n,) or (repeats, n)"
    lines = {
        name: np.atleast_2d(checks.array(values, "curves", form, finite=False, dtype=float))
        for name, values in series.items()
    }
    places = None if x is None else checks.array(x, "positions", "the shape (n,)", ndim=1)
    for line in lines.values():
        if line.ndim != 2 or (places is not None and line.shape[1] != len(places)):
            shape = () if places is None else places.shape
            checks.refuse(f"curves have {form}, n positions", f"{line.shape} for {shape}")
    ax = ax or _new_axes(6.4, 3.8)
    styles = zip(cycle(COLORS), cycle(DASHES), strict=True)
    for (name, repeats), (color, dash) in zip(lines.items(), styles, strict=False):
        positions = np.arange(1, repeats.shape[1] + 1) if x is None else np.asarray(x)
        ax.plot(positions, repeats.mean(axis=0), dash, color=color, label=name)
        if len(repeats) > 1:
            low, high = repeats.min(axis=0), repeats.max(axis=0)
            ax.fill_between(positions, low, high, color=color, alpha=0.2, linewidth=0)
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if legend:
        ax.legend()
    return ax


def network_diagram(
    sizes: Sequence[int] = (6, 3, 6),
    names: Sequence[str] = ("$x$", "$z = E(x)$", r"$\hat{x} = D(z)$"),
    ax: Axes | None = None,
) -> Axes:
    """Draw a fully connected network: a column of units for each layer, a line for each weight.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, from left to right.
    names : sequence of str
        What each layer holds, written under it.

    Raises
    ------
    ValueError
        If there is no layer, a layer has no unit, or more than 100, or a name is missing.
    """
    sizes = checks.sizes(sizes, "sizes", "counts the units of each layer")
    names = checks.words(names, "names of layers")
    if not sizes or max(sizes) > 100 or len(names) != len(sizes):
        rule = "every layer has a name and at most 100 units, and there is one layer or more"
        checks.refuse(rule, f"layers {sizes} and names {checks.shown(names)}")
    ax = ax or _new_axes(5.6, 3.4)
    columns = [[(2.0 * i, k - (size - 1) / 2) for k in range(size)] for i, size in enumerate(sizes)]
    for left, right in zip(columns, columns[1:], strict=False):
        for x0, y0 in left:
            for x1, y1 in right:
                ax.plot([x0, x1], [y0, y1], color="0.7", linewidth=0.8, zorder=1)
    lowest = -(max(sizes) - 1) / 2
    for i, (units, name) in enumerate(zip(columns, names, strict=True)):
        inner = 0 < i < len(columns) - 1
        face = COLORS[1] if inner else COLORS[0]
        ax.scatter(*np.transpose(units), s=260, color=face, edgecolor="black", zorder=2)
        ax.text(2.0 * i, lowest - 0.9, name, ha="center", va="center", fontsize=13)
    ax.set(xlim=(-0.6, 2.0 * (len(sizes) - 1) + 0.6), ylim=(lowest - 1.4, -lowest + 0.6))
    ax.set_axis_off()
    return ax


def _tiles(images: np.ndarray, bound: float = FARTHEST) -> np.ndarray:
    """Return grey images as an array (n, height, width), or raise ValueError."""
    form = "the shape (n, height, width) or (n, height, width, 1), n above 0"
    remedy = "Reshape flat rows with .reshape(-1, 28, 28); one image alone is image[None]."
    whole = np.asarray(images).dtype.kind in "iu"  # grey levels, where they are above 1
    low, high = (0, 1) if whole and bound == FARTHEST else (-bound, bound)
    tiles = checks.array(images, "grey images", form, remedy, low=low, high=high, dtype=float)
    if tiles.ndim == 4 and tiles.shape[-1] == 1:
        tiles = tiles[..., 0]
    elif tiles.ndim == 3 and tiles.shape[-1] == 1:
        tiles = tiles[None, :, :, 0]  # one image with its channel
    if tiles.ndim != 3:
        checks.refuse(f"grey images have {form}", np.shape(images), remedy)
    return tiles


def _new_axes(width: float, height: float) -> Axes:
    return plt.subplots(figsize=(width, height))[1]
