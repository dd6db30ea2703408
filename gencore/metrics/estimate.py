"""A number with its standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np

from gencore import checks


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

    def __post_init__(self) -> None:
        """Raise ValueError unless both are numbers; they may be NaN or infinite."""
        for name in ("value", "stderr"):
            found = getattr(self, name)
            plain = isinstance(found, Real) and not isinstance(found, bool)
            if not plain or name == "stderr" and float(found) < 0:
                rule = "an estimate is a number and its standard error, at least 0"
                checks.refuse(rule, f"{name}={checks.shown(found)}", "See Estimate.from_values.")

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
        values = checks.array(
            values,
            "values of a standard error",
            "at least two, in a row",
            "Pass one value for each image.",
            ndim=1,
            least=2,
            finite=False,
            dtype=float,
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
