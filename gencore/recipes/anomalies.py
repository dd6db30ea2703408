"""Recipes of one class of digits: what a model of it makes of all others.

A model sees images of one digit alone, in training and in the choice of a threshold. Every score
grows with how strange an image is, and that of an image depends on no other one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from gencore import autoencoder, data, gae, gan, likelihood, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.autoencoders import CODE_SIZE, dense_pair
from gencore.recipes.gae import EXEMPLAR_SEED
from gencore.recipes.likelihoods import binarized
from gencore.recipes.outliers import BASELINES
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import no_model

DIGITS = range(10)
EXEMPLARS = 4000  # as many of every digit as the rarest one has, and a few less
LATENT_SIZE, UNITS = 20, 300
DRAWS = 50
FALSE_ALARMS = 0.05
ONE_CLASS_PROTOCOL = {
    "importance_samples": DRAWS,
    "evaluation_seed": 0,
    "false_alarm_rate": FALSE_ALARMS,
}

Scores = dict[str, Callable[[np.ndarray], np.ndarray]]


def thresholded(x: np.ndarray) -> np.ndarray:
    """Return grey images as zeros and ones, the likeliest binary draw of each."""
    return (x > 0.5).astype(np.float32)


def evaluate_one_class(
    scores: Scores, digit: int, split: data.Split
) -> dict[str, metrics.Estimate]:
    """Return how well each score tells test images of other digits from those of one.

    Parameters
    ----------
    scores : dict of str to callable
        ``score(x)``, shape (n,), the greater the stranger an image is, by the name of the metric.
        Of the first, what a threshold from validation images of the one digit does.
    digit : int
        What is normal.
    split : Split
        Its test images are scored.

    Returns
    -------
    dict
        The area under the ROC curve for each score; for the first also the share of normal test
        images above the threshold, and that of the others.
    """
    normal, other = (split.x_test[one] for one in (split.y_test == digit, split.y_test != digit))
    seen = split.x_valid[split.y_valid == digit]
    found: dict[str, metrics.Estimate] = {}
    for name, score in scores.items():
        of_normal, of_other = score(normal), score(other)
        found[name] = metrics.auroc(of_normal, of_other)
        if len(found) == 1:
            threshold = metrics.false_alarm_threshold(score(seen), FALSE_ALARMS)
            alarms = {
                "false_alarm_rate": metrics.Estimate.from_values(of_normal > threshold),
                "detection_rate": metrics.Estimate.from_values(of_other > threshold),
            }
    return found | alarms


def autoencoder_scores(model: autoencoder.Autoencoder) -> Scores:
    """Return the squared error of a copy."""

    def error(x: np.ndarray) -> np.ndarray:
        return squared_distance(x, model.reconstruct(x))

    return {"auroc": error}


def vae_scores(model: vae.VAE) -> Scores:
    """Return minus log p(x), minus its bound by one sample, and the squared error of a copy."""

    def unlikely(x: np.ndarray, samples: int = DRAWS) -> np.ndarray:
        return -likelihood.log_likelihoods(model, thresholded(x), samples)

    def error(x: np.ndarray) -> np.ndarray:
        return squared_distance(x, model.images(model.codes(thresholded(x))))

    return {
        "auroc": unlikely,
        "auroc_bound": partial(unlikely, samples=1),
        "auroc_reconstruction": error,
    }


def gan_scores(model: gan.GAN) -> Scores:
    """Return how far the nearest image of the generator is, and the discriminator's doubt."""

    def doubt(x: np.ndarray) -> np.ndarray:
        return -model.discriminator.predict(x, batch_size=1000, verbose=0)[:, 0]

    return {"auroc": lambda x: gan.invert(model, x)[1], "auroc_discriminator": doubt}


