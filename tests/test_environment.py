"""The three descriptions of the environment say the same thing."""

import re
import tomllib

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.kernel import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf8"))
PINS = (ROOT / "requirements.txt").read_text(encoding="utf8").splitlines()
PYTHONS = ("3.11", "3.12", "3.13")


def loose():
    """Every requirement of pyproject.toml but those of `bench`, which nobody needs to build."""
    extras = PROJECT["optional-dependencies"]
    return sorted({*PROJECT["dependencies"], *extras["book"], *extras["test"]})


def pins_on(python):
    """Map each package name to its pinned version on Linux with one Python."""
    versions = {"python_version": python, "python_full_version": f"{python}.9"}
    environment = default_environment() | versions | {"sys_platform": "linux", "os_name": "posix"}
    chosen = [Requirement(line) for line in PINS]
    chosen = [pin for pin in chosen if not pin.marker or pin.marker.evaluate(environment)]
    names = [canonicalize_name(pin.name) for pin in chosen]
    assert len(names) == len(set(names)), "two pins of one package hold at the same time"
    return {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in chosen}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("text", loose())
def test_pin_satisfies_loose_bound(text, python):
    wanted = Requirement(text)
    pins = pins_on(python)
    assert canonicalize_name(wanted.name) in pins, f"requirements.txt does not pin {wanted.name}"
    assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)], prereleases=True)


def test_conda_environment_states_the_same_bounds():
    pip = next(entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict))
    assert sorted(set(pip) - {"--editable ."}) == loose()
    assert "--editable ." in pip
    assert f"python{PROJECT['requires-python']}" in CONDA["dependencies"]


def test_every_pin_is_exact_and_names_no_index_or_path():
    for line in PINS:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_]+( ; [^/@]+)?", line), line


def test_bench_alone_asks_for_pytorch():
    assert not [text for text in (*loose(), *PINS) if re.match(r"torch\b", text)]
    (only,) = PROJECT["optional-dependencies"]["bench"]
    assert Requirement(only).name == "torch"
