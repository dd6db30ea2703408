"""Gram matrices, moments and total variation by hand; style, texture and what they are made of."""

import keras
import numpy as np
import pytest

from gencore import data, reverse
from tests.reverse.networks import maps, mixing, noise


@pytest.fixture(scope="module")
def network():
    return reverse.imagenet_network()


def two_layers():
    """Return a network of two layers of different sizes, and what they compute by NumPy."""
    first = np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    second = np.random.default_rng(2).normal(size=(2, 5)).astype(np.float32)
    pixels = keras.Input((None, None, 3))
    options = {"use_bias": False, "padding": "same"}
    wide = keras.layers.Conv2D(2, 1, name="wide", **options)
    deep = keras.layers.Conv2D(5, 1, 2, name="deep", **options)
    network = keras.Model(pixels, deep(wide(pixels)))
    wide.set_weights([first[None, None]])
    deep.set_weights([second[None, None]])
    return network, lambda x: {"wide": x @ first, "deep": (x @ first)[::2, ::2] @ second}


# --- Moments -----------------------------------------------------------------------------------


def test_a_gram_matrix_by_hand():
    # Two places, (1, 2) and (3, 4): the sums 10, 14, 20 over two places.
    features = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    np.testing.assert_allclose(np.asarray(reverse.gram(features)), [[5, 7], [7, 10]], atol=1e-6)


def test_each_layer_is_divided_by_its_own_places_once():
    network, computed = two_layers()
    x = noise((8, 6, 3))
    features = reverse.Features(network, ["wide", "deep"])
    for found, (name, rows) in zip(features(x[None]), computed(x).items(), strict=True):
        rows = rows.reshape(-1, rows.shape[-1])
        assert len(rows) == {"wide": 48, "deep": 12}[name]
        np.testing.assert_allclose(
            np.asarray(reverse.gram(found))[0], rows.T @ rows / len(rows), rtol=1e-4, atol=1e-6
        )


def test_a_gram_matrix_does_not_grow_with_the_picture():
    x = noise((4, 4, 3))
    np.testing.assert_allclose(
        np.asarray(reverse.gram(np.tile(x, (3, 2, 1)))), np.asarray(reverse.gram(x)), rtol=1e-5
    )


def test_the_distance_of_gram_matrices_is_a_mean_discrepancy():
    """With the kernel (f g)^2, all pairs and a place with itself counted."""
    rng = np.random.default_rng(0)
    f, g = rng.normal(size=(3, 4, 6)), rng.normal(size=(5, 2, 6))
    rows, others = f.reshape(-1, 6), g.reshape(-1, 6)
    kernel = ((rows @ rows.T) ** 2).mean() + ((others @ others.T) ** 2).mean()
    kernel -= 2 * ((rows @ others.T) ** 2).mean()
    found = np.sum((np.asarray(reverse.gram(f)) - np.asarray(reverse.gram(g))) ** 2)
    np.testing.assert_allclose(found, kernel, rtol=1e-5)  # of float32


def test_moments_of_channels_are_those_of_numpy():
    f = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    mean, variance = reverse.channel_moments(f)
    np.testing.assert_allclose(np.asarray(mean), f.mean((1, 2)), atol=1e-6)
    np.testing.assert_allclose(np.asarray(variance), f.var((1, 2)), atol=1e-6)
    diagonal = np.diagonal(np.asarray(reverse.gram(f)), axis1=1, axis2=2)
    np.testing.assert_allclose(diagonal, variance + mean**2, atol=1e-5)


def test_total_variation_by_hand():
    x = np.array([[0.0, 1.0], [0.5, 0.0]])[..., None]
    # Down 0.5 and 1, across 1 and 0.5: 0.75 in the mean of either.
    np.testing.assert_allclose(float(reverse.total_variation(x)), 1.5, atol=1e-6)
    np.testing.assert_allclose(float(reverse.total_variation(x[:1])), 1.0, atol=1e-6)
    assert float(reverse.total_variation(x[:1, :1])) == 0
    assert reverse.total_variation(np.zeros((4, 3, 3, 1))).shape == (4,)


# --- A style -----------------------------------------------------------------------------------


