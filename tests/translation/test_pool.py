"""Pools of earlier translations, and domains put in orders of their own."""

import numpy as np
import pytest

from gencore import translation


def numbered(first, count):
    """Return images that all have their number as their one value."""
    return np.arange(first, first + count, dtype=np.float32).reshape(-1, 1, 1)


def test_a_pool_that_is_not_full_gives_back_what_it_keeps():
    pool = translation.ImagePool((1, 1), 10, seed=0)
    np.testing.assert_array_equal(pool(numbered(1, 4)), numbered(1, 4))
    np.testing.assert_array_equal(pool(numbered(5, 4)), numbered(5, 4))
    np.testing.assert_array_equal(pool(numbered(9, 4)), numbered(9, 4))  # room for two
    np.testing.assert_array_equal(pool.kept, numbered(1, 10))
    assert int(pool.seen) == 10


def test_half_of_the_images_change_places_with_earlier_ones():
    pool = translation.ImagePool((1, 1), 20, seed=0)
    pool(numbered(1, 20))
    swapped = []
    for step in range(1, 201):
        new, before = numbered(20 * step + 1, 8), np.ravel(pool.kept)
        given, after = np.ravel(pool(new)), np.ravel(pool.kept)
        old = given != new.ravel()
        # What is given or kept is old or new: nothing is lost, nothing comes twice.
        assert sorted([*given, *after]) == sorted([*before, *new.ravel()])
        assert set(given[old]) <= set(before) and len(set(given)) == 8
        swapped.append(old.mean())
    # 1,600 coins: the share leaves 0.5 by more than 0.05 once in 16,000 seeds.
    assert abs(np.mean(swapped) - 0.5) < 0.05
    # 800 images have gone into 20 places: one of the first is still there once in 10^15 seeds.
    assert np.min(pool.kept) > 20


def test_a_batch_larger_than_the_pool_goes_through():
    pool = translation.ImagePool((1, 1), 3, seed=0)
    pool(numbered(1, 5))
    given = np.ravel(pool(numbered(6, 5)))
    np.testing.assert_array_equal(given[3:], [9, 10])
    assert set(given) <= set(range(1, 11))


def test_no_pool_gives_back_what_is_new():
    pool = translation.ImagePool((1, 1), 0, seed=0)
    np.testing.assert_array_equal(pool(numbered(1, 4)), numbered(1, 4))


def test_an_emptied_pool_is_as_new():
    pool = translation.ImagePool((1, 1), 4, seed=0)
    pool(numbered(1, 4))
    pool.empty()
    assert int(pool.seen) == 0 and not np.any(pool.kept)


# --- Domains -----------------------------------------------------------------------------------


def test_each_domain_has_an_order_of_its_own_and_the_smaller_is_repeated():
    a, b = translation.unpaired(numbered(0, 100), numbered(0, 40), seed=0)
    assert a.shape == b.shape == (100, 1, 1)
    assert sorted(a.ravel()) == list(range(100))
    counts = np.bincount(b.ravel().astype(int), minlength=40)
    assert set(counts) == {2, 3}
    # Of 100 twins that would stand side by side, one does by chance.
    same, twin = translation.unpaired(numbered(0, 100), numbered(0, 100), seed=0)
    assert np.mean(same == twin) < 0.1
    again = translation.unpaired(numbered(0, 100), numbered(0, 40), seed=0)
    np.testing.assert_array_equal(again[0], a)


def test_an_empty_domain_is_named():
    with pytest.raises(ValueError, match="images of the domain B have the shape"):
        translation.unpaired(numbered(0, 3), numbered(0, 0), seed=0)
    with pytest.raises(ValueError, match="seed"):
        translation.unpaired(numbered(0, 3), numbered(0, 3), seed=-1)
