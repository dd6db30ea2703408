"""A discriminator that names labels, and a generator that matches features."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax, softmax

from gencore import gan, networks
from gencore.gan.labels import (
    feature_distance,
    features_of,
    label_cross_entropy,
    log_odds,
    unlabelled,
)

SHAPE = (4, 4, 1)
CLASSES = 3
RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(8, CLASSES)).astype(np.float32)
LABELS = np.array([0, 1, 2, 3, 3, 1, 3, 0])


@pytest.fixture
def images():
    return np.random.default_rng(1).random((24, *SHAPE)).astype(np.float32)


def small(**options):
    """A GAN of three labels; networks with the same weights each time."""
    keras.utils.set_random_seed(0)
    generator = networks.dense_generator(3, (6,), SHAPE)
    discriminator = networks.dense_discriminator((7, 5), SHAPE, outputs=CLASSES)
    model = gan.GAN(generator, discriminator, labels=CLASSES, **options)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), jit_compile=False)
    return model


def test_a_fake_is_one_more_class_with_the_logit_0():
    with_fake = np.concatenate([LOGITS, np.zeros((8, 1), np.float32)], axis=1)
    real = 1 - softmax(with_fake, axis=1)[:, -1]
    odds = 1 / (1 + np.exp(-np.asarray(log_odds(LOGITS))))
    np.testing.assert_allclose(odds, real, rtol=1e-5)  # float32


def test_labels_cost_the_mean_over_those_that_are_known():
    known = LABELS < CLASSES
    expected = -log_softmax(LOGITS, axis=1)[known, LABELS[known]].mean()
    np.testing.assert_allclose(label_cross_entropy(LOGITS, LABELS), expected, rtol=1e-5)
    assert float(label_cross_entropy(LOGITS, np.full(8, CLASSES))) == 0


def test_examples_with_a_label_teach_labels_alone():
    np.testing.assert_array_equal(unlabelled(LOGITS, LABELS, CLASSES), LOGITS[LABELS == CLASSES])
    all_known = np.zeros(8, int)
    np.testing.assert_array_equal(unlabelled(LOGITS, all_known, CLASSES), LOGITS)
    assert unlabelled(LOGITS, None, None) is LOGITS


def test_features_are_matched_in_their_mean():
    other = LOGITS + np.array([1.0, -2.0, 0.5], np.float32)
    np.testing.assert_allclose(feature_distance(LOGITS, other), 1 + 4 + 0.25, rtol=1e-5)
    shuffled = LOGITS[::-1]
    np.testing.assert_allclose(feature_distance(LOGITS, shuffled), 0, atol=1e-12)


def test_features_are_what_the_last_layer_reads(images):
    model = small()
    features = features_of(model.discriminator)(images)
    last = model.discriminator.layers[-1]
    np.testing.assert_allclose(last(features), model.discriminator(images), rtol=1e-6)


def test_the_discriminator_goes_down_both_losses(images):
    """One step of plain gradient descent, against the gradient of the sum written out."""
    model = small()
    labels = np.arange(24) % (CLASSES + 1)
    fake = np.random.default_rng(2).random((24, *SHAPE)).astype(np.float32)
    network = model.discriminator
    before = [w.numpy() for w in network.trainable_variables]
    with tf.GradientTape() as tape:
        said, of_fake = network(images), network(fake)
        odds, fake_odds = (tf.reduce_logsumexp(logits, axis=1) for logits in (said, of_fake))
        unknown = labels == CLASSES
        loss = tf.reduce_mean(tf.nn.softplus(-odds[unknown])) + tf.reduce_mean(
            tf.nn.softplus(fake_odds)
        )
        loss += tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels[~unknown], said[~unknown])
        )
    slopes = tape.gradient(loss, network.trainable_variables)
    model.train_discriminator(images, fake, None, labels)
    for weight, old, slope in zip(network.trainable_variables, before, slopes, strict=True):
        np.testing.assert_allclose(weight.numpy(), old - 0.1 * slope, rtol=1e-4, atol=1e-6)
    logged = float(model.trackers["discriminator_loss"].result())
    np.testing.assert_allclose(logged, loss, rtol=1e-5)


def test_the_generator_goes_down_the_distance_of_features(images):
    model = small(feature_matching=True)
    z = np.random.default_rng(3).normal(size=(24, 3)).astype(np.float32)
    weights = model.generator.trainable_variables
    before = [w.numpy() for w in weights]
    features = features_of(model.discriminator)

    def distance():
        gap = tf.reduce_mean(features(images), 0) - tf.reduce_mean(features(model(z)), 0)
        return tf.reduce_sum(gap**2)

    with tf.GradientTape() as tape:
        loss = distance()
    slopes = tape.gradient(loss, weights)
    with tf.GradientTape() as tape:
        fake = model(z, training=True)
    judge = [w.numpy() for w in model.discriminator.variables]
    logged = model.train_generator(tape, fake, None, images)
    np.testing.assert_allclose(logged, loss, rtol=1e-5)
    for weight, old, slope in zip(weights, before, slopes, strict=True):
        np.testing.assert_allclose(weight.numpy(), old - 0.1 * slope, rtol=1e-4, atol=1e-7)
    for weight, old in zip(model.discriminator.variables, judge, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)


def test_labels_are_learnt_from_a_few(images):
    """Two kinds of images, four of them labelled: most of the others are named rightly."""
    rng = np.random.default_rng(4)
    kind = np.arange(200) % 2
    x = rng.uniform(0, 0.2, (200, *SHAPE)).astype(np.float32)
    x[kind == 0, :, :2] += 0.7
    x[kind == 1, :, 2:] += 0.7
    y = np.where(np.arange(200) < 4, kind, CLASSES)
    model = small(feature_matching=True)
    model.compile(keras.optimizers.Adam(3e-3), jit_compile=False)
    rows = np.concatenate([np.arange(200), np.tile(np.arange(4), 25)])
    model.fit(x[rows], y[rows], batch_size=30, epochs=15, verbose=0)
    named = np.asarray(model.discriminator(x)).argmax(axis=1)
    assert np.mean(named == kind) > 0.95


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": 4}, "a logit for each"),
        ({"labels": 1}, "at least 2"),
        ({"labels": None}, "one logit for each example"),
    ],
)
def test_a_discriminator_has_a_logit_for_each_label(change, message):
    generator = networks.dense_generator(3, (6,), SHAPE)
    discriminator = networks.dense_discriminator((7,), SHAPE, outputs=CLASSES)
    with pytest.raises(ValueError, match=message):
        gan.GAN(generator, discriminator, **{"labels": CLASSES} | change)


def test_labels_are_asked_for_and_none_is_out_of_range(images):
    model = small()
    with pytest.raises(ValueError, match="the label 3 where none is known"):
        model.fit(images, verbose=0)
    with pytest.raises(ValueError, match="label"):
        model.fit(images, np.full(24, 4), verbose=0)


def test_features_need_a_last_layer_that_reads_rows():
    image = keras.Input(SHAPE)
    flat = keras.layers.Conv2D(1, 4)(image)
    discriminator = keras.Model(image, keras.layers.Reshape((1,))(flat))
    generator = networks.dense_generator(3, (6,), SHAPE)
    with pytest.raises(ValueError, match="last layer reads"):
        gan.GAN(generator, discriminator, feature_matching=True)
