"""What the models of this room ask of their batches."""

from __future__ import annotations

from typing import Any

from gencore import checks
from gencore.checks.settings import keras
from gencore.checks.training import floats
from gencore.gan.turns import refuse_weights


def check_pairs(count: int, size: int) -> None:
    """Raise ValueError unless batches of a size, the last one too, have two examples or more."""
    if count < 2 or size < 2 or count % size == 1:
        checks.refuse(
            "a kernel compares two examples or more of a batch",
            f"{count} examples in batches of {size}",
            "Choose a batch_size that leaves no single example over.",
        )


def unweighted(data: Any) -> tuple[Any, Any]:
    """Return examples and labels of a batch; ValueError if examples are weighed."""
    x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
    refuse_weights(weights)
    return floats(x), y
