"""Whether two players and their examples fit each other."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from gencore._labels import check_same_label
from gencore.adversarial import one_each


def check_players(generator: keras.Model, discriminator: keras.Model) -> None:
    """Raise ValueError unless the networks fit each other."""
    fake, real = generator.output_shape[1:], tuple(discriminator.inputs[0].shape[1:])
    if fake != real:
        raise ValueError(
            f"the discriminator reads what the generator makes; received {fake} from the generator "
            f"and {real} for the discriminator. Build both networks with one image shape."
        )
    check_same_label(generator, discriminator)
    one_each(discriminator.output)


def check_examples(x: Any, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless x holds finite examples of a shape."""
    values = np.asarray(x)
    if values.shape[1:] != shape or not len(values):
        raise ValueError(
            f"real examples have the shape of the fake ones, {shape}; received {values.shape}. "
            f"Reshape them, or build both networks with their shape."
        )
    if bad := np.count_nonzero(~np.isfinite(values)):
        raise ValueError(
            f"examples are finite; received {bad} values that are NaN or infinite. Look where they "
            f"come from before training on them."
        )
