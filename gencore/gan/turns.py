"""What a turn of a player is made of."""

from __future__ import annotations

from typing import Any

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.tensors import tensor

Tensor = Any
REMEDY = (
    "Train with a smaller learning rate or another seed, with the Wasserstein loss and a "
    "gradient penalty, or with batch normalisation in the generator; collapse=0 goes on."
)


def spread(x: Tensor) -> Tensor:
    r"""Return :math:`\sqrt{\frac1D \sum_d \mathrm{Var}_b\, x_{bd}}` over a batch b of examples."""
    x = tensor(x, "examples")
    if len(x.shape) < 2:
        checks.refuse("a spread is that of examples (B, ...)", tuple(x.shape), "Give a batch.")
    return ops.sqrt(ops.mean(ops.var(x, axis=0)))


def with_label(x: Tensor, label: Tensor = None) -> Tensor:
    """Return what a network reads: examples or codes, beside labels where there are some."""
    return x if label is None else [ops.convert_to_tensor(x), ops.convert_to_tensor(label)]


def read(network: keras.Model, inputs: Tensor) -> Tensor:
    """Call a network as in training and write nothing into it, its moving statistics included."""
    weights = [v.value for v in network.trainable_variables]
    others = [v.value for v in network.non_trainable_variables]
    return network.stateless_call(weights, others, inputs, training=True)[0]


def weights_of(*networks: keras.Model) -> list[Any]:
    """Return what networks learn that take one turn together."""
    return [weight for network in networks for weight in network.trainable_variables]


def descend(optimizer: Any, tape: Any, loss: Tensor, *networks: keras.Model) -> None:
    """Change networks down the gradient of a loss."""
    weights = weights_of(*networks)
    optimizer.apply(tape.gradient(loss, weights), weights)


def one_hot_rows(labels: Tensor, classes: int | None) -> Tensor:
    """Return labels of a batch as zeros and a one, (B, C), or None where there are none."""
    if (labels is None) != (classes is None):
        checks.refuse(
            "conditional networks read labels, others none",
            f"{'no labels' if labels is None else 'labels'} for classes={classes}",
            "Give labels, or build both networks without classes.",
        )
    if labels is not None and len(labels.shape) != 1:
        received = tuple(labels.shape)
        rule = "conditional networks read one label for each example, shape (B,)"
        checks.refuse(rule, received, "Rows of zeros and a one have it in .argmax(axis=1).")
    return None if labels is None else ops.one_hot(ops.cast(labels, "int32"), classes)


def refuse_weights(weights: Any) -> None:
    """Raise ValueError if examples have weights."""
    if weights is not None:
        checks.refuse(
            "two distributions are matched as they are, no example is weighed",
            "sample_weight",
            "Draw the examples as often as their weights say.",
        )


def refuse_validation(given: dict[str, Any]) -> None:
    """Raise ValueError if the arguments of ``fit`` ask for a validation."""
    if given.get("validation_data") is not None or given.get("validation_split"):
        checks.refuse(
            "two players have no validation loss",
            "validation_data or validation_split",
            "Score samples of the trained model instead: gencore.metrics.",
        )


def collapsed(share: float, least: float, remedy: str = "") -> tuple[str, str]:
    """Return what is wrong where samples are spread by so little, and what to try."""
    return (
        f"the samples of a batch have collapsed to one example: they are spread by "
        f"{share:.2g} of the spread of the data, and a training stops below "
        f"{least:g}",
        remedy or REMEDY,
    )
