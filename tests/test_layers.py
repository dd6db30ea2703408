"""The package as a house: rooms on eight floors, imports that only go down, files of one page."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "gencore"
LINES = 250
# From the ground up: the rooms of each floor, and the rooms that each may import.
FLOORS = (
    {"checks": set(), "loading": set(), "notebook": set()},
    {
        "data": {"checks"},
        "distributions": {"checks"},
        "games": {"checks"},
        "keeping": {"checks"},
        "metrics": {"checks"},
        "networks": {"checks"},
        "plots": {"checks"},
        "watch": {"checks"},
    },
    {
        "gan": {"checks", "data", "keeping", "watch"},
        "likelihood": {"checks", "data", "distributions", "metrics"},
        "measurements": {"checks", "data"},
        "sequences": {"checks", "data", "keeping", "metrics", "networks"},
        "vae": {"checks", "data", "distributions", "keeping"},
    },
    {
        "adversarial": {"gan"},
        "autoencoder": {"checks", "data", "keeping", "measurements"},
        "gae": {"checks", "distributions", "keeping", "metrics", "vae"},
        "reverse": {"checks", "data", "distributions", "loading"},
    },
    {
        "matching": {
            *("autoencoder", "checks", "data", "distributions", "gan"),
        },
        "translation": {"checks", "data", "gan"},
    },
    {
        "recipes": {
            *("adversarial", "autoencoder", "gae", "gan", "matching", "sequences", "translation"),
            *(
                "vae",
                "checks",
                "data",
                "likelihood",
                "loading",
                "measurements",
                "metrics",
                "networks",
            ),
        },
    },
    {
        "explore": {
            *("checks", "data", "games", "metrics", "networks", "plots", "recipes", "reverse"),
            "vae",
        },
        "zoo": {"checks", "data", "loading", "metrics", "recipes", "watch"},
    },
    {
        "results": {"metrics", "recipes", "zoo"},
        "__main__": {"data", "loading", "recipes", "reverse", "watch", "zoo"},
    },
)
ALLOWED = {room: allowed for floor in FLOORS for room, allowed in floor.items()}
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def room(path):
    """Return the room of a file: its folder in the package, or the file itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    """Return the modules of the package that a file imports, wherever it does so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "gencore":
            found |= {f"gencore.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports have the whole name"
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("gencore.")}


GRAPH = {name: set() for name in map(room, FILES)}
for file in FILES:
    GRAPH[room(file)] |= {name.split(".")[1] for name in imported(file)} - {room(file)}


def test_every_room_has_its_place():
    assert set(GRAPH) == set(ALLOWED)


def test_imports_go_down():
    below = set()
    for floor in FLOORS:
        for name, allowed in floor.items():
            assert allowed <= below, f"{name} is on the floor of {allowed - below}, or below it"
        below |= set(floor)


def test_rooms_are_in_no_circle():
    assert set(TopologicalSorter(GRAPH).static_order()) == set(GRAPH)


@pytest.mark.parametrize("name", sorted(GRAPH))
def test_a_room_imports_only_what_its_floor_allows(name):
    assert GRAPH[name] <= ALLOWED[name]


def test_what_is_allowed_is_used():
    unused = {name: ALLOWED[name] - GRAPH[name] for name in GRAPH if ALLOWED[name] - GRAPH[name]}
    assert not unused


def test_files_of_a_room_are_in_no_circle():
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    graph = {name: imported(path) & set(names) for name, path in names.items()}
    assert set(TopologicalSorter(graph).static_order()) == set(names)


def test_doors_hand_on_and_compute_nothing():
    """The file `__init__` of a room imports names, lists them and says what the room is."""
    for path in PACKAGE.rglob("*/__init__.py"):
        nodes = ast.parse(path.read_text("utf-8")).body
        assert isinstance(nodes[0], ast.Expr), f"{path} has no docstring"
        for node in nodes[1:]:
            lazy = isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
            assert lazy or isinstance(node, ast.ImportFrom | ast.Assign), ast.unparse(node)


def test_modules_stay_small():
    for path in PACKAGE.rglob("*"):
        if path.suffix in (".py", ".js", ".css"):
            assert len(path.read_text("utf-8").splitlines()) <= LINES, path.name


def test_names_are_plain():
    private = [path for path in PACKAGE.rglob("_*") if not path.name.startswith("__")]
    assert not private
    entries = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert len(entries) <= 28


def test_light_rooms_import_no_tensorflow():
    light = "data, explore, games, metrics, notebook, plots"
    code = f"import sys; from gencore import {light}; sys.exit('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_tests_stand_in_the_rooms_that_they_test():
    rooms = set(GRAPH) | {"benchmarks", "tools"}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/*.py")}
    assert folders <= rooms
    assert {path.name for path in (ROOT / "tests").glob("test_*.py")} == {
        *("test_book.py", "test_environment.py", "test_layers.py", "test_mutation.py"),
        *("test_site.py",),
    }
