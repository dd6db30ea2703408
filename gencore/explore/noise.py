"""The figure of models trained on noisy images: one cell for each model and each variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gencore import plots
from gencore.explore.page import Explorer, packed, some

GREYS = 15  # sixteen grey levels, two pixels to a byte: a grid of models has a million of them

Cell = tuple[np.ndarray, Mapping[str, Any]]  # samples in 256 grey levels, and their scores


def noise_levels(
    seen: Mapping[float, np.ndarray], models: Mapping[str, Mapping[float, Cell]]
) -> Explorer:
    """Return a slider of the noise in the training images, with each model's samples and scores.

    Parameters
    ----------
    seen : mapping of float to ndarray, shape (m, 28, 28, 1)
        Training images in [0, 1] as a model saw them, by the variance of the noise. The same
        images under each.
    models : mapping of str to mapping of float to (ndarray, mapping)
        By the name to show and by the variance: samples, shape (n, 28, 28), in 256 grey levels,
        and scores by name, each a :class:`gencore.metrics.Estimate`. The first score is positive
        and is drawn against the variance, on a logarithmic scale. A model may lack variances; one
        that has none is left out.

    Raises
    ------
    ValueError
        If there is nothing to show, a variance has no training images, images have another shape
        or number than the others, or models have different scores.
    """
    levels = sorted(seen)
    models = {name: cells for name, cells in models.items() if cells}
    some(levels, "variance")
    some(models, "trained model")
    unknown = {v for cells in models.values() for v in cells} - set(levels)
    if unknown:
        raise ValueError(
            f"every variance has its training images; received models trained at "
            f"{', '.join(f'{v:g}' for v in sorted(unknown))} and images for "
            f"{', '.join(f'{v:g}' for v in levels)}. Add images to `seen`."
        )
    cells = [cell for model in models.values() for cell in model.values()]
    names = _alike([tuple(scores) for _, scores in cells], "the same scores")
    shown = _alike([np.shape(images) for images, _ in cells], "as many samples, 28 by 28 pixels")
    trained = _alike([np.shape(x) for x in seen.values()], "the same training images")
    if shown[1:] != (28, 28) or trained[1:] != (28, 28, 1) or not names:
        raise ValueError(
            f"samples have the shape (n, 28, 28), training images (m, 28, 28, 1), and there is a "
            f"score to draw; received {shown}, {trained} and the scores {list(names)}."
        )
    curves = {
        name: [cells[v][1][names[0]].value if v in cells else np.nan for v in levels]
        for name, cells in models.items()
    }
    if not np.nanmin(list(curves.values())) > 0:
        raise ValueError(
            f"a logarithmic scale has positive values only; received {names[0]} from "
            f"{np.nanmin(list(curves.values())):g}. Name a positive score first."
        )

    def still() -> Axes:
        labels = {"xlabel": "variance of the noise", "ylabel": names[0]}
        ax = plots.curves(curves, x=levels, **labels)  # pyright: ignore[reportArgumentType]
        for line in ax.lines:  # a model may have one variance only
            line.set_marker("o")
        ax.set_yscale("log")
        return ax

    ends = (
        f"{name} from {_words(cells, min(cells), names)} to {_words(cells, max(cells), names)}"
        for name, cells in models.items()
        if len(cells) > 1
    )
    return Explorer(
        "noise_levels",
        "What models learn from noisy digits",
        "Training digits with noise of the variance that the slider chooses, samples of the model "
        f"chosen beside it that was trained on such digits ({', '.join(models)}), and the samples' "
        f"scores against clean digits. A curve shows the {names[0]} of every model against the "
        f"variance. It goes for " + "; for ".join(ends) + ".",
        {
            "levels": [float(v) for v in levels],
            "seen": _greys(np.stack([255 * seen[v][..., 0] for v in levels])),
            "models": [_described(name, cells, levels) for name, cells in models.items()],
            "names": list(names),
            "curves": packed(list(curves.values()), "float64"),
        },
        still,
    )


def _described(name: str, cells: Mapping[float, Cell], levels: list[float]) -> dict[str, Any]:
    own = [v for v in levels if v in cells]
    return {
        "name": name,
        "levels": [levels.index(v) for v in own],
        "samples": _greys(np.stack([cells[v][0] for v in own])),
        "scores": [[str(score) for score in cells[v][1].values()] for v in own],
    }


def _words(cells: Mapping[float, Cell], variance: float, names: tuple[str, ...]) -> str:
    return f"{cells[variance][1][names[0]]} at {variance:g}"


def _greys(images: np.ndarray) -> dict[str, Any]:
    return packed(np.rint(images * (GREYS / 255)), "uint4")


def _alike(found: list[tuple[Any, ...]], what: str) -> tuple[Any, ...]:
    """Return the one of several that are the same, or refuse them."""
    if len(set(found)) > 1:
        raise ValueError(f"every cell has {what}; received {sorted(set(found))}.")
    return found[0]
