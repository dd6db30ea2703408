"""The pages made from docstrings: every public module has one, with what the module offers."""

import importlib
import re

import pytest
import yaml

from gencore import adversarial, gan, recipes
from tests.conftest import ROOT
from tests.test_layers import ALLOWED
from tools import reference

BOOK = ROOT / "book"
LISTED = re.findall(r"^   gencore\.(\w+)$", (BOOK / "api.md").read_text("utf-8"), re.MULTILINE)


def test_public_modules_are_those_of_the_layers():
    assert reference.modules() == sorted(set(ALLOWED) - {"__main__"})


def test_every_module_has_a_page_and_its_place():
    assert sorted(LISTED) == reference.modules()
    chapters = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["chapters"]
    sections = next(entry["sections"] for entry in chapters if entry["file"] == "api")
    assert [entry["file"] for entry in sections] == [f"api/{name}" for name in LISTED]
    for name in LISTED:
        page = (BOOK / "api" / f"{name}.md").read_text("utf-8")
        assert page.startswith(f"# gencore.{name}\n") and f"automodule:: gencore.{name}\n" in page


def test_modules_import_only_from_those_above():
    for place, name in enumerate(LISTED):
        assert ALLOWED[name] <= set(LISTED[:place]), name


def test_public_names_of_a_module(tmp_path, monkeypatch):
    (tmp_path / "offering.py").write_text(
        "from math import pi\nimport numpy as np\nLIMIT = 3\n"
        "def f(): ...\ndef _g(): ...\nclass K:\n    def m(self): ...\nclass _L: ...\n"
    )
    (tmp_path / "listing.py").write_text("from math import pi\ndef f(): ...\n__all__ = ['pi']\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert reference.public_names(importlib.import_module("offering")) == ["f", "K"]
    assert reference.public_names(importlib.import_module("listing")) == ["pi"]


@pytest.mark.parametrize("name", reference.modules())
def test_public_names_exist_and_say_what_they_are(name):
    module = importlib.import_module(f"gencore.{name}")
    offered = reference.public_names(module)
    assert offered and len(offered) == len(set(offered))
    for public in offered:
        found = getattr(module, public)
        assert not public.startswith("_")
        if callable(found) and (found.__module__ or "").startswith("gencore"):
            assert (found.__doc__ or "").strip(), f"{name}.{public} has no docstring"


def test_the_arguments_of_a_keras_model_are_shown():
    hidden = "(*args, **kwargs)"
    shown = reference.show_arguments(None, "class", "GAN", gan.GAN, None, hidden, None)
    assert shown and shown[0].startswith("(generator, discriminator, ") and shown[1] is None
    assert "penalty_weight=10" in shown[0]
    assert "loss=non_saturating," in shown[0], "a default stands as it is written"


def test_fields_of_a_named_tuple_are_left_to_its_docstring():
    field, method = adversarial.Loss.generator, gan.GAN.sample
    assert reference.skip_field(None, "class", "generator", field, False, None)
    assert reference.skip_field(None, "class", "sample", method, False, None) is None


def test_values_that_a_dataclass_makes_are_shown():
    hidden = "(name, adam=<factory>, seed=0, protocol=<factory>)"
    shown = reference.show_arguments(None, "class", "Recipe", recipes.Recipe, None, hidden, None)
    assert shown == ("(name, adam=dict(), seed=0, protocol=dict())", None)


def test_other_arguments_stay_as_they_are():
    assert reference.show_arguments(None, "class", "Split", object, None, "(x)", None) is None
    assert (
        reference.show_arguments(None, "function", "f", max, None, "(*args, **kwargs)", None)
        is None
    )
