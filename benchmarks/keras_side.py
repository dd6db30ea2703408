"""The tasks as the book does them: gencore's recipes, trained by Keras."""

import math
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from benchmarks.work import game_operations, matrix_rate, operations
from gencore import recipes
from gencore.gan import GAN
from gencore.vae import VAE
from gencore.zoo import training


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
    training.compile_model(model, recipe, steps)
    tensors = (tf.constant(images),)

    def train() -> None:
        order = np.random.default_rng(0).permutation(len(images))
        batches = training.batches(tensors, order, recipe.batch_size)
        model.fit(batches, shuffle=False, verbose=0)

    shared = {"train": train, "matrix_rate": matrix_rate}
    if isinstance(model, GAN):
        model.collapse = 0.0  # speed is measured, whatever the samples look like
        return shared | {
            "sample": lambda: model.sample(len(images), seed=0),
            "operations": lambda: game_operations(model),
            "parameters": lambda: sum(math.prod(w.shape) for w in model.trainable_weights),
        }
    return shared | {
        "reconstruct": lambda: copies(model, images),
        "operations": lambda: operations(model.encoder, model.decoder),
        "parameters": model.count_params,
    }
