"""From the probabilities of the next symbol to a symbol: temperature, the likeliest, a draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks


def check_choice(temperature: Any, top_k: Any) -> tuple[float, int | None]:
    """Return temperature and number of candidates, or raise ValueError."""
    rule = "a temperature is finite and positive"
    remedy = "Give 1 for the model's own probabilities, top_k=1 for the most likely symbol."
    temperature = checks.number(temperature, rule, remedy, above=0, name="temperature")
    if top_k is not None:
        top_k = checks.whole(top_k, "top_k counts symbols, at least one", name="top_k")
    return temperature, top_k


def tempered(probabilities: Any, temperature: float = 1.0, top_k: int | None = None) -> np.ndarray:
    r"""Return probabilities at a temperature, of the most likely symbols alone.

    .. math:: q_i = p_i^{1/T} \Big/ \sum_j p_j^{1/T}

    the sum being over the k most likely symbols; the others have none.

    Parameters
    ----------
    probabilities : array_like, shape (..., V)
        At least 0; they need not sum to 1.
    temperature : float
        T; below 1 the likely becomes likelier.
    top_k : int, optional
        How many symbols are candidates; by default all. Of equally likely ones the first are.

    Returns
    -------
    ndarray of float64, shape (..., V)
        They sum to 1.

    Raises
    ------
    ValueError
        If the temperature is not positive, top_k below 1, or there is no probability.
    """
    temperature, top_k = check_choice(temperature, top_k)
    what = "probabilities"
    p = np.atleast_1d(checks.array(probabilities, what, low=0, dtype=float))
    largest = p.max(axis=-1, keepdims=True)
    if (largest <= 0).any():
        checks.refuse("a symbol has a probability above 0", "zeros alone", "Give weights.")
    with np.errstate(under="ignore"):
        q = (p / largest) ** (1 / temperature)
    if top_k is not None and top_k < q.shape[-1]:
        order = np.argsort(-p, axis=-1, kind="stable")
        np.put_along_axis(q, order[..., top_k:], 0.0, axis=-1)
    return q / q.sum(axis=-1, keepdims=True)


def drawn(probabilities: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Return the symbol at which the cumulative probability passes a number of [0, 1).

    Probabilities (n, V) sum to 1; uniform and the symbols have the shape (n,).
    """
    passed = np.cumsum(probabilities, axis=-1) <= uniform[:, None]
    # Rounding may leave the sum below the number: then the last one that can come.
    last = probabilities.shape[-1] - 1 - np.argmax(probabilities[:, ::-1] > 0, axis=-1)
    return np.minimum(passed.sum(axis=-1), last)
