"""The site without what it does not use: a rule or an icon that a page could need stays."""

from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont

from tools import lighten

WORDS = {"used", "also"}
# Each rule by itself, what is left of it where `used` and `also` are the only words of the pages.
RULES = {
    "p{color:red}": "p{color:red}",
    ".used{color:red}": ".used{color:red}",
    ".unused{color:red}": "",
    ".used.unused{color:red}": "",
    ".used .unused > p{color:red}": "",
    ".used,.unused,a:hover{color:red}": ".used,a:hover{color:red}",
    ".used:not(.unused){color:red}": ".used:not(.unused){color:red}",
    "a[href$='.unused']{color:red}": "a[href$='.unused']{color:red}",
    "@media (min-width:9px){.unused{top:0}.also{top:0}}": "@media (min-width:9px){.also{top:0}}",
    "@media print{.unused{top:0}}": "",
    "@font-face{font-family:used;src:url(a.ttf)}": "@font-face{font-family:used;src:url(a.ttf)}",
    "@keyframes spin{0%{top:0.5em}}": "@keyframes spin{0%{top:0.5em}}",
    "/* .used */": "",
}


def test_only_rules_that_can_match_nothing_go():
    for rule, left in RULES.items():
        assert lighten.prune(rule, WORDS).replace('"', "'") == left


@pytest.fixture
def small_site(tmp_path):
    """A page that asks for one icon of two, with the font that has both, and a script."""
    fonts = tmp_path / "_static" / "vendor" / "webfonts"
    fonts.mkdir(parents=True)
    real = Path(mpl.get_data_path(), "fonts", "ttf", "cmmi10.ttf")
    (fonts / "icons.woff2").write_bytes(b"never read")
    (tmp_path / "_static" / "icons.css").write_text(
        '@font-face{font-family:I;src:url(webfonts/icons.woff2) format("woff2"),'
        'url(webfonts/icons.ttf) format("truetype")}'
        '.icon-a:before{content:"\\e001"}.icon-b:before{content:"\\e002"}.later{top:0}',
        encoding="utf8",
    )
    (tmp_path / "_static" / "page.js").write_text("e.classList.add('later')", encoding="utf8")
    (tmp_path / "index.html").write_text("<i class='icon-a'></i>", encoding="utf8")
    with TTFont(real) as font:
        for table in font["cmap"].tables:
            if table.isUnicode():
                glyphs = list(table.cmap.values())[:2]
                table.cmap |= dict(zip((0xE001, 0xE002), glyphs, strict=True))
        font.save(fonts / "icons.ttf")
    return tmp_path


def test_styles_and_icons_of_a_site(small_site):
    lighten.lighten_styles(small_site)
    css = (small_site / "_static" / "icons.css").read_text(encoding="utf8")
    assert "icon-a" in css and "icon-b" not in css
    assert ".later{top:0}" in css, "a script may add a class"
    assert "woff2" not in css and 'url(webfonts/icons.ttf) format("truetype")' in css
    fonts = small_site / "_static" / "vendor" / "webfonts"
    with TTFont(fonts / "icons.ttf") as font:
        assert list(font.getBestCmap()) == [0xE001]
    assert not (fonts / "icons.woff2").exists()
