r"""log p(x) of any model with ``encode``, ``decode`` and ``prior``, estimated in bounded memory.

Importance sampling and prior samples both average an unbiased estimate of p(x) and take its
logarithm. By Jensen's inequality the result is too low on average, the less so the more samples:
it is a lower bound, so a comparison needs the same images and the same number of samples.
"""

from gencore.likelihood.alone import log_likelihoods
from gencore.likelihood.estimators import (
    importance_bound,
    importance_log_likelihood,
    prior_log_likelihood,
    rate_distortion,
)
from gencore.likelihood.nearest import nearest_shortfall

__all__ = [
    "importance_log_likelihood",
    "importance_bound",
    "log_likelihoods",
    "nearest_shortfall",
    "prior_log_likelihood",
    "rate_distortion",
]
