"""Whether two players and their examples fit each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.training import check_network
from gencore.data.labels import check_same_label
from gencore.gan.labels import check_matched
from gencore.gan.losses import Loss, one_each


def check_players(
    generator: keras.Model,
    discriminator: keras.Model,
    critic_steps: int = 1,
    labels: int | None = None,
    feature_matching: bool = False,
) -> None:
    """Raise ValueError unless the networks fit each other and the discriminator has its turns."""
    check_network(generator, "the generator")
    check_network(discriminator, "the discriminator")
    fake, real = generator.output_shape[1:], tuple(discriminator.inputs[0].shape[1:])
    if fake != real:
        raise ValueError(
            f"the discriminator reads what the generator makes; received {fake} from the generator "
            f"and {real} for the discriminator. Build both networks with one image shape."
        )
    check_same_label(generator, discriminator)
    if labels is None:
        one_each(discriminator.output)
    else:
        _check_labels(generator, discriminator, labels)
    if feature_matching:
        check_matched(discriminator)
    checks.whole(
        critic_steps,
        "the discriminator has one turn or more for each of the generator's",
        "Give a whole number of at least 1.",
        name="critic_steps",
    )


def _check_labels(generator: keras.Model, discriminator: keras.Model, labels: int) -> None:
    """Raise ValueError unless the discriminator has a logit for each of so many labels."""
    rule = "labels is how many the discriminator tells apart, at least 2"
    labels = checks.whole(labels, rule, "Ten for digits.", low=2, high=10**6, name="labels")
    rule = f"a discriminator of {labels} labels reads examples alone, and has a logit for each"
    made = tuple(discriminator.output_shape[1:])
    if len(generator.inputs) > 1 or made != (labels,):
        received = f"{len(generator.inputs)} inputs and logits of the shape {made}"
        checks.refuse(rule, received, f"Build it with outputs={labels}, without classes.")


def check_measurement(measurement: Any, shape: tuple[int, ...]) -> bool:
    """Return whether a measurement keeps examples in [0, 1]; ValueError unless it keeps shapes."""
    if measurement is None:
        return True
    rule = "a measurement is a function of examples and a seed"
    checks.function(measurement, rule, "See gencore.measurements.")
    ends = ops.concatenate([ops.zeros((1, *shape), "float32"), ops.ones((1, *shape), "float32")])
    # A seed of its own: the model's draws do not depend on this check.
    received = measurement(ends, keras.random.SeedGenerator(0))
    if tuple(received.shape) != (2, *shape):
        raise ValueError(
            f"a measurement leaves the shape of examples as it is; it received {(2, *shape)} and "
            f"made {tuple(received.shape)}. Pad or enlarge what it returns, and the data likewise."
        )
    seen = np.asarray(received)
    return bool(seen.min() >= 0 and seen.max() <= 1)


def check_examples(x: Any, shape: tuple[int, ...], low: float, high: float) -> None:
    """Raise ValueError unless x holds finite examples of a shape, within a range."""
    checks.array(
        x,
        "real examples",
        f"the shape of the fake ones, {shape}",
        "Reshape them, or build both networks with their shape.",
        shape=(None, *shape),
        low=low,
        high=high,
    )


def example_range(activation: Any, measurement: Any, shape: tuple[int, ...]) -> tuple[float, float]:
    """Return what values examples of a shape may have that a generator can make.

    Parameters
    ----------
    activation : callable
        Of the generator, from raw outputs to examples.
    measurement : Measurement or None
        What the discriminator sees of them.
    shape : tuple of int
        Of one example.

    Raises
    ------
    ValueError
        If the measurement does not keep the shape.
    """
    within = check_measurement(measurement, shape)
    if activation is keras.activations.sigmoid and within:
        return 0.0, 1.0
    if activation is keras.activations.tanh and within:
        return -1.0, 1.0
    return -np.inf, np.inf


def check_rules(loss: Any, penalty: Any, penalty_weight: Any) -> None:
    """Raise ValueError unless the players can be trained by a loss and a penalty."""
    rule = "a loss is one of gencore.adversarial"
    checks.kind(loss, Loss, rule, "Give non_saturating, for example.")
    if penalty is not None:
        rule = "a penalty is a function of discriminator, real, fake and seed"
        checks.function(penalty, rule, "Give gencore.adversarial.gradient_penalty, or None.")
    rule = "the weight of a penalty is finite and at least 0"
    checks.number(penalty_weight, rule, "Ten is usual.", low=0, name="penalty_weight")
