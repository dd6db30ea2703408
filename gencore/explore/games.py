"""Figures of two players: gradient steps in the plane, the training of a GAN on the line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gencore import checks, games, plots
from gencore.explore.page import Explorer, packed

STEP_SIZE, STEPS = 0.3, 60  # with which the script begins


def game(x: float = 1.0, y: float = 0.8) -> Explorer:
    """Return the bilinear game and the Dirac-GAN: choose rule and step size, click a start.

    The page follows the rules of :mod:`gencore.games` in the same arithmetic.

    Parameters
    ----------
    x, y : float
        Where the players start, between -2.5 and 2.5.

    Raises
    ------
    ValueError
        If the start is outside of the plane.
    """
    rule = "the plane of the players reaches from -2.5 to 2.5"
    x = checks.number(x, rule, "Start there.", low=-2.5, high=2.5, name="x")
    y = checks.number(y, rule, "Start there.", low=-2.5, high=2.5, name="y")

    def still() -> Axes:
        bilinear = games.bilinear()
        rules = (games.simultaneous_gda, games.alternating_gda, games.extragradient)
        distances = {
            rule.__name__.removesuffix("_gda"): np.hypot(*rule(bilinear, x, y, STEP_SIZE, STEPS))
            for rule in rules
        }
        ax = plots.curves(
            distances, x=range(STEPS + 1), xlabel="step", ylabel="distance from the equilibrium"
        )
        ax.set_yscale("log")
        return ax

    return Explorer(
        "game",
        "Two players who follow their gradients",
        "The plane of two players with the arrows that move them, and their distance from the "
        "equilibrium after each step. Choose the game, the rule and the step size; click where the "
        "players start, or move the start with the arrow keys. On the bilinear game simultaneous "
        "steps spiral outwards, alternating ones stay on an ellipse, extragradient ones arrive.",
        {"start": [float(x), float(y)]},
        still,
    )


def gan_training(
    grid: ArrayLike,
    data_density: ArrayLike,
    moments: Mapping[str, tuple[ArrayLike, ArrayLike]],
) -> Explorer:
    """Return a slider through the training of a GAN on the line.

    Parameters
    ----------
    grid : array_like, shape (m,)
        Places on the line, evenly spaced.
    data_density : array_like, shape (m,)
        Density of the data there.
    moments : mapping of str to (array_like, array_like), each of shape (m,)
        For moments of the training, by name and in their order: the density of the samples and
        the discriminator's probability of being real.

    Raises
    ------
    ValueError
        If there is no moment, or an array has not the shape of the grid.
    """
    checks.mapping(moments, "moments")
    moments = {str(name): pair for name, pair in moments.items()}
    grid = checks.array(grid, "places on the line", "the shape (m,)", ndim=1, least=2, dtype=float)
    data_density = checks.array(data_density, "densities", ndim=1, low=0, dtype=float)
    form = f"two rows of {len(grid)} values"
    pairs = np.array(
        [
            checks.array(
                list(pair) if isinstance(pair, tuple) else pair,
                "moments",
                form,
                ndim=2,
                dtype=float,
            )
            for pair in moments.values()
        ]
    )
    if grid.ndim != 1 or data_density.shape != grid.shape or pairs.shape[1:] != (2, len(grid)):
        raise ValueError(
            f"every curve has a value at every place of the grid; received a grid {grid.shape}, a "
            f"density {data_density.shape} and moments {pairs.shape[1:]}."
        )

    def still() -> Axes:
        series = {"data": data_density, "samples": pairs[-1, 0], "discriminator": pairs[-1, 1]}
        return plots.curves(series, x=grid, xlabel="x")  # pyright: ignore[reportArgumentType]

    return Explorer(
        "gan_training",
        "The training of a GAN on the line",
        f"Densities of data and samples, the discriminator, and the best answer to these samples, "
        f"at {len(moments)} moments of the training chosen by a slider, from "
        f"{next(iter(moments))} to {list(moments)[-1]}. The samples spread until they lie on the "
        "data, and the discriminator comes to one half there.",
        {
            "grid": packed(grid, "float64"),
            "real": packed(data_density, "float64"),
            "names": list(moments),
            "generated": packed(pairs[:, 0], "float16"),
            "discriminator": packed(pairs[:, 1], "float16"),
        },
        still,
    )
