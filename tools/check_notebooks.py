"""Run notebooks cell by cell with nbval-lax, as strictly as notebooks can be run, two at a time.

`python -m tools.check_notebooks FOLDER_OR_FILE...` fails when a cell raises, when a cell causes
a Python warning, and when it writes to stderr (unless tagged `remove-stderr`, as in the site).
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tools.kernel import ROOT, prepare

CELL_SECONDS, KERNEL_SECONDS = 600, 300
AT_ONCE = 2


def run(paths: list[str], *, options: tuple[str, ...] = ()) -> int:
    """Run the notebooks at `paths` and return pytest's exit code."""
    notebooks = [path for path in paths if Path(path).suffix == ".ipynb"]
    notebooks += [str(twin) for path in paths for twin in sorted(Path(path).glob("*.ipynb"))]
    if not notebooks:
        print(f"No notebook to run in {', '.join(paths)}.")
        return 1
    with tempfile.TemporaryDirectory(prefix="gencore-ipython-") as folder:
        os.environ.update(prepare(Path(folder), strict=True))
        # A worker takes whole notebooks, those with the most cells first.
        spread = [f"--numprocesses={min(AT_ONCE, len(notebooks))}", "--dist=loadfile"]
        arguments = [
            "--nbval-lax",
            "--nbval-current-env",
            f"--nbval-cell-timeout={CELL_SECONDS}",
            f"--nbval-kernel-startup-timeout={KERNEL_SECONDS}",
            "--durations=5",
            f"--rootdir={ROOT}",
            f"--config-file={ROOT / 'pyproject.toml'}",
        ]
        strict = ["-p", "tools.strict_cells"]
        return int(pytest.main([*arguments, *spread, *strict, *options, *notebooks]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:] or ["notebooks"]))
