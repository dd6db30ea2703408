"""What models share that match distributions: watched means, a stop where all is alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gencore import checks
from gencore.checks.arguments import FIT, named
from gencore.checks.settings import keras, ops
from gencore.checks.training import CheckedModel
from gencore.gan.turns import collapsed, refuse_validation, refuse_weights
from gencore.keeping import KeptByWeights
from gencore.watch import watched

Tensor = Any
WARM_UP = 200  # steps in which what a new network makes may be alike


class Matched(KeptByWeights, CheckedModel):
    """A model that makes one distribution look like another, and stops where it is one point.

    Parameters
    ----------
    name : str
        Name of the model.
    collapse : float
        The least share of the other's spread that is no collapse; 0 never stops a training.
    remedy : str
        What to try where there is one.
    averaged : iterable of str
        What is averaged over an epoch.
    """

    validated = True  # whether there is a loss that can be evaluated

    def __init__(self, name: str, collapse: float, remedy: str, averaged: Iterable[str]):
        super().__init__(name)
        rule = "what is made has collapsed below a share of the spread that it should have, 0 to 1"
        self.collapse = checks.number(
            collapse, rule, "Give 0 to go on in any case.", low=0, high=1, name="collapse"
        )
        self.remedy = remedy
        self.trackers = {one: keras.metrics.Mean(name=one) for one in averaged}

    @property
    def metrics(self) -> list[Any]:
        """Return what is averaged over an epoch, and begins anew with the next one."""
        return list(self.trackers.values())

    def fit(self, *args: Any, **options: Any):
        """Check the examples, then train as Keras does, stopping at the first sign of failure.

        Raises
        ------
        ValueError
            If examples do not fit the networks or leave their range, labels are missing, unknown
            or not asked for, examples are weighed, a kernel has a batch of one, or a validation is
            asked for of two players, who have no loss to validate.
        TrainingDiverged
            If a loss is not finite, or what is made has collapsed to one point; names the step.
        """
        given = named(FIT, self, args, options)
        if not self.validated:
            refuse_validation(given)
        return super().fit(**given | {"callbacks": watched(given.get("callbacks"))})

    def targets(self, x: Any, y: Any) -> Any:
        """Refuse (ValueError): Keras asks for targets where examples are weighed."""
        refuse_weights(True)

    def failure(self, logs: Any) -> tuple[str, str] | None:
        """Return what is wrong with the logs of a step and what to try, or nothing."""
        if logs.get("spread", 1.0) >= self.collapse or self.optimizer.iterations.numpy() < WARM_UP:
            return None
        return collapsed(logs["spread"], self.collapse, self.remedy)

    def tracked(self, batch: Tensor, **values: Tensor) -> dict[str, Tensor]:
        """Take values of a batch into the means of the epoch; return these means."""
        count = ops.cast(ops.shape(batch)[0], "float32")
        for name, value in values.items():
            self.trackers[name].update_state(value, sample_weight=count)
        return {name: self.trackers[name].result() for name in values}
