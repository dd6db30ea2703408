"""The minutes of a chapter: what stands open counts, what is folded counts apart."""

from tools import reading, twins

PAGE = """---
kernelspec:
  name: python3
  display_name: Python 3
---
# One two

```{code-cell} ipython3
three = 4
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-x
    caption: five six seven
tags: [hide-input]
---
a = b + c
```

````{admonition} Title
:class: dropdown
behind a click
````

```{solution-start} ex
:class: dropdown
```
solved
```{code-cell} ipython3
:tags: [exercise-x-solution]

d = e
```
```{solution-end}
```
eight
"""


def test_open_and_folded_words_are_told_apart(tmp_path):
    # By hand. Open: "# One two", "three = 4", the caption, "eight" and the fence after the
    # solution; folded: "a = b + c", "behind a click" and its closing fence,
    # and of the solution a fence, "solved", "d = e" and the closing line.
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    words = reading.count(page)
    assert words.shown == 3 + 3 + 3 + 1 + 1
    assert words.folded == 5 + (3 + 1) + (1 + 1 + 3 + 1)


def test_a_hundred_words_are_a_minute():
    words = reading.Words(shown=12_040, folded=3_000)
    assert (words.minutes, words.all_minutes) == (120, 150)


FRONT = """# Front

| {doc}`page` is no row |

* - Chapter
  - Minutes
* - {doc}`page`
  - what it covers, 7 (8)
  - 1 (2)
"""


def test_minutes_go_into_the_last_column_of_the_row_of_their_chapter(tmp_path):
    # By hand: 11 words open and 15 folded, see above, each eighty times, beside one header.
    header, body = PAGE.split("# One two")
    words = ("# One two" + body) * 80
    (tmp_path / "page.md").write_text(header + words, "utf-8")
    assert reading.count(tmp_path / "page.md") == reading.Words(shown=880, folded=1200)
    assert reading.with_minutes(FRONT, tmp_path) == FRONT.replace("1 (2)", "9 (21)")


def test_the_front_page_has_a_row_for_every_chapter_with_exercises_and_its_minutes():
    front = reading.FRONT.read_text("utf-8")
    rows = {row["name"] for row in reading.ROW.finditer(front)}
    pages = {page.stem: page.read_text("utf-8") for page in twins.chapters()}
    assert rows == {name for name, text in pages.items() if "{exercise" in text}
    assert front == reading.with_minutes(front), "run `make notebooks`, commit what it writes"
