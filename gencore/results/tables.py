"""The tables of the results: which models and scores they have, each score in words."""

from __future__ import annotations

from dataclasses import dataclass

from gencore import recipes, zoo


@dataclass(frozen=True)
class Table:
    """One table of results: all cards that have its key.

    Parameters
    ----------
    scores : tuple of str
        Names of scores on the cards, in the order of the columns.
    key : str or tuple of str
        A model is in the table if its card has this score, or one of these; by default the first.
    first : tuple of str
        Models that stand at the top, in this order; the others follow in the order of the recipes.
    group : str
        The group of recipes that the table is kept for; by default it takes all groups for which
        no table is kept.
    apart : tuple of str
        Patterns of the rows that are compared with and are not in the running, as real digits.
    """

    scores: tuple[str, ...]
    key: str | tuple[str, ...] = ""
    first: tuple[str, ...] = ()
    group: str = ""
    apart: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the scores of which a card of the table has one."""
        return self.key if isinstance(self.key, tuple) else (self.key or self.scores[0],)


KINDS = ("digits", "faces", "emoji", "inverted_digits", "noise", "blank")
REPAIRS = ("likelihood", "typicality", "ratio", "complexity")
OUTLIERS = ("isolation_forest", "one_class_svm", "nearest_neighbours", "principal_components")
ADDED = ("200", "1000", "5000")
CLASSIFIERS = ("logistic_regression", "support_vectors", "nearest_neighbour", "label_spreading")

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
        apart=("held-out-digits", "gae-source", "gae-ablation-*"),  # some of these hand out copies
    ),
    "detection": Table(
        (
            *("samples_to_detect", "samples_to_detect_in_pixels"),
            "samples_to_detect_by_classifier",
        ),
        first=("detect-digits", "detect-held-out-digits"),
        apart=("detect-digits", "detect-held-out-digits"),
    ),
    "noise": Table(
        (
            *("frechet_distance", "residual_noise", "background_level", "precision", "recall"),
            *("learned_variance", "reconstruction_error"),
        ),
        group="noise",
        apart=("noise-*",),  # of different doses
    ),
    "ring": Table(("modes_covered", "good_samples")),
    "parzen": Table(
        (
            *("parzen_log_likelihood", "parzen_bandwidth"),
            *("nearest_squared_distance", "sharpness_of_samples"),
        ),
        first=("parzen-data", "parzen-kmeans"),
        apart=("parzen-data", "parzen-kmeans"),
    ),
    "source": Table(
        (
            *("importance_log_likelihood", "training_bound_own_in", "training_bound_own_out"),
            *("rate", "frechet_distance", "recall", "pixels_from_a_training_digit"),
        ),
        key="training_bound_own_out",
    ),
    "trials": Table(("validation_log_likelihood",)),
    "binarised": Table(
        (
            *("prior_log_likelihood", "prior_log_likelihood_10000000"),
            *("importance_log_likelihood", "importance_log_likelihood_5000"),
            *("log_likelihood", "evidence_lower_bound", "rate"),
        ),
        key=("prior_log_likelihood", "log_likelihood"),
        first=tuple(f"{kind}-{depth}" for kind in ("vae", "gae") for depth in (1, 2, 3, 4)),
    ),
    "texts": Table(("cross_entropy",)),
    "translations": Table(
        (
            *("twin_error", "cycle_error", "label_kept", "label_of_twins"),
            *("back_twin_error", "back_cycle_error", "back_label_kept"),
        )
    ),
    "oneclass": Table(
        (
            *("auroc", "auroc_bound", "auroc_reconstruction", "auroc_discriminator"),
            *("false_alarm_rate", "detection_rate"),
        ),
        apart=("oneclass-*",),  # another digit is another task
    ),
    "outliers": Table(
        tuple(f"auroc_{name}" for name in (*OUTLIERS, "kernel_density")), apart=("oneclass-*",)
    ),
    "other_data": Table(
        (
            *(f"nats_{kind}" for kind in KINDS),
            *(f"auroc_{score}_{kind}" for score in REPAIRS for kind in KINDS),
        ),
        key=("nats_digits", "nats_faces"),
        apart=("ood-*",),
    ),
    "rare": Table(
        (
            *("rare_recall", *(f"rare_recall_{n}" for n in ADDED)),
            *("balanced_accuracy", *(f"balanced_accuracy_{n}" for n in ADDED)),
        ),
        key=("rare_recall", "rare_recall_200"),
        apart=("rare-*",),  # of two shares
    ),
    "few_labels": Table(("error_rate",)),
    "classifiers": Table(
        tuple(f"error_rate_{name}{of}" for of in ("", "_vae", "_gae") for name in CLASSIFIERS),
        key=("error_rate_logistic_regression", "error_rate_logistic_regression_vae"),
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
        ``"copies"``, ``"classifier"``, ``"planes"``, ``"samples"``, ``"detection"``, ``"noise"``,
        ``"ring"``, ``"parzen"``, ``"source"``, ``"trials"``, ``"binarised"``, ``"texts"``,
        ``"translations"``, ``"oneclass"``, ``"outliers"``, ``"other_data"``, ``"rare"``,
        ``"few_labels"`` or ``"classifiers"``.

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
            and set(chosen.keys) & set(zoo.card(name)["metrics"])
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
