"""Drawings of models and games; ``plots`` has them under its own name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from gencore import checks

# Okabe and Ito's palette, told apart by colour-blind readers, without its yellow (pale on white).
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
BLUE, ORANGE, GREEN = COLORS[:3]
MARKS = ("o-", "s--", "v-.", "D:", "^-", "P--", "X-.", "*:")


def vae_diagram(ax: Axes | None = None) -> Axes:
    """Draw the blocks of a VAE, the draw of the code outside the path of the gradient."""
    ax = ax or plt.subplots(figsize=(9, 3.4))[1]
    blocks = {  # name: place, text, edge
        "x": (0.0, 0.0, "$x$", "black"),
        "encoder": (1.6, 0.0, "encoder", BLUE),
        "mean": (3.4, 0.7, r"$\mu(x)$", BLUE),
        "scale": (3.4, -0.7, r"$\sigma(x)$", BLUE),
        "noise": (5.2, -1.6, r"$\varepsilon \sim N(0, I)$", ORANGE),
        "code": (5.2, 0.0, r"$z = \mu + \sigma\,\varepsilon$", BLUE),
        "decoder": (7.2, 0.0, "decoder", BLUE),
        "density": (9.0, 0.0, r"$p(x \mid z)$", "black"),
    }
    arrows = [("x", "encoder"), ("encoder", "mean"), ("encoder", "scale"), ("mean", "code")]
    arrows += [("scale", "code"), ("noise", "code"), ("code", "decoder"), ("decoder", "density")]
    boxes = {}
    for name, (left, height, text, edge) in blocks.items():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": edge}
        words = ax.text(left, height, text, ha="center", va="center", fontsize=12, bbox=box)
        boxes[name] = words.get_bbox_patch()
    for start, end in arrows:
        line = {"arrowstyle": "-|>", "color": "0.3", "shrinkA": 0, "shrinkB": 1, "linewidth": 1.6}
        if start == "noise":
            line |= {"linestyle": "--", "color": ORANGE}
        line |= {"patchA": boxes[start], "patchB": boxes[end]}
        ax.annotate("", blocks[end][:2], blocks[start][:2], arrowprops=line)
    ax.set(xlim=(-0.6, 9.8), ylim=(-2.1, 1.3))
    ax.set_axis_off()
    return ax


def simplex_path(shares: np.ndarray, names: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw distributions over three actions, one after the other, as a path in a triangle.

    A corner is an action taken always, the middle all three equally often; dots mark the start
    and the end.

    Parameters
    ----------
    shares : ndarray, shape (n, 3)
        Non-negative weights, 1 in each row.
    names : sequence of str
        The actions: left corner, right corner, top corner.

    Raises
    ------
    ValueError
        If the distributions are not over three actions.
    """
    names = checks.words(names, "names of actions")
    if np.ndim(shares) != 2 or np.shape(shares)[1] != 3 or len(names) != 3:
        raise ValueError(
            f"a triangle shows distributions over three actions; received shares "
            f"{np.shape(shares)} and {len(names)} names. Choose three of the actions."
        )
    shares = checks.array(shares, "shares of actions", "the shape (n, 3)", ndim=2, low=0)
    if np.abs(shares.sum(axis=1) - 1).max() > 1e-4:
        sums = shares.sum(axis=1)
        received = f"rows that sum to {sums.min():g} to {sums.max():g}"
        checks.refuse("shares of actions are 1 in each row", received, "Divide by their sum.")
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
    ax.fill(*corners.T, facecolor="none", edgecolor="0.4")
    path = shares @ corners
    ax.plot(*path.T, color=BLUE, linewidth=0.9)
    ax.plot(*path[0], "o", color=BLUE)
    ax.plot(*path[-1], "o", color=ORANGE, zorder=3)
    for name, corner in zip(names, corners, strict=True):
        low = corner[1] == 0
        place, side = (corner[0], corner[1] + (-0.04 if low else 0.04)), "top" if low else "bottom"
        ax.text(*place, name, ha="center", va=side)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.14, 1.0), aspect="equal")
    ax.set_axis_off()
    return ax


def phase_plane(
    paths: Mapping[str, tuple[np.ndarray, np.ndarray]],
    flow: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    reach: float,
    ax: Axes | None = None,
) -> Axes:
    """Draw how two players move, over the arrows along which small steps would take them.

    Parameters
    ----------
    paths : mapping of str to (x, y), each of shape (n,)
        Name and positions of each path.
    flow : callable
        Returns the direction (dx, dy) at positions (x, y).
    reach : float
        The square from -reach to reach is drawn.

    Raises
    ------
    ValueError
        If the reach is no length, the flow no function, or a path not two rows of numbers.
    """
    reach = checks.number(reach, "a square reaches to a number above 0", above=0, high=1e9)
    checks.function(flow, "a flow is a function of positions x and y")
    checks.kind(paths, Mapping, "paths come by their names", "Give {} for none.")
    form = "two rows x and y of one length"
    lines = {
        name: checks.array(path, "paths", form, shape=(2, None), finite=False, dtype=float)
        for name, path in paths.items()
    }
    ax = ax or plt.subplots(figsize=(4.4, 4.2))[1]
    x, y = np.meshgrid(*[np.linspace(-0.9 * reach, 0.9 * reach, 9)] * 2)
    ax.quiver(x, y, *flow(x, y), color="0.7", width=0.005, angles="xy")
    styles = zip(("o-", "s--", "D-."), (BLUE, ORANGE, GREEN), strict=True)
    for (name, path), (dash, color) in zip(lines.items(), styles, strict=False):
        ax.plot(*path, dash, color=color, markersize=3, linewidth=1.2, label=name)
    ax.plot(0, 0, "k+", markersize=10)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    return ax


