"""What a discriminator that also names labels adds to the game, and what a generator matches."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.tensors import tensor

Tensor = Any


def log_odds(logits: Tensor) -> Tensor:
    r"""Return the logit of being real, :math:`\log \sum_c e^{l_c}` of C logits, shape (B,).

    A fake is one more class, with the logit 0 (Salimans et al., 2016).
    """
    logits = tensor(logits, "logits")
    if len(logits.shape) != 2:
        checks.refuse("there is a logit for each label, (B, C)", tuple(logits.shape))
    return ops.logsumexp(logits, axis=1)


def label_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    r"""Return :math:`-\log p(y|x)`, the mean over the examples whose label is known, nats.

    Parameters
    ----------
    logits : tensor, shape (B, C)
        Of the labels 0 to C - 1.
    labels : tensor of int, shape (B,)
        C for one that is not known. Without a known one the result is 0.

    Returns
    -------
    tensor
        A scalar.

    Raises
    ------
    ValueError
        If logits or labels have other shapes.
    """
    logits, labels = tensor(logits, "logits"), tensor(labels, "labels")
    if len(logits.shape) != 2 or len(labels.shape) != 1:
        received = f"{tuple(logits.shape)} and {tuple(labels.shape)}"
        checks.refuse("logits have the shape (B, C) and labels (B,)", received)
    labels = ops.cast(labels, "int32")
    each = ops.logsumexp(logits, axis=1) - ops.sum(
        logits * ops.one_hot(labels, logits.shape[1], dtype="float32"), axis=1
    )  # of an unknown one no logit is taken
    known = ops.cast(labels < logits.shape[1], "float32")
    return ops.sum(each * known) / ops.maximum(ops.sum(known), 1.0)


def unlabelled(x: Tensor, labels: Tensor | None, classes: int | None) -> Tensor:
    """Return the rows of a batch whose label is not known; all of them where there are no such."""
    if labels is None:
        return x
    unknown = ops.cast(labels, "int32") == classes
    return tf.cond(ops.any(unknown), lambda: tf.boolean_mask(x, unknown), lambda: x)


def feature_distance(real: Tensor, fake: Tensor) -> Tensor:
    r"""Return :math:`\| E f(x) - E f(G(z)) \|^2` of features (B, F) of a batch, a scalar."""
    gap = ops.mean(tensor(real, "features"), axis=0) - ops.mean(tensor(fake, "features"), axis=0)
    return ops.sum(ops.square(gap))


def features_of(discriminator: keras.Model) -> keras.Model:
    """Return the network up to what the last layer of a discriminator reads, which it shares."""
    return keras.Model(discriminator.input, discriminator.layers[-1].input, name="features")


def check_matched(discriminator: keras.Model) -> None:
    """Raise ValueError unless what the last layer of a discriminator reads can be matched."""
    read = getattr(discriminator.layers[-1], "input", None)
    if len(getattr(read, "shape", ())) != 2:
        checks.refuse(
            "features that are matched are what the discriminator's last layer reads, (B, F)",
            "a last layer that reads " + ("several tensors" if isinstance(read, list) else "none"),
            "End the discriminator with Flatten and Dense.",
        )
