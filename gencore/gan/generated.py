"""What models share that make examples of standard normal codes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import check_seed, computed, keras
from gencore.data.batches import in_batches
from gencore.data.labels import one_hot
from gencore.gan.matched import Matched
from gencore.gan.turns import with_label

Tensor = Any


class Generated(Matched):
    """A model with a generator, whose call makes examples of codes, or of codes and labels.

    It names the length of a code, ``latent_size``, the number of labels that its generator reads,
    ``classes`` or None, its ``activation`` and its ``seed_generator``.
    """

    generator: Any
    latent_size: int
    classes: int | None
    activation: Any
    seed_generator: Any

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the codes."""
        return self.generator

    @property
    def makers(self) -> tuple[Any, ...]:
        """Return what an example passes through."""
        return self.generator, self.activation

    def codes(self, count: Any) -> Tensor:
        """Draw codes z ~ N(0, I), shape (count, L)."""
        if not computed(count):
            count = checks.whole(count, "there is one code or more", "Ask for one.", name="count")
        shape = (count, self.latent_size)
        return keras.random.normal(shape, seed=self.seed_generator, dtype="float32")

    def sample(self, n: int, seed: int, labels: Any = None) -> np.ndarray:
        """Return n examples made of codes drawn from N(0, I), shape (n, ...)."""
        n = checks.whole(n, "so many examples are made, at least one", "Ask for one.", name="n")
        shape = (n, self.latent_size)
        return self.images(keras.random.normal(shape, seed=check_seed(seed)), labels)

    def images(self, z: Tensor, labels: Any = None, batch_size: int = 4000) -> np.ndarray:
        """Return the example of each code (and label), in batches of bounded memory."""
        form = f"the shape (n, {self.latent_size})"
        z = checks.array(z, "codes", form, shape=(None, self.latent_size))
        rows = one_hot(labels, self.classes, len(z))
        return in_batches(self._example, z, rows, size=batch_size, reads=self.makers)

    def _example(self, *inputs: Tensor) -> Tensor:
        return self(with_label(*inputs))
