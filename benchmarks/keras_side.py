"""The tasks as the book does them: gencore's recipes, trained by Keras."""

import math
from collections.abc import Callable

import keras
import numpy as np

from benchmarks.work import matrix_rate, operations
from gencore import recipes
from gencore.vae import VAE


def copies(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return the copies of images as the book makes them, in batches of 500."""
    return (
        model.images(model.codes(images)) if isinstance(model, VAE) else model.reconstruct(images)
    )


def tasks(name: str, images: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what can be timed, by name; each call goes once over the images."""
    recipe = recipes.get(name)
    keras.utils.set_random_seed(recipe.seed)
    model = recipe.build(recipe.seed)
    steps = math.ceil(len(images) / recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps * recipe.epochs)
    model.compile(keras.optimizers.Adam(rate), jit_compile=False, **recipe.compile_arguments)

    def train() -> None:
        order = np.random.default_rng(0).permutation(len(images))
        model.fit(images[order], batch_size=recipe.batch_size, shuffle=False, verbose=0)

    return {
        "train": train,
        "reconstruct": lambda: copies(model, images),
        "matrix_rate": matrix_rate,
        "operations": lambda: operations(model.encoder, model.decoder),
        "parameters": model.count_params,
    }
