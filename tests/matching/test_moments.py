"""Moment matching: what is compared, what moves, what it learns, where it stops."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gencore import matching, networks
from gencore.watch import TrainingDiverged

SHAPE = (4, 4, 1)


def generator(outputs=2, size=2):
    return networks.dense_encoder(outputs, (16,), shape=(size,))


def pair():
    """Return the encoder and the decoder of an autoencoder with codes of length 3."""
    return networks.dense_encoder(3, shape=SHAPE), networks.dense_decoder(3, shape=SHAPE)


def in_codes(**options):
    keras.utils.set_random_seed(0)
    model = matching.MomentMatching(generator(3), *pair(), bandwidths=(1.0, 2.0), **options)
    model.compile(keras.optimizers.SGD(1e-3), jit_compile=False)
    return model


def of_points(optimizer=None, **options):
    keras.utils.set_random_seed(0)
    model = matching.MomentMatching(generator(), activation="linear", **options)
    model.compile(optimizer or keras.optimizers.Adam(1e-2), jit_compile=False)
    return model


@pytest.fixture
def images():
    return np.random.default_rng(0).random((12, *SHAPE)).astype(np.float32)


def test_a_generator_of_points_learns_where_they_lie_and_how_they_are_spread():
    rng = np.random.default_rng(0)
    x = np.array([3.0, -1.0]) + rng.normal(size=(1000, 2)) * np.array([0.5, 1.5])
    model = of_points(bandwidths=(0.5, 1.0, 2.0, 4.0))
    model.fit(x, batch_size=100, epochs=40, verbose=0)
    made = model.sample(4000, seed=1)
    # A tenth of the larger spread: what small batches leave; untrained, the mean is off by 3.
    assert made.mean(axis=0) == pytest.approx([3.0, -1.0], abs=0.15)
    assert made.std(axis=0) == pytest.approx([0.5, 1.5], abs=0.15)


def test_in_codes_the_kernel_sees_codes_of_images_beside_what_the_generator_makes(images):
    model = in_codes()
    state = model.seed_generator.state.numpy()
    loss = model.evaluate(images, batch_size=12, verbose=0)
    model.seed_generator.state.assign(state)
    made = model.generator(model.codes(12))
    by_hand = matching.mmd_loss(model.features(images), made, model.bandwidths)
    assert loss == pytest.approx(float(by_hand), abs=1e-6)
    shown = model.images(np.ones((5, 2), np.float32))
    raw = model.decoder(model.generator(np.ones((5, 2), np.float32)))
    np.testing.assert_allclose(shown, keras.ops.sigmoid(raw), atol=1e-6)


def test_without_a_decoder_features_are_taken_of_what_is_made(images):
    keras.utils.set_random_seed(0)
    features = pair()[0]
    model = matching.MomentMatching(networks.dense_decoder(2, shape=SHAPE), features)
    model.compile(jit_compile=False)
    state = model.seed_generator.state.numpy()
    loss = model.evaluate(images, batch_size=12, verbose=0)
    model.seed_generator.state.assign(state)
    made = features(model(model.codes(12)))
    by_hand = matching.mmd_loss(features(images), made, model.bandwidths)
    assert loss == pytest.approx(float(by_hand), abs=1e-6)


def test_the_generator_alone_is_trained(images):
    model = in_codes()
    parts = (model.generator, model.features, model.decoder)
    before = [part.get_weights() for part in parts]
    model.fit(images, batch_size=6, verbose=0)
    same = [
        [np.array_equal(a, b) for a, b in zip(part.get_weights(), old, strict=True)]
        for part, old in zip(parts, before, strict=True)
    ]
    assert not any(same[0]) and all(same[1]) and all(same[2])
    trained = {id(weight) for weight in model.trainable_variables}
    assert trained == {id(weight) for weight in model.generator.trainable_variables}


def test_a_step_goes_down_the_loss_that_is_logged(images):
    # With plain gradient steps at a tiny rate the change of the loss is -rate |gradient|^2 to
    # first order, whatever the codes, if they are drawn once more.
    rate, model = 1e-3, in_codes()
    state = model.seed_generator.state.numpy()

    def loss():
        model.seed_generator.state.assign(state)
        made = model.made(12)
        return matching.mmd_loss(made, model.features(images), model.bandwidths)

    with tf.GradientTape() as tape:
        before = loss()
    slopes = tape.gradient(before, model.generator.trainable_variables)
    model.seed_generator.state.assign(state)
    logs = model.fit(images, batch_size=12, shuffle=False, verbose=0).history
    assert logs["loss"] == pytest.approx([float(before)], abs=1e-6)
    square = sum(float(tf.reduce_sum(slope**2)) for slope in slopes)
    # The second order is a thousandth of the first; float32 leaves 1e-7 of a loss of 0.1 to 1.
    assert float(before - loss()) == pytest.approx(rate * square, rel=0.05, abs=3e-7)


def test_a_training_whose_samples_are_alike_stops():
    x = np.random.default_rng(0).normal(size=(404, 2)).astype(np.float32)
    model = of_points(keras.optimizers.SGD(0.0))
    last = model.generator.layers[-1]
    last.set_weights([np.zeros_like(weight) for weight in last.get_weights()])
    with pytest.raises(TrainingDiverged, match="collapsed to one example") as error:
        model.fit(x, batch_size=2, verbose=0)
    assert "bandwidths" in str(error.value)
    model = of_points(keras.optimizers.SGD(0.0), collapse=0.0)
    model.generator.layers[-1].set_weights(last.get_weights())
    model.fit(x, batch_size=2, verbose=0)


def test_a_training_that_leaves_the_numbers_stops():
    model = of_points(keras.optimizers.SGD(1e30))
    with pytest.raises(TrainingDiverged, match="stays finite"):
        model.fit(np.random.default_rng(0).normal(size=(40, 2)), batch_size=4, epochs=3, verbose=0)


def test_weights_and_generators_come_back_and_train_on_bit_for_bit(images, tmp_path):
    path, one, other = tmp_path / "kept.weights.h5", in_codes(), in_codes()
    one.fit(images, batch_size=6, verbose=0)
    with pytest.warns(DeprecationWarning, match="copy keyword"):  # of Keras 3.15 with NumPy 2
        one.save_weights(path)
    other.load_weights(path)
    np.testing.assert_array_equal(one.sample(3, seed=0), other.sample(3, seed=0))
    for model in (one, other):
        model.fit(images, batch_size=6, shuffle=False, verbose=0)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("count", "size"), [(1, 5), (6, 1), (7, 3)])
def test_a_batch_of_one_is_refused_before_an_epoch_is_lost(images, count, size):
    with pytest.raises(ValueError, match="two examples or more of a batch"):
        in_codes().fit(images[:count], batch_size=size, verbose=0)


def test_what_a_kernel_does_not_read_is_refused(images):
    model = in_codes()
    with pytest.raises(ValueError, match="have no targets"):
        model.fit(images, np.zeros(12), verbose=0)
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(images, batch_size=6, sample_weight=np.ones(12), verbose=0)
    with pytest.raises(ValueError, match="sample_weight"):
        model.train_on_batch(images, sample_weight=np.ones(12))
    with pytest.raises(ValueError, match="read no labels"):
        model.sample(2, seed=0, labels=[0, 1])
    with pytest.raises(ValueError, match="real examples"):
        model.fit(2 * images, batch_size=6, verbose=0)
    with pytest.raises(ValueError, match="collapse"):
        in_codes(collapse=2)


def test_networks_that_do_not_fit_are_refused():
    encoder, decoder = pair()
    with pytest.raises(ValueError, match="a decoder reads what the generator makes"):
        matching.MomentMatching(generator(2), encoder, decoder)
    with pytest.raises(ValueError, match="without features"):
        matching.MomentMatching(generator(3), decoder=decoder)
    with pytest.raises(ValueError, match="features are made of examples"):
        matching.MomentMatching(generator(3), networks.dense_encoder(4, shape=SHAPE), decoder)
    with pytest.raises(ValueError, match="features are made of examples"):
        matching.MomentMatching(generator(2), encoder)
    with pytest.raises(ValueError, match="the generator is a functional"):
        matching.MomentMatching(layers.Dense(2))