@pytest.mark.parametrize("statistics", ["gram", "moments"])
def test_the_distance_is_relative_to_the_style_in_each_layer(statistics):
    network, computed = two_layers()
    style, other = noise((8, 8, 3)), noise((5, 7, 3), seed=1, low=0, high=1)
    layers = {"wide": 3.0, "deep": 1.0}
    found = reverse.Style(network, style, layers, statistics).distance(other)

    def moments(x):
        rows = x.reshape(-1, x.shape[-1]).astype(float)
        return [rows.T @ rows / len(rows)] if statistics == "gram" else [rows.mean(0), rows.var(0)]

    wanted = 0.0
    for name, weight in layers.items():
        pairs = list(
            zip(moments(computed(other)[name]), moments(computed(style)[name]), strict=True)
        )
        each = [np.sum((a - b) ** 2) / np.sum(b**2) for a, b in pairs]
        wanted += weight / 4 * np.mean(each)
    np.testing.assert_allclose(found, wanted, rtol=1e-4)  # features of float32


def test_a_style_is_at_no_distance_from_itself_nor_its_tiles():
    network, _ = mixing()
    x = noise((6, 6, 3))
    style = reverse.Style(network, x, "maps")
    assert style.distance(x) == 0
    assert style.distance(np.tile(x, (2, 3, 1))) < 1e-9
    black = np.zeros((4, 4, 3))
    np.testing.assert_allclose(style.distance(black), 1, rtol=1e-6)


# --- What is made ------------------------------------------------------------------------------


def test_the_loss_is_the_weighted_sum_of_its_parts(network):
    content, style = data.load_picture("coffee", 48), data.load_picture("hubble", 64)
    made = reverse.transfer(
        network, content, style, steps=3, content_weight=2.0, style_weight=7.0, variation_weight=0.5
    )
    parts = made.history
    np.testing.assert_allclose(
        parts["loss"],
        2 * parts["content"] + 7 * parts["style"] + 0.5 * parts["variation"],
        rtol=1e-5,
    )
    assert parts["content"][0] == 0 and parts["content"][1] > 0
    style_of = reverse.Style(network, style)
    np.testing.assert_allclose(parts["style"][0], style_of.distance(content), rtol=1e-3)
    variation = float(reverse.total_variation(content))
    np.testing.assert_allclose(parts["variation"][0], variation, rtol=1e-4)


def test_the_content_is_compared_relative_to_itself():
    network, matrix = mixing()
    content, style = noise((6, 6, 3)), noise((6, 6, 3), seed=1, low=0, high=1)
    options = {"content_layer": "maps", "style_layers": "maps", "learning_rate": 0.05}
    made = reverse.transfer(network, content, style, steps=2, **options)
    first = reverse.transfer(network, content, style, steps=1, **options).picture
    answers, wanted = first @ matrix, content @ matrix
    relative = np.sum((answers - wanted) ** 2) / np.sum(wanted**2)
    np.testing.assert_allclose(made.history["content"][1], relative, rtol=1e-3)


def test_a_first_step_of_adam_moves_every_pixel_by_the_learning_rate():
    """Its first step is the sign of the gradient, whatever the gradient's size."""
    network, _ = mixing()
    content, style = noise((6, 6, 3)), noise((6, 6, 3), seed=1, low=0, high=1)
    options = {"content_layer": "maps", "style_layers": "maps", "variation_weight": 0.0}
    made = reverse.transfer(network, content, style, steps=1, learning_rate=0.01, **options)
    np.testing.assert_allclose(np.abs(made.picture - content), 0.01, rtol=0.05)


def test_a_picture_gets_a_style_and_keeps_its_content(network):
    content, style = data.load_picture("astronaut", 96), data.load_picture("tissue", 96)
    made = reverse.transfer(network, content, style, steps=25)
    found = made.history["style"]
    # Measured 1.24 to 0.2.
    assert found[-1] < 0.4 * found[0] and made.history["content"][-1] < 0.8
    assert made.picture.shape == content.shape and made.finished
    assert 0 <= made.picture.min() and made.picture.max() <= 1


