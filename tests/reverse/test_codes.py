"""Codes of a label: ascent to the mode, and Langevin samples against an integral on a grid."""

import numpy as np
import pytest
from scipy import optimize, stats

from gencore import distributions, reverse

SLOPE, OFFSET = np.array([[2.0], [-1.0]], np.float32), 1.0
CHAINS = 4000


def decoder(z):
    """Return a code as it is: an image of two pixels."""
    return z


def classifier(x):
    """Return one logit of the label 1."""
    return x @ SLOPE + OFFSET


def two_logits(x):
    """Return the same as two logits."""
    logit = x @ SLOPE + OFFSET
    return np.array([[0.0, 1.0]], np.float32) * logit + 3.0


def log_density(points, label=1):
    """Return log p(y|z) + log p(z) up to a constant, in float64."""
    logit = points @ SLOPE[:, 0].astype(float) + OFFSET
    return -np.logaddexp(0, -logit if label else logit) - np.sum(points**2, axis=-1) / 2


def grid(label=1, scale=1.0):
    """Return mean and covariance of p(z|y) by a sum over a grid of steps of 0.02."""
    line = np.linspace(-7, 7, 701)
    points = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    weights = np.exp(log_density(points, label))
    weights /= weights.sum()
    mean = weights @ points
    return mean, (weights[:, None] * (points - mean)).T @ (points - mean)


def beginnings(seed=0):
    return np.random.default_rng(seed).normal(size=(CHAINS, 2)).astype(np.float32)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("logits", [classifier, two_logits])
def test_langevin_samples_have_the_moments_of_the_posterior(label, logits):
    found = reverse.langevin(decoder, logits, label, beginnings(), steps=100, step_size=0.5)
    mean, covariance = grid(label)
    # 4,000 independent chains: a mean is off by sd / 63 and a covariance by sqrt(2 / 4000) of
    # itself. Four and a half deviations are allowed; another seed fails once in 150,000 numbers.
    np.testing.assert_allclose(found.codes.mean(0), mean, atol=4.5 / np.sqrt(CHAINS))
    np.testing.assert_allclose(np.cov(found.codes.T), covariance, atol=4.5 * np.sqrt(2 / CHAINS))
    assert 0.8 < found.acceptance < 1


def test_every_quantile_of_a_coordinate_is_that_of_the_posterior():
    """Along the classifier's slope the density is one-dimensional, and integrated on a line."""
    found = reverse.langevin(decoder, classifier, 1, beginnings(), steps=100, step_size=0.5)
    along = found.codes @ SLOPE[:, 0] / np.sqrt(5)
    line = np.linspace(-8, 8, 4001)
    density = stats.norm.pdf(line) / (1 + np.exp(-(np.sqrt(5) * line + OFFSET)))
    cumulative = np.cumsum(density) / density.sum()
    test = stats.kstest(along, lambda t: np.interp(t, line, cumulative))
    assert test.pvalue > 1e-3  # which a seed fails once in 1,000


def test_without_adjustment_the_samples_are_off_as_the_theory_says():
    """A chain on N(0, 1) alone has the variance 1 / (1 - step / 4)."""
    blind = lambda x: 0 * x[:, :1]  # noqa: E731  (a classifier that knows nothing)
    options = {"steps": 100, "step_size": 0.8}
    loose = reverse.langevin(decoder, blind, 1, beginnings(), adjust=False, **options)
    exact = reverse.langevin(decoder, blind, 1, beginnings(), **options)
    assert loose.acceptance == 1
    # A variance of 8,000 numbers is off by 1.6 %; five deviations.
    np.testing.assert_allclose(loose.codes.var(), 1.25, rtol=0.08)
    np.testing.assert_allclose(exact.codes.var(), 1, rtol=0.08)


def test_a_prior_of_ones_own_is_used():
    prior = distributions.DiagNormal(np.array([3.0, 0.0]), np.array([0.5, 2.0]))
    blind = lambda x: 0 * x[:, :1]  # noqa: E731
    found = reverse.langevin(
        decoder, blind, 0, beginnings() * [0.5, 2] + [3, 0], steps=60, step_size=0.1, prior=prior
    )
    np.testing.assert_allclose(found.codes.mean(0), [3, 0], atol=0.15)
    np.testing.assert_allclose(found.codes.std(0), [0.5, 2], rtol=0.06)


def test_a_seed_decides_the_samples():
    one, again, other = (
        reverse.langevin(decoder, classifier, 1, beginnings()[:5], steps=3, seed=seed).codes
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01


@pytest.mark.parametrize("label", [0, 1])
def test_an_ascent_ends_at_the_mode(label):
    found = reverse.ascend_code(decoder, classifier, label, beginnings()[:6], steps=400)
    mode = optimize.minimize(lambda z: -log_density(z, label), np.zeros(2)).x
    # Steps of Adam end within a share of the learning rate, 0.05, of the mode.
    np.testing.assert_allclose(found.codes, np.tile(mode, (6, 1)), atol=0.01)
    gain = log_density(found.codes, label).mean() - log_density(beginnings()[:6], label).mean()
    np.testing.assert_allclose(found.history[-1] - found.history[0], gain, atol=1e-4)
    assert len(found.history) == 401


def test_the_prior_is_weighed():
    weight = 0.25
    found = reverse.ascend_code(
        decoder, classifier, 1, beginnings()[:3], steps=600, prior_weight=weight
    )
    likelihood = lambda z: log_density(z) + np.sum(z**2, axis=-1) / 2  # noqa: E731
    mode = optimize.minimize(lambda z: -likelihood(z) + weight * np.sum(z**2) / 2, np.zeros(2)).x
    np.testing.assert_allclose(found.codes, np.tile(mode, (3, 1)), atol=0.02)


def test_the_log_density_is_in_nats_with_the_constant_of_the_prior():
    z = beginnings()[:7]
    found = np.asarray(reverse.Posterior(decoder, classifier, 1).log_prob(z))
    np.testing.assert_allclose(found, log_density(z) - np.log(2 * np.pi), atol=1e-5)
    found = np.asarray(reverse.Posterior(decoder, two_logits, 0).log_label(z))
    wanted = log_density(z, 0) + np.sum(z**2, axis=1) / 2
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"label": 2}, "one of which is that of the label"),
        ({"label": -1}, "a label"),
        ({"codes": np.zeros(3)}, "the shape"),
        ({"codes": np.full((2, 2), np.nan)}, "finite"),
        ({"step_size": 0}, "step size"),
        ({"prior": 3}, "log_prob"),
        ({"decoder": None}, "a decoder"),
        ({"classifier": lambda x: x[:, 0]}, "logits .B, C."),
        ({"classifier": lambda x: x * np.float32(np.nan)}, "finite"),
    ],
)
def test_what_does_not_fit_is_refused(options, words):
    right = {"decoder": decoder, "classifier": classifier, "label": 1, "codes": np.zeros((2, 2))}
    with pytest.raises(ValueError, match=words):
        reverse.langevin(**right | options)
