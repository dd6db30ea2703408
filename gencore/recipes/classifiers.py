"""What a practitioner tries first with a few labels, from scikit-learn, on pixels or on codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from gencore import data, metrics

EACH = 10  # labels told of each digit
NEIGHBOURS = 7  # of each image in the graph on which labels spread
SPREAD = 20_000  # images in that graph, the labelled ones among them

Classifier = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def told(split: data.Split, seed: int) -> np.ndarray:
    """Return the places of the 100 training images whose labels are told."""
    return data.few_of_each(split.y_train, EACH, rng=seed)


def logistic_regression(x: np.ndarray, y: np.ndarray, others: np.ndarray, asked: np.ndarray):
    """Return the labels that a linear classifier gives."""
    from sklearn.linear_model import LogisticRegression

    with threadpool_limits(1, "blas"):
        return LogisticRegression(max_iter=1000).fit(x, y).predict(asked)


def support_vectors(x: np.ndarray, y: np.ndarray, others: np.ndarray, asked: np.ndarray):
    """Return the labels of a support vector machine with normal kernels."""
    from sklearn.svm import SVC

    return SVC(C=10.0).fit(x, y).predict(asked)


def nearest_neighbour(x: np.ndarray, y: np.ndarray, others: np.ndarray, asked: np.ndarray):
    """Return the label of the nearest labelled image."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(1, algorithm="brute").fit(x, y).predict(asked)


def label_spreading(x: np.ndarray, y: np.ndarray, others: np.ndarray, asked: np.ndarray):
    """Return the labels that spread along a graph of neighbours, with images of no label in it.

    Zhou et al. (2004). A new image takes the label of most of its neighbours in the graph.
    """
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.semi_supervised import LabelSpreading

    nodes = np.concatenate([x, others])
    known = np.concatenate([y, np.full(len(others), -1)])
    spread = LabelSpreading(kernel="knn", n_neighbors=NEIGHBOURS, alpha=0.9, max_iter=100)
    labels = spread.fit(nodes, known).transduction_
    return KNeighborsClassifier(NEIGHBOURS, algorithm="brute").fit(nodes, labels).predict(asked)


CLASSIFIERS: dict[str, Classifier] = {
    "logistic_regression": logistic_regression,
    "support_vectors": support_vectors,
    "nearest_neighbour": nearest_neighbour,
    "label_spreading": label_spreading,
}


def error_rate(guessed: np.ndarray, split: data.Split) -> metrics.Estimate:
    """Return the share of test images whose label is guessed wrongly, in percent."""
    return metrics.Estimate.from_values(100.0 * (guessed != split.y_test), "%")


def errors(
    train: np.ndarray, test: np.ndarray, split: data.Split, seed: int
) -> dict[str, metrics.Estimate]:
    """Return the error of each classifier on the test images, in percent.

    Parameters
    ----------
    train, test : ndarray, shape (n, ...) and (m, ...)
        Images of the split, or their codes.
    split : Split
        Their labels: 100 of the training images are read, and those of the test for the score.
    seed : int
        Seed of the draw of the 100.
    """
    rows = told(split, seed)
    train, test = (x.reshape(len(x), -1) for x in (train, test))
    others = np.setdiff1d(np.arange(len(train)), rows)[: SPREAD - len(rows)]
    found: dict[str, Any] = {}
    for name, classify in CLASSIFIERS.items():
        guessed = classify(train[rows], split.y_train[rows], train[others], test)
        found[f"error_rate_{name}"] = error_rate(guessed, split)
    return found
