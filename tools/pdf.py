"""Print the built site as one PDF: `make pdf`, after `make book`.

Every page of the table of contents is printed by a headless Chromium, mathematics and all, and
the prints are bound: a title with the contents before them, numbers below, links made internal.
"""

import html
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from playwright.sync_api import Browser, Error, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NullObject

from tools.kernel import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
PAPER: dict[str, Any] = {
    "format": "A4",
    "margin": {"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
    "print_background": True,
}
WIDTH = 643  # CSS pixels between the margins of A4: (210 - 2 * 20) mm at 96 to the inch
PREPARE = (Path(__file__).parent / "pdf.js").read_text(encoding="utf8")
STYLE = (Path(__file__).parent / "pdf.css").read_text(encoding="utf8")
TARGET = "page:"  # the links of the contents


@dataclass
class Print:
    """One page of the site on paper."""

    name: str
    title: str
    reader: PdfReader

    def sections(self) -> Iterator[tuple[str, int]]:
        """Yield the headings of the second level and their places, counted from 0."""
        top = self.reader.outline
        inner = next((entry for entry in top if isinstance(entry, list)), [])
        for entry in inner:
            if not isinstance(entry, list):
                title = str(entry.title)
                half = title[: len(title) // 2]  # Chromium names a moved heading twice over
                place = self.reader.get_destination_page_number(entry) or 0
                yield half if title == 2 * half else title, place


def contents(toc: Path) -> list[str]:
    """Return the pages that a table of contents names, in their order."""
    table = yaml.safe_load(toc.read_text(encoding="utf8"))
    names = [table["root"]]
    for chapter in table.get("chapters", []):
        names += [chapter["file"], *(section["file"] for section in chapter.get("sections", []))]
    return names


def stand_ins(site: Path, name: str) -> list[str]:
    """Return the pictures that stand for the interactive figures of a page, as data addresses."""
    notebook = site / "_sources" / f"{name}.ipynb"
    if not notebook.exists():
        return []
    cells = json.loads(notebook.read_text(encoding="utf8"))["cells"]
    found = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    alive = [data for data in found if "<gencore-explorer" in "".join(data.get("text/html", ""))]
    return ["data:image/png;base64," + "".join(data["image/png"]).strip() for data in alive]


def print_page(browser: Browser, site: Path, name: str) -> Print:
    """Print one page of the site, without what only a screen has a use for."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 900}, color_scheme="light", offline=True
    )
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="light")
    page.goto((site / f"{name}.html").as_uri(), wait_until="load")
    page.add_style_tag(content=STYLE)
    title = page.evaluate(PREPARE, stand_ins(site, name))
    paper: dict[str, Any] = PAPER | {"outline": True, "tagged": True}
    reader = PdfReader(io.BytesIO(page.pdf(**paper)))
    last = reader.pages[-1]
    if not last.extract_text().strip() and not last.images:  # a margin ran over
        paper["page_ranges"] = f"1-{len(reader.pages) - 1}"
        reader = PdfReader(io.BytesIO(page.pdf(**paper)))
    context.close()
    return Print(name, title, reader)


def print_text(browser: Browser, body: str, **paper) -> PdfReader:
    """Print a few lines of HTML."""
    page = browser.new_page()
    page.set_content(
        f"<!doctype html><html lang='en'><style>{STYLE}</style>"
        f"<body class='paper'>{body}</body></html>"
    )
    printed = page.pdf(**(PAPER | paper))
    page.close()
    return PdfReader(io.BytesIO(printed))


def bind(browser: Browser, prints: list[Print], title: str, author: str) -> PdfWriter:
    """Return one document: title and contents, then the prints with their numbers and links."""
    firsts, total = {}, 0
    for one in prints:
        firsts[one.name] = total
        total += len(one.reader.pages)
    front = print_text(browser, _front(prints, firsts, title, author))
    numbers = print_text(browser, _numbers(total), margin=dict.fromkeys(PAPER["margin"], "0"))
    writer, before = PdfWriter(), len(front.pages)
    writer.append(front, import_outline=False)
    for one in prints:
        writer.append(one.reader, import_outline=False)
        first = before + firsts[one.name]
        chapter = writer.add_outline_item(title=one.title, page_number=first)
        for heading, place in one.sections():
            writer.add_outline_item(title=heading, page_number=first + place, parent=chapter)
    for place in range(total):
        writer.pages[before + place].merge_page(numbers.pages[place])
    goals = {f"{TARGET}{place}": (before + place, None) for place in range(total)}
    for page in writer.pages[:before]:
        _lead(writer, page, goals, firsts, before)
    for one in prints:
        first = before + firsts[one.name]
        goals = {
            name: (first + (one.reader.get_destination_page_number(found) or 0), found.top)
            for name, found in one.reader.named_destinations.items()
        }
        for page in writer.pages[first : first + len(one.reader.pages)]:
            _lead(writer, page, goals, firsts, before)
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.compress_identical_objects()
    return writer


def _lead(
    writer: PdfWriter, page, goals: dict[str, tuple], firsts: dict[str, int], before: int
) -> None:
    """Let the links of a page lead to pages of the document, not to files or to names."""
    for entry in page.get("/Annots", ()):
        link = entry.get_object()
        action = link.get("/A", DictionaryObject()).get_object()
        address = str(action.get("/URI") or action.get("/D") or link.get("/Dest") or "")
        goal = goals.get(address)
        if urlsplit(address).scheme == "file":
            path = unquote(urlsplit(address).path).removesuffix(".html")
            named = [name for name in firsts if path.endswith(f"/{name}")]
            goal = (before + firsts[max(named, key=len)], None) if named else None
        elif goal is None:
            continue
        for key in ("/A", "/Dest"):
            link.pop(key, None)
        if goal is not None:
            height = NullObject() if goal[1] is None else FloatObject(goal[1])
            place = [writer.pages[goal[0]].indirect_reference, NameObject("/XYZ")]
            link[NameObject("/Dest")] = ArrayObject([*place, NullObject(), height, NullObject()])


def _front(prints: list[Print], firsts: dict[str, int], title: str, author: str) -> str:
    lines = [f"<h1>{html.escape(title)}</h1><p>{html.escape(author)}</p><h2>Contents</h2><ol>"]
    for one in prints:
        entries = [(one.title, 0, "chapter"), *((*entry, "section") for entry in one.sections())]
        for heading, place, kind in entries:
            page = firsts[one.name] + place
            lines.append(
                f'<li class="{kind}"><a href="{TARGET}{page}"><span>{html.escape(heading)}</span>'
                f"<span>{page + 1}</span></a></li>"
            )
    return f'<div class="front">{"".join(lines)}</ol></div>'


def _numbers(total: int) -> str:
    return "".join(f'<div class="number">{place + 1}</div>' for place in range(total))


def launch(playwright) -> Browser:
    """Return a headless Chromium: the one that ``GENCORE_BROWSER`` names, or that is found."""
    found = os.environ.get("GENCORE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    return playwright.chromium.launch(executable_path=found or None, args=FLAGS)


def main() -> int:
    """Print the site of this repository."""
    site, target = ROOT / "_build" / "html", ROOT / "_build" / "pdf" / "gencore.pdf"
    if not (site / "index.html").exists():
        print("error: no built site; run `make book` first", file=sys.stderr)
        return 1
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error:
            print("error: no Chromium; install it, or name one in GENCORE_BROWSER", file=sys.stderr)
            return 1
        prints = [print_page(browser, site, name) for name in contents(ROOT / "_toc.yml")]
        book = bind(browser, prints, settings["title"], settings["author"])
        browser.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    book.write(target)
    print(f"==> {len(book.pages)} pages: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
