"""Keras as the book's models need it, whatever a reader's own settings say.

Keras is imported by way of this module: it says so, and not a traceback from the depths, where
another backend than TensorFlow is set.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gencore.checks.values import refuse, shown

BACKEND = "tensorflow"
LARGEST_SEED = 2**63 - 1  # Keras keeps seeds as int64

Built = TypeVar("Built", bound=Callable[..., Any])


def chosen_backend() -> str:
    """Return the backend that Keras has, or would take when it is imported."""
    if "keras" in sys.modules:
        return sys.modules["keras"].config.backend()
    if named := os.environ.get("KERAS_BACKEND"):
        return named
    home = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    try:
        settings = json.loads(Path(home, "keras.json").read_text("utf-8"))
        return str(settings.get("backend", BACKEND))
    except (OSError, ValueError, AttributeError):
        return BACKEND


def check_backend() -> None:
    """Raise ImportError unless Keras computes with TensorFlow."""
    if (name := chosen_backend()) != BACKEND:
        raise ImportError(
            f"the models of the book compute with TensorFlow; received the Keras backend {name!r}, "
            f"from KERAS_BACKEND or keras.json. Set KERAS_BACKEND=tensorflow before Python starts."
        )


check_backend()

import keras  # noqa: E402  (only where the backend serves)

layers, ops = keras.layers, keras.ops

__all__ = [
    "activation",
    "check_backend",
    "check_floatx",
    "check_seed",
    "chosen_backend",
    "computed",
    "keras",
    "layers",
    "ops",
    "plain",
    "seed_generator",
]


def check_floatx() -> None:
    """Raise ValueError unless Keras makes its arrays in float32."""
    if (kind := keras.config.floatx()) != "float32":
        refuse(
            "the models of the book compute in float32",
            f"floatx {kind!r}, from keras.json or keras.config.set_floatx",
            "Set it back: keras.config.set_floatx('float32').",
        )


def plain(build: Built) -> Built:
    """Let a function build networks with channels last and in float32, whatever Keras is set to.

    A layer keeps the data format and the policy of the moment in which it is made: weights that
    were trained under the book's settings give the same numbers under a reader's.
    """

    @functools.wraps(build)
    def built(*args: Any, **options: Any) -> Any:
        check_floatx()
        policy, layout = keras.config.dtype_policy(), keras.config.image_data_format()
        keras.config.set_dtype_policy("float32")
        keras.config.set_image_data_format("channels_last")
        try:
            return build(*args, **options)
        finally:
            keras.config.set_dtype_policy(policy)
            keras.config.set_image_data_format(layout)

    return built  # pyright: ignore[reportReturnType]


def computed(x: Any) -> bool:
    """Return whether x is what Keras computes with: it is taken as it is, and not looked at."""
    return ops.is_tensor(x) or isinstance(x, keras.KerasTensor | keras.Variable)


def check_seed(seed: Any) -> Any:
    """Return what Keras draws by: an int, or the SeedGenerator that was given.

    Raises
    ------
    ValueError
        For anything else, and for no seed: a draw can be made again.
    """
    if isinstance(seed, keras.random.SeedGenerator):
        return seed
    try:
        number = seed.__index__()
    except (AttributeError, TypeError):
        number = -1
    if isinstance(seed, bool) or not 0 <= number <= LARGEST_SEED:
        refuse(
            "a draw has a seed, so that it can be made again",
            "none" if seed is None else shown(seed),
            "Pass a whole number of at least 0 or a keras.random.SeedGenerator.",
        )
    return number


def activation(value: Any, optional: bool = False) -> Any:
    """Return the function of an activation, none where it is optional, or raise ValueError."""
    try:
        if value is not None and not isinstance(value, str) and not callable(value):
            raise ValueError
        found = None if value is None else keras.activations.get(value)
    except ValueError:
        found, optional = None, False
    if found is None and not optional:
        rule = "an activation is a function or a name that Keras knows"
        refuse(rule, shown(value), "Give 'relu', 'sigmoid', 'tanh' or 'linear'.")
    return found


def seed_generator(seed: Any) -> keras.random.SeedGenerator:
    """Return a SeedGenerator of a seed, or the one that was given."""
    seed = check_seed(seed)
    return keras.random.SeedGenerator(seed) if isinstance(seed, int) else seed
