"""Estimates of log p(x): exact models, enumeration, blocks that must not matter."""

import io
import sys

import keras
import numpy as np
import pytest
from scipy import special, stats

from gencore import likelihood, networks, vae
from gencore.distributions import Bernoulli, standard_normal
from gencore.likelihood import estimators
from tests.linear_gaussian import LinearGaussian


class TwoImages:
    """One latent number; its sign decides between two Bernoulli images, a and b."""

    likelihood, prior = vae.BERNOULLI, standard_normal(1)

    def __init__(self):
        rng = np.random.default_rng(0)
        self.logits = rng.normal(0, 1, size=(2, 2, 2, 1)).astype(np.float32)
        self.x = (rng.random((7, 2, 2, 1)) < 0.5).astype(np.float32)
        each = np.where(self.x[:, None], -self.logits, self.logits)
        self.weights = np.exp(-np.logaddexp(0, each).sum(axis=(2, 3, 4)))  # p(x|a), p(x|b)

    def encode(self, x):
        return standard_normal(1).__class__(keras.ops.zeros((len(x), 1)), 1.0)

    def decode(self, z):
        return Bernoulli(keras.ops.where(z[:, :, None, None] > 0, self.logits[0], self.logits[1]))

    def terms(self, x, seed):
        z = self.encode(x).sample(seed=seed)
        return self.decode(z).log_prob(x), keras.ops.ones(len(x))

    def exact(self):
        return np.log(self.weights.mean(axis=1))


def binary_vae(latent=3, size=(4, 4, 1)):
    keras.utils.set_random_seed(1)
    return vae.VAE(
        networks.dense_encoder(2 * latent, (8,), shape=size),
        networks.dense_decoder(latent, (8,), shape=size),
    )


def test_the_exact_posterior_gives_log_p_from_one_sample():
    # Every weight p(x, z) / q(z|x) is p(x) itself. Tolerance: float32 sums of a dozen terms.
    exact = LinearGaussian()
    x = exact.draw(30)
    for samples in (1, 3):
        received = likelihood.importance_bound(exact.model(), x, samples)
        np.testing.assert_allclose(received, exact.log_prob(x), atol=2e-4)


def test_importance_sampling_reaches_log_p_from_a_wrong_posterior():
    # Posterior 1.5 times too wide, 4,000 samples: the weights vary by a factor of order one, the
    # error of a point is about 1/60, that of 30 points 0.003. The bound itself is 0.44 too low.
    exact = LinearGaussian()
    x = exact.draw(30)
    received = likelihood.importance_log_likelihood(exact.model(widen=1.5), x, 4000)
    np.testing.assert_allclose(received.value, exact.log_prob(x).mean(), atol=0.02)
    np.testing.assert_allclose(received.stderr, stats.sem(exact.log_prob(x)), rtol=0.02)
    assert received.unit == "nats"


def test_more_samples_raise_the_bound_towards_log_p():
    # Burda et al.: E[bound] grows with the samples. 200 points; steps are 10 times their errors.
    exact = LinearGaussian()
    x, model = exact.draw(2000), exact.model(widen=2.0)
    means = [likelihood.importance_bound(model, x, s).mean() for s in (1, 4, 32)]
    truth = exact.log_prob(x).mean()
    assert means[0] + 0.1 < means[1] < means[2] - 0.05 < truth


@pytest.mark.parametrize("samples", [1, 7, 13])
@pytest.mark.parametrize("rows", [4, 50, 10_000])
def test_exactly_the_asked_number_of_samples_is_averaged(samples, rows, monkeypatch):
    # Each weight is one of two numbers, so the mean of S of them has steps of 1/S: what blocks
    # or a full batch would make of it has other steps.
    monkeypatch.setattr(estimators, "ROWS", rows)
    model = TwoImages()
    values = np.exp(likelihood.importance_bound(model, model.x, samples, seed=samples))
    a, b = model.weights.T
    count = samples * (values - b) / (a - b)
    np.testing.assert_allclose(count, np.round(count), atol=1e-3)
    assert len(values) == len(model.x)


@pytest.mark.parametrize("samples", [1, 30, 999, 5000])
def test_no_more_codes_than_a_block_are_decoded_at_once(samples, monkeypatch):
    monkeypatch.setattr(estimators, "ROWS", 60)
    model, seen, decode = TwoImages(), [], TwoImages.decode

    def spy(self, z):
        seen.append(z.shape[0] or 0)  # a traced step may not know
        return decode(self, z)

    monkeypatch.setattr(TwoImages, "decode", spy)
    likelihood.importance_bound(model, model.x, samples)
    assert 0 < max(seen) <= 60


def test_draws_are_fresh_in_every_block(monkeypatch):
    # 400 blocks of one draw: with one draw repeated, the share would be 0 or 1. Error 0.025.
    monkeypatch.setattr(estimators, "ROWS", 1)
    monkeypatch.setattr(estimators, "DRAWS", 1)
    model = TwoImages()
    values = np.exp(likelihood.importance_bound(model, model.x[:2], 400))
    a, b = model.weights[:2].T
    assert (np.abs((values - b) / (a - b) - 0.5) < 0.125).all()
    received = likelihood.prior_log_likelihood(model, model.x, 400)
    assert abs(received.value - model.exact().mean()) < 0.2


def test_prior_samples_of_a_two_image_model_reach_its_exact_log_p():
    # 10^5 draws: the share of a errs by 0.0016, each log p by less than 0.005.
    model = TwoImages()
    received = likelihood.prior_log_likelihood(model, model.x, 100_000)
    np.testing.assert_allclose(received.value, model.exact().mean(), atol=0.02)
    np.testing.assert_allclose(received.stderr, stats.sem(model.exact()), atol=0.02)


