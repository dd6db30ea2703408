"""What the models of this room share in training: watched means, a stop where all is alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from gencore import checks
from gencore.checks.arguments import FIT, named
from gencore.checks.settings import keras, ops
from gencore.checks.training import CheckedModel, floats
from gencore.gan.turns import collapsed
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
            or not asked for, examples are weighed, or a kernel has a batch of one.
        TrainingDiverged
            If a loss is not finite, or what is made has collapsed to one point; names the step.
        """
        given = named(FIT, self, args, options)
        return super().fit(**given | {"callbacks": watched(given.get("callbacks"))})

    def targets(self, x: Any, y: Any) -> Any:
        """Refuse (ValueError): Keras asks for targets where examples are weighed."""
        refuse_weights()

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
    if weights is not None:
        refuse_weights()
    return floats(x), y


def refuse_weights() -> NoReturn:
    """Raise ValueError: examples are not weighed."""
    remedy = "Draw the examples as often as their weights say."
    checks.refuse("two distributions are matched as they are", "sample_weight", remedy)
