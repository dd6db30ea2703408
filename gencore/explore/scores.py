"""Figures of likelihoods: the rounds of EM, the bandwidth of a Parzen score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from gencore import checks, plots
from gencore.explore.page import Explorer, packed


class Mixtures(NamedTuple):
    """Normal mixtures in the plane, one after each round of EM and the start before them.

    Attributes
    ----------
    weights : ndarray, shape (rounds + 1, N)
        Weights of the components.
    means, variances : ndarray, shape (rounds + 1, N, 2)
        Means and diagonal covariances.
    """

    weights: ArrayLike
    means: ArrayLike
    variances: ArrayLike


def em_steps(
    points: np.ndarray, mixtures: Mixtures, bounds: ArrayLike, evidence: ArrayLike
) -> Explorer:
    """Return EM half-step by half-step: responsibilities, components, bound and log-likelihood.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Points to colour by their responsibilities, which the page computes.
    mixtures : Mixtures
        The start and the mixture after each round.
    bounds, evidence : array_like, shape (2 * rounds,)
        The bound and the log-likelihood after each half-step, nats per point: after the E-step of
        the first round, its M-step, and so on.

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """
    checks.kind(mixtures, tuple, "mixtures are weights, means and variances", "See Mixtures.")
    weights, means, variances = (
        checks.array(part, "weights, means and variances", dtype=float) for part in mixtures
    )
    bounds = checks.array(bounds, "bounds", "the shape (2 * rounds,)", ndim=1, dtype=float)
    evidence = checks.array(evidence, "evidences", "the shape (2 * rounds,)", ndim=1, dtype=float)
    points = checks.array(points, "points", "the shape (n, 2)", shape=(None, 2), dtype=float)
    rounds = len(weights) - 1 if weights.ndim == 2 else 0
    fits = means.shape == variances.shape == (*weights.shape, 2) and np.shape(points)[1:] == (2,)
    if not fits or rounds < 1 or bounds.shape != (2 * rounds,) or evidence.shape != bounds.shape:
        raise ValueError(
            f"rounds of EM leave one mixture more than rounds and two values a round; received "
            f"weights {weights.shape}, means {means.shape}, variances {variances.shape}, bounds "
            f"{bounds.shape}, log-likelihoods {evidence.shape} and points {np.shape(points)}."
        )

    def still() -> Axes:
        series = {"log-likelihood": evidence, "bound": bounds}
        return plots.curves(series, xlabel="half-step", ylabel="nats per point")

    return Explorer(
        "em_steps",
        "EM, half-step by half-step",
        f"Points of the plane coloured by which of {weights.shape[1]} components is responsible "
        "for them, the components as ellipses, and beside them the bound and the log-likelihood. "
        f"The slider goes through {rounds} rounds: an E-step changes the colours and lifts the "
        f"bound to the log-likelihood, an M-step moves the ellipses and lifts both. They end at "
        f"{evidence[-1]:.3f} nats per point.",
        {
            "points": packed(points, "float64"),
            "weights": packed(weights, "float64"),
            "means": packed(means, "float64"),
            "variances": packed(variances, "float64"),
            "bounds": packed(bounds, "float64"),
            "evidence": packed(evidence, "float64"),
        },
        still,
    )


def bandwidth(
    bandwidths: ArrayLike, scores: Mapping[str, ArrayLike], start: float | None = None
) -> Explorer:
    """Return a slider of the Parzen bandwidth, and the order of sets of samples under it.

    Parameters
    ----------
    bandwidths : array_like, shape (m,)
        Bandwidths, rising.
    scores : mapping of str to array_like, each of shape (m,)
        Log-likelihood under each bandwidth, nats per image, by the name of the set of samples.
    start : float, optional
        The bandwidth to begin with, the nearest of them; by default the middle one.

    Raises
    ------
    ValueError
        If there is no set, bandwidths do not rise, or a set has not one score for each.
    """
    checks.mapping(scores, "sets of samples")
    form = "the shape (m,), rising"
    widths = checks.array(bandwidths, "bandwidths", form, ndim=1, least=2, dtype=float)
    scores = {
        str(name): checks.array(values, "scores", form, ndim=1, dtype=float)
        for name, values in scores.items()
    }
    if start is not None:
        rule = "the slider begins with one of the bandwidths"
        least, most = float(widths.min()), float(widths.max())
        remedy = "Give a number, or leave it out."
        start = checks.number(start, rule, remedy, low=least, high=most)
    shapes = {name: np.shape(values) for name, values in scores.items()}
    rising = widths.ndim == 1 and len(widths) > 1 and bool(np.all(np.diff(widths) > 0))
    if not rising or set(shapes.values()) != {widths.shape}:
        raise ValueError(
            f"every set of samples has a score for each of the rising bandwidths; received "
            f"bandwidths {widths.tolist()} and scores of the shapes {shapes}."
        )
    table = np.array([np.asarray(values, dtype=float) for values in scores.values()])
    first = len(widths) // 2 if start is None else int(np.argmin(np.abs(widths - start)))
    best = {name: widths[np.argmax(values)] for name, values in zip(scores, table, strict=True)}

    def still() -> Axes:
        series = dict(zip(scores, table, strict=True))
        labels = {"xlabel": "bandwidth", "ylabel": "nats per image"}
        return plots.curves(series, x=widths, **labels)  # pyright: ignore[reportArgumentType]

    return Explorer(
        "bandwidth",
        "Parzen scores and their bandwidth",
        "The score of each set of samples against the bandwidth, and their order under the one "
        "that the slider chooses. The sets score highest at different bandwidths: "
        + ", ".join(f"{name} at {width:.2f}" for name, width in best.items())
        + ".",
        {
            "bandwidths": packed(widths, "float64"),
            "names": list(scores),
            "scores": packed(table, "float64"),
            "start": first,
        },
        still,
    )
