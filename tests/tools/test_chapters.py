"""Which chapters run again, and that two at a time give what one at a time gives."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tools import record, twins
from tools.chapters import Shelf, execute
from tools.kernel import prepare
from tools.stamps import SHARED, Before, outdated, sha256

HEADER = (
    "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
    "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
)
PAGES = {
    # What a chapter on autoencoders does: a room, and through it another one.
    "copies": ["from gencore import coding", "coding.copy()"],
    # A room that no other chapter enters, loaded inside a function.
    "forgers": ["from gencore import forging", "forging.forge()"],
    # A card, and the names of all cards of one group.
    "cards": [
        "from pathlib import Path\nroot = Path.cwd().parent / 'checkpoints'",
        "print((root / 'forging' / 'one.json').read_text())",
        "print(len(list((root / 'coding').glob('*.json'))))",
    ],
    # Figures and draws, so that there are outputs to compare.
    "figures": [
        "import numpy as np\nfrom matplotlib import pyplot as plt",
        "plt.plot(np.random.default_rng(0).normal(size=50).cumsum());",
    ],
    # Another Python, of which nobody knows what it reads.
    "processes": [
        "import subprocess, sys",
        "print(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout)",
    ],
}
PACKAGE = {
    "__init__.py": "",
    "coding/__init__.py": "from gencore.coding.copying import copy\n",
    "coding/copying.py": "from gencore.ground import BASE\n\n\ndef copy():\n    return BASE\n",
    "ground.py": "BASE = 1\n",
    "forging/__init__.py": (
        "def forge():\n    from gencore.tricks import TRICK\n\n    return TRICK\n"
    ),
    "tricks.py": "TRICK = 2\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Build a small project whose chapters have all run, two at a time."""
    root = tmp_path_factory.mktemp("project")
    for file, text in PACKAGE.items():
        path = root / "gencore" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf8")
    shutil.copy(ROOT / "gencore" / "loading.py", root / "gencore")
    shutil.copytree(ROOT / "tools", root / "tools")
    (root / "requirements.txt").write_text("numpy==2.0.0\n", encoding="utf8")
    for card in ("coding/one.json", "coding/two.json", "forging/one.json"):
        path = root / "checkpoints" / card
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf8")
    (root / "book").mkdir()
    for name, cells in PAGES.items():
        body = "".join(f"```{{code-cell}} ipython3\n{cell}\n```\n\n" for cell in cells)
        body += "```{code-cell} ipython3\n:tags: [skip-execution, nbval-skip]\n\n1 / 0\n```\n"
        (root / "book" / f"{name}.md").write_text(HEADER + body, encoding="utf8")
    assert run(root) == sorted(PAGES)
    return root


@pytest.fixture
def project(tree, tmp_path):
    """Return a copy of the project that a test may change."""
    return shutil.copytree(tree, tmp_path / "project")


def environment(root):
    """Return the variables of kernels that find the package and the tools of a project."""
    return prepare(root / "_build" / "ipython") | {"PYTHONPATH": str(root)}


def run(root, at_once=2, served="digits"):
    """Run what is stale and return the names."""
    shelf = Shelf(root, served)
    stale = shelf.stale()
    assert shelf.run(list(stale), environment(root), at_once) == []
    return sorted(stale)


def stale(root, served="digits"):
    """Return which chapters would run again, but for the one that always does."""
    return {*Shelf(root, served).stale()} - {"processes"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("gencore/coding/copying.py", {"copies"}),
        ("gencore/coding/__init__.py", {"copies"}),
        ("gencore/ground.py", {"copies"}),
        ("gencore/forging/__init__.py", {"forgers"}),
        ("gencore/tricks.py", {"forgers"}),
        ("checkpoints/forging/one.json", {"cards"}),
        ("checkpoints/coding/one.json", set()),
        ("checkpoints/coding/three.json", {"cards"}),
        ("checkpoints/forging/three.json", set()),
        ("gencore/new.py", set()),
        ("book/figures.md", {"figures"}),
        ("requirements.txt", set(PAGES)),
        ("checkpoints/one.json", set(PAGES)),
        ("tools/kernel.py", set(PAGES)),
        ("tools/twins.py", set()),
    ],
)
def test_an_edit_makes_those_chapters_stale_that_depend_on_it(project, change, expected):
    assert stale(project) == set()
    path = project / change
    if change.startswith("book/"):
        path.write_text(path.read_text("utf8").replace("size=50", "size=60"), encoding="utf8")
    else:
        path.write_text(f"{path.read_text('utf8')}\n" if path.exists() else "", encoding="utf8")
    assert stale(project) == expected - {"processes"}


@pytest.mark.slow
def test_prose_makes_no_chapter_stale(project):
    page = project / "book" / "figures.md"
    page.write_text(page.read_text("utf8") + "\nSome words more.\n", encoding="utf8")
    assert stale(project) == set()


@pytest.mark.slow
def test_other_data_make_all_chapters_stale(project):
    assert stale(project, "mnist") == set(PAGES) - {"processes"}


