"""Gradient ascent in a picture: what a unit, a class or a layer of a network answers to most."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.reverse.features import Features, Preprocess, mean_square
from gencore.reverse.octaves import blurred, octave_sizes, resized
from gencore.reverse.records import Ascent, Octave, Step
from gencore.reverse.settings import Rule, beginnings, checked

Tensor = Any
SMALLEST = 1e-18  # of a gradient that is divided by


def maximise(
    network: Any,
    layer: Any,
    picture: Any,
    steps: int = 20,
    octaves: int = 3,
    ratio: float = 1.4,
    step_size: float = 0.02,
    roll: int = 16,
    blur: float = 0.0,
    unit: Any = None,
    preprocess: Preprocess = None,
    seed: int = 0,
    watch: Callable[[Step], Any] | None = None,
) -> Ascent:
    r"""Change a picture so that layers of a network answer more: a class, a unit, a dream.

    .. math:: x \leftarrow x + \eta \, \frac{g}{\mathrm{rms}(g)}, \qquad g = \nabla_x \sum_l w_l
       \, \frac{1}{n_l} \sum_i a_{l,i}(x)^2

    or, with a unit, the mean of its channel in the place of the mean square. The gradient of each
    picture is divided by its root mean square (its standard deviation, where its mean is zero): so
    a step moves pixels by :math:`\eta` in the root mean square, however flat the objective. After
    each step the picture is put back into [0, 1].

    In DeepDream (Mordvintsev, Olah and Tyka, 2015) the network is asked of a small picture first,
    so that large shapes grow; then the change is enlarged and added to the picture of the next
    size (an octave), which keeps its details.

    Parameters
    ----------
    network : keras.Model
        A functional model that reads pictures (B, h, w, c).
    layer : str, sequence of str, or mapping of str to float
        The layers by name, with their weights :math:`w_l` (1 by default).
    picture : array_like, shape (h, w, c) or (B, h, w, c)
        Where to begin, in [0, 1].
    steps : int
        Steps in each octave.
    octaves : int
        How many sizes there are, the last one that of the picture.
    ratio : float
        How much larger each is than the one before.
    step_size : float
        :math:`\eta`.
    roll : int
        The picture is rolled by up to so many pixels, either way, before each step and back after
        it, so that no place of the network's grid is preferred.
    blur : float
        Standard deviation in pixels of a blur of the picture after each step; 0 for none.
    unit : int or sequence of int, optional
        A channel of the layer, or a class. Several make as many pictures, of one or of as many
        beginnings.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        See :class:`~gencore.reverse.Features`.
    seed : int
        Seed of the rolls.
    watch : callable, optional
        ``watch(step)`` is called with each :class:`~gencore.reverse.Step`; True ends the ascent.

    Returns
    -------
    Ascent
        The picture, and what each octave has come to.

    Raises
    ------
    ValueError
        If an argument does not fit, nothing is left of a picture in a layer, or its gradient is
        zero everywhere, so that the picture would not move.
    """
    features = Features(network, layer, preprocess)
    rule = checked(Rule(steps, octaves, ratio, step_size, roll, blur, seed))
    beginning, units = beginnings(features, picture, unit)
    if watch is not None:
        checks.function(watch, "watch is a function of a step", "Leave it out.")
    single = np.ndim(picture) == 3 and np.ndim(unit) == 0
    record: list[Octave] = []
    made, finished = beginning, False
    with contextlib.closing(ascending(features, beginning, units, rule, record)) as ascent:
        for step in ascent:
            made, finished = step.picture, step.done == step.total
            seen = step._replace(picture=made[0]) if single else step
            if watch is not None and watch(seen):
                break
    made = _full(made, beginning)
    return Ascent(made[0] if single else made, tuple(record), finished)


def ascending(
    features: Features, beginning: np.ndarray, units: Any, rule: Rule, record: list[Octave]
) -> Generator[Step, None, None]:
    """Yield the steps of an ascent; what each octave comes to goes into a list."""
    height, width = beginning.shape[1:3]
    sizes = octave_sizes(height, width, rule.octaves, rule.ratio)
    for size in (sizes[0], sizes[-1]):
        features.check_size(*size)
    climb, rng = _compiled(features, units, rule), np.random.default_rng(rule.seed)
    change, still = np.zeros_like(beginning[:, :1, :1]), np.zeros(2, np.int32)
    for number, size in enumerate(sizes):
        base = resized(beginning, size)
        start = x = np.clip(base + resized(change, size), 0, 1)
        before = float(climb(x, still)[0])
        try:
            for count in range(rule.steps):
                shift = rng.integers(-rule.roll, rule.roll + 1, 2)
                value, slopes, moved = climb(x, shift)
                _refuse_flat(float(value), np.ravel(slopes), number)
                x = np.asarray(moved)
                done = number * rule.steps + count + 1
                yield Step(done, rule.octaves * rule.steps, number, float(value), x)
        finally:
            after, moved = float(climb(x, still)[0]), float(np.sqrt(np.mean((x - start) ** 2)))
            record.append(Octave(size[0], size[1], before, after, moved))
        change = x - base


def _compiled(features: Features, units: Any, rule: Rule) -> Callable[..., Any]:
    """Return the step: of pictures and a shift, the objective, the gradients' sizes, and pictures.

    One function serves all octaves. XLA would take twenty times as long for these convolutions.
    """
    spec = tf.TensorSpec((None, *features.shape[:2], features.shape[-1]), tf.float32)
    shift_spec = tf.TensorSpec((2,), tf.int32)

    @tf.function(autograph=False, input_signature=[spec, shift_spec])
    def climb(x: Tensor, shift: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        rolled = tf.roll(x, shift, (1, 2))
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(rolled)
            parts = zip(features.weights.values(), features(rolled), strict=True)
            each: Tensor = sum(weight * mean_square(output, units) for weight, output in parts)
        slope = tape.gradient(each, rolled)
        size = tf.sqrt(tf.reduce_mean(slope**2, axis=(1, 2, 3), keepdims=True))
        rolled += rule.step_size * slope / tf.maximum(size, SMALLEST)
        if rule.blur:
            rolled = blurred(rolled, rule.blur)
        moved = tf.roll(tf.clip_by_value(rolled, 0, 1), -shift, (1, 2))
        return tf.reduce_mean(each), size, moved

    return climb


def _full(made: np.ndarray, beginning: np.ndarray) -> np.ndarray:
    """Return pictures in the size of the beginning, whose details the change is added to."""
    size = (beginning.shape[1], beginning.shape[2])
    if made.shape[1:3] == size:
        return made
    change = made - resized(beginning, (made.shape[1], made.shape[2]))
    return np.clip(beginning + resized(change, size), 0, 1)


def _refuse_flat(value: float, slopes: np.ndarray, octave: int) -> None:
    """Raise ValueError where there is nothing to ascend."""
    if not (np.isfinite(value) and np.isfinite(slopes).all()):
        rule = "an objective and its gradient are finite"
        checks.refuse(rule, f"{value:g} in octave {octave + 1}", "Look at weights and preprocess.")
    if not slopes.all():
        which = ", ".join(str(number) for number in np.flatnonzero(slopes == 0))
        checks.refuse(
            "an ascent needs a gradient",
            f"one of zero, for picture {which} in octave {octave + 1}",
            "Begin with another picture, or take another unit, or the layer before its ReLU.",
        )
