r"""Gradient steps of two players; ``games`` has them under its own name.

Player x goes down its gradient :math:`\nabla_x f`, player y up its own, :math:`\nabla_y f`. In a
zero-sum game f is one function. All functions take numbers or arrays for x and y.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from gencore import checks

Gradient = Callable[[Any, Any], Any]


class Game(NamedTuple):
    """Two players who each know their own gradient.

    Attributes
    ----------
    gradient_x, gradient_y : callable
        Of (x, y). Player x descends the first, player y ascends the second; each has the shape
        of its player.
    """

    gradient_x: Gradient
    gradient_y: Gradient


class Trajectory(NamedTuple):
    """Where the players are, from the start on.

    Attributes
    ----------
    x, y : ndarray, shapes (steps + 1, ...)
        The start, then the players after each step.
    """

    x: np.ndarray
    y: np.ndarray


def bilinear(matrix: ArrayLike = 1.0) -> Game:
    r"""Return the game :math:`f(x, y) = x^\top M y`; for numbers x and y, f = M x y.

    Parameters
    ----------
    matrix : array_like, shape () or (m, n)
        The coefficients M, for players of shapes (m,) and (n,).

    Raises
    ------
    ValueError
        If they are not finite numbers of such a shape.
    """
    matrix = checks.array(matrix, "coefficients", "the shape () or (m, n)", dtype=float)
    if matrix.ndim not in (0, 2):
        checks.refuse("coefficients have the shape () or (m, n)", matrix.shape)
    return Game(lambda x, y: np.dot(matrix, y), lambda x, y: np.dot(matrix.T, x))


def dirac_gan(penalty: float = 0.0) -> Game:
    r"""Return the GAN whose data and samples are one point each (Mescheder et al., 2018).

    The data sit at 0, the generator puts its samples at x, and the discriminator gives a point u
    the logit y u. The penalty holds its slope y down.

    .. math:: f(x, y) = \log\tfrac12 + \log(1 - \mathrm{sigmoid}(x y)) - \tfrac\gamma2 y^2

    Parameters
    ----------
    penalty : float
        The weight :math:`\gamma`, not negative.

    Raises
    ------
    ValueError
        If the penalty is negative or not a number.
    """
    rule = "a penalty holds the slope down, so its weight is finite and not negative"
    penalty = checks.number(penalty, rule, "Pass 0 for none.", low=0)
    return Game(
        lambda x, y: -expit(x * y) * y,
        lambda x, y: -expit(x * y) * x - penalty * y,
    )


def simultaneous_gda(
    game: Game, x: ArrayLike, y: ArrayLike, step_size: float, steps: int
) -> Trajectory:
    r"""Step both players at once, each by its gradient at the same place.

    .. math:: x' = x - \eta \nabla_x f(x, y), \qquad y' = y + \eta \nabla_y f(x, y)

    Parameters
    ----------
    game : Game
        The gradients.
    x, y : array_like
        Where the players start.
    step_size : float
        The step size :math:`\eta`, positive.
    steps : int
        Number of steps.

    Raises
    ------
    ValueError
        If the step size, the number of steps or the start is not usable, or a gradient has not
        the shape of its player.
    FloatingPointError
        If the players leave the range of finite numbers; the message names the step.
    """

    def step(x, y):
        return x - step_size * game.gradient_x(x, y), y + step_size * game.gradient_y(x, y)

    return _follow(game, step, x, y, step_size, steps)


def alternating_gda(
    game: Game, x: ArrayLike, y: ArrayLike, step_size: float, steps: int
) -> Trajectory:
    r"""Step player x, then player y, who has seen the step of x.

    .. math:: x' = x - \eta \nabla_x f(x, y), \qquad y' = y + \eta \nabla_y f(x', y)

    Arguments, result and errors are those of :func:`simultaneous_gda`.
    """

    def step(x, y):
        x = x - step_size * game.gradient_x(x, y)
        return x, y + step_size * game.gradient_y(x, y)

    return _follow(game, step, x, y, step_size, steps)


def extragradient(
    game: Game, x: ArrayLike, y: ArrayLike, step_size: float, steps: int
) -> Trajectory:
    r"""Step both players by their gradients at the place where a first step would lead.

    .. math:: \bar x = x - \eta \nabla_x f(x, y), \quad \bar y = y + \eta \nabla_y f(x, y)

    .. math:: x' = x - \eta \nabla_x f(\bar x, \bar y), \quad
       y' = y + \eta \nabla_y f(\bar x, \bar y)

    The method is Korpelevich's (1976). Arguments, result and errors are those of
    :func:`simultaneous_gda`; each step takes two gradients of each player.
    """

    def step(x, y):
        ahead_x = x - step_size * game.gradient_x(x, y)
        ahead_y = y + step_size * game.gradient_y(x, y)
        return (
            x - step_size * game.gradient_x(ahead_x, ahead_y),
            y + step_size * game.gradient_y(ahead_x, ahead_y),
        )

    return _follow(game, step, x, y, step_size, steps)


def jacobian(game: Game, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    r"""Return the Jacobian of the field :math:`(-\nabla_x f, \nabla_y f)` that moves the players.

    By central differences, with an error of about 1e-10 where the field is smooth and of size 1.

    Parameters
    ----------
    game : Game
        The gradients.
    x, y : array_like
        The place, of m and n coordinates.

    Returns
    -------
    ndarray, shape (m + n, m + n)
        Row by component of the field, column by coordinate of (x, y).

    Raises
    ------
    ValueError
        If the players are not at finite numbers, or a gradient has not the shape of its player.
    """
    x, y = _players(game, x, y)
    place = np.concatenate([x.ravel(), y.ravel()])

    def field(z):
        here = z[: x.size].reshape(x.shape), z[x.size :].reshape(y.shape)
        return np.concatenate([-np.ravel(game.gradient_x(*here)), np.ravel(game.gradient_y(*here))])

    columns = []
    for k, width in enumerate(np.cbrt(np.finfo(float).eps) * np.maximum(1, np.abs(place))):
        ahead, behind = place.copy(), place.copy()
        ahead[k] += width
        behind[k] -= width
        columns.append((field(ahead) - field(behind)) / (ahead[k] - behind[k]))
    return np.stack(columns, axis=1)


def jacobian_eigenvalues(game: Game, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Return the eigenvalues of :func:`jacobian`, complex, ordered by their real parts.

    A step of size eta multiplies small deviations by 1 + eta times an eigenvalue.
    """
    return np.sort_complex(np.linalg.eigvals(jacobian(game, x, y)).astype(complex))


def _players(game: Game, x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    checks.kind(game, Game, "players move by the gradients of a Game", "See games.bilinear.")
    x, y = (checks.array(at, "places of players", dtype=float) for at in (x, y))
    rule = "a gradient is a function of both players"
    for gradient, place in ((game.gradient_x, x), (game.gradient_y, y)):
        checks.function(gradient, rule)
        try:
            found = np.shape(gradient(x, y))
        except (ValueError, TypeError, IndexError):  # shapes that no product has
            found = None
        if found != place.shape:
            raise ValueError(
                f"a gradient has the shape of its player, {x.shape} and {y.shape}; received "
                f"{'none' if found is None else found}. Check the game's gradients."
            )
    return x, y


def _follow(
    game: Game, step: Callable, x: ArrayLike, y: ArrayLike, step_size: float, steps: int
) -> Trajectory:
    rule = "a step size is positive and finite"
    remedy = "Which player descends and which ascends is part of the game."
    checks.number(step_size, rule, remedy, above=0)
    steps = checks.whole(steps, "there is at least one step", "Pass steps=1 or more.")
    x, y = _players(game, x, y)
    path = [(x, y)]
    for number in range(1, steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            new_x, new_y = step(*path[-1])
        if not (np.isfinite(new_x).all() and np.isfinite(new_y).all()):
            raise FloatingPointError(
                f"the players left the range of finite numbers at step {number}. Take smaller or "
                "fewer steps."
            )
        path.append((new_x, new_y))
    return Trajectory(np.stack([x for x, _ in path]), np.stack([y for _, y in path]))
