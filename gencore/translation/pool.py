"""Earlier translations, so that a critic does not forget what it has seen through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks.settings import keras, ops, seed_generator

Tensor = Any
MOST = 10**5  # images


class ImagePool(keras.layers.Layer):
    """Keeps images and gives, for every second new one, an old one in its place.

    Until it is full it keeps each image and gives it back. Then half of the images of a batch,
    drawn at random, change places with kept ones, also drawn at random (Shrivastava et al., 2017).

    Parameters
    ----------
    shape : sequence of int
        Of one image.
    size : int
        How many are kept, at most; with 0 every image comes back as it is.
    seed : int or SeedGenerator
        Seed of the draws.

    Raises
    ------
    ValueError
        If the size is no whole number of at least 0.
    """

    def __init__(self, shape: Sequence[int], size: int, seed: Any):
        super().__init__(trainable=False, dtype="float32")
        rule = "a pool keeps so many images, 0 or more"
        self.size = checks.whole(size, rule, "Fifty is usual.", low=0, high=MOST, name="pool")
        shape = checks.sizes(shape, "shape")
        self.seed_generator = seed_generator(seed)
        options: dict[str, Any] = {"initializer": "zeros", "trainable": False}
        self.kept = self.add_weight(shape=(self.size, *shape), name="kept", **options)
        self.seen = self.add_weight(shape=(), dtype="int32", name="seen", **options)
        self.built = True

    def empty(self) -> None:
        """Forget all images."""
        self.kept.assign(ops.zeros_like(self.kept))
        self.seen.assign(0)

    def call(self, new: Tensor) -> Tensor:
        """Return as many images as are given, (B, ...), old ones among them; keep some new."""
        if not self.size:
            return new
        new = ops.convert_to_tensor(new, "float32")
        return tf.cond(self.seen < self.size, lambda: self._fill(new), lambda: self._swap(new))

    def _fill(self, new: Tensor) -> Tensor:
        """Keep as many images as there is room for, and return all as they are."""
        kept, room = self.kept.value, self.size - self.seen
        count = ops.minimum(ops.shape(new)[0], room)
        places = self.seen + ops.arange(count)
        self.kept.assign(tf.tensor_scatter_nd_update(kept, places[:, None], new[:count]))
        self.seen.assign(self.seen + count)
        return new

    def _swap(self, new: Tensor) -> Tensor:
        """Let about half of the images change places with kept ones, no two with the same."""
        count = ops.minimum(ops.shape(new)[0], self.size)
        order = ops.argsort(keras.random.uniform((self.size,), seed=self.seed_generator))
        places = ops.cast(order, "int32")[:count]
        coins = keras.random.uniform((count,), seed=self.seed_generator) < 0.5
        coins = ops.reshape(coins, (-1, *[1] * (len(new.shape) - 1)))
        old, first = ops.take(self.kept.value, places, axis=0), new[:count]
        now = ops.where(coins, first, old)
        self.kept.assign(tf.tensor_scatter_nd_update(self.kept.value, places[:, None], now))
        return ops.concatenate([ops.where(coins, old, first), new[count:]])
