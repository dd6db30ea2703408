"""The weight of the rate in the objective: beta, reached at once or in a warm-up."""

from __future__ import annotations

from typing import Any

from gencore import checks
from gencore.checks.settings import layers, ops

Tensor = Any


class RateWeight(layers.Layer):
    r"""The weight :math:`\beta \min(1, t / T)` of the rate in training step t, counted from 1.

    Outside of training it is beta. The share t / T is a variable without a gradient, since a
    compiled step would not notice another number in the place of the weight.

    Parameters
    ----------
    beta : float
        The weight after the warm-up; 1 gives the evidence lower bound.
    warm_up : int
        Steps T of the warm-up (Bowman et al., 2016); 0 for none.

    Raises
    ------
    ValueError
        If beta or the number of steps is negative, or the steps are no whole number.
    """

    def __init__(self, beta: float = 1.0, warm_up: int = 0):
        super().__init__(name="rate_weight", trainable=False, dtype="float32")
        rule = "the weight of the rate is finite and at least 0"
        self.beta = checks.number(beta, rule, "Give 1 for the bound.", low=0, name="beta")
        rule = "a warm-up has a whole number of training steps, 0 for none"
        remedy = "Count batches, not epochs."
        self.warm_up = checks.whole(warm_up, rule, remedy, low=0, name="warm_up")
        if self.warm_up:
            self.share = self.add_weight(
                shape=(), initializer="zeros", name="share", trainable=False
            )
        self.built = True

    def call(self, training: bool = False) -> Tensor:
        """Return the weight of this step, a scalar, and count the step if it is one of training."""
        if not self.warm_up or not training:
            return self.beta
        self.share.assign(ops.minimum(self.share + 1 / self.warm_up, 1.0))
        return self.beta * ops.convert_to_tensor(self.share)
