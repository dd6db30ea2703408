"""Matrix games: exact solutions, exploitability, fictitious play."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from gencore import checks

MOST_SHARES = 10**8  # numbers that the shares of all rounds take
GAP = 1e-8  # largest exploitability of a solution, as a share of the range of the payoffs


class Equilibrium(NamedTuple):
    """A Nash equilibrium of a zero-sum game.

    Attributes
    ----------
    row, column : ndarray, shapes (m,) and (n,)
        Probabilities of the rows and of the columns.
    value : float
        What the row player receives on average.
    """

    row: np.ndarray
    column: np.ndarray
    value: float


class FictitiousPlay(NamedTuple):
    """The course of fictitious play.

    Attributes
    ----------
    actions : ndarray of int, shape (rounds, 2)
        Row and column chosen in each round.
    rows, columns : ndarray, shapes (rounds, m) and (rounds, n)
        Share of the rounds so far in which each row and each column was chosen.
    exploitability : ndarray, shape (rounds,)
        Exploitability of these shares, taken as mixed strategies.
    """

    actions: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    exploitability: np.ndarray


def solve_zero_sum(payoff: ArrayLike) -> Equilibrium:
    r"""Return a Nash equilibrium by linear programming.

    .. math:: \max_{\rho, v} v \quad \text{where} \quad (\rho A)_j \ge v \text{ for all } j, \;
       \rho \ge 0, \; \sum_i \rho_i = 1

    The multipliers of the constraints, one a column, solve the dual program, which is the problem
    of the column player (von Neumann, 1928; Dantzig, 1951).

    Parameters
    ----------
    payoff : array_like, shape (m, n)
        What the row player receives.

    Raises
    ------
    ValueError
        If the payoffs are not a matrix of finite numbers.
    ArithmeticError
        If the solver fails, or its two strategies leave a duality gap.
    """
    payoff = _matrix(payoff)
    rows, columns = payoff.shape
    scaled = (payoff - payoff.min()) / (np.ptp(payoff) or 1.0)
    solution = linprog(
        np.append(np.zeros(rows), -1.0),  # the smallest -v
        A_ub=np.column_stack([-scaled.T, np.ones(columns)]),  # v - (rho A)_j <= 0
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if not solution.success:
        raise ArithmeticError(
            f"a zero-sum game has a solution; the solver found none: {solution.message} Payoffs "
            "of very different sizes may be the cause."
        )
    row, column = _normalised(solution.x[:-1]), _normalised(-solution.ineqlin.marginals)
    gap = exploitability(scaled, row, column)
    if gap > GAP:
        raise ArithmeticError(
            f"the two strategies of a solution have the same value; they differ by {gap:.1e} of "
            "the payoffs' range. Payoffs of very different sizes may be the cause."
        )
    return Equilibrium(row, column, float(row @ payoff @ column))


def exploitability(payoff: ArrayLike, row: ArrayLike, column: ArrayLike) -> float:
    r"""Return what both players together could gain by a best response to the other.

    .. math:: \max_i (A \kappa)_i - \min_j (\rho A)_j

    It is at least 0, and 0 exactly at a Nash equilibrium.

    Parameters
    ----------
    payoff : array_like, shape (m, n)
        What the row player receives.
    row, column : array_like, shapes (m,) and (n,)
        Mixed strategies of the two players.

    Raises
    ------
    ValueError
        If the payoffs are not a matrix of finite numbers, or a strategy is not a distribution.
    """
    payoff = _matrix(payoff)
    row, column = _strategy(row, len(payoff), "row"), _strategy(column, payoff.shape[1], "column")
    return max(0.0, float(np.max(payoff @ column) - np.min(row @ payoff)))  # never -1e-17


def fictitious_play(
    payoff: ArrayLike, rounds: int, row: int = 0, column: int = 0
) -> FictitiousPlay:
    """Let both players answer, round after round, the choices that the other has made so far.

    Each takes a best response to the share of the rounds in which the opponent chose each of its
    actions; of several, the first. In a zero-sum game the shares approach the equilibria (Brown,
    1951; Robinson, 1951).

    Parameters
    ----------
    payoff : array_like, shape (m, n)
        What the row player receives.
    rounds : int
        Number of rounds.
    row, column : int
        What is chosen in the first round.

    Raises
    ------
    ValueError
        If the payoffs are not a matrix of finite numbers, there is no round, or there is no such
        row or column.
    """
    payoff = _matrix(payoff)
    most = MOST_SHARES // max(payoff.shape)
    rule = f"play has at least one round, and here at most {most:,}"
    rounds = checks.whole(rounds, rule, "Pass rounds=1 or more.", high=most)
    rule = f"play begins in the matrix, of shape {payoff.shape}"
    remedy, (rows, columns) = "Count both from 0.", payoff.shape
    row = checks.whole(row, rule, remedy, low=0, high=rows - 1, name="row")
    column = checks.whole(column, rule, remedy, low=0, high=columns - 1, name="column")
    actions = np.zeros((rounds, 2), dtype=int)
    received, paid = np.zeros(len(payoff)), np.zeros(payoff.shape[1])
    for number in range(rounds):
        actions[number] = row, column
        received += payoff[:, column]  # by each row, had it been chosen in every round
        paid += payoff[row]
        row, column = int(received.argmax()), int(paid.argmin())
    rows = _shares(actions[:, 0], payoff.shape[0])
    columns = _shares(actions[:, 1], payoff.shape[1])
    gaps = (columns @ payoff.T).max(axis=1) - (rows @ payoff).min(axis=1)
    return FictitiousPlay(actions, rows, columns, gaps)


def _shares(actions: np.ndarray, size: int) -> np.ndarray:
    counts = np.eye(size)[actions].cumsum(axis=0)
    return counts / np.arange(1, len(actions) + 1)[:, None]


def _normalised(weights: np.ndarray) -> np.ndarray:
    weights = np.clip(weights, 0, None)
    return weights / weights.sum()


def _matrix(payoff: ArrayLike) -> np.ndarray:
    form = "the shape (m, n), a row for each choice of the row player and a column for each of "
    form += "the column player"
    matrix = checks.array(payoff, "payoffs", form, ndim=2, finite=False, dtype=float)
    if not np.abs(matrix).max() < 1e300:  # the range must be finite too
        raise ValueError(
            f"payoffs are finite numbers; received {matrix.min()} to {matrix.max()}. Give a "
            "forbidden choice a large finite loss."
        )
    return matrix


def _strategy(weights: ArrayLike, size: int, player: str) -> np.ndarray:
    form = f"the shape ({size},), a probability for each choice of the {player} player"
    strategy = checks.array(weights, "strategies", form, shape=(size,), dtype=float)
    if not (np.all(strategy >= 0) and abs(strategy.sum() - 1) < 1e-9):
        raise ValueError(
            f"a strategy is made of probabilities, none negative, 1 in all; received for the "
            f"{player} player the smallest {strategy.min():.3g} and the sum {strategy.sum():.9g}. "
            "Divide weights by their sum."
        )
    return strategy
