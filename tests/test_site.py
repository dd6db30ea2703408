"""The built site as a reader meets it: opened from disk, in a browser without a network.

Run by `make test-site` after `make book`. Skipped, with the reason, where there is no browser or
no current build; with GENCORE_SITE_REQUIRED set (as .ci/run does) that is a failure instead.
"""

import json
import os
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import unavailable
from tests.site_probe import (
    DESK,
    NARROW,
    OBSERVE,
    PHONE,
    contrast,
    hindrances,
    local,
    luminance,
    open_page,
    visit,
)
from tools.build_book import ROOT, is_current
from tools.twins import chapters

SITE = ROOT / "_build" / "html"
FOUND = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html"))
PAGES = [name for name in FOUND if not name.startswith("_")]  # the theme keeps templates in _static
CHAPTERS = [page.stem for page in chapters()]
PAGE_BYTES = 3_000_000  # DESIGN: a page weighs at most 3 MB, scripts, fonts and figures included


@pytest.fixture(scope="module")
def site():
    if not (SITE / "index.html").exists():
        unavailable("no built site: run `make book` first")
    if not is_current(ROOT):
        unavailable("the built site is older than its sources: run `make book` first")
    return SITE


@pytest.mark.parametrize("name", PAGES or ["index.html"])
def test_page_is_whole_without_a_network(site, browser, name):
    seen = visit(browser, site / name)
    assert seen.problems() == []
    files = {unquote(urlsplit(url).path) for url in seen.requests if url.startswith("file:")}
    outside = [path for path in files if not Path(path).is_relative_to(site)]
    assert not outside, "a page opened from disk must not need files beside the site"
    assert sum(os.path.getsize(path) for path in files) <= PAGE_BYTES
    if seen.facts["formulas"]:
        assert any("/_static/mathjax/" in path for path in files)


def in_the_dark(page):
    """Let an open page follow a reader who changes to the dark theme, at once."""
    page.add_style_tag(content="* { transition: none !important; }")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme == 'dark'")


@pytest.mark.parametrize("name", PAGES or ["index.html"])
def test_page_fits_a_phone(site, browser, name):
    page, _, _ = open_page(browser, PHONE, "light")
    page.goto((site / name).as_uri())
    light = page.evaluate(OBSERVE)
    in_the_dark(page)
    dark = page.evaluate(OBSERVE)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    narrow = page.evaluate(OBSERVE)
    page.context.close()
    for facts, size in ((light, PHONE), (dark, PHONE), (narrow, NARROW)):
        assert facts["fullWidth"] <= facts["width"] == size[0]


