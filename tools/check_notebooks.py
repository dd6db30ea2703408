"""Run notebooks cell by cell with nbval-lax, as strictly as notebooks can be run, two at a time.

`python -m tools.check_notebooks FOLDER_OR_FILE...` fails when a cell raises, when a cell causes
a Python warning, and when it writes to stderr (unless tagged `remove-stderr`, as in the site).
With `--keep` the build of the site takes what the chapters gave here, instead of running them
once more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.chapters import Shelf
from tools.kernel import ROOT, prepare
from tools.record import RUNS
from tools.stamps import Before

CELL_SECONDS, KERNEL_SECONDS = 600, 300
AT_ONCE = 2


def run(paths: list[str], *, shelf: Shelf | None = None, options: tuple[str, ...] = ()) -> int:
    """Run the notebooks at `paths` and return pytest's exit code.

    Parameters
    ----------
    paths : list of str
        Notebooks, and folders of notebooks.
    shelf : Shelf, optional
        The chapters of which these are the twins: it keeps what they give.
    options : tuple of str
        More options for pytest.
    """
    notebooks = [path for path in paths if Path(path).suffix == ".ipynb"]
    notebooks += [str(twin) for path in paths for twin in sorted(Path(path).glob("*.ipynb"))]
    if not notebooks:
        print(f"No notebook to run in {', '.join(paths)}.")
        return 1
    with tempfile.TemporaryDirectory(prefix="gencore-ipython-") as folder:
        variables = os.environ | prepare(Path(folder), strict=True)
        variables |= {RUNS: folder} if shelf else {}
        before = Before.of(shelf.root) if shelf else None
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
        # In a process of its own: pytest complains of plugins that are imported already.
        command = [sys.executable, "-m", "pytest", *arguments, *spread, *strict, *options]
        code = subprocess.run([*command, *notebooks], env=variables, check=False).returncode
        if shelf and before:
            found = [
                path for path in sorted(Path(folder).glob("*.json")) if path.stem in shelf.pages
            ]
            kept = [path.stem for path in found if shelf.take(path, before)]
            print(f"==> The site can show what these gave: {', '.join(kept) or 'none'}")
    return code


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=["notebooks"], metavar="FOLDER_OR_FILE")
    parser.add_argument("--keep", action="store_true", help="keep what they give for the site")
    chosen = parser.parse_args()
    if not chosen.keep:
        return run(chosen.paths)
    from tools.build_book import served_data

    return run(chosen.paths, shelf=Shelf(ROOT, served_data()))


if __name__ == "__main__":
    sys.exit(main())
