"""Make the built site lighter by what no page of it uses: rules of style and icons.

A style sheet of a theme serves every site that could be built with it. A rule whose selector names
a class that stands nowhere in the pages and scripts of this one can match nothing here.
"""

import logging
import re
from pathlib import Path

import tinycss2
from fontTools import subset

GROUPS = {"media", "supports", "layer", "container"}
WORD = re.compile(r"[\w-]+")
ICON = re.compile("[\ue000-\uf8ff]")  # the private characters that fonts of icons use
# Without a compression that only one more package could undo, a handful of icons is small enough.
WOFF2 = re.compile(r'url\([^)]*\.woff2\)\s*format\("woff2"\),\s*')


def words_of(paths) -> set[str]:
    """Return every word of files: all that could be the name of a class there."""
    return {word for path in paths for word in WORD.findall(path.read_text(encoding="utf8"))}


def prune(css: str, words: set[str]) -> str:
    """Return a style sheet without the selectors that name a class outside ``words``."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_pruned(rule, words) for rule in rules)


def _pruned(rule, words: set[str]) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword in GROUPS and rule.content is not None:
        inner = "".join(
            _pruned(each, words)
            for each in tinycss2.parse_rule_list(
                rule.content, skip_comments=True, skip_whitespace=True
            )
        )
        prelude = tinycss2.serialize(rule.prelude).strip()
        return f"@{rule.at_keyword} {prelude}{{{inner}}}" if inner else ""
    if rule.type != "qualified-rule":
        return rule.serialize()
    kept = [part for part in _selectors(rule.prelude) if _classes(part) <= words]
    selector = ",".join(tinycss2.serialize(part).strip() for part in kept)
    return f"{selector}{{{tinycss2.serialize(rule.content or []).strip()}}}" if kept else ""


def _selectors(prelude) -> list[list]:
    parts: list[list] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector) -> set[str]:
    """Return the classes that a selector asks for; what stands inside :not() it does not."""
    pairs = zip(selector, selector[1:], strict=False)
    return {name.value for dot, name in pairs if dot == "." and name.type == "ident"}


def keep_glyphs(font: Path, characters: set[int]) -> None:
    """Leave only the given characters in a font."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    with subset.load_font(str(font), options) as loaded:
        subsetter.subset(loaded)
        subset.save_font(loaded, str(font), options)


def lighten_styles(site: Path) -> None:
    """Prune every style sheet of a site, and the fonts of icons to the icons that are left."""
    used = words_of([*site.rglob("*.html"), *site.glob("_static/**/*.js")])
    sheets, icons = [*site.glob("_static/**/*.css")], set()
    for sheet in sheets:
        pruned = prune(sheet.read_text(encoding="utf8"), used)
        sheet.write_text(WOFF2.sub("", pruned), encoding="utf8")
        icons |= set(map(ord, ICON.findall(pruned)))
    for font in site.glob("_static/**/webfonts/*.ttf"):
        keep_glyphs(font, icons)
        font.with_suffix(".woff2").unlink(missing_ok=True)
