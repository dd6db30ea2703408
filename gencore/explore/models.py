"""Figures of trained models: a plane of codes to walk through, a field to draw in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gencore import checks, plots
from gencore.explore.networks import network
from gencore.explore.page import Explorer, packed, some

MARGIN = 0.06  # of a plane's width, around the codes
BATCH = 500
DRAWS = 400  # codes drawn from a prior


def latent_map(models: Mapping[str, Any], images: np.ndarray, labels: np.ndarray) -> Explorer:
    """Return the plane of codes with a point to drag; what it decodes to follows live.

    Parameters
    ----------
    models : mapping of str to model
        Autoencoders or VAEs with two latent dimensions, by the name to show; of a GAE its VAE.
        Codes drawn from the prior are shown too, of a model that has one.
    images : ndarray, shape (n, 28, 28, 1)
        Images whose codes are drawn.
    labels : ndarray of int, shape (n,)
        Their classes, 0 to 9.

    Raises
    ------
    ValueError
        If there is no model, a code is not a point of the plane, or a label is missing.
    """
    checks.mapping(models, "models")
    models = {str(name): _seen(model) for name, model in models.items()}
    images = checks.array(images, "images", "the shape (n, 28, 28, 1)", ndim=4)
    labels = checks.labels(labels, 10)
    if len(images) != len(labels):
        raise ValueError(
            f"every image has its label; received {len(images)} images and {len(labels)} labels."
        )
    codes = {name: _codes(model, images) for name, model in models.items()}
    for name, points in codes.items():
        if points.shape[1] != 2:
            raise ValueError(
                f"a plane has two coordinates; {name!r} has codes of {points.shape[1]}. Choose a "
                "model with two latent dimensions."
            )
    described = [_plane(name, model, codes[name], labels) for name, model in models.items()]
    first = next(iter(codes.values()))
    return Explorer(
        "latent_map",
        "A map of the latent plane",
        f"The plane of codes with the codes of {len(labels)} digits, each drawn as its digit, "
        f"under {' or '.join(models)}. Drag the point, or move it with the arrow keys (with shift "
        "for longer steps): the image that its place decodes to is shown beside the plane. Grey "
        "dots are codes drawn from the prior, where there is one; a button moves the point to the "
        "next.",
        {"models": described, "labels": packed(labels, "uint8")},
        lambda: plots.latent_scatter(first, labels),
    )


def draw_and_reconstruct(models: Mapping[str, Any], examples: np.ndarray) -> Explorer:
    """Return a field to draw a digit in, with each model's copy of it, and a slider for noise.

    Parameters
    ----------
    models : mapping of str to model
        Autoencoders or VAEs of images of 28 by 28 pixels, by the name to show. Of a VAE the copy
        is the mean of p(x|z) at the mean of q(z|x).
    examples : ndarray, shape (n, 28, 28, 1)
        Images to begin with.

    Raises
    ------
    ValueError
        If there is no model or no example, or images have another shape.
    """
    checks.mapping(models, "models")
    models = {str(name): _seen(model) for name, model in models.items()}
    some(examples, "example")
    examples = checks.array(examples, "examples", low=0, high=1)
    if np.shape(examples)[1:] != (28, 28, 1):
        raise ValueError(
            f"the field to draw in has the shape (28, 28, 1); received examples of the shape "
            f"{np.shape(examples)[1:]}."
        )
    described = [
        {
            "name": name,
            "encoder": network(model.encoder, outputs=_latent_size(model)),
            "decoder": _decoder(model),
        }
        for name, model in models.items()
    ]
    pixels = np.rint(255 * np.reshape(examples, (len(examples), -1)))
    first = np.asarray(examples[:1])

    def still() -> Axes:
        copies = {name: _copies(model, first) for name, model in models.items()}
        return plots.pairs({"drawing": first} | copies)

    return Explorer(
        "draw_and_reconstruct",
        "Draw a digit and see it copied",
        "A field to draw a digit in, what the models see of it once noise is added, and the "
        f"copies by {', '.join(models)}. Draw with mouse or finger, or with the arrow keys after "
        "the space bar has lowered the pen; the slider sets the variance of the noise.",
        {"models": described, "examples": packed(pixels, "uint8")},
        still,
    )


def _seen(model: Any) -> Any:
    """Return a model that has an encoder and a decoder, or raise ValueError."""
    rule = "a model of this figure has an encoder and a decoder"
    return checks.has(model, ("encoder", "decoder", "decode"), rule, "Of a GAE give its VAE.")


def _plane(name: str, model: Any, codes: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Return what the page is told of a model: decoder, codes, draws of the prior, their frame."""
    prior = getattr(model, "prior", None)
    draws = np.empty((0, 2)) if prior is None else np.asarray(prior.sample(DRAWS, seed=0))
    left, right, bottom, top = extent = _extent(np.concatenate([codes, draws]))
    inside = (draws > [left, bottom]) & (draws < [right, top])
    return {
        "name": name,
        "decoder": _decoder(model),
        "codes": packed(codes, "float16"),
        "draws": packed(draws[inside.all(axis=1)], "float16"),
        "extent": extent,
        "start": np.median(codes[labels == labels[0]], axis=0).tolist(),
    }


def _latent_size(model: Any) -> int:
    return model.decoder.inputs[0].shape[-1]


def _codes(model: Any, images: np.ndarray) -> np.ndarray:
    """Return codes, shape (n, L): of a VAE's encoder, which writes scales after them, the means."""
    parts = (images[i : i + BATCH] for i in range(0, len(images), BATCH))
    raw = np.concatenate([np.asarray(model.encoder(part)) for part in parts])
    return raw[:, : _latent_size(model)]


def _decoder(model: Any) -> list[dict[str, Any]]:
    """Return the layers from a code to an image, which the page ends with a sigmoid."""
    code = np.zeros((1, _latent_size(model)), dtype=np.float32)
    image = model.decode(code)
    image = np.asarray(image.mean() if hasattr(image, "mean") else image)
    if not np.allclose(image, _sigmoid(np.asarray(model.decoder(code))), atol=1e-5):
        raise ValueError(
            "the page ends a decoder with a sigmoid; received a model whose images are made "
            "otherwise. Choose one of cross-entropy."
        )
    return network(model.decoder, output="sigmoid")


def _copies(model: Any, images: np.ndarray) -> np.ndarray:
    return _sigmoid(np.asarray(model.decoder(_codes(model, images))))


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def _extent(points: np.ndarray) -> list[float]:
    """Return the frame of nearly all points: left, right, bottom, top."""
    low, high = np.quantile(points, [0.002, 0.998], axis=0)
    pad = MARGIN * (high - low)
    return np.stack([low - pad, high + pad], axis=1).astype(float).ravel().tolist()
