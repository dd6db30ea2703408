"""What a score loses where the prior sums over the nearest exemplars only."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.likelihood.estimators import importance_bound
from gencore.metrics import Estimate

NETWORKS = ("encoder", "decoder")


def nearest_shortfall(
    model: Any, nearest: Any, x: np.ndarray, samples: int = 500, seed: int = 0
) -> Estimate:
    r"""Return by how much a prior of the nearest exemplars lowers the importance-sampled score.

    .. math:: \frac1n \sum_i \log \sum_s w_{is} - \log \sum_s w^{\text{near}}_{is} \ge 0

    The weights are those of :func:`importance_log_likelihood` under the whole prior and under the
    other, for the same draws. The whole prior makes it slow, so give it some of the images: a
    hundred show the 1.2 nats of ``gae-2d-1``, whose plane holds 50,000 exemplars.

    Parameters
    ----------
    model, nearest : VAE
        A model and what ``GAE.nearest`` makes of it: the same networks, another prior.
    x : ndarray, shape (n, ...)
        Images that the model's likelihood fits.
    samples : int
        Draws S for each image.
    seed : int
        Seed of the draws.

    Returns
    -------
    Estimate
        In nats per image, to be stated beside the score; the standard error is that over images.

    Raises
    ------
    ValueError
        If the models have other networks, or as for :func:`importance_log_likelihood`.
    """
    networks = [getattr(one, name, None) for one in (model, nearest) for name in NETWORKS]
    if networks[0] is not networks[2] or networks[1] is not networks[3]:
        rule = "two priors are compared under one encoder and one decoder"
        checks.refuse(rule, "two models", "Give gae.vae and gae.nearest(...).")
    whole, part = (importance_bound(one, x, samples, seed) for one in (model, nearest))
    return Estimate.from_values(whole - part, "nats")
