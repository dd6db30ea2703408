"""A VAE whose label is a second hidden cause."""

import keras
import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from gencore import networks, vae

SHAPE, CLASSES, LATENT = (2, 2, 1), 3, 2


def build(binarize=False, weight=10.0, seed=0):
    keras.utils.set_random_seed(seed)
    conditional = vae.VAE(
        networks.conditional(
            networks.dense_encoder(2 * LATENT, (6,), (4 + CLASSES,)), CLASSES, SHAPE
        ),
        networks.conditional(
            networks.dense_decoder(LATENT + CLASSES, (6,), SHAPE), CLASSES, (LATENT,)
        ),
        binarize=binarize,
        seed=seed,
    )
    return vae.SemiSupervisedVAE(conditional, networks.dense_encoder(CLASSES, (5,), SHAPE), weight)


@pytest.fixture
def images():
    return (np.random.default_rng(0).random((9, *SHAPE)) > 0.5).astype(np.float32)


def test_each_label_has_the_bound_of_the_conditional_vae(images):
    """The same draws of z, taken label by label, by the conditional VAE itself."""
    model, twin = build(), build()
    found = np.asarray(model.bounds(images))
    labels = np.repeat(np.eye(CLASSES, dtype=np.float32), len(images), axis=0)
    tiled = np.tile(images, (CLASSES, 1, 1, 1))
    log_likelihood, rate = (
        np.asarray(part) for part in twin.vae.terms([tiled, labels], twin.vae.seed_generator)
    )
    expected = (log_likelihood - rate).reshape(CLASSES, len(images)).T + np.log(1 / CLASSES)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_loss_is_the_bound_of_those_without_a_label_and_of_those_with_one(images):
    model = build(weight=7.0)
    output = model(images)
    bounds, log_q = (np.asarray(part, float) for part in (output[..., 0], output[..., 1]))
    y = np.array([0, 1, 2, 3, 3, 3, 1, 3, 0])
    q = np.exp(log_q)
    np.testing.assert_allclose(q.sum(axis=1), 1, rtol=1e-6)
    unlabelled = (q * (bounds - log_q)).sum(axis=1)
    rows = np.arange(9)[y < 3]
    labelled = bounds[rows, y[rows]] + 7.0 * log_q[rows, y[rows]]
    expected = -(labelled.sum() + unlabelled[y == 3].sum()) / 9
    np.testing.assert_allclose(model.compute_loss(images, y, output), expected, rtol=1e-5)
    weights = np.arange(9.0)
    every = np.where(y == 3, unlabelled, 0)
    every[rows] = labelled
    weighed = model.compute_loss(images, y, output, sample_weight=weights)
    np.testing.assert_allclose(weighed, -(every * weights).mean(), rtol=1e-5)


def test_the_bound_is_tight_at_the_posterior_of_the_label():
    """U(x) <= log sum_y exp L(x, y), with equality at q(y|x) proportional to exp L(x, y)."""
    rng = np.random.default_rng(1)
    bounds = rng.normal(size=(50, CLASSES)) * 5
    top = logsumexp(bounds, axis=1)
    best = softmax(bounds, axis=1)
    np.testing.assert_allclose((best * (bounds - np.log(best))).sum(axis=1), top, rtol=1e-9)
    other = softmax(rng.normal(size=(50, CLASSES)), axis=1)
    assert ((other * (bounds - np.log(other))).sum(axis=1) <= top + 1e-9).all()


def test_the_classifier_learns_the_labels_that_are_missing():
    """Two kinds of images, four labels: the other labels are guessed."""
    rng = np.random.default_rng(2)
    kind = rng.integers(0, 2, 400)
    x = np.where(rng.random((400, *SHAPE)) < 0.05, 1, 0).astype(np.float32)
    x[np.arange(400), kind] = 1  # the upper or the lower row
    y = np.full(400, CLASSES)
    told = np.concatenate([np.flatnonzero(kind == c)[:2] for c in (0, 1)])
    y[told] = kind[told]
    model = build(seed=1)
    model.compile(keras.optimizers.Adam(1e-2), jit_compile=False)
    rows = np.concatenate([np.arange(400), np.tile(told, 40)])
    model.fit(x[rows], y[rows], batch_size=56, epochs=15, verbose=0)
    guessed = model.log_probabilities(x)
    assert guessed.shape == (400, CLASSES)
    np.testing.assert_allclose(np.exp(guessed).sum(axis=1), 1, rtol=1e-5)
    assert np.mean(guessed.argmax(axis=1) == kind) > 0.97


def test_grey_images_are_drawn_as_binary_ones_while_training():
    grey = np.full((6, *SHAPE), 0.5, np.float32)
    with pytest.raises(ValueError, match="0 or 1"):
        build().check(grey, np.full(6, CLASSES))
    model = build(binarize=True)
    model.check(grey, np.full(6, CLASSES))
    drawn = [np.asarray(model(grey, training=True)[..., 1]) for _ in range(2)]
    assert not np.allclose(*drawn)  # the classifier sees fresh draws
    np.testing.assert_array_equal(model(grey)[..., 1], model(grey)[..., 1])


def test_an_image_has_the_same_probabilities_alone_and_among_others(images):
    model = build()
    among = model.log_probabilities(images)
    alone = np.concatenate([model.log_probabilities(x[None]) for x in images])
    np.testing.assert_allclose(alone, among, rtol=1e-5, atol=1e-6)


def test_what_does_not_fit_is_refused(images):
    model = build()
    with pytest.raises(ValueError, match="the label 3 where none is known"):
        model.check(images)
    with pytest.raises(ValueError, match="label"):
        model.check(images, np.full(9, 4))
    with pytest.raises(ValueError, match="that of a conditional VAE"):
        plain = vae.VAE(networks.dense_encoder(4, (), SHAPE), networks.dense_decoder(2, (), SHAPE))
        vae.SemiSupervisedVAE(plain, networks.dense_encoder(CLASSES, (), SHAPE))
    with pytest.raises(ValueError, match="to 3 logits"):
        vae.SemiSupervisedVAE(model.vae, networks.dense_encoder(4, (), SHAPE))
    with pytest.raises(ValueError, match="finite and at least 0"):
        build(weight=-1.0)
