"""Recipes of 100 labels: ten of each digit are told, of all other training images none is.

Seed s draws the labels and trains the model. The labelled images are repeated until they are
three tenths of what is trained on; everything else reads images alone. No test label is read
before a model is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gencore import data, gan, matching, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.classifiers import CLASSIFIERS, EACH, error_rate, errors, told
from gencore.recipes.conditional import CLASSES, conditional_vae
from gencore.recipes.gae import binary as gae_binary
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import no_model
from gencore.recipes.vae import LATENT_SIZE as CODE_SIZE

SEEDS = range(5)
SHARE = 0.3  # of what is trained on, the labelled images
STYLE = 10  # numbers of a code beside those of its label
LATENT_SIZE, UNITS = 50, 256
LABEL_WEIGHT = 30.0
MATCH_WEIGHT = 200.0
NOISE = 0.4  # standard deviation, in the discriminator
CODES_OF = ("vae-2", "gae-best")
PROTOCOL = {"labels_of_each": EACH, "labelled_share": SHARE}


def few_label_recipes() -> Iterable[Recipe]:
    """Yield classifiers of pixels and of codes, and three models that read all images."""
    for kind in (_pixels, _codes, _semi_supervised_vae, _adversarial, _gan):
        yield from (kind(seed) for seed in SEEDS)
    yield _equal_gae()


def partly_labelled(split: data.Split, seed: int) -> dict[str, np.ndarray]:
    """Return all training images, and those with a label again and again.

    Parameters
    ----------
    split : Split
        Its training images and their labels, of which 100 are read.
    seed : int
        Seed of the draw of these.

    Returns
    -------
    dict
        ``x``, and ``y``, the label 10 standing for one that is not known.
    """
    rows = told(split, seed)
    times = max(1, round(SHARE / (1 - SHARE) * len(split.x_train) / len(rows)))
    again = np.tile(rows, times)
    unknown = np.full(len(split.x_train), CLASSES)
    return {
        "x": np.concatenate([split.x_train, split.x_train[again]]),
        "y": np.concatenate([unknown, split.y_train[again]]),
    }


def _pixels(seed: int) -> Recipe:
    def evaluate(_: keras.Model, split: data.Split) -> dict[str, metrics.Estimate]:
        return errors(split.x_train, split.x_test, split, seed)

    return _draw(
        "semi-pixels",
        "no generative model: " + ", ".join(CLASSIFIERS).replace("_", " ") + " on pixels",
        seed,
        no_model,
        evaluate,
        epochs=0,
    )


def _codes(seed: int) -> Recipe:
    def evaluate(_: Any, split: data.Split, *models: Any) -> dict[str, metrics.Estimate]:
        found: dict[str, metrics.Estimate] = {}
        for name, model in zip(CODES_OF, models, strict=True):
            train, test = (
                getattr(model, "vae", model).codes(x) for x in (split.x_train, split.x_test)
            )
            kind = name.split("-")[0]
            scores = errors(train, test, split, seed)
            found |= {f"{key}_{kind}": value for key, value in scores.items()}
        return found

    return _draw(
        "semi-m1",
        f"the same classifiers on the codes of {' and '.join(CODES_OF)} (M1)",
        seed,
        no_model,
        evaluate,
        epochs=0,
        needs=CODES_OF,
    )


def _equal_gae() -> Recipe:
    """Return a GAE with networks and epochs of the VAE whose codes are classified beside its own.

    Its exemplars are those of each batch: no prior is fitted, since only codes are read.
    """

    def evaluate(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
        train, test = (model.vae.codes(x) for x in (split.x_train, split.x_test))
        tries = [errors(train, test, split, seed) for seed in SEEDS]
        return {
            name: metrics.Estimate.from_values(np.array([one[name].value for one in tries]), "%")
            for name in tries[0]
        }

    row = gae_binary("", "", CODE_SIZE, 2, epochs=100, learning_rate=1e-3)
    return replace(
        row,
        name="semi-m1-gae",
        summary=f"GAE with the networks and epochs of {CODES_OF[0]}, of which the codes are "
        "classified, each score the mean of five draws of 100 labels",
        evaluate=evaluate,
        finish=None,
        group="uses",
        keep_weights=False,
        protocol=PROTOCOL | {"draws": len(SEEDS)},
    )


def _semi_supervised_vae(seed: int) -> Recipe:
    def build(seed: int) -> keras.Model:
        conditional = conditional_vae(LATENT_SIZE, (UNITS,), seed, binarize=True)
        classifier = networks.dense_encoder(CLASSES, (UNITS,))
        return vae.SemiSupervisedVAE(conditional, classifier, weight=LABEL_WEIGHT)

    def evaluate(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
        x = (split.x_test > 0.5).astype(np.float32)
        return {"error_rate": error_rate(model.log_probabilities(x).argmax(axis=1), split)}

    return _draw(
        "semi-m2",
        f"semi-supervised VAE (M2), {LATENT_SIZE} latent dimensions, one hidden layer of {UNITS} "
        f"each, the weight of a label {LABEL_WEIGHT:g}",
        seed,
        build,
        evaluate,
        epochs=10,
        learning_rate=1e-3,
    )


def _adversarial(seed: int) -> Recipe:
    size = CLASSES + STYLE

    def build(seed: int) -> keras.Model:
        return matching.AdversarialAutoencoder(
            networks.dense_encoder(size, (500, 500)),
            networks.dense_decoder(size, (500, 500)),
            networks.dense_discriminator((500, 500), shape=(size,), classes=CLASSES + 1),
            prior=matching.Corners(CLASSES, STYLE),
            labels=CLASSES,
            weight=MATCH_WEIGHT,
            seed=seed,
        )

    def evaluate(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
        return {"error_rate": error_rate(model.prior.labels(model.codes(split.x_test)), split)}

    return _draw(
        "semi-aae",
        f"adversarial autoencoder whose prior has a cluster for each label, and {STYLE} numbers "
        "beside them, 2 hidden layers of 500 each",
        seed,
        build,
        evaluate,
        epochs=20,
        learning_rate=2e-3,
        adam={"beta_1": 0.5},
    )


def _gan(seed: int) -> Recipe:
    def build(seed: int) -> keras.Model:
        return gan.GAN(
            networks.dense_generator(100, (300, 300), normalise=True),
            networks.dense_discriminator((500, 250, 250), outputs=CLASSES, noise=NOISE, seed=seed),
            labels=CLASSES,
            feature_matching=True,
            seed=seed,
        )

    def evaluate(model: gan.GAN, split: data.Split) -> dict[str, metrics.Estimate]:
        logits = model.discriminator.predict(split.x_test, batch_size=1000, verbose=0)
        return {"error_rate": error_rate(logits.argmax(axis=1), split)}

    return _draw(
        "semi-gan",
        "GAN whose discriminator names labels too, 784-500-250-250-10 with noise of "
        f"{NOISE:g}, and whose generator matches its features, 100-300-300-784",
        seed,
        build,
        evaluate,
        epochs=40,
        batch_size=125,
        learning_rate=3e-3,
        adam={"beta_1": 0.5},
    )


def _draw(
    name: str,
    summary: str,
    seed: int,
    build: Callable[[int], keras.Model],
    evaluate: Callable[..., dict[str, metrics.Estimate]],
    **settings: Any,
) -> Recipe:
    return Recipe(
        name if not seed else f"{name}-s{seed}",
        summary,
        build,
        examples=lambda split: partly_labelled(split, seed),
        validation=None,
        evaluate=evaluate,
        group="uses",
        seed=seed,
        keep_weights=False,
        protocol=PROTOCOL,
        **settings,
    )
