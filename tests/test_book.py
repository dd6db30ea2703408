"""The chapters as files: twins, headers, cells, figures, exercises (test_tools.py: the checks)."""

import ast
import json
import re
from collections import defaultdict

import jupytext
import pytest

from tools import twins

CHAPTERS = twins.chapters()
NOTEBOOKS = {page.stem: jupytext.read(page) for page in CHAPTERS}
CODE_LINES, MODEL_LINES, EXEMPT_LINES = 12, 20, 24
WITHOUT_EXERCISES = ("results", "training")
# A stub that fails for one of these is a broken exercise, not an open one.
BROKEN = (NameError, ImportError, SyntaxError)


def tags(cell):
    return set(cell.metadata.get("tags", []))


def code_cells(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]


# --- Twins -------------------------------------------------------------------------------------


def test_twins_are_in_step():
    assert twins.out_of_step() == [], "run `make notebooks` and commit what it writes"


@pytest.mark.parametrize("twin", sorted(twins.NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_twin_has_no_outputs(twin):
    for cell in json.loads(twin.read_text(encoding="utf8"))["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None


# --- Chapters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_chapter_has_the_header(page):
    metadata = NOTEBOOKS[page.stem].metadata
    assert metadata["kernelspec"]["name"] == "python3"
    assert metadata["jupytext"]["text_representation"]["format_name"] == "myst"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_code_cells_are_short(name):
    for cell in code_cells(name):
        source = "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))
        exempt = any(tag == "hide-input" or tag.startswith("exercise-") for tag in tags(cell))
        model = any(isinstance(node, ast.ClassDef) for node in ast.walk(ast.parse(source)))
        limit = EXEMPT_LINES if exempt else MODEL_LINES if model else CODE_LINES
        count = len(cell.source.splitlines())
        assert count <= limit, f"{count} lines, at most {limit}:\n{cell.source}"


def draws(cell):
    """Tell whether a cell shows a picture: it says so, or it plots and does not clean up."""
    return "figure" in cell.metadata.get("mystnb", {}) or re.search(
        r"\bplots\.(?!use_book_style)|\bplt\.(subplots|figure|show)\b|\.plot\(|\.imshow\(",
        cell.source,
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_figures_have_caption_name_and_alternative_text(name):
    names = []
    for cell in code_cells(name):
        if not draws(cell) or tags(cell) & {"skip-execution", "remove-output", "remove-cell"}:
            continue
        settings = cell.metadata.get("mystnb", {})
        figure, image = settings.get("figure", {}), settings.get("image", {})
        assert figure.get("caption", "").strip(), f"no caption:\n{cell.source}"
        assert re.fullmatch(r"fig-[a-z0-9-]+", figure.get("name", "")), f"no name:\n{cell.source}"
        assert len(image.get("alt", "").split()) >= 5, f"alt text says too little:\n{cell.source}"
        names.append(figure["name"])
    assert len(names) == len(set(names))
    text = "\n".join(cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type != "code")
    unread = [figure for figure in names if f"`{figure}`" not in text and f"<{figure}>" not in text]
    assert unread == [], "the text reads every figure for the reader, by {numref}"


# --- Exercises ---------------------------------------------------------------------------------


def exercises():
    """Return {(chapter, NAME): {part: cell}} from tags like exercise-NAME-stub."""
    found = defaultdict(dict)
    for chapter in NOTEBOOKS:
        for cell in code_cells(chapter):
            for tag in tags(cell):
                match = re.fullmatch(r"exercise-(.+)-(stub|check|solution)", tag)
                if match:
                    found[chapter, match[1]][match[2]] = cell
    return found


EXERCISES = exercises()


def run(chapter, *parts):
    """Execute the setup cells of a chapter and then `parts`, in one fresh namespace."""
    import matplotlib

    matplotlib.use("Agg")
    setup = [cell for cell in code_cells(chapter) if "exercise-setup" in tags(cell)]
    namespace = {"__name__": "exercise"}
    for cell in [*setup, *parts]:
        exec(compile(cell.source, f"{chapter} ({' '.join(sorted(tags(cell)))})", "exec"), namespace)


@pytest.mark.parametrize(("chapter", "name"), EXERCISES)
def test_exercise_both_ways(chapter, name):
    parts = EXERCISES[chapter, name]
    assert set(parts) == {"stub", "check", "solution"}
    assert tags(parts["check"]) >= {"skip-execution", "nbval-skip"}
    with pytest.raises(Exception) as caught:  # noqa: B017, PT011 - any failure but those below
        run(chapter, parts["stub"], parts["check"])
    assert not isinstance(caught.value, BROKEN), caught.value
    run(chapter, parts["solution"], parts["check"])


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name not in WITHOUT_EXERCISES])
def test_chapter_has_its_exercises(name):
    assert sum(chapter == name for chapter, _ in EXERCISES) >= 3
    text = "\n".join(cell.source for cell in NOTEBOOKS[name].cells)
    labels = re.findall(r"\{exercise(?:-start)?\}[^\n]*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution(?:-start)?\} (\S+)\n:class: dropdown", text)
    assert len(labels) >= 6 and sorted(labels) == sorted(solved)
