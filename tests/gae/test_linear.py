"""EM where it is exact: 20 points in the plane, enumeration of their exemplars as the oracle."""

import numpy as np
import pytest
from scipy import integrate, stats

from gencore import gae


@pytest.fixture
def points():
    rng = np.random.default_rng(1)
    return rng.normal(size=(20, 2)) @ np.array([[2.0, 1.0], [0.0, 0.5]])


def enumerated(model):
    """log p(x_i) by SciPy's normal density of every pair of a point and an exemplar."""
    w, c, t, a, b, s = model.parameters
    covariance = w @ np.diag(s**2) @ w.T + t**2 * np.eye(len(w))
    n, total = len(model.x), []
    for i, x in enumerate(model.x):
        others = [j for j in range(n) if j != i or not model.leave_one_out]
        each = [
            stats.multivariate_normal(w @ (a @ model.x[j] + b) + c, covariance).pdf(x)
            for j in others
        ]
        total.append(np.log(np.mean(each)))
    return np.array(total)


@pytest.mark.parametrize("leave_one_out", [True, False])
@pytest.mark.parametrize("latent", [1, 2])
def test_likelihood_is_the_enumeration(points, latent, leave_one_out):
    model = gae.LinearGAE(points, latent, leave_one_out, seed=3)
    np.testing.assert_allclose(model.log_likelihood(), enumerated(model), rtol=1e-9)
    for _ in range(5):
        model.m_step(model.e_step())
    np.testing.assert_allclose(model.log_likelihood(), enumerated(model), rtol=1e-9)


def test_likelihood_is_the_integral_over_the_code(points):
    # Quadrature of the definition with one latent dimension, to 1e-8.
    model = gae.LinearGAE(points, 1, seed=2)
    model.parameters = model.parameters._replace(scale=np.array([0.4]), noise=0.7)
    w, c, t, a, b, s = model.parameters
    means = (points @ a.T + b)[:, 0]

    def integrand(z, i):
        prior = np.delete(stats.norm(means, s[0]).pdf(z), i).mean()
        return prior * stats.norm(w[:, 0] * z + c, t).pdf(points[i]).prod()

    for i in (0, 7):
        total = integrate.quad(integrand, -40, 40, args=(i,), limit=500, epsabs=1e-13)[0]
        np.testing.assert_allclose(np.log(total), model.log_likelihood()[i], rtol=1e-7)


@pytest.mark.parametrize("latent", [1, 2])
def test_each_half_step_raises_the_bound(points, latent):
    # float64: 1e-10 nats leave room for rounding and none for a wrong half-step.
    model = gae.LinearGAE(points, latent, seed=1)
    old = model.log_likelihood()
    for _ in range(60):
        expectation = model.e_step()
        np.testing.assert_allclose(model.bound(expectation), old, atol=1e-10)  # E-step: tight
        before = model.bound(expectation).mean()
        model.m_step(expectation)
        after, new = model.bound(expectation).mean(), model.log_likelihood()
        assert before - 1e-10 <= after <= new.mean() + 1e-10
        old = new


def test_the_m_step_is_at_the_top_of_the_bound(points):
    # No parameter nearby gives a higher bound; steps of 1e-3 change it by about 1e-6.
    model = gae.LinearGAE(points, 2, seed=1)
    for _ in range(3):
        model.m_step(model.e_step())
    expectation = model.e_step()
    model.m_step(expectation)
    best, kept = model.bound(expectation).mean(), model.parameters
    rng = np.random.default_rng(0)
    for field in kept._fields:
        for _ in range(10):
            value = np.asarray(getattr(kept, field))
            near = value + 1e-3 * rng.choice([-1, 1], size=value.shape)
            model.parameters = kept._replace(**{field: near})
            assert model.bound(expectation).mean() < best


def test_em_stops_where_the_gradient_vanishes(points):
    # EM's fixed points are the likelihood's: central differences, at a gain below 1e-12 a round.
    model = gae.LinearGAE(points, 1, seed=2)
    result = model.fit_em(max_iter=5000, tol=1e-12)
    assert result.converged and result.n_iter < 5000
    kept = model.parameters
    for field in kept._fields:
        value = np.asarray(getattr(kept, field), dtype=float)
        for k in range(value.size):
            step = np.zeros(value.size)
            step[k] = 1e-5
            sides = []
            for sign in (1, -1):
                moved = value + sign * step.reshape(value.shape)
                model.parameters = kept._replace(**{field: moved})
                sides.append(model.log_likelihood().mean())
            assert abs(sides[0] - sides[1]) / 2e-5 < 1e-4


def test_bounds_are_those_of_the_rounds_and_never_fall(points):
    model = gae.LinearGAE(points, 1, seed=0)
    first = model.log_likelihood().mean()
    result = model.fit_em(max_iter=50, tol=0)
    values = [bound.value for bound in result.bounds]
    assert (len(values), result.n_iter, result.converged) == (51, 50, False)
    assert "max_iter=50" in result.reason
    np.testing.assert_allclose([values[0], values[-1]], [first, model.log_likelihood().mean()])
    assert np.diff(values).min() > -1e-10 and values[-1] > values[0] + 1


def test_without_leaving_out_the_likelihood_grows_beyond_measure(points):
    # Two coordinates can copy every point: the noise goes to zero. Left out, it cannot.
    values = []
    for leave_one_out in (True, False):
        model = gae.LinearGAE(points, 2, leave_one_out, seed=1)
        values.append(model.fit_em(max_iter=110, tol=0).bounds[-1].value)
    assert values[0] < -2 < 10 < values[1]


@pytest.mark.parametrize("x", [np.zeros((1, 2)), np.zeros(5), np.array([[0.0], [np.nan]])])
def test_data_that_cannot_be_are_refused(x):
    with pytest.raises(ValueError, match="the data (have the shape|are finite)"):
        gae.LinearGAE(x)
