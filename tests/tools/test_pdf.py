"""The book on paper: a chapter prints whole, and prints are bound with numbers and links."""

import re

import pytest

from tests.conftest import ROOT
from tests.test_site import SITE, unavailable
from tools import pdf
from tools.build_book import is_current

PAGE = "<!doctype html><html lang='en'><body><article class='bd-article'>{}</article></body></html>"
FIRST = (
    "<h1>Alpha</h1><h2 id='one'>One</h2><p>Words of alpha, <a href='#two'>below</a>, "
    "<a href='part/beta.html#three'>elsewhere</a>, <a href='https://example.org/'>outside</a>, "
    "<a href='gone.html'>nowhere</a>.</p>"
    "<h2 id='two' style='break-before: page'>Two</h2><p>More words of alpha.</p>"
)
SECOND = (
    "<h1>Beta</h1><h2 id='three'>Three</h2><p>Words of beta.</p>"
    "<div style='break-before: page; height: 9px'></div>"  # what would leave an empty page
)


@pytest.fixture(scope="module")
def bound(browser, tmp_path_factory):
    """Two small pages, printed and bound."""
    site = tmp_path_factory.mktemp("site")
    (site / "part").mkdir()
    (site / "alpha.html").write_text(PAGE.format(FIRST), encoding="utf8")
    (site / "part" / "beta.html").write_text(PAGE.format(SECOND), encoding="utf8")
    prints = [pdf.print_page(browser, site, name) for name in ("alpha", "part/beta")]
    return pdf.bind(browser, prints, "A small book", "nobody")


def links(writer, page):
    """Return where the links of a page lead: a page's place, an address, or None."""
    places = {p.indirect_reference.idnum: i for i, p in enumerate(writer.pages)}
    found = []
    for entry in writer.pages[page].get("/Annots", ()):
        link = entry.get_object()
        goal = link.get("/Dest")
        address = link.get("/A", {}).get("/URI")
        found.append(places[goal[0].idnum] if goal is not None else address)
    return found


def test_pages_have_contents_numbers_and_an_outline(bound):
    texts = [page.extract_text() for page in bound.pages]
    assert len(texts) == 4
    assert (
        re.sub(r"\s+", " ", texts[0])
        .strip()
        .endswith("Contents Alpha 1 One 1 Two 2 Beta 3 Three 3")
    )
    assert [text.split()[-1] for text in texts[1:]] == ["1", "2", "3"]
    titles = [entry.title for entry in bound.outline if not isinstance(entry, list)]
    assert titles == ["Alpha", "Beta"]


def test_links_lead_within_the_document_or_outside(bound):
    assert links(bound, 0) == [1, 1, 2, 3, 3]
    assert links(bound, 1) == [2, 3, "https://example.org/", None]


def test_pages_are_those_of_the_contents():
    names = pdf.contents(ROOT / "_toc.yml")
    assert names[0] == "index" and len(names) == len(set(names))
    assert {"vae", "results", "api", "api/vae"} <= set(names)
    assert all((ROOT / "book" / f"{name}.md").exists() for name in names)


def test_a_chapter_prints_whole(browser):
    if not is_current(ROOT):
        unavailable("no current build of the site: run `make book` first")
    pictures = pdf.stand_ins(SITE, "autoencoders")
    printed = pdf.print_page(browser, SITE, "autoencoders")
    texts = [page.extract_text() for page in printed.reader.pages]
    whole = "\n".join(texts)
    assert printed.title == "Autoencoders"
    assert re.search(r"Theorem \d+", whole) and "Proof" in whole and "Solution to" in whole
    assert not re.search(r"\\\(|\\\[|\\begin\{", whole), "a formula was not set"
    assert all(len(text.split()) > 3 for text in texts), "an empty page"
    page = (SITE / "autoencoders.html").read_text(encoding="utf8")
    assert len(pictures) == page.count("<gencore-explorer")
    shown = sum(len(page.images) for page in printed.reader.pages)
    scripted = page.replace('<noscript><img alt="', "")  # these are for where no script runs
    assert shown >= scripted.count('<img alt="') + len(pictures)
