"""The autoencoder: its costs, corruption, penalties and training rule against NumPy."""

import re

import keras
import numpy as np
import pytest
from scipy import special, stats

from gencore import autoencoder, networks

SHAPE = (3, 3, 1)


def small_model(**options):
    keras.utils.set_random_seed(0)
    return autoencoder.Autoencoder(
        networks.dense_encoder(2, shape=SHAPE), networks.dense_decoder(2, shape=SHAPE), **options
    )


@pytest.fixture
def grey():
    return np.random.default_rng(0).uniform(size=(7, *SHAPE)).astype(np.float32)


@pytest.fixture
def logits():
    return np.random.default_rng(1).normal(0, 3, size=(7, *SHAPE)).astype(np.float32)


def test_cross_entropy_is_summed_over_pixels(grey, logits):
    # Oracle: log-probabilities of the two outcomes from SciPy; float32 sums of nine terms.
    log_p, log_q = special.log_expit(logits), special.log_expit(-logits)
    expected = -(grey * log_p + (1 - grey) * log_q).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(autoencoder.cross_entropy(grey, logits), expected, rtol=1e-5)


def test_cross_entropy_of_binary_images_is_a_negative_log_likelihood(logits):
    x = (logits > 1).astype(np.float32)
    expected = -stats.bernoulli(special.expit(logits)).logpmf(x).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(autoencoder.cross_entropy(x, logits), expected, rtol=1e-5)


def test_cross_entropy_survives_extreme_logits():
    x = np.array([[1.0, 0.0]], dtype=np.float32)
    raw = np.array([[-200.0, 200.0]], dtype=np.float32)
    np.testing.assert_allclose(autoencoder.cross_entropy(x, raw), [400.0], rtol=1e-6)


def test_squared_error_is_a_gaussian_negative_log_density_up_to_its_constant(grey, logits):
    log_density = stats.norm(logits, 1).logpdf(grey).sum(axis=(1, 2, 3))
    constant = grey[0].size * np.log(2 * np.pi)
    expected = -2 * log_density - constant
    np.testing.assert_allclose(autoencoder.squared_error(grey, logits), expected, rtol=1e-5)


@pytest.mark.parametrize("cost", [autoencoder.cross_entropy, autoencoder.squared_error])
@pytest.mark.parametrize(
    ("image", "copy"),
    [
        ((28, 28, 28), (28, 28, 28, 1)),  # 28 images without their last axis: B x B pairs
        ((7, 9), (7, 3, 3, 1)),
        ((7, 3, 3, 1), (1, 3, 3, 1)),
        ((7, 3, 3, 1), (7, 3, 3, 3)),
    ],
)
def test_costs_refuse_to_broadcast(cost, image, copy):
    with pytest.raises(ValueError, match=re.escape(f"received {image} and {copy}")):
        cost(np.zeros(image, np.float32), np.zeros(copy, np.float32))


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_flat_rows_and_images_without_channel_are_refused_in_training_too(loss):
    images = np.zeros((28, 28, 28), np.float32)
    model = autoencoder.Autoencoder(networks.dense_encoder(2), networks.dense_decoder(2), loss)
    model.compile()
    shapes = r"have the shape \(28, 28, 1\) each.*received \(28, "
    for target in (images, images.reshape(28, 784)):
        with pytest.raises(ValueError, match=shapes):
            model.fit(images[..., None], target, batch_size=28, verbose=0)


@pytest.mark.parametrize("cost", [autoencoder.cross_entropy, autoencoder.squared_error])
def test_a_cost_is_one_number_for_each_image(cost, grey, logits):
    assert cost(grey, logits).shape == (7,)
    assert cost(grey[:1], logits[:1]).shape == (1,)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_evaluate_weighs_an_unequal_last_batch(grey, loss):
    # Seven images in batches of 4 and 3: an unweighted mean of the two batch means would differ.
    model = small_model(loss=loss)
    model.compile()
    costs = np.asarray(model.error(grey, model(grey)))
    assert abs(costs[:4].mean() / costs[4:].mean() - 1) > 1e-3
    received = model.evaluate(grey, batch_size=4, verbose=0)
    np.testing.assert_allclose(received, costs.mean(), rtol=1e-5)


def test_decode_reads_the_image_as_its_loss_does(logits):
    code = np.array([[0.5, -2.0]], dtype=np.float32)
    linear, logistic = small_model(loss="squared_error"), small_model(loss="cross_entropy")
    raw = np.asarray(logistic.decoder(code))
    np.testing.assert_allclose(logistic.decode(code), special.expit(raw), rtol=1e-5)
    np.testing.assert_allclose(linear.decode(code), linear.decoder(code), rtol=0)


def test_reconstruct_is_decode_of_encode_in_every_batch(grey):
    model = small_model()
    expected = np.asarray(model.decode(model.encode(grey)))
    np.testing.assert_allclose(model.reconstruct(grey, batch_size=3), expected, rtol=1e-5)


