"""Tables that are read and not computed with."""

from __future__ import annotations

import re
from itertools import cycle

import pandas as pd


class Sheet:
    """A table to read: whole, words on the left of their columns and figures on the right.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text in every cell.
    """

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame

    def __repr__(self) -> str:
        """Return the table as plain text."""
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            html = self.frame.to_html(classes="gencore-sheet", border=0)
        words = [self.frame[column].str.contains("[a-z]{3}").any() for column in self.frame]
        on_the_left = cycle([True, *words])  # the names of the rows are words
        marked = {True: r'<\1 class="words">', False: r"<\1>"}
        return re.sub("<(t[hd])>", lambda tag: tag.expand(marked[next(on_the_left)]), html)
