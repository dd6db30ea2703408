"""Every result of the book: what was obtained, what was published, and what each model took.

What was obtained stands on the cards of the checkpoints; what was published stands in
``published.json`` beside this module, under the keys of the bibliography.
"""

from gencore.results.answers import answers, doses
from gencore.results.responses import closed, response, untrained
from gencore.results.sheet import Sheet
from gencore.results.sheets import figure, leader, made, measured, obtained, published, score
from gencore.results.tables import models
from gencore.results.trainings import hours, trained

__all__ = [
    "Sheet",
    "answers",
    "closed",
    "doses",
    "figure",
    "hours",
    "leader",
    "made",
    "measured",
    "models",
    "obtained",
    "published",
    "response",
    "score",
    "trained",
    "untrained",
]
