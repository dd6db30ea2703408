"""The likelihood of each image by itself: it depends on no other image that is asked for."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import ops
from gencore.data.batches import in_batches
from gencore.distributions import DiagNormal
from gencore.likelihood.estimators import ROWS, check

Tensor = Any


def log_likelihoods(model: Any, x: np.ndarray, samples: int = 50, seed: int = 0) -> np.ndarray:
    r"""Return the importance-sampled log-likelihood of each image, shape (n,), nats.

    .. math:: \log \frac1S \sum_s \frac{p(x_i|z_{is})\, p(z_{is})}{q(z_{is}|x_i)}, \qquad
       z_{is} = \mu(x_i) + \sigma(x_i) \epsilon_s

    One draw of :math:`\epsilon_1, \dots, \epsilon_S` serves all images, so that the score of an
    image is the same alone and among others.

    Parameters
    ----------
    model : VAE
        Anything with ``encode``, ``decode``, ``prior`` and ``likelihood``.
    x : ndarray, shape (n, ...)
        Images that the model's likelihood fits: binarised ones for a Bernoulli.
    samples : int
        Draws S for each image.
    seed : int
        Seed of the draws.

    Raises
    ------
    ValueError
        If there are no samples or images, or these do not fit the model or its likelihood.
    """
    x, samples = check(model, x, samples)
    rng = np.random.default_rng(checks.whole(seed, "a seed is a whole number of at least 0", low=0))
    noise = rng.standard_normal((samples, 1, model.latent_size)).astype(np.float32)
    return in_batches(
        partial(_log_likelihoods, model, noise), x, size=max(1, ROWS // samples)
    ).astype(np.float64)


def _log_likelihoods(model: Any, noise: np.ndarray, batch: Tensor) -> Tensor:
    q = model.encode(batch)
    z = q.loc + q.scale * noise  # (S, B, L)
    flat = ops.reshape(z, (-1, z.shape[-1]))
    tiled = ops.tile(batch, (len(noise),) + (1,) * (len(batch.shape) - 1))
    outside = ops.reshape(model.decode(flat).log_prob(tiled), (len(noise), -1))
    weights = outside + model.prior.log_prob(z) - DiagNormal(q.loc, q.scale).log_prob(z)
    return ops.logsumexp(weights, axis=0) - np.log(len(noise)).astype(np.float32)
