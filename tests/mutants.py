"""The mistakes that the tests must notice: ``python -m tests.mutants [-k PATTERN] [--minutes M]``.

Each mutant is a mistake somebody could make, many of them made in published code. They stand in
the file ``mutants.py`` of the room they break, beside its tests. To add one: ``before`` is a piece
of the module's source that occurs once, ``after`` the mistake, ``test`` the test that fails by it.
"""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

from tests.mutation import run_mutants
from tests.planted import ROOT, Mutant, Runner


def mutants() -> list[Mutant]:
    """Return the mutants of every room, in the order of their folders."""
    found = sorted(Path(__file__).parent.glob("*/mutants.py"))
    rooms = (importlib.import_module(f"tests.{path.parent.name}.mutants") for path in found)
    return [mutant for room in rooms for mutant in room.MUTANTS]


def newest_first(mutants: list[Mutant], root: Path = ROOT) -> list[Mutant]:
    """Order mutants by the last change of their module or of their test, by what git knows."""
    edited = _said_by_git(root, "ls-files", "--modified", "--others", "--exclude-standard")
    committed = _said_by_git(root, "log", "--name-only", "--format=")
    age: dict[str, int] = {}
    for path in [*edited, *committed]:
        age.setdefault(path, len(age))

    def youngest(mutant: Mutant) -> int:
        files = f"{mutant.module.replace('.', '/')}.py", mutant.test.split("::")[0]
        return min(age.get(file, len(age)) for file in files)

    return sorted(mutants, key=youngest)


def _said_by_git(root: Path, *arguments: str) -> list[str]:
    """Return the paths that git names, none outside of a repository."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [line for line in done.stdout.splitlines() if line]


def main() -> int:
    """Run the mutants whose name or module has the pattern; return 0 when all are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", metavar="PATTERN", default="", help="only names and modules with it")
    parser.add_argument(
        "--minutes", metavar="M", type=float, help="the last edited first, as many as that allows"
    )
    options = parser.parse_args()
    pattern = options.k
    chosen = [mutant for mutant in mutants() if pattern in f"{mutant.name} {mutant.module}"]
    if not chosen:
        parser.error(f"no mutant has {pattern!r} in its name or module")
    if options.minutes is None:
        return 0 if run_mutants(chosen, Runner()) else 1
    seconds = 60 * options.minutes
    return 0 if run_mutants(newest_first(chosen), Runner(), seconds=seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
