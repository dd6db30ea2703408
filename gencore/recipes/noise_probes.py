"""What is asked of models beside the grid: means led back, and what a code says of the class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from gencore import data, metrics, vae
from gencore.recipes.noise_models import CODE_SIZE, conditional_vae
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import gallery

CODE_SIZES = (2, 5, CODE_SIZE)
CODE_SEED, NEIGHBOURS = 0, 20
WAYS_BACK = {"inverted": False, "stretched": True}


Evaluation = Callable[..., dict[str, metrics.Estimate]]
Pair = Callable[[data.Split], dict[str, Any]]


@dataclass(frozen=True)
class LedBack:
    """A VAE of clipped noise, and its images led back to clean means by ``data.undo_clipping``."""

    model: vae.VAE
    variance: float
    straight: bool
    classes: None = None

    @property
    def latent_size(self) -> int:
        """The length of a code."""
        return self.model.latent_size

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Return the model's samples, led back."""
        return self.back(self.model.sample(n, seed))

    def images(self, z: Any, labels: None = None) -> np.ndarray:
        """Return the model's images of codes, led back."""
        return self.back(self.model.images(z))

    def back(self, means: np.ndarray) -> np.ndarray:
        """Return clean means."""
        return data.undo_clipping(means, self.variance, self.straight)


def led_back(plain: Recipe, variance: float) -> Iterable[Recipe]:
    """Yield the plain VAE of clipped noise, its samples led back by the curve and by the line."""
    words = {"inverted": "inverse of the mean of clipped noise", "stretched": "straight line"}
    for name, straight in WAYS_BACK.items():
        view = partial(LedBack, variance=variance, straight=straight)
        yield replace(
            plain,
            name=f"noise-vae-{name}",
            summary=f"{plain.summary}; its images led back to clean ones by the {words[name]}",
            evaluate=partial(_evaluate_view, view=view, evaluate=plain.evaluate),
            gallery=lambda model, view=view: gallery(view(model)),
            keep_weights=False,
        )


def _evaluate_view(
    model: vae.VAE,
    split: data.Split,
    classifier: keras.Model,
    view: Callable[[vae.VAE], LedBack],
    evaluate: Evaluation,
) -> dict[str, metrics.Estimate]:
    return evaluate(view(model), split, classifier)


def code_sizes(clean: Recipe, noisy: Recipe) -> Iterable[Recipe]:
    """Yield conditional VAEs whose codes are read for the class: several lengths, and noise.

    Parameters
    ----------
    clean, noisy : Recipe
        The conditional VAE of the grid, without noise and with it.
    """
    rows = [(clean, size, "") for size in CODE_SIZES] + [(noisy, CODE_SIZE, "-noisy")]
    for plain, size, end in rows:
        yield replace(
            plain,
            name=f"noise-cvae-code-{size}{end}",
            summary=plain.summary.replace(f"-{CODE_SIZE}-", f"-{size}-") + "; its code is read",
            build=partial(conditional_vae, code_size=size),
            evaluate=partial(
                evaluate_code, pair=plain.validation or plain.examples, evaluate=plain.evaluate
            ),
            keep_gallery=False,
        )


def evaluate_code(
    model: vae.VAE, split: data.Split, classifier: keras.Model, pair: Pair, evaluate: Evaluation
) -> dict[str, metrics.Estimate]:
    """Return the scores of the samples, and how often a code of a test digit tells its class.

    The class is that of most of the 20 nearest codes of validation digits; by chance it would be
    right in one case of ten. Codes are drawn from q(z|x, c), as the decoder is given them.
    """
    test = replace(split, x_valid=split.x_test, y_valid=split.y_test)
    known, asked = (
        np.asarray(model.encode(pair(part)["x"]).sample(seed=CODE_SEED)) for part in (split, test)
    )
    neighbours = KNeighborsClassifier(NEIGHBOURS).fit(known, split.y_valid)
    right = neighbours.predict(asked) == split.y_test
    scores = evaluate(model, split, classifier)
    return scores | {"class_in_code": metrics.Estimate.from_values(right)}
