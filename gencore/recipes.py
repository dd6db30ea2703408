"""The book's experiments by name: data, networks, training, evaluation and seed.

A recipe states everything that decides a trained model. ``zoo.train`` follows it, and
``python -m gencore train NAME`` makes the model again.
"""

from __future__ import annotations

from gencore._autoencoder_recipes import (
    CODE_SIZE,
    EVALUATION_SEED,
    NOISE_VARIANCE,
    autoencoder_recipes,
    classifier_recipe,
    evaluate_autoencoder,
    evaluate_classifier,
)
from gencore._explore_recipes import evaluate_copies, explore_recipes
from gencore._gae_recipes import (
    evaluate_gae,
    evaluate_gae_importance,
    evaluate_gae_reference,
    evaluate_plane,
    gae_recipes,
)
from gencore._gan_recipes import evaluate_ring, gan_recipes
from gencore._noise_recipes import evaluate_cleaned, evaluate_noisy, noise_recipes
from gencore._parzen_recipes import evaluate_grey, evaluate_parzen, parzen_recipes
from gencore._recipe import Recipe
from gencore._samples import evaluate_held_out, evaluate_samples
from gencore._vae_recipes import (
    binarized,
    evaluate_grey_vae,
    evaluate_importance,
    evaluate_reference,
    evaluate_vae,
    vae_recipes,
)

__all__ = [
    "CODE_SIZE",
    "EVALUATION_SEED",
    "NOISE_VARIANCE",
    "RECIPES",
    "Recipe",
    "binarized",
    "evaluate_autoencoder",
    "evaluate_classifier",
    "evaluate_cleaned",
    "evaluate_copies",
    "evaluate_gae",
    "evaluate_gae_importance",
    "evaluate_gae_reference",
    "evaluate_grey",
    "evaluate_grey_vae",
    "evaluate_held_out",
    "evaluate_importance",
    "evaluate_noisy",
    "evaluate_parzen",
    "evaluate_plane",
    "evaluate_reference",
    "evaluate_ring",
    "evaluate_samples",
    "evaluate_vae",
    "get",
]


def get(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known ones.
    """
    if name not in RECIPES:
        known = ", ".join(sorted(RECIPES))
        raise ValueError(f"there is no recipe {name!r}. Known recipes: {known}.")
    return RECIPES[name]


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        classifier_recipe(),
        *autoencoder_recipes(),
        *vae_recipes(),
        *gan_recipes(),
        *gae_recipes(),
        *explore_recipes(),
        *parzen_recipes(),
        *noise_recipes(),
    )
}