def squared_distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the squared distance of each pair of images, summed over pixels, shape (n,)."""
    return np.square(x - y, dtype=np.float64).reshape(len(x), -1).sum(axis=1)


def anomaly_recipes() -> Iterable[Recipe]:
    """Yield for each digit four models of it alone, and what a practitioner tries first."""
    for digit in DIGITS:
        yield from (_autoencoder(digit), _vae(digit), _gae(digit), _gan(digit), _baselines(digit))


def _autoencoder(digit: int) -> Recipe:
    return _of_one(
        f"oneclass-ae-{digit}",
        f"autoencoder of the digit {digit} alone, 784-256-{CODE_SIZE}-256-784",
        digit,
        build=lambda seed: autoencoder.Autoencoder(*dense_pair(256)(), seed=seed),
        scores=autoencoder_scores,
        epochs=40,
    )


def coders() -> tuple[keras.Model, keras.Model]:
    """Return encoder and decoder of a VAE of one digit."""
    return (
        networks.dense_encoder(2 * LATENT_SIZE, (UNITS, UNITS)),
        networks.dense_decoder(LATENT_SIZE, (UNITS, UNITS)),
    )


def _vae(digit: int) -> Recipe:
    return _of_one(
        f"oneclass-vae-{digit}",
        f"VAE of the binarised digit {digit} alone, {LATENT_SIZE} latent dimensions, 2 hidden "
        f"layers of {UNITS}",
        digit,
        build=lambda seed: vae.VAE(*coders(), binarize=True, seed=seed),
        scores=vae_scores,
        epochs=60,
    )


def _gae(digit: int) -> Recipe:
    def build(seed: int) -> keras.Model:
        prior = gae.PosteriorMixture.blank(EXEMPLARS, LATENT_SIZE)
        return gae.GAE(vae.VAE(*coders(), prior=prior, binarize=True, seed=seed))

    def fit_prior(model: gae.GAE, split: data.Split) -> dict[str, Any]:
        x = binarized(examples(split, digit), EXEMPLAR_SEED)
        bounds = model.fit_em(x, max_iter=20, points=2000).bounds
        return {"em": {"bounds": [round(bound.value, 4) for bound in bounds]}}

    return _of_one(
        f"oneclass-gae-{digit}",
        f"GAE of the binarised digit {digit} alone, {LATENT_SIZE} latent dimensions, 2 hidden "
        f"layers of {UNITS}, {EXEMPLARS:,} exemplars",
        digit,
        build=build,
        scores=lambda model: vae_scores(model.vae),
        epochs=60,
        finish=fit_prior,
    )


def _gan(digit: int) -> Recipe:
    def build(seed: int) -> keras.Model:
        return gan.GAN(
            networks.dense_generator(32, (128, 256), normalise=True),
            networks.dense_discriminator((256, 128), dropout=0.4, seed=seed),
            seed=seed,
        )

    return _of_one(
        f"oneclass-gan-{digit}",
        f"GAN of the digit {digit} alone, generator 32-128-256-784 with batch normalisation, "
        "discriminator 784-256-128-1 with dropout 0.4",
        digit,
        build=build,
        scores=gan_scores,
        epochs=60,
        batch_size=128,
        learning_rate=1e-3,
        adam={"beta_1": 0.5},
    )


def _baselines(digit: int) -> Recipe:
    def evaluate(_: keras.Model, split: data.Split) -> dict[str, metrics.Estimate]:
        seen = examples(split, digit)
        valid = split.x_valid[split.y_valid == digit]
        scores = {f"auroc_{name}": fit(seen, valid) for name, fit in BASELINES.items()}
        found = evaluate_one_class(scores, digit, split)
        return {name: value for name, value in found.items() if name.startswith("auroc")}

    return _of_one(
        f"oneclass-baselines-{digit}",
        f"no generative network: isolation forest, one-class SVM, nearest neighbours, principal "
        f"components and a kernel density of the digit {digit} alone",
        digit,
        build=no_model,
        evaluate=evaluate,
        epochs=0,
    )


def examples(split: data.Split, digit: int) -> np.ndarray:
    """Return the training images of one digit, as many of each."""
    return split.x_train[split.y_train == digit][:EXEMPLARS]


def _of_one(
    name: str,
    summary: str,
    digit: int,
    build: Callable[[int], keras.Model],
    scores: Callable[[Any], Scores] | None = None,
    **settings: Any,
) -> Recipe:
    def evaluate(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
        return evaluate_one_class(scores(model), digit, split)  # pyright: ignore[reportOptionalCall]

    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": examples(split, digit)},
        validation=None,
        group="uses",
        keep_weights=False,
        protocol=ONE_CLASS_PROTOCOL,
        **{"evaluate": evaluate, "batch_size": 100, "learning_rate": 2e-3, **settings},
    )
