r"""A generative autoencoder so small that EM is exact: linear networks, normal noise, float64.

.. math:: z \mid y \sim N(A x_y + b,\, \mathrm{diag}\, s^2), \qquad
   x \mid z \sim N(W z + c,\, t^2 I)

Given the exemplar y everything is normal, and y is one of n: sums over all pairs of points
and exemplars take the place of every approximation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, xlogy

from gencore import checks
from gencore.gae.em import EMResult, climb


class LinearParameters(NamedTuple):
    """Weights (D, L) and offset (D,) of the decoder, its noise t, those of the encoder, s (L,)."""

    decoder: np.ndarray
    decoder_offset: np.ndarray
    noise: float
    encoder: np.ndarray
    encoder_offset: np.ndarray
    scale: np.ndarray


class Expectation(NamedTuple):
    """What the E-step knows of the causes of every point.

    ``responsibilities`` (n, n) is p(y = j | x_i); given y = j, z is normal with the mean
    ``means[i, j]`` (n, n, L) and the common ``covariance`` (L, L).
    """

    responsibilities: np.ndarray
    means: np.ndarray
    covariance: np.ndarray


class LinearGAE:
    """The exact model, over the points x that are its data and its exemplars at once.

    Parameters
    ----------
    x : ndarray, shape (n, D)
        The data.
    latent_size : int
        Dimensions L of a code.
    leave_one_out : bool
        Whether a point is left out of its own prior.
    seed : int
        Seed of the start.

    Raises
    ------
    ValueError
        If the data are not two rows or more of finite numbers that differ.
    """

    def __init__(
        self, x: np.ndarray, latent_size: int = 1, leave_one_out: bool = True, seed: int = 0
    ):
        form = "the shape (n, D), at least two rows"
        self.x = checks.array(x, "the data", form, ndim=2, least=2, dtype=np.float64)
        if not np.ptp(self.x, axis=0).any():
            remedy = "Give points that differ."
            checks.refuse("the data vary, or no noise is left to fit", "equal rows", remedy)
        rule = "a code has one dimension or more"
        latent_size = checks.whole(latent_size, rule, name="latent_size")
        seed = checks.whole(seed, "a seed is a whole number of at least 0", low=0)
        rng, size = np.random.default_rng(seed), self.x.shape[1]
        self.leave_one_out = leave_one_out
        self.parameters = LinearParameters(
            rng.normal(size=(size, latent_size)),
            self.x.mean(axis=0),
            float(self.x.std()),
            rng.normal(size=(latent_size, size)),
            np.zeros(latent_size),
            np.ones(latent_size),
        )

    def log_joint(self) -> np.ndarray:
        """Return log p(x_i, y = j), shape (n, n), nats; z is integrated out."""
        w, c, t, a, b, s = self.parameters
        covariance = (w * s**2) @ w.T + t**2 * np.eye(len(w))
        factor = np.linalg.cholesky(covariance)
        means = (self.x @ a.T + b) @ w.T + c
        differences = (self.x[:, None] - means).reshape(-1, len(w))  # every i with every j
        squares = (np.linalg.solve(factor, differences.T) ** 2).sum(axis=0)
        constant = len(w) * np.log(2 * np.pi) + 2 * np.log(np.diag(factor)).sum()
        joint = -0.5 * (squares + constant).reshape(len(self.x), -1)
        if self.leave_one_out:
            np.fill_diagonal(joint, -np.inf)
        return joint - np.log(len(self.x) - self.leave_one_out)

    def log_likelihood(self) -> np.ndarray:
        """Return log p(x_i) of each point, shape (n,), nats."""
        return np.asarray(logsumexp(self.log_joint(), axis=1))

    def e_step(self) -> Expectation:
        """Return the posterior of the exemplar and of the code of every point."""
        w, c, t, a, b, s = self.parameters
        joint = self.log_joint()
        r = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        covariance = np.linalg.inv(np.diag(1 / s**2) + w.T @ w / t**2)
        seen = (self.x - c) @ w / t**2  # what the point says of z
        expected = (self.x @ a.T + b) / s**2  # what its exemplar says
        return Expectation(r, (seen[:, None] + expected) @ covariance, covariance)

    def m_step(self, expectation: Expectation) -> None:
        """Take the parameters that maximise the bound: two weighted regressions and variances."""
        r, z, covariance = _check_expectation(expectation)
        n, size, latent = len(self.x), self.x.shape[1], z.shape[-1]
        codes = np.concatenate([z, np.ones((n, n, 1))], axis=-1)
        second = np.einsum("ij,ijk,ijl->kl", r, codes, codes)
        second[:latent, :latent] += n * covariance
        joint = np.linalg.solve(second, np.einsum("ij,ijk,id->kd", r, codes, self.x)).T
        w, c = joint[:, :latent], joint[:, latent]
        rest = ((self.x[:, None] - codes @ joint.T) ** 2).sum(axis=-1)
        noise = (r * rest).sum() / n + np.trace(w @ covariance @ w.T)
        points = np.column_stack([self.x, np.ones(n)])
        weighted = (points * r.sum(axis=0)[:, None]).T @ points
        encoder = np.linalg.lstsq(weighted, points.T @ np.einsum("ij,ijl->jl", r, z), rcond=None)[0]
        spread = np.einsum("ij,ijl->l", r, (z - points @ encoder) ** 2) / n + np.diag(covariance)
        a, b = encoder[:size].T, encoder[size]
        self.parameters = LinearParameters(w, c, np.sqrt(noise / size), a, b, np.sqrt(spread))

    def bound(self, expectation: Expectation) -> np.ndarray:
        r"""Return F of each point for any expectation, shape (n,), nats.

        .. math:: \sum_j r_{ij} \bigl( E[\log p(x_i|z) + \log p(z|y=j) - \log q(z|x_i, j)]
           - \log r_{ij} \bigr) - \log n
        """
        w, c, t, a, b, s = self.parameters
        r, z, covariance = _check_expectation(expectation)
        size, latent = w.shape
        two_pi = np.log(2 * np.pi)
        squares = ((self.x[:, None] - z @ w.T - c) ** 2).sum(axis=-1) + np.trace(
            w @ covariance @ w.T
        )
        image = -0.5 * squares / t**2 - size * (np.log(t) + 0.5 * two_pi)
        shifts = (z - (self.x @ a.T + b)) ** 2 + np.diag(covariance)
        code = (-0.5 * shifts / s**2 - np.log(s) - 0.5 * two_pi).sum(axis=-1)
        entropy = 0.5 * (np.linalg.slogdet(covariance)[1] + latent * (two_pi + 1))
        terms = r * (image + code + entropy) - xlogy(r, r)
        return terms.sum(axis=1) - np.log(len(self.x) - self.leave_one_out)

    def fit_em(self, max_iter: int = 1000, tol: float = 1e-9) -> EMResult:
        """Climb until a round gains less than ``tol`` nats per point."""

        def one_round() -> np.ndarray:
            self.m_step(self.e_step())
            return self.log_likelihood()

        def restore(parameters: LinearParameters) -> None:
            self.parameters = parameters

        return climb(
            self.log_likelihood(), one_round, lambda: self.parameters, restore, max_iter, tol
        )


def _check_expectation(expectation: Expectation) -> Expectation:
    rule = "parameters are fitted to the Expectation of an E-step"
    return checks.kind(expectation, Expectation, rule, "Give what e_step returns.")
