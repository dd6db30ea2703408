"""Drawings of models and of their latent spaces; ``plots`` has them under its own name."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

BLUE, ORANGE = "#0072B2", "#D55E00"  # of the palette in plots


def latent_scatter(codes: np.ndarray, labels: np.ndarray, ax: Axes | None = None) -> Axes:
    """Draw codes in the plane, coloured by class, with each class's digit at its median.

    Parameters
    ----------
    codes : ndarray, shape (n, 2)
        Points of the plane.
    labels : ndarray of int, shape (n,)
        Classes 0 to 9; the digit says in black what the colour says.

    Raises
    ------
    ValueError
        If the codes are not points of the plane, one for each label.
    """
    if np.ndim(codes) != 2 or np.shape(codes) != (len(labels), 2):
        raise ValueError(
            f"a plane shows one point of two coordinates for each label; received codes "
            f"{np.shape(codes)} and {len(labels)} labels. Choose two of the coordinates."
        )
    ax = ax or plt.subplots(figsize=(5, 4.6))[1]
    ax.scatter(*np.transpose(codes), c=labels, cmap="tab10", vmin=0, vmax=9, s=3, linewidths=0)
    for digit in np.unique(labels):
        place = np.median(codes[labels == digit], axis=0)
        box = {"boxstyle": "circle", "facecolor": "white", "edgecolor": "black", "pad": 0.15}
        ax.text(
            place[0], place[1], str(digit), ha="center", va="center", fontweight="bold", bbox=box
        )
    ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    return ax


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
    for start, end in arrows:
        color = ORANGE if start == "noise" else "0.3"
        line = {"arrowstyle": "-|>", "color": color, "shrinkA": 26, "shrinkB": 26, "linewidth": 1.6}
        if start == "noise":
            line["linestyle"] = "--"
        ax.annotate("", blocks[end][:2], blocks[start][:2], arrowprops=line)
    for left, height, text, edge in blocks.values():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": edge}
        ax.text(left, height, text, ha="center", va="center", fontsize=12, bbox=box)
    ax.set(xlim=(-0.6, 9.8), ylim=(-2.1, 1.3))
    ax.set_axis_off()
    return ax
