"""Scores of reconstructions and samples, each with its standard error; NumPy only."""

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


def reconstruction_error(x: np.ndarray, x_hat: np.ndarray) -> Estimate:
    r"""Return the squared error of reconstructions, summed over pixels, averaged over images.

    .. math:: \frac1n \sum_i \sum_d (x_{id} - \hat x_{id})^2

    Parameters
    ----------
    x, x_hat : ndarray, shape (n, ...)
        Images and their reconstructions.

    Returns
    -------
    Estimate
        In squared pixel units per image.

    Raises
    ------
    ValueError
        If the shapes differ: broadcasting would compare images with the wrong partners.
    """
    if np.shape(x) != np.shape(x_hat):
        raise ValueError(
            f"each image is compared with its own reconstruction, so the shapes agree; received "
            f"{np.shape(x)} and {np.shape(x_hat)}. Reconstruct the very images that are scored."
        )
    difference = (np.asarray(x, dtype=float) - np.asarray(x_hat, dtype=float)).reshape(len(x), -1)
    return Estimate.from_values(np.einsum("nd,nd->n", difference, difference), "per image")


def accuracy(logits: np.ndarray, labels: np.ndarray) -> Estimate:
    """Return the share of images whose largest logit is that of the right class.

    Parameters
    ----------
    logits : ndarray, shape (n, classes)
        Scores of the classes; any increasing function of them will do.
    labels : ndarray of int, shape (n,)
        The right classes.

    Returns
    -------
    Estimate
        A proportion.

    Raises
    ------
    ValueError
        If the numbers of images differ.
    """
    if np.ndim(logits) != 2 or np.shape(labels) != (len(logits),):
        raise ValueError(
            f"there is one row of logits and one label for each image; received shapes "
            f"{np.shape(logits)} and {np.shape(labels)}. Pass labels of shape (n,)."
        )
    return Estimate.from_values(np.argmax(logits, axis=1) == labels)


def _decimals(stderr: float) -> int:
    """Return how many decimals show one significant digit of the error, two if it begins with 1."""
    if not (math.isfinite(stderr) and stderr > 0):
        return 2
    exponent = math.floor(math.log10(stderr))
    leading = stderr / 10**exponent
    return max(0, -exponent + (leading < 2))
