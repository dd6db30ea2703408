"""Answers before tables: the best model for a question, its score, and what to beware of."""

from __future__ import annotations

from dataclasses import dataclass

from gencore import recipes, zoo
from gencore.results.measures import MEASURES
from gencore.results.responses import response
from gencore.results.sheet import Sheet, sheet
from gencore.results.sheets import known, leader, score


@dataclass(frozen=True)
class Question:
    """A question, the score that answers it, and what the answer leaves out.

    Parameters
    ----------
    words : str
        The question.
    table : str
        The table whose models are asked.
    keys : tuple of str
        The score that decides; of several, which are comparable, the first on a card.
    caveat : str
        What to beware of.
    """

    words: str
    table: str
    keys: tuple[str, ...]
    caveat: str


QUESTIONS = (
    Question(
        "Which model gives test digits the highest likelihood?",
        "binarised",
        ("log_likelihood", "importance_log_likelihood_5000", "importance_log_likelihood"),
        "among models of binary digits; exact, where models with a code have estimates",
    ),
    Question(
        "Whose samples are most like digits, as a set?",
        "samples",
        ("frechet_distance",),
        "one training, not audited for copies; a GAN that is told the class is next",
    ),
    Question(
        "Whose samples are the most varied?",
        "samples",
        ("recall",),
        "recall alone says nothing of how good a sample is",
    ),
    Question(
        "Which model copies best?",
        "copies",
        ("reconstruction_error",),
        "its code is the longest; and a copy is no sample",
    ),
)
DOSE = 0.1


def answers() -> Sheet:
    """Return the table that opens the results: question, best model, score, caveat.

    The last question is about the kinds of models that were trained on digits with noise.
    """
    rows = {}
    for asked in QUESTIONS:
        if best := leader(asked.table, *asked.keys):  # None while nothing is trained
            rows[asked.words] = _row(best, known(best, *asked.keys) or "", asked.caveat)
    found = _doses("frechet_distance")
    found = {kind: at[DOSE] for kind, at in found.items() if not kind.startswith("ae")}  # copies
    rows[f"Whose samples survive noise of variance {DOSE} in the training digits?"] = _row(
        f"noise-{min(found, key=lambda kind: found[kind])}-{DOSE}",
        "frechet_distance",
        "of the models that know nothing of the noise; one that is told of it does better",
    )
    return sheet(rows, "question")


def doses(key: str = "frechet_distance") -> Sheet:
    """Return a score of each kind of model, a row, at each variance of the noise, a column.

    Parameters
    ----------
    key : str
        Name of the score; kinds without it are left out. The mean over the seeds is shown.
    """
    frames = _doses(key)
    columns = sorted({variance for frame in frames.values() for variance in frame})
    rows = {
        kind: {f"{v:g}": f"{found[v]:.1f}" if v in found else "–" for v in columns}
        for kind, found in frames.items()
    }
    arrow = MEASURES[key].better
    choose = max if arrow == "↑" else min
    best = {
        f"{v:g}": choose((k for k in frames if v in frames[k]), key=lambda k: frames[k][v])
        for v in columns
    }
    return Sheet(sheet(rows, "variance of the noise").frame, best, dict.fromkeys(best, arrow))


def _row(name: str, key: str, caveat: str) -> dict[str, str]:
    return {
        "best model": name,
        "score": str(score(name, key)),
        "measured by": MEASURES[key].column,
        "caveat": caveat,
    }


def _doses(key: str) -> dict[str, dict[float, float]]:
    """Return the mean score of each kind at each variance."""
    found = {}
    for kind in dict.fromkeys(_kinds()):
        if key in zoo.card(f"noise-{kind}-0")["metrics"]:
            found[kind] = response(kind, key)["value"].to_dict()
    return found


def _kinds() -> list[str]:
    """Return the kinds of models of which there is one without noise and others with it."""
    names = set(zoo.names())
    plain = [name.removesuffix(f"-{DOSE}") for name in recipes.RECIPES if name.endswith(f"-{DOSE}")]
    return [name.removeprefix("noise-") for name in plain if f"{name}-0" in names]
