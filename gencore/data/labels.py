"""Labels of examples as rows of zeros and a one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.data.draws import Seed, generator


def one_hot(labels: Any, classes: int | None, count: int | None = None) -> np.ndarray | None:
    """Return labels 0 to C - 1 as rows of zeros and a one, shape (count, C).

    Parameters
    ----------
    labels : array_like of int, shape (count,), or None
        One label for each example, or none where the networks read none.
    classes : int or None
        How many labels the networks know, C; None where they read none.
    count : int, optional
        How many examples there are; by default as many as labels.

    Returns
    -------
    ndarray of float32, or None without a condition

    Raises
    ------
    ValueError
        If labels are missing, unknown, not one for each example, or not asked for.
    """
    if classes is None:
        if labels is not None:
            rule = "networks without classes read no labels"
            remedy = "Leave them out, or build both networks with classes=10."
            checks.refuse(rule, checks.shown(labels), remedy)
        return None
    if labels is None:
        raise ValueError(
            f"conditional networks read one label for each example, shape "
            f"({'n' if count is None else count},); received none. Give the labels as whole "
            "numbers."
        )
    classes = checks.whole(classes, "classes is how many labels there are, at least 1", high=10**6)
    if count is not None:
        count = checks.whole(count, "count is how many examples there are", low=0)
    found = checks.labels(labels, classes, count)
    return np.eye(classes, dtype=np.float32)[found]


def few_of_each(labels: Any, count: int, classes: int = 10, *, rng: Seed) -> np.ndarray:
    """Draw the few examples whose labels are told: as many of each label, each example once.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Labels 0 to C - 1.
    count : int
        How many examples of each label.
    classes : int
        How many labels there are, C.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray of int64, shape (C count,)
        Their places, label by label.

    Raises
    ------
    ValueError
        If a label is unknown, or has fewer examples than are asked for.
    """
    classes = checks.whole(classes, "classes is how many labels there are, at least 1", high=10**6)
    labels = checks.labels(labels, classes)
    least = int(np.bincount(labels, minlength=classes).min())
    rule = f"there are so many examples of each label, at most the {least} of the rarest one"
    count = checks.whole(count, rule, "Ask for fewer.", high=least, name="count")
    draws = generator(rng)
    chosen = [draws.permutation(np.flatnonzero(labels == c))[:count] for c in range(classes)]
    return np.concatenate(chosen)


def without_most(labels: Any, label: int, share: float, *, rng: Seed) -> np.ndarray:
    """Draw which examples remain where one label is made rare: all others, and a share of its own.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Labels.
    label : int
        The one that becomes rare.
    share : float
        What remains of its examples, between 0 and 1.
    rng : int or numpy.random.Generator
        The seed or the generator to draw from.

    Returns
    -------
    ndarray of int64
        Places of those that remain, in order.

    Raises
    ------
    ValueError
        If no example has the label, or none of them would remain.
    """
    labels = checks.labels(labels, 10**6)
    rule = "a share is above 0 and at most 1"
    share = checks.number(share, rule, "One percent is 0.01.", above=0, high=1)
    label = checks.whole(label, "a label is a whole number of at least 0", low=0, name="label")
    own = np.flatnonzero(labels == label)
    kept = round(share * len(own))
    if not kept:
        received = f"{share:g} of the {len(own)} examples of the label {label}"
        checks.refuse("a rare label has one example or more", received, "Leave more of them.")
    lost = generator(rng).permutation(own)[kept:]
    return np.setdiff1d(np.arange(len(labels)), lost)


def check_partly_labelled(labels: Any, classes: int, count: int) -> np.ndarray:
    """Return labels 0 to C, C for one that is not known, shape (count,), or raise ValueError."""
    if labels is None:
        remedy = f"Give y, the label {classes} where none is known."
        checks.refuse("a model of labels needs one for each example", "none", remedy)
    return checks.labels(labels, classes + 1, count)


def check_same_label(one: Any, other: Any) -> None:
    """Raise ValueError unless two networks read the same label beside their input, or none."""
    first, second = ([tuple(i.shape[1:]) for i in n.inputs[1:]] for n in (one, other))
    if first != second or len(first) > 1:
        raise ValueError(
            f"both networks read the same label, or neither does; received labels of shapes "
            f"{first} and {second}. Build both with the same number of classes."
        )


def check_labelled(x: Any, classes: int) -> np.ndarray:
    """Return the images of a pair (images, labels as rows); ValueError if x is no such pair."""
    shapes = [np.shape(part) for part in x] if isinstance(x, tuple | list) else np.shape(x)
    if len(shapes) != 2 or shapes[1] != (shapes[0][0], classes):
        raise ValueError(
            f"conditional networks read pairs of images and labels, the labels as {classes} zeros "
            f"and ones each; received the shapes {shapes}. Pass (x, data.one_hot(y, {classes}))."
        )
    rows = checks.array(x[1], "labels as rows", shape=(None, classes))
    if not (((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all()):
        received = f"values from {rows.min():g} to {rows.max():g}"
        remedy = f"See data.one_hot(y, {classes})."
        checks.refuse("a label as a row is zeros and a one", received, remedy)
    return x[0]
