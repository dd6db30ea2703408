"""Ascent in a picture: single steps by hand, octaves, rolls, blurs, and real networks."""

import keras
import numpy as np
import pytest
from scipy import ndimage

from gencore import data, reverse
from gencore.reverse.octaves import blurred, octave_sizes
from tests.reverse.networks import linear, maps, mixing, noise

SHAPE = (6, 5, 3)
ONE = {"octaves": 1, "roll": 0}


@pytest.fixture(scope="module")
def network():
    return reverse.imagenet_network()


# --- One step ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_a_step_is_the_gradient_over_its_size_whatever_that_is(size):
    weights = size * np.random.default_rng(0).normal(size=(90, 2)).astype(np.float32)
    x = noise(SHAPE)
    found = reverse.maximise(linear(weights, SHAPE), "units", x, steps=1, unit=1, **ONE)
    slope = weights[:, 1].reshape(SHAPE)
    wanted = np.clip(x + 0.02 * slope / np.sqrt(np.mean(slope**2)), 0, 1)
    np.testing.assert_allclose(found.picture, wanted, atol=1e-6)  # of float32


def test_the_objective_rises_and_the_picture_moves_by_the_step_size():
    weights = np.random.default_rng(0).normal(size=(90, 1)).astype(np.float32)
    x, network = noise(SHAPE), linear(weights, SHAPE)
    found = reverse.maximise(network, "units", x, steps=7, step_size=0.01, unit=0, **ONE)
    (octave,) = found.octaves
    slope = weights[:, 0] / np.sqrt(np.mean(weights**2))
    np.testing.assert_allclose(octave.moved, 7 * 0.01, rtol=1e-4)
    np.testing.assert_allclose(octave.before, x.ravel() @ weights[:, 0], rtol=1e-4)
    np.testing.assert_allclose(
        octave.after - octave.before, 7 * 0.01 * slope @ weights[:, 0], rtol=1e-4
    )


def test_without_a_unit_the_objective_is_the_mean_square_of_a_layer():
    network, matrix = mixing()
    x = noise((4, 4, 3))
    found = reverse.maximise(network, "maps", x, steps=1, **ONE)
    answers = x.astype(float) @ matrix
    np.testing.assert_allclose(found.octaves[0].before, np.mean(answers**2), rtol=1e-5)
    slope = 2 * answers @ matrix.T
    wanted = x + 0.02 * slope / np.sqrt(np.mean(slope**2))
    np.testing.assert_allclose(found.picture, wanted, atol=1e-6)


def test_a_unit_of_maps_is_the_mean_over_places():
    network, matrix = mixing()
    x = noise((4, 4, 3))
    found = reverse.maximise(network, "maps", x, steps=1, unit=2, **ONE)
    np.testing.assert_allclose(found.octaves[0].before, np.mean(x @ matrix[:, 2]), rtol=1e-5)


def test_layers_are_weighed():
    pixels = keras.Input((4, 4, 1))
    double = keras.layers.Rescaling(2.0, name="double")(pixels)
    triple = keras.layers.Rescaling(3.0, name="triple")(pixels)
    network = keras.Model(pixels, keras.layers.Add()([double, triple]))
    x = noise((4, 4, 1))
    square = np.mean(x.astype(float) ** 2)
    for layer, factor in (
        ({"double": 1.0, "triple": -0.5}, 4 - 4.5),
        (["double", "triple"], 4 + 9),
        ("triple", 9),
    ):
        found = reverse.maximise(network, layer, x, steps=1, **ONE)
        np.testing.assert_allclose(found.octaves[0].before, factor * square, rtol=1e-5)


def test_a_picture_stays_between_black_and_white():
    x = noise((8, 8, 3), low=0, high=1)
    found = reverse.maximise(mixing()[0], "maps", x, steps=30, step_size=0.2, **ONE)
    assert found.picture.min() == 0 and found.picture.max() == 1


def test_several_units_make_the_pictures_that_they_make_alone():
    network, _ = mixing()
    x = noise((6, 6, 3))
    options = {"steps": 3, "octaves": 2, "roll": 2, "seed": 1}
    together = reverse.maximise(network, "maps", x, unit=[0, 3], **options)
    assert together.picture.shape == (2, 6, 6, 3)
    for row, unit in enumerate([0, 3]):
        alone = reverse.maximise(network, "maps", x, unit=unit, **options)
        np.testing.assert_allclose(together.picture[row], alone.picture, atol=1e-5)
    both = reverse.maximise(network, "maps", np.stack([x, x]), unit=3, **options)
    np.testing.assert_allclose(both.picture[1], together.picture[1], atol=1e-5)


# --- Rolls -------------------------------------------------------------------------------------


def test_a_roll_lets_every_pixel_move_where_the_network_sees_every_second():
    kernel = np.zeros((1, 1, 1, 1))
    kernel[0, 0] = 1
    network = maps(kernel, stride=2, channels=1)
    x = noise((8, 8, 1))
    still = reverse.maximise(network, "maps", x, steps=12, octaves=1, roll=0)
    changed = np.abs(still.picture - x)[..., 0] > 1e-4
    assert changed[::2, ::2].all() and not changed[1::2].any() and not changed[:, 1::2].any()
    rolled = reverse.maximise(network, "maps", x, steps=12, octaves=1, roll=8)
    # Twelve shifts of even chance miss one of the four places with probability 4 (3/4)^12 = 0.13.
    assert (np.abs(rolled.picture - x) > 1e-4).all()


