"""The likelihood of each image by itself."""

import numpy as np
import pytest

from gencore import likelihood
from tests.linear_gaussian import LinearGaussian


def test_with_the_exact_posterior_one_sample_is_exact():
    truth = LinearGaussian()
    x = truth.draw(40)
    found = likelihood.log_likelihoods(truth.model(), x, samples=1)
    np.testing.assert_allclose(found, truth.log_prob(x), atol=1e-3)  # float32


def test_many_samples_approach_log_p():
    """A posterior that is half as wide again: the mean weight over 4,000 draws is p(x)."""
    truth = LinearGaussian()
    x = truth.draw(40)
    found = likelihood.log_likelihoods(truth.model(widen=1.5), x, samples=4000, seed=3)
    # Weights vary by a factor of 1.6; the mean of 4,000 errs by 2 %, five times that is 0.1.
    np.testing.assert_allclose(found, truth.log_prob(x), atol=0.1)
    few = likelihood.log_likelihoods(truth.model(widen=1.5), x, samples=1, seed=3)
    assert np.abs(few - truth.log_prob(x)).mean() > 0.1


def test_an_image_has_the_same_score_alone_in_another_order_and_in_other_batches(monkeypatch):
    truth = LinearGaussian()
    model, x = truth.model(widen=1.5), truth.draw(30)
    among = likelihood.log_likelihoods(model, x, samples=20)
    order = np.random.default_rng(0).permutation(30)
    again = likelihood.log_likelihoods(model, x[order], samples=20)
    np.testing.assert_allclose(again, among[order], rtol=1e-5)
    alone = [likelihood.log_likelihoods(model, x[i : i + 1], samples=20)[0] for i in range(5)]
    np.testing.assert_allclose(alone, among[:5], rtol=1e-5)
    monkeypatch.setattr("gencore.likelihood.alone.ROWS", 60)
    np.testing.assert_allclose(likelihood.log_likelihoods(model, x, samples=20), among, rtol=1e-5)


def test_what_has_no_likelihood_is_refused():
    truth = LinearGaussian()
    with pytest.raises(ValueError, match="at least one sample"):
        likelihood.log_likelihoods(truth.model(), truth.draw(2), samples=0)
    with pytest.raises(ValueError, match="the shape"):
        likelihood.log_likelihoods(truth.model(), np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="a seed"):
        likelihood.log_likelihoods(truth.model(), truth.draw(2), seed=-1)
