"""A latent-variable model whose log p(x) is known: probabilistic PCA with orthogonal columns."""

import numpy as np
from scipy import stats

from gencore import networks, vae


class LinearGaussian:
    """x = W z + b + noise, W having orthogonal columns, so that p(z|x) has a diagonal covariance.

    p(x) = N(b, W W^T + s^2 I), and p(z|x) = N(M^-1 W^T (x - b), s^2 M^-1), M = W^T W + s^2 I.
    """

    def __init__(self, size=5, latent=2, scale=0.6, seed=0):
        rng = np.random.default_rng(seed)
        basis = np.linalg.qr(rng.normal(size=(size, latent)))[0]
        self.weights = basis * np.linspace(2.0, 1.0, latent)
        self.offset, self.scale, self.size, self.latent = rng.normal(size=size), scale, size, latent
        self.rng = rng

    def draw(self, n):
        """Return n points of the model."""
        z = self.rng.normal(size=(n, self.latent))
        noise = self.scale * self.rng.normal(size=(n, self.size))
        return (z @ self.weights.T + self.offset + noise).astype(np.float32)

    def log_prob(self, x):
        """Return the exact log p(x) in float64, shape (n,)."""
        covariance = self.weights @ self.weights.T + self.scale**2 * np.eye(self.size)
        return np.atleast_1d(stats.multivariate_normal(self.offset, covariance).logpdf(x))

    def model(self, prior=None, widen=1.0):
        """Return the VAE with this decoder and the exact posterior, its deviation times widen."""
        encoder = networks.dense_encoder(2 * self.latent, shape=(self.size,))
        decoder = networks.dense_decoder(self.latent, shape=(self.size,))
        decoder.get_layer("raw").set_weights([self.weights.T, self.offset])
        precision = np.diag(self.weights.T @ self.weights) + self.scale**2  # diagonal of M
        kernel = np.zeros((self.size, 2 * self.latent))
        kernel[:, : self.latent] = self.weights / precision
        log_scale = np.log(widen * self.scale / np.sqrt(precision))
        bias = np.concatenate(
            [-self.offset @ kernel[:, : self.latent], 6 * np.arctanh(log_scale / 6)]
        )
        encoder.get_layer("code").set_weights([kernel, bias])
        return vae.VAE(encoder, decoder, prior=prior, likelihood=vae.normal(self.scale))
