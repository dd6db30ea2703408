"""What a decoder's raw output means: the likelihoods that a VAE takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.distributions import Bernoulli, DiagNormal, MeasuredImage, NoisyImage

Tensor = Any
STEEPNESS = 10.0  # of a variance that is learned


@dataclass(frozen=True)
class Likelihood:
    """What a decoder's raw output means.

    Parameters
    ----------
    name : str
        For people.
    distribution : callable
        ``distribution(raw)`` is p(x|z): it has ``log_prob(x)``, shape (B,), and ``mean()``, the
        image that the model shows.
    binary : bool
        Whether its pixels are 0 or 1.
    parameters : tuple of keras.Variable
        What it learns together with the networks.
    low, high : float
        The least and the greatest value that a pixel may have.
    """

    name: str
    distribution: Callable[[Tensor], Any]
    binary: bool = False
    parameters: tuple[keras.Variable, ...] = ()
    low: float = -np.inf
    high: float = np.inf

    def check(self, x: np.ndarray) -> None:
        """Raise ValueError unless the images x can have this likelihood."""
        values = checks.array(x, "images", low=self.low, high=self.high)
        if self.binary and not ((values == 0) | (values == 1)).all():
            raise ValueError(
                f"a Bernoulli pixel is 0 or 1; received grey values between {values.min():g} and "
                f"{values.max():g}. Binarise them with data.binarize, draw them afresh at each "
                f"step with VAE(..., binarize=True), or train with CROSS_ENTROPY and report no "
                f"likelihood."
            )


BERNOULLI = Likelihood("bernoulli", Bernoulli, binary=True)
# The same formula on grey pixels: a cost that a decoder can be trained with, not a likelihood.
CROSS_ENTROPY = Likelihood("cross-entropy", Bernoulli, low=0.0, high=1.0)


def normal(scale: float) -> Likelihood:
    """Return p(x|z) = N(raw, scale^2 I), ``scale`` being the standard deviation of a pixel."""
    rule = "a standard deviation is finite and positive"
    scale = checks.number(scale, rule, "About 0.1 suits pixels between 0 and 1.", above=0)
    return Likelihood("normal", lambda raw: DiagNormal(raw, scale, len(raw.shape) - 1))


def noisy(variance: float, clip: bool = True, learn: bool = False) -> Likelihood:
    r"""Return p(x|z) of noisy images x around a clean one, which is the mean that a model shows.

    Parameters
    ----------
    variance : float
        Variance v of the noise before clipping; where it is learned, the first guess.
    clip : bool
        Whether the noisy values were put back into [0, 1]: a ``NoisyImage`` has a mass at
        both ends then.
    learn : bool
        Whether the variance is one more parameter, :math:`v = v_0 e^{10 w}` with w = 0 at the
        start. Adam moves w by its rate at most; the 10 lets v keep pace with the networks.

    Returns
    -------
    Likelihood
        Its own one parameter, if any, is shared by the models that are given this object.

    Raises
    ------
    ValueError
        If the variance is not finite and positive.
    """
    variance = checks.number(
        variance,
        "the variance of the noise around a clean image is finite and positive",
        "Images without noise have no such likelihood: take CROSS_ENTROPY.",
        above=0,
    )
    low, high = (0.0, 1.0) if clip else (-np.inf, np.inf)
    if not learn:
        return Likelihood(
            "noisy",
            lambda raw: NoisyImage(raw, variance, clip, len(raw.shape) - 1),
            low=low,
            high=high,
        )
    exponent = keras.Variable(0.0, dtype="float32", name="exponent_of_the_variance")

    def distribution(raw: Tensor) -> NoisyImage:
        return NoisyImage(raw, variance * ops.exp(STEEPNESS * exponent), clip, len(raw.shape) - 1)

    return Likelihood(
        "noisy, its variance learned", distribution, parameters=(exponent,), low=low, high=high
    )


def measured(mean: Callable[[Tensor], Tensor]) -> Likelihood:
    """Return the cross-entropy of measured images with the mean of a clean one's measurements.

    Parameters
    ----------
    mean : callable
        From clean images to the mean of their measurements, as ``Measurement.mean``. With it the
        model shows clean images; the cross-entropy of a plain VAE is that of ``lambda x: x``.
    """
    checks.function(mean, "a measurement's mean is a function of clean images")
    return Likelihood(
        "measured",
        lambda raw: MeasuredImage(raw, mean, len(raw.shape) - 1),
        low=0.0,
        high=1.0,
    )
