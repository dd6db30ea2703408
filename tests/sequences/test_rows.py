"""The model of binary images: a density, drawn as it scores, its upper rows kept where asked."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore import data, networks, sequences


def model(width=3, height=None, seed=0, **options):
    """Return a model with weights that make its probabilities uneven."""
    keras.utils.set_random_seed(seed)
    rows, pixels = networks.row_lstm(width, 4, (5, 4)), networks.masked_dense(width, 9, 4)
    rng = np.random.default_rng(seed)
    for network in (rows, pixels):
        network.set_weights([rng.normal(size=w.shape, scale=0.7) for w in network.get_weights()])
    return sequences.RowModel(rows, pixels, height, **options)


def all_images(height=3, width=3):
    pixels = list(itertools.product([0, 1], repeat=height * width))
    return np.array(pixels, np.float32).reshape(-1, height, width, 1)


def test_the_probabilities_of_all_images_sum_to_1():
    for height in (3, 2):
        log_p = model(height=height).log_prob(all_images(height)).astype(float)
        # Brute force over 2^9 and 2^6 images, in float32.
        assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-5)
        assert log_p.std() > 0.5


def test_a_logit_hears_of_the_pixels_before_it_alone():
    x = tf.constant(np.random.default_rng(1).random((12, 3, 3, 1)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = tf.reshape(model().logits(x), (12, 9))
    jacobian = tape.batch_jacobian(logits, x).numpy().reshape(12, 9, 9)
    np.testing.assert_array_equal(jacobian, np.tril(jacobian, -1))
    # Units that are off for one image are on for another: all pixels before it are heard.
    assert (np.abs(jacobian).max(0)[np.tril_indices(9, -1)] > 0).all()


def test_an_image_is_drawn_with_the_logits_that_score_it():
    # One pixel at a time in NumPy, from the logits of whole images, and the same random numbers.
    built, n = model(), 40
    uniform = np.random.default_rng(3).random((n, 3, 3), np.float32)
    drawn = np.zeros((n, 3, 3, 1), np.float32)
    for row, column in itertools.product(range(3), repeat=2):
        logits = np.asarray(built.logits(drawn))[:, row, column, 0]
        drawn[:, row, column, 0] = uniform[:, row, column] < 1 / (1 + np.exp(-logits))
    np.testing.assert_array_equal(built.sample(n, seed=3), drawn)


def test_samples_come_as_often_as_they_are_likely():
    built, images = model(height=2), all_images(2)
    p = np.exp(built.log_prob(images).astype(float))
    made = built.sample(4000, seed=0).reshape(4000, 6) @ 2 ** np.arange(5, -1, -1)
    expected = 4000 * p
    some = expected > 5
    counts = np.bincount(made.astype(int), minlength=64)
    # Chi-square of at most 63 degrees of freedom: above 113 for one seed in 10,000.
    assert ((counts - expected)[some] ** 2 / expected[some]).sum() < 113


def test_the_lower_rows_are_drawn_given_the_upper_ones():
    built = model()
    images = all_images()[[5, 77, 300]]
    made = built.complete(images, rows=2, n=2000, seed=0)
    assert made.shape == (3, 2000, 3, 3, 1)
    np.testing.assert_array_equal(made[:, :, :2], np.repeat(images[:, None, :2], 2000, axis=1))
    ends = all_images(1)[:, 0]
    for image, draws in zip(images, made, strict=True):
        completed = np.repeat(image[None], 8, axis=0)
        completed[:, 2] = ends
        log_p = built.log_prob(completed).astype(float)
        p = np.exp(log_p - np.logaddexp.reduce(log_p))
        shares = np.bincount((draws[:, 2, :, 0] @ [4, 2, 1]).astype(int), minlength=8) / 2000
        # Four standard errors of a share, at most: one seed in 700 for 24 of them.
        np.testing.assert_allclose(shares, p, atol=4 * 0.5 / 2000**0.5)
    np.testing.assert_array_equal(built.complete(images, 0, 1, 5)[:, 0], built.sample(3, 5))


def test_the_loss_is_the_mean_of_minus_the_log_likelihood():
    built, x = model(), all_images()[:50]
    built.compile("sgd")
    expected = -built.log_prob(x).mean()
    assert built.evaluate(x, batch_size=20, verbose=0) == pytest.approx(expected, rel=1e-5)
    weights = np.arange(50.0)
    loss = built.evaluate(x, batch_size=50, sample_weight=weights, verbose=0)
    assert loss == pytest.approx(-(weights * built.log_prob(x)).mean(), rel=1e-5)


def test_training_images_are_drawn_afresh_and_others_are_not():
    built, grey = model(), np.full((200, 3, 3, 1), 0.3, np.float32)
    first, second = (np.asarray(built(grey, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 0.1
    # The mean over draws of -log p, of 0.3^k 0.7^(9-k) for each image of k ones.
    images = all_images()
    ones = images.sum(axis=(1, 2, 3))
    exact = (0.3**ones * 0.7 ** (9 - ones) * built.log_prob(images)).sum()
    spread = np.concatenate([first, second])
    assert spread.mean() == pytest.approx(exact, abs=float(5 * spread.std() / 20))
    plain = model(binarize=False)
    np.testing.assert_array_equal(plain(images, training=True), plain(images))


def test_it_learns_images():
    x = np.zeros((60, 3, 3, 1), np.float32)
    x[:30, 1], x[30:, :, 1] = 1, 1  # a bar across, or one down
    keras.utils.set_random_seed(0)
    built = sequences.RowModel(networks.row_lstm(3, 8, (8,)), networks.masked_dense(3, 8, 4))
    built.compile(keras.optimizers.Adam(0.03), jit_compile=False)
    built.fit(x, batch_size=60, epochs=60, verbose=0)
    # Two images, each half of the time: log 2 = 0.69; 6.2 before.
    assert built.log_prob(x).mean() == pytest.approx(-np.log(2), abs=0.1)
    made = built.sample(100, 0)
    known = [(made == kind).all(axis=(1, 2, 3)).mean() for kind in (x[0], x[-1])]
    assert sum(known) > 0.9 and min(known) > 0.3


def test_grey_pixels_and_other_shapes_have_no_likelihood():
    built = model()
    grey = np.full((2, 3, 3, 1), 0.5, np.float32)
    with pytest.raises(ValueError, match="received grey values"):
        built.log_prob(grey)
    with pytest.raises(ValueError, match="received grey values"):
        built.complete(grey, 1, 1, 0)
    with pytest.raises(ValueError, match="shape"):
        built.log_prob(np.zeros((2, 4, 3, 1)))
    with pytest.raises(ValueError, match="fewer than all"):
        built.complete(all_images()[:1], 3, 1, 0)
    built.compile("sgd")
    with pytest.raises(ValueError, match="the image itself"):
        built.fit(grey, grey, verbose=0)
    with pytest.raises(ValueError, match="grey values"):
        model(binarize=False).check(grey)


def test_networks_of_rows_and_pixels_fit_each_other():
    rows = networks.row_lstm(3, 4, (5, 4))
    with pytest.raises(ValueError, match="3 pixels and 9 outputs for 3 and 8"):
        sequences.RowModel(rows, networks.masked_dense(3, 8))
    with pytest.raises(ValueError, match="the network of pixels"):
        sequences.RowModel(rows, rows.layers[1])
    with pytest.raises(ValueError, match="a state of"):
        sequences.RowModel(networks.dense_encoder(9, shape=(3,)), networks.masked_dense(3, 9))


def test_binary_draws_of_the_bundled_digits_have_a_likelihood(digits):
    keras.utils.set_random_seed(0)
    built = sequences.RowModel(networks.row_lstm(28, 4, (5,)), networks.masked_dense(28, 5, 2))
    log_p = built.log_prob(data.binarize(digits.x_test[:5], rng=1))
    # Untrained, a pixel costs about log 2.
    assert log_p.shape == (5,) and log_p.mean() == pytest.approx(-784 * np.log(2), rel=0.1)
