"""What a score loses where the prior sums over the nearest exemplars only."""

import keras
import numpy as np
import pytest
from scipy import special, stats

from gencore import gae, likelihood, networks, vae

S = (4, 4, 1)
BITS = (np.random.default_rng(0).random((9, *S)) > 0.5).astype(np.float32)
EXEMPLARS = np.random.default_rng(1).normal(size=(40, 2))


def sure_model():
    """Return a model whose codes hardly vary: all scales are at their lower bound, 0.0025."""
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(4, shape=S)
    encoder.layers[-1].bias.assign([0.0, 0.0, -1e4, -1e4])
    prior = gae.PosteriorMixture(EXEMPLARS, 0.5 * np.ones(2))
    return gae.GAE(vae.VAE(encoder, networks.dense_decoder(2, shape=S), prior=prior))


def test_the_shortfall_is_what_the_other_exemplars_weigh():
    model, near = sure_model(), 5
    codes = np.asarray(model.vae.encode(BITS).loc, dtype=float)
    # Oracle: SciPy, at the mean of each posterior. The draws are off by 0.0025 or so, and the
    # slope of the logarithms is below 4, which leaves 0.01 for a mean over draws.
    each = stats.norm(EXEMPLARS, 0.5).logpdf(codes[:, None]).sum(axis=-1)
    nearest = np.argsort(((codes[:, None] - EXEMPLARS) ** 2).sum(axis=-1), axis=1)[:, :near]
    some = np.take_along_axis(each, nearest, axis=1)
    lost = special.logsumexp(each, axis=1) - special.logsumexp(some, axis=1)
    found = likelihood.nearest_shortfall(model.vae, model.nearest(near), BITS, samples=20)
    np.testing.assert_allclose(found.value, lost.mean(), atol=0.01)
    np.testing.assert_allclose(found.stderr, lost.std(ddof=1) / 3, atol=0.01)
    assert found.value > 0.1 and found.unit == "nats"


def test_all_exemplars_leave_no_shortfall():
    model = sure_model()
    found = likelihood.nearest_shortfall(model.vae, model.nearest(40), BITS, samples=20)
    np.testing.assert_allclose(found.value, 0, atol=1e-4)  # float32 sums of 40 terms


def test_priors_are_compared_under_the_same_networks():
    model = sure_model()
    for wrong in (sure_model().nearest(5), model, None):
        with pytest.raises(ValueError, match="two priors are compared .*received two models"):
            likelihood.nearest_shortfall(model.vae, wrong, BITS, samples=2)
