"""Priors of which only draws are needed: a ring of clusters, a roll, the corners of a simplex."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import computed, keras, ops, seed_generator
from gencore.distributions.events import draws

Tensor = Any
TURN = 2 * math.pi


class Ring:
    r"""Normal clusters around a circle in the plane, each longer outwards than it is wide.

    Cluster k has its centre at the angle :math:`2 \pi k / K`.

    Parameters
    ----------
    clusters : int
        How many, K.
    radius : float
        Distance of the centres from the origin.
    length, width : float
        Standard deviations of a cluster, along the radius and across it.

    Raises
    ------
    ValueError
        If a number is not positive.
    """

    def __init__(
        self, clusters: int = 10, radius: float = 3.0, length: float = 0.5, width: float = 0.2
    ):
        self.clusters = _count(clusters)
        self.radius, self.length, self.width = _positive(radius=radius, length=length, width=width)

    def sample(self, n: int, seed: Any, labels: Any = None) -> Tensor:
        """Return n draws, shape (n, 2): of the clusters that labels name, or of any.

        The label K stands for any cluster.
        """
        seed = seed_generator(seed)
        label = _labels(n, self.clusters, labels, seed)
        angle = TURN * ops.cast(label, "float32") / self.clusters
        noise = keras.random.normal((*draws(n, alone=False), 2), seed=seed, dtype="float32")
        outwards, across = self.radius + self.length * noise[:, 0], self.width * noise[:, 1]
        cosine, sine = ops.cos(angle), ops.sin(angle)
        rows = [outwards * cosine - across * sine, outwards * sine + across * cosine]
        return ops.stack(rows, axis=1)


class SwissRoll:
    r"""A band rolled up in the plane, :math:`r = R \sqrt u` at the angle :math:`2 \pi T \sqrt u`.

    With u uniform on [0, 1] the draws are spread evenly along the band but near its middle,
    where they are sparser. Part k of K has u in [k/K, (k+1)/K].

    Parameters
    ----------
    clusters : int
        Into how many parts the band is cut, K.
    radius : float
        Distance of the outer end from the origin, R.
    turns : float
        How often it goes round, T.
    width : float
        Standard deviation across the band.

    Raises
    ------
    ValueError
        If a number is not positive.
    """

    def __init__(
        self, clusters: int = 10, radius: float = 3.0, turns: float = 1.5, width: float = 0.1
    ):
        self.clusters = _count(clusters)
        self.radius, self.turns, self.width = _positive(radius=radius, turns=turns, width=width)

    def sample(self, n: int, seed: Any, labels: Any = None) -> Tensor:
        """Return n draws, shape (n, 2): of the parts that labels name, or of any.

        The label K stands for any part.
        """
        seed = seed_generator(seed)
        label = _labels(n, self.clusters, labels, seed)
        within = keras.random.uniform(draws(n, alone=False), seed=seed, dtype="float32")
        along = ops.sqrt((ops.cast(label, "float32") + within) / self.clusters)
        angle = TURN * self.turns * along
        noise = keras.random.normal((*draws(n, alone=False), 2), seed=seed, dtype="float32")
        middle = self.radius * along[:, None] * ops.stack([ops.cos(angle), ops.sin(angle)], axis=1)
        return middle + self.width * noise


class Corners:
    r"""Normal clusters around the corners of a simplex, and beside them standard normal numbers.

    The first K numbers of a draw say which of K clusters it is from: its centre is
    :math:`r e_k`. The others are N(0, 1) in all clusters, room for what labels do not say.

    Parameters
    ----------
    clusters : int
        How many, K.
    others : int
        How many numbers follow.
    radius : float
        Distance of the centres from the origin, r.
    width : float
        Standard deviation of a cluster.

    Raises
    ------
    ValueError
        If a number is not positive, or a count is negative.
    """

    def __init__(
        self, clusters: int = 10, others: int = 10, radius: float = 3.0, width: float = 0.5
    ):
        self.clusters = _count(clusters)
        rule = "so many numbers follow those of the corners, 0 or more"
        self.others = checks.whole(others, rule, low=0, name="others")
        self.radius, self.width = _positive(radius=radius, width=width)

    def sample(self, n: int, seed: Any, labels: Any = None) -> Tensor:
        """Return n draws, shape (n, K + others): of clusters that labels name, or of any.

        The label K stands for any cluster.
        """
        seed = seed_generator(seed)
        label = _labels(n, self.clusters, labels, seed)
        centre = self.radius * ops.one_hot(label, self.clusters, dtype="float32")
        size = self.clusters + self.others
        noise = keras.random.normal((*draws(n, alone=False), size), seed=seed, dtype="float32")
        around = centre + self.width * noise[:, : self.clusters]
        return ops.concatenate([around, noise[:, self.clusters :]], axis=1)

    def labels(self, codes: Any) -> np.ndarray:
        """Return the likeliest cluster of each code, shape (n,): that of its greatest coordinate.

        All clusters have one width and centres as far from the origin.
        """
        size = self.clusters + self.others
        found = checks.array(codes, "codes", f"the shape (n, {size})", shape=(None, size))
        return found[:, : self.clusters].argmax(axis=1)


def _count(clusters: Any) -> int:
    rule = "a prior has one cluster or more"
    return checks.whole(clusters, rule, "Ten suit digits.", name="clusters")


def _positive(**sizes: Any) -> list[float]:
    rule = "sizes of a prior are finite and positive"
    return [checks.number(size, rule, above=0, name=name) for name, size in sizes.items()]


def _labels(n: Any, clusters: int, labels: Any, seed: Any) -> Tensor:
    """Return the cluster of each draw, (n,): that of its label, one of all where it has none."""
    any_of_them = keras.random.randint(draws(n, alone=False), 0, clusters, seed=seed)
    if labels is None:
        return any_of_them
    if not computed(labels):
        labels = checks.labels(labels, clusters + 1, n)
    labels = ops.cast(labels, "int32")
    return ops.where(labels == clusters, any_of_them, labels)
