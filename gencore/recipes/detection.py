"""One test for the models of the book: how many samples until it is noticed that they are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gencore import data, metrics
from gencore.checks.settings import keras
from gencore.recipes.codes import COMPONENTS, mixture_samples
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, features, no_model, samples_of

# Models of the other chapters that make samples and whose weights are kept.
MODELS = (
    *("vae-conv", "vae-dense", "vae-2"),
    *("gan-dense", "gan-conv", "dcgan", "wgan-gp", "gan-r1", "cgan", "cvae"),
    *("gae-best", "noise-vae-0.1", "noise-vae-repaired-clipped"),
)
MIXTURE = "ae-conv"
POWER, LEVEL, SEED = 0.8, 0.05, 0
DETECTION_PROTOCOL = {"power": POWER, "level": LEVEL, "detection_seed": SEED}


def score_detection(
    samples: np.ndarray, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return how many samples three tests need until they tell them from test digits.

    Parameters
    ----------
    samples : ndarray, shape (n, 28, 28, 1)
        As many as there are test digits.
    split : Split
        Its test digits are the other set.
    classifier : keras.Model
        The digit classifier, of which the features are taken.

    Returns
    -------
    dict
        ``samples_to_detect`` by a kernel in the features of the classifier, ``..._in_pixels``, and
        ``..._by_classifier``, a linear one that is trained on half of the features.
    """
    made, real = (features(classifier, x)[0] for x in (samples, split.x_test))
    pixels = samples, split.x_test
    asked: dict[str, Any] = {"power": POWER, "level": LEVEL, "seed": SEED}
    detect = metrics.samples_to_detect
    return {
        "samples_to_detect": detect(made, real, **asked),
        "samples_to_detect_in_pixels": detect(*pixels, **asked),
        "samples_to_detect_by_classifier": detect(made, real, test="classifier", **asked),
    }


def detection_recipes() -> Iterable[Recipe]:
    """Yield recipes that train nothing: the test of each model, and of digits held out."""
    yield _stand_in(
        "detect-held-out-digits",
        "no model: validation digits in the place of samples, asked whether they are told from "
        "test digits",
        lambda _, split, classifier: score_detection(
            split.x_valid[: len(split.x_test)], split, classifier
        ),
    )
    yield _stand_in(
        "detect-digits",
        "no model: test and validation digits joined and dealt into two sets, of which one is "
        "asked whether it is told from the other",
        lambda _, split, classifier: score_detection(*_dealt(split), classifier),
    )
    for name in MODELS:
        yield _stand_in(
            f"detect-{name}",
            f"the samples of {name}, asked whether they are told from test digits",
            lambda _, split, classifier, model: score_detection(
                samples_of(getattr(model, "vae", model), len(split.x_test))[0], split, classifier
            ),
            (name,),
        )
    yield _stand_in(
        f"detect-{MIXTURE}-mixture",
        f"the samples of {MIXTURE} with a mixture of {COMPONENTS} normal distributions on its "
        "codes, asked whether they are told from test digits",
        lambda _, split, classifier, model: score_detection(
            mixture_samples(model, split.x_train, len(split.x_test), COMPONENTS), split, classifier
        ),
        (MIXTURE,),
    )


def _dealt(split: data.Split) -> tuple[np.ndarray, data.Split]:
    """Return one half of validation and test digits, and a split that has the other for test."""
    size = len(split.x_test)
    joined = np.concatenate([split.x_valid[:size], split.x_test])
    joined = joined[np.random.default_rng(SEED).permutation(len(joined))]
    return joined[:-size], replace(split, x_test=joined[-size:])


def _stand_in(name: str, summary: str, evaluate: Any, needs: tuple[str, ...] = ()) -> Recipe:
    return Recipe(
        name,
        summary,
        build=no_model,
        examples=lambda split: {"x": split.x_train[:1]},
        validation=None,
        evaluate=evaluate,
        epochs=0,
        group="matching",
        needs=(CLASSIFIER, *needs),
        keep_weights=False,
        protocol=DETECTION_PROTOCOL,
    )
