r"""The distribution of a noisy image around a clean one, clipped or not."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks.settings import check_seed, keras, ops
from gencore.distributions.events import check_axes, check_event, check_parameter, draws

Tensor = Any

LOG_TWO_PI = math.log(2 * math.pi)
FAR = -8.0  # below it the series of log_below errs by less than 1e-5


class NoisyImage:
    r"""A clean image :math:`m = \mathrm{sigmoid}(l)` seen through noise :math:`N(0, v)`.

    Clipped noise puts a mass on black and on white, and leaves a density between them:

    .. math:: P(x = 0) = \Phi(-m / s), \qquad P(x = 1) = \Phi((m - 1) / s), \qquad
       p(x) = N(x; m, s^2) \; \text{for } 0 < x < 1, \qquad s^2 = v

    (a censored normal distribution; Tobin, 1958).

    Parameters
    ----------
    logits : tensor, shape (..., event)
        Logits l of the clean image.
    variance : float or tensor
        Variance v of the noise before clipping, positive.
    clip : bool
        Whether noisy values are put back into [0, 1].
    event_ndims : int
        How many of the last axes make up one image.
    """

    def __init__(self, logits: Tensor, variance: Tensor, clip: bool = True, event_ndims: int = 3):
        self.logits = check_parameter(logits, "logits")
        self.scale = ops.sqrt(check_parameter(variance, "variances", positive=True))
        if len(self.scale.shape):
            form = tuple(self.scale.shape)
            checks.refuse("all pixels have one variance, a number", form, "Give one.")
        self.clip, self.event_ndims = clip, check_axes(event_ndims, self.logits)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return the log-density of each image, shape (...), nats.

        Of clipped images it is taken with respect to length between 0 and 1 and to counting at 0
        and at 1, so that the total over the three parts is 1.
        """
        low, high = (0.0, 1.0) if self.clip else (-math.inf, math.inf)
        x = check_event(x, self.logits, self.event_ndims, low=low, high=high)
        clean = self.mean()
        normal = -0.5 * ops.square((x - clean) / self.scale)
        each = normal - ops.log(self.scale) - 0.5 * LOG_TWO_PI
        if self.clip:
            end = ops.where(x <= 0, -clean, clean - 1) / self.scale
            each = ops.where(ops.logical_or(x <= 0, x >= 1), log_below(end), each)
        return ops.sum(each, axis=tuple(range(-self.event_ndims, 0)))

    def sample(self, n: int | None = None, seed: Any = None) -> Tensor:
        """Draw noisy images, in the shape of ``logits`` or (n, ...); ValueError without a seed."""
        shape = (*draws(n), *ops.shape(self.logits))
        noise = keras.random.normal(shape, seed=check_seed(seed), dtype="float32")
        noisy = self.mean() + self.scale * noise
        return ops.clip(noisy, 0.0, 1.0) if self.clip else noisy

    def mean(self) -> Tensor:
        """Return the clean image, shape of ``logits``: the mean before clipping."""
        return ops.sigmoid(self.logits)


class MeasuredImage:
    """A clean image sigmoid(logits) that is compared with others through a measurement's mean.

    Parameters
    ----------
    logits : tensor, shape (..., event)
        Logits of the clean image.
    measured : callable
        From clean images to the mean of their measurements, both in [0, 1].
    event_ndims : int
        How many of the last axes make up one image.
    """

    def __init__(self, logits: Tensor, measured: Any, event_ndims: int = 3):
        self.logits = check_parameter(logits, "logits")
        rule = "a measurement's mean is a function of clean images"
        self.measured = checks.function(measured, rule, "See gencore.measurements.")
        self.event_ndims = check_axes(event_ndims, self.logits)

    def log_prob(self, x: Tensor) -> Tensor:
        r"""Return :math:`\sum_d x_d \log t_d + (1 - x_d) \log(1 - t_d)`, shape (...), nats.

        Its mean over measurements x is largest where t, the measurement's mean, is that of x. It
        is a log-likelihood for x in {0, 1} with independent pixels, and a cost otherwise. A
        millionth keeps t away from 0 and 1.
        """
        x = check_event(x, self.logits, self.event_ndims, low=0.0, high=1.0)
        t = 1e-6 + (1 - 2e-6) * self.measured(self.mean())
        each = x * ops.log(t) + (1 - x) * ops.log(1 - t)
        return ops.sum(each, axis=tuple(range(-self.event_ndims, 0)))

    def mean(self) -> Tensor:
        """Return the clean image, shape of ``logits``."""
        return ops.sigmoid(self.logits)


def log_below(x: Tensor) -> Tensor:
    r"""Return :math:`\log \Phi(x)`, finite in float32 however far x is below 0.

    Phi itself is 0 in float32 below -14. There, and from -8 on,

    .. math:: \log \Phi(x) = -\frac{x^2}{2} - \log(-x) - \frac12 \log 2\pi
       + \log\Bigl(1 - \frac1{x^2} + \frac3{x^4} - \frac{15}{x^6} + \dots\Bigr)
    """
    far = x < FAR
    # Either branch is given arguments of its own: a gradient that is NaN where a branch is not
    # taken would spoil the one that is.
    near_x, far_x = ops.where(far, FAR, x), ops.where(far, x, FAR)
    near = ops.log(0.5 * tf.math.erfc(-near_x / math.sqrt(2)))
    u = 1 / ops.square(far_x)
    series = 1 - u * (1 - u * (3 - 15 * u))
    tail = -0.5 * ops.square(far_x) - ops.log(-far_x) - 0.5 * LOG_TWO_PI + ops.log(series)
    return ops.where(far, tail, near)
