"""Mistakes in the tools that keep twins in step and caches fresh."""

from tests.planted import Mutant

TOOLS = [
    Mutant(
        name="twins-not-compared",
        module="tools.twins",
        before='elif twin.read_text(encoding="utf8") != convert(page):',
        after="elif not twin.read_text():",
        test="tests/test_tools.py::test_a_twin_out_of_step_is_found",
    ),
    Mutant(
        name="orphan-twins-not-found",
        module="tools.twins",
        before='problems.append(f"{twin.name} has no chapter {twin.stem}.md")',
        after="pass",
        test="tests/test_tools.py::test_a_twin_out_of_step_is_found",
    ),
    Mutant(
        name="orphan-twins-not-removed",
        module="tools.twins",
        before="twin.unlink()",
        after="pass",
        test="tests/test_tools.py::test_a_twin_out_of_step_is_found",
    ),
    Mutant(
        name="cell-ids-drawn-at-random",
        module="tools.twins",
        before='cell["id"] = f"cell-{number:03d}"',
        after="pass",
        test="tests/test_tools.py::test_only_notebooks_have_twins",
    ),
    Mutant(
        name="every-page-is-a-notebook",
        module="tools.twins",
        before=r' in text[: text.find("\n---", 4)]',
        after=" in text",
        test="tests/test_tools.py::test_only_notebooks_have_twins",
    ),
    Mutant(
        name="pins-left-out-of-the-cache-key",
        module="tools.build_book",
        before='yield root / "requirements.txt"',
        after="yield from ()",
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[requirements.txt]",
    ),
    Mutant(
        name="package-left-out-of-the-cache-key",
        module="tools.build_book",
        before='.rglob("*.py")',
        after='.rglob("*.none")',
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[gencore/vae.py]",
    ),
    Mutant(
        name="cards-left-out-of-the-cache-key",
        module="tools.build_book",
        before='.glob("*.json")',
        after='.glob("*.none")',
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[checkpoints/vae.json]",
    ),
    Mutant(
        name="data-left-out-of-the-cache-key",
        module="tools.build_book",
        before=r"\ndata {served}\n",
        after=r"\n",
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[None]",
    ),
    Mutant(
        name="cache-key-of-names-alone",
        module="tools.build_book",
        before=r"{path.relative_to(root).as_posix()} {content}\n",
        after=r"{path.relative_to(root).as_posix()}\n",
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[gencore/vae.py]",
    ),
    Mutant(
        name="parsed-pages-outlive-the-cache",
        module="tools.build_book",
        before='(".jupyter_cache", ".doctrees", "jupyter_execute", "html")',
        after='(".jupyter_cache", "jupyter_execute", "html")',
        test="tests/test_tools.py::test_execution_cache_is_dropped_when_outputs_could_differ[requirements.txt]",
    ),
    Mutant(
        name="no-notebook-is-a-success",
        module="tools.check_notebooks",
        before="        return 1\n",
        after="        return 0\n",
        test="tests/test_tools.py::test_no_notebook_at_all_fails",
    ),
    Mutant(
        name="figures-in-four-colours",
        module="tools.book_extension",
        before="FIGURE_COLORS = 128",
        after="FIGURE_COLORS = 4",
        test="tests/test_tools.py::test_a_figure_gets_lighter_and_looks_the_same",
    ),
    Mutant(
        name="transparent-pictures-on-black",
        module="tools.book_extension",
        before='if image.mode == "P" or not opaque:',
        after='if image.mode == "P":',
        test="tests/test_tools.py::test_a_transparent_picture_stays_as_it_is",
    ),
]