def test_a_rolled_picture_comes_back_to_its_place():
    x = noise((9, 7, 3), low=0.1, high=0.9)
    found = reverse.maximise(mixing()[0], "maps", x, steps=5, octaves=1, roll=16, step_size=1e-6)
    np.testing.assert_allclose(found.picture, x, atol=1e-4)


def test_a_seed_decides_the_rolls():
    x = noise((8, 8, 3))
    kernel = np.random.default_rng(1).normal(size=(3, 3, 3, 2))
    network = maps(kernel, stride=2)
    one, again, other = (
        reverse.maximise(network, "maps", x, steps=4, octaves=1, seed=seed).picture
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01


# --- Octaves and blurs -------------------------------------------------------------------------


def test_octaves_grow_by_the_ratio_to_the_size_of_the_picture():
    assert octave_sizes(320, 160, 3, 1.4) == [(163, 82), (229, 114), (320, 160)]
    assert octave_sizes(5, 7, 1, 2.0) == [(5, 7)]
    with pytest.raises(ValueError, match="every octave has a pixel"):
        octave_sizes(1, 100, 3, 4.0)


def test_octaves_keep_the_details_of_the_picture():
    """What an enlarged small picture has lost is there again: only the change is enlarged."""
    x = noise((24, 20, 3), low=0.1, high=0.9)
    found = reverse.maximise(mixing()[0], "maps", x, steps=1, octaves=3, step_size=1e-6, roll=0)
    np.testing.assert_allclose(found.picture, x, atol=1e-4)
    assert [octave[:2] for octave in found.octaves] == octave_sizes(24, 20, 3, 1.4)


def test_a_change_goes_on_from_octave_to_octave():
    weights = np.zeros((1, 1, 1, 1))
    weights[...] = 1
    x = noise((12, 12, 1))
    once = reverse.maximise(maps(weights, channels=1), "maps", x, steps=3, octaves=1, roll=0)
    thrice = reverse.maximise(maps(weights, channels=1), "maps", x, steps=3, octaves=3, roll=0)
    assert thrice.octaves[-1].before > once.octaves[-1].before + 1e-3


def test_a_blur_is_that_of_scipy():
    x = noise((1, 11, 9, 2), low=0, high=1)
    found = np.asarray(blurred(x, 1.5))
    # Cut after three deviations, 4.5 pixels: SciPy takes as many, rounded as here, to either side.
    settings = {"sigma": (0, 1.5, 1.5, 0), "mode": "constant", "radius": (0, 5, 5, 0)}
    wanted = ndimage.gaussian_filter(x, **settings) / ndimage.gaussian_filter(
        np.ones_like(x), **settings
    )
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_a_blurred_ascent_is_smoother():
    x = noise((16, 16, 3), low=0, high=1)
    plain, smooth = (
        reverse.maximise(mixing()[0], "maps", x, steps=4, blur=blur, **ONE).picture
        for blur in (0.0, 0.7)
    )
    assert reverse.total_variation(smooth) < 0.6 * reverse.total_variation(plain)


# --- Real networks -----------------------------------------------------------------------------


def test_a_dream_rises_in_every_octave_and_moves(network):
    x = data.load_picture("astronaut", 96)
    found = reverse.maximise(network, "block10", x, steps=6)
    assert found.finished and found.picture.shape == x.shape
    for octave in found.octaves:
        # Each measured 1.3 to 1.6 times as large; a step moves a pixel by 0.02, six at most 0.12.
        assert octave.after > 1.1 * octave.before
        assert 0.02 < octave.moved < 0.12


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_a_picture_of_one_grey_has_finite_dreams(network, grey):
    found = reverse.maximise(network, "block4", np.full((40, 33, 3), grey), steps=2, octaves=2)
    assert np.isfinite(found.picture).all() and found.octaves[-1].moved > 0.005


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (97, 31)])
def test_pictures_of_any_shape_are_dreamt_of(network, shape):
    x = noise((*shape, 3))
    found = reverse.maximise(network, "block2", x, steps=2, octaves=1)
    assert found.picture.shape == x.shape and found.octaves[0].moved > 0.005


def test_a_class_of_digits_is_climbed_to():
    from gencore import networks

    classifier = networks.digit_classifier((4, 4), 8)
    x = noise((28, 28, 1))
    found = reverse.maximise(classifier, "logits", x, steps=5, unit=3, **ONE)
    assert found.octaves[0].after > found.octaves[0].before
    with pytest.raises(ValueError, match="reads 28x28 pixels and nothing else"):
        reverse.maximise(classifier, "logits", x, unit=3, octaves=2)


# --- Preprocessing -----------------------------------------------------------------------------


