"""Normal, Bernoulli and mixture distributions, and the divergence between normal ones."""

from __future__ import annotations

import math
from typing import Any

from gencore import checks
from gencore.checks.settings import check_seed, keras, ops, seed_generator
from gencore.checks.tensors import tensor
from gencore.distributions.events import check_axes, check_event, check_parameter, draws, fits, last

Tensor = Any
Seed = int | keras.random.SeedGenerator

LOG_TWO_PI = math.log(2 * math.pi)
LOG_SCALE_BOUND = 6.0


class DiagNormal:
    r"""Normal distribution with independent coordinates, :math:`N(\mu, \mathrm{diag}\,\sigma^2)`.

    Parameters
    ----------
    loc : tensor, shape (..., event)
        Means.
    scale : tensor or float
        Standard deviations, positive, broadcast against ``loc``.
    event_ndims : int
        How many of the last axes make up one event: 1 for codes, 3 for images.

    Raises
    ------
    ValueError
        If a scale is not positive, or means and scales are no numbers of shapes that fit.
    """

    def __init__(self, loc: Tensor, scale: Tensor, event_ndims: int = 1):
        self.loc = check_parameter(loc, "means")
        self.scale = check_parameter(scale, "scales", positive=True)
        if not fits(self.scale.shape, self.loc.shape):
            checks.refuse(
                "scales have the shape of the means, or one that broadcasts to it",
                f"{tuple(self.scale.shape)} for {tuple(self.loc.shape)}",
                "Give one scale for each coordinate, or one for all.",
            )
        self.event_ndims = check_axes(event_ndims, self.loc)

    @classmethod
    def from_raw(cls, raw: Tensor) -> DiagNormal:
        r"""Return N(mu, diag sigma^2) from the 2L raw outputs of a network, shape (..., 2L).

        The first L are the means. The others, :math:`r`, give
        :math:`\log \sigma = 6 \tanh(r / 6)`, which is about r where r is small: sigma is positive
        and stays within [0.0025, 403] whatever the network says. ValueError unless they are pairs.
        """
        raw = tensor(raw, "raw outputs", "the shape (..., 2L)")
        if not len(raw.shape) or raw.shape[-1] in (None, 0) or raw.shape[-1] % 2:
            received = tuple(raw.shape)
            checks.refuse("raw outputs are a mean and a scale for each, (..., 2L)", received)
        loc, r = ops.split(raw, 2, axis=-1)
        return cls(loc, ops.exp(LOG_SCALE_BOUND * ops.tanh(r / LOG_SCALE_BOUND)))

    def log_prob(self, x: Tensor) -> Tensor:
        r"""Return the log-density of each event, shape (...), nats.

        .. math:: -\sum_d \frac{(x_d - \mu_d)^2}{2 \sigma_d^2} + \log \sigma_d
           + \tfrac12 \log 2\pi
        """
        standard = (check_event(x, self.loc, self.event_ndims) - self.loc) / self.scale
        density = -0.5 * ops.square(standard) - ops.log(self.scale) - 0.5 * LOG_TWO_PI
        return ops.sum(density, axis=last(self.event_ndims))

    def sample(self, n: int | None = None, seed: Seed | None = None) -> Tensor:
        r"""Draw :math:`z = \mu + \sigma \varepsilon` with :math:`\varepsilon \sim N(0, I)`.

        Gradients pass through mu and sigma. Without ``n`` the shape is that of ``loc``, with it
        (n, ...).
        """
        shape = (*draws(n), *ops.shape(self.loc))
        noise = keras.random.normal(shape, seed=check_seed(seed), dtype="float32")
        return self.loc + self.scale * noise

    def entropy(self) -> Tensor:
        r"""Return :math:`\sum_d \log \sigma_d + \frac12 \log 2\pi e`, shape (...), nats."""
        each = ops.log(self.scale) + 0.5 * (LOG_TWO_PI + 1) + ops.zeros_like(self.loc)
        return ops.sum(each, axis=last(self.event_ndims))

    def mean(self) -> Tensor:
        """Return the means, shape of ``loc``."""
        return self.loc


class Bernoulli:
    """Independent pixels in {0, 1} with P(x_d = 1) = sigmoid(logits_d).

    Parameters
    ----------
    logits : tensor, shape (..., event)
        Log-odds of each pixel being 1.
    event_ndims : int
        How many of the last axes make up one event: 3 for images.
    """

    def __init__(self, logits: Tensor, event_ndims: int = 3):
        self.logits = check_parameter(logits, "logits")
        self.event_ndims = check_axes(event_ndims, self.logits)

    def log_prob(self, x: Tensor) -> Tensor:
        r"""Return :math:`\sum_d x_d l_d - \log(1 + e^{l_d})`, shape (...), nats.

        For x in {0, 1} it is a log-likelihood. For grey x it is minus the cross-entropy of the
        chapter on autoencoders, largest at sigmoid(l) = x, and not a likelihood.
        """
        x = check_event(x, self.logits, self.event_ndims, low=0.0, high=1.0)
        scores = ops.sum(x * self.logits, axis=last(self.event_ndims))
        return scores - self.log_normaliser()

    def log_normaliser(self) -> Tensor:
        r"""Return :math:`\sum_d \log(1 + e^{l_d})`, minus the log-probability that all are 0."""
        return _log_normaliser(self.logits, self.event_ndims)

    def sample(self, n: int | None = None, seed: Seed | None = None) -> Tensor:
        """Draw zeros and ones, in the shape of ``logits`` or (n, ...)."""
        shape = (*draws(n), *ops.shape(self.logits))
        uniform = keras.random.uniform(shape, seed=check_seed(seed), dtype="float32")
        return ops.cast(uniform < self.mean(), "float32")

    def mean(self) -> Tensor:
        """Return the probabilities of a 1, shape of ``logits``."""
        return ops.sigmoid(self.logits)


