"""Generators, discriminators and label planes: sizes, ranges, what a label reaches."""

import keras
import numpy as np
import pytest

from gencore import networks

GENERATORS = [
    networks.dense_generator,
    networks.upsampling_generator,
    networks.transposed_generator,
]
DISCRIMINATORS = [
    networks.dense_discriminator,
    networks.pooling_discriminator,
    networks.strided_discriminator,
]


def named(build):
    return build.__name__


def kernels(network):
    return [tuple(w.shape) for w in network.trainable_weights if len(w.shape) > 1]


def test_the_dense_pair_has_the_sizes_of_its_source():
    assert kernels(networks.dense_generator()) == [
        *((128, 256), (256, 512), (512, 1024), (1024, 784))
    ]
    assert kernels(networks.dense_discriminator()) == [(784, 512), (512, 256), (256, 1)]


def test_the_convolutional_pairs_have_the_layers_they_are_named_for():
    kinds = lambda net: [type(layer).__name__ for layer in net.layers]  # noqa: E731
    made = kinds(networks.upsampling_generator(filters=(32, 16)))
    assert [k for k in made if k in ("Dense", "Conv2D", "UpSampling2D")] == [
        *("Dense", "Conv2D", "UpSampling2D", "Conv2D", "UpSampling2D", "Conv2D")
    ]
    judged = kinds(networks.pooling_discriminator())
    assert [k for k in judged if k != "LeakyReLU"][1:] == [
        *("Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense")
    ]
    assert kinds(networks.transposed_generator()).count("BatchNormalization") == 2
    assert kernels(networks.transposed_generator(filters=(64, 32))) == [
        *((100, 7 * 7 * 64), (4, 4, 32, 64), (4, 4, 1, 32))
    ]
    critic = networks.strided_discriminator((32, 64))
    assert "BatchNormalization" not in kinds(critic)
    assert kernels(critic) == [(4, 4, 1, 32), (4, 4, 32, 64), (7 * 7 * 64, 1)]
    deep = networks.strided_discriminator((32, 64, 128))
    assert kernels(deep)[2:] == [(4, 4, 64, 128), (4 * 4 * 128, 1)]  # 28, 14, 7, 4
    normalised = networks.strided_discriminator((32, 64), normalise=True)
    assert kinds(normalised).count("BatchNormalization") == 1
    dense = networks.dense_generator(normalise=True)
    assert kinds(dense).count("BatchNormalization") == 3
    assert kernels(dense) == kernels(networks.dense_generator())


@pytest.mark.parametrize("build", GENERATORS, ids=named)
def test_generators_return_logits_of_any_sign_for_codes(build):
    keras.utils.set_random_seed(0)
    z = 100 * np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    raw = np.asarray(build(latent_size=5, shape=(8, 12, 1))(z))
    assert raw.shape == (6, 8, 12, 1)
    assert raw.min() < 0 < raw.max() and np.abs(raw).max() > 1  # neither sigmoid nor tanh


@pytest.mark.parametrize("build", DISCRIMINATORS, ids=named)
def test_discriminators_return_one_logit_of_any_sign_for_each_image(build):
    x = 40 * np.random.default_rng(0).normal(size=(3, 8, 12, 1)).astype(np.float32)
    logits = []
    for seed in range(8):  # each sign is as likely: a false failure once in 128 seeds, not in this
        keras.utils.set_random_seed(seed)
        logits.append(np.asarray(build(shape=(8, 12, 1))(x)))
    assert logits[0].shape == (3, 1)
    assert np.min(logits) < -1 and np.max(logits) > 1


def test_a_label_becomes_one_plane_of_ones():
    labels = np.eye(10, dtype=np.float32)[[3, 0, 9]]
    planes = np.asarray(networks.label_planes(keras.ops.convert_to_tensor(labels), 28, 28))
    assert planes.shape == (3, 28, 28, 10)
    for planes_of_one, digit in zip(planes, (3, 0, 9), strict=True):
        assert planes_of_one[..., digit].sum() == 784
        assert planes_of_one.sum() == 784


@pytest.mark.parametrize("build", GENERATORS, ids=named)
def test_the_label_changes_what_a_generator_makes(build):
    keras.utils.set_random_seed(0)
    network = build(latent_size=5, shape=(8, 8, 1), classes=3)
    z = keras.ops.zeros((3, 5))
    raw = np.asarray(network([z, keras.ops.eye(3)]))
    assert len({image.tobytes() for image in raw}) == 3


@pytest.mark.parametrize("build", DISCRIMINATORS, ids=named)
def test_the_label_changes_what_a_discriminator_says(build):
    keras.utils.set_random_seed(0)
    network = build(shape=(8, 8, 1), classes=3)
    logits = np.asarray(network([keras.ops.ones((3, 8, 8, 1)), keras.ops.eye(3)]))
    assert len(np.unique(logits)) == 3


def test_a_conditional_network_reads_input_and_label_side_by_side():
    inner = networks.dense_encoder(2, (), shape=(4 + 3,))
    network = networks.conditional(inner, 3, (2, 2, 1))
    x, label = np.arange(4.0).reshape(1, 2, 2, 1), np.eye(3)[[1]]
    kernel, bias = inner.get_weights()
    expected = np.concatenate([x.ravel(), label.ravel()]) @ kernel + bias
    pair = [keras.ops.convert_to_tensor(part, "float32") for part in (x, label)]
    np.testing.assert_allclose(np.asarray(network(pair))[0], expected, rtol=1e-5)


def test_dropout_is_off_outside_training():
    keras.utils.set_random_seed(0)
    network = networks.dense_discriminator((20, 20), (4, 4, 1), dropout=0.5)
    x = np.ones((1, 4, 4, 1), np.float32)
    assert float(network(x)[0, 0]) == float(network(x)[0, 0])
    assert float(network(x, training=True)[0, 0]) != float(network(x, training=True)[0, 0])


@pytest.mark.parametrize(
    "build",
    [
        lambda: networks.dense_generator(0),
        lambda: networks.dense_generator(5, (3, -1)),
        lambda: networks.dense_discriminator((2.5,)),
        lambda: networks.upsampling_generator(5, (0, 3)),
        lambda: networks.pooling_discriminator((0,)),
        lambda: networks.transposed_generator(5, (3,), kernel=0),
        lambda: networks.strided_discriminator((3,), kernel=0),
        lambda: networks.dense_generator(classes=0),
    ],
)
def test_sizes_that_are_not_positive_are_refused(build):
    with pytest.raises(ValueError, match="positive whole numbers"):
        build()


@pytest.mark.parametrize("build", [*GENERATORS[1:], networks.pooling_discriminator], ids=named)
def test_images_that_cannot_be_halved_are_refused(build):
    with pytest.raises(ValueError, match="halves height and width"):
        build(shape=(9, 8, 1))
