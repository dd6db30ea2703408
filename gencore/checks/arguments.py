"""The arguments of a training: by their names in Keras, what counts among them whole."""

from __future__ import annotations

import inspect
from typing import Any

from gencore.checks.settings import keras
from gencore.checks.values import number, whole

FIT, EVALUATE, PREDICT = (
    inspect.signature(f) for f in (keras.Model.fit, keras.Model.evaluate, keras.Model.predict)
)
COUNTS = {  # arguments that count, and the least that they may be
    **{name: 1 for name in ("batch_size", "validation_batch_size", "epochs", "steps")},
    **{name: 1 for name in ("steps_per_epoch", "validation_steps", "validation_freq")},
    "initial_epoch": 0,
}


def named(signature: Any, model: Any, args: Any, options: Any) -> dict[str, Any]:
    """Return arguments by their names in Keras."""
    given = signature.bind(model, *args, **options).arguments
    return {name: value for name, value in given.items() if name not in ("self", "kwargs")}


def counted(given: dict[str, Any]) -> dict[str, Any]:
    """Return arguments whose counts are ints, or raise ValueError."""
    for name, low in COUNTS.items():
        if name in given and (given[name] is not None or name == "epochs"):
            listed = name == "validation_freq" and isinstance(given[name], list | tuple)
            rule = f"{name} is a whole number of at least {low}"
            given[name] = given[name] if listed else whole(given[name], rule, low=low)
    if given.get("validation_split") is not None:
        rule = "validation_split is a share of the examples, from 0 to below 1"
        given["validation_split"] = number(given["validation_split"], rule, low=0, below=1)
    return given