@pytest.mark.slow
def test_what_starts_another_python_runs_every_time(project):
    assert Shelf(project, "digits").reason("processes") is not None
    assert Shelf(project, "digits").reason("copies") is None


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["_build/chapters/copies.json", "_build/.jupyter_cache"])
def test_what_cannot_be_known_runs(project, lost):
    path = project / lost
    shutil.rmtree(path) if path.is_dir() else path.write_text("{", encoding="utf8")
    assert "copies" in stale(project)


@pytest.mark.slow
def test_a_file_that_changes_while_a_chapter_runs_leaves_it_stale(project):
    page = project / "book" / "copies.md"
    cell = (
        "from pathlib import Path\nfrom gencore import coding\nPath(coding.__file__).write_text('')"
    )
    page.write_text(f"{HEADER}```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf8")
    assert "copies" in run(project)
    assert "copies" in stale(project)


@pytest.mark.slow
def test_a_card_that_appears_while_a_chapter_runs_leaves_it_stale(project):
    page = project / "book" / "cards.md"
    cell = (
        "from pathlib import Path\nfolder = Path.cwd().parent / 'checkpoints' / 'coding'\n"
        "print(len(list(folder.glob('*.json'))))\n(folder / 'new.json').write_text('{}');"
    )
    page.write_text(f"{HEADER}```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf8")
    assert "cards" in run(project)
    assert "cards" in stale(project)


@pytest.mark.slow
def test_two_at_a_time_give_the_outputs_of_one_at_a_time_to_the_byte(tree, project):
    shutil.rmtree(project / "_build")
    run(project, at_once=1)
    for name in PAGES:
        parallel, serial = (executed(root, name) for root in (tree, project))
        assert parallel == serial, name
    assert "image/png" in executed(tree, "figures")


def executed(root, name):
    """Return a chapter with its outputs, as jupyter-cache keeps it, but for the ids of cells."""
    shelf = Shelf(root, "")
    notebook = shelf.cache.get_cache_bundle(shelf._outputs(shelf.read(name)[1])).nb
    for cell in notebook.cells:
        cell.pop("id")  # drawn at random when a page is read
    return json.dumps(notebook, sort_keys=True)


CHECK = """
from pathlib import Path
from tools.check_notebooks import run
from tools.chapters import Shelf

print(run(["notebooks"], shelf=Shelf(Path.cwd(), "digits")))
"""


def checked(root):
    """Run the twins of a project as `make test` does; return what was said."""
    shutil.rmtree(root / "_build")
    shutil.copy(ROOT / "pyproject.toml", root)
    twins.write(root / "book", root / "notebooks")
    command = [sys.executable, "-c", CHECK]
    variables = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=variables, capture_output=True, check=False)
    return done.stdout.decode()


@pytest.mark.slow
def test_the_site_shows_to_the_byte_what_the_test_of_the_notebooks_gave(tree, project):
    assert checked(project).endswith("\n0\n")
    assert stale(project) == set()
    for name in PAGES:
        assert executed(project, name) == executed(tree, name), name
    before, after = (Shelf(root, "").stamp("cards") for root in (tree, project))
    assert after.files == before.files and after.folders == before.folders


@pytest.mark.slow
def test_a_notebook_that_failed_its_test_is_not_shown(project):
    page = project / "book" / "copies.md"
    page.write_text(f"{HEADER}```{{code-cell}} ipython3\n1 / 0\n```\n", encoding="utf8")
    assert checked(project).endswith("\n1\n")
    assert stale(project) == {"copies"}


def test_a_run_of_other_cells_than_the_page_has_is_not_kept(tmp_path):
    (tmp_path / "book").mkdir()
    cell = "```{code-cell} ipython3\n1 + 1\n```\n"
    (tmp_path / "book" / "sums.md").write_text(HEADER + cell, encoding="utf8")
    shelf = Shelf(tmp_path, "digits")
    (tmp_path / "sums.note").write_text('{"files": [], "folders": [], "unknown": false}')
    for source, kept in (("2 + 2", False), ("1 + 1", True)):
        said = {"output_type": "stream", "name": "stdout", "text": "4"}
        run = {"cells": [{"source": source, "outputs": [said]}], "seconds": 1.0, "language": {}}
        (tmp_path / "sums.json").write_text(json.dumps(run), encoding="utf8")
        assert shelf.take(tmp_path / "sums.json", Before({}, {})) == kept
        assert (shelf.reason("sums") is None) == kept
    assert '"text": "4"' in executed(tmp_path, "sums")


@pytest.mark.slow
def test_a_failing_cell_fails_with_its_traceback_and_the_others_are_kept(project, capsys):
    for name, cell in (("copies", "1 / 0"), ("figures", "print('well')")):
        page = project / "book" / f"{name}.md"
        page.write_text(f"{HEADER}```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf8")
    shelf = Shelf(project, "digits")
    assert shelf.run(["copies", "figures"], environment(project)) == ["copies"]
    said = capsys.readouterr().out
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    assert "==> copies failed" in said and "ZeroDivisionError: division by zero" in said
    assert stale(project) == {"copies"}