def test_corruption_reaches_the_input_in_training_only(grey):
    model = small_model(corruption=lambda x, seed: 0 * x)
    np.testing.assert_array_equal(model.reconstruct(grey), model.decode(model.encode(grey)))
    empty = np.asarray(model(np.zeros_like(grey)))
    clean = np.asarray(model(grey))
    np.testing.assert_allclose(model(grey, training=True), empty, rtol=1e-6)
    assert np.abs(clean - empty).max() > 1e-3


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_dropout_of_either_network_is_active_in_training_only(grey, part):
    build = {"encoder": networks.dense_encoder, "decoder": networks.dense_decoder}
    pair = {name: network(2, shape=SHAPE) for name, network in build.items()}
    whole = pair[part]
    pair[part] = keras.Model(whole.input, keras.layers.Dropout(0.5, seed=0)(whole.output))
    model = autoencoder.Autoencoder(**pair)
    first, second = (np.asarray(model(grey, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_array_equal(model(grey), model(grey))


def test_corruption_never_reaches_the_target(grey):
    model = small_model(corruption=lambda x, seed: 0 * x, loss="squared_error")
    model.compile(keras.optimizers.SGD(0.0))
    expected = np.square(grey - np.asarray(model(np.zeros_like(grey)))).sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(model.train_on_batch(grey), expected, rtol=1e-5)


def test_sample_weights_weigh_the_images(grey):
    model = small_model(loss="squared_error")
    model.compile()
    weights = np.linspace(0, 2, len(grey)).astype(np.float32)
    expected = (weights * np.square(grey - np.asarray(model(grey))).sum(axis=(1, 2, 3))).mean()
    received = model.evaluate(grey, grey, sample_weight=weights, batch_size=7, verbose=0)
    np.testing.assert_allclose(received, expected, rtol=1e-5)


def test_a_given_target_replaces_the_input(grey):
    model = small_model(loss="squared_error")
    model.compile()
    target = np.zeros_like(grey)
    expected = np.square(np.asarray(model(grey))).sum(axis=(1, 2, 3)).mean()
    received = model.evaluate(grey, target, batch_size=7, verbose=0)
    np.testing.assert_allclose(received, expected, rtol=1e-5)


def test_noise_has_its_variance_and_is_fresh_each_time():
    # 10^6 draws: the sample variance has a relative standard error of sqrt(2 / 10^6) = 0.0014, so
    # a false failure at 5 standard errors has probability 6e-7; exp(log) slips are off by half.
    seed = keras.random.SeedGenerator(3)
    x = np.full((1000, 1000), 0.5, dtype=np.float32)
    corrupt = autoencoder.gaussian_noise(0.1, clip=False)
    first, second = (np.asarray(corrupt(x, seed)) - x for _ in range(2))
    assert abs(first.var() / 0.1 - 1) < 5 * 0.0014
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 5e-3


def test_clipped_noise_stays_an_image():
    x = np.zeros((10, 100), dtype=np.float32)
    corrupt = autoencoder.gaussian_noise(0.1)
    for shade in (0, 1):
        noisy = np.asarray(corrupt(x + shade, keras.random.SeedGenerator(0)))
        assert noisy.min() >= 0
        assert noisy.max() <= 1
        # Half of the draws leave the range: a false failure rate of 1e-10 (6.3 s.e. of 0.016).
        assert abs(np.mean(noisy == shade) - 0.5) < 0.1


def test_l1_penalty_sums_over_the_code_and_averages_over_the_batch():
    code = np.array([[1.0, -2.0], [0.0, 3.0]], dtype=np.float32)
    np.testing.assert_allclose(autoencoder.l1_penalty(0.5)(code), 0.5 * (3 + 3) / 2, rtol=1e-6)


def test_kl_penalty_is_the_divergence_of_mean_activities():
    code = np.array([[0.1, 0.5], [0.3, 0.7]], dtype=np.float32)
    means = code.mean(axis=0)
    expected = sum(stats.entropy([0.05, 0.95], [m, 1 - m]) for m in means)
    np.testing.assert_allclose(autoencoder.kl_penalty(0.05, 2.0)(code), 2 * expected, rtol=1e-5)
    np.testing.assert_allclose(autoencoder.kl_penalty(0.2, 2.0)(code[:, :1]), 0, atol=1e-6)


def test_penalty_is_added_while_training_only(grey):
    plain = small_model()
    penalised = small_model(penalty=lambda code: 100 + 0 * keras.ops.sum(code))
    for model in (plain, penalised):
        model.compile(keras.optimizers.SGD(0.0))
    cost = plain.evaluate(grey, batch_size=7, verbose=0)
    np.testing.assert_allclose(penalised.evaluate(grey, batch_size=7, verbose=0), cost, rtol=1e-6)
    np.testing.assert_allclose(penalised.train_on_batch(grey), cost + 100, rtol=1e-6)


def test_training_lowers_the_error_of_the_copies(grey):
    model = small_model(loss="squared_error")
    model.compile(keras.optimizers.Adam(0.05))
    before = np.square(grey - model.reconstruct(grey)).mean()
    model.fit(grey, epochs=30, verbose=0)
    assert np.square(grey - model.reconstruct(grey)).mean() < 0.5 * before


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: autoencoder.Autoencoder(networks.dense_encoder(2), networks.dense_decoder(3)),
            r"received \(2,\) from the encoder and \(3,\)",
        ),
        (
            lambda: autoencoder.Autoencoder(
                networks.dense_encoder(2), networks.dense_decoder(2, shape=SHAPE)
            ),
            r"received \(28, 28, 1\) in and \(3, 3, 1\) out",
        ),
        (lambda: small_model(loss="huber"), "'squared_error', 'cross_entropy'.*'huber'"),
        (lambda: autoencoder.gaussian_noise(-0.1), "received -0.1"),
        (lambda: autoencoder.gaussian_noise(float("nan")), "received nan"),
        (lambda: autoencoder.kl_penalty(0.0, 1.0), "received 0.0"),
    ],
)
def test_bad_arguments_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
