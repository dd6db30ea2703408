"""The code from which a generator makes an image most nearly."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.training import images_of
from gencore.gan.model import GAN

Tensor = Any
STARTS = 1000  # samples among which each image finds the code it begins with
BATCH_SIZE = 1000
LEARNING_RATE = 0.05


def invert(
    model: GAN, x: np.ndarray, steps: int = 100, learning_rate: float = LEARNING_RATE, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return for each image a code of the generator, and how far its image is.

    .. math:: \hat z = \arg\min_z \| x - G(z) \|^2

    by Adam, from the code of the nearest of 1,000 samples. Each image is inverted alone: what else
    is given changes nothing but the last bits.

    Parameters
    ----------
    model : GAN
        Without labels.
    x : ndarray, shape (n, ...)
        Images as the generator makes them.
    steps : int
        Steps of Adam.
    learning_rate : float
        Its rate.
    seed : int
        Seed of the samples.

    Returns
    -------
    codes : ndarray, shape (n, L)
        The codes found.
    squares : ndarray, shape (n,)
        The squared distance of each image from that of its code, summed over pixels.

    Raises
    ------
    ValueError
        If the images are not of the generator's shape, the model reads labels, there is no step,
        or the rate is not positive.

    Notes
    -----
    Schlegl et al. (2017) find anomalies by it; their discriminator's share of the score is left
    out.
    """
    rule = "what is inverted is a generator of codes alone"
    checks.kind(model, GAN, rule, "Give a GAN.")
    if model.classes:
        checks.refuse(rule, f"one that reads {model.classes} labels", "Give a GAN without labels.")
    low, high = model.range
    x = images_of(model.discriminator, x, low=low, high=high).astype(np.float32)
    steps = checks.whole(steps, "a search takes one step or more", "A hundred.", name="steps")
    rule = "the learning rate is finite and positive"
    rate = checks.number(learning_rate, rule, "0.05 is usual.", above=0, name="learning_rate")
    rule = "a seed is a whole number of at least 0"
    starts = keras.random.normal((STARTS, model.latent_size), seed=checks.whole(seed, rule, low=0))
    samples = ops.reshape(model(starts), (STARTS, -1))

    @tf.function(autograph=False, reduce_retracing=True)
    def descend(batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return the codes of a batch after all steps, and the squares that remain."""
        flat = ops.reshape(batch, (ops.shape(batch)[0], -1))
        nearest = ops.argmin(
            ops.sum(ops.square(samples), axis=1) - 2 * ops.matmul(flat, ops.transpose(samples)),
            axis=1,
        )
        begin = ops.take(starts, nearest, axis=0)

        def squares(z: Tensor) -> Tensor:
            made = ops.reshape(model(z), ops.shape(flat))
            return ops.sum(ops.square(flat - made), axis=1)

        def step(i: Tensor, z: Tensor, mean: Tensor, power: Tensor) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(z)
                cost = squares(z)  # each image's own: the gradients do not mix
            slope = tape.gradient(cost, z)
            mean, power = 0.9 * mean + 0.1 * slope, 0.999 * power + 0.001 * ops.square(slope)
            turn = ops.cast(i + 1, "float32")
            unbiased = mean / (1 - 0.9**turn)
            scale = ops.sqrt(power / (1 - 0.999**turn)) + 1e-7
            return i + 1, z - rate * unbiased / scale, mean, power

        empty = ops.zeros_like(begin)
        state = (tf.constant(0), begin, empty, empty)
        z = tf.while_loop(lambda i, *_: i < steps, step, state)[1]
        return z, squares(z)

    found = [descend(x[i : i + BATCH_SIZE]) for i in range(0, len(x), BATCH_SIZE)]
    codes, squares = (
        np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*found, strict=True)
    )
    return codes, squares
