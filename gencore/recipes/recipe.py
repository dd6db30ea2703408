"""What a recipe is: everything that decides a trained model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gencore import data, metrics
from gencore.checks.settings import keras


@dataclass(frozen=True)
class Recipe:
    """One experiment: how a model is built, trained and scored.

    Parameters
    ----------
    name : str
        Name of the checkpoint; seeds beyond the first end in ``-s1``, ``-s2``.
    summary : str
        One line for people.
    build : callable
        ``build(seed)`` returns the untrained model.
    examples : callable
        ``examples(split)`` returns the arguments x (and y) of ``fit``.
    validation : callable, optional
        The same for the validation part; None for a model without a validation loss.
    evaluate : callable
        ``evaluate(model, split, *needed)`` returns the named test scores.
    reference : callable, optional
        ``reference(model, split)`` returns more scores, with the many samples of the literature.
        They take minutes, so no slice has them.
    begin : callable, optional
        ``begin(model, *needed)`` takes what a model begins with from trained ones.
    finish : callable, optional
        ``finish(model, split)`` does what follows the epochs, on training images, and returns
        what the card is to say of it.
    epochs, batch_size, learning_rate
        Adam, its rate falling to zero along half a cosine over all steps.
    ordered : bool
        Whether an epoch takes the examples in their order, as the windows of a text.
    adam : dict
        Settings of Adam beside its rate.
    compile_arguments : dict
        What ``compile`` needs beside the optimizer.
    group, dataset : str
        Chapter the model belongs to; data it is trained on.
    seed : int
        Seed of the initial weights, the order of the images and the model's own noise.
    keep_weights : bool
        Whether a checkpoint is kept, or the card alone.
    keep_gallery : bool
        Whether the gallery is kept, with the weights or without them.
    slice_images : int
        How many test images a test scores again; few where the scores are dear.
    protocol : dict
        What the scores depend on beside the model: samples, and the seed of the binarisation.
    needs : tuple of str
        Checkpoints that ``evaluate`` is given after the split, for example a classifier, and
        ``begin`` after the model.
    monitor : callable, optional
        ``monitor(model)`` returns numbers that the history keeps of every epoch.
    gallery : callable, optional
        ``gallery(model)`` returns an array that the checkpoint keeps of ``gallery_epochs``.
    gallery_epochs : tuple of int
        Epochs, counted from 1, after which the gallery is filled.
    """

    name: str
    summary: str
    build: Callable[[int], keras.Model]
    examples: Callable[[data.Split], dict[str, np.ndarray]]
    validation: Callable[[data.Split], dict[str, np.ndarray]] | None
    evaluate: Callable[..., dict[str, metrics.Estimate]]
    epochs: int
    batch_size: int = 250
    learning_rate: float = 2e-3
    ordered: bool = False
    adam: dict[str, float] = field(default_factory=dict)
    compile_arguments: dict[str, Any] = field(default_factory=dict)
    reference: Callable[[Any, data.Split], dict[str, metrics.Estimate]] | None = None
    begin: Callable[..., None] | None = None
    finish: Callable[[Any, data.Split], dict[str, Any]] | None = None
    group: str = "autoencoders"
    dataset: str = "mnist"
    seed: int = 0
    keep_weights: bool = True
    keep_gallery: bool = True
    slice_images: int = 1000
    protocol: dict[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    monitor: Callable[[Any], dict[str, float]] | None = None
    gallery: Callable[[Any], np.ndarray] | None = None
    gallery_epochs: tuple[int, ...] = ()

    def settings(self) -> dict[str, Any]:
        """Return what a card records and what a resumed run must share with the interrupted one."""
        names = ("name", "summary", "epochs", "batch_size", "learning_rate", "dataset", "seed")
        settings = {name: getattr(self, name) for name in names} | {"jit_compile": False}
        settings |= {"adam": self.adam} if self.adam else {}
        return settings | ({"protocol": self.protocol} if self.protocol else {})

    def with_seed(self, seed: int) -> Recipe:
        """Return the same experiment under another seed, of which only the card is kept."""
        name = f"{self.name}-s{seed}"
        return replace(self, name=name, seed=seed, keep_weights=False, keep_gallery=False)