BROKEN = {
    "console": "<p>words</p><script>console.error('planted')</script>",
    "request": "<p>words</p><script src='https://example.org/lib.js'></script>",
    "raw TeX": "<p>where \\(x^2\\) stands</p>",
    "rendered": "<p><span class='math'>x</span></p>",
    "image not loaded": "<img src='missing.png' alt='a curve that falls'>",
    "alt text": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' alt=''>",
    "without a number": "<figure><figcaption>A caption</figcaption></figure>",
    "captions": "<div class='cell_output'><img alt='a curve that falls' "
    "src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='></div>",
    "wide in a": "<div style='width: 3000px'>wide</div>",
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_broken_page_is_found(browser, tmp_path, problem):
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><html><body>{BROKEN[problem]}</body></html>", encoding="utf8")
    problems = visit(browser, page).problems()
    assert any(problem in line for line in problems), problems


@pytest.mark.parametrize("name", PAGES or ["index.html"])
def test_nothing_hinders_a_keyboard_or_a_screen_reader(site, browser, name):
    page, _, _ = open_page(browser, DESK, "light")
    page.goto((site / name).as_uri())
    light = hindrances(page)
    in_the_dark(page)
    dark = hindrances(page)
    page.context.close()
    assert (light, dark) == ([], [])


HINDERING = {
    "image-alt": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>",
    "color-contrast": "<p style='color: #aaa; background: #fff'>pale words</p>",
    "button-name": "<button></button>",
    "link-name": "<a href='#elsewhere'></a>",
}


@pytest.mark.parametrize("rule", HINDERING)
def test_what_hinders_is_found(browser, tmp_path, rule):
    path = tmp_path / "page.html"
    frame = (
        "<!doctype html><html lang='en'><title>Planted</title><body><main>{}</main></body></html>"
    )
    path.write_text(frame.format(HINDERING[rule]), encoding="utf8")
    page, _, _ = open_page(browser)
    page.goto(path.as_uri())
    found = hindrances(page)
    page.context.close()
    assert [line for line in found if line.startswith(rule)], found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_and_banner_are_legible(site, browser, name, theme):
    page, _, _ = open_page(browser, DESK, theme)
    page.goto((site / f"{name}.html").as_uri())
    grounds = page.evaluate(
        """() => [...document.querySelectorAll('.cell_output img')].map(
             img => getComputedStyle(img).backgroundColor)"""
    )
    banners = page.evaluate(
        """() => [...document.querySelectorAll('.gencore-banner')].map(
             e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])"""
    )
    page.context.close()
    if theme == "dark":  # the pictures' own ground may be transparent
        assert all(luminance(ground) > 0.8 for ground in grounds), grounds
    assert all(contrast(*colours) >= 4.5 for colours in banners), banners  # WCAG AA


# Figures wider than a phone: how much of its size each one keeps, in a box that keys can move.
WIDE = """
() => [...document.querySelectorAll(".cell_output figure > img, .gencore-scroll > img")]
  .filter(img => img.naturalWidth > 800)
  .map(img => [img.src, img.clientWidth / img.naturalWidth, img.parentElement.tabIndex])
"""


def on_a_phone(site, browser, name, awaited):
    """Open a chapter on a phone and wait until there is something on it."""
    page, _, _ = open_page(browser, PHONE)
    page.goto((site / f"{name}.html").as_uri())
    page.evaluate(OBSERVE)
    page.wait_for_function(f"document.querySelectorAll('{awaited}').length")
    return page


# These pages have tables only.
WITH_FIGURES = [name for name in CHAPTERS if name not in ("results", "training")]


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_wide_figures_are_legible_on_a_phone(site, browser, name):
    page = on_a_phone(site, browser, name, ".gencore-scroll[tabindex]")
    found = page.evaluate(WIDE)
    # A figure's words have 11 points, 17 pixels of its file: half of that can be read.
    assert found and all(scale >= 0.5 and reach == 0 for _, scale, reach in found), found
    frame = page.locator(".gencore-scroll").first
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    assert hindrances(page, ["scrollable-region-focusable"]) == []
    page.context.close()


# Tables and formulas on which the fading edge is not what it should be (a sign may hang over a
# formula by four pixels), that leave their place, or that were made smaller or a stop for the
# keyboard though they have room.
UNLIKE = """
() => [...document.querySelectorAll(".bd-article :is(table, mjx-container)")].filter((e) => {
  if (!e.checkVisibility()) return false;
  const inline = e.matches("mjx-container:not([display])");
  const goes = e.scrollWidth - e.clientWidth - e.scrollLeft > (inline ? 5 : 1);
  const small = inline && e.clientWidth < innerWidth / 2;
  const box = e.getBoundingClientRect(), around = e.parentElement.getBoundingClientRect();
  return box.left < around.left - 1 || box.right > around.right + 1
    || goes !== e.classList.contains("gencore-goes-on")
    || (small && (e.style.fontSize || e.hasAttribute("tabindex")));
}).map((e) => [e.textContent.slice(0, 40), e.className, e.scrollWidth, e.clientWidth])
"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_goes_on_to_the_right_fades_there_and_nothing_else(site, browser, name):
    page = on_a_phone(site, browser, name, "table.gencore-goes-on")
    found = page.evaluate(UNLIKE)
    assert not found, found
    table = page.locator("table.gencore-goes-on").first.element_handle()
    table.evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    page.wait_for_function("e => !e.classList.contains('gencore-goes-on')", arg=table)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.wait_for_function(f"({UNLIKE})().length === 0")
    page.context.close()


# A word, and the page that must be among what the search finds for it.
SOUGHT = {
    "notation": "notation.html",
    "clock": "results.html",
    "amortisation": "glossary.html",
    "prior_log_likelihood": "api/likelihood.html",
}


@pytest.mark.parametrize("word", SOUGHT)
def test_search_finds_a_word(site, browser, word):
    page, errors, requests = open_page(browser)
    page.goto((site / "search.html").as_uri() + f"?q={word}")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    results = page.eval_on_selector_all("#search-results li a", "links => links.map(a => a.href)")
    page.context.close()
    assert any(f"/{SOUGHT[word]}" in link for link in results), results
    assert not errors and all(local(url) for url in requests)


@pytest.mark.parametrize("name", CHAPTERS)
def test_folded_solutions_open(site, browser, name):
    page, errors, _ = open_page(browser)
    page.goto((site / f"{name}.html").as_uri())
    solutions = page.locator(".admonition.solution.dropdown")
    for index in range(solutions.count()):
        text = solutions.nth(index).locator("section, .section").first
        assert not text.is_visible()
        solutions.nth(index).locator(".toggle-button").first.click()
        assert text.is_visible()
    page.context.close()
    assert errors == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_click_leads_to_the_executed_notebook(site, browser, name):
    page, errors, _ = open_page(browser)
    page.goto((site / f"{name}.html").as_uri())
    page.get_by_role("button", name="Download this page").click()
    link = page.locator("a.btn-download-notebook-button")
    assert link.get_attribute("download") is not None
    link.click()
    # A server's file is saved; a browser that reads the site from disk opens it in the page.
    page.wait_for_url(f"**/{name}.ipynb")
    offered = Path(unquote(urlsplit(page.url).path)).read_text(encoding="utf8")
    page.context.close()
    assert errors == []
    notebook = json.loads(offered)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs, "the notebook offered for download has no outputs"
    assert not [output for output in outputs if output["output_type"] == "error"]


class Links(HTMLParser):
    """The targets and the anchors of one page."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.anchors = set(), set()
        self.feed(path.read_text(encoding="utf8"))

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key in ("href", "src") and value:
                self.targets.add(value)
            if key in ("id", "name") and value:
                self.anchors.add(value)


def test_internal_links_resolve(site):
    links = {site / name: Links(site / name) for name in PAGES}
    dead = []
    for path, page in links.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or target in ("#", "#top"):
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = links[goal].anchors if goal in links else set()
            if not goal.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                dead.append(f"{path.relative_to(site)}: {target}")
    assert dead == []