def eigenvalue_plane(
    eigenvalues: Mapping[str, np.ndarray],
    multipliers: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    limits: tuple[float, float, float, float],
    ax: Axes | None = None,
) -> Axes:
    """Draw eigenvalues in the complex plane and where the steps of a rule die away.

    Parameters
    ----------
    eigenvalues : mapping of str to ndarray of complex
        Named sets of eigenvalues.
    multipliers : mapping of str to callable
        For each named rule, what a step multiplies the deviation along an eigenvalue by. The
        curve where its magnitude is 1 bounds the eigenvalues that die away.
    limits : tuple of float
        Left, right, bottom and top edge.

    Raises
    ------
    ValueError
        If there are no eigenvalues, or the edges are not four numbers in their order.
    """
    checks.kind(eigenvalues, Mapping, "eigenvalues come by their names", "Give {} for none.")
    checks.kind(multipliers, Mapping, "multipliers come by their names", "Give {} for none.")
    form = "four numbers: left, right, bottom and top"
    edges = checks.array(limits, "edges", form, shape=(4,), dtype=float)
    if not (edges[0] < edges[1] and edges[2] < edges[3]):
        checks.refuse(f"edges are {form}, each pair rising", edges.tolist())
    for values in eigenvalues.values():
        for part in (np.real(values), np.imag(values)):
            checks.array(part, "eigenvalues", finite=False, dtype=float)
    ax = ax or plt.subplots(figsize=(4.6, 4.2))[1]
    real, imaginary = np.meshgrid(np.linspace(*limits[:2], 301), np.linspace(*limits[2:], 301))
    for (name, multiplier), dash in zip(multipliers.items(), ("--", ":"), strict=False):
        size = np.abs(multiplier(real + 1j * imaginary))
        ax.contour(real, imaginary, size, levels=[1.0], colors=["0.3"], linestyles=[dash])
        ax.plot([], [], dash, color="0.3", label=name)
    for (name, values), color, mark in zip(
        eigenvalues.items(), (BLUE, ORANGE, GREEN), "osD", strict=False
    ):
        ax.plot(np.real(values), np.imag(values), mark, color=color, label=name)
    ax.axvline(0, color="0.7", linewidth=1, zorder=0)
    ax.set(xlim=limits[:2], ylim=limits[2:], xlabel="real part", ylabel="imaginary part")
    ax.set_aspect("equal")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=2)
    return ax


def dose_response(
    frames: Mapping[str, Any],
    ylabel: str = "",
    legend: bool = True,
    shown: Collection[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a score against the variance of the noise, one line for each model.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        Name and values of each line, as ``results.response`` gives them: ``value`` over the index,
        a variance that stands at the place of its root; from ``low`` to ``high`` reaches a bar.
    ylabel : str
        Name of the score, with its unit.
    legend : bool
        Whether the names are shown.
    shown : collection of str, optional
        Lines to draw; without the others they have the colours and marks that they have with them.

    Raises
    ------
    ValueError
        If a line is no table with the columns ``value``, ``low`` and ``high``.
    """
    checks.kind(frames, Mapping, "lines come by their names", "See results.response.")
    for frame in frames.values():
        rule = "a line is a table with the columns value, low and high"
        checks.has(frame, ("index", "columns"), rule, "See results.response.")
        if not {"value", "low", "high"} <= set(frame.columns):
            checks.refuse(rule, f"the columns {list(frame.columns)}", "See results.response.")
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    styles = zip(cycle(COLORS), cycle(MARKS), strict=True)
    for (name, frame), (color, mark) in zip(frames.items(), styles, strict=False):
        if shown is not None and name not in shown:
            continue
        x, line = np.sqrt(frame.index.to_numpy(float)), {"color": color, "markersize": 5}
        ax.plot(x, frame["value"], mark, label=name, **line)
        ax.vlines(x, frame["low"], frame["high"], color=color, linewidth=4, alpha=0.4)
    variances = sorted({float(v) for frame in frames.values() for v in frame.index})
    ax.set_xticks(np.sqrt(variances), [f"{v:g}" for v in variances])
    ax.set(xlabel="variance of the noise", ylabel=ylabel)
    if legend and frames:
        ax.legend()
    return ax
