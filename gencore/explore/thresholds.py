"""Figure of a threshold: two histograms of scores, the ROC curve, and images on either side."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gencore import checks, metrics, plots
from gencore.explore.page import Explorer, packed

MOST = 2_000  # scores of a kind that travel with a page
PICTURES = 24  # images of a kind all along its scores, and as many again where the kinds meet
MEETING = 0.1  # the share of a kind that lies there
STEPS = 200  # thresholds of the slider; with each step as many of both kinds together pass
BINS = 40
REACH = 0.005  # of each kind so many may lie beyond an end of the histograms
GREYS = 15  # sixteen grey levels, two pixels to a byte


def threshold(
    normal: ArrayLike,
    anomalous: ArrayLike,
    normal_images: np.ndarray,
    anomalous_images: np.ndarray,
    start: float | None = None,
    score: str = "score",
) -> Explorer:
    """Return a threshold to slide over the scores of normal and of anomalous examples.

    The page counts what lies above it: the rate of false alarms and the rate of detection, which
    are a point of the ROC curve. Below, the images whose scores are nearest to the threshold.

    Parameters
    ----------
    normal, anomalous : array_like, shape (n,) and (m,)
        Scores, higher for what looks more anomalous; the alarm sounds above the threshold. Of more
        than 2,000 of a kind so many travel, evenly by their rank.
    normal_images, anomalous_images : ndarray, shape (n, 28, 28, 1) and (m, 28, 28, 1)
        One image in [0, 1] for each score. Of each kind up to 48 travel.
    start : float, optional
        The threshold to begin with, as :func:`~gencore.metrics.false_alarm_threshold` gives it from
        other normal examples; by default the least that at most 5 % of the normal scores exceed.
    score : str
        What the scores are, in words.

    Raises
    ------
    ValueError
        As for :func:`gencore.metrics.auroc`, or if there is not one image for each score.
    """
    area = metrics.auroc(normal, anomalous)  # pyright: ignore[reportArgumentType]
    kinds = {"normal": np.asarray(normal, float), "anomalous": np.asarray(anomalous, float)}
    images = {
        name: checks.array(
            given,
            f"{name} images",
            "the shape (n, 28, 28, 1), one for each score",
            "Give the images that were scored.",
            shape=(len(kinds[name]), 28, 28, 1),
            low=0,
            high=1,
        )
        for name, given in (("normal", normal_images), ("anomalous", anomalous_images))
    }
    if start is None:
        start = float(np.quantile(kinds["normal"], 0.95, method="inverted_cdf"))
    start = checks.number(start, "a threshold is a finite number", "Leave it out.")
    thresholds = positions(kinds["normal"], kinds["anomalous"], start)
    ends = extent(kinds["normal"], kinds["anomalous"], start)
    above = {name: float(np.mean(scores > start)) for name, scores in kinds.items()}

    def still() -> Axes:
        edges = np.linspace(ends[0], ends[1], BINS + 1)
        series = {
            name: np.histogram(np.clip(scores, ends[0], ends[1]), edges)[0] / len(scores)
            for name, scores in kinds.items()
        }
        centres = (edges[1:] + edges[:-1]) / 2
        ax = plots.curves(series, x=centres, xlabel=score, ylabel="share of the examples")  # pyright: ignore[reportArgumentType]
        for line in ax.lines:
            line.set_drawstyle("steps-mid")
        ax.axvline(start, color="0.2", linestyle="--")
        return ax

    return Explorer(
        "threshold",
        "A threshold for an alarm",
        f"Histograms of the {score} of {len(kinds['normal']):,} normal examples, filled, and of "
        f"{len(kinds['anomalous']):,} anomalous ones, in outline, with the threshold as an upright "
        "line; bins at the ends hold what lies beyond. Beside them the ROC curve, on which a point "
        "moves as the threshold is dragged or slid, and below the images nearest to it: of each "
        "kind those that raise no alarm and those that do. The area under the curve is "
        f"{area}. At the threshold {start:.4g} the alarm sounds for "
        f"{100 * above['normal']:.1f} % of the normal examples and for "
        f"{100 * above['anomalous']:.1f} % of the anomalous ones.",
        {
            "score": score,
            "thresholds": packed(thresholds, "float64"),
            "start": int(np.searchsorted(thresholds, start)),
            "ends": list(ends),
            "bins": BINS,
            "kinds": [described(name, scores, images[name]) for name, scores in kinds.items()],
        },
        still,
    )


def described(name: str, scores: np.ndarray, images: np.ndarray) -> dict[str, Any]:
    """Return what travels of one kind: its scores, rising, and some images with theirs."""
    order = np.argsort(scores, kind="stable")
    last = len(scores) - 1
    kept = np.linspace(0, last, min(len(scores), MOST)).round().astype(int)
    # False alarms are among the highest normal scores, misses among the lowest anomalous ones.
    first = 1 - MEETING if name == "normal" else 0.0
    near = np.linspace(first, first + MEETING, PICTURES)
    places = [last * np.linspace(0, 1, PICTURES), last * near]
    chosen = order[np.unique(np.concatenate(places).round().astype(int))]
    return {
        "name": name,
        "count": len(scores),
        "scores": packed(scores[order[kept]], "float64"),
        "shown": packed(scores[chosen], "float64"),
        "images": packed(np.rint(GREYS * images[chosen, ..., 0]), "uint4"),
    }


def positions(normal: np.ndarray, anomalous: np.ndarray, start: float) -> np.ndarray:
    """Return rising thresholds, from one that all scores exceed to one that none does.

    Between two of them lie as many scores, counted as shares of their kinds, as between any others,
    so that the point of the ROC curve moves evenly.
    """
    scores = np.concatenate([normal, anomalous])
    weights = np.repeat([0.5 / len(normal), 0.5 / len(anomalous)], [len(normal), len(anomalous)])
    order = np.argsort(scores)
    shares = np.cumsum(weights[order])
    inner = np.searchsorted(shares, np.linspace(0, 1, STEPS + 1)[1:-1])
    low, high = scores.min(), scores.max()
    ends = [low - 0.02 * (high - low), high, start]
    return np.unique(np.concatenate([scores[order[inner]], ends]))


def extent(normal: np.ndarray, anomalous: np.ndarray, start: float) -> tuple[float, float]:
    """Return the ends of the histograms: few scores of each kind lie beyond, and the start not."""
    reached = [np.quantile(scores, (REACH, 1 - REACH)) for scores in (normal, anomalous)]
    low, high = float(min(start, np.min(reached))), float(max(start, np.max(reached)))
    margin = 0.03 * (high - low) or 1.0
    return low - margin, high + margin
