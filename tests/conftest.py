"""What every test shares: a quiet TensorFlow, no network, no touch of the user's cache.

Each test starts as on a fresh machine without a network: ``GENCORE_DATA`` is unset, the cache is an
empty folder of its own and downloads are off. In a test marked ``mnist`` ``GENCORE_DATA`` names
the folder where this machine has MNIST; where it has none, the test is skipped.
"""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from gencore import data  # noqa: E402  (the path above comes first)
from gencore.data import fetch, images, shakespeare  # noqa: E402
from gencore.data.files import ArraySpec, sha256  # noqa: E402
from gencore.loading import quieten  # noqa: E402

quieten()

NO_MNIST = (
    "MNIST is neither in GENCORE_DATA nor in the cache; get it once with: "
    "python -c 'from gencore import data; data.load_mnist()'"
)


def _folder_with(file: str) -> Path | None:
    """Return the user's folder that has the data file, looked up where the package looks."""
    named = os.environ.get("GENCORE_DATA")
    folders = [Path(named).expanduser()] if named else []
    for folder in [*folders, fetch.cache_folder()]:
        if (folder / file).is_file():
            return folder.resolve()
    return None


# Looked up once, before any test changes the environment.
MNIST_FOLDER = _folder_with("mnist.npz")
FACES_FOLDER = _folder_with("frey_faces.npz")
EMOJI_FOLDER = _folder_with("emoji_32.npz")
SMILES_FOLDER = _folder_with("faces_48.npz")
OLIVETTI_FOLDER = _folder_with("olivetti_64.npz")
TEXT_FOLDER = _folder_with("tinyshakespeare.txt")


def pytest_configure(config):
    """Declare the markers, so that a misspelt one is an error."""
    config.addinivalue_line("markers", "mnist: needs MNIST on this machine; skipped without it")
    config.addinivalue_line("markers", "slow: takes more than a few seconds")


@pytest.fixture(scope="session", autouse=True)
def _fresh_machine(tmp_path_factory):
    """Hide the user's data, cache and network from every fixture, and from subprocesses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GENCORE_DATA", raising=False)
        patch.setenv("GENCORE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GENCORE_OFFLINE", "1")
        patch.setattr(fetch, "MNIST_HOSTS", ())
        patch.setattr(shakespeare, "HOSTS", ())
        yield


@pytest.fixture(autouse=True)
def _own_cache(request, _fresh_machine, tmp_path, monkeypatch):
    """Give each test a cache of its own, and MNIST to those that are marked as needing it."""
    monkeypatch.setenv("GENCORE_CACHE", str(tmp_path / "gencore-cache"))
    monkeypatch.setattr(fetch, "_failures", {})
    if request.node.get_closest_marker("mnist"):
        if MNIST_FOLDER is None:
            pytest.skip(NO_MNIST)
        monkeypatch.setenv("GENCORE_DATA", str(MNIST_FOLDER))


@pytest.fixture(scope="session")
def mnist() -> data.Split:
    """Load MNIST once for all tests that ask for it; they are skipped where there is none."""
    if MNIST_FOLDER is None:
        pytest.skip(NO_MNIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENCORE_DATA", str(MNIST_FOLDER))
        return data.load_mnist()


@pytest.fixture(scope="session")
def digits() -> data.Split:
    """Load the bundled digits once."""
    return data.load_digits()


@pytest.fixture
def small_mnist(monkeypatch) -> dict:
    """Make 12 + 5 random images stand for MNIST, with 3 for validation; return the four arrays."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(256, size=(12, 28, 28), dtype=np.uint8),
        "y_train": rng.integers(10, size=12, dtype=np.uint8),
        "x_test": rng.integers(256, size=(5, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(10, size=5, dtype=np.uint8),
    }
    for name, array in arrays.items():
        monkeypatch.setitem(fetch.MNIST, name, ArraySpec(array.shape, sha256(array)))
    monkeypatch.setattr(images, "MNIST_VALIDATION", 3)
    return arrays


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """Give the test an empty folder of checkpoints and a tiny recipe under a known name."""
    from gencore import recipes
    from tests import tiny

    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setitem(recipes.RECIPES, tiny.NAME, tiny.tiny_recipe())
    return tmp_path / "checkpoints"


# --- A browser ----------------------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def unavailable(reason):
    """Skip a test that needs a browser or a site, or fail it where these are required."""
    if os.environ.get("GENCORE_SITE_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


def apart(call):
    """Return what a call returns in a thread without a loop: a browser's runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


@pytest.fixture(scope="session")
def browser():
    """Yield a headless browser, or skip where there is none."""
    found = os.environ.get("GENCORE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        unavailable("no browser: install chromium, or name one in GENCORE_BROWSER")
    from playwright.sync_api import sync_playwright

    from tests.site_probe import FLAGS

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield chromium
        chromium.close()
