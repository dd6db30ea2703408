"""Densities as mathematics: SciPy, closed forms, quadrature, finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from gencore.distributions import Bernoulli, DiagNormal, Mixture, kl_divergence, standard_normal

RNG = np.random.default_rng(0)
LOC, SCALE = RNG.normal(size=(5, 3)), RNG.uniform(0.2, 2, size=(5, 3))
Z = RNG.normal(size=(5, 3)).astype(np.float32)
LOGITS = RNG.normal(0, 3, size=(4, 3, 3, 1)).astype(np.float32)
BITS = (RNG.random(LOGITS.shape) < 0.5).astype(np.float32)


def far_apart(count=20, size=2, scale=0.1):
    """Return a mixture whose components do not overlap, and its components."""
    loc = 100.0 * np.random.default_rng(1).permutation(count * size).reshape(count, size)
    components = DiagNormal(loc, scale * np.ones_like(loc))
    return Mixture(components), components


def test_diag_normal_is_scipys_normal_summed_over_the_event():
    # Oracle: SciPy in float64; the tolerance is that of float32 sums of three terms.
    expected = stats.norm(LOC, SCALE).logpdf(Z).sum(axis=1)
    np.testing.assert_allclose(DiagNormal(LOC, SCALE).log_prob(Z), expected, rtol=1e-5)


def test_an_event_can_have_three_axes():
    loc = np.zeros((2, 4, 4, 1))
    x = np.ones_like(loc)
    expected = 16 * stats.norm(0, 0.5).logpdf(1.0)
    density = DiagNormal(loc, 0.5, event_ndims=3)
    np.testing.assert_allclose(density.log_prob(x), [expected] * 2, rtol=1e-5)


def test_a_density_integrates_to_one():
    # Trapezia of width 0.05 out to six standard deviations: error below 1e-6.
    side = np.arange(-12, 12, 0.05)
    grid = np.stack(np.meshgrid(side, side), axis=-1)
    mixture = Mixture(DiagNormal([[-3, -3], [3, 3]], np.ones((2, 2))), np.log([0.2, 0.8]))
    for density in (DiagNormal([0.5, -1.0], [1.5, 0.7]), mixture):
        mass = np.exp(np.asarray(density.log_prob(grid))).sum() * 0.05**2
        np.testing.assert_allclose(mass, 1, rtol=1e-4)


def test_entropy_is_that_of_scipy():
    expected = stats.norm(LOC, SCALE).entropy().sum(axis=1)
    np.testing.assert_allclose(DiagNormal(LOC, SCALE).entropy(), expected, rtol=1e-5)
    np.testing.assert_allclose(
        DiagNormal(LOC, 2.0).entropy(), 3 * stats.norm(0, 2).entropy(), rtol=1e-5
    )


def test_raw_outputs_give_a_bounded_standard_deviation():
    r = np.array([-1e4, -0.3, 0.0, 0.3, 1e4], dtype=np.float32)
    density = DiagNormal.from_raw(np.concatenate([np.arange(5), r])[None].astype(np.float32))
    np.testing.assert_allclose(density.loc[0], np.arange(5))
    expected = np.exp(6 * np.tanh(r / 6))
    np.testing.assert_allclose(density.scale[0], expected, rtol=1e-5)
    # Near zero r is the logarithm of the standard deviation, not of the variance.
    np.testing.assert_allclose(np.log(density.scale[0][1:4]), r[1:4], atol=1e-3)


def test_bernoulli_is_scipys_bernoulli_summed_over_the_image():
    expected = stats.bernoulli(special.expit(LOGITS)).logpmf(BITS).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(Bernoulli(LOGITS).log_prob(BITS), expected, rtol=1e-5)


@pytest.mark.parametrize("size", [1, 13, 113, 784])
def test_bernoulli_of_any_number_of_pixels(size):
    # 113 is prime and above the largest group of factors. The rows have logits of order 30, 3 and
    # 0.001; in the last every factor is 2, and 2^784 is no float32.
    logits = np.random.default_rng(2).normal(0, 30, size=(6, size)).astype(np.float32)
    logits *= np.array([1, 1, 0.1, 0.1, 3e-5, 3e-5], dtype=np.float32)[:, None]
    bits = (logits > 10).astype(np.float32)
    expected = -np.logaddexp(0, np.where(bits, -logits, logits).astype(float)).sum(axis=1)
    received = Bernoulli(logits, event_ndims=1).log_prob(bits)
    np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-4)


def test_mixture_is_the_logarithm_of_the_weighted_sum():
    weights = np.array([0.1, 0.2, 0.3, 0.15, 0.25])
    each = stats.norm(LOC, SCALE).logpdf(Z[:, None]).sum(axis=-1)  # (5, N)
    expected = special.logsumexp(each, b=weights, axis=1)
    mixture = Mixture(DiagNormal(LOC, SCALE), np.log(weights) + 7.0)
    np.testing.assert_allclose(mixture.log_prob(Z), expected, rtol=1e-5)


def test_mixture_sums_coordinates_before_components():
    # Two centres on the diagonal: the other two corners are empty. A product of one-dimensional
    # mixtures would score a corner, -3.22, like a centre.
    mixture = Mixture(DiagNormal([[-3, -3], [3, 3]], np.ones((2, 2))))
    received = mixture.log_prob(np.array([[3.0, 3.0], [-3.0, 3.0]], dtype=np.float32))
    np.testing.assert_allclose(received, [-2.5310, -19.8379], atol=2e-4)


def test_a_component_exceeds_its_mixture_by_at_most_log_n():
    # p(z) >= q_n(z) / N holds for every z; 1e-4 is the rounding of float32 at |log p| ~ 10.
    mixture, components = Mixture(DiagNormal(LOC, SCALE)), DiagNormal(LOC, SCALE)
    z = components.sample(400, seed=0)  # (400, 5, 3): each component's own draws
    gap = np.asarray(components.log_prob(z)) - np.asarray(mixture.log_prob(z))
    assert gap.max() <= np.log(5) + 1e-4


def test_components_far_apart_are_log_n_from_their_mixture():
    # N = 20: log 20 = 2.9957. Log-sum-exp for each dimension gives 2 log 20 or more.
    mixture, components = far_apart()
    z = components.sample(50, seed=0)
    gap = np.asarray(components.log_prob(z)) - np.asarray(mixture.log_prob(z))
    np.testing.assert_allclose(gap, np.log(20), atol=1e-3)


def test_normal_samples_have_their_mean_and_standard_deviation():
    # 10^5 draws of each of 15 coordinates: the mean errs by sigma / 316, the deviation by
    # sigma / 447; at 5 standard errors 30 comparisons fail falsely with probability 2e-5.
    z = np.asarray(DiagNormal(LOC, SCALE).sample(100_000, seed=0))
    assert np.abs((z.mean(axis=0) - LOC) / SCALE).max() < 5 / 316
    assert np.abs(z.std(axis=0) / SCALE - 1).max() < 5 / 447


def test_mixture_samples_come_from_components_by_weight():
    # 40,000 draws: a share of 0.3 errs by 0.0023; 5 standard errors, false failures 1e-6.
    mixture = Mixture(
        DiagNormal([[-50.0], [0.0], [50.0]], [[1.0], [2.0], [3.0]]), np.log([0.3, 0.2, 0.5])
    )
    z = np.asarray(mixture.sample(40_000, seed=0))[:, 0]
    near = [z < -25, np.abs(z) < 25, z > 25]
    np.testing.assert_allclose([part.mean() for part in near], [0.3, 0.2, 0.5], atol=0.0125)
    np.testing.assert_allclose([z[part].std() for part in near], [1, 2, 3], rtol=0.05)
    np.testing.assert_allclose(mixture.mean(), [0.2 * 0 + 50 * 0.5 - 50 * 0.3], rtol=1e-5)


def test_bernoulli_samples_are_ones_with_their_probability():
    # 10^5 draws: an error of at most 0.0016; 5 standard errors, 36 pixels: false failures 2e-5.
    bernoulli = Bernoulli(LOGITS)
    draws = np.asarray(bernoulli.sample(100_000, seed=0))
    assert set(np.unique(draws)) == {0.0, 1.0}
    assert np.abs(draws.mean(axis=0) - special.expit(LOGITS)).max() < 5 * 0.0016
    np.testing.assert_allclose(bernoulli.mean(), special.expit(LOGITS), rtol=1e-5)


def test_draws_of_one_generator_differ_and_of_one_seed_agree():
    density, generator = standard_normal(3), keras.random.SeedGenerator(0)
    first, second = density.sample(4, generator), density.sample(4, generator)
    assert np.abs(np.asarray(first) - np.asarray(second)).max() > 0.1
    np.testing.assert_array_equal(density.sample(4, 7), density.sample(4, 7))


def test_divergence_to_the_standard_normal_is_the_textbook_sum():
    expected = 0.5 * (LOC**2 + SCALE**2 - 1 - np.log(SCALE**2)).sum(axis=1)
    received = kl_divergence(DiagNormal(LOC, SCALE), standard_normal(3))
    np.testing.assert_allclose(received, expected, rtol=1e-5)


def test_divergence_is_the_integral_of_its_definition():
    # Quadrature of q log(q / p) coordinate by coordinate, on +-12 standard deviations of q.
    other = np.random.default_rng(3).uniform(0.3, 2, size=(2, 5, 3))
    received = kl_divergence(DiagNormal(LOC, SCALE), DiagNormal(other[0], other[1]))
    t = np.linspace(-12, 12, 4001)
    z = LOC[..., None] + SCALE[..., None] * t
    q = stats.norm(LOC[..., None], SCALE[..., None])
    p = stats.norm(other[0][..., None], other[1][..., None])
    expected = np.trapezoid(q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), z, axis=-1).sum(axis=1)
    np.testing.assert_allclose(received, expected, rtol=1e-4)


def test_divergence_from_itself_is_zero():
    q = DiagNormal(LOC, SCALE)
    np.testing.assert_allclose(kl_divergence(q, q), np.zeros(5), atol=1e-6)


DENSITIES = {
    "normal in x": (Z, lambda v: DiagNormal(LOC, SCALE).log_prob(v)),
    "normal in loc": (LOC, lambda v: DiagNormal(v, SCALE).log_prob(Z)),
    "normal in scale": (SCALE, lambda v: DiagNormal(LOC, v).log_prob(Z)),
    "normal in raw": (
        np.concatenate([LOC, LOC], axis=1),
        lambda v: DiagNormal.from_raw(v).log_prob(Z),
    ),
    "entropy in scale": (SCALE, lambda v: DiagNormal(LOC, v).entropy()),
    "mixture in z": (Z, lambda v: Mixture(DiagNormal(LOC, SCALE)).log_prob(v)),
    "mixture in loc": (LOC, lambda v: Mixture(DiagNormal(v, SCALE)).log_prob(Z)),
    "mixture in weights": (LOC[:, 0], lambda v: Mixture(DiagNormal(LOC, SCALE), v).log_prob(Z)),
    "bernoulli in logits": (LOGITS, lambda v: Bernoulli(v).log_prob(BITS)),
    "bernoulli normaliser": (LOGITS, lambda v: Bernoulli(v).log_normaliser()),
    "divergence in loc": (LOC, lambda v: kl_divergence(DiagNormal(v, SCALE), standard_normal(3))),
    "divergence in scale": (SCALE, lambda v: kl_divergence(DiagNormal(LOC, v), standard_normal(3))),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_gradients_are_finite_differences(name):
    # Central differences of step h = 0.01 in float32: truncation h^2 = 1e-4, rounding
    # 1e-7 |f| / h = 1e-4; 1 % of the gradient's length is far above both. Three directions.
    point, density = DENSITIES[name]
    value = tf.Variable(point.astype(np.float32))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(density(value))
    gradient = np.asarray(tape.gradient(total, value))
    for direction in np.random.default_rng(4).normal(size=(3, *point.shape)):
        step = (0.01 * direction / np.abs(direction).max()).astype(np.float32)
        up, down = (float(tf.reduce_sum(density(tf.constant(value + s)))) for s in (step, -step))
        size = np.linalg.norm(gradient) * np.linalg.norm(step)
        assert abs((up - down) / 2 - np.vdot(gradient, step)) < 0.01 * size + 1e-5


def test_samples_carry_gradients_to_mean_and_scale():
    # Oracle: dE[z^2] = 2 mu d mu + 2 sigma d sigma; 10^5 draws, relative error 0.5 %.
    loc, scale = tf.Variable([0.7]), tf.Variable([1.3])
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(tf.square(DiagNormal(loc, scale).sample(100_000, seed=0)))
    gradients = tape.gradient(value, [loc, scale])
    np.testing.assert_allclose(np.concatenate(gradients), [1.4, 2.6], rtol=0.03)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: kl_divergence(DiagNormal(LOC, SCALE), far_apart()[0]), TypeError, "Mixture"),
        (lambda: standard_normal(2).sample(3), ValueError, "received none"),
        (lambda: Mixture(DiagNormal(Z[0], 1.0)), ValueError, r"received loc \(3,\)"),
    ],
)
def test_what_cannot_be_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("logits", [np.zeros(1), np.zeros((3, 1)), np.zeros(2), np.nan])
def test_a_mixture_has_one_finite_logit_for_each_component(logits):
    components = DiagNormal(np.zeros((3, 2)), np.ones(2))
    with pytest.raises(ValueError, match="received"):
        Mixture(components, logits)


def test_events_of_another_shape_are_refused():
    image = np.zeros((2, 3, 3, 1), np.float32)
    for density, wrong in (
        (DiagNormal(np.zeros(3), 1.0), np.zeros((5, 1))),
        (DiagNormal(np.zeros((4, 3)), 1.0), np.zeros((4, 2))),
        (Bernoulli(image), np.zeros((2, 1, 3, 1))),
        (Bernoulli(image), np.zeros((2, 3, 3))),
        (Mixture(DiagNormal(np.zeros((4, 3)), 1.0)), np.zeros((5, 1))),
    ):
        with pytest.raises(ValueError, match="a density is that of events of one shape"):
            density.log_prob(wrong)
    with pytest.raises(ValueError, match="a density is that of events of one shape"):
        kl_divergence(standard_normal(2), standard_normal(1))


def test_scales_that_give_no_density_are_refused():
    for scale in (0.0, -1.0, np.nan, [1.0, 0.0], np.ones((2, 2)), np.ones(3)):
        with pytest.raises(ValueError, match="received"):
            DiagNormal(np.zeros(2), scale)
    for n in (0, -1, 2.5, "3"):
        with pytest.raises(ValueError, match="so many are drawn, at least one; received"):
            standard_normal(2).sample(n, 0)
