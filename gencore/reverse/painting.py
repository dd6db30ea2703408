"""A picture in the style of another one, and textures out of noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gencore import checks
from gencore.reverse.descent import descended
from gencore.reverse.features import LARGEST, Features, Preprocess
from gencore.reverse.records import Made, Step
from gencore.reverse.style import STYLE_LAYERS, Style, relative, total_variation

Tensor = Any
CONTENT_LAYER = "block6"


def transfer(
    network: Any,
    content: Any,
    style: Any,
    steps: int = 150,
    content_weight: float = 1.0,
    style_weight: float = 10.0,
    variation_weight: float = 3.0,
    content_layer: Any = CONTENT_LAYER,
    style_layers: Any = STYLE_LAYERS,
    statistics: str = "gram",
    learning_rate: float = 0.02,
    preprocess: Preprocess = None,
    watch: Callable[[Step], Any] | None = None,
) -> Made:
    r"""Return the content of one picture in the style of another (Gatys, Ecker and Bethge, 2016).

    .. math:: \min_x \; w_c \frac{\lVert f(x) - f(c) \rVert^2}{\lVert f(c) \rVert^2}
       + w_s \, d(x) + w_v \, \mathrm{TV}(x)

    by Adam from the content: what stands where is held by the activations f of one layer, what it
    is painted with by the moments d of several (:class:`~gencore.reverse.Style`), and
    :func:`~gencore.reverse.total_variation` keeps neighbouring pixels alike.

    Parameters
    ----------
    network : keras.Model
        A functional model that reads pictures (B, h, w, c).
    content : array_like, shape (h, w, c)
        The picture to change, in [0, 1].
    style : array_like, shape (h, w, c)
        The picture whose style it gets, of any size.
    steps : int
        Steps of Adam.
    content_weight, style_weight, variation_weight : float
        :math:`w_c`, :math:`w_s` and :math:`w_v`, 0 or more.
    content_layer, style_layers : str, sequence of str, or mapping of str to float
        Layers by name, with weights (1 by default). Those of a network of your own are named here.
    statistics : {"gram", "moments"}
        Gram matrices, or mean and variance of each channel.
    learning_rate : float
        Of Adam; a pixel moves by about so much in a step.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        See :class:`~gencore.reverse.Features`.
    watch : callable, optional
        ``watch(step)`` is called with each :class:`~gencore.reverse.Step`; True ends the descent.

    Returns
    -------
    Made
        The picture, and ``loss``, ``content``, ``style`` and ``variation`` before each step.

    Raises
    ------
    ValueError
        If an argument does not fit, or a loss is not finite.
    """
    features = Features(network, content_layer, preprocess)
    beginning = features.check_picture(content, "the content")
    manner = Style(network, style, style_layers, statistics, preprocess)
    factors = _checked(
        {"content": content_weight, "style": style_weight, "variation": variation_weight}
    )
    both = Features(network, [*dict.fromkeys([*features.names, *manner.weights])], preprocess)
    both.check_size(*beginning.shape[1:3])
    wanted = dict(zip(features.names, features(beginning), strict=True))

    def losses(picture: Tensor) -> dict[str, Tensor]:
        outputs = dict(zip(both.names, both(picture), strict=True))
        kept = sum(
            weight * relative(outputs[name], wanted[name])
            for name, weight in features.weights.items()
        )
        changed, rough = manner.mismatch(outputs), total_variation(picture)[0]
        return _summed({"content": kept, "style": changed, "variation": rough}, factors)

    return descended(losses, beginning, steps, learning_rate, watch)


def synthesise(
    network: Any,
    texture: Any,
    size: int | tuple[int, int] | None = None,
    steps: int = 200,
    variation_weight: float = 0.5,
    layers: Any = STYLE_LAYERS,
    statistics: str = "gram",
    learning_rate: float = 0.05,
    preprocess: Preprocess = None,
    seed: int = 0,
    watch: Callable[[Step], Any] | None = None,
) -> Made:
    r"""Return another piece of a texture, out of noise (Gatys, Ecker and Bethge, 2015).

    .. math:: \min_x \; d(x) + w_v \, \mathrm{TV}(x)

    by Adam from independent pixels that have the mean and the deviation of the texture's colours.
    The place of a thing is in no moment: so nothing of the texture is where it was.

    Parameters
    ----------
    network : keras.Model
        A functional model that reads pictures (B, h, w, c).
    texture : array_like, shape (h, w, c)
        The texture, in [0, 1].
    size : int or tuple of int, optional
        Height and width of what is made, or one number for both; those of the texture without it.
    steps : int
        Steps of Adam.
    variation_weight : float
        :math:`w_v`, 0 or more.
    layers : str, sequence of str, or mapping of str to float
        Layers by name, with weights (1 by default).
    statistics : {"gram", "moments"}
        Gram matrices, or mean and variance of each channel.
    learning_rate : float
        Of Adam; a pixel moves by about so much in a step.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        See :class:`~gencore.reverse.Features`.
    seed : int
        Seed of the noise.
    watch : callable, optional
        ``watch(step)`` is called with each :class:`~gencore.reverse.Step`; True ends the descent.

    Returns
    -------
    Made
        The picture, and ``loss``, ``style`` and ``variation`` before each step.

    Raises
    ------
    ValueError
        If an argument does not fit, or a loss is not finite.
    """
    manner = Style(network, texture, layers, statistics, preprocess)
    sample = manner.features.check_picture(texture, "a texture")[0]
    factors = _checked({"style": 1.0, "variation": variation_weight})
    noise = _noise(sample, size, checks.whole(seed, "a seed is a whole number of 0 or more", low=0))
    noise = manner.features.check_picture(noise, "what is made")
    manner.features.check_size(*noise.shape[1:3])

    def losses(picture: Tensor) -> dict[str, Tensor]:
        outputs = dict(zip(manner.features.names, manner.features(picture), strict=True))
        parts = {"style": manner.mismatch(outputs), "variation": total_variation(picture)[0]}
        return _summed(parts, factors)

    return descended(losses, noise, steps, learning_rate, watch)


def _noise(sample: np.ndarray, size: Any, seed: int) -> np.ndarray:
    """Return independent pixels (h, w, c) with the mean and deviation of a picture's colours."""
    shape = sample.shape[:2]
    if size is not None:
        row = (size, size) if np.ndim(size) == 0 else size
        shape = checks.sizes(row, "size")
        if len(shape) != 2 or shape[0] * shape[1] > LARGEST:
            rule = f"size is a height and a width, of at most {LARGEST:,} pixels together"
            checks.refuse(rule, checks.shown(size), "One number serves for both.")
    mean, scale = sample.mean(axis=(0, 1)), sample.std(axis=(0, 1))
    draws = np.random.default_rng(seed).normal(mean, scale, (*shape, sample.shape[-1]))
    return np.clip(draws, 0, 1).astype(np.float32)


def _checked(weights: dict[str, Any]) -> dict[str, float]:
    """Return the weights of the parts of a loss, 0 or more and not all 0 (ValueError)."""
    rule = "the weight of a part of the loss is 0 or more"
    found = {
        name: checks.number(weight, rule, low=0, name=f"{name}_weight")
        for name, weight in weights.items()
    }
    if not any(found.values()):
        checks.refuse("a loss has a part with a weight above 0", found, "Give the style one.")
    return found


def _summed(parts: dict[str, Tensor], weights: dict[str, float]) -> dict[str, Tensor]:
    return {"loss": sum(weights[name] * part for name, part in parts.items())} | parts
