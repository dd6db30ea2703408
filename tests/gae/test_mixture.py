"""The mixture of posteriors: its density against SciPy, leaving out, draws, nearest exemplars."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from gencore import gae, likelihood, networks, vae
from gencore.distributions import DiagNormal
from gencore.gae import mixture
from tests.linear_gaussian import LinearGaussian


def components(n=30, size=3, shared=False, seed=0, spread=1.0):
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.2, 0.6, size=(1 if shared else n, size))
    return spread * rng.normal(size=(n, size)), scale


def exact(z, loc, scale, leave_out=None):
    """Every pair in float64, the coordinates summed within a component."""
    each = stats.norm(loc, scale).logpdf(np.asarray(z, dtype=float)[:, None]).sum(axis=-1)
    if leave_out is not None:
        each[np.arange(len(z)), leave_out] = -np.inf
    return each, special.logsumexp(each, axis=1) - np.log(len(loc) - (leave_out is not None))


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("pairs", [1, 50, 1_000_000])
def test_density_is_scipys_sum_whatever_the_blocks(shared, pairs, monkeypatch):
    # float32 sums of three coordinates: 1e-5 nats and less.
    monkeypatch.setattr(mixture, "PAIRS", pairs)
    loc, scale = components(shared=shared)
    z = np.random.default_rng(1).normal(size=(7, 3))
    prior = gae.PosteriorMixture(loc, scale)
    np.testing.assert_allclose(prior.log_prob(z), exact(z, loc, scale)[1], atol=2e-5)
    own = np.array([0, 29, 13, 13, 1, 2, 28])
    expected = exact(z, loc, scale, own)[1]
    np.testing.assert_allclose(prior.log_prob(z, own), expected, atol=2e-5)
    grid = prior.log_prob(z[:6].reshape(2, 3, 3), own[:6].reshape(2, 3))
    np.testing.assert_allclose(grid, expected[:6].reshape(2, 3), atol=2e-5)


def test_narrow_scales_of_their_own_keep_their_digits():
    # Means at 4,000 scales, as in a model that meets itself: products of float32 err by nats.
    rng = np.random.default_rng(0)
    loc = rng.normal(0, 5, size=(30, 40)).astype(np.float32)
    scale = np.full((30, 40), 0.0025, dtype=np.float32)
    z = (loc + scale * rng.normal(size=loc.shape)).astype(np.float32)
    each, expected = exact(z, loc.astype(float), scale.astype(float))
    # Only the result is rounded to float32, of 180 nats: 2e-5.
    prior = gae.PosteriorMixture(loc, scale)
    np.testing.assert_allclose(prior.log_prob(z), expected, atol=1e-3)
    pairs = np.asarray(mixture.log_normal_pairs(z, loc, scale))
    np.testing.assert_allclose(np.diag(pairs), np.diag(each), atol=1e-3)


def test_a_vamp_prior_is_the_mixture_of_the_posteriors_of_its_images():
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(6, (8,), shape=(4, 4, 1))
    prior = gae.VampPrior(encoder, 5, seed=1)
    prior.logits.assign(10 * np.random.default_rng(0).normal(size=(5, 4, 4, 1)))
    images = special.expit(prior.logits.numpy())
    raw = np.asarray(encoder(images), dtype=float)
    loc, scale = raw[:, :3], np.exp(6 * np.tanh(raw[:, 3:] / 6))
    z = np.random.default_rng(1).normal(size=(2, 7, 3))
    _, expected = exact(z.reshape(14, 3), loc, scale)
    # float32 of sums of three coordinates; the networks' own rounding.
    np.testing.assert_allclose(prior.log_prob(z), expected.reshape(2, 7), atol=1e-3)
    with pytest.raises(ValueError, match="at least one pseudo-input; received inputs=0"):
        gae.VampPrior(encoder, 0)
    # 20,000 draws of five components: mean and variance to 5 standard errors.
    drawn = np.asarray(prior.sample(20_000, 3), dtype=float)
    moments = loc.mean(axis=0), loc.var(axis=0) + (scale**2).mean(axis=0)
    error = np.sqrt(moments[1] / len(drawn))
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - moments[0]), 5 * error)
    np.testing.assert_allclose(drawn.var(axis=0), moments[1], rtol=0.1)


def test_pseudo_inputs_are_trained_with_the_networks():
    keras.utils.set_random_seed(0)
    pair = networks.dense_encoder(4, (8,)), networks.dense_decoder(2, (8,))
    model = vae.VAE(*pair, prior=gae.VampPrior(pair[0], 3), binarize=True)
    before = model.prior.logits.numpy()
    model.compile(keras.optimizers.Adam(0.01), jit_compile=False)
    model.fit(np.random.default_rng(0).random((20, 28, 28, 1)), batch_size=10, verbose=0)
    assert np.abs(model.prior.logits.numpy() - before).min(axis=(1, 2, 3)).max() > 0


def test_a_wide_component_far_away_counts_before_a_narrow_one_close_by():
    loc = np.array([[0.0], [1.0], [5.0]])
    mixture_ = gae.PosteriorMixture(loc, np.array([[0.01], [0.01], [4.0]]))
    prior = gae.NearestMixture(mixture_, 1)
    z = np.array([[0.5], [1.001]], dtype=np.float32)
    np.testing.assert_array_equal(prior.nearest(z), [[2], [1]])
    whole = np.asarray(mixture_.log_prob(z))
    # What is left out is below 1e-1 of the density of either code.
    np.testing.assert_allclose(prior.log_prob(z), whole, atol=0.1)


def test_coordinates_are_summed_before_components():
    # Centres (-3, -3) and (3, 3): a corner between them is empty, a centre is not.
    prior = gae.PosteriorMixture([[-3.0, -3.0], [3.0, 3.0]], [[1.0, 1.0]])
    received = prior.log_prob(np.array([[3.0, -3.0], [3.0, 3.0]]))
    np.testing.assert_allclose(received, [-19.838, -2.531], atol=1e-3)


def test_a_blank_prior_is_standard_normal_until_it_is_told_its_exemplars():
    prior, z = gae.PosteriorMixture.blank(30, 3), np.random.default_rng(1).normal(size=(7, 3))
    # float32 sums of three coordinates: 1e-5 nats and less.
    np.testing.assert_allclose(prior.log_prob(z), stats.norm.logpdf(z).sum(axis=1), atol=2e-5)
    loc, scale = components(shared=True)
    prior.assign(loc, scale)
    np.testing.assert_allclose(prior.log_prob(z), exact(z, loc, scale)[1], atol=2e-5)
    tied = gae.PosteriorMixture.blank(30, 3, tied=True)
    assert tied.scale.shape == (30, 3) and prior.scale.shape == (1, 3)
    for sizes in ((0, 3), (30, 0)):
        with pytest.raises(ValueError, match="at least one exemplar and one dimension"):
            gae.PosteriorMixture.blank(*sizes)


@pytest.mark.parametrize("shared", [False, True])
def test_a_code_is_at_most_log_n_likelier_under_its_own_component(shared):
    # The own component is one of n equally likely ones, so the inequality holds for every draw.
    loc, scale = components(n=50, size=8, shared=shared, spread=0.3)
    prior = gae.PosteriorMixture(loc, scale)
    for seed in range(20):
        q = DiagNormal(loc, scale)
        z = q.sample(seed=seed)
        excess = np.asarray(q.log_prob(z)) - np.asarray(prior.log_prob(z))
        assert excess.max() <= np.log(50) + 1e-4


def test_posteriors_far_apart_are_log_n_from_their_mixture():
    # N = 20: the divergence of each from the mixture is log 20 = 2.9957; a density that sums over
    # components in every dimension says 8.49.
    loc = 50 * np.eye(20)
    prior = gae.PosteriorMixture(loc, np.ones((20, 20)))
    q = DiagNormal(loc, np.ones((20, 20)))
    z = q.sample(seed=0)
    received = np.asarray(q.log_prob(z)) - np.asarray(prior.log_prob(z))
    np.testing.assert_allclose(received.mean(), np.log(20), atol=1e-3)


@pytest.mark.parametrize("shared", [False, True])
def test_products_of_centred_values_keep_their_digits(shared):
    # 3,000 scales from the origin; uncentred squares of float32 would err by about a nat.
    loc, scale = components(n=40, size=5, shared=shared)
    z = loc[:9] + 0.3
    shift = 1000.0
    prior = gae.PosteriorMixture(loc + shift, scale)
    stored = prior.loc.numpy().astype(float)
    moved = (z + shift).astype(np.float32)
    np.testing.assert_allclose(prior.log_prob(moved), exact(moved, stored, scale)[1], atol=5e-3)


def test_responsibilities_are_bayes_rule_and_reach_the_bound():
    loc, scale = components()
    z = np.random.default_rng(1).normal(size=(5, 3))
    prior = gae.PosteriorMixture(loc, scale)
    for own in (None, np.array([3, 1, 4, 1, 5])):
        each, log_prob = exact(z, loc, scale, own)
        r = np.asarray(prior.responsibilities(z, own))
        np.testing.assert_allclose(r, special.softmax(each, axis=1), atol=1e-5)
        np.testing.assert_allclose(prior.free_energy(z, r, own), log_prob, atol=5e-5)
        other = np.random.default_rng(2).dirichlet(np.ones(30), size=5)
        if own is not None:
            other[np.arange(5), own] = 0
            other /= other.sum(axis=1, keepdims=True)
        gap = special.rel_entr(other, special.softmax(each, axis=1)).sum(axis=1)
        received = prior.free_energy(z, other.astype(np.float32), own)
        np.testing.assert_allclose(received, log_prob - gap, rtol=1e-4)


def test_squares_are_those_of_every_pair():
    loc, scale = components()
    z = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    r = np.random.default_rng(2).dirichlet(np.ones(30), size=5).astype(np.float32)
    expected = np.einsum("ij,ijl->l", r, (z[:, None] - loc) ** 2)
    received = gae.PosteriorMixture(loc, scale).squares(z, r)
    np.testing.assert_allclose(received, expected, rtol=1e-4)


@pytest.mark.parametrize("shared", [False, True])
def test_draws_come_from_every_exemplar_with_its_scale(shared):
    # 4 exemplars, 8,000 draws: counts of 2,000 +- 39; 5 standard errors, false failures 2e-6. A
    # standard deviation of 2,000 draws errs by 1.6 %.
    loc = 100.0 * np.arange(4)[:, None]
    scale = np.array([[2.0]]) if shared else np.array([[0.5], [1.0], [2.0], [4.0]])
    z = np.asarray(gae.PosteriorMixture(loc, scale).sample(8000, seed=0))[:, 0]
    drawn = np.round(z / 100).astype(int)
    counts = np.bincount(drawn, minlength=4)
    assert np.abs(counts - 2000).max() < 5 * 39
    spreads = [z[drawn == k].std() for k in range(4)]
    np.testing.assert_allclose(spreads, np.broadcast_to(scale[:, 0], 4), rtol=0.08)
    again = gae.PosteriorMixture(loc, scale).sample(8000, keras.random.SeedGenerator(0))
    np.testing.assert_allclose(again[:, 0], z)


def test_a_compiled_step_reads_what_was_assigned():
    loc, scale = components()
    prior = gae.PosteriorMixture(loc, scale)
    z = np.zeros((2, 3), dtype=np.float32)
    step = tf.function(prior.log_prob)
    before = np.asarray(step(z))
    prior.assign(loc + 1, scale)
    np.testing.assert_allclose(step(z), exact(z, loc + 1, scale)[1], atol=1e-5)
    assert np.abs(before - np.asarray(step(z))).min() > 0.1


@pytest.mark.parametrize(
    ("loc", "scale", "message"),
    [
        (np.zeros((4, 2)), np.zeros((1, 2)), "a scale is positive; received 0"),
        (np.zeros((4, 2)), np.ones((3, 2)), r"received \(4, 2\) and \(3, 2\)"),
        (np.full((4, 2), np.nan), np.ones((1, 2)), "received NaN"),
        (np.array([[0.0], [1e4]]), np.ones((1, 1)), "up to 1000 scales .* received one at 5000"),
    ],
)
def test_components_without_a_density_are_refused_and_the_old_ones_kept(loc, scale, message):
    with pytest.raises(ValueError, match=message):
        gae.PosteriorMixture(loc, scale)
    if loc.shape == (4, 2):
        prior = gae.PosteriorMixture(np.ones((4, 2)), np.ones((1, 2)))
        with pytest.raises(ValueError, match=message):
            prior.assign(loc, scale)
        np.testing.assert_array_equal(prior.loc.numpy(), np.ones((4, 2)))
        np.testing.assert_array_equal(prior.scale.numpy(), np.ones((1, 2)))


def test_another_number_of_exemplars_is_refused():
    prior = gae.PosteriorMixture(np.ones((4, 2)), np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"received \(5, 2\) and \(1, 2\)"):
        prior.assign(np.ones((5, 2)), np.ones((1, 2)))


@pytest.mark.parametrize("shared", [False, True])
def test_nearest_exemplars_give_a_density_never_above_the_mixture(shared):
    # Oracle: the whole mixture. All 300 neighbours give it; 60 of them lose little, 1 loses more.
    loc, scale = components(n=300, size=4, shared=shared)
    mixture = gae.PosteriorMixture(loc, scale)
    z = mixture.sample(200, seed=1)
    whole = np.asarray(mixture.log_prob(z))
    losses = {}
    for count in (1, 60, 300):
        losses[count] = whole - np.asarray(gae.NearestMixture(mixture, count).log_prob(z))
        assert losses[count].min() > -1e-4
    np.testing.assert_allclose(losses[300], 0, atol=1e-4)
    assert losses[60].mean() < 0.01 < 0.3 < losses[1].mean()


def test_draws_of_a_posterior_share_the_exemplars_next_to_its_mean():
    loc, scale = components(n=300, size=4)
    mixture = gae.PosteriorMixture(loc, scale)
    nearest = gae.NearestMixture(mixture, 40)
    q = DiagNormal(loc[:5], scale[:5])
    z, near = q.sample(6, seed=0), nearest.nearest(loc[:5])
    assert near.shape == (5, 40)
    each = exact(np.asarray(z).reshape(30, 4), loc, scale)[0].reshape(6, 5, 300)
    kept = np.take_along_axis(each, np.broadcast_to(near, (6, 5, 40)), axis=-1)
    expected = special.logsumexp(kept, axis=-1) - np.log(300)
    np.testing.assert_allclose(nearest.log_prob(z, near), expected, atol=1e-4)


@pytest.mark.parametrize("count", [0, 31])
def test_neighbours_are_among_the_exemplars(count):
    mixture = gae.PosteriorMixture(*components())
    with pytest.raises(ValueError, match=f"received neighbours={count}. Ask for 1 to 30"):
        gae.NearestMixture(mixture, count)


def test_nearest_draws_are_those_of_the_mixture():
    mixture = gae.PosteriorMixture(*components())
    np.testing.assert_array_equal(
        gae.NearestMixture(mixture, 2).sample(5, seed=3), mixture.sample(5, seed=3)
    )


def test_a_vae_with_a_mixture_prior_has_every_estimate():
    # One component N(0, I) is the standard normal: log p(x) of the linear model is known exactly.
    toy = LinearGaussian()
    prior = gae.PosteriorMixture(np.zeros((3, 2)), np.ones((1, 2)))
    x = toy.draw(20)
    model, truth = toy.model(prior=prior), toy.log_prob(x)
    np.testing.assert_allclose(likelihood.importance_bound(model, x, 3), truth, atol=3e-4)
    bound = likelihood.rate_distortion(model, x, 2)["bound"]
    np.testing.assert_allclose(bound.value, truth.mean(), atol=3e-4)
    sampled = likelihood.prior_log_likelihood(model, x, 200_000)
    np.testing.assert_allclose(sampled.value, truth.mean(), atol=0.05)
    near = toy.model(prior=gae.NearestMixture(prior, 2))
    missing = np.log(2 / 3)  # the third of three equal components
    received = likelihood.importance_bound(near, x, 3)
    np.testing.assert_allclose(received, truth + missing, atol=3e-4)
    bound = likelihood.rate_distortion(near, x, 2)["bound"]
    np.testing.assert_allclose(bound.value, truth.mean() + missing, atol=3e-4)


def test_a_vae_draws_its_samples_from_the_mixture():
    # The exemplars lie at +-8, where N(0, I) never goes; the decoder shows the first code.
    prior = gae.PosteriorMixture([[8.0, 8.0], [-8.0, 8.0]], [[0.1, 0.1]])
    pair = networks.dense_encoder(4, shape=(2,)), networks.dense_decoder(2, shape=(2,))
    pair[1].get_layer("raw").set_weights([np.eye(2), np.zeros(2)])
    shown = vae.VAE(*pair, prior=prior, likelihood=vae.normal(1.0)).sample(400, seed=0)
    assert np.abs(shown[:, 0]).min() > 7 and shown[:, 1].min() > 7
    assert 0.375 < (shown[:, 0] > 0).mean() < 0.625  # 5 standard errors of 1/2


@pytest.mark.parametrize("out", [[5, 0], [-1, 0], [0.5, 0], [0], [[0, 1]]])
def test_an_exemplar_that_is_none_cannot_be_left_out(out):
    prior = gae.PosteriorMixture(np.arange(10.0).reshape(5, 2), np.ones(2))
    codes = np.zeros((2, 2), np.float32)
    shares = np.full((2, 5), 0.2, np.float32)
    for call in (
        lambda: prior.log_prob(codes, out),
        lambda: prior.responsibilities(codes, out),
        lambda: prior.free_energy(codes, shares, out),
    ):
        with pytest.raises(ValueError, match="leaves out one of the exemplars 0 to 4"):
            call()
    with pytest.raises(ValueError, match="of which one stays"):
        gae.PosteriorMixture(np.zeros((1, 2)), np.ones(2)).log_prob(codes[:1], [0])


def test_codes_of_another_length_have_no_density():
    prior = gae.PosteriorMixture(np.arange(12.0).reshape(6, 2), np.ones(2))
    for density in (prior.log_prob, gae.NearestMixture(prior, 3).log_prob, prior.responsibilities):
        with pytest.raises(ValueError, match=r"events of one shape, here \(2,\)"):
            density(np.zeros((4, 3), np.float32))  # 12 values, which reshape to six codes
