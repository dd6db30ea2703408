"""The live figure of dreams: a photograph of the reader's own, dreamt of anew.

The network is imported when it is asked: the figures are imported without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from gencore import checks, data
from gencore.explore.live.live import Live
from gencore.explore.live.panel import Choice, Moment, Number, Upload

LAYERS = ("block10", "block4", "block7", "block12", "head")
SHOWN = 6  # moments of an octave
LARGEST = 640


def live_dream(picture: str = "astronaut", size: int = 224) -> Live:
    """Return a dream that is dreamt anew: of the reader's own photograph, of another layer.

    Parameters
    ----------
    picture : str
        What is dreamt of where no file is chosen, as ``data.load_picture`` takes it.
    size : int
        Pixels of the longer side, at most 640.

    Raises
    ------
    ValueError
        If the size is no whole number from 32 to 640.
    MissingDataError, DataError
        If there is no such picture.
    """
    rule = f"size is a whole number from 32 to {LARGEST} pixels"
    size = checks.whole(size, rule, "Take 224.", low=32, high=LARGEST)
    example = data.load_picture(picture, size)

    def work(photograph: bytes | None, layer: str, octaves: int, steps: int) -> Iterable[Moment]:
        from gencore.reverse import Features
        from gencore.reverse.ascent import ascending
        from gencore.reverse.settings import Rule, beginnings, checked

        start = example if photograph is None else data.load_picture(photograph, size)
        features = Features(_network(), layer)
        rule = checked(Rule(steps, octaves, 1.4, 0.02, 16, 0.0, 0))
        beginning, units = beginnings(features, start, None)
        every = max(1, steps // SHOWN)
        for step in ascending(features, beginning, units, rule, []):
            if step.done % every == 0 or step.done == step.total:
                words = (
                    f"{layer}, octave {step.octave + 1} of {octaves}, after {step.done} of "
                    f"{step.total} steps: the mean square of the layer is {step.objective:.3g}."
                )
                yield Moment(step.done / step.total, words, partial(_pair, start, step.picture[0]))

    return Live(
        "A dream of your own photograph",
        "A photograph on the left, and on the right what a network that knows a thousand things "
        "of the world makes of it while one of its layers is to answer more.",
        work,
        {
            "photograph": Upload("your photograph", "image/*"),
            "layer": Choice("layer", LAYERS),
            "octaves": Number("octaves", 3, 1, 5),
            "steps": Number("steps of an octave", 12, 1, 100),
        },
    )


@cache
def _network() -> Any:
    from gencore import reverse

    return reverse.imagenet_network()


def _pair(before: np.ndarray, after: np.ndarray) -> Axes:
    _, axes = plt.subplots(1, 2, figsize=(7, 3.6))
    for ax, picture in zip(axes, (before, after), strict=True):
        ax.imshow(picture)
        ax.set_axis_off()
    return axes[0]
