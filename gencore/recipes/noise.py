"""Recipes of the chapter on noise: a grid of models and variances, repairs, other corruptions.

All are trained on noisy images whose values are clipped to [0, 1], unless their name says
otherwise, and scored against clean test digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from gencore import autoencoder, data, gae, gan, measurements, metrics, vae
from gencore.checks.settings import keras
from gencore.recipes.gae import fit_first
from gencore.recipes.gan import gan_recipes
from gencore.recipes.noise_models import CLASSES, KINDS
from gencore.recipes.noise_probes import code_sizes, led_back
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import CLASSIFIER, gallery, samples_of, score_samples
from gencore.recipes.vae import vae_recipes

VARIANCES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
VARIANCE = 0.1
FIRST_GUESS = 0.3
MORE_SEEDS = (0.0, VARIANCE)
WRONG_LABELS = 0.2
SEEDS = {"train": 10, "valid": 11, "test": 12}
OTHERS = {"salt-and-pepper": 0.2, "blur": 1.0, "missing-pixels": 0.5}
KEPT = ("noise-vae-0.1", "noise-vae-repaired-clipped")  # the others leave twenty samples

Corruption = Callable[[np.ndarray, int], np.ndarray]  # of clean images, with a seed


def flatness(images: np.ndarray) -> dict[str, metrics.Estimate]:
    """Return what noise leaves in the frame of digits, which is black in clean ones."""
    return {
        "residual_noise": metrics.residual_noise(images),
        "background_level": metrics.background_level(images),
    }


def evaluate_noisy(
    model: Any, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of samples against clean digits, and the noise that is left in them.

    A model that learned the variance of the noise has it among its scores.
    """
    holder = getattr(model, "vae", model)
    samples, labels = samples_of(holder, len(split.x_test))
    scores = score_samples(samples, split, classifier, labels) | flatness(samples)
    for exponent in getattr(holder, "likelihood_parameters", []):
        learned = FIRST_GUESS * np.exp(vae.STEEPNESS * float(exponent.numpy()))
        scores["learned_variance"] = metrics.Estimate(float(learned), 0.0)
    return scores


def evaluate_cleaned(
    model: autoencoder.Autoencoder,
    split: data.Split,
    classifier: keras.Model,
    corrupt: Corruption,
) -> dict[str, metrics.Estimate]:
    """Return the scores of copies of noisy test digits, in the place of samples."""
    copies = model.reconstruct(corrupt(split.x_test, SEEDS["test"]))
    error = {"reconstruction_error": metrics.reconstruction_error(split.x_test, copies)}
    return error | score_samples(copies, split, classifier) | flatness(copies)


def fit_prior(model: gae.GAE, split: data.Split, corrupt: Corruption) -> dict[str, Any]:
    """Make exemplars of noisy training images and fit their scale by EM."""
    return fit_first(model, corrupt(split.x_train, SEEDS["train"]))


def noisy(variance: float, clip: bool = True) -> Corruption:
    """Return the corruption of the grid."""
    return lambda x, seed: data.add_noise(x, variance, clip=clip, rng=seed)


def unwatched(model: keras.Model) -> keras.Model:
    """Return a model whose collapse does not stop its training: here a collapse is a result."""
    if isinstance(model, gan.GAN):
        model.collapse = 0.0
    return model


def _recipe(
    name: str,
    kind_name: str,
    corrupt: Corruption,
    words: str,
    wrong: float = 0.0,
    **options: Any,
) -> Recipe:
    """Return the recipe of a model of :data:`KINDS` on corrupted images."""
    kind = KINDS[kind_name]

    def part(split: data.Split, which: str) -> dict[str, Any]:
        clean, y = (getattr(split, f"{letter}_{which}") for letter in "xy")
        x, y = corrupt(clean, SEEDS[which]), data.wrong_labels(y, wrong, rng=SEEDS[which])
        if kind.labels == "pair":
            return {"x": (x, data.one_hot(y, CLASSES))}
        target = {"y": y} if kind.labels == "y" else {}
        return {"x": x} | ({"y": clean} if kind_name == "ae-denoising" else target)

    players = kind_name.endswith(("gan", "gan-gp"))
    copies = kind_name.startswith("ae")
    return Recipe(
        name,
        f"{kind.summary}; {words}" + ("; its copies of noisy digits are scored" if copies else ""),
        build=lambda seed: unwatched(kind.build(seed, **options)),
        examples=partial(part, which="train"),
        validation=None if players else partial(part, which="valid"),
        evaluate=partial(evaluate_cleaned, corrupt=corrupt) if copies else evaluate_noisy,
        finish=partial(fit_prior, corrupt=corrupt) if kind_name == "gae" else None,
        epochs=kind.epochs,
        group="noise",
        needs=(CLASSIFIER,),
        keep_weights=name in KEPT,
        protocol={"noise_seeds": SEEDS},
        gallery=None if copies else gallery,
        gallery_epochs=() if copies else (kind.epochs,),
        **kind.settings,
    )


