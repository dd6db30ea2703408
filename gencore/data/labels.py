"""Labels of examples as rows of zeros and a one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks


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
