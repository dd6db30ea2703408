"""Write the .ipynb twins of the chapters, or check that they are in step.

`python -m tools.twins` writes notebooks/NAME.ipynb for every MyST notebook book/NAME.md;
`--check` changes nothing and names the twins that differ.
"""

import argparse
import sys
from pathlib import Path

import jupytext
import nbformat

from tools.kernel import ROOT

BOOK, NOTEBOOKS = ROOT / "book", ROOT / "notebooks"


def chapters(book: Path = BOOK) -> list[Path]:
    """Return the pages of `book` that are notebooks: those with a jupytext header."""
    return [page for page in sorted(book.glob("*.md")) if is_notebook(page)]


def is_notebook(page: Path) -> bool:
    """Tell whether the front matter of a page declares a jupytext notebook."""
    text = page.read_text(encoding="utf8")
    return text.startswith("---\n") and "\njupytext:" in text[: text.find("\n---", 4)]


def convert(page: Path) -> str:
    """Return the text of the .ipynb twin of one chapter: no outputs, reproducible to the byte."""
    notebook = jupytext.read(page)
    # Left to themselves, cell ids are random: each run would rewrite every twin.
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
    notebook.metadata.pop("jupytext", None)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, ensure_ascii=False) + "\n"


def out_of_step(book: Path = BOOK, notebooks: Path = NOTEBOOKS) -> list[str]:
    """Return one line for each twin that is missing, differs, or has no chapter."""
    problems = []
    pages = {page.stem: page for page in chapters(book)}
    for name, page in pages.items():
        twin = notebooks / f"{name}.ipynb"
        if not twin.exists():
            problems.append(f"{twin.name} is missing")
        elif twin.read_text(encoding="utf8") != convert(page):
            problems.append(f"{twin.name} differs from {page.name}")
    for twin in sorted(notebooks.glob("*.ipynb")):
        if twin.stem not in pages:
            problems.append(f"{twin.name} has no chapter {twin.stem}.md")
    return problems


def write(book: Path = BOOK, notebooks: Path = NOTEBOOKS) -> list[str]:
    """Write every twin that is out of step, remove those without a chapter, say which."""
    notebooks.mkdir(exist_ok=True)
    pages = {page.stem: page for page in chapters(book)}
    changes = []
    for name, page in pages.items():
        twin, text = notebooks / f"{name}.ipynb", convert(page)
        if not twin.exists() or twin.read_text(encoding="utf8") != text:
            twin.write_text(text, encoding="utf8")
            changes.append(f"wrote {twin.name}")
    for twin in sorted(notebooks.glob("*.ipynb")):
        if twin.stem not in pages:
            twin.unlink()
            changes.append(f"removed {twin.name}, which has no chapter")
    return changes


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    check = parser.parse_args().check
    lines = out_of_step() if check else write()
    print("\n".join(lines) if lines else f"{len(chapters())} notebooks in step")
    if check and lines:
        print("Run `make notebooks` and commit what it writes.")
    return int(check and bool(lines))


if __name__ == "__main__":
    sys.exit(main())
