"""Translators and critics of patches: shapes, places, and what a normalisation does."""

import keras
import numpy as np
import pytest

from gencore import networks
from gencore.networks.translators import InstanceNormalization


@pytest.mark.parametrize(("shape", "filters"), [((28, 28, 1), (4, 6)), ((32, 24, 3), (3, 4, 5))])
def test_a_translation_has_the_shape_of_the_image(shape, filters):
    network = networks.translator(shape, filters, blocks=1)
    assert network.output_shape == (None, *shape)
    assert np.isfinite(network(np.zeros((2, *shape)))).all()


def test_only_with_places_is_a_pixel_treated_by_where_it_is():
    # Black images, one with a bright pixel in the middle and one where it is elsewhere, both far
    # from the border: without places the second translation is the first one, moved.
    size, middle, moved = 48, (20, 20), (28, 26)
    images = np.zeros((2, size, size, 1), np.float32)
    for image, (row, column) in zip(images, (middle, moved), strict=True):
        image[row, column] = 1.0
    for places in (False, True):
        keras.utils.set_random_seed(0)
        network = networks.translator((size, size, 1), (3, 4), blocks=1, places=places)
        around = [
            np.asarray(made)[row - 4 : row + 5, column - 4 : column + 5]
            for made, (row, column) in zip(network(images), (middle, moved), strict=True)
        ]
        assert np.allclose(*around, atol=1e-4) == (not places)


def test_each_image_and_channel_is_normalised_alone():
    layer = InstanceNormalization()
    x = np.random.default_rng(0).normal(3, 2, size=(4, 6, 5, 3)).astype(np.float32)
    layer.build(x.shape)
    layer.gamma.assign([1.0, 2.0, 3.0])
    layer.beta.assign([0.5, 0.0, -1.0])
    made = np.asarray(layer(x))
    np.testing.assert_allclose(made.mean((1, 2)), np.tile([0.5, 0.0, -1.0], (4, 1)), atol=1e-5)
    spread = x.std((1, 2)) / np.sqrt(x.var((1, 2)) + layer.epsilon)
    np.testing.assert_allclose(made.std((1, 2)), spread * [1.0, 2.0, 3.0], rtol=1e-4)
    np.testing.assert_allclose(np.asarray(layer(x[:1])), made[:1], atol=1e-5)


def test_a_logit_of_a_critic_sees_its_patch_alone():
    critic = networks.patch_critic((64, 64, 1), (3, 4))
    assert critic.output_shape == (None, 16, 16, 1)
    x = np.random.default_rng(0).random((1, 64, 64, 1)).astype(np.float32)
    before = np.asarray(critic(x))[0, ..., 0]
    x[0, 32, 32] += 5.0
    changed = np.abs(np.asarray(critic(x))[0, ..., 0] - before) > 0
    rows, columns = np.nonzero(changed)
    # A patch is 22 pixels wide, and two neighbours are 4 apart: a pixel is in 5 or 6 of a row.
    assert 5 <= np.ptp(rows) + 1 <= 6 and 5 <= np.ptp(columns) + 1 <= 6


def test_sizes_that_do_not_halve_are_named():
    with pytest.raises(ValueError, match="divisible"):
        networks.translator((27, 28, 1), (3, 4))
    with pytest.raises(ValueError, match="blocks"):
        networks.translator(blocks=-1)
