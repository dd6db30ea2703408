"""A picture in the style of another one, and textures out of noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gencore import checks
from gencore.reverse.descent import descended
from gencore.reverse.features import Features, Preprocess
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
    style_weight: float = 5.0,
    variation_weight: float = 0.5,
    content_layer: Any = CONTENT_LAYER,
    style_layers: Any = STYLE_LAYERS,
    statistics: str = "gram",
    learning_rate: float = 0.01,
    preprocess: Preprocess = None,
    watch: Callable[[Step], Any] | None = None,
) -> Made:
    features = Features(network, content_layer, preprocess)
    beginning = features.check_picture(content, "the content")
    manner = Style(network, style, style_layers, statistics, preprocess)
    names = [*features.names, *(name for name in manner.weights if name not in features.names)]
    both = Features(network, names, preprocess)
    both.check_size(*beginning.shape[1:3])
    wanted = dict(zip(features.names, features(beginning), strict=True))

    def losses(picture: Tensor) -> dict[str, Tensor]:
        outputs = dict(zip(both.names, both(picture), strict=True))
        kept = sum(
            weight * relative(outputs[name], wanted[name])
            for name, weight in features.weights.items()
        )
        parts = {
            "content": kept,
            "style": manner.mismatch(outputs),
            "variation": total_variation(picture)[0],
        }
        weights = {"content": content_weight, "style": style_weight, "variation": variation_weight}
        return {"loss": sum(weights[name] * part for name, part in parts.items())} | parts

    return descended(losses, beginning, steps, learning_rate, watch)
