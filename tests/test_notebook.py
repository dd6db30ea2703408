"""Numbers in prose: stored for the book, shown where there is none."""

import builtins

import pytest

from gencore.metrics import Estimate
from gencore.notebook import glue


def test_glue_stores_the_bare_text(monkeypatch):
    stored = {}
    monkeypatch.setattr("myst_nb.glue", lambda name, value: stored.update({name: repr(value)}))
    glue("error", Estimate(3.14159, 0.02))
    glue("name", "MNIST")
    assert stored == {"error": "3.14 ± 0.02", "name": "MNIST"}


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
