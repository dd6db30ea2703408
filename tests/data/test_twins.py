"""The other way of writing digits: thinner, sheared, dark on white."""

import numpy as np
import pytest

from gencore import data


def test_an_empty_image_is_white_and_a_full_one_keeps_its_middle():
    assert (data.twins(np.zeros((1, 28, 28, 1))) == 1).all()
    assert data.twins(np.ones((1, 28, 28, 1)))[0, 14, 14] == 0


def test_a_stroke_is_thinner_by_a_pixel_and_leans():
    # A vertical bar, columns 12 to 15, from the first row to the last.
    bar = np.zeros((1, 28, 28, 1), np.float32)
    bar[0, :, 12:16] = 1
    ink = 1 - data.twins(bar)[0, ..., 0]
    np.testing.assert_allclose(ink.sum(1), 3.0, atol=1e-5)
    centres = (ink * np.arange(28)).sum(1) / ink.sum(1)
    # The columns 13 to 15 remain; a row that is one lower stands 0.3 pixels further to the left.
    np.testing.assert_allclose(centres, 14 - 0.3 * (np.arange(28) - 13.5), atol=1e-4)


def test_each_digit_has_a_twin_of_its_own_and_is_left_as_it_was(digits):
    x = digits.x_test[:20]
    before = x.copy()
    twins = data.twins(x)
    assert twins.shape == x.shape and twins.dtype == np.float32
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(data.twins(x[3:4])[0], twins[3])
    assert len({twin.tobytes() for twin in twins}) == 20


def test_what_is_no_digit_is_named():
    with pytest.raises(ValueError, match="digits have the shape"):
        data.twins(np.zeros((28, 28)))
    with pytest.raises(ValueError, match="digits"):
        data.twins(np.full((1, 28, 28, 1), 255.0))
