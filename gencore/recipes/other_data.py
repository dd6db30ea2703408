"""Recipes of other data: a model of one kind of images is asked about images of other kinds.

Grey levels become densities by a uniform draw within each level, so that log p(x) of an image and
the length of its file can be compared: both say how many nats its 784 bytes take.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from gencore import data, likelihood, metrics, networks, vae
from gencore.checks.settings import keras
from gencore.data.draws import generator
from gencore.recipes.recipe import Recipe

LEVELS = 256
LATENT_SIZE, UNITS = 16, 200
DRAWS = 50
IMAGES = 2000  # of each kind that is asked about
FACES = {"train": 10_000, "valid": 1000}  # the others are tested on
REPLACED = 0.2  # of the pixels that a background model sees
VARIANCE = 0.05  # of a grey pixel around its mean, the first guess
PROTOCOL = {"importance_samples": DRAWS, "images": IMAGES, "evaluation_seed": 0}
SCORES = ("likelihood", "typicality", "ratio", "complexity")


def other_data_recipes() -> Iterable[Recipe]:
    """Yield models of grey digits and of faces, and a background model of each."""
    for kind in ("digits", "faces"):
        yield _model(kind, background=True)
        yield _model(kind, background=False)


def dequantised(x: np.ndarray, rng: int | np.random.Generator = 0) -> np.ndarray:
    """Return grey levels k / 255 as draws from [k, k + 1) / 256, between 0 and 1."""
    uniform = generator(rng).random(x.shape, np.float32)
    return ((LEVELS - 1) * x + uniform) / LEVELS


def file_nats(x: np.ndarray) -> np.ndarray:
    """Return the length of each image as a PNG file, shape (n,), in nats."""
    from PIL import Image

    lengths = []
    for image in np.rint((LEVELS - 1) * x[..., 0]).astype(np.uint8):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "PNG", optimize=True)
        lengths.append(8 * math.log(2) * len(file.getvalue()))
    return np.array(lengths)


def code_nats(model: vae.VAE, x: np.ndarray) -> np.ndarray:
    """Return the nats that a model's code for each image takes, -log P of its grey levels, (n,)."""
    density = likelihood.log_likelihoods(model, dequantised(x), DRAWS)
    return x[0].size * math.log(LEVELS) - density


def parts(kind: str, split: data.Split) -> dict[str, np.ndarray]:
    """Return training, validation and test images of a kind, "digits" or "faces"."""
    if kind == "digits":
        return {"train": split.x_train, "valid": split.x_valid, "test": split.x_test}
    faces = data.other_images("faces", 10**6)
    ends = np.cumsum(list(FACES.values()))
    return dict(zip(("train", "valid", "test"), np.split(faces, ends), strict=True))


def asked(kind: str, split: data.Split) -> dict[str, np.ndarray]:
    """Return images of the other kinds, by name."""
    found = {"digits": split.x_test[:IMAGES]} if kind != "digits" else {}
    for name in data.OTHER_IMAGES:
        if name != kind:
            found[name] = data.other_images(name, IMAGES, digits=split.x_test)
    return found


def scores(
    model: vae.VAE, background: vae.VAE, x: np.ndarray, usual: float
) -> dict[str, np.ndarray]:
    """Return four scores of each image, each the greater the stranger, shape (n,).

    Parameters
    ----------
    model, background : VAE
        Of what is normal, and of the same with a fifth of its pixels replaced.
    x : ndarray, shape (n, 28, 28, 1)
        Grey images.
    usual : float
        The mean of the nats that validation images of what is normal take.

    Returns
    -------
    dict
        ``likelihood``, the nats that an image takes; ``typicality``, how far that is from what is
        usual (Nalisnick et al., 2019); ``ratio``, what the background model saves (Ren et al.,
        2019); ``complexity``, what a file saves (Serra et al., 2020).
    """
    nats = code_nats(model, x)
    return {
        "likelihood": nats,
        "typicality": np.abs(nats - usual),
        "ratio": nats - code_nats(background, x),
        "complexity": nats - file_nats(x),
    }


def evaluate_other_data(
    kind: str, model: vae.VAE, split: data.Split, background: vae.VAE
) -> dict[str, metrics.Estimate]:
    """Return the nats of each kind of images, and how well each score tells it from the normal."""
    own = parts(kind, split)
    usual = float(code_nats(model, own["valid"][:IMAGES]).mean())
    normal = scores(model, background, own["test"][:IMAGES], usual)
    found = {f"nats_{kind}": metrics.Estimate.from_values(normal["likelihood"], "nats")}
    for name, images in asked(kind, split).items():
        key = name.replace(" ", "_")
        strange = scores(model, background, images, usual)
        found[f"nats_{key}"] = metrics.Estimate.from_values(strange["likelihood"], "nats")
        for score in SCORES:
            found[f"auroc_{score}_{key}"] = metrics.auroc(normal[score], strange[score])
    return found


def evaluate_background(
    kind: str, model: vae.VAE, split: data.Split
) -> dict[str, metrics.Estimate]:
    """Return the nats of test images under a background model."""
    nats = code_nats(model, parts(kind, split)["test"][:IMAGES])
    return {f"nats_{kind}": metrics.Estimate.from_values(nats, "nats")}


def _model(kind: str, background: bool) -> Recipe:
    def build(seed: int) -> keras.Model:
        hidden = (UNITS, UNITS)
        return vae.VAE(
            networks.dense_encoder(2 * LATENT_SIZE, hidden),
            networks.dense_decoder(LATENT_SIZE, hidden),
            likelihood=vae.noisy(VARIANCE, clip=False, learn=True),
            seed=seed,
        )

    def examples(part: str, split: data.Split) -> dict[str, np.ndarray]:
        x, rng = dequantised(parts(kind, split)[part], 1), np.random.default_rng(2)
        if background:
            x = np.where(rng.random(x.shape) < REPLACED, rng.random(x.shape), x)
        return {"x": x.astype(np.float32)}

    words = f", {100 * REPLACED:g} % of the pixels replaced by noise" if background else ""
    name = f"ood-{kind}{'-background' * background}"
    evaluate: Any = (
        (lambda model, split: evaluate_background(kind, model, split))
        if background
        else (lambda model, split, other: evaluate_other_data(kind, model, split, other))
    )
    return Recipe(
        name,
        f"VAE of grey {kind} as densities{words}, {LATENT_SIZE} latent dimensions, 2 hidden layers "
        f"of {UNITS}",
        build,
        examples=lambda split: examples("train", split),
        validation=lambda split: examples("valid", split),
        evaluate=evaluate,
        epochs=15 if kind == "digits" else 40,
        learning_rate=1e-3,
        group="uses",
        needs=() if background else (f"{name}-background",),
        protocol=PROTOCOL,
        slice_images=200,
    )
