"""The generative autoencoder: its bound, its gradient, EM and how EM ends, clear refusals."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from gencore import gae, likelihood, networks, vae
from gencore.distributions import DiagNormal
from gencore.gae import em
from gencore.vae.rate_weight import RateWeight

SHAPE = (3, 3, 1)


def small_gae(n=12, latent=2, tied=False, hidden=(), seed=0, binarize=False, **options):
    keras.utils.set_random_seed(seed)
    prior = gae.PosteriorMixture(np.zeros((n, latent)), np.ones((n if tied else 1, latent)))
    model = vae.VAE(
        networks.dense_encoder(2 * latent, hidden, shape=SHAPE),
        networks.dense_decoder(latent, hidden, shape=SHAPE),
        prior=prior,
        binarize=binarize,
        seed=seed,
    )
    return gae.GAE(model, **options)


def distinct_bits(n=12, seed=0):
    codes = np.random.default_rng(seed).permutation(512)[:n]
    return ((codes[:, None] >> np.arange(9)) & 1).reshape(n, *SHAPE).astype(np.float32)


@pytest.fixture
def bits():
    return distinct_bits()


def same_draw(model, x):
    """Return q, and the code that the next call of the model will draw."""
    q, state = model.vae.encode(x), np.asarray(model.vae.seed_generator.state)
    z = np.asarray(q.sample(seed=model.vae.seed_generator))
    model.vae.seed_generator.state.assign(state)
    return q, z


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("leave_one_out", [False, True])
def test_the_terms_are_those_of_the_definition(bits, tied, leave_one_out):
    # Oracle: SciPy over all pairs of the batch, in float64.
    model = small_gae(tied=tied, leave_one_out=leave_one_out, mean_weight=0.1, scale_weight=0.2)
    if not tied:
        model.log_scale.assign([[-0.5, 0.3]])
    q, z = same_draw(model, bits)
    loc, scale = (np.asarray(a, dtype=float) for a in (q.loc, q.scale))
    shared = scale if tied else np.exp([[-0.5, 0.3]])
    each = stats.norm(loc, shared).logpdf(z[:, None]).sum(axis=-1)
    if leave_one_out:
        np.fill_diagonal(each, -np.inf)
    log_prior = special.logsumexp(each, axis=1) - np.log(12 - leave_one_out)
    own = stats.norm(loc, scale).logpdf(z).sum(axis=1)
    regularizer = 0.2 * (1 + 2 * np.log(scale) - scale**2).sum(axis=1) - 0.1 * (loc**2).sum(axis=1)
    terms = np.asarray(model(bits))
    np.testing.assert_allclose(terms[:, 0], model.vae.decode(z).log_prob(bits), rtol=1e-5)
    np.testing.assert_allclose(terms[:, 1], own - log_prior, atol=1e-4)
    np.testing.assert_allclose(terms[:, 2], regularizer, rtol=1e-4)
    loss = float(model.compute_loss(y_pred=terms))
    np.testing.assert_allclose(loss, (terms[:, 1] - terms[:, 0] - terms[:, 2]).mean(), rtol=1e-6)


def test_the_warm_up_of_the_vae_weighs_the_rate_of_the_gae(bits):
    model = small_gae()
    model.vae.rate_weight = RateWeight(1.0, warm_up=4)
    terms = np.asarray(model(bits))
    losses = [float(model.compute_loss(y_pred=terms, training=True)) for _ in range(5)]
    rate, image = terms[:, 1].mean(), terms[:, 0].mean()
    # Weights 1/4, 1/2, 3/4, 1, 1 of one rate; float32.
    np.testing.assert_allclose(losses, np.minimum([0.25, 0.5, 0.75, 1, 1], 1) * rate - image, 1e-5)
    np.testing.assert_allclose(
        float(model.compute_loss(y_pred=terms, training=False)), rate - image, 1e-5
    )


def test_the_gradient_is_that_of_the_bound_with_fixed_responsibilities(bits):
    # Fisher's identity, for the code and for the means of the others: float32, 1e-5.
    model = small_gae()
    q, z = same_draw(model, bits)
    z, loc = tf.constant(z), tf.constant(q.loc)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([z, loc])
        direct = tf.reduce_sum(model.batch_log_prior(z, DiagNormal(loc, q.scale)))
        squares = tf.reduce_sum((z[:, None] - loc[None]) ** 2, axis=-1)
        each = tf.linalg.set_diag(-0.5 * squares, tf.fill((12,), -np.inf))
        r = tf.stop_gradient(tf.nn.softmax(each))
        fixed = -0.5 * tf.reduce_sum(r * squares)
    for variable in (z, loc):
        received, expected = tape.gradient(direct, variable), tape.gradient(fixed, variable)
        np.testing.assert_allclose(received, expected, atol=1e-5)
        assert np.abs(expected).max() > 0.01


def test_training_raises_the_bound_and_moves_the_scale(bits):
    model = small_gae()
    model.compile(keras.optimizers.Adam(0.05), jit_compile=False)
    before = model.evaluate(bits, batch_size=12, verbose=0, return_dict=True)
    history = model.fit(bits, batch_size=12, epochs=40, verbose=0).history
    assert np.mean(history["loss"][-10:]) < before["loss"] - 0.5
    assert np.abs(model.log_scale.numpy()).min() > 1e-3
    assert "rate" in history


def test_refresh_makes_posteriors_of_all_images(bits):
    for tied in (False, True):
        model = small_gae(tied=tied)
        if not tied:
            model.log_scale.assign([[0.1, -0.2]])
        model.refresh(bits)
        q = model.vae.encode(bits)
        np.testing.assert_allclose(model.prior.loc.numpy(), q.loc, atol=1e-6)
        scale = q.scale if tied else np.exp([[0.1, -0.2]])
        np.testing.assert_allclose(model.prior.scale.numpy(), scale, rtol=1e-6)


def test_the_vae_that_was_traced_sees_the_new_prior(bits):
    # A prior replaced after the first fit is ignored by the compiled step; an assigned one is not.
    model = small_gae()
    inner = model.vae
    inner.compile(keras.optimizers.SGD(0.0), jit_compile=False)
    first = inner.fit(bits, batch_size=12, verbose=0).history["loss"][0]
    model.prior.assign(model.prior.loc.numpy() + 14.0, model.prior.scale.numpy())
    second = inner.fit(bits, batch_size=12, verbose=0).history["loss"][0]
    assert second > first + 50


@pytest.mark.parametrize("leave_one_out", [True, False])
def test_em_for_the_scale_climbs_to_its_best_value(leave_one_out):
    # Codes and exemplars are fixed by the seed, so that the bound is a function of two scales:
    # monotone to the rounding of float32, and no scale nearby is better.
    x = distinct_bits(60)
    model = small_gae(60, leave_one_out=leave_one_out)
    model.log_scale.assign([[1.0, 1.5]])
    result = model.fit_em(x, max_iter=60, tol=2e-6, seed=1)
    values = [bound.value for bound in result.bounds]
    assert np.diff(values).min() > -1e-5 and values[-1] > values[0] + 0.05
    assert result.converged and "less than tol" in result.reason
    rows = np.random.default_rng(1).permutation(60)
    noise = np.random.default_rng(1)
    noise.permutation(60)
    q = model.vae.encode(x)
    draws = noise.standard_normal((60, 2)).astype(np.float32)
    z = np.asarray(q.loc)[rows] + np.asarray(q.scale)[rows] * draws
    loc, best = model.prior.loc.numpy(), model.prior.scale.numpy()

    def log_prior(scale):
        each = stats.norm(loc, scale).logpdf(z[:, None]).sum(axis=-1)
        if leave_one_out:
            each[np.arange(60), rows] = -np.inf
        return special.logsumexp(each, axis=1).mean() - np.log(60 - leave_one_out)

    for factor in ([0.9, 1], [1.1, 1], [1, 0.9], [1, 1.1]):
        assert log_prior(best * factor) < log_prior(best)
    own = DiagNormal(np.asarray(q.loc)[rows], np.asarray(q.scale)[rows])
    outside = model.vae.decode(z).log_prob(x[rows]) - own.log_prob(z)
    np.testing.assert_allclose(values[-1], np.mean(outside) + log_prior(best), rtol=1e-5)


def test_the_e_step_and_the_m_step_each_raise_the_free_energy():
    x = distinct_bits(60)
    model = small_gae(60)
    model.log_scale.assign([[1.0, 1.0]])
    model.refresh(x)
    q = model.vae.encode(x)
    z, own = q.sample(seed=0), np.arange(60)
    r = np.full((60, 60), 1 / 59, dtype=np.float32)
    r[own, own] = 0
    values = [np.mean(model.free_energy(x, z, r, own))]
    for _ in range(3):
        r = model.e_step(z, own)
        values.append(np.mean(model.free_energy(x, z, r, own)))
        model.m_step(model.prior.squares(z, r) / 60)
        values.append(np.mean(model.free_energy(x, z, r, own)))
    assert np.diff(values).min() > -1e-5 and values[-1] > values[0] + 0.1
    r = model.e_step(z, own)
    expected = model.vae.decode(z).log_prob(x) - q.log_prob(z) + model.prior.log_prob(z, own)
    np.testing.assert_allclose(model.free_energy(x, z, r, own), expected, atol=1e-4)


def test_em_with_epochs_trains_the_networks():
    x = distinct_bits(60)
    model = small_gae(60, hidden=(16,))
    model.compile(keras.optimizers.Adam(0.02), jit_compile=False)
    result = model.fit_em(x, max_iter=5, tol=0, epochs=4, batch_size=20)
    assert result.bounds[-1].value > result.bounds[0].value + 1
    np.testing.assert_allclose(model.prior.loc.numpy(), model.vae.encode(x).loc, atol=1e-5)


def test_a_nearest_model_shares_the_networks(bits):
    model = small_gae()
    model.refresh(bits)
    near = model.nearest(12)
    np.testing.assert_allclose(
        near.prior.log_prob(np.ones((3, 2))), model.prior.log_prob(np.ones((3, 2))), atol=1e-5
    )
    assert near.encoder is model.vae.encoder and near.likelihood is model.vae.likelihood


def test_an_estimate_from_the_nearest_exemplars_is_close_and_below():
    # The same draws under the whole prior; a density that falls short by a little in each draw.
    x = distinct_bits(400)
    model = small_gae(400)
    kernel, bias = model.vae.encoder.get_layer("code").get_weights()
    kernel[:, 2:], bias[2:] = 0, -1.5  # narrow posteriors
    model.vae.encoder.get_layer("code").set_weights([kernel, bias])
    model.log_scale.assign([[-1.5, -1.5]])
    model.refresh(x)
    whole = likelihood.importance_bound(model.vae, x[:30], 50)
    near = likelihood.importance_bound(model.nearest(300), x[:30], 50)
    assert (near < whole + 1e-4).all() and (whole - near).mean() < 0.02


def climbing(gains, stderr=0.0, tol=0.01):
    """Run the loop over rounds with these mean gains of two points, the error of each stated."""
    done, values = iter(gains), np.zeros(2)

    def one_round():
        nonlocal values
        values = values + next(done) + np.array([stderr, -stderr])
        return values

    return em.climb(values, one_round, lambda: None, lambda state: None, len(gains), tol)


def test_converged_means_a_gain_between_zero_and_the_tolerance():
    result = climbing([1.0, 0.5, 0.005, 3.0])
    assert (result.converged, result.n_iter) == (True, 3)
    assert [round(bound.value, 3) for bound in result.bounds] == [0, 1, 1.5, 1.505]
    result = climbing([1.0, 0.5])
    assert (result.converged, result.reason) == (False, "max_iter=2 rounds are done")
    # A fall within its error is not convergence, and the loop goes on.
    result = climbing([1.0, -0.001], stderr=1.0)
    assert not result.converged and result.n_iter == 2


def test_a_bound_that_falls_by_more_than_its_error_is_reported():
    with pytest.warns(gae.BoundFellWarning, match="in round 2"):
        result = climbing([1.0, -3.1, 1.0], stderr=1.0)
    assert (result.converged, result.n_iter) == (False, 2)
    assert "fell in round 2" in result.reason
    assert climbing([1.0, -2.9, 1.0], stderr=1.0).n_iter == 3


def test_a_bound_that_turns_nan_keeps_the_last_good_state():
    x = distinct_bits(60)
    model = small_gae(60)
    model.compile(keras.optimizers.Adam(0.01), jit_compile=False)
    model.fit_em(x, max_iter=1, epochs=1, batch_size=20)
    kept = model.get_weights()
    model.optimizer.learning_rate.assign(np.nan)
    with pytest.raises((gae.BoundNotFinite, ValueError), match="finite"):
        model.fit_em(x, max_iter=3, epochs=1, batch_size=20)
    for before, after in zip(kept, model.get_weights(), strict=True):
        assert np.isfinite(after).all()
        if before.shape == (9, 4):
            np.testing.assert_array_equal(before, after)


def test_a_round_that_is_not_finite_is_undone():
    state = []
    with pytest.raises(gae.BoundNotFinite, match="after round 1 it is not for 1 of 3 points"):
        em.climb(
            np.zeros(3), lambda: np.array([0.0, np.nan, 1.0]), lambda: 7, state.append, 5, 0.01
        )
    assert state == [7]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: gae.GAE(small_gae().vae, mean_weight=-1.0), ValueError, "mean_weight=-1.0"),
        (
            lambda x: gae.GAE(
                vae.VAE(networks.dense_encoder(4), networks.dense_decoder(2)),
            ),
            TypeError,
            "received DiagNormal",
        ),
        (lambda x: small_gae().fit(np.concatenate([x, x[:3]])), ValueError, "received 3 copies"),
        (lambda x: small_gae().fit(x[:9], batch_size=4), ValueError, "the last of which holds one"),
        (lambda x: small_gae().fit(x + 0.5), ValueError, "a Bernoulli pixel is 0 or 1"),
        (lambda x: small_gae().fit_em(x[:9]), ValueError, r"received \(9, 2\)"),
        (lambda x: small_gae(tied=True).fit_em(x), ValueError, "epochs=0"),
        (lambda x: small_gae().fit_em(x, max_iter=0), ValueError, "max_iter=0"),
        (lambda x: small_gae(binarize=True).fit_em(0.5 * x), ValueError, "0 or 1"),
        (lambda x: small_gae().nearest(13), ValueError, "neighbours=13. Ask for 1 to 12"),
    ],
)
def test_bad_arguments_are_refused(bits, call, error, message):
    with pytest.raises(error, match=message):
        call(bits)


def test_copies_are_no_harm_where_nothing_is_left_out(bits):
    model = small_gae(15, leave_one_out=False)
    model.check(np.concatenate([bits, bits[:3]]))


def test_grey_images_are_drawn_afresh_in_training():
    grey = np.random.default_rng(0).uniform(size=(12, *SHAPE)).astype(np.float32)
    model = small_gae(binarize=True)
    kernel, bias = model.vae.encoder.layers[-1].get_weights()
    # A posterior of one code, whatever the image: what still differs is the image.
    model.vae.encoder.layers[-1].set_weights([0 * kernel, np.repeat([5.0, -40.0], len(bias) // 2)])
    first, second = (np.asarray(model(grey, training=True))[:, 0] for _ in range(2))
    assert np.abs(first - second).max() > 1
    first, second = (np.asarray(model(grey))[:, 0] for _ in range(2))
    np.testing.assert_allclose(first, second, atol=0.1)
