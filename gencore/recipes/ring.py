"""Recipes of GANs on a ring of eight normal distributions: three losses and a penalty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gencore import adversarial, data, gan, metrics, networks
from gencore.checks.settings import keras
from gencore.recipes.recipe import Recipe

RING_POINTS = 2000
RING_RADIUS = 0.3  # three standard deviations around a centre
# The games on the ring: a loss, and the penalty on the slope of the discriminator with its weight.
RING: dict[str, tuple[adversarial.Loss, Any, float]] = {
    "minimax": (adversarial.minimax, None, 0.0),
    "non-saturating": (adversarial.non_saturating, None, 0.0),
    "wasserstein": (adversarial.wasserstein, adversarial.gradient_penalty, 1.0),
    "r1": (adversarial.non_saturating, adversarial.r1_penalty, 0.1),
}


def ring_recipes() -> Iterable[Recipe]:
    """Yield every game on the ring, with three seeds each."""
    for name in RING:
        recipe = _ring(name)
        yield from (recipe, recipe.with_seed(1), recipe.with_seed(2))


def ring_coverage(model: gan.GAN) -> dict[str, float]:
    """Return how many of the eight modes have samples, and the share of samples near a mode."""
    points = model.sample(RING_POINTS, seed=0)
    modes, good = metrics.modes_covered(points, data.ring_centres(), RING_RADIUS)
    return {"modes_covered": modes, "good_samples": good.value}


def evaluate_ring(model: gan.GAN, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the share of good samples, as many as test points, and the modes covered."""
    points = model.sample(len(split.x_test), seed=1)
    modes, good = metrics.modes_covered(points, data.ring_centres(), RING_RADIUS)
    return {"good_samples": good, "modes_covered": metrics.Estimate(modes, 0.0, "of 8")}


def _ring(name: str) -> Recipe:
    loss, penalty, weight = RING[name]
    words = f"{loss.name} loss" + (
        f", with the penalty R1 of weight {weight}" if name == "r1" else ""
    )

    def build(seed: int) -> keras.Model:
        return gan.GAN(
            networks.dense_generator(2, (64, 64), shape=(2,)),
            networks.dense_discriminator((256, 256, 256), shape=(2,)),
            loss=loss,
            penalty=penalty,
            penalty_weight=weight,
            critic_steps=5,
            activation="linear",
            collapse=0.0,  # a collapse is what the chapter wants to see
            seed=seed,
        )

    return Recipe(
        f"ring-{name}",
        f"GAN on a ring of eight normal distributions, {words}",
        build,
        examples=lambda split: {"x": split.x_train},
        validation=None,
        evaluate=evaluate_ring,
        epochs=30,
        batch_size=100,
        learning_rate=1e-3,
        adam={"beta_1": 0.5},
        group="gan",
        dataset="ring",
        monitor=ring_coverage,
        gallery=lambda model: model.sample(500, seed=0).astype(np.float16),
        gallery_epochs=(1, 5, 10, 20, 30),
    )