def test_without_weight_of_the_style_the_content_stays(network):
    content = np.full((48, 40, 3), 0.5, np.float32)
    made = reverse.transfer(
        network, content, noise((48, 48, 3)), steps=2, style_weight=0, variation_weight=1
    )
    np.testing.assert_allclose(made.picture, content, atol=1e-4)


def test_a_texture_comes_out_of_noise(network):
    brick = data.load_picture("brick", 64)
    made = reverse.synthesise(network, brick, (48, 80), steps=25)
    assert made.picture.shape == (48, 80, 3)
    # Measured 1.3 to 0.3.
    assert made.history["style"][-1] < 0.5 * made.history["style"][0]
    np.testing.assert_allclose(
        made.history["loss"], made.history["style"] + 0.5 * made.history["variation"], rtol=1e-5
    )


def test_noise_begins_with_the_colours_of_the_texture():
    texture = np.zeros((40, 40, 3), np.float32)
    texture[...] = 0.2, 0.5, 0.7
    texture += np.random.default_rng(0).normal(0, 0.05, (40, 40, 1)).astype(np.float32)
    seen = []
    reverse.synthesise(
        *(mixing()[0], texture), size=64, steps=1, layers="maps", learning_rate=1e-6,
        watch=seen.append,
    )  # fmt: skip
    pixels = seen[0].picture.reshape(-1, 3)
    # 4,096 draws: the mean is off by 0.05 / 64 and the deviation by 0.05 / 90, four times allowed.
    np.testing.assert_allclose(pixels.mean(0), texture.mean((0, 1)), atol=0.004)
    np.testing.assert_allclose(pixels.std(0), texture.std((0, 1)), atol=0.003)
    correlation = np.corrcoef(seen[0].picture[:, :-1].ravel(), seen[0].picture[:, 1:].ravel())
    between = np.corrcoef(pixels[:-1, 0], pixels[1:, 0])[0, 1]
    assert abs(between) < 0.07 and correlation[0, 1] > 0.5  # neighbours share no more than a colour


@pytest.mark.slow
def test_a_network_of_the_reader_paints_too():
    vgg = keras.applications.VGG19(weights=None, include_top=False)
    made = reverse.transfer(
        *(vgg, noise((24, 32, 3)), noise((32, 32, 3), seed=1, low=0, high=1)),
        steps=3,
        content_layer="block2_conv2",
        style_layers=("block1_conv1", "block2_conv1"),
        statistics="moments",
        preprocess="caffe",
    )
    assert made.history["loss"][-1] < made.history["loss"][0]


def test_what_is_ended_early_is_kept():
    made = reverse.synthesise(
        mixing()[0], noise((8, 8, 3)), steps=9, layers="maps", watch=lambda step: step.done == 2
    )
    assert not made.finished and len(made.history["loss"]) == 2


# --- Refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"content_weight": -1}, "content_weight=-1"),
        ({"content_weight": 0, "style_weight": 0, "variation_weight": 0}, "a weight above 0"),
        ({"style_layers": {"maps": -1.0}}, "0 or more"),
        ({"statistics": "mean"}, "'gram', 'moments'"),
        ({"learning_rate": 0}, "a learning rate"),
        ({"steps": 0}, "steps"),
        ({"style": np.zeros((4, 4))}, "a style has"),
        ({"content": 255 * noise((4, 4, 3))}, "within"),
    ],
)
def test_what_does_not_fit_is_refused(options, words):
    right = {"content": noise((4, 4, 3)), "style": noise((4, 4, 3))}
    layers = {"content_layer": "maps", "style_layers": "maps"}
    with pytest.raises(ValueError, match=words):
        reverse.transfer(mixing()[0], **right | layers | options)


def test_a_style_has_places(network):
    with pytest.raises(ValueError, match="has places.*logits"):
        reverse.Style(network, noise((32, 32, 3)), "logits")


def test_losses_that_are_not_finite_are_refused():
    broken = maps(np.full((1, 1, 3, 2), np.nan))
    with pytest.raises(ValueError, match="losses are finite"):
        reverse.synthesise(broken, noise((4, 4, 3)), layers="maps")