def noise_recipes() -> Iterable[Recipe]:
    """Yield the source's experiment, the grid, the repairs, and the other corruptions."""
    known = {recipe.name: recipe for recipe in (*vae_recipes(), *gan_recipes())}
    for name in ("vae-conv", "gan-conv"):
        for clip in (True, False):
            yield _on_noisy_digits(known[name], clip)
    grid = {}
    for kind in KINDS:
        for variance in VARIANCES:
            words = f"noise of variance {variance:g}, clipped" if variance else "no noise"
            recipe = _recipe(f"noise-{kind}-{variance:g}", kind, noisy(variance), words)
            grid[kind, variance] = recipe
            yield from _seeds(recipe) if variance in MORE_SEEDS else (recipe,)
    for recipe in (*_repairs(), *led_back(grid["vae", VARIANCE], VARIANCE)):
        yield from _seeds(recipe)
    yield from _other_corruptions()
    for kind in ("cvae", "cgan"):
        words = f"{WRONG_LABELS:.0%} of the labels are wrong, no noise"
        yield _recipe(f"noise-{kind}-labels", kind, noisy(0.0), words, wrong=WRONG_LABELS)
    yield from code_sizes(grid["cvae", 0.0], grid["cvae", VARIANCE])


def _on_noisy_digits(recipe: Recipe, clip: bool) -> Recipe:
    """Return a recipe of another chapter, its digits with noise of variance 0.1."""
    corrupt = noisy(VARIANCE, clip)
    valid = recipe.validation and (lambda split: {"x": corrupt(split.x_valid, SEEDS["valid"])})
    return replace(
        recipe,
        name=f"noise-{recipe.name}" + ("" if clip else "-unclipped"),
        summary=f"{recipe.summary}; noise of variance {VARIANCE}, {'' if clip else 'not '}clipped",
        build=lambda seed: unwatched(recipe.build(seed)),
        examples=lambda split: {"x": corrupt(split.x_train, SEEDS["train"])},
        validation=valid,
        evaluate=evaluate_noisy,
        gallery=gallery,
        gallery_epochs=(recipe.epochs,),
        keep_weights=False,
        group="noise",
        protocol={"noise_seeds": SEEDS},
    )


def _seeds(recipe: Recipe) -> Iterable[Recipe]:
    return recipe, recipe.with_seed(1), recipe.with_seed(2)


def _repairs() -> Iterable[Recipe]:
    """Yield what knows about the noise, and the plain models on unclipped noise beside it."""
    for kind in ("vae", "gan"):
        words = f"noise of variance {VARIANCE}, not clipped"
        yield _recipe(f"noise-{kind}-unclipped", kind, noisy(VARIANCE, clip=False), words)
    for clip, word in ((True, "clipped"), (False, "unclipped")):
        corrupt, known = noisy(VARIANCE, clip), f"noise of variance {VARIANCE}, {word}"
        yield _recipe(
            f"noise-vae-repaired-{word}",
            "vae",
            corrupt,
            f"{known}, in its likelihood",
            likelihood=partial(vae.noisy, VARIANCE, clip),
        )
        yield _recipe(
            f"noise-vae-learned-{word}",
            "vae",
            corrupt,
            f"{known}, in its likelihood, the variance learned from {FIRST_GUESS}",
            likelihood=partial(vae.noisy, FIRST_GUESS, clip, learn=True),
        )
        yield _recipe(
            f"noise-gan-ambient-{word}",
            "gan",
            corrupt,
            f"{known}, added to its samples",
            measurement=measurements.gaussian_noise(VARIANCE, clip),
        )
    normal = partial(vae.noisy, VARIANCE, clip=False)
    learned = partial(vae.noisy, FIRST_GUESS, clip=False, learn=True)
    words = "no noise, yet a normal likelihood, of variance"
    yield _recipe("noise-vae-normal-0", "vae", noisy(0.0), f"{words} {VARIANCE}", likelihood=normal)
    yield _recipe(
        "noise-vae-normal-learned-0",
        "vae",
        noisy(0.0),
        f"{words} learned from {FIRST_GUESS}",
        likelihood=learned,
    )
    yield _recipe(
        "noise-vae-denoised",
        "vae",
        lambda x, seed: data.denoise(noisy(VARIANCE)(x, seed), VARIANCE),
        f"noise of variance {VARIANCE}, clipped, taken out by a linear filter first",
    )


def _other_corruptions() -> Iterable[Recipe]:
    """Yield plain and repaired models on black and white pixels, blur and missing pixels."""
    for name, strength in OTHERS.items():
        corrupt = partial(_corrupted, name=name, strength=strength)
        measurement = measurements.measurement(name, strength)
        words = f"{name.replace('-', ' ')} of strength {strength:g}"
        repairs: dict[str, dict[str, Any]] = {
            "vae": {"likelihood": partial(vae.measured, measurement.mean)},
            "gan": {"measurement": measurement},
        }
        for kind, repair in repairs.items():
            yield _recipe(f"noise-{kind}-{name}", kind, corrupt, words)
            known = f"{words}, which it knows"
            yield _recipe(f"noise-{kind}-{name}-repaired", kind, corrupt, known, **repair)


def _corrupted(x: np.ndarray, seed: int, name: str, strength: float) -> np.ndarray:
    return data.corrupt(name, x, strength, rng=seed)
