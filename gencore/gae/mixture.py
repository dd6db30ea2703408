"""The prior that is made of posteriors: a normal component around the code of each exemplar."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.tensors import tensor
from gencore.distributions import DiagNormal
from gencore.distributions.densities import LOG_TWO_PI
from gencore.distributions.events import check_event, draws
from gencore.gae.exemplars import check_components, check_left_out

Tensor = Any
Seed = int | keras.random.SeedGenerator

# Pairs of a code and a component that are held at once: 4 MB, which a processor's cache can hold.
PAIRS = 1_000_000


def log_normal_pairs(z: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
    r"""Return :math:`\log N(z_i; \mu_j, \mathrm{diag}\,\sigma_j^2)` of every pair, (B, N), nats.

    .. math:: [z_i^2, z_i] \cdot [-1 / 2\sigma_j^2, \mu_j / \sigma_j^2] + c_j, \qquad
       c_j = -\sum_l \frac{\mu_{jl}^2}{2\sigma_{jl}^2} + \log \sigma_{jl} + \tfrac12 \log 2\pi

    A matrix product takes the place of B N L differences. It subtracts large numbers from each
    other, so codes and means are centred first, and where each component has scales of its own the
    product is one of float64.

    Parameters
    ----------
    z : tensor, shape (B, L)
        Codes.
    loc : tensor, shape (N, L)
        Means.
    scale : tensor, shape (N, L) or (1, L)
        Standard deviations, of each component or of all.
    """
    codes, components, row, column = _factors(check_event(z, loc, 1, beside=False), loc, scale)
    pairs = ops.matmul(codes, ops.transpose(components)) + row[:, None] + column
    return ops.cast(pairs, "float32")


def without_own(log_probs: Tensor, own: Tensor, first: Tensor | int = 0) -> Tensor:
    """Return the log-densities (B, N), minus infinity where row i meets component own[i].

    ``first`` is the number of the component in the first column.
    """
    column = ops.arange(ops.shape(log_probs)[1], dtype="int32") + first
    same = ops.expand_dims(ops.cast(own, "int32"), 1) == column  # (B, N)
    return ops.where(same, -float("inf"), log_probs)


class PosteriorMixture(keras.layers.Layer):
    r"""The prior :math:`p(z) = \frac1n \sum_j N(z; \mu_j, \mathrm{diag}\,\sigma_j^2)`.

    It serves wherever a prior does, having ``log_prob`` and ``sample``. Means and scales are
    variables without a gradient: a compiled step reads what :meth:`assign` wrote, whereas it would
    not notice another object in the place of the prior.

    Parameters
    ----------
    loc : array, shape (n, L)
        Means.
    scale : array, shape (n, L), (1, L) or (L,)
        Standard deviations, of each component or of all.

    Raises
    ------
    ValueError
        If the shapes do not agree, a value is not finite, a scale is not positive, or the means
        lie too far apart for their scale.
    """

    def __init__(self, loc: np.ndarray, scale: np.ndarray):
        super().__init__(name="prior", trainable=False, dtype="float32")
        loc, scale = check_components(loc, scale)
        self.loc = self.add_weight(shape=loc.shape, name="loc", trainable=False)
        self.scale = self.add_weight(shape=scale.shape, name="scale", trainable=False)
        self.built = True
        self.assign(loc, scale)

    @classmethod
    def blank(cls, exemplars: int, latent_size: int, tied: bool = False) -> PosteriorMixture:
        r"""Return the prior before it knows an exemplar, which is :math:`N(0, I)`.

        :meth:`assign` gives its components their means and scales.

        Parameters
        ----------
        exemplars, latent_size : int
            How many components there will be, n, and the dimensions L of a code.
        tied : bool
            Whether each component has scales of its own, as those of a posterior; otherwise they
            share one.

        Raises
        ------
        ValueError
            If one of them is below 1.
        """
        rule = "a prior has at least one exemplar and one dimension"
        remedy = "Give the numbers of training images and of code units."
        checks.whole(exemplars, rule, remedy, name="exemplars")
        checks.whole(latent_size, rule, remedy, name="latent_size")
        scales = np.ones((exemplars if tied else 1, latent_size))
        return cls(np.zeros((exemplars, latent_size)), scales)

    def assign(self, loc: np.ndarray, scale: np.ndarray) -> None:
        """Take other means and scales of the same shapes, or raise ValueError and keep the old."""
        loc, scale = check_components(loc, scale)
        kept, received = (self.loc.shape, self.scale.shape), (loc.shape, scale.shape)
        if received != kept:
            raise ValueError(
                f"a prior keeps its shapes, here {kept[0]} means and {kept[1]} scales; received "
                f"{received[0]} and {received[1]}. Make another PosteriorMixture for another "
                f"number of exemplars."
            )
        self.loc.assign(loc)
        self.scale.assign(scale)

    def log_prob(self, z: Tensor, leave_out: Tensor | None = None) -> Tensor:
        r"""Return :math:`\log \frac1n \sum_j \prod_l N(z_l; \mu_{jl}, \sigma_{jl}^2)`, shape (...).

        The sum over all n is exact and goes from block to block, in bounded memory.

        Parameters
        ----------
        z : tensor, shape (..., L)
            Codes.
        leave_out : tensor of int, shape (...), optional
            The exemplar that each code does without, as if it had never been among the n.

        Raises
        ------
        ValueError
            If the codes have another length, or an exemplar that is left out is none of the n.
        """
        z, (n, size) = check_event(z, self.loc, 1, beside=False), self.loc.shape
        check_left_out(leave_out, tuple(z.shape)[:-1], n)
        flat = ops.reshape(z, (-1, size))
        own = None if leave_out is None else ops.reshape(leave_out, (-1,))
        factors = _factors(flat, ops.convert_to_tensor(self.loc), ops.convert_to_tensor(self.scale))
        codes, components, row, column = factors
        block = max(1, PAIRS // (flat.shape[0] or 1000))

        def add(k, total):
            part = slice(k * block, (k + 1) * block)
            each = ops.matmul(codes, ops.transpose(components[part])) + column[part]
            if own is not None:
                each = without_own(each, own, k * block)
            return ops.logaddexp(total, ops.logsumexp(each, axis=1))

        start = ops.full(ops.shape(row), -float("inf"), row.dtype)
        total = ops.fori_loop(0, -(-n // block), add, start) + row
        total = ops.cast(total, "float32") - np.log(n - (own is not None))
        return ops.reshape(total, ops.shape(z)[:-1])

    def responsibilities(self, z: Tensor, leave_out: Tensor | None = None) -> Tensor:
        r"""Return :math:`r_{ij} = p(y = j | z_i)`, shape (B, n), for codes of shape (B, L).

        Of n exemplars and B codes it holds B n numbers: take the codes in blocks.
        """
        check_left_out(leave_out, tuple(np.shape(z))[:-1], self.loc.shape[0])
        each = log_normal_pairs(z, self.loc, self.scale)
        return ops.softmax(each if leave_out is None else without_own(each, leave_out))

    def free_energy(
        self, z: Tensor, responsibilities: Tensor, leave_out: Tensor | None = None
    ) -> Tensor:
        r"""Return the part of the bound that has the responsibilities, shape (B,), nats.

        .. math:: \sum_j r_{ij} (\log N(z_i; \mu_j, \sigma_j^2) - \log r_{ij}) - \log n

        At most ``log_prob(z)``, and equal to it for the responsibilities of the E-step.
        """
        n = self.loc.shape[0]
        r = check_event(responsibilities, self.loc[:, 0], 1, low=0.0)
        check_left_out(leave_out, tuple(np.shape(z))[:-1], n)
        each = log_normal_pairs(z, self.loc, self.scale)
        if leave_out is not None:
            each = without_own(each, leave_out)
        used = r > 0  # the others count nothing, also where their logarithm is infinite
        terms = r * (ops.where(used, each, 0.0) - ops.log(ops.where(used, r, 1.0)))
        return ops.sum(terms, axis=-1) - np.log(n - (leave_out is not None))

    def squares(self, z: Tensor, responsibilities: Tensor) -> np.ndarray:
        r"""Return :math:`\sum_i \sum_j r_{ij} (z_{il} - \mu_{jl})^2`, shape (L,)."""
        z = check_event(z, self.loc, 1, beside=False)
        shape = (z.shape[0], self.loc.shape[0])
        r = tensor(responsibilities, "responsibilities", f"the shape {shape}", shape=shape)
        center = ops.mean(self.loc, axis=0)
        z, loc = z - center, self.loc - center
        first, second = (ops.matmul(r, m) for m in (loc, ops.square(loc)))
        total = ops.sum(ops.square(z) - 2 * z * first + second, axis=0)
        return np.asarray(total, dtype=np.float64)

    def sample(self, n: int, seed: Seed) -> Tensor:
        """Draw an exemplar, each alike, and a code from its component, n times; shape (n, L)."""
        (n,), seed = draws(n, alone=False), seed_generator(seed)
        drawn = keras.random.randint((n,), 0, self.loc.shape[0], seed=seed)
        scale = ops.take(self.scale, drawn if self.scale.shape[0] > 1 else drawn * 0, axis=0)
        return DiagNormal(ops.take(self.loc, drawn, axis=0), scale).sample(seed=seed)


def _factors(z: Tensor, loc: Tensor, scale: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a (B, F), b (N, F), c (B,), d (N,) for which a b^T + c + d are the log-densities."""
    center = ops.stop_gradient(ops.mean(loc, axis=0))
    z, loc = z - center, loc - center
    constants = 2 * ops.log(scale) + LOG_TWO_PI
    if scale.shape[0] == 1:  # half the products, and smaller numbers
        codes, components = z / scale, loc / scale
        row = -0.5 * ops.sum(ops.square(codes), axis=-1)
        column = -0.5 * ops.sum(ops.square(components) + constants, axis=-1)
        return codes, components, row, column
    z, loc, constants = (ops.cast(a, "float64") for a in (z, loc, constants))
    precision = 1 / ops.square(ops.cast(scale, "float64"))
    codes = ops.concatenate([ops.square(z), z], axis=-1)
    components = ops.concatenate([-0.5 * precision, loc * precision], axis=-1)
    column = -0.5 * ops.sum(ops.square(loc) * precision + constants, axis=-1)
    return codes, components, ops.zeros_like(z[:, 0]), column
