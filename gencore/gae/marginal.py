"""How far the prior of a generative autoencoder is from a normal distribution."""

from __future__ import annotations

import numpy as np

from gencore import checks
from gencore.distributions.densities import LOG_TWO_PI
from gencore.gae.mixture import PosteriorMixture
from gencore.metrics import Estimate


def negentropy(prior: PosteriorMixture, draws: int = 20_000, seed: int = 0) -> Estimate:
    r"""Return the negentropy of the prior, nats: 0 for a normal one, more the further from it.

    .. math:: J = \tfrac12 \log \det 2\pi e \Sigma + E_{p(z)}[\log p(z)] \ge 0,

    Sigma being the covariance of p(z), which is known, and the mean being taken over draws. Affine
    maps of the codes do not change it.

    Parameters
    ----------
    prior : PosteriorMixture
        The prior.
    draws : int
        Codes drawn from it.
    seed : int
        Seed of the draws.

    Raises
    ------
    ValueError
        If the prior is another one, or there are fewer than two draws.
    """
    checks.kind(prior, PosteriorMixture, "the negentropy is that of a PosteriorMixture")
    draws = checks.whole(draws, "an average needs two draws or more", low=2, name="draws")
    loc, scale = (np.asarray(v.numpy(), dtype=float) for v in (prior.loc, prior.scale))
    covariance = np.atleast_2d(np.cov(loc.T, ddof=0)) + np.diag(np.square(scale).mean(axis=0))
    log_normal = 0.5 * (np.linalg.slogdet(covariance)[1] + len(covariance) * (LOG_TWO_PI + 1))
    log_prob = np.asarray(prior.log_prob(prior.sample(draws, seed)), dtype=float)
    return Estimate.from_values(log_normal + log_prob, "nats")
