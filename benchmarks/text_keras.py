"""Texts as the book trains and writes them: the recipe char-lstm, by Keras."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from gencore import data, recipes, sequences
from gencore.recipes.sequences import WINDOW
from gencore.zoo import training

ROWS, LENGTH = 16, 100  # texts that are written side by side, characters of each
CHARACTERS = 65


def text(count: int, vocabulary: data.Vocabulary) -> str:
    """Return characters at random: how long a step takes does not depend on the text."""
    return vocabulary.decode(np.random.default_rng(0).integers(CHARACTERS, size=count))


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], int]]:
    """Return what can be timed; each call returns how many characters it trained on or wrote."""
    recipe, count = recipes.get(name), len(images)
    keras.utils.set_random_seed(0)
    model = recipe.build(0)
    rows = recipe.batch_size
    x = sequences.windows(model.vocabulary, text(count, model.vocabulary), rows, WINDOW)
    training.compile_model(model, recipe, len(x) // rows)
    tensors = (tf.constant(x),)

    def train() -> int:
        batches = training.batches(tensors, np.arange(len(x)), rows)
        keras.Model.fit(model, batches, shuffle=False, verbose=0)
        return count

    def sample() -> int:
        return sum(map(len, model.sample(ROWS, 0, length=LENGTH)))

    return {"train": train, "sample": sample, "parameters": model.count_params}
