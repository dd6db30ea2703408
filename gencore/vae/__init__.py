r"""The variational autoencoder: a latent-variable model trained by its evidence lower bound.

.. math:: \log p(x) \ge E_{q(z|x)}[\log p(x|z)] - KL[q(z|x) \| p(z)]
   \qquad\text{(distortion with its sign turned, minus rate)}
"""

from gencore.vae.likelihoods import (
    BERNOULLI,
    CROSS_ENTROPY,
    STEEPNESS,
    Likelihood,
    measured,
    noisy,
    normal,
)
from gencore.vae.model import VAE
from gencore.vae.semi_supervised import SemiSupervisedVAE

__all__ = [
    "BERNOULLI",
    "CROSS_ENTROPY",
    "STEEPNESS",
    "Likelihood",
    "measured",
    "noisy",
    "normal",
    "VAE",
    "SemiSupervisedVAE",
]
