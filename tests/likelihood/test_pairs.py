"""Sums over pairs of images and distributions are those of every pair written out."""

import numpy as np
import pytest
from scipy import special

from gencore.distributions import Bernoulli
from gencore.likelihood import pairs


def images(count):
    """Return binary images of three kinds, mixed, whose ones lie in different pixels."""
    rng = np.random.default_rng(0)
    kinds = np.zeros((3, 30), dtype=bool)
    kinds[0, :8] = kinds[1, 8:20] = kinds[2, 5:12] = True
    ones = rng.random((count, 30)) < 0.7
    return (ones & kinds[rng.integers(3, size=count)]).reshape(count, 6, 5, 1).astype(np.float32)


@pytest.mark.parametrize("count", [1, 10, 47, 130])
def test_the_sum_is_over_every_distribution(count, monkeypatch):
    # Oracle: the log-probability of each of the pairs, in float64; float32 errs by 1e-6 of 30.
    monkeypatch.setattr(pairs, "GROUP", 10)
    x = images(count)
    logits = np.random.default_rng(1).normal(0, 2, size=(7, 6, 5, 1)).astype(np.float32)
    each = -np.logaddexp(0, np.where(x[:, None], -logits, logits).astype(float))
    expected = np.asarray(special.logsumexp(each.sum(axis=(2, 3, 4)), axis=1))
    received = pairs.PairedImages(x).log_sum_prob(Bernoulli(logits))
    np.testing.assert_allclose(received, expected, rtol=1e-5)


def test_a_group_keeps_only_pixels_that_are_one_somewhere(monkeypatch):
    monkeypatch.setattr(pairs, "GROUP", 10)
    paired = pairs.PairedImages(images(60))
    sizes = [len(pixels) for _, pixels in paired.groups]
    assert len(sizes) == 6
    # Two clusters stand for three kinds, of 8, 12 and 7 pixels; all kinds together have 20.
    assert max(sizes) <= 20 and np.mean(sizes) < 17


def test_an_image_without_a_one_is_the_normaliser():
    logits = np.random.default_rng(1).normal(size=(4, 6, 5, 1)).astype(np.float32)
    received = pairs.PairedImages(np.zeros((2, 6, 5, 1))).log_sum_prob(Bernoulli(logits))
    each = -np.logaddexp(0, logits.astype(float)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(received, np.full(2, special.logsumexp(each)), rtol=1e-5)
