"""The checks themselves: planted mistakes in a twin, in a cell and in a page must be found."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import jupyter_client.connect
import nbformat
import numpy as np
import pytest
from docutils import nodes
from docutils.utils import new_document
from matplotlib.figure import Figure
from PIL import Image

from tools import book_extension, build_book, chapters, check_notebooks, colophon, kernel, twins
from tools.kernel import ROOT

# --- Twins -------------------------------------------------------------------------------------


@pytest.fixture
def small_book(tmp_path):
    """A book of one notebook and one plain page, with its twin in step."""
    book, notebooks = tmp_path / "book", tmp_path / "notebooks"
    book.mkdir()
    plain = "---\nmyst: {}\n---\n\n# A page without code\n\n---\njupytext: no\n"
    (book / "plain.md").write_text(plain, encoding="utf8")
    (book / "small.md").write_text(
        "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
        "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
        "# Small\n\n```{code-cell} ipython3\n1 + 1\n```\n",
        encoding="utf8",
    )
    twins.write(book, notebooks)
    return book, notebooks


def test_only_notebooks_have_twins(small_book):
    book, notebooks = small_book
    assert [twin.name for twin in notebooks.iterdir()] == ["small.ipynb"]
    assert twins.out_of_step(book, notebooks) == []
    assert twins.write(book, notebooks) == []


def test_a_twin_out_of_step_is_found(small_book):
    book, notebooks = small_book
    twin = notebooks / "small.ipynb"
    twin.write_text(twin.read_text(encoding="utf8").replace("1 + 1", "1 + 2"), encoding="utf8")
    assert twins.out_of_step(book, notebooks) == ["small.ipynb differs from small.md"]
    twin.rename(notebooks / "other.ipynb")
    missing, orphan = twins.out_of_step(book, notebooks)
    assert missing == "small.ipynb is missing" and orphan == "other.ipynb has no chapter other.md"
    twins.write(book, notebooks)
    assert twins.out_of_step(book, notebooks) == []


# --- The run of the notebooks ------------------------------------------------------------------


PLANTED = {
    "nothing": ("import warnings\nprint('fine')", None),
    "an error": ("1 / 0", "ZeroDivisionError"),
    "a warning": ("warnings.warn('planted')", "UserWarning: planted"),
    "a NumPy warning": ("import numpy\nnumpy.log(numpy.zeros(1))", "RuntimeWarning"),
    "a warning while the figure is drawn, after the cell": (
        "import matplotlib.pyplot as plt\nplt.title('\u4e00');",
        "missing from font",
    ),
    "words on stderr": ("import sys\nprint('planted', file=sys.stderr)", "wrote to stderr"),
    "words on stderr, in a cell tagged for it": ("print('planted', file=sys.stderr)", None),
}


def test_broken_cells_fail(tmp_path):
    """Run planted mistakes as `make test` runs the chapters: each fails its cell, and the run."""
    cells = [nbformat.v4.new_code_cell(source) for source, _ in PLANTED.values()]
    cells[-1].metadata["tags"] = ["remove-stderr"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "planted.ipynb")
    command = [sys.executable, "-m", "tools.check_notebooks", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert done.returncode == 1, report
    for number, (what, (_, message)) in enumerate(PLANTED.items()):
        failed = re.search(rf"^FAILED .*::Cell {number}\b", report, re.MULTILINE)
        assert bool(failed) == bool(message), f"{what}:\n{report}"
        assert message is None or message in report, what


def test_no_notebook_at_all_fails(tmp_path):
    assert check_notebooks.run([str(tmp_path)]) == 1


@pytest.mark.parametrize(("deaths", "starts"), [(0, 1), (2, 3), (3, 3)])
def test_a_kernel_that_dies_at_once_is_started_again(deaths, starts):
    """As where another process took its port; the message is the one of jupyter_client."""
    tried = []

    def start(name):
        tried.append(name)
        if len(tried) <= deaths:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return "a kernel"

    if deaths < kernel.STARTS:
        assert kernel.patiently(start)("python") == "a kernel"
    else:
        with pytest.raises(RuntimeError, match="before replying"):
            kernel.patiently(start)("python")
    assert tried == ["python"] * starts


def test_what_a_kernel_died_of_later_is_not_tried_again():
    tried = []

    def start():
        tried.append("once")
        raise RuntimeError("Kernel died")

    with pytest.raises(RuntimeError, match="Kernel died"):
        kernel.patiently(start)()
    assert tried == ["once"]


def test_a_chapter_whose_kernel_found_its_port_taken_runs(tmp_path, monkeypatch):
    """Ask jupyter_client for ports that are taken, once."""
    taken = socket.create_server(("127.0.0.1", 0))
    look, asked = jupyter_client.connect.write_connection_file, []

    def write(*arguments, **settings):
        asked.append(settings)
        if len(asked) == 1:
            settings["control_port"] = taken.getsockname()[1]
        return look(*arguments, **settings)

    monkeypatch.setattr(jupyter_client.connect, "write_connection_file", write)
    monkeypatch.setattr(chapters.os, "environ", dict(os.environ))
    page = tmp_path / "page.md"
    cells = [nbformat.v4.new_code_cell("print(6 * 7)")]
    with taken:
        done, _, wrong = chapters.execute(
            nbformat.v4.new_notebook(cells=cells), page, tmp_path / "note", {}
        )
    assert not wrong and len(asked) == 2
    assert done.cells[0].outputs[0].text == "42\n"


# --- The build ---------------------------------------------------------------------------------


@pytest.fixture
def small_tree(tmp_path):
    """The files that a build looks at, and a build folder that belongs to them."""
    for folder in ("gencore", "checkpoints/vae", "benchmarks", "book/_static", "tools"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("numpy==2.0.0\n", encoding="utf8")
    for file in ("_config.yml", "_toc.yml", "gencore/vae.py", "tools/pages.py", "book/vae.md"):
        (tmp_path / file).write_text("\n", encoding="utf8")
    for file in ("checkpoints/vae/vae-1.json", "benchmarks/scores.json", "book/_static/custom.css"):
        (tmp_path / file).write_text("{}", encoding="utf8")
    return tmp_path


CHANGES = [
    *("requirements.txt", "gencore/vae.py", "gencore/new.py", "tools/pages.py", "book/vae.md"),
    *(
        "checkpoints/vae/vae-1.json",
        "benchmarks/scores.json",
        "_toc.yml",
        "book/_static/custom.css",
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_last_build_is_current_until_a_source_changes(small_tree, change):
    stamp = small_tree / "_build" / "built.txt"
    stamp.parent.mkdir()
    stamp.write_text(build_book.digest_of(build_book.sources(small_tree), small_tree))
    assert build_book.is_current(small_tree)
    (small_tree / change).write_text("changed\n", encoding="utf8")
    assert not build_book.is_current(small_tree)


@pytest.mark.parametrize(
    ("change", "dropped"),
    [
        ("requirements.txt", {".doctrees", "html"}),
        ("tools/pages.py", {".doctrees", "html"}),
        ("book/_static/custom.css", {"html"}),
        ("gencore/vae.py", set()),
    ],
)
def test_what_sphinx_keeps_is_dropped_when_it_would_not_notice(small_tree, change, dropped):
    build = small_tree / "_build"

    def refresh():
        watched = build_book.watched(small_tree).items()
        digests = {name: build_book.digest_of(paths, small_tree) for name, paths in watched}
        return [build_book.refresh(build, name, digest) for name, digest in digests.items()]

    refresh()
    for folder in (".doctrees", "html"):
        (build / folder).mkdir()
    assert not any(refresh())
    (small_tree / change).write_text("changed\n", encoding="utf8")
    assert any(refresh()) == bool(dropped)
    assert {path.name for path in (build / ".doctrees", build / "html") if not path.exists()} == (
        dropped
    )


# --- Figures -----------------------------------------------------------------------------------


def test_a_figure_gets_lighter_and_looks_the_same(tmp_path):
    figure = Figure(figsize=(5, 3))
    axes = figure.subplots(1, 2)
    for k in range(6):
        axes[0].plot(np.sin(np.arange(60) / (3 + k)), color=f"C{k}")
    axes[1].imshow(np.add.outer(np.arange(40), np.arange(40)), cmap="gray_r")
    picture = tmp_path / "figure.png"
    figure.savefig(picture)
    weight, before = picture.stat().st_size, np.asarray(Image.open(picture).convert("RGB"))
    book_extension.lighten(picture)
    after = np.asarray(Image.open(picture).convert("RGB"))
    assert picture.stat().st_size < 0.6 * weight
    # 128 colours for six hues, their edges and a grey ramp: 0.7 levels of 255 on average.
    difference = np.abs(after.astype(int) - before)
    assert difference.mean() < 1 and difference.max() < 64
    book_extension.lighten(picture)
    np.testing.assert_array_equal(np.asarray(Image.open(picture).convert("RGB")), after)


def test_a_transparent_picture_stays_as_it_is(tmp_path):
    picture = tmp_path / "icon.png"
    Image.new("RGBA", (8, 8), (200, 30, 30, 128)).save(picture)
    before = picture.read_bytes()
    book_extension.lighten(picture)
    assert picture.read_bytes() == before


@pytest.mark.parametrize("after", [", then", "."])
def test_punctuation_stays_with_its_formula(after):
    document = new_document("page")
    parts = [nodes.Text("Let "), nodes.math("x", "x"), nodes.Text(after)]
    document += nodes.paragraph("", "", *parts)
    book_extension.Unbroken(document).run()
    pair = document[0][1]
    assert pair["classes"] == ["unbroken"] and pair.astext() == "x" + after[0]
    assert document.astext() == "Let x" + after


def test_a_bracket_stays_with_its_formula():
    document = new_document("page")
    parts = ["both, and ", ("x",), ", and (", ("y",), " or z)"]
    document += nodes.paragraph("", "")
    for part in parts:
        document[0] += nodes.Text(part) if isinstance(part, str) else nodes.math("", *part)
    book_extension.Unbroken(document).run()
    pairs = [each.astext() for each in document[0] if isinstance(each, nodes.inline)]
    assert pairs == ["x,", "(y"] and document.astext() == "both, and x, and (y or z)"


def test_a_formula_before_a_word_stays_alone():
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.math("x", "x"), nodes.Text(" is"), nodes.math("y"))
    before = document.pformat()
    book_extension.Unbroken(document).run()
    assert document.pformat() == before


@pytest.mark.slow
def test_strict_build_fails_and_fails_again(small_tree):
    """Sphinx does not repeat the warnings of a page it has read: the second run must fail too."""
    shutil.rmtree(small_tree / "book")
    shutil.rmtree(small_tree / "tools")
    shutil.copy(ROOT / "_config.yml", small_tree)
    shutil.copytree(ROOT / "tools", small_tree / "tools")
    (small_tree / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf8")
    shutil.copytree(ROOT / "book" / "_static", small_tree / "book" / "_static")
    (small_tree / "book" / "references.bib").touch()
    page = small_tree / "book" / "index.md"
    page.write_text("# Title\n\n{ref}`nowhere`\n", encoding="utf8")
    codes = [build_book.build(small_tree, "digits") for _ in range(2)]
    assert all(codes) and not build_book.is_current(small_tree)
    page.write_text("# Title\n\nThat $x$, is sound.\n", encoding="utf8")
    assert build_book.build(small_tree, "digits") == 0
    assert build_book.is_current(small_tree)
    site = small_tree / "_build" / "html"
    written = (site / "index.html").read_text(encoding="utf8")
    together = r'<span class="unbroken"><span class="math[^>]*>\\\(x\\\)</span>,</span> is sound'
    assert re.search(together, written)
    style = Path("_static", "custom.css")
    (small_tree / "book" / style).write_text("p { color: teal; }\n", encoding="utf8")
    assert build_book.build(small_tree, "digits") == 0
    assert "teal" in (site / style).read_text(encoding="utf8")
    os.utime(page)
    assert build_book.is_current(small_tree)
    page.write_text("# Title\n\nEdited.\n", encoding="utf8")
    assert not build_book.is_current(small_tree)


# --- The colophon ------------------------------------------------------------------------------


def test_the_colophon_has_every_package_of_the_book_as_installed():
    from importlib.metadata import version

    text = (
        '[project]\ndependencies = ["numpy>=2", "scikit-learn<2"]\n'
        '[project.optional-dependencies]\nbook = ["jupyter-book==1.0.4.post1"]\ntest = ["ruff"]\n'
    )
    names = colophon.required(text)
    assert names == ["jupyter-book", "numpy", "scikit-learn"]
    rows = colophon.installed(names)
    assert [row[1] for row in rows[1:]] == [version(name) for name in names]
    assert rows[0][:2] == ("Python", ".".join(map(str, sys.version_info[:3])))
    assert all(words.strip() for _, _, words in rows)
