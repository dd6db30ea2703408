"""Run notebooks cell by cell with nbval-lax, as strictly as notebooks can be run.

`python -m tools.check_notebooks FOLDER_OR_FILE...` fails when a cell raises, when a cell causes
a Python warning, and when it writes to stderr (unless tagged `remove-stderr`, as in the site).
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tools.kernel import ROOT, prepare

CELL_SECONDS, KERNEL_SECONDS, OUTPUT_SECONDS = 600, 300, 120


class StrictCells:
    """Pytest hooks on the cells that nbval collects."""

    def pytest_collection_modifyitems(self, items):
        """Raise the five seconds that nbval waits for a busy machine's next message."""
        for item in items:
            item.output_timeout = OUTPUT_SECONDS

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        """Fail a cell that wrote to stderr."""
        result = yield
        if "remove-stderr" in item.cell.metadata.get("tags", []):
            return result
        outputs = item.test_outputs or []
        errors = "".join(out.get("text", "") for out in outputs if out.get("name") == "stderr")
        if errors:
            pytest.fail(f"The cell wrote to stderr:\n{errors}", pytrace=False)
        return result


def run(paths: list[str], *, options: tuple[str, ...] = ()) -> int:
    """Run the notebooks at `paths` and return pytest's exit code."""
    notebooks = [path for path in paths if Path(path).suffix == ".ipynb"]
    notebooks += [str(twin) for path in paths for twin in sorted(Path(path).glob("*.ipynb"))]
    if not notebooks:
        print(f"No notebook to run in {', '.join(paths)}.")
        return 1
    with tempfile.TemporaryDirectory(prefix="gencore-ipython-") as folder:
        os.environ.update(prepare(Path(folder), strict=True))
        arguments = [
            "--nbval-lax",
            "--nbval-current-env",
            f"--nbval-cell-timeout={CELL_SECONDS}",
            f"--nbval-kernel-startup-timeout={KERNEL_SECONDS}",
            "--durations=5",
            f"--rootdir={ROOT}",
            f"--config-file={ROOT / 'pyproject.toml'}",
        ]
        return int(pytest.main([*arguments, *options, *notebooks], plugins=[StrictCells()]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:] or ["notebooks"]))
