"""Numbers, names, arrays and labels: returned as what is worked with, or refused in our words."""

import numpy as np
import pandas as pd
import pytest

from gencore import checks


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_of_any_integer_type_become_an_int(value):
    found = checks.whole(value, "a count")
    assert found == 3 and type(found) is int


@pytest.mark.parametrize("value", [0, -1, 2.0, 2.5, True, None, "3", [3], 10**30, np.nan])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(ValueError, match=r"a count is whole; received n=.*\. Give one\."):
        checks.whole(value, "a count is whole", "Give one.", name="n")


@pytest.mark.parametrize("value", ["0.1", None, True, np.nan, np.inf, [0.1], -0.1, 1.5, 1 + 1j])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(ValueError, match="a share is from 0 to 1; received"):
        checks.number(value, "a share is from 0 to 1", low=0, high=1)


def test_bounds_that_may_not_be_reached():
    assert checks.number(np.float32(0.5), "x", above=0, below=1) == 0.5
    for value in (0.0, 1.0):
        with pytest.raises(ValueError, match="received"):
            checks.number(value, "x", above=0, below=1)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float16])
def test_arrays_of_other_types_become_float32(kind):
    found = checks.array(np.ones((2, 3), kind), "images")
    assert found.dtype == np.float32 and found.shape == (2, 3)


def test_an_array_that_serves_is_not_copied():
    for kind in (np.float32, np.float64):
        x = np.ones((2, 3), kind)
        assert checks.array(x, "images") is x
    np.testing.assert_array_equal(checks.array(pd.Series([1, 2]), "points"), [1, 2])


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ("text", {}, "numbers; received 'text'"),
        (None, {}, "numbers; received None"),
        ([[1], [1, 2]], {}, "are numbers; received"),
        (1j * np.ones(3), {}, "are numbers; received an array of the shape"),
        (np.zeros((0, 3)), {}, r"received \(0, 3\)"),
        (np.zeros((2, 3)), {"ndim": 3}, r"received \(2, 3\)"),
        (np.zeros((2, 3)), {"shape": (None, 4)}, r"received \(2, 3\)"),
        ([1.0, np.nan], {}, "finite; received 1 values that are NaN"),
        ([1.0, 255.0], {"low": 0, "high": 1}, r"within \[0, 1\]; received values from 1 to 255"),
    ],
)
def test_arrays_of_another_shape_or_range_are_refused(x, options, message):
    with pytest.raises(ValueError, match=message):
        checks.array(x, "images", **options)


@pytest.mark.parametrize("values", [np.eye(3), [0.5, 1], [0, 3], [-1, 0], ["a"], 3, [np.nan, 1]])
def test_labels_are_whole_known_and_one_for_each(values):
    with pytest.raises(ValueError, match="received"):
        checks.labels(values, 3)
    with pytest.raises(ValueError, match="one label for each example; received"):
        checks.labels([0, 1], 3, 5)
    np.testing.assert_array_equal(checks.labels(pd.Series([2.0, 0.0]), 3, 2), [2, 0])
