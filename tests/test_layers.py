"""The package's imports: acyclic, light, and no heavier than the design allows."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

from tests.conftest import ROOT

PACKAGE = ROOT / "gencore"
# What each public module may import from the package; private modules belong to their public one.
ALLOWED = {
    "data": set(),
    "metrics": set(),
    "plots": set(),
    "notebook": set(),
    "measurements": {"data"},
    "networks": set(),
    "autoencoder": {"measurements"},
    "distributions": set(),
    "games": set(),
    "vae": {"data", "distributions"},
    "gae": {"distributions", "metrics", "vae"},
    "adversarial": set(),
    "gan": {"adversarial", "data"},
    "explore": {"data", "games", "metrics", "networks", "plots", "recipes", "vae"},
    "likelihood": {"distributions", "metrics"},
    "recipes": {
        *("adversarial", "autoencoder", "data", "gae", "gan"),
        *("likelihood", "measurements", "metrics", "networks", "vae"),
    },
    "training": {"data", "gan", "recipes"},
    "zoo": {"data", "metrics", "recipes", "training"},
    "results": {"metrics", "recipes", "zoo"},
    "__main__": {"data", "recipes", "training", "zoo"},
}
OWNER = {
    "_adam": "training",
    "_autoencoder_recipes": "recipes",
    "_batch_norm": "networks",
    "_batches": "data",
    "_cards": "zoo",
    "_child": "__main__",
    "_corruptions": "data",
    "_diagrams": "plots",
    "_draws": "data",
    "_dynamics": "games",
    "_em": "gae",
    "_estimate": "metrics",
    "_exemplars": "gae",
    "_features": "metrics",
    "_explore_games": "explore",
    "_explore_models": "explore",
    "_explore_networks": "explore",
    "_explore_noise": "explore",
    "_explore_page": "explore",
    "_explore_recipes": "recipes",
    "_explore_scores": "explore",
    "_fan_out": "__main__",
    "_fetch": "data",
    "_files": "data",
    "_gae_recipes": "recipes",
    "_gan_networks": "networks",
    "_gan_recipes": "recipes",
    "_labels": "data",
    "_likelihoods": "vae",
    "_live": "explore",
    "_live_figures": "explore",
    "_live_panel": "explore",
    "_linear_gae": "gae",
    "_marginal": "gae",
    "_mixture": "gae",
    "_nearest": "gae",
    "_noise_models": "recipes",
    "_noise_recipes": "recipes",
    "_noisy_image": "distributions",
    "_pairs": "likelihood",
    "_parzen": "metrics",
    "_parzen_recipes": "recipes",
    "_planes": "plots",
    "_players": "gan",
    "_recipe": "recipes",
    "_responses": "results",
    "_result_tables": "results",
    "_samples": "recipes",
    "_sheet": "results",
    "_sizes": "networks",
    "_split": "data",
    "_vae_recipes": "recipes",
    "_watch": "gan",
    "_wiener": "data",
}


def imported(path):
    """Return the modules of the package that a file imports, wherever it does so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "gencore":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gencore."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("gencore.")}
    return found


GRAPH = {path.stem: imported(path) for path in PACKAGE.glob("*.py") if path.stem != "__init__"}


def test_every_module_has_its_place():
    assert set(GRAPH) == set(ALLOWED) | set(OWNER)


def test_imports_are_acyclic():
    order = list(TopologicalSorter(GRAPH).static_order())
    assert set(order) == set(GRAPH)


def test_modules_import_only_what_the_layers_allow():
    for name, targets in GRAPH.items():
        module = OWNER.get(name, name)
        public = {OWNER.get(target, target) for target in targets} - {module}
        assert public <= ALLOWED[module], f"{name} imports {public - ALLOWED[module]}"


def test_modules_stay_small():
    for path in PACKAGE.glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 250, path.name


def test_light_modules_import_no_tensorflow():
    light = "data, explore, games, metrics, notebook, plots"
    code = f"import sys; from gencore import {light}; sys.exit('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0
