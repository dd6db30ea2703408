"""A number with its standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error.

    Parameters
    ----------
    value : float
        The estimate.
    stderr : float
        Its standard error, in the same unit.
    unit : str
        Unit to print, for example ``"nats"``.

    Examples
    --------
    >>> print(Estimate(-94.7134, 0.312, "nats"))
    -94.7 ± 0.3 nats
    """

    value: float
    stderr: float
    unit: str = ""

    @classmethod
    def from_values(cls, values: np.ndarray, unit: str = "") -> Estimate:
        r"""Return the mean of n independent values and :math:`s / \sqrt n`.

        Parameters
        ----------
        values : array_like, shape (n,)
            One value for each image; booleans give a proportion.
        unit : str
            Unit to print.

        Returns
        -------
        Estimate
            Mean, and sample standard deviation (divisor n - 1) over the root of n.

        Raises
        ------
        ValueError
            If there are fewer than two values or the array is not one-dimensional.
        """
        values = np.asarray(values, dtype=float)
        if values.ndim != 1 or len(values) < 2:
            raise ValueError(
                f"a standard error needs a row of at least two values; received shape "
                f"{values.shape}. Pass one value for each image."
            )
        return cls(float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values))), unit)

    def __str__(self) -> str:
        """Return the value rounded where its standard error begins."""
        digits = _decimals(self.stderr)
        text = f"{self.value:.{digits}f} ± {self.stderr:.{digits}f}"
        return f"{text} {self.unit}".rstrip()


def _decimals(stderr: float) -> int:
    """Return how many decimals show one significant digit of the error, two if it begins with 1."""
    if not (math.isfinite(stderr) and stderr > 0):
        return 2
    exponent = math.floor(math.log10(stderr))
    leading = stderr / 10**exponent
    return max(0, -exponent + (leading < 2))
