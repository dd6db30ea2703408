"""The loop of EM: rounds that raise a bound, and when they end."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gencore import checks
from gencore.metrics import Estimate


class BoundFellWarning(UserWarning):
    """A bound that EM raises fell by more than three standard errors."""


class BoundNotFinite(ArithmeticError):
    """A bound turned NaN or infinite; the model is as it was before that round."""


@dataclass(frozen=True)
class EMResult:
    """What EM did.

    Parameters
    ----------
    bounds : tuple of Estimate
        The bound at the start and after each round, nats.
    converged : bool
        Whether the last round raised the bound, by less than the tolerance.
    n_iter : int
        Rounds done.
    reason : str
        Why it ended.
    """

    bounds: tuple[Estimate, ...]
    converged: bool
    n_iter: int
    reason: str


def climb(
    values: np.ndarray,
    one_round: Callable[[], np.ndarray],
    keep: Callable[[], Any],
    restore: Callable[[Any], None],
    max_iter: int,
    tol: float,
) -> EMResult:
    """Do rounds of EM until the bound rises by less than the tolerance.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The bound of each point at the start.
    one_round : callable
        Does an E-step and an M-step and returns the new bound of each point.
    keep, restore : callable
        Give a copy of the parameters, and put one back.
    max_iter : int
        At most so many rounds.
    tol : float
        Gain in nats per point below which a rise counts as none.

    Raises
    ------
    ValueError
        If ``max_iter`` or ``tol`` cannot be.
    BoundNotFinite
        If the bound stops being finite; the parameters before that round are put back.
    """
    rule = "EM needs a round and a tolerance of at least 0"
    max_iter = checks.whole(max_iter, rule, name="max_iter")
    tol = checks.number(tol, rule, low=0, name="tol")
    _finite(values, 0)
    bounds, reason = [Estimate.from_values(values, "nats")], f"max_iter={max_iter} rounds are done"
    for n_iter in range(1, max_iter + 1):
        state = keep()
        try:
            new = one_round()
            _finite(new, n_iter)
        except (BoundNotFinite, ValueError):  # a mixture refuses values that are not finite
            restore(state)
            raise
        gain = Estimate.from_values(new - values, "nats")
        bounds.append(Estimate.from_values(new, "nats"))
        values = new
        if 0 <= gain.value < tol:
            return EMResult(tuple(bounds), True, n_iter, f"the bound rose by less than tol={tol}")
        if gain.value < -3 * gain.stderr:
            reason = f"the bound fell in round {n_iter}: {gain}"
            warnings.warn(
                f"EM raises its bound; received {gain} in round {n_iter}. Draw more codes, or "
                f"train with a smaller learning rate.",
                BoundFellWarning,
                stacklevel=3,
            )
            break
    return EMResult(tuple(bounds), False, n_iter, reason)


def _finite(values: np.ndarray, n_iter: int) -> None:
    if bad := np.count_nonzero(~np.isfinite(values)):
        raise BoundNotFinite(
            f"a bound is finite; after round {n_iter} it is not for {bad} of {len(values)} points. "
            f"The parameters before that round are kept. Look for NaN in the data, or train with "
            f"a smaller learning rate."
        )
