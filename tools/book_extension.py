"""Sphinx extension of the book: executed notebooks for download, pages that open from disk."""

import re
from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform

from gencore.loading import quieten
from tools import reference
from tools.colophon import Versions
from tools.lighten import lighten_styles
from tools.stamps import outdated

# The theme preloads its icon fonts, which a page opened from disk may not do (the style sheet
# loads them anyway), and loads 1.5 MB of JavaScript that draws the same icons a second time.
SUPERFLUOUS = re.compile(
    r'<link rel="preload" as="font"[^>]*>\s*|<script src="[^"]*fontawesome[^"]*"></script>\s*'
)
# MathJax from its parts, without the menu on a right click, which is two fifths of the ready-made
# bundle; the formulas for screen readers stay.
MATHJAX_ENTRY = "startup.js"
MATHJAX_PARTS = ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]
# What has no name, opens a second page for a file to keep, is called a list without entries, or is
# drawn as a box where emoji are missing.
AMENDED = {
    '<summary><span class="toctree-toggle"': (
        '<summary aria-label="Its pages"><span class="toctree-toggle"'
    ),
    ' role="list" class="citation-list"': ' class="citation-list"',
    ' target="_blank"\n   class="btn btn-sm btn-download-notebook-button': (
        ' download\n   class="btn btn-sm btn-download-notebook-button'
    ),
    "<p>✅</p>": "<p>done</p>",
}
FIGURE_COLORS = 128
OPENING = re.compile(r"[(\u201c\u2018]+$")
PUNCTUATION = re.compile(r"[.,;:?!)\u201d\u2019]+")


class Unbroken(SphinxPostTransform):
    """Keep a formula on one line with the bracket before it and the punctuation after it."""

    default_priority = 900

    def run(self):
        """Put them into one element, which the style does not break."""
        for formula in list(self.document.findall(nodes.math)):
            together: list[nodes.Node] = [formula]
            parent, place = formula.parent, formula.parent.index(formula)
            after = parent[place + 1] if place + 1 < len(parent) else None
            if isinstance(after, nodes.Text) and (found := PUNCTUATION.match(after)):
                parent[place + 1] = nodes.Text(after[found.end() :])
                together.append(nodes.Text(found[0]))
            before = parent[place - 1] if place else None
            if isinstance(before, nodes.Text) and (found := OPENING.search(before)):
                parent[place - 1] = nodes.Text(before[: found.start()])
                together.insert(0, nodes.Text(found[0]))
            if len(together) > 1:
                pair = nodes.inline(classes=["unbroken"])
                formula.replace_self(pair)
                pair += together


def offer_notebook(app, pagename, templatename, context, doctree):
    """Write the executed notebook of a page beside its source and announce it to the theme.

    The theme makes the link of its download button from `ipynb_source`, but sets it only where a
    launch button to some service is configured; this book has none. The outputs come from the
    execution cache, because MyST-NB's own copy of a notebook has none when the cache served it.
    """
    if doctree is None or "kernelspec" not in app.env.metadata.get(pagename, {}):
        return
    source = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    notebook = nbformat.read(source, as_version=4)
    try:
        _, notebook = cache.merge_match_into_notebook(notebook)
    except KeyError:
        return  # The notebook failed to execute, which is reported as a warning of its own.
    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    context["ipynb_source"] = f"{pagename}.ipynb"


def declare_names(app, env, docnames):
    """List the public names of the package, if a page that is made from it is read."""
    if any(name.startswith("api") for name in docnames):
        reference.declare()


def trim_site(app, exception):
    """Remove from the built site what no page needs."""
    site = Path(app.outdir)
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf8")
        lighter = SUPERFLUOUS.sub("", text)
        for before, after in AMENDED.items():
            lighter = lighter.replace(before, after)
        if lighter != text:
            page.write_text(lighter, encoding="utf8")
    for bundle in (site / "_static" / "mathjax").glob("*.js"):
        if bundle.name not in (MATHJAX_ENTRY, "core.js"):
            bundle.unlink()  # MathJax's ready-made bundles: 16 MB
    for unused in [*site.glob("_static/**/*.map"), *site.glob("_static/vendor/**/all.min.js")]:
        unused.unlink()
    for picture in site.glob("_images/*.png"):
        lighten(picture)
    lighten_styles(site)


def lighten(picture):
    """Store a PNG with a palette, one byte a pixel: a figure has few colours, and loads faster."""
    with Image.open(picture) as image:
        opaque = image.convert("RGBA").getchannel("A").getextrema()[0] == 255
        if image.mode == "P" or not opaque:
            return
        lighter = image.convert("RGB").quantize(
            FIGURE_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    lighter.save(picture, optimize=True)


def chapters_that_ran(app, env, added, changed, removed):
    """Name the chapters whose outputs are other than when Sphinx last read them."""
    stamps = Path(app.outdir).parent / "chapters"
    names, env.gencore_stamps = outdated(stamps, getattr(env, "gencore_stamps", {}))
    return [name for name in names if name in env.found_docs]


def setup(app):
    """Register the extension."""
    quieten()
    # sphinx-mathjax-offline, which comes before, names the ready-made bundle.
    app.config.mathjax_path = f"mathjax/{MATHJAX_ENTRY}"
    app.config.mathjax3_config = {"loader": {"load": MATHJAX_PARTS}}
    app.add_directive("versions", Versions)
    app.add_post_transform(Unbroken)
    app.connect("env-get-outdated", chapters_that_ran)
    app.connect("env-before-read-docs", declare_names)
    app.connect("autodoc-process-signature", reference.show_arguments)
    app.connect("autodoc-skip-member", reference.skip_field)
    # After the theme has prepared its buttons (500), before it draws the download button (501).
    app.connect("html-page-context", offer_notebook, priority=500)
    # After sphinx-mathjax-offline has copied its files (500).
    app.connect("build-finished", trim_site, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
