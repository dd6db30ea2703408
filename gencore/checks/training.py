"""What a model is trained and evaluated on, looked at where it comes in: arrays and batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gencore.checks.arguments import EVALUATE, FIT, PREDICT, counted, named
from gencore.checks.arrays import array
from gencore.checks.settings import check_floatx, keras, ops
from gencore.checks.streams import in_our_words, looked_at, streams
from gencore.checks.tensors import inputs
from gencore.checks.values import refuse, shown

Tensor = Any
KERAS_BATCH = 32  # of fit and evaluate, where no size is given
INSIDE = "_use_cached_eval_dataset"  # Keras's fit calls evaluate on what fit was given


class CheckedModel(keras.Model):
    """A model that looks at its examples before it computes with them.

    Arrays are looked at as a whole, before the first step; the batches of a data set, a generator
    or a ``PyDataset`` as they come. Numbers of any type serve.
    """

    paired = False  # whether x is a pair of examples and labels

    def __init__(self, name: str):
        check_floatx()
        super().__init__(name=name, dtype="float32")

    def check(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on examples x with targets y."""
        self.check_values(x, y)

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be evaluated on examples x with targets y."""

    def check_batches(self, count: int, size: int) -> None:
        """Raise ValueError unless so many examples can be taken in batches of a size."""

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads what the model is called on."""
        raise NotImplementedError

    def targets(self, x: Any, y: Any) -> Any:
        """Return targets as they are trained on; Keras drops weights of examples without any."""
        return y

    def fit(self, *args: Any, **options: Any):
        """Check the examples, also those of the validation, then train as Keras does.

        Raises
        ------
        ValueError
            If the model cannot be trained on the examples, or weights are not one for each.
        """
        given = counted(named(FIT, self, args, options))
        self._refuse_classes(given)
        size, steps = given.get("batch_size"), given.get("steps_per_epoch")
        share, valid = given.get("validation_split") or 0.0, given.get("validation_data")
        caught: list[Exception] = []
        y = given.get("y")
        given |= self._admitted(given, self.check, caught)
        if (count := _count(given["x"])) is not None:
            held = 0 if valid is not None else count - math.floor(count * (1 - share))
            self.check_batches(count - held, _size(size, steps, count - held))
            if held:
                self.check_values(*_last(held, given["x"], y))
                of_valid = given.get("validation_batch_size") or size
                self.check_batches(held, _size(of_valid, given.get("validation_steps"), held))
        if valid is not None:
            size = given.get("validation_batch_size") or size
            steps = given.get("validation_steps")
            given["validation_data"] = self._validation(valid, size, steps, caught)
        with in_our_words(caught):
            return super().fit(**given)

    def evaluate(self, *args: Any, **options: Any):
        """Check the examples, then evaluate as Keras does (ValueError as for ``fit``)."""
        if INSIDE in options:
            return super().evaluate(*args, **options)
        given = counted(named(EVALUATE, self, args, options))
        caught: list[Exception] = []
        given |= self._admitted(given, self.check_values, caught)
        if (count := _count(given["x"])) is not None:
            self.check_batches(count, _size(given.get("batch_size"), given.get("steps"), count))
        with in_our_words(caught):
            return super().evaluate(**given)

    def predict(self, *args: Any, **options: Any):
        """Check what the model is called on, then call it as Keras does."""
        given = counted(named(PREDICT, self, args, options))
        if not streams(given.get("x")):
            x = inputs(self.entry, given.get("x"), "examples")
            count = len(x[0] if isinstance(x, list) else x)
            self.check_batches(count, _size(given.get("batch_size"), given.get("steps"), count))
            given["x"] = keras.tree.map_structure(np.asarray, x)
        return super().predict(**given)

    def train_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, **options: Any):
        """Check one batch, then train on it as Keras does."""
        self._refuse_classes(options)
        return super().train_on_batch(**self._batch(x, y, sample_weight, self.check), **options)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, **options: Any):
        """Check one batch, then evaluate it as Keras does."""
        given = self._batch(x, y, sample_weight, self.check_values)
        return super().test_on_batch(**given, **options)

    def _batch(self, x: Any, y: Any, weights: Any, check: Callable[..., None]) -> dict[str, Any]:
        """Return one batch, checked."""
        given = self._admitted({"x": x, "y": y, "sample_weight": weights}, check, [])
        count = _count(given["x"]) or 0
        self.check_batches(count, count)
        return given

    def _validation(self, valid: Any, size: Any, steps: Any, caught: list[Exception]) -> Any:
        """Return examples of a validation, checked."""
        if streams(valid):
            return looked_at(valid, self._look(self.check_values), caught)
        names = ("x", "y", "sample_weight")
        parts = keras.utils.unpack_x_y_sample_weight(valid)
        given: dict[str, Any] = dict(zip(names, parts, strict=True))
        given = self._admitted(given, self.check_values, caught)
        if (count := _count(given["x"])) is not None:
            self.check_batches(count, _size(size, steps, count))
        return tuple(given[name] for name in names)

    def _admitted(
        self, given: dict[str, Any], check: Callable[..., None], caught: list[Exception]
    ) -> dict[str, Any]:
        """Return examples, targets and weights, checked, in types that serve."""
        x, y, weights = (given.get(name) for name in ("x", "y", "sample_weight"))
        if streams(x):
            return {"x": looked_at(x, self._look(check), caught)}
        if x is None:
            refuse("a model is trained and evaluated on examples", "none", "Give x.")
        check(x, y)
        x = [_floats(part) for part in x] if self.paired else _floats(x)
        y = None if y is None else np.asarray(y)
        if weights is not None:
            weights, y = check_weights(weights, _count(x) or 0), self.targets(x, y)
        return {"x": x, "y": y, "sample_weight": weights}

    def _look(self, check: Callable[..., None]) -> Callable[[Any], None]:
        """Return the function that looks at one batch."""

        def look(batch: Any) -> None:
            x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
            check(x, y)
            count = _count(x) or 0
            self.check_batches(count, count)
            if weights is not None:
                check_weights(weights, count)

        return look

    def _refuse_classes(self, given: dict[str, Any]) -> None:
        if given.get("class_weight") is not None:
            refuse(
                "examples are weighed one by one, there are no classes to weigh",
                f"class_weight={shown(given['class_weight'])}",
                "Give sample_weight, one number for each example.",
            )


