"""Whether two players and their examples fit each other."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from gencore.data.labels import check_same_label
from gencore.gan.losses import one_each


def check_players(
    generator: keras.Model, discriminator: keras.Model, critic_steps: int = 1
) -> None:
    """Raise ValueError unless the networks fit each other and the discriminator has its turns."""
    fake, real = generator.output_shape[1:], tuple(discriminator.inputs[0].shape[1:])
    if fake != real:
        raise ValueError(
            f"the discriminator reads what the generator makes; received {fake} from the generator "
            f"and {real} for the discriminator. Build both networks with one image shape."
        )
    check_same_label(generator, discriminator)
    one_each(discriminator.output)
    if int(critic_steps) != critic_steps or critic_steps < 1:
        raise ValueError(
            f"the discriminator has one turn or more for each of the generator's; received "
            f"critic_steps={critic_steps}. Give a whole number of at least 1."
        )


def check_measurement(measurement: Any, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless a measurement of examples has their shape."""
    if measurement is None:
        return
    # A seed of its own: the model's draws do not depend on this check.
    received = measurement(ops.zeros((2, *shape)), keras.random.SeedGenerator(0)).shape
    if tuple(received) != (2, *shape):
        raise ValueError(
            f"a measurement leaves the shape of examples as it is; it received {(2, *shape)} and "
            f"made {tuple(received)}. Pad or enlarge what it returns, and the data likewise."
        )


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
