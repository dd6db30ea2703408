"""What a practitioner tries first on anomalies, from scikit-learn: each is fitted to normal images.

A function takes training and validation images of what is normal and returns a score that grows
with how strange an image is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from gencore.metrics.parzen import ParzenWindow

Score = Callable[[np.ndarray], np.ndarray]

NEIGHBOURS = 5
COMPONENTS = 32  # as many as an autoencoder has code units
SUPPORT = 0.1  # the share of training images that a one-class SVM may leave outside
WIDTHS = tuple(np.round(np.arange(0.02, 0.31, 0.02), 2).tolist())


def rows(x: np.ndarray) -> np.ndarray:
    """Return images as rows of pixels, shape (n, D)."""
    return x.reshape(len(x), -1)


def isolation_forest(train: np.ndarray, valid: np.ndarray) -> Score:
    """Return how early random splits leave an image alone (Liu, Ting and Zhou, 2008)."""
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(random_state=0).fit(rows(train))
    return lambda x: -forest.score_samples(rows(x))  # scikit-learn scores how normal an image is


def one_class_svm(train: np.ndarray, valid: np.ndarray) -> Score:
    """Return how far outside of a region of most images one lies (Schoelkopf et al., 2001)."""
    from sklearn.svm import OneClassSVM

    machine = OneClassSVM(nu=SUPPORT).fit(rows(train))
    return lambda x: -machine.score_samples(rows(x))


def nearest_neighbours(train: np.ndarray, valid: np.ndarray) -> Score:
    """Return the distance to the fifth nearest training image."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute").fit(rows(train))
    return lambda x: found.kneighbors(rows(x))[0][:, -1]


def principal_components(train: np.ndarray, valid: np.ndarray) -> Score:
    """Return the squared distance to the plane of the first principal components."""
    from sklearn.decomposition import PCA

    with threadpool_limits(1, "blas"):
        axes = PCA(COMPONENTS, random_state=0).fit(rows(train))

    def error(x: np.ndarray) -> np.ndarray:
        return np.square(rows(x) - axes.inverse_transform(axes.transform(rows(x)))).sum(axis=1)

    return error


def kernel_density(train: np.ndarray, valid: np.ndarray) -> Score:
    """Return minus the log-density of kernels around training images, nats.

    Their width is the one under which validation images of what is normal are likeliest.
    """
    chosen = ParzenWindow(valid, WIDTHS)
    chosen.add(train)
    width = WIDTHS[chosen.best()]

    def unlikely(x: np.ndarray) -> np.ndarray:
        window = ParzenWindow(x, (width,))
        window.add(train)
        return -window.log_densities()[0]

    return unlikely


BASELINES: dict[str, Callable[[np.ndarray, np.ndarray], Score]] = {
    "isolation_forest": isolation_forest,
    "one_class_svm": one_class_svm,
    "nearest_neighbours": nearest_neighbours,
    "principal_components": principal_components,
    "kernel_density": kernel_density,
}
