"""The classes of ImageNet: what a network takes a picture for."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import softmax

from gencore import checks
from gencore.reverse.features import Features, Preprocess

CLASSES = 1000
# The classes that the book's own pictures have; no installed package carries all names.
NAMES = {
    285: "Egyptian cat",
    657: "missile",
    698: "palace",
    967: "espresso",
    985: "daisy",
}
INDEX = "imagenet_class_index.json"
MD5 = "c2c37ea517e94d9795004a39431a14cb"  # by which Keras knows the file


class Guess(NamedTuple):
    """A class that a picture may have.

    Attributes
    ----------
    number : int
        The number of the class.
    name : str
        Its name, as :func:`class_name` gives it.
    probability : float
        The softmax of the logits at it.
    """

    number: int
    name: str
    probability: float


def class_name(number: int) -> str:
    """Return the name of a class of ImageNet, 0 to 999.

    The names of all classes are in a file that ``keras.applications`` downloads when its
    ``decode_predictions`` is first called, ``imagenet_class_index.json``. Where this machine has
    it, it is read, once its digest is right; nothing is downloaded for it.
    Elsewhere the few classes of the book's pictures have names, and others are called
    ``"class 12"``.

    Raises
    ------
    ValueError
        If it is no whole number from 0 to 999.
    """
    rule = f"a class of ImageNet is a whole number from 0 to {CLASSES - 1}"
    number = checks.whole(number, rule, low=0, high=CLASSES - 1)
    home = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    return _all_names(Path(home, "models", INDEX)).get(number) or NAMES.get(
        number, f"class {number}"
    )


def classify(
    network: Any, picture: Any, top: int = 3, preprocess: Preprocess = None
) -> list[Guess]:
    """Return the classes that a network finds most probable for a picture, the best first.

    Parameters
    ----------
    network : keras.Model
        Maps pictures (B, h, w, c) to logits (B, C) in its last layer.
    picture : array_like, shape (h, w, c)
        Values in [0, 1].
    top : int
        How many classes.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        See :class:`~gencore.reverse.Features`.

    Returns
    -------
    list of Guess
        Named where there are the 1,000 classes of ImageNet, elsewhere numbered.

    Raises
    ------
    ValueError
        If the picture does not fit, or the network has no logits.
    """
    name = network.layers[-1].name if getattr(network, "layers", None) else ""
    features = Features(network, name, preprocess)
    found = features.check_picture(picture)
    features.check_size(*found.shape[1:3])
    logits = np.asarray(features(found)[0])
    if logits.ndim != 2:
        rule = "the last layer of a classifier has logits, (B, C)"
        checks.refuse(rule, logits.shape, "Give a network with its head.")
    top = checks.whole(top, "top is a whole number of at least 1", high=logits.shape[1])
    chances = softmax(logits[0].astype(float))
    named = class_name if len(chances) == CLASSES else "class {}".format
    best = np.argsort(-chances, kind="stable")[:top]
    return [Guess(int(k), named(int(k)), float(chances[k])) for k in best]


@cache
def _all_names(path: Path) -> dict[int, str]:
    """Return the names in the file of Keras, and none where it is not there or another."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != MD5:
        return {}
    return {int(k): name.replace("_", " ") for k, (_, name) in json.loads(content).items()}
