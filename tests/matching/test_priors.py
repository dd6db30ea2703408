"""Priors that only draw: where the clusters are, how wide, and what labels name."""

import numpy as np
import pytest

from gencore import matching

N = 4000


def test_a_cluster_of_the_ring_lies_at_its_angle_and_is_longer_outwards():
    ring = matching.Ring(clusters=4, radius=3.0, length=0.5, width=0.2)
    # Means err by 0.5 / 63, spreads by 1.1 %: five standard errors of each.
    for label, centre in enumerate([(3, 0), (0, 3), (-3, 0), (0, -3)]):
        drawn = ring.sample(N, label, np.full(N, label)).numpy()
        outwards = label % 2
        assert drawn.mean(axis=0) == pytest.approx(centre, abs=0.04)
        assert drawn[:, outwards].std() == pytest.approx(0.5, rel=0.06)
        assert drawn[:, 1 - outwards].std() == pytest.approx(0.2, rel=0.06)


def test_a_part_of_the_roll_lies_between_its_ends():
    roll = matching.SwissRoll(clusters=5, radius=2.0, turns=1.25, width=1e-6)
    for label in range(5):
        x, y = roll.sample(N, label, np.full(N, label)).numpy().T
        along = np.hypot(x, y) / 2
        assert along.min() >= np.sqrt(label / 5) - 1e-3
        assert along.max() <= np.sqrt((label + 1) / 5) + 1e-3
        angle = 2 * np.pi * 1.25 * along
        assert np.cos(angle) == pytest.approx(x / (2 * along), abs=1e-2)
        assert np.sin(angle) == pytest.approx(y / (2 * along), abs=1e-2)
    # The square of the way along is uniform: its mean is 1/2 with an error of 0.29 / 63.
    x, y = roll.sample(N, 0).numpy().T
    assert np.mean((x**2 + y**2) / 4) == pytest.approx(0.5, abs=0.023)


@pytest.mark.parametrize("kind", [matching.Ring, matching.SwissRoll])
def test_no_label_and_the_label_after_the_last_stand_for_any_cluster(kind):
    prior = kind(clusters=10)
    free, any_label = prior.sample(N, 1).numpy(), prior.sample(N, 1, np.full(N, 10)).numpy()
    np.testing.assert_array_equal(free, any_label)
    given = prior.sample(N, 1, np.zeros(N, int)).numpy()
    assert given.std(axis=0).max() < 0.6 < free.std(axis=0).max()


@pytest.mark.parametrize("kind", [matching.Ring, matching.SwissRoll])
def test_a_prior_that_cannot_be_is_refused(kind):
    with pytest.raises(ValueError, match="one cluster or more"):
        kind(clusters=0)
    with pytest.raises(ValueError, match="width=0"):
        kind(width=0)
    with pytest.raises(ValueError, match="so many are drawn"):
        kind().sample(0, 0)
    with pytest.raises(ValueError, match="a label is one of 0 to 10"):
        kind().sample(2, 0, [0, 11])
    with pytest.raises(ValueError, match="a draw has a seed"):
        kind().sample(2, None)


def test_corners_have_a_cluster_for_each_label_and_room_beside_them():
    prior = matching.Corners(4, others=2, radius=3.0, width=0.5)
    labels = np.repeat(np.arange(5), 2000)
    drawn = np.asarray(prior.sample(10_000, 0, labels))
    assert drawn.shape == (10_000, 6)
    for label in range(4):
        part = drawn[labels == label]
        centre = np.concatenate([3.0 * np.eye(4)[label], np.zeros(2)])
        # The mean of 2,000 errs by 0.5 / 45 = 0.011 and 0.022: five times that.
        np.testing.assert_allclose(part.mean(axis=0), centre, atol=0.11)
        np.testing.assert_allclose(part.std(axis=0), [0.5] * 4 + [1.0] * 2, rtol=0.08)
        assert np.mean(prior.labels(part) == label) > 0.99
    shares = np.bincount(prior.labels(drawn[labels == 4]), minlength=4) / 2000
    np.testing.assert_allclose(shares, 0.25, atol=0.05)  # five standard errors of a share
    with pytest.raises(ValueError, match="0 or more"):
        matching.Corners(4, others=-1)
    with pytest.raises(ValueError, match="the shape"):
        prior.labels(np.zeros((2, 4)))
