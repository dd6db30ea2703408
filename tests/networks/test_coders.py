"""Networks: shapes, parameter counts worked out by hand, raw outputs, clear errors."""

import numpy as np
import pytest
from scipy import special

from gencore import networks


@pytest.mark.parametrize(
    ("network", "sizes"),
    [
        (networks.dense_encoder, ((784, 20), (20, 10), (10, 3))),
        (networks.dense_decoder, ((3, 20), (20, 10), (10, 784))),
    ],
)
def test_dense_networks_have_the_parameters_of_their_layers(network, sizes):
    # Oracle: weights and biases of each layer, counted by hand.
    expected = sum(a * b + b for a, b in sizes)
    assert network(3, (20, 10)).count_params() == expected


@pytest.mark.parametrize("network", [networks.dense_encoder, networks.dense_decoder])
def test_a_gated_layer_is_an_affine_map_times_a_sigmoid(network):
    made = network(3, (5,), shape=(2, 2, 1), activation="gated")
    rng = np.random.default_rng(0)
    made.set_weights([rng.normal(size=w.shape) for w in made.get_weights()])
    dense = [layer for layer in made.layers if layer.get_weights()]
    dense.sort(key=lambda layer: (layer.units != 5, layer.activation.__name__ != "sigmoid"))
    gate, affine, last = (layer.get_weights() for layer in dense)
    x = rng.normal(size=(7, *made.input_shape[1:]))
    rows = x.reshape(7, -1)
    h = (rows @ affine[0] + affine[1]) * special.expit(rows @ gate[0] + gate[1])
    expected = h @ last[0] + last[1]
    # float32 sums of a dozen products: 1e-5.
    np.testing.assert_allclose(np.asarray(made(x)).reshape(7, -1), expected, atol=1e-5)


def test_conv_networks_have_the_parameters_of_their_layers():
    encoder = networks.conv_encoder(3, (4, 8))
    decoder = networks.conv_decoder(3, (8, 4))
    assert encoder.count_params() == (9 * 1 * 4 + 4) + (9 * 4 * 8 + 8) + (7 * 7 * 8 * 3 + 3)
    assert decoder.count_params() == (3 * 392 + 392) + (9 * 8 * 4 + 4) + (9 * 4 * 1 + 1)


def test_conv_networks_of_the_vae_have_dense_and_refining_layers():
    encoder = networks.conv_encoder(4, (4, 8), hidden=(20,))
    decoder = networks.conv_decoder(2, (8, 4), refine=True)
    assert encoder.count_params() == (9 * 4 + 4) + (9 * 4 * 8 + 8) + (392 * 20 + 20) + (20 * 4 + 4)
    convolutions = (9 * 8 * 4 + 4) + (9 * 4 * 4 + 4) + (9 * 4 * 1 + 1)
    assert decoder.count_params() == (2 * 392 + 392) + convolutions
    assert decoder.output_shape == (None, 28, 28, 1)


@pytest.mark.parametrize("kind", ["dense", "conv"])
def test_encoder_and_decoder_are_mirrors(kind):
    encoder = getattr(networks, f"{kind}_encoder")(5, (8, 4))
    decoder = getattr(networks, f"{kind}_decoder")(5, (4, 8))
    assert encoder.output_shape == decoder.input_shape == (None, 5)
    assert decoder.output_shape == encoder.input_shape == (None, 28, 28, 1)


@pytest.mark.parametrize("network", [networks.dense_decoder(2), networks.conv_decoder(2)])
def test_decoders_return_raw_outputs(network):
    # A sigmoid at the end would keep every value inside (0, 1), whatever the code.
    raw = np.asarray(network(np.full((4, 2), 1e3, dtype=np.float32)))
    assert np.abs(raw).max() > 1
    assert raw.min() < 0


