"""The figure of models trained on noisy images: one cell for each model and each variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gencore import checks, metrics, plots
from gencore.explore.page import Explorer, packed, some

ON_PAPER = 3  # samples of each model at each variance, where no script runs
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
    checks.mapping(seen, "training images of each variance")
    checks.kind(models, Mapping, "models come by their names")
    rule = "a variance is finite and at least 0"
    for level in seen:
        checks.number(level, rule, low=0)
    seen = {
        float(level): checks.array(images, "training images", low=0, high=1)
        for level, images in seen.items()
    }
    levels = sorted(seen)
    models = {
        str(name): {float(level): cell for level, cell in cells.items()}
        for name, cells in models.items()
        if cells
    }
    some(levels, "variance")
    some(models, "trained model")
    for cell in (cell for cells in models.values() for cell in cells.values()):
        _check_cell(cell)
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
        return _sheet(models, levels, shown)

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


def _check_cell(cell: Any) -> None:
    """Raise ValueError unless a cell is samples and their scores, numbers that a page can show."""
    rule = "a cell has samples in 256 grey levels, and their scores by name"
    if not (isinstance(cell, tuple | list) and len(cell) == 2):
        checks.refuse(rule, checks.shown(cell), "Give (samples, scores).")
    checks.array(cell[0], "samples", low=0, high=255)
    checks.kind(cell[1], Mapping, rule, "Give (samples, scores).")
    for name, score in cell[1].items():
        checks.kind(score, metrics.Estimate, "a score is a metrics.Estimate", f"See {name}.")
        checks.number(score.value, f"the score {name} is finite", "Leave the model out.")


def _sheet(
    models: Mapping[str, Mapping[float, Cell]], levels: list[float], shape: tuple[int, ...]
) -> Axes:
    """Draw the first samples of every model at every variance, a row for each model."""
    few = min(shape[0], ON_PAPER)
    blank = np.zeros((few, *shape[1:]))
    rows = {
        name: np.concatenate([cells[v][0][:few] / 255 if v in cells else blank for v in levels])
        for name, cells in models.items()
    }
    ax = plots.pairs(rows)
    for k, v in enumerate(levels):
        ax.text((shape[2] + 1) * few * (k + 0.5), -6, f"{v:g}", ha="center", fontsize=13)
        ax.axvline((shape[2] + 1) * few * k - 0.5, color="0.5", linewidth=1)
    return ax


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
