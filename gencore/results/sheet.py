"""A table as it is printed: bold where a model is best, an arrow where one end is better."""

from __future__ import annotations

import re
from itertools import cycle

import pandas as pd

BOLD = "\u2063"  # an invisible separator, around what is printed in bold
SENTENCE = r'<th class="words">((?:[^< ]+ ){3,}[^<]+)</th>'  # a name of a row that may be wrapped


class Sheet:
    """A table to read: whole, words on the left of their columns and figures on the right.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text in every cell.
    best : dict of str to str, optional
        The row whose cell is printed in bold, by column.
    better : dict of str to str, optional
        Which way is better, an arrow behind the head of a column.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        best: dict[str, str] | None = None,
        better: dict[str, str] | None = None,
    ):
        self.frame, self.best, self.better = frame, best or {}, better or {}

    def __repr__(self) -> str:
        """Return the table as plain text."""
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        frame = self.frame.copy()
        for column, row in self.best.items():
            frame.loc[row, column] = f"{BOLD}{frame.loc[row, column]}{BOLD}"
        frame = frame.rename(columns=lambda name: f"{name} {self.better.get(name, '')}".rstrip())
        with pd.option_context("display.max_colwidth", None):
            html = frame.to_html(classes="gencore-sheet", border=0)
        html = re.sub(f"{BOLD}(.*?){BOLD}", r"<b>\1</b>", html)
        words = [self.frame[column].str.contains("[a-z]{3}").any() for column in self.frame]
        on_the_left = cycle([True, *words])  # the names of the rows are words
        marked = {True: r'<\1 class="words">', False: r"<\1>"}
        html = re.sub("<(t[hd])>", lambda tag: tag.expand(marked[next(on_the_left)]), html)
        return re.sub(SENTENCE, r'<th class="words sentence">\1</th>', html)


def sheet(rows: dict[str, dict[str, str]], corner: str) -> Sheet:
    """Return a table of named rows; the corner says what they are."""
    return Sheet(pd.DataFrame.from_dict(rows, orient="index").rename_axis(corner, axis=1))