SHAPE = (4, 4, 1)
AFFINE = [networks.dense_encoder(3, shape=SHAPE), networks.dense_decoder(3, shape=SHAPE)]
NONLINEAR = [
    networks.dense_encoder(3, (20,), SHAPE),
    networks.dense_decoder(3, (20,), SHAPE),
    networks.conv_encoder(3, (8,), SHAPE),
    networks.conv_decoder(3, (8,), SHAPE),
    networks.digit_classifier((4,), 20, shape=SHAPE),
]


def bend(network):
    """Return how far f(x) + f(-x) is from 2 f(0), which is nowhere if f is affine."""
    x = np.random.default_rng(0).normal(size=(5, *network.input_shape[1:])).astype(np.float32)
    return np.abs(network(x) + network(-x) - 2 * network(0 * x)).max()


@pytest.mark.parametrize("network", AFFINE)
def test_without_hidden_layers_a_network_is_affine(network):
    assert bend(network) < 1e-5  # float32 sums of 16 terms of order 1


@pytest.mark.parametrize("network", NONLINEAR)
def test_hidden_layers_are_nonlinear(network):
    assert bend(network) > 1e-2


def test_every_hidden_layer_is_followed_by_its_nonlinearity():
    for build in (networks.dense_encoder, networks.dense_decoder):
        dense = [layer for layer in build(3, (8, 5), SHAPE, "tanh").layers if layer.weights]
        assert [layer.activation.__name__ for layer in dense] == ["tanh", "tanh", "linear"]
    for build in (networks.conv_encoder, networks.conv_decoder):
        layers = [layer for layer in build(3, (8, 5), SHAPE).layers if layer.weights]
        assert [layer.activation.__name__ for layer in layers] == ["relu", "relu", "linear"]


def test_code_activation_bounds_the_code():
    encoder = networks.dense_encoder(6, code_activation="sigmoid")
    code = np.asarray(encoder(np.ones((3, 28, 28, 1), dtype=np.float32)))
    assert code.min() > 0
    assert code.max() < 1


def test_classifier_names_its_features_and_returns_logits():
    classifier = networks.digit_classifier(feature_size=12)
    assert classifier.get_layer("features").output.shape == (None, 12)
    logits = np.asarray(classifier(100 * np.ones((2, 28, 28, 1), dtype=np.float32)))
    assert logits.shape == (2, 10)
    assert abs(logits.sum(axis=1) - 1).min() > 1e-3  # probabilities would sum to one


def test_classifier_has_the_parameters_of_its_layers_and_drops_units_in_training_only():
    classifier = networks.digit_classifier((2, 3), 5, classes=4, shape=(8, 8, 1))
    convolutions = (9 * 1 * 2 + 2) + (9 * 2 * 2 + 2) + (9 * 2 * 3 + 3) + (9 * 3 * 3 + 3)
    assert classifier.count_params() == convolutions + (2 * 2 * 3 * 5 + 5) + (5 * 4 + 4)
    x = np.random.default_rng(0).uniform(size=(6, 8, 8, 1)).astype(np.float32)
    scored, again = (np.asarray(classifier(x)) for _ in range(2))
    trained, anew = (np.asarray(classifier(x, training=True)) for _ in range(2))
    np.testing.assert_array_equal(scored, again)
    assert np.abs(trained - anew).max() > 1e-3
    # Both the flat images and the features are dropped, each with its own seed.
    drops = [layer for layer in classifier.layers if "dropout" in layer.name]
    assert [layer.rate for layer in drops] == [0.25, 0.25]
    assert len({int(np.asarray(layer.seed_generator.state)[0]) for layer in drops}) == 2


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: networks.dense_encoder(0), r"latent_size.*received 0"),
        (lambda: networks.dense_decoder(2, (10, -1)), r"hidden.*received -1"),
        (lambda: networks.conv_encoder(2, (4, 8, 16)), "28x28 and 3 filter counts"),
        (lambda: networks.conv_decoder(2, ()), "at least one"),
        (lambda: networks.digit_classifier(classes=2.5), r"classes.*received 2.5"),
    ],
)
def test_bad_sizes_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
