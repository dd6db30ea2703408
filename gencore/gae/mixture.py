"""The prior that is made of posteriors: a normal component around the code of each exemplar."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from gencore.distributions import DiagNormal
from gencore.distributions.densities import LOG_TWO_PI

Tensor = Any
Seed = int | keras.random.SeedGenerator

# Pairs of a code and a component that are held at once: 4 MB, which a processor's cache can hold.
PAIRS = 1_000_000
# Products of float32 values lose about 0.06 nats on a mean this many scales from the centre.
FARTHEST = 1000.0


def log_normal_pairs(z: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
    r"""Return :math:`\log N(z_i; \mu_j, \mathrm{diag}\,\sigma_j^2)` of every pair, (B, N), nats.

    .. math:: [z_i^2, z_i] \cdot [-1 / 2\sigma_j^2, \mu_j / \sigma_j^2] + c_j, \qquad
       c_j = -\sum_d \frac{\mu_{jd}^2}{2\sigma_{jd}^2} + \log \sigma_{jd} + \tfrac12 \log 2\pi

    A matrix product takes the place of B N L differences. It subtracts large numbers from each
    other, so codes and means are centred first.

    Parameters
    ----------
    z : tensor, shape (B, L)
        Codes.
    loc : tensor, shape (N, L)
        Means.
    scale : tensor, shape (N, L) or (1, L)
        Standard deviations, of each component or of all.
    """
    codes, components, row, column = _factors(z, loc, scale)
    return ops.matmul(codes, ops.transpose(components)) + row[:, None] + column


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
        super().__init__(name="prior", trainable=False)
        loc, scale = _checked(loc, scale)
        self.loc = self.add_weight(shape=loc.shape, name="loc", trainable=False)
        self.scale = self.add_weight(shape=scale.shape, name="scale", trainable=False)
        self.built = True
        self.assign(loc, scale)

    @classmethod
    def blank(cls, exemplars: int, latent_size: int) -> PosteriorMixture:
        r"""Return the prior before it knows an exemplar, which is :math:`N(0, I)`.

        Its components share a scale; :meth:`assign` gives them means and that scale.

        Parameters
        ----------
        exemplars, latent_size : int
            How many components there will be, n, and the dimensions L of a code.

        Raises
        ------
        ValueError
            If one of them is below 1.
        """
        if exemplars < 1 or latent_size < 1:
            raise ValueError(
                f"a prior has at least one exemplar and one dimension; received {exemplars} and "
                f"{latent_size}. Give the numbers of training images and of code units."
            )
        return cls(np.zeros((exemplars, latent_size)), np.ones((1, latent_size)))

    def assign(self, loc: np.ndarray, scale: np.ndarray) -> None:
        """Take other means and scales of the same shapes, or raise ValueError and keep the old."""
        loc, scale = _checked(loc, scale)
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
        r"""Return :math:`\log \frac1n \sum_j \prod_d N(z_d; \mu_{jd}, \sigma_{jd}^2)`, shape (...).

        The sum over all n is exact and goes from block to block, in bounded memory.

        Parameters
        ----------
        z : tensor, shape (..., L)
            Codes.
        leave_out : tensor of int, shape (...), optional
            The exemplar that each code does without, as if it had never been among the n.
        """
        z = ops.convert_to_tensor(z, "float32")
        n, size = self.loc.shape
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

        start = ops.full(ops.shape(row), -float("inf"))
        total = ops.fori_loop(0, -(-n // block), add, start) + row
        total = total - np.log(n - (own is not None))
        return ops.reshape(total, ops.shape(z)[:-1])

    def responsibilities(self, z: Tensor, leave_out: Tensor | None = None) -> Tensor:
        r"""Return :math:`r_{ij} = p(y = j | z_i)`, shape (B, n), for codes of shape (B, L).

        Of n exemplars and B codes it holds B n numbers: take the codes in blocks.
        """
        each = log_normal_pairs(ops.convert_to_tensor(z, "float32"), self.loc, self.scale)
        return ops.softmax(each if leave_out is None else without_own(each, leave_out))

    def free_energy(
        self, z: Tensor, responsibilities: Tensor, leave_out: Tensor | None = None
    ) -> Tensor:
        r"""Return the part of the bound that has the responsibilities, shape (B,), nats.

        .. math:: \sum_j r_{ij} (\log N(z_i; \mu_j, \sigma_j^2) - \log r_{ij}) - \log n

        At most ``log_prob(z)``, and equal to it for the responsibilities of the E-step.
        """
        n, r = self.loc.shape[0], responsibilities
        each = log_normal_pairs(ops.convert_to_tensor(z, "float32"), self.loc, self.scale)
        if leave_out is not None:
            each = without_own(each, leave_out)
        used = r > 0  # the others count nothing, also where their logarithm is infinite
        terms = r * (ops.where(used, each, 0.0) - ops.log(ops.where(used, r, 1.0)))
        return ops.sum(terms, axis=-1) - np.log(n - (leave_out is not None))

    def squares(self, z: Tensor, responsibilities: Tensor) -> np.ndarray:
        r"""Return :math:`\sum_i \sum_j r_{ij} (z_{id} - \mu_{jd})^2`, shape (L,)."""
        center = ops.mean(self.loc, axis=0)
        z, loc = z - center, self.loc - center
        first, second = (ops.matmul(responsibilities, m) for m in (loc, ops.square(loc)))
        total = ops.sum(ops.square(z) - 2 * z * first + second, axis=0)
        return np.asarray(total, dtype=np.float64)

    def sample(self, n: int, seed: Seed) -> Tensor:
        """Draw an exemplar, each alike, and a code from its component, n times; shape (n, L)."""
        if isinstance(seed, int):
            seed = keras.random.SeedGenerator(seed)
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
    precision = 1 / ops.square(scale)
    codes = ops.concatenate([ops.square(z), z], axis=-1)
    components = ops.concatenate([-0.5 * precision, loc * precision], axis=-1)
    column = -0.5 * ops.sum(ops.square(loc) * precision + constants, axis=-1)
    return codes, components, ops.zeros_like(z[:, 0]), column


def _checked(loc: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    loc, scale = np.asarray(loc, dtype=np.float32), np.asarray(scale, dtype=np.float32)
    scale = scale[None] if scale.ndim == 1 else scale
    if loc.ndim != 2 or scale.ndim != 2 or scale.shape not in (loc.shape, (1, loc.shape[-1])):
        raise ValueError(
            f"a mixture of n codes has means of shape (n, L) and scales of shape (n, L) or (L,); "
            f"received {loc.shape} and {scale.shape}. Flatten the codes."
        )
    if not (np.isfinite(loc).all() and np.isfinite(scale).all()):
        raise ValueError(
            "means and scales of a prior are finite; received NaN or infinite values. Look at the "
            "training: the encoder that gave them has diverged."
        )
    if (lowest := scale.min()) <= 0:
        raise ValueError(
            f"a scale is positive; received {lowest:g}. A scale that shrinks to 0 means that codes "
            f"meet their own exemplar: leave it out, or bound the scale from below."
        )
    far = np.abs((loc - loc.mean(axis=0)) / scale).max()
    if far > FARTHEST:
        raise ValueError(
            f"float32 resolves densities of means up to {FARTHEST:g} scales from their centre; "
            f"received one at {far:g}. Hold the means together (GAE: mean_weight), or widen the "
            f"scales."
        )
    return loc, scale
