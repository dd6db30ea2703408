"""What networks and densities read: numbers are looked at, tensors of a step are not."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from gencore import (
    autoencoder,
    data,
    distributions,
    explore,
    gae,
    gan,
    measurements,
    metrics,
    networks,
    vae,
)
from gencore.checks import settings, tensors, words

S = (4, 4, 1)
GREY = np.random.default_rng(0).random((6, *S)).astype(np.float32)
BITS = GREY > 0.5
CODES = np.random.default_rng(1).normal(size=(6, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def copier():
    pair = networks.dense_encoder(2, shape=S), networks.dense_decoder(2, shape=S)
    return autoencoder.Autoencoder(*pair)


@pytest.fixture(scope="module")
def model():
    return vae.VAE(networks.dense_encoder(4, shape=S), networks.dense_decoder(2, shape=S))


def test_codes_and_copies_of_any_type_are_those_of_floats(copier, model):
    floats = BITS.astype(np.float32)
    for kind in (bool, np.uint8, np.int64, np.float64):
        np.testing.assert_array_equal(copier.encode(BITS.astype(kind)), copier.encode(floats))
        np.testing.assert_array_equal(model.encode(BITS.astype(kind)).loc, model.encode(floats).loc)
    np.testing.assert_array_equal(copier.decode(CODES.astype(float)), copier.decode(CODES))


@pytest.mark.parametrize("wrong", [GREY * np.nan, GREY[:, :2], GREY[:0], GREY[..., 0], None, "x"])
def test_what_the_networks_do_not_read_is_refused(wrong, copier, model):
    for read in (copier.encode, copier.decode, model.encode, model.decode):
        with pytest.raises(ValueError, match="(images|codes) (have|are) .*received"):
            read(wrong)


def test_a_tensor_is_taken_as_it_is_but_for_its_shape():
    unknown = keras.KerasTensor((None, 4, 4, 1))
    assert tensors.tensor(unknown, "images", shape=(None, *S)) is unknown
    found = tensors.tensor(tf.constant(GREY, tf.float64), "images", shape=(None, *S))
    assert found.dtype == tf.float32
    with pytest.raises(ValueError, match=r"images have the shape .*; received \(6, 4, 4, 1\)"):
        tensors.tensor(tf.constant(GREY), "images", shape=(None, 5, 4, 1))


def test_a_conditional_network_reads_pairs():
    network = networks.conditional(networks.dense_encoder(2, shape=(5,)), 3, (2,))
    rows = np.eye(3)[np.arange(6) % 3]
    codes, labels = tensors.inputs(network, (CODES, rows), "codes")
    assert codes.shape == (6, 2) and labels.shape == (6, 3)
    for wrong in (CODES, [CODES], [CODES, rows, rows], [CODES, rows[:, :2]]):
        with pytest.raises(ValueError, match="received"):
            tensors.inputs(network, wrong, "codes")


def test_an_event_of_no_axes_is_a_number():
    # Oracle: SciPy's Bernoulli, each pixel for itself.
    expected = stats.bernoulli(1 / (1 + np.exp(-GREY))).logpmf(BITS)
    found = distributions.Bernoulli(GREY, event_ndims=0).log_prob(BITS)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    for wrong in (-1, 5, 1.0, None):
        with pytest.raises(ValueError, match="event_ndims counts .*received"):
            distributions.Bernoulli(GREY, event_ndims=wrong)


def test_points_stand_beside_densities():
    density = distributions.DiagNormal(CODES, 1.0)
    assert density.log_prob(CODES[:1]).shape == (6,)
    assert density.log_prob(np.stack([CODES, CODES])).shape == (2, 6)
    with pytest.raises(ValueError, match=r"points stand beside densities.*received \(5,\) points"):
        density.log_prob(CODES[:5])
    # Every component of a mixture has a density everywhere: any number of points serves.
    assert distributions.Mixture(density).log_prob(CODES[:5]).shape == (5,)


def test_what_lies_outside_of_a_density_is_refused():
    kinds = [
        distributions.Bernoulli(GREY),
        distributions.MeasuredImage(GREY, lambda x: x),
        distributions.NoisyImage(GREY, 0.1),
    ]
    for density in kinds:
        for wrong in (GREY - 1, GREY + 1, GREY * np.nan):
            with pytest.raises(ValueError, match="points of a density are .*received"):
                density.log_prob(wrong)
    # Noise that is not clipped leaves [0, 1]. Oracle: SciPy.
    clean = 1 / (1 + np.exp(-GREY.astype(float)))
    expected = stats.norm(clean, 0.1**0.5).logpdf(GREY - 1).sum(axis=(1, 2, 3))
    found = distributions.NoisyImage(GREY, 0.1, clip=False).log_prob(GREY - 1)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("raw", [np.ones((3, 3)), np.ones(()), np.ones((3, 0)), None, "raw"])
def test_raw_outputs_are_pairs(raw):
    with pytest.raises(ValueError, match="raw outputs .*received"):
        distributions.DiagNormal.from_raw(raw)


def test_a_mixture_is_drawn_from_so_many_times():
    density = distributions.DiagNormal(CODES, 1.0)
    prior = gae.PosteriorMixture(CODES, np.ones(2))
    for mixture in (distributions.Mixture(density), prior, gae.NearestMixture(prior, 2)):
        assert mixture.sample(3, 0).shape == (3, 2)
        for wrong in (None, 0, 2.0):
            with pytest.raises(ValueError, match="so many are drawn, at least one; received"):
                mixture.sample(wrong, 0)
    assert density.sample(seed=0).shape == (6, 2)


@pytest.mark.parametrize("near", [[[0], [6]], [[-1], [0]], [[0.5], [1.0]], [0, 1], "near"])
def test_exemplars_to_sum_over_are_exemplars(near):
    mixture = gae.NearestMixture(gae.PosteriorMixture(CODES, np.ones(2)), 2)
    with pytest.raises(ValueError, match="exemplars .*received"):
        mixture.log_prob(CODES[:2], near)


def test_a_measurement_is_two_functions_and_draws_by_a_seed():
    for draw, mean in ((None, abs), (abs, 3)):
        with pytest.raises(ValueError, match="a measurement draws .*received"):
            measurements.Measurement(draw, mean)  # pyright: ignore[reportArgumentType]
    for seed in (None, -1, 0.5):
        with pytest.raises(ValueError, match="a draw has a seed.*received"):
            measurements.blur(1.0)(GREY, seed)


def test_activations_are_those_that_keras_knows():
    assert settings.activation("relu") is keras.activations.relu
    assert settings.activation(None, optional=True) is None
    for wrong in (None, "rellu", 3, ["relu"]):
        with pytest.raises(ValueError, match="an activation is .*received"):
            settings.activation(wrong)
    for wrong in ("rellu", 3):
        with pytest.raises(ValueError, match="an activation is .*received"):
            networks.dense_encoder(2, activation=wrong)
        with pytest.raises(ValueError, match="an activation is .*received"):
            networks.dense_encoder(2, code_activation=wrong)
        with pytest.raises(ValueError, match="an activation is .*received"):
            gan.GAN(*players(), activation=wrong)


def players():
    return networks.dense_generator(2, (3,), S), networks.dense_discriminator((3,), S)


def test_an_estimate_is_a_number_and_an_error():
    assert str(metrics.Estimate(1.0, float("nan"))) == "1.00 ± nan"
    for wrong in (("1", 0.1), (1.0, -0.1), (None, 0.1), (1.0, [0.1]), (True, 0.1)):
        with pytest.raises(ValueError, match="an estimate is a number .*received"):
            metrics.Estimate(*wrong)


def test_names_are_texts():
    assert words(("a", "b"), "names") == words(np.array(["a", "b"]), "names") == ["a", "b"]
    for wrong in (3, None, b"ab", [1, 2], np.array([["a"]])):
        with pytest.raises(ValueError, match="names are texts in a row; received"):
            words(wrong, "names")


def test_sizes_of_any_integer_type_in_any_sequence_build_the_same_network():
    expected = networks.dense_encoder(2, (3, 4), S).count_params()
    for hidden in (np.array([3, 4]), [np.uint8(3), np.int64(4)], (size for size in (3, 4))):
        network = networks.dense_encoder(np.int64(2), hidden, np.array(S))
        assert network.count_params() == expected == 16 * 3 + 3 + 3 * 4 + 4 + 4 * 2 + 2


def test_divergences_are_those_of_events_of_the_same_axes():
    one, other = (distributions.DiagNormal(CODES, 1.0, event_ndims=n) for n in (1, 2))
    with pytest.raises(ValueError, match="events of the same axes; received event_ndims 1 and 2"):
        distributions.kl_divergence(one, other)


def test_a_blur_has_the_mean_of_floats():
    floats = BITS.astype(np.float32)
    np.testing.assert_array_equal(
        measurements.blur(1.0).mean(BITS), measurements.blur(1.0).mean(floats)
    )


def test_grey_levels_are_not_turned_white():
    levels = np.random.default_rng(2).random((40, 2, 2, 1)) * 255
    for clip in (True, False):
        with pytest.raises(ValueError, match="received.*Divide grey levels 0 to 255 by 255"):
            data.denoise(levels, 0.1, clip=clip)


@pytest.mark.parametrize(
    "cell",
    [
        (np.zeros((2, 28, 28)), {"error": metrics.Estimate(float("nan"), 0.1)}),
        (np.zeros((2, 28, 28)), {"error": 1.0}),
        (np.full((2, 28, 28), 256.0), {"error": metrics.Estimate(1.0, 0.1)}),
        np.zeros((2, 28, 28)),
        None,
    ],
)
def test_a_page_of_noise_levels_shows_numbers(cell):
    with pytest.raises(ValueError, match="received"):
        explore.noise_levels({0.1: np.zeros((2, 28, 28, 1))}, {"a": {0.1: cell}})