class Mixture:
    r"""Mixture of N normal distributions, :math:`\sum_n w_n N(\mu_n, \mathrm{diag}\,\sigma_n^2)`.

    Parameters
    ----------
    components : DiagNormal
        N distributions, ``loc`` of shape (N, L).
    logits : tensor, shape (N,), optional
        Unnormalised log-weights; equal weights 1/N without it.

    Raises
    ------
    ValueError
        If the components are not a row of codes, or have not one logit each.
    """

    def __init__(self, components: DiagNormal, logits: Tensor | None = None):
        rule = "the components of a mixture are one DiagNormal"
        checks.kind(components, DiagNormal, rule, "Give its means and scales, (N, L).")
        shape = components.loc.shape
        if len(shape) != 2 or components.event_ndims != 1:
            raise ValueError(
                f"the components of a mixture are N codes, loc of shape (N, L) and "
                f"event_ndims=1; received loc {tuple(shape)}, event_ndims="
                f"{components.event_ndims}. Flatten the codes."
            )
        self.components = components
        equal = ops.zeros(shape[0], "float32")
        given = equal if logits is None else check_parameter(logits, "logits of components")
        if tuple(given.shape) != (shape[0],):
            checks.refuse(
                f"each component has one logit, shape ({shape[0]},)",
                tuple(given.shape),
                "Leave the logits out for equal weights.",
            )
        self.log_weights = ops.log_softmax(given)

    def log_prob(self, z: Tensor) -> Tensor:
        r"""Return :math:`\log \sum_n w_n \prod_l N(z_l; \mu_{nl}, \sigma_{nl}^2)`, shape (...).

        The coordinates are summed within each component, before the components are.
        """
        z = check_event(z, self.components.loc, 1, beside=False)
        each = self.components.log_prob(ops.expand_dims(z, -2))  # (..., N)
        return ops.logsumexp(self.log_weights + each, axis=-1)

    def sample(self, n: int, seed: Seed | None = None) -> Tensor:
        """Draw a component and then a code from it, n times; shape (n, L)."""
        (n,), seed = draws(n, alone=False), seed_generator(seed)
        drawn = keras.random.categorical(self.log_weights[None], n, seed=seed)[0]
        loc = ops.take(self.components.loc, drawn, axis=0)
        scale = ops.broadcast_to(self.components.scale, self.components.loc.shape)
        return DiagNormal(loc, ops.take(scale, drawn, axis=0)).sample(seed=seed)

    def mean(self) -> Tensor:
        """Return the mean of the mixture, shape (L,)."""
        return ops.sum(ops.exp(self.log_weights)[:, None] * self.components.loc, axis=0)


def standard_normal(size: int) -> DiagNormal:
    """Return N(0, I) in ``size`` dimensions, at least 1 (ValueError)."""
    size = checks.whole(size, "a code has one dimension or more", "Give a whole number.")
    return DiagNormal(ops.zeros(size, "float32"), ops.ones(size, "float32"))


def kl_divergence(q: DiagNormal, p: DiagNormal) -> Tensor:
    r"""Return KL[q || p] of two normal distributions in closed form, shape (...), nats.

    .. math:: \sum_d \log\frac{\sigma_{p,d}}{\sigma_{q,d}}
       + \frac{\sigma_{q,d}^2 + (\mu_{q,d} - \mu_{p,d})^2}{2 \sigma_{p,d}^2} - \frac12

    Raises
    ------
    ValueError
        If their events differ in shape.
    TypeError
        If one of them is not normal: there is no closed form, and it is estimated from samples.
    """
    if not (isinstance(q, DiagNormal) and isinstance(p, DiagNormal)):
        raise TypeError(
            f"the closed form needs two DiagNormal; received {type(q).__name__} and "
            f"{type(p).__name__}. Average q.log_prob(z) - p.log_prob(z) over samples z of q."
        )
    check_event(q.loc, p.loc, q.event_ndims)
    if q.event_ndims != p.event_ndims:
        rule = "two distributions are compared over events of the same axes"
        checks.refuse(rule, f"event_ndims {q.event_ndims} and {p.event_ndims}", "Give one number.")
    ratio, shift = q.scale / p.scale, (q.loc - p.loc) / p.scale
    each = 0.5 * (ops.square(ratio) + ops.square(shift) - 1) - ops.log(ratio)
    return ops.sum(each, axis=last(q.event_ndims))


def _log_normaliser(logits: Tensor, event_ndims: int) -> Tensor:
    r"""Return :math:`\sum_d \log(1 + e^{l_d})`, with the sigmoid as its gradient.

    Written :math:`\sum_d \max(l_d, 0) + \log \prod_d (1 + e^{-|l_d|})`, the product taken over at
    most 112 factors between 1 and 2, it needs one logarithm where softplus needs 112.
    """
    ahead = len(logits.shape) - event_ndims
    size = math.prod(logits.shape[ahead:])
    factors = next(count for count in range(min(size, 112), 0, -1) if size % count == 0)

    @ops.custom_gradient
    def total(values):  # (rows, size)
        grouped = ops.reshape(values, (-1, size // factors, factors))
        products = ops.prod(1 + ops.exp(-ops.abs(grouped)), axis=-1)
        each = ops.sum(ops.relu(values), axis=-1) + ops.sum(ops.log(products), axis=-1)

        def gradient(upstream):
            return upstream[:, None] * ops.sigmoid(values)

        return each, gradient

    leading = ops.shape(logits)[:ahead]
    return ops.reshape(total(ops.reshape(logits, (-1, size))), leading)
