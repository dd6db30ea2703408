"""The VAE: bound and loss against exact models, priors, binarisation, clear refusals."""

import keras
import numpy as np
import pytest
from scipy import stats

from gencore import networks, vae
from gencore.distributions import Bernoulli, DiagNormal, Mixture, standard_normal
from tests.linear_gaussian import LinearGaussian

SHAPE = (3, 3, 1)


def small_model(latent=2, hidden=(), shape=SHAPE, **options):
    keras.utils.set_random_seed(0)
    return vae.VAE(
        networks.dense_encoder(2 * latent, hidden, shape=shape),
        networks.dense_decoder(latent, hidden, shape=shape),
        **options,
    )


@pytest.fixture
def bits():
    return (np.random.default_rng(0).random((7, *SHAPE)) < 0.4).astype(np.float32)


@pytest.fixture
def grey():
    return np.random.default_rng(0).uniform(size=(7, *SHAPE)).astype(np.float32)


def test_encoder_gives_means_and_standard_deviations(bits):
    model = small_model()
    raw = np.asarray(model.encoder(bits))
    q = model.encode(bits)
    np.testing.assert_allclose(q.loc, raw[:, :2], rtol=1e-6)
    np.testing.assert_allclose(q.scale, np.exp(6 * np.tanh(raw[:, 2:] / 6)), rtol=1e-5)


