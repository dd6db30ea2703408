"""How long a chapter takes to read: the words that stand open, and those behind a click.

`python -m tools.reading` prints the minutes of every chapter; `--write` also puts those of the
front page into its table.
"""

from __future__ import annotations

import argparse
import re
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import jupytext

from tools import twins

WORDS_A_MINUTE = 100
HIDDEN = {"hide-input", "hide-cell", "remove-cell", "remove-input"}
OPENING = re.compile(r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[^}]+)\}")
OPTION = re.compile(r"^:[\w-]+:")
FRONT = twins.BOOK / "index.md"
# A row of the table of chapters: its first column names one, its last has the minutes.
ROW = re.compile(r"^\* - \{doc\}`(?P<name>\w+)`\n(?:  - .*\n)+", re.MULTILINE)


class Words(NamedTuple):
    """The words of a page, code and formulas counted: shown as it opens, or folded."""

    shown: int
    folded: int

    @property
    def minutes(self) -> int:
        """Return the minutes that it takes to read what is shown."""
        return round(self.shown / WORDS_A_MINUTE)

    @property
    def all_minutes(self) -> int:
        """Return the minutes that it takes to read everything, all that is folded included."""
        return round((self.shown + self.folded) / WORDS_A_MINUTE)


def count(page: Path) -> Words:
    """Return the words of a chapter, a MyST notebook.

    Folded are the code of a hidden cell and what stands in a directive of the class ``dropdown``,
    up to its end or, for a solution in several cells, up to ``solution-end``. Settings of cells
    and descriptions for those who do not see count nowhere, captions do.
    """
    shown = folded = 0
    end: str | None = None  # the line at which what is folded ends
    for cell in jupytext.read(page, fmt="md:myst").cells:
        if cell.cell_type == "code":
            caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
            shown += len(caption.split())
            if end or HIDDEN & set(cell.metadata.get("tags", [])):
                folded += len(cell.source.split())
            else:
                shown += len(cell.source.split())
            continue
        lines = cell.source.splitlines()
        for number, line in enumerate(lines, start=1):
            opening = OPENING.match(line)
            options = takewhile(OPTION.match, lines[number:])
            if opening and not end and any("dropdown" in option for option in options):
                solution = opening["name"] == "solution-start"
                end = opening["fence"] + ("{solution-end}" if solution else "")
            elif OPTION.match(line):
                continue
            elif end:
                folded += len(line.split())
                end = None if line.rstrip() == end else end
            else:
                shown += len(line.split())
    return Words(shown, folded)


def with_minutes(front: str, book: Path = twins.BOOK) -> str:
    """Return the text of the front page with the minutes of the chapters in its table.

    The last column of a row that begins with ``{doc}`NAME` `` gets the minutes of what stands open
    in ``NAME.md`` and, in brackets, those with all that is folded.
    """

    def filled(row: re.Match[str]) -> str:
        words = count(book / f"{row['name']}.md")
        columns = row[0].splitlines()[:-1]
        return "\n".join([*columns, f"  - {words.minutes} ({words.all_minutes})"]) + "\n"

    return ROW.sub(filled, front)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write them on the front page too")
    write = parser.parse_args().write
    for page in twins.chapters():
        words = count(page)
        print(
            f"{page.stem:14} {words.minutes:4} min, {words.all_minutes:4} with all that is folded"
        )
    if write:
        FRONT.write_text(with_minutes(FRONT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
