"""Recipes of a rare digit: what helps a classifier that has seen few examples of one class.

Try s makes another digit rare: of its training images a share remains, and all other digits keep
theirs. A remedy sees what remains and nothing else; what it makes is added to the training images.
The classifier is the same, from the same weights, whatever the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gencore import data, gan, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.conditional import CLASSES, conditional_vae
from gencore.recipes.recipe import Recipe
from gencore.recipes.resampling import RESAMPLERS, Resampler
from gencore.recipes.samples import no_model

RARE = (8, 5, 3, 2, 9)  # the digit of each try
SHARES = (0.01, 0.002)
ADDED = (200, 1000, 5000)
UNITS, EPOCHS, BATCH_SIZE = 256, 5, 250
SAMPLE_SEED = 0
PROTOCOL = {"rare_digits": list(RARE), "added": list(ADDED)}


def rare_recipes() -> Iterable[Recipe]:
    """Yield for each share and try what does nothing, what adds images, and what is trained to."""
    for share in SHARES:
        for seed in range(len(RARE)):
            yield _plain("nothing", "as it is", share, seed)
            yield _plain("weights", "with weights that make all digits count alike", share, seed)
            for method, resample in RESAMPLERS.items():
                yield _resampled(method, resample, share, seed)
            yield from (_conditional_vae(share, seed), _conditional_gan(share, seed))


def rare_examples(split: data.Split, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training images and labels that remain where the digit of a try is rare."""
    rows = data.without_most(split.y_train, RARE[seed], share, rng=seed)
    return split.x_train[rows], split.y_train[rows]


def classifier_scores(
    x: np.ndarray, y: np.ndarray, split: data.Split, seed: int, weighed: bool = False
) -> dict[str, metrics.Estimate]:
    """Train a classifier and return what it makes of the test images.

    Parameters
    ----------
    x, y : ndarray, shape (n, 28, 28, 1) and (n,)
        Images and labels to train on.
    split : Split
        Its test images are scored.
    seed : int
        The try, which names the rare digit, and the seed of the classifier.
    weighed : bool
        Whether an image counts the less the more there are of its digit.

    Returns
    -------
    dict
        ``rare_recall``, the share of test images of the rare digit that are recognised, and
        ``balanced_accuracy``, the mean of that share over all ten digits.
    """
    keras.utils.set_random_seed(seed)
    model = networks.dense_encoder(CLASSES, (UNITS,))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, jit_compile=False, steps_per_execution=10)
    counts = np.maximum(np.bincount(y, minlength=CLASSES), 1)
    weights = dict(enumerate(len(y) / (CLASSES * counts))) if weighed else None
    model.fit(x, y, BATCH_SIZE, EPOCHS, class_weight=weights, verbose=0)
    right = np.asarray(model(split.x_test)).argmax(axis=1) == split.y_test
    recalls = [metrics.Estimate.from_values(right[split.y_test == c]) for c in range(CLASSES)]
    values, errors = zip(*((recall.value, recall.stderr) for recall in recalls), strict=True)
    # The mean of ten shares of different images: their errors are independent.
    balanced = metrics.Estimate(float(np.mean(values)), float(np.linalg.norm(errors)) / CLASSES)
    return {"rare_recall": recalls[RARE[seed]], "balanced_accuracy": balanced}


def _plain(method: str, words: str, share: float, seed: int) -> Recipe:
    def evaluate(_: keras.Model, split: data.Split) -> dict[str, metrics.Estimate]:
        x, y = rare_examples(split, share, seed)
        return classifier_scores(x, y, split, seed, weighed=method == "weights")

    return _try(method, f"a classifier of digits, one of them rare, {words}", share, seed, evaluate)


def _resampled(method: str, resample: Resampler, share: float, seed: int) -> Recipe:
    def make(_: Any, split: data.Split, count: int) -> np.ndarray:
        return resample(*rare_examples(split, share, seed), RARE[seed], count, seed)

    words = f"a classifier of digits, one of them rare, with more of its images by {method}"
    return _try(method, words, share, seed, _with_more(make, share, seed))


def _conditional_vae(share: float, seed: int) -> Recipe:
    codes = 10

    def build(seed: int) -> keras.Model:
        return conditional_vae(codes, (512, 256), seed, likelihood=vae.CROSS_ENTROPY)

    def examples(split: data.Split) -> dict[str, Any]:
        x, y = rare_examples(split, share, seed)
        return {"x": (x, data.one_hot(y, CLASSES))}

    return _try(
        "cvae",
        f"a classifier of digits, one of them rare, with samples of it from a conditional VAE of "
        f"{codes} latent dimensions, the networks of cvae",
        share,
        seed,
        _with_more(_samples(seed), share, seed),
        build=build,
        examples=examples,
        epochs=12,
        learning_rate=1e-3,
    )


def _conditional_gan(share: float, seed: int) -> Recipe:
    def build(seed: int) -> keras.Model:
        return gan.GAN(
            networks.dense_generator(64, (256, 512), classes=CLASSES, normalise=True),
            networks.dense_discriminator((512, 256), classes=CLASSES, dropout=0.4, seed=seed),
            seed=seed,
        )

    def examples(split: data.Split) -> dict[str, np.ndarray]:
        return dict(zip(("x", "y"), rare_examples(split, share, seed), strict=True))

    return _try(
        "cgan",
        "a classifier of digits, one of them rare, with samples of it from a conditional GAN, "
        "generator 64-256-512-784, discriminator 784-512-256-1",
        share,
        seed,
        _with_more(_samples(seed), share, seed),
        build=build,
        examples=examples,
        epochs=12,
        batch_size=128,
        learning_rate=1e-3,
        adam={"beta_1": 0.5},
    )


def _samples(seed: int) -> Callable[[Any, data.Split, int], np.ndarray]:
    """Return what draws so many samples of the rare digit of a try."""

    def make(model: Any, _: data.Split, count: int) -> np.ndarray:
        return model.sample(count, SAMPLE_SEED, labels=np.full(count, RARE[seed]))

    return make


def _with_more(
    make: Callable[[Any, data.Split, int], np.ndarray], share: float, seed: int
) -> Callable[[Any, data.Split], dict[str, metrics.Estimate]]:
    """Return what scores a classifier for each number of images that are added."""

    def evaluate(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
        x, y = rare_examples(split, share, seed)
        more = make(model, split, max(ADDED))
        found: dict[str, metrics.Estimate] = {}
        for count in ADDED:
            joined = np.concatenate([x, more[:count]])
            labels = np.concatenate([y, np.full(count, RARE[seed])])
            scores = classifier_scores(joined, labels, split, seed)
            found |= {f"{name}_{count}": score for name, score in scores.items()}
        return found

    return evaluate


def _try(
    method: str, summary: str, share: float, seed: int, evaluate: Any, **settings: Any
) -> Recipe:
    name = f"rare-{method}-{100 * share:g}"
    given: dict[str, Any] = {
        "build": no_model,
        "examples": lambda split: {"x": split.x_train[:1]},
        "epochs": 0,
    }
    return Recipe(
        name if not seed else f"{name}-s{seed}",
        f"{summary}; {100 * share:g} % of the digit {RARE[seed]} remain",
        validation=None,
        evaluate=evaluate,
        group="uses",
        seed=seed,
        keep_weights=False,
        protocol=PROTOCOL,
        **given | settings,
    )
