"""Recipes of the Parzen window table: models of grey digits, and what stands in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from gencore import data, gae, likelihood, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.recipes.gae import EXEMPLARS, fit_prior
from gencore.recipes.likelihoods import PROTOCOL
from gencore.recipes.recipe import Recipe

Build = Callable[[int], keras.Model]

GREY_SAMPLES = 10_000
GREY_LATENT = 10
GREY_UNITS = 500
# Of normal pixels as wide as these a nat is worth 2 x 0.81 of squared distance, which keeps the
# rate below log(10,000) = 9.2; about half as much keeps it below that of a million, 13.8.
GREY = vae.noisy(0.9**2, clip=False)
GREY_OF_MANY = vae.noisy(0.65**2, clip=False)
BANDWIDTHS = tuple(np.round(np.arange(0.10, 0.31, 0.01), 2).tolist())
VALIDATION_IMAGES = 2000
KMEANS_ROUNDS = 6
SAMPLE_SEED = 0
PARZEN_PROTOCOL = {
    "samples": GREY_SAMPLES,
    "validation_images": VALIDATION_IMAGES,
    "sample_seed": SAMPLE_SEED,
    "bandwidths": list(BANDWIDTHS),
}
MANY = (30_000, 100_000, 300_000, 1_000_000)


class CodeBook(keras.Model):
    """Images in the place of a model: ``sample`` hands them out block by block.

    Parameters
    ----------
    n : int
        How many images of the shape (28, 28, 1); all are 0 until ``pictures`` is assigned.
    """

    def __init__(self, n: int):
        super().__init__(name="code_book")
        shape = (n, *networks.IMAGE_SHAPE)
        self.pictures = self.add_weight(shape=shape, trainable=False, name="pictures")
        self.built = True

    def call(self, x: Any) -> Any:
        """Return the images unchanged."""
        return x

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Return block number ``seed`` of n pictures."""
        return self.pictures.numpy()[seed * n : (seed + 1) * n]


