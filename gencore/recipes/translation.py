"""Recipes of the chapter on translation: CycleGANs whose right answer is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gencore import data, metrics, networks, translation
from gencore.checks.settings import keras, ops
from gencore.data.batches import in_batches
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, GALLERY_IMAGES

DEAL_SEED = 7  # which training digits are written in which way
CYCLE_WEIGHT, IDENTITY_WEIGHT = 10.0, 5.0
PROTOCOL = {"deal_seed": DEAL_SEED}


class HalfCycleGAN(translation.CycleGAN):
    """A CycleGAN in which no translator hears of the cycle that begins with it.

    Each cycle takes the translation in its middle as given: the mistake of a program that gives
    every translator an optimizer of its own, and a loss with the cycle alone that ends in it.
    """

    def cycles(self, a: Any, b: Any, like_a: Any, like_b: Any) -> tuple[Any, Any]:
        """Return both distances, each with a gradient for the second translator of its cycle."""
        return super().cycles(a, b, ops.stop_gradient(like_a), ops.stop_gradient(like_b))


def translation_recipes() -> Iterable[Recipe]:
    """Yield the CycleGAN between two ways of writing digits."""
    yield _digits(
        "cycle-digits",
        "CycleGAN between digits and their other way of writing",
    )


def ablated_recipes() -> Iterable[Recipe]:
    """Yield what becomes of it without one of its parts; these are to be trained yet."""
    for name, summary, options in (
        ("no-cycle", "without the cycle", {"cycle_weight": 0.0}),
        ("no-identity", "without the identity", {"identity_weight": 0.0}),
        ("half-cycle", "with half of each cycle", {"model": HalfCycleGAN}),
    ):
        recipe = _digits(f"cycle-digits-{name}", f"The same {summary}", **options)
        yield replace(recipe, keep_weights=False)


def digit_domains(split: data.Split) -> tuple[np.ndarray, np.ndarray]:
    """Return digits, and other digits written as :func:`gencore.data.twins` does.

    The training digits are dealt into two halves at random; none of one has its twin in the other.
    """
    dealt = np.random.default_rng(DEAL_SEED).permutation(len(split.x_train))
    first, second = np.array_split(dealt, 2)
    return split.x_train[first], data.twins(split.x_train[second])


def evaluate_translation(
    model: translation.CycleGAN, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return how well test digits are translated, in both directions.

    Returns
    -------
    dict
        ``twin_error``, the mean absolute difference over the pixels of G(a) and b, the true twin of
        a, and ``cycle_error``, that of F(G(a)) and a, both in grey levels from 0 to 1;
        ``label_kept``, the share of digits of which the digit classifier, which is shown the
        negative 1 - G(a), says the right label; and the three of the way back, which begin with
        ``back_``. ``label_of_twins`` is the share that it has right of the true twins.
    """
    a, y = split.x_test, split.y_test
    b = data.twins(a)
    like_b, like_a = model.translate(a), model.translate_back(b)

    def right(x: np.ndarray) -> metrics.Estimate:
        logits = in_batches(classifier, x, size=1000, reads=(classifier,))
        return metrics.Estimate.from_values(logits.argmax(axis=1) == y)

    return {
        "twin_error": error(like_b, b),
        "cycle_error": error(model.translate_back(like_b), a),
        "label_kept": right(1 - like_b),
        "back_twin_error": error(like_a, a),
        "back_cycle_error": error(model.translate(like_a), b),
        "back_label_kept": right(like_a),
        "label_of_twins": right(1 - b),
    }


def error(x: np.ndarray, y: np.ndarray) -> metrics.Estimate:
    """Return the mean absolute difference of images, in grey levels from 0 to 1."""
    each = np.abs(x - y).reshape(len(x), -1).mean(axis=1)
    return metrics.Estimate.from_values(each, "grey levels")


def _digits(
    name: str,
    summary: str,
    model: type[translation.CycleGAN] = translation.CycleGAN,
    **options: Any,
) -> Recipe:
    options = {"cycle_weight": CYCLE_WEIGHT, "identity_weight": IDENTITY_WEIGHT} | options
    epochs = 3

    def build(seed: int) -> translation.CycleGAN:
        translators = (networks.translator() for _ in range(2))
        critics = (networks.strided_discriminator((32, 64)) for _ in range(2))
        return model(*translators, *critics, seed=seed, **options)

    def examples(split: data.Split) -> dict[str, np.ndarray]:
        a, b = translation.unpaired(*digit_domains(split), seed=DEAL_SEED)
        return {"x": a, "y": b}

    def gallery(trained: translation.CycleGAN) -> np.ndarray:
        """Return digits, their translations and these translated back, (3, 20, 28, 28)."""
        a = data.load("auto").x_valid[:GALLERY_IMAGES]
        like_b = trained.translate(a)
        shown = np.stack([a, like_b, trained.translate_back(like_b)])[..., 0]
        return np.rint(255 * shown).astype(np.uint8)

    return Recipe(
        name,
        summary,
        build,
        examples=examples,
        validation=None,
        evaluate=evaluate_translation,
        finish=_finish,
        epochs=epochs,
        batch_size=32,
        learning_rate=1e-3,
        adam={"beta_1": 0.5, "beta_2": 0.99},
        group="translation",
        protocol=PROTOCOL | options,
        needs=(CLASSIFIER,),
        gallery=gallery,
        gallery_epochs=(1, epochs),
    )


def _finish(model: translation.CycleGAN, split: data.Split) -> dict[str, Any]:
    """Empty the pools, which serve the training alone."""
    model.pool_a.empty()
    model.pool_b.empty()
    return {}