def check_weights(weights: Any, count: int) -> np.ndarray:
    """Return weights of examples, shape (count,); a column or a pandas Series serves too."""
    rule = f"one weight for each example, shape ({count},)"
    found = array(weights, "sample weights", rule, "Give sample_weight of that shape.", low=0)
    if found.shape not in ((count,), (count, 1)):
        refuse(f"sample weights are {rule}", found.shape, "Give sample_weight of that shape.")
    return found.reshape(-1)


def mean_loss(each: Tensor, weights: Tensor | None) -> Tensor:
    r"""Return :math:`\frac1B \sum_i w_i \ell_i`, without weights the mean of losses (B,)."""
    if weights is None:
        return ops.mean(each)
    shape = tuple(weights.shape)
    if len(shape) not in (1, 2) or shape[1:] not in ((), (1,)):
        refuse("there is one weight for each example, shape (B,)", shape, "Flatten sample_weight.")
    return ops.mean(each * ops.reshape(ops.cast(weights, "float32"), (-1,)))


def check_network(network: Any, what: str) -> None:
    """Raise ValueError unless a network is a functional Keras model with inputs of known shapes."""
    rule = f"{what} is a functional Keras model"
    remedy = "Build one of gencore.networks, or keras.Model(inputs, outputs)."
    if not (isinstance(network, keras.Model) and getattr(network, "inputs", None)):
        refuse(rule, shown(network), remedy)
    if len(network.outputs) != 1:
        refuse(f"{rule} with one output", f"{len(network.outputs)} outputs", remedy)


def images_of(
    network: Any, x: Any, what: str = "images", count: int | None = None, **bounds: Any
) -> np.ndarray:
    """Return images, as many as are counted, as an array of the shape that a network reads.

    ``what`` and ``bounds`` are those of :func:`gencore.checks.array`, and so is the ValueError.
    """
    shape = (count, *network.inputs[0].shape[1:])
    form = f"the shape {shape[1:]} each" + (", one for each image" if count is not None else "")
    remedy = "Give images of the shape that the networks read."
    return array(x, what, form, remedy, shape=shape, **bounds)


def floats(x: Any) -> Any:
    """Return tensors, or a nest of them, in float32: the one cast at the entry of a model."""
    return keras.tree.map_structure(lambda part: ops.cast(part, "float32"), x)


def _floats(x: Any) -> np.ndarray:
    return np.asarray(x).astype(np.float32, copy=False)


def _last(count: int, x: Any, y: Any) -> tuple[Any, Any]:
    """Return the last examples and targets, which a validation split holds out."""
    parts = [None if part is None else np.asarray(part)[-count:] for part in _parts(x)]
    held = parts if isinstance(x, tuple | list) else parts[0]
    return held, None if y is None else np.asarray(y)[-count:]


def _parts(x: Any) -> list[Any]:
    return list(x) if isinstance(x, tuple | list) else [x]


def _size(size: Any, steps: Any, count: int) -> int:
    return size or (math.ceil(count / steps) if steps else KERAS_BATCH)


def _count(x: Any) -> int | None:
    """Return how many examples there are, or None where they come in batches."""
    return None if streams(x) else len(_parts(x)[0])
