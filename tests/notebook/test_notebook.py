"""Numbers in prose: stored for the book, shown where there is none."""

import builtins

import pytest
from myst_nb.core.variables import format_plain_text

from gencore.metrics import Estimate
from gencore.notebook import glue


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((Estimate(3.14159, 0.02), "3.14 ± 0.02"), ("MNIST", "MNIST"), (12, "12")),
        *(("3,000", "3,000"), ("0.10", "0.10"), ("+1.0, -2.0", "+1.0, -2.0"), ("it's", "it's")),
    ],
)
def test_the_book_shows_a_glued_value_as_it_is_written(monkeypatch, value, shown):
    stored = {}
    monkeypatch.setattr("myst_nb.glue", lambda name, value: stored.update({name: value}))
    glue("name", value)
    # The book reads the text that a notebook shows, and evaluates what looks like Python.
    assert format_plain_text(repr(stored["name"]), "") == shown


def test_glue_writes_the_value_out_without_the_book_tools(monkeypatch, capsys):
    real_import = builtins.__import__

    def without_myst(name, *args, **kwargs):
        if name == "myst_nb":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_myst)
    glue("error", Estimate(3.14159, 0.02))
    assert capsys.readouterr().out == "error: 3.14 ± 0.02\n"
    with pytest.raises(ImportError):
        import myst_nb  # noqa: F401
