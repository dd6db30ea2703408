"""The density of codes whose images have a label, by a generator and a classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks.settings import ops
from gencore.checks.tensors import tensor
from gencore.distributions import standard_normal

Tensor = Any
Network = Callable[[Tensor], Tensor]


class Posterior:
    r"""The density of codes given a label, up to its constant.

    .. math:: \log p(z \mid y) = \log p(y \mid x(z)) + \log p(z) - \log p(y)

    Parameters
    ----------
    decoder : callable
        Codes (B, L) to what the classifier reads: images of a decoder, with its activation.
    classifier : callable
        Images to logits (B, C), or to one logit (B, 1) of the label 1 against 0.
    label : int
        The label y.
    prior : object, optional
        Has ``log_prob(z)``, shape (B,); N(0, I) without it.
    prior_weight : float
        What :math:`\log p(z)` is multiplied by.

    Raises
    ------
    ValueError
        If a part is not what it must be.
    """

    def __init__(
        self,
        decoder: Network,
        classifier: Network,
        label: int,
        prior: Any = None,
        prior_weight: float = 1.0,
    ):
        self.decoder = checks.function(decoder, "a decoder is a function of codes")
        self.classifier = checks.function(classifier, "a classifier is a function of images")
        self.label = checks.whole(label, "a label is a whole number of at least 0", low=0)
        if prior is not None:
            checks.has(prior, ["log_prob"], "a prior has log_prob(z)", "N(0, I) needs none.")
        self.prior = prior
        rule = "the weight of the prior is 0 or more"
        self.weight = checks.number(prior_weight, rule, low=0, name="prior_weight")

    def log_prob(self, z: Tensor) -> Tensor:
        """Return the log-density of codes (B, L) up to a constant, in nats, shape (B,)."""
        z = _codes(z)
        prior = standard_normal(z.shape[-1]) if self.prior is None else self.prior
        return self.log_label(z) + self.weight * ops.reshape(prior.log_prob(z), (-1,))

    def log_label(self, z: Tensor) -> Tensor:
        """Return log p(y|x(z)), shape (B,)."""
        logits = self.classifier(self.decoder(_codes(z)))
        if len(logits.shape) != 2 or self.label >= max(logits.shape[-1], 2):
            rule = "a classifier gives logits (B, C), one of which is that of the label"
            checks.refuse(
                rule, f"{tuple(logits.shape)} and the label {self.label}", "Count from 0."
            )
        if logits.shape[-1] == 1:
            return ops.log_sigmoid(logits[:, 0] if self.label else -logits[:, 0])
        return ops.log_softmax(logits, axis=-1)[:, self.label]

    def slope(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return the log-density of codes, (B,), and its gradient in them, (B, L)."""
        z = _codes(z)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(z)
            value = self.log_prob(z)
        return value, tape.gradient(value, z)


def _codes(z: Tensor) -> Tensor:
    return tensor(z, "codes", "the shape (B, L), a row for each", shape=(None, None))