def evaluate_parzen(model: Any, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the scores of ``score_counts`` for 10,000 samples alone."""
    return score_counts(model, split, (GREY_SAMPLES,))


def score_counts(
    model: Any, split: data.Split, counts: Sequence[int]
) -> dict[str, metrics.Estimate]:
    """Return Parzen scores, the bandwidth chosen on validation images for each number of samples.

    Beside the score of the test images: their mean square to the nearest sample; of the first
    10,000 samples also the sharpness, and the score under every second bandwidth.

    Parameters
    ----------
    model : GAE, VAE, GAN or CodeBook
        What gives the samples; block k of 10,000 has the seed k.
    split : Split
        The first 2,000 validation images choose, all test images are scored.
    counts : sequence of int
        Numbers of samples, multiples of 10,000.
    """
    sample = getattr(model, "vae", model).sample
    chosen_on = split.x_valid[:VALIDATION_IMAGES]
    valid, test = (metrics.ParzenWindow(x, BANDWIDTHS) for x in (chosen_on, split.x_test))
    scores: dict[str, metrics.Estimate] = {}
    for block in range(max(counts) // GREY_SAMPLES):
        samples = sample(GREY_SAMPLES, seed=SAMPLE_SEED + block)
        valid.add(samples)
        test.add(samples)
        if test.samples in counts:
            more = f"_{test.samples}" if block else ""
            scores |= {f"{key}{more}": value for key, value in _chosen(valid, test).items()}
        if not block:
            scores["sharpness_of_samples"] = metrics.sharpness(samples)
            pairs = zip(BANDWIDTHS[::2], test.log_likelihoods()[::2], strict=True)
            scores |= {f"parzen_log_likelihood_at_{h}": score for h, score in pairs}
    return scores


def _chosen(valid: metrics.ParzenWindow, test: metrics.ParzenWindow) -> dict[str, metrics.Estimate]:
    best = valid.best()
    return {
        "parzen_log_likelihood": test.log_likelihoods()[best],
        "parzen_bandwidth": metrics.Estimate(BANDWIDTHS[best], 0.0, "grey levels of 0 to 1"),
        "nearest_squared_distance": test.nearest_squared_distance(),
    }


def evaluate_grey(model: keras.Model, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the rate, the squared error of copied test digits and the scores of samples."""
    holder, x = getattr(model, "vae", model), split.x_test
    rate = likelihood.rate_distortion(holder, x, PROTOCOL["bound_samples"], SAMPLE_SEED)["rate"]
    error = metrics.reconstruction_error(x, holder.images(holder.codes(x)))
    return {"rate": rate, "reconstruction_error": error} | evaluate_parzen(model, split)


def parzen_recipes() -> Iterable[Recipe]:
    """Yield the models of grey digits, and what takes their place in the table."""
    many = partial(score_counts, counts=MANY)
    yield _gae("gae-grey-1", "GAE on grey digits", 1, GREY)
    yield _gae("gae-grey-2", "GAE on grey digits", 2, GREY, reference=many)
    of_many = "GAE on grey digits, for the score of a million samples"
    yield _gae("gae-grey-many", of_many, 2, GREY_OF_MANY, reference=many)
    yield _model(
        "vae-grey",
        f"VAE on grey digits, {_networks_in_words(2)}",
        lambda seed: vae.VAE(*_networks(2), likelihood=GREY, seed=seed),
    )
    yield _stand_in(
        "parzen-data",
        "no model: training digits in the place of samples",
        build=lambda seed: CodeBook(5 * GREY_SAMPLES),
        evaluate=partial(score_counts, counts=(10_000, 30_000, 50_000)),
        finish=_take_digits,
    )
    yield _stand_in(
        "parzen-kmeans",
        f"no model: {GREY_SAMPLES} centres of k-means in the place of samples, {KMEANS_ROUNDS} "
        "rounds from random training digits",
        build=lambda seed: CodeBook(GREY_SAMPLES),
        evaluate=evaluate_parzen,
        finish=_take_centres,
    )
    for name in ("gan-dense", "wgan-gp"):
        yield _stand_in(
            f"parzen-{name}",
            f"the samples of {name}",
            build=lambda seed: CodeBook(1),
            evaluate=lambda _, split, generator: evaluate_parzen(generator, split),
            needs=(name,),
        )


def _take_digits(book: CodeBook, split: data.Split) -> dict[str, Any]:
    book.pictures.assign(split.x_train[: book.pictures.shape[0]])
    return {}


def _take_centres(book: CodeBook, split: data.Split) -> dict[str, Any]:
    """Put the centres of k-means into the book; return how near training digits are to them."""
    rows = split.x_train.reshape(len(split.x_train), -1)
    settings = {"n_init": 1, "max_iter": KMEANS_ROUNDS, "tol": 0.0, "random_state": SAMPLE_SEED}
    means = KMeans(book.pictures.shape[0], init="random").set_params(**settings).fit(rows)
    book.pictures.assign(means.cluster_centers_.reshape(book.pictures.shape))
    return {"mean_square_of_training_digits": float(vars(means)["inertia_"] / len(rows))}


def _networks(depth: int) -> tuple[keras.Model, keras.Model]:
    hidden = (GREY_UNITS,) * depth
    return (
        networks.dense_encoder(2 * GREY_LATENT, hidden, activation="silu"),
        networks.dense_decoder(GREY_LATENT, hidden, activation="silu"),
    )


def _networks_in_words(depth: int) -> str:
    layers = f"{depth} hidden layer{'s' if depth > 1 else ''} of {GREY_UNITS}"
    return f"{GREY_LATENT} latent dimensions, {layers}, SiLU"


def _gae(
    name: str, summary: str, depth: int, pixels: vae.Likelihood, reference: Any = None
) -> Recipe:
    def build(seed: int) -> keras.Model:
        prior = gae.PosteriorMixture.blank(EXEMPLARS, GREY_LATENT)
        return gae.GAE(vae.VAE(*_networks(depth), prior=prior, likelihood=pixels, seed=seed))

    summary = f"{summary}, {_networks_in_words(depth)}"
    return _model(name, summary, build, reference=reference, finish=fit_prior)


def _model(name: str, summary: str, build: Build, **settings: Any) -> Recipe:
    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": split.x_valid},
        evaluate=evaluate_grey,
        epochs=40,
        learning_rate=2e-3,
        group="gae",
        keep_weights=False,
        protocol=PARZEN_PROTOCOL,
        **settings,
    )


def _stand_in(name: str, summary: str, build: Build, **settings: Any) -> Recipe:
    """Return a recipe that trains nothing and scores images as if a model had made them."""
    return Recipe(
        name,
        summary,
        build,
        examples=lambda split: {"x": split.x_train[:1]},
        validation=None,
        epochs=0,
        group="gae",
        keep_weights=False,
        protocol=PARZEN_PROTOCOL,
        **settings,
    )
