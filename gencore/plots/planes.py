"""Figures of codes in the plane; ``plots`` has them under its own name."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from scipy import stats

from gencore import checks
from gencore.plots.diagrams import COLORS

LABEL_DISTANCE = 0.45  # at least, between two labels; in standard deviations of the codes


def latent_scatter(codes: np.ndarray, labels: np.ndarray, ax: Axes | None = None) -> Axes:
    """Draw codes in the plane, coloured by class, with each class's digit near its median.

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
    labels = checks.labels(labels, 10)
    if np.ndim(codes) != 2 or np.shape(codes) != (len(labels), 2):
        raise ValueError(
            f"a plane shows one point of two coordinates for each label; received codes "
            f"{np.shape(codes)} and {len(labels)} labels. Choose two of the coordinates."
        )
    codes = checks.array(codes, "codes", "the shape (n, 2)", shape=(None, 2))
    ax = ax or plt.subplots(figsize=(5, 4.6))[1]
    ax.scatter(*np.transpose(codes), c=labels, cmap="tab10", vmin=0, vmax=9, s=3, linewidths=0)
    classes, spread = np.unique(labels), np.maximum(np.std(codes, axis=0), 1e-9)
    middles = np.array([np.median(codes[labels == digit], axis=0) for digit in classes])
    for digit, place in zip(classes, spread * _apart(middles / spread), strict=True):
        box = {"boxstyle": "circle", "facecolor": "white", "edgecolor": "black", "pad": 0.15}
        ax.text(
            place[0], place[1], str(digit), ha="center", va="center", fontweight="bold", bbox=box
        )
    ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    return ax


def _apart(places: np.ndarray, distance: float = LABEL_DISTANCE) -> np.ndarray:
    """Return points, pushed away from each other until no two are nearer than a distance."""
    places = places + 1e-6 * np.arange(len(places))[:, None]  # two in one place are told apart
    for _ in range(500):
        between = places[:, None] - places
        gaps = np.linalg.norm(between, axis=-1) + np.diag(np.full(len(places), np.inf))
        lacking = np.clip(distance - gaps, 0, None)
        if not lacking.any():
            break
        places = places + (between * (lacking / gaps)[..., None]).sum(axis=1) / 2
    return places


def latent_density(
    draws: np.ndarray, reach: float = 3.0, points: int = 80, ax: Axes | None = None
) -> Axes:
    """Draw a kernel density estimate of draws from the plane, darker where they are denser.

    Parameters
    ----------
    draws : ndarray, shape (n, 2)
        Points of the plane.
    reach : float
        Standard deviations on either side of the mean that are shown.
    points : int
        Places along each axis at which the density is taken.

    Raises
    ------
    ValueError
        If the draws are not points of the plane.
    """
    if np.ndim(draws) != 2 or np.shape(draws)[1] != 2:
        raise ValueError(
            f"a plane shows points of two coordinates; received draws {np.shape(draws)}. Choose "
            f"two of the coordinates."
        )
    form = "the shape (n, 2), more than two of them"
    draws = checks.array(draws, "draws", form, shape=(None, 2), least=3, dtype=float)
    if np.linalg.matrix_rank(draws - draws.mean(axis=0)) < 2:
        checks.refuse("a density of the plane has draws that are on no line", "such draws")
    rule = "so many standard deviations are shown, above 0"
    reach = checks.number(reach, rule, above=0, high=1000, name="reach")
    points = checks.whole(points, "an axis has two places or more", low=2, high=2000, name="points")
    ax = ax or plt.subplots(figsize=(4.6, 4.4))[1]
    center, scale = np.mean(draws, axis=0), np.std(draws, axis=0)
    across, up = (
        m + s * np.linspace(-reach, reach, points) for m, s in zip(center, scale, strict=True)
    )
    places = np.stack(np.meshgrid(across, up))  # (2, points, points)
    density = stats.gaussian_kde(np.transpose(draws))(places.reshape(2, -1))
    ax.contourf(across, up, density.reshape(points, points), levels=12, cmap="Blues")
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return ax


def vector_field(
    points: np.ndarray,
    vectors: np.ndarray,
    color: str = COLORS[0],
    label: str = "",
    width: float = 0.004,
    ax: Axes | None = None,
) -> Axes:
    """Draw arrows in the plane, in the units of the plane: an arrow ends where it points.

    Parameters
    ----------
    points, vectors : ndarray, shape (n, 2)
        Where the arrows begin, and how far they go.
    color, label : str
        Colour and name of the field.
    width : float
        Thickness of a shaft, as a share of the plot's width.

    Raises
    ------
    ValueError
        If places or arrows are not finite points of the plane, or not as many.
    """
    form = "the shape (n, 2)"
    points = checks.array(points, "places of arrows", form, shape=(None, 2))
    vectors = checks.array(vectors, "arrows", f"{form}, one for each place", shape=points.shape)
    width = checks.number(width, "a shaft has a thickness, a share of the width", above=0, high=1)
    ax = ax or plt.subplots(figsize=(5.2, 5.2))[1]
    units = {"angles": "xy", "scale_units": "xy", "scale": 1}
    ax.quiver(*points.T, *vectors.T, color=color, label=label, width=width, **units)
    ax.set_aspect("equal")
    return ax
