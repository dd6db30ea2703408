"""The directive of the colophon: packages and versions with which the book was built."""

import importlib.metadata
import platform
import re
import tomllib

from docutils import nodes
from docutils.parsers.rst import Directive

from tools.kernel import ROOT

EXTRA = "book"


def required(text: str) -> list[str]:
    """Return the packages that a pyproject.toml names, those of the extra ``book`` included."""
    project = tomllib.loads(text)["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"][EXTRA]]
    return sorted({re.match(r"[\w.-]+", line)[0] for line in lines}, key=str.lower)  # type: ignore


def installed(names: list[str]) -> list[tuple[str, str, str]]:
    """Return the name, the version and the purpose of packages as they are installed here."""
    rows = [("Python", platform.python_version(), "The language.")]
    for name in names:
        about = importlib.metadata.metadata(name).json
        rows.append((name, str(about["version"]), str(about.get("summary", "–"))))
    return rows


class Versions(Directive):
    """A table of the packages that the book needs, with the versions of this build."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = installed(required((ROOT / "pyproject.toml").read_text(encoding="utf8")))
        group = nodes.tgroup("", cols=3)
        group += [nodes.colspec("", colwidth=width) for width in (25, 15, 60)]
        head, body = nodes.thead(), nodes.tbody()
        head += _row(("package", "version", "what it says of itself"))
        body += [_row(row) for row in rows]
        group += [head, body]
        return [nodes.table("", group, classes=["versions"])]


def _row(cells: tuple[str, ...]) -> nodes.row:
    return nodes.row(
        "", *(nodes.entry("", nodes.paragraph("", nodes.Text(cell))) for cell in cells)
    )
