"""Recipes of autoencoders as generators: a density is fitted to the codes after the training.

Ex-post density estimation (Ghosh et al. 2020): the decoder is left as it is, and new codes are
drawn from a mixture of normal distributions with full covariances.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import keras
import numpy as np
from threadpoolctl import threadpool_limits

from gencore import autoencoder, data, metrics
from gencore.data.batches import in_batches
from gencore.recipes.autoencoders import dense_pair, evaluate_autoencoder, grey_autoencoder
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, SAMPLE_SEED, no_model, score_samples

COMPONENTS = 10
ROUNDS = 500  # of EM, at most
BATCH_SIZE = 4000
# What trains the VAEs of the chapter on noise, whose networks and code size ``ae-ten`` has.
HIDDEN, TEN = (512, 256), 10


def mixture_samples(
    model: autoencoder.Autoencoder, images: np.ndarray, n: int, components: int
) -> np.ndarray:
    """Return decoded draws from a mixture that is fitted to the codes of images.

    Parameters
    ----------
    model : Autoencoder
        Its encoder makes the codes, its decoder the samples.
    images : ndarray, shape (m, 28, 28, 1)
        Training images.
    n : int
        Number of samples.
    components : int
        Normal distributions in the mixture, each with a mean and a covariance of its own.

    Returns
    -------
    ndarray, shape (n, 28, 28, 1)
        The samples, component by component.
    """
    from sklearn.mixture import GaussianMixture  # half a second that other recipes need not pay

    codes = in_batches(model.encode, images, size=BATCH_SIZE).astype(float)
    with threadpool_limits(1):  # on small matrices threads cost many times what they gain
        fitted = GaussianMixture(components, max_iter=ROUNDS, random_state=SAMPLE_SEED).fit(codes)
    drawn = fitted.sample(n)[0].astype(np.float32)
    return in_batches(model.decode, drawn, size=BATCH_SIZE)


def evaluate_mixture(
    _: Any,
    split: data.Split,
    classifier: keras.Model,
    model: autoencoder.Autoencoder,
    components: int = COMPONENTS,
) -> dict[str, metrics.Estimate]:
    """Return the scores of samples of an autoencoder with a mixture fitted to its codes."""
    samples = mixture_samples(model, split.x_train, len(split.x_test), components)
    return score_samples(samples, split, classifier)


def evaluate_both(
    model: autoencoder.Autoencoder, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of copies, and those of samples with a mixture on the codes."""
    copies = evaluate_autoencoder(model, split)
    return copies | evaluate_mixture(model, split, classifier, model)


def code_recipes() -> Iterable[Recipe]:
    """Yield densities on the codes of two autoencoders, and an autoencoder as wide as a VAE."""
    yield _fitted("ae-conv", 1, "ae-conv-normal")
    yield _fitted("ae-conv", COMPONENTS, "ae-conv-mixture")
    yield _fitted("ae-plane", COMPONENTS, "ae-plane-mixture")
    ten = grey_autoencoder(
        "ae-ten",
        f"autoencoder with {TEN} code units, dense, 784-512-256-{TEN}-256-512-784; its samples "
        f"are of a mixture of {COMPONENTS} normal distributions on its codes",
        dense_pair(*HIDDEN, code=TEN),
        learning_rate=1e-3,
        evaluate=evaluate_both,
        needs=(CLASSIFIER,),
        keep_weights=False,
    )
    yield ten


def _fitted(model: str, components: int, name: str) -> Recipe:
    """Return a recipe that trains nothing: a mixture on the codes of a model of the book."""
    several = f"a mixture of {components} normal distributions"
    density = several if components > 1 else "one normal distribution"

    return Recipe(
        name,
        f"{density} on the codes of {model}",
        build=no_model,
        examples=lambda split: {"x": split.x_train},
        validation=None,
        evaluate=partial(evaluate_mixture, components=components),
        epochs=0,
        needs=(CLASSIFIER, model),
        keep_weights=False,
    )