@pytest.mark.parametrize("draws", [3, 10, 1000])
def test_prior_samples_do_not_depend_on_their_blocks(draws, monkeypatch):
    # Oracle: all pairs at once from the same codes, drawn as one block or as several.
    monkeypatch.setattr(estimators, "DRAWS", draws)
    model = binary_vae()
    x = (np.random.default_rng(0).random((6, 4, 4, 1)) < 0.5).astype(np.float32)
    generator = keras.random.SeedGenerator(5)
    sizes = [min(draws, 10 - done) for done in range(0, 10, draws)]
    z = np.concatenate([np.asarray(model.prior.sample(size, generator)) for size in sizes])
    logits = np.asarray(model.decoder(z))[:, None]  # (S, 1, 4, 4, 1)
    each = -np.logaddexp(0, np.where(x, -logits, logits)).sum(axis=(2, 3, 4))
    expected = (special.logsumexp(each, axis=0) - np.log(10)).mean()
    received = likelihood.prior_log_likelihood(model, x, 10, seed=5)
    np.testing.assert_allclose(received.value, expected, rtol=1e-5)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_score_shows_in_a_terminal_how_far_it_is(terminal, monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(estimators, "PATIENCE", 0.0)
    monkeypatch.setattr(estimators, "DRAWS", 5)
    model = TwoImages()
    likelihood.prior_log_likelihood(model, model.x, 20)
    shown = screen.getvalue()
    assert ("prior samples:   0%" in shown and "/4" in shown) if terminal else shown == ""


def test_prior_samples_under_a_normal_likelihood_reach_log_p():
    # Two latent dimensions, 200,000 draws: the error of a mean of 20 points is about 0.01.
    exact = LinearGaussian()
    x = exact.draw(20)
    received = likelihood.prior_log_likelihood(exact.model(), x, 200_000)
    np.testing.assert_allclose(received.value, exact.log_prob(x).mean(), atol=0.05)


@pytest.mark.parametrize("rows", [3, 10_000])
def test_rate_and_distortion_add_up_and_count_every_image(rows, monkeypatch):
    monkeypatch.setattr(estimators, "ROWS", rows)
    model = binary_vae()
    x = (np.random.default_rng(0).random((7, 4, 4, 1)) < 0.5).astype(np.float32)
    terms = likelihood.rate_distortion(model, x, samples=3, seed=2)
    q = model.encode(x)
    loc, scale = np.asarray(q.loc), np.asarray(q.scale)
    rates = (0.5 * (loc**2 + scale**2 - 1) - np.log(scale)).sum(axis=1)
    np.testing.assert_allclose(terms["rate"].value, rates.mean(), rtol=1e-5)
    np.testing.assert_allclose(terms["rate"].stderr, stats.sem(rates), rtol=1e-4)
    total = -terms["rate"].value - terms["distortion"].value
    np.testing.assert_allclose(terms["bound"].value, total, rtol=1e-9)


def test_the_bound_is_below_the_importance_sampled_value_below_log_p():
    exact = LinearGaussian()
    model, x = exact.model(widen=1.5), exact.draw(500)
    bound = likelihood.rate_distortion(model, x, samples=20)["bound"].value
    sampled = likelihood.importance_log_likelihood(model, x, 20).value
    assert bound + 0.2 < sampled < exact.log_prob(x).mean() + 0.01


def test_an_estimate_comes_from_its_seed():
    model = binary_vae()
    x = np.zeros((4, 4, 4, 1), dtype=np.float32)
    values = [likelihood.importance_bound(model, x, 5, seed) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(values[0], values[1])
    assert np.abs(values[0] - values[2]).max() > 1e-4


of_every_estimate = pytest.mark.parametrize(
    "estimate",
    [
        likelihood.importance_log_likelihood,
        likelihood.prior_log_likelihood,
        likelihood.rate_distortion,
    ],
)


@of_every_estimate
def test_a_conditional_model_is_refused(estimate):
    pair = [
        networks.conditional(networks.dense_encoder(4, shape=(19,)), 3, (4, 4, 1)),
        networks.conditional(networks.dense_decoder(5, shape=(4, 4, 1)), 3, (2,)),
    ]
    x = [np.zeros((2, 4, 4, 1), np.float32), np.eye(3, dtype=np.float32)[:2]]
    with pytest.raises(ValueError, match="conditional model of 3 classes.*read no label"):
        estimate(vae.VAE(*pair), x, 10)


@of_every_estimate
def test_no_samples_and_grey_pixels_are_refused(estimate):
    model, x = binary_vae(), np.zeros((3, 4, 4, 1), dtype=np.float32)
    with pytest.raises(ValueError, match="samples=0"):
        estimate(model, x, 0)
    with pytest.raises(ValueError, match="a Bernoulli pixel is 0 or 1"):
        estimate(model, x + 0.5, 10)
    with pytest.raises(ValueError, match="NaN"):
        estimate(model, x + np.nan, 10)


@pytest.mark.parametrize("shape", [(28, 20, 1), (1, 28, 1), (1, 1, 1), (4, 4, 1), (784,)])
@pytest.mark.parametrize("like", [vae.BERNOULLI, vae.normal(0.5)])
def test_images_of_another_size_have_no_score(shape, like):
    pair = networks.dense_encoder(4), networks.dense_decoder(2)
    model = vae.VAE(*pair, likelihood=like)
    x = np.ones((3, *shape), np.float32)
    for score in (
        likelihood.prior_log_likelihood,
        likelihood.importance_log_likelihood,
        likelihood.importance_bound,
        likelihood.rate_distortion,
    ):
        with pytest.raises(ValueError, match=r"what the model decodes, \(28, 28, 1\), each; rec"):
            score(model, x, 5)
