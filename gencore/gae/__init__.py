r"""The generative autoencoder: a VAE whose prior is the mixture of its own posteriors.

.. math:: p(z) = \frac1n \sum_j N(z; \mu(x_j), \mathrm{diag}\, s^2)

A point has two hidden causes: which exemplar y it resembles, and its code z. EM raises one bound,

.. math:: F = \frac1n \sum_i E_{q(z|x_i)} \Bigl[ \log p(x_i|z) - \log q(z|x_i)
   + \sum_j r_{ij} (\log N(z; \mu_j, s^2) - \log r_{ij}) - \log n \Bigr],

over the responsibilities r (E-step) and over networks and scale (M-step). (Kim, Kim and Hwang,
2018.)
"""

from gencore.gae.em import BoundFellWarning, BoundNotFinite, EMResult
from gencore.gae.linear import LinearGAE
from gencore.gae.marginal import negentropy
from gencore.gae.mixture import PosteriorMixture
from gencore.gae.model import GAE
from gencore.gae.nearest import NearestMixture
from gencore.gae.vamp import VampPrior

__all__ = [
    "GAE",
    "BoundFellWarning",
    "BoundNotFinite",
    "EMResult",
    "LinearGAE",
    "NearestMixture",
    "PosteriorMixture",
    "VampPrior",
    "negentropy",
]