def test_networks_of_blue_green_and_red_get_them_in_their_order():
    """The means of ImageNet in the order blue, green, red are 103.939, 116.779, 123.68."""
    features = reverse.Features(maps(np.eye(3)[None, None]), "maps", "caffe")
    red = np.zeros((1, 2, 2, 3), np.float32)
    red[..., 0] = 1
    np.testing.assert_allclose(
        np.asarray(features(red)[0])[0, 0, 0], [-103.939, -116.779, 255 - 123.68], atol=1e-3
    )


@pytest.mark.parametrize(
    ("mode", "rule"), [("caffe", keras.applications.vgg19), ("tf", keras.applications.mobilenet)]
)
def test_a_rule_of_keras_is_the_rule_of_keras(mode, rule):
    x = noise((1, 4, 4, 3), low=0, high=1)
    features = reverse.Features(maps(np.eye(3)[None, None]), "maps", mode)
    wanted = rule.preprocess_input(255 * x.copy())
    np.testing.assert_allclose(np.asarray(features(x)[0]), wanted, atol=1e-3)


def test_without_a_rule_pixels_go_in_as_they_are():
    x = noise((1, 4, 4, 3), low=0, high=1)
    features = reverse.Features(maps(np.eye(3)[None, None]), "maps")
    np.testing.assert_allclose(np.asarray(features(x)[0]), x, atol=1e-6)
    inverted = reverse.Features(maps(np.eye(3)[None, None]), "maps", lambda x: 1 - x)
    np.testing.assert_allclose(np.asarray(inverted(x)[0]), 1 - x, atol=1e-6)


@pytest.mark.slow
def test_a_network_of_the_reader_dreams_too():
    vgg = keras.applications.VGG19(weights=None, include_top=False)
    found = reverse.maximise(
        vgg, "block2_conv1", noise((32, 24, 3)), steps=2, octaves=2, preprocess="caffe"
    )
    assert all(octave.after > octave.before for octave in found.octaves)
    with pytest.raises(ValueError, match="large enough for something to be left"):
        reverse.maximise(vgg, "block5_pool", noise((16, 16, 3)), octaves=1, preprocess="caffe")


# --- Watching ----------------------------------------------------------------------------------


def test_an_ascent_is_watched_step_by_step():
    seen = []
    found = reverse.maximise(
        mixing()[0], "maps", noise((12, 12, 3)), steps=2, octaves=2, watch=seen.append
    )
    assert [(step.done, step.total, step.octave) for step in seen] == [
        *((1, 4, 0), (2, 4, 0), (3, 4, 1), (4, 4, 1)),
    ]
    np.testing.assert_array_equal(seen[-1].picture, found.picture)
    assert found.finished


@pytest.mark.parametrize("last", [1, 3, 4])
def test_what_is_ended_early_is_kept_in_full_size(last):
    x = noise((12, 12, 3))
    found = reverse.maximise(
        mixing()[0], "maps", x, steps=2, octaves=2, watch=lambda step: step.done == last
    )
    assert found.picture.shape == x.shape and found.finished == (last == 4)
    assert len(found.octaves) == (1 if last < 3 else 2)
    # Steps of 0.02 in the root mean square, all in one direction at most.
    assert 0.005 < np.abs(found.picture - x).mean() <= 0.02 * last + 1e-6


# --- Refused -----------------------------------------------------------------------------------


def test_a_flat_objective_is_no_ascent():
    flat = linear(np.zeros((90, 2), np.float32), SHAPE)
    with pytest.raises(ValueError, match="needs a gradient; received.*picture 0 in octave 1"):
        reverse.maximise(flat, "units", noise(SHAPE), unit=0, **ONE)


def test_an_answer_that_is_not_finite_is_no_ascent():
    broken = linear(np.full((90, 1), np.nan, np.float32), SHAPE)
    with pytest.raises(ValueError, match="finite; received nan"):
        reverse.maximise(broken, "units", noise(SHAPE), unit=0, **ONE)


def test_pixels_up_to_255_are_refused():
    with pytest.raises(ValueError, match="within .0, 1.*Divide grey levels"):
        reverse.maximise(mixing()[0], "maps", 255 * noise((4, 4, 3)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layer": "mops"}, "one of maps; received 'mops'"),
        ({"layer": []}, "at least one"),
        ({"unit": 4}, "0 to 3; received 4"),
        ({"unit": [0, 1, 2], "picture": np.zeros((2, 4, 4, 3))}, "3 units for 2 pictures"),
        ({"picture": np.zeros((4, 4))}, "the shape"),
        ({"picture": np.zeros((4, 4, 1))}, "the shape"),
        ({"picture": np.zeros((2100, 2100, 3))}, "at most 4,194,304 pixels"),
        ({"ratio": 1.0}, "ratio"),
        ({"watch": 3}, "watch"),
        ({"preprocess": "bgr"}, "'caffe', 'tf', 'torch'"),
    ],
)
def test_what_does_not_fit_is_refused(options, words):
    right = {"layer": "maps", "picture": noise((4, 4, 3))}
    with pytest.raises(ValueError, match=words):
        reverse.maximise(mixing()[0], **right | options)
