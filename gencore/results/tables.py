"""The tables of the results: which models and scores they have, each score in words."""

from __future__ import annotations

from dataclasses import dataclass

from gencore import recipes, zoo

NOTHING = "–"


@dataclass(frozen=True)
class Measure:
    """One score of the cards in words.

    Parameters
    ----------
    column : str
        Head of its column.
    how : str
        What is computed.
    protocol : str
        Name in the protocol of a card of the number of draws that it takes.
    draws : str
        What is drawn where the protocol says nothing.
    """

    column: str
    how: str
    protocol: str = ""
    draws: str = NOTHING


@dataclass(frozen=True)
class Table:
    """One table of results: all cards that have its key.

    Parameters
    ----------
    scores : tuple of str
        Names of scores on the cards, in the order of the columns.
    key : str
        A model is in the table if its card has this score; by default the first.
    first : tuple of str
        Models that stand at the top, in this order; the others follow in the order of the recipes.
    group : str
        The group of recipes that the table is kept for; by default it takes all groups for which
        no table is kept.
    """

    scores: tuple[str, ...]
    key: str = ""
    first: tuple[str, ...] = ()
    group: str = ""


IMAGES = "as many samples as test images"
BALLS = "inside the balls around {} that reach to their third nearest neighbour"
PRIOR = "logarithm of the mean of p(x|z) over draws of z from the prior"
IMPORTANCE = "logarithm of the mean of p(x|z) p(z) / q(z|x) over draws of z from the encoder"

MEASURES = {
    "reconstruction_error": Measure("squared error", "sum over pixels of (copy - image)²"),
    "reconstruction_error_noisy_input": Measure(
        "squared error, noisy input",
        "the same, the copy being made of the image with noise of variance 0.1",
    ),
    "accuracy": Measure("accuracy", "share of digits whose class gets the highest logit"),
    "rate": Measure("rate", "divergence of q(z|x) from the prior", "bound_samples", "closed form"),
    "distortion": Measure("distortion", "mean of -log p(x|z) under q(z|x)", "bound_samples"),
    "evidence_lower_bound": Measure("bound", "evidence lower bound", "bound_samples"),
    "prior_log_likelihood": Measure("prior samples", PRIOR, "prior_samples"),
    "prior_log_likelihood_10000000": Measure("more prior samples", PRIOR, draws="10,000,000"),
    "importance_log_likelihood": Measure("importance samples", IMPORTANCE, "importance_samples"),
    "importance_log_likelihood_5000": Measure("more importance samples", IMPORTANCE, draws="5,000"),
    "sharpness_of_copies": Measure("sharpness of copies", "variance of a copy's Laplacian"),
    "sharpness_of_samples": Measure(
        "sharpness", "variance of a sample's Laplacian", "samples", IMAGES
    ),
    "frechet_distance": Measure(
        "Fréchet distance",
        "of samples from test digits, by means and covariances of 64 features of the classifier",
        draws=IMAGES,
    ),
    "precision": Measure(
        "precision", f"share of samples {BALLS.format('test digits')}, in features", draws=IMAGES
    ),
    "recall": Measure(
        "recall", f"share of test digits {BALLS.format('samples')}, in features", draws=IMAGES
    ),
    "smallest_class_share": Measure(
        "smallest class", "the rarest digit's share of the samples", draws=IMAGES
    ),
    "label_accuracy": Measure(
        "label obeyed", "share of samples that show the digit asked for", draws=IMAGES
    ),
    "residual_noise": Measure(
        "residual noise", "standard deviation of the pixels in the frame of a sample", draws=IMAGES
    ),
    "background_level": Measure(
        "background", "mean grey level of the frame of a sample", draws=IMAGES
    ),
    "learned_variance": Measure("learned variance", "of the noise, by the model"),
    "good_samples": Measure("good samples", "share of samples near a mode", draws=IMAGES),
    "modes_covered": Measure("modes covered", "modes that samples are near to", draws=IMAGES),
    "parzen_log_likelihood": Measure(
        "Parzen score", "log density under normal kernels around the samples", "samples"
    ),
    "parzen_bandwidth": Measure(
        "bandwidth", "standard deviation of the kernels, best for validation images", "samples"
    ),
    "nearest_squared_distance": Measure(
        "nearest sample", "squared distance to the nearest sample", "samples"
    ),
}

TABLES = {
    "copies": Table(
        ("reconstruction_error", "reconstruction_error_noisy_input"),
        key="reconstruction_error_noisy_input",
    ),
    "classifier": Table(("accuracy",)),
    "planes": Table(
        ("reconstruction_error", "rate", "sharpness_of_copies"), key="sharpness_of_copies"
    ),
    "samples": Table(
        (
            *("frechet_distance", "precision", "recall", "sharpness_of_samples"),
            *("smallest_class_share", "label_accuracy"),
        ),
        first=("held-out-digits",),
    ),
    "noise": Table(
        (
            *("frechet_distance", "residual_noise", "background_level", "precision", "recall"),
            *("learned_variance", "reconstruction_error"),
        ),
        group="noise",
    ),
    "ring": Table(("modes_covered", "good_samples")),
    "parzen": Table(
        (
            *("parzen_log_likelihood", "parzen_bandwidth"),
            *("nearest_squared_distance", "sharpness_of_samples"),
        ),
        first=("parzen-data", "parzen-kmeans"),
    ),
    "binarised": Table(
        (
            *("prior_log_likelihood", "prior_log_likelihood_10000000"),
            *("importance_log_likelihood", "importance_log_likelihood_5000"),
            *("evidence_lower_bound", "rate"),
        ),
        first=tuple(f"{kind}-{depth}" for kind in ("vae", "gae") for depth in (1, 2, 3, 4)),
    ),
}


def named(name: str) -> Table:
    """Return a table by its name (ValueError if there is none)."""
    if name not in TABLES:
        raise ValueError(f"there is no table {name!r}. Known tables: {', '.join(TABLES)}.")
    return TABLES[name]


def models(table: str) -> list[str]:
    """Return the names of a table's models, without seeds beyond the first.

    Parameters
    ----------
    table : str
        ``"copies"``, ``"classifier"``, ``"planes"``, ``"samples"``, ``"noise"``, ``"ring"``,
        ``"parzen"`` or ``"binarised"``.

    Raises
    ------
    ValueError
        If there is no such table; the message lists the known ones.
    """
    chosen = named(table)
    kept = {other.group for other in TABLES.values() if other.group}
    order = [*chosen.first, *recipes.RECIPES]
    found = []
    for name in sorted(zoo.names(), key=order.index):
        group = recipes.get(name).group
        ours = group == chosen.group if chosen.group else group not in kept
        if (
            ours
            and not recipes.get(name).seed
            and (chosen.key or chosen.scores[0]) in zoo.card(name)["metrics"]
        ):
            found.append(name)
    return found


def scores(table: str) -> list[str]:
    """Return the scores of a table that at least one of its cards has."""
    cards = [zoo.card(name)["metrics"] for name in models(table)]
    return [key for key in TABLES[table].scores if any(key in card for card in cards)]


def members(group: str) -> list[str]:
    """Return the names of a group's recipes, all seeds, in the order of the book.

    Raises
    ------
    ValueError
        If no recipe is of that group; the message lists the known ones.
    """
    names = [name for name, recipe in recipes.RECIPES.items() if recipe.group == group]
    if not names:
        known = ", ".join(dict.fromkeys(recipe.group for recipe in recipes.RECIPES.values()))
        raise ValueError(f"no recipe is of the group {group!r}. Known groups: {known}.")
    return names
