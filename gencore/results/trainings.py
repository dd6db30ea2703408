"""What there is to train, chapter by chapter: each recipe, and what its training took and gave."""

from __future__ import annotations

import numpy as np

from gencore import recipes, zoo
from gencore.results.measures import NOTHING
from gencore.results.sheet import Sheet, sheet
from gencore.results.sheets import shown
from gencore.results.tables import members
from gencore.zoo.cards import DIGEST

# The score that stands for a model is the first of these on its card.
MAIN = {
    "accuracy": "accuracy",
    "importance_log_likelihood": "log-likelihood",
    "log_likelihood": "log-likelihood, exact",
    "cross_entropy": "nats a character",
    "twin_error": "error to the twin",
    "parzen_log_likelihood": "Parzen score",
    "frechet_distance": "Fréchet distance",
    "modes_covered": "modes covered",
    "reconstruction_error": "squared error",
    "samples_to_detect": "noticed in features",
    "validation_log_likelihood": "on validation digits",
    "auroc": "AUROC",
    "auroc_principal_components": "AUROC, plane",
    "auroc_complexity_blank": "AUROC, blank",
    "nats_digits": "nats",
    "nats_faces": "nats of faces",
    "rare_recall": "recall",
    "rare_recall_1000": "recall, 1,000 added",
    "error_rate": "error in %",
    "error_rate_label_spreading": "spreading, pixels",
    "error_rate_label_spreading_vae": "spreading, codes",
}
KEPT = "✓"


def trained(group: str) -> Sheet:
    """Return the recipes of a group: what each took, its main score, and what it is.

    Seeds beyond the first are counted and have no row of their own. The minutes are those of one
    processor core for one training, the mean over the seeds; scoring comes on top.

    Parameters
    ----------
    group : str
        As in ``python -m gencore train --group``.

    Raises
    ------
    ValueError
        If no recipe is of that group; the message lists the known ones.
    """
    first = [name for name in members(group) if not recipes.get(name).seed]
    rows = {name: _row(name) for name in first}
    known = set(zoo.names())
    main = {name: _main(name) for name in first if name in known}
    for key in (key for key in MAIN if key in main.values()):
        for name, row in rows.items():
            row[MAIN[key]] = shown(name, key) if main.get(name) == key else NOTHING
    summaries = {name: {"what it is": recipes.get(name).summary} for name in first}
    return sheet({name: rows[name] | summaries[name] for name in first}, "recipe")


def hours(group: str | None = None) -> float:
    """Return the hours of one processor core that all trainings took together, without scores.

    Parameters
    ----------
    group : str, optional
        Only the trainings of this group.
    """
    asked = recipes.RECIPES if group is None else members(group)
    cards = [zoo.card(name) for name in zoo.names() if name in asked]
    return sum(card["processor_seconds"] for card in cards) / 3600


def _row(name: str) -> dict[str, str]:
    cards = [zoo.card(seed) for seed in zoo.seeds(name)]
    minutes = [card["processor_seconds"] / 60 for card in cards]
    return {
        "seeds": f"{len(cards)}",
        "minutes": f"{np.mean(minutes):.1f}" if minutes else NOTHING,
        "weights": KEPT if any(DIGEST in card for card in cards) else NOTHING,
    }


def _main(name: str) -> str | None:
    """Return the score that stands for a model, if its card has one."""
    scores = zoo.card(name)["metrics"]
    return next((key for key in MAIN if key in scores), None)
