"""The few examples whose labels are told, and labels that become rare."""

import numpy as np
import pytest

from gencore import data


def test_a_hundred_labels_are_told_of_a_hundred_examples():
    labels = np.random.default_rng(0).integers(0, 10, 3000)
    rows = data.few_of_each(labels, 10, rng=0)
    assert len(set(rows.tolist())) == len(rows) == 100
    np.testing.assert_array_equal(np.bincount(labels[rows]), 10)
    np.testing.assert_array_equal(rows, data.few_of_each(labels, 10, rng=0))
    assert set(rows.tolist()) != set(data.few_of_each(labels, 10, rng=1).tolist())
    # Each of some 300 examples of a label is as likely as any other.
    counts = np.zeros(3000)
    for seed in range(300):
        rows = data.few_of_each(labels, 10, rng=seed)
        assert len(set(rows.tolist())) == 100
        counts[rows] += 1
    own = counts[labels == 3]
    expected = 300 * 10 / len(own)
    assert np.all(np.abs(own - expected) < 6 * np.sqrt(expected))  # one seed in 10^6 fails
    with pytest.raises(ValueError, match="at most the"):
        data.few_of_each(labels, 400, rng=0)
    with pytest.raises(ValueError, match="at most the 0"):
        data.few_of_each(labels[labels != 4], 1, rng=0)


def test_a_label_becomes_rare_and_the_others_stay():
    labels = np.random.default_rng(0).integers(0, 10, 3000)
    rows = data.without_most(labels, 7, 0.1, rng=0)
    kept, all_of_them = np.bincount(labels[rows]), np.bincount(labels)
    assert kept[7] == round(0.1 * all_of_them[7])
    np.testing.assert_array_equal(np.delete(kept, 7), np.delete(all_of_them, 7))
    assert (np.diff(rows) > 0).all()
    assert set(rows.tolist()) != set(data.without_most(labels, 7, 0.1, rng=1).tolist())
    np.testing.assert_array_equal(data.without_most(labels, 7, 1.0, rng=0), np.arange(3000))
    with pytest.raises(ValueError, match="one example or more"):
        data.without_most(labels, 11, 0.1, rng=0)
    with pytest.raises(ValueError, match="above 0"):
        data.without_most(labels, 7, 0.0, rng=0)
