"""The descriptions of the environment say the same thing; the workflows run what they should."""

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
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


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


def jobs_of(workflow):
    return yaml.safe_load(workflow.read_text(encoding="utf8"))["jobs"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_their_actions_and_may_only_read(workflow):
    text = workflow.read_text(encoding="utf8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    pinned = re.findall(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", text, re.MULTILINE)
    assert len(pinned) == text.count("uses:") > 0
    for job in jobs_of(workflow).values():
        assert job["timeout-minutes"] <= 90
        checkouts = [s for s in job["steps"] if s.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)
        # Code of the project runs only where nothing can be written.
        assert not (checkouts and job.get("permissions"))


def test_workflows_run_all_checks_and_publish_what_was_built():
    assert [path.stem for path in WORKFLOWS] == ["ci", "publish"]
    (checks,), published = (jobs_of(path).values() for path in WORKFLOWS)
    assert [step["run"] for step in checks["steps"] if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci" / "run").exists()
    runs = [step["run"] for job in published for step in job["steps"] if "run" in step]
    assert "make book" in runs and any(run.startswith("make pdf\n") for run in runs)
