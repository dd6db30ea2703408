"""A mixture of many posteriors by its nearest exemplars: cheap, and never above the mixture."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops
from sklearn.neighbors import NearestNeighbors

from gencore.distributions.densities import LOG_TWO_PI
from gencore.gae.mixture import PosteriorMixture, Seed, Tensor


class NearestMixture:
    r"""The sum over the K exemplars next to a code, in the place of that over all n.

    .. math:: \log \frac1n \sum_{j \in \text{nearest}(z)} N(z; \mu_j, \mathrm{diag}\,\sigma_j^2)
       \;\le\; \log p(z)

    What is left out is positive, so that densities, bounds and likelihoods come out too low and
    never too high. Distances are taken in units of the mean scale of each coordinate.

    Parameters
    ----------
    mixture : PosteriorMixture
        The prior; it is copied as it is now.
    neighbours : int
        K, at most n.
    algorithm : str
        Index of scikit-learn's ``NearestNeighbors``: ``"kd_tree"`` in few dimensions, ``"brute"``
        in many, where trees do not help.

    Raises
    ------
    ValueError
        If there are fewer exemplars than neighbours.
    """

    def __init__(self, mixture: PosteriorMixture, neighbours: int, algorithm: str = "auto"):
        loc, scale = mixture.loc.numpy(), mixture.scale.numpy()
        if not 1 <= neighbours <= len(loc):
            raise ValueError(
                f"the neighbours of a code are among the exemplars; received neighbours="
                f"{neighbours} for {len(loc)} exemplars. Ask for 1 to {len(loc)}."
            )
        self.mixture, self.neighbours = mixture, neighbours
        self.loc, self.scale = ops.convert_to_tensor(loc), ops.convert_to_tensor(scale)
        self.unit = scale.mean(axis=0)
        self.index = NearestNeighbors(n_neighbors=neighbours, algorithm=algorithm)
        self.index.fit(loc / self.unit)

    def nearest(self, z: Any) -> np.ndarray:
        """Return the numbers of the K exemplars next to each code, shape (B, K)."""
        codes = np.asarray(z, dtype=np.float32) / self.unit
        return np.asarray(self.index.kneighbors(codes, return_distance=False), dtype=np.int32)

    def log_prob(self, z: Tensor, near: Tensor | None = None) -> Tensor:
        """Return the log-density by the nearest exemplars, shape (...), nats.

        Parameters
        ----------
        z : tensor, shape (..., B, L)
            Codes.
        near : tensor of int, shape (B, K), optional
            Exemplars to sum over, one row for all codes z[..., b, :]. Draws of one posterior can
            share those next to its mean, found once. Without it each code has its own.
        """
        z = ops.convert_to_tensor(z, "float32")
        shape, size = ops.shape(z), self.loc.shape[1]
        if near is None:
            z = ops.reshape(z, (-1, size))
            near = self.nearest(z)
        count = near.shape[0]
        codes = ops.transpose(ops.reshape(z, (-1, count, size)), (1, 0, 2))  # (B, S, L)
        loc = ops.take(self.loc, near, axis=0)  # (B, K, L)
        scale = self.scale[None] if self.scale.shape[0] == 1 else ops.take(self.scale, near, axis=0)
        center = ops.mean(loc, axis=1, keepdims=True)
        codes, loc, precision = codes - center, loc - center, 1 / ops.square(scale)
        each = ops.matmul(codes, ops.transpose(loc * precision, (0, 2, 1)))  # (B, S, K)
        each = each - 0.5 * ops.matmul(
            ops.square(codes), ops.transpose(precision * ops.ones_like(loc[:, :1]), (0, 2, 1))
        )
        constants = ops.square(loc) * precision + 2 * ops.log(scale) + LOG_TWO_PI
        each = each - 0.5 * ops.expand_dims(ops.sum(constants, axis=-1), 1)
        total = ops.logsumexp(each, axis=-1) - np.log(self.loc.shape[0])  # (B, S)
        return ops.reshape(ops.transpose(total), shape[:-1])

    def sample(self, n: int, seed: Seed) -> Tensor:
        """Draw n codes from the whole mixture, shape (n, L)."""
        return self.mixture.sample(n, seed)