def test_terms_are_log_likelihood_and_rate(bits):
    # Oracle: NumPy from the networks' raw outputs, with the draw of the same seed.
    model = small_model()
    q = model.encode(bits)
    logits = np.asarray(model.decoder(q.sample(seed=5)))
    log_likelihood, rate = model.terms(bits, seed=5)
    expected = -np.logaddexp(0, np.where(bits, -logits, logits)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(log_likelihood, expected, rtol=1e-5)
    loc, scale = np.asarray(q.loc), np.asarray(q.scale)
    expected = 0.5 * (loc**2 + scale**2 - 1).sum(axis=1) - np.log(scale).sum(axis=1)
    np.testing.assert_allclose(rate, expected, rtol=1e-5)
    np.testing.assert_allclose(model.bound(bits, seed=5), log_likelihood - rate, rtol=1e-6)


def test_with_the_exact_posterior_and_a_sampled_rate_the_bound_is_log_p():
    # q(z|x) = p(z|x) makes log p(x|z) + log p(z) - log q(z|x) equal to log p(x) for every z. The
    # mixture of two equal standard normals is N(0, I) without the closed form.
    exact = LinearGaussian()
    prior = Mixture(DiagNormal(np.zeros((2, 2)), np.ones((2, 2))))
    model, x = exact.model(prior=prior), exact.draw(20)
    for seed in range(3):
        np.testing.assert_allclose(model.bound(x, seed=seed), exact.log_prob(x), atol=2e-4)


def test_with_the_closed_form_rate_the_bound_averages_to_log_p():
    # 4,000 draws for each of five points; the standard error of each mean is computed, 5 of them
    # fail falsely once in 3e5 runs.
    exact = LinearGaussian()
    model, x = exact.model(), np.repeat(exact.draw(5), 4000, axis=0)
    values = np.asarray(model.bound(x, seed=0)).reshape(5, 4000)
    stderr = values.std(axis=1) / np.sqrt(4000)
    assert (np.abs(values.mean(axis=1) - exact.log_prob(x[::4000])) < 5 * stderr + 1e-4).all()


def test_a_wrong_posterior_loses_its_divergence_from_the_right_one():
    # log p(x) - bound = KL[q || posterior], here in closed form, for a q that is too wide.
    exact = LinearGaussian()
    model, x = exact.model(widen=1.5), np.repeat(exact.draw(1), 40_000, axis=0)
    values = np.asarray(model.bound(x, seed=0))
    gap = 2 * (0.5 * (1.5**2 - 1) - np.log(1.5))
    stderr = values.std() / 200
    assert abs(exact.log_prob(x[:1])[0] - values.mean() - gap) < 5 * stderr + 1e-4


@pytest.mark.parametrize("beta", [1.0, 0.25])
def test_the_loss_weighs_an_unequal_last_batch(bits, beta):
    # Seven images in batches of 4 and 3. With beta the objective is not minus the bound.
    model = small_model(beta=beta)
    model.compile(keras.optimizers.SGD(0.0))
    state = np.asarray(model.seed_generator.state)
    received = model.evaluate(bits, batch_size=4, verbose=0, return_dict=True)
    model.seed_generator.state.assign(state)
    terms = np.concatenate([np.asarray(model(bits[:4])), np.asarray(model(bits[4:]))])
    expected = (beta * terms[:, 1] - terms[:, 0]).mean()
    np.testing.assert_allclose(received["loss"], expected, rtol=1e-5)
    np.testing.assert_allclose(received["rate"], terms[:, 1].mean(), rtol=1e-5)


def test_weights_of_images_count_in_the_loss(bits):
    model = small_model()
    model.compile(keras.optimizers.SGD(0.0))
    state = np.asarray(model.seed_generator.state)
    weights = np.array([0, 0, 3, 0, 1, 0, 0], dtype=np.float32)
    received = model.evaluate(
        bits, bits, sample_weight=weights, batch_size=7, verbose=0, return_dict=True
    )["loss"]
    model.seed_generator.state.assign(state)
    terms = np.asarray(model(bits))
    np.testing.assert_allclose(received, (weights * (terms[:, 1] - terms[:, 0])).mean(), rtol=1e-5)


def conditional_model(**options):
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(4, (), shape=(9 + 3,))
    decoder = networks.dense_decoder(2 + 3, (), shape=SHAPE)
    return vae.VAE(
        networks.conditional(encoder, 3, SHAPE), networks.conditional(decoder, 3, (2,)), **options
    )


def test_a_conditional_vae_hands_the_label_to_both_networks(bits):
    # Oracle: the affine networks by hand, on the values of image or code and label in one row.
    model, labels = conditional_model(), np.arange(7) % 3
    rows = np.eye(3, dtype=np.float32)[labels]
    (kernel, bias), (out, offset) = model.encoder.get_weights(), model.decoder.get_weights()
    mean = (np.concatenate([bits.reshape(7, 9), rows], axis=1) @ kernel + bias)[:, :2]
    np.testing.assert_allclose(model.codes((bits, rows), batch_size=3), mean, rtol=1e-5)
    z = np.ones((7, 2), np.float32)
    logits = np.concatenate([z, rows], axis=1) @ out + offset
    expected = 1 / (1 + np.exp(-logits.reshape(7, *SHAPE)))
    np.testing.assert_allclose(model.images(z, 3, labels), expected, rtol=1e-5)
    np.testing.assert_allclose(
        model.sample(7, seed=1, labels=labels),
        model.images(model.prior.sample(7, 1), labels=labels),
        rtol=1e-6,
    )


def test_a_conditional_vae_trains_on_pairs_and_binarises_the_image_only(bits, grey):
    model, rows = conditional_model(binarize=True), np.eye(3, dtype=np.float32)[np.arange(7) % 3]
    seen = []
    model.likelihood = vae.Likelihood("spy", lambda raw: Spy(raw, seen))
    pair = [keras.ops.convert_to_tensor(part) for part in (grey, rows)]
    model(pair, training=True)
    assert set(np.unique(np.asarray(seen[0]))) <= {0.0, 1.0}
    model = conditional_model(likelihood=vae.CROSS_ENTROPY)
    model.compile(keras.optimizers.Adam(1e-2), jit_compile=False)
    losses = model.fit((grey, rows), epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[0]


def test_pairs_and_labels_that_do_not_fit_are_refused(bits):
    model, rows = conditional_model(), np.eye(3, dtype=np.float32)[np.arange(7) % 3]
    for wrong in (bits, (bits, rows[:3]), (bits, rows[:, :2]), (bits, np.arange(7))):
        with pytest.raises(ValueError, match="pairs of images and labels.*one_hot"):
            model.check(wrong)
    with pytest.raises(ValueError, match="one label for each example"):
        model.sample(3, seed=0)
    with pytest.raises(ValueError, match="read no labels"):
        small_model().sample(3, seed=0, labels=[0, 1, 2])
    encoder = networks.conditional(networks.dense_encoder(4, (), shape=(12,)), 3, SHAPE)
    with pytest.raises(ValueError, match="same label"):
        vae.VAE(encoder, networks.dense_decoder(2, (), shape=SHAPE))


def test_training_images_are_drawn_afresh_and_scored_images_are_not(grey):
    seen = []
    likelihood = vae.Likelihood("spy", lambda raw: Spy(raw, seen))
    model = small_model(likelihood=likelihood, binarize=True)
    model(grey, training=True)
    model(grey, training=True)
    model(grey, training=False)
    first, second, scored = (np.asarray(x) for x in seen)
    assert set(np.unique(first)) == {0.0, 1.0}
    assert (first != second).any()
    np.testing.assert_array_equal(scored, grey)


class Spy(Bernoulli):
    def __init__(self, logits, seen):
        super().__init__(logits)
        self.seen = seen

    def log_prob(self, x):
        self.seen.append(x)
        return super().log_prob(x)


def test_training_images_are_ones_with_the_probability_of_the_grey_value():
    # 20,000 draws of a grey 0.3: an error of 0.0032; 5 standard errors, false failures 6e-7.
    seen = []
    model = small_model(likelihood=vae.Likelihood("spy", lambda raw: Spy(raw, seen)), binarize=True)
    model(np.full((20_000, *SHAPE), 0.3, dtype=np.float32), training=True)
    assert abs(np.asarray(seen[0])[:, 0].mean() - 0.3) < 5 * 0.0032


def test_training_and_binarisation_come_from_the_seed(grey):
    losses = []
    for seed in (3, 3, 4):
        model = small_model(binarize=True, seed=seed)
        model.compile(keras.optimizers.Adam(0.01), jit_compile=False)
        losses.append(model.fit(grey, batch_size=4, epochs=2, verbose=0).history["loss"])
    assert losses[0] == losses[1] != losses[2]


def test_samples_are_decoded_draws_of_the_models_own_prior(bits):
    # A prior at +-8, where N(0, I) practically never goes.
    prior = Mixture(DiagNormal([[8.0, 8.0], [-8.0, 8.0]], 0.1 * np.ones((2, 2))))
    model = small_model(prior=prior, likelihood=vae.normal(1.0))
    kernel = np.zeros((2, 9), dtype=np.float32)
    kernel[0, 0] = kernel[1, 1] = 1.0  # the first two pixels show the code itself
    model.decoder.get_layer("raw").set_weights([kernel, np.zeros(9, dtype=np.float32)])
    shown = model.sample(500, seed=0).reshape(500, 9)
    assert shown[:, 1].min() > 7
    assert np.abs(shown[:, 0]).min() > 7
    assert 0.4 < (shown[:, 0] > 0).mean() < 0.6  # 4.5 standard errors of 1/2


def test_images_and_codes_are_whole_in_every_batch(bits):
    model = small_model()
    z = np.random.default_rng(1).normal(size=(7, 2)).astype(np.float32)
    np.testing.assert_allclose(model.images(z, 3), model.decode(z).mean(), rtol=1e-5)
    np.testing.assert_allclose(model.codes(bits, 3), model.encode(bits).loc, rtol=1e-5)


def test_training_raises_the_bound(bits):
    model = small_model()
    model.compile(keras.optimizers.Adam(0.05), jit_compile=False)
    before = model.evaluate(bits, verbose=0, return_dict=True)["loss"]
    model.fit(np.tile(bits, (60, 1, 1, 1)), batch_size=len(bits), shuffle=False, verbose=0)
    assert model.evaluate(bits, verbose=0, return_dict=True)["loss"] < before - 1


def test_a_normal_likelihood_has_its_constant():
    model = small_model(likelihood=vae.normal(0.1))
    raw = np.zeros((2, *SHAPE), dtype=np.float32)
    density = model.likelihood.distribution(raw)
    expected = stats.norm(0, 0.1).logpdf(0.3) * 9
    np.testing.assert_allclose(density.log_prob(raw + 0.3), [expected] * 2, rtol=1e-4)


def nan_image():
    x = np.zeros((3, *SHAPE), dtype=np.float32)
    x[1, 2, 0, 0] = np.nan
    return x


@pytest.mark.parametrize(
    ("train", "message"),
    [
        (lambda: small_model().fit(np.full((3, *SHAPE), 0.5)), "a Bernoulli pixel is 0 or 1"),
        (lambda: small_model().fit(nan_image()), "received 1 values that are NaN"),
        (lambda: small_model(binarize=True).fit(nan_image()), "NaN"),
        (lambda: small_model(binarize=True).fit(255 * np.ones((3, *SHAPE))), "to 255"),
        (lambda: small_model(likelihood=vae.normal(1.0)).fit(nan_image()), "NaN"),
    ],
)
def test_bad_images_are_refused_before_training(train, message):
    with pytest.raises(ValueError, match=message):
        train()


def test_cross_entropy_takes_grey_images_and_bernoulli_binary_ones(grey, bits):
    small_model(likelihood=vae.CROSS_ENTROPY).check(grey)
    small_model().check(bits)
    small_model(binarize=True).check(grey)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: vae.VAE(networks.dense_encoder(4), networks.dense_decoder(3)),
            r"received \(4,\) from the encoder and \(3,\)",
        ),
        (
            lambda: vae.VAE(networks.dense_encoder(4), networks.dense_decoder(2, shape=SHAPE)),
            r"received \(28, 28, 1\) in and \(3, 3, 1\) out",
        ),
        (lambda: small_model(beta=-1.0), "rate is finite and at least 0; received beta=-1.0"),
        (lambda: vae.normal(0.0), "received 0.0"),
        (lambda: vae.normal(float("nan")), "received nan"),
    ],
)
def test_bad_arguments_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_the_prior_is_standard_normal_unless_another_is_given():
    model = small_model(latent=3)
    z = np.ones((1, 3), dtype=np.float32)
    np.testing.assert_allclose(model.prior.log_prob(z), standard_normal(3).log_prob(z), rtol=1e-6)


def test_a_prior_of_another_dimension_is_refused():
    pair = networks.dense_encoder(4, shape=SHAPE), networks.dense_decoder(2, shape=SHAPE)
    for size in (1, 3):
        with pytest.raises(ValueError, match=rf"received \(1, {size}\) for one draw"):
            vae.VAE(*pair, prior=standard_normal(size))
    with pytest.raises(ValueError, match="a prior has log_prob"):
        vae.VAE(*pair, prior="normal")
