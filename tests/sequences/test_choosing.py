"""Temperature and the likeliest few: by hand, and as powers of probabilities."""

import numpy as np
import pytest

from gencore import sequences
from gencore.sequences.choosing import drawn

P = np.array([0.7, 0.2, 0.1])


def test_a_temperature_is_a_power_of_probabilities():
    # By hand: .49, .04 and .01 over .54.
    np.testing.assert_allclose(sequences.tempered(P, 0.5), [0.49 / 0.54, 0.04 / 0.54, 0.01 / 0.54])
    np.testing.assert_allclose(sequences.tempered(P, 1.0), P)
    # The softmax of logits over T is the same.
    logits = np.log(P) + 3.0
    for temperature in (0.3, 0.8, 1.7):
        by_logits = np.exp(logits / temperature)
        expected = by_logits / by_logits.sum()
        np.testing.assert_allclose(sequences.tempered(P, temperature), expected)
    np.testing.assert_allclose(sequences.tempered(P, 1e-3), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(sequences.tempered(P, 1e6), np.ones(3) / 3, atol=1e-5)


def test_the_likeliest_few_share_what_there_is():
    np.testing.assert_allclose(sequences.tempered(P, top_k=2), [7 / 9, 2 / 9, 0])
    np.testing.assert_allclose(sequences.tempered([P, P[::-1]], top_k=1), [[1, 0, 0], [0, 0, 1]])
    np.testing.assert_allclose(sequences.tempered([0.4, 0.4, 0.2], top_k=1), [1, 0, 0])
    np.testing.assert_allclose(sequences.tempered(P, top_k=9), P)


def test_a_draw_takes_the_symbol_at_which_the_sum_passes_the_number():
    p = np.tile([0.25, 0.0, 0.5, 0.25, 0.0], (5, 1))
    np.testing.assert_array_equal(drawn(p, np.array([0, 0.2499, 0.25, 0.75, 1.0])), [0, 0, 2, 3, 3])


@pytest.mark.parametrize("temperature", [0, -1.0, np.nan, np.inf, "warm", None])
def test_a_temperature_is_positive(temperature):
    with pytest.raises(ValueError, match="finite and positive"):
        sequences.tempered(P, temperature)


def test_nothing_but_zeros_is_no_distribution():
    with pytest.raises(ValueError, match="zeros alone"):
        sequences.tempered(np.zeros(3))
    with pytest.raises(ValueError, match="within"):
        sequences.tempered([-0.1, 1.1])