@pytest.mark.slow
def test_what_runs_a_chapter_leaves_the_cache_alone(tree, monkeypatch):
    # Of two processes that write in it at once, one can drop what the other has just written.
    shelf = Shelf(tree, "digits")
    kept = [path for path in shelf.cache.path.rglob("*") if path.is_file()]
    before = {path: sha256(path) for path in kept}
    assert len(before) >= len(PAGES)
    note = tree / "_build" / "chapters" / "cards.note"
    notebook, _ = shelf.read("cards")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    done, seconds, wrong = execute(notebook, shelf.pages["cards"], note, environment(tree))
    note.unlink()
    assert done.cells[1].outputs[0].text == "{}\n" and seconds > 0 and not wrong
    assert {path: sha256(path) for path in shelf.cache.path.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_cells_that_are_edited_while_they_run_run_again(project):
    page = project / "book" / "figures.md"
    cell = (
        "from pathlib import Path\npage = Path('figures.md')\n"
        "page.write_text(page.read_text('utf8').replace('1 ' + '+ 1', '2 + 2'), 'utf8')\n1 + 1"
    )
    page.write_text(f"{HEADER}```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf8")
    assert "figures" in run(project)
    assert '"text/plain": "4"' in executed(project, "figures")


@pytest.mark.slow
def test_a_kernel_that_dies_is_a_failed_chapter(project, monkeypatch):
    page = project / "book" / "copies.md"
    cell = "import os\nos._exit(1)"
    page.write_text(f"{HEADER}```{{code-cell}} ipython3\n{cell}\n```\n", encoding="utf8")
    notebook, _ = Shelf(project, "digits").read("copies")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    _, _, wrong = execute(notebook, page, project / "note", environment(project))
    assert "Kernel died" in wrong


@pytest.mark.slow
def test_outputs_whose_writing_was_stopped_are_made_again(project):
    shelf = Shelf(project, "digits")
    shutil.rmtree(shelf.cache.path / "executed" / shelf.read("copies")[1])
    (project / "_build" / "chapters" / "copies.json").unlink()
    assert "copies" in run(project)
    assert "copies" not in stale(project) and '"cell_type"' in executed(project, "copies")


def test_sphinx_reads_what_ran_again(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(f'{{"outputs": "{name}"}}', encoding="utf8")
    names, known = outdated(tmp_path, {})
    assert sorted(names) == ["one", "two"]
    (tmp_path / "two.json").write_text('{"outputs": "three"}', encoding="utf8")
    assert outdated(tmp_path, known)[0] == ["two"]
    assert outdated(tmp_path, outdated(tmp_path, known)[1])[0] == []


def test_the_files_that_all_chapters_share_exist():
    assert all((ROOT / file).is_file() for file in SHARED)


# --- The note ----------------------------------------------------------------------------------


def test_the_note_has_what_was_read_and_listed_below_the_root(tmp_path):
    for folder in ("cards", "_build", ".venv/lib/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("cards/a.json", "_build/b.txt", ".venv/lib/site-packages/c.py", "written.txt"):
        (tmp_path / file).write_text("", encoding="utf8")
    code = f"""
import json, os, pathlib, sys
from tools.record import Record
root = pathlib.Path({str(tmp_path)!r})
record = Record(root)
sys.addaudithook(record.hear)
for file in ("cards/a.json", "_build/b.txt", ".venv/lib/site-packages/c.py"):
    (root / file).read_text()
os.chdir(root)
open(b"cards/a.json", "rb").close()
os.listdir("cards")
(root / "written.txt").write_text("x")
open("/etc/hostname").close()
print(json.dumps(record.note()))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout) == {
        "files": ["cards/a.json"],
        "folders": ["cards"],
        "unknown": False,
    }


def test_events_are_noted_below_the_root(tmp_path):
    one = record.Record(tmp_path)
    one.hear("open", (str(tmp_path / "read.txt"), "r", os.O_RDONLY))
    one.hear("open", (os.fsencode(tmp_path / "bytes.txt"), None, os.O_RDONLY | os.O_CLOEXEC))
    one.hear("open", (str(tmp_path / "written.txt"), "w", os.O_WRONLY | os.O_CREAT))
    one.hear("open", (7, "r", os.O_RDONLY))
    one.hear("open", (f"{tmp_path}-beside.txt", "r", os.O_RDONLY))
    one.hear("os.scandir", (str(tmp_path / "cards"),))
    one.hear("import", ("numpy", None, None, None, None))
    note = one.note()
    assert note["files"] == ["bytes.txt", "read.txt"] and note["folders"] == ["cards"]


def test_modules_are_noted_and_the_search_for_them_is_not():
    one = record.Record(ROOT)
    for folder in ("", "tools", "checkpoints"):
        one.hear("os.listdir", (str(ROOT / folder),))
    note = one.note()
    assert "tools/record.py" in note["files"] and note["folders"] == ["checkpoints"]


def test_a_python_that_is_started_is_noted():
    one = record.Record(ROOT)
    one.hear("subprocess.Popen", ("/usr/bin/lscpu", ["lscpu"], None, None))
    assert not one.unknown
    one.hear("subprocess.Popen", ("/usr/bin/env", ["env", "python3", "-c", "1"], None, None))
    assert one.unknown
