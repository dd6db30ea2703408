"""The mistakes that the tests must notice, and ``python -m tests.mutants [-k PATTERN]``.

Each mutant is a mistake somebody could make, many of them made in published code. They stand in
the file ``mutants.py`` of the room they break, beside its tests. To add one: ``before`` is a piece
of the module's source that occurs once, ``after`` the mistake, ``test`` the test that fails by it.
"""

import argparse
import importlib
import sys
from pathlib import Path

from tests.mutation import run_mutants
from tests.planted import Mutant, Runner


def mutants() -> list[Mutant]:
    """Return the mutants of every room, in the order of their folders."""
    found = sorted(Path(__file__).parent.glob("*/mutants.py"))
    rooms = (importlib.import_module(f"tests.{path.parent.name}.mutants") for path in found)
    return [mutant for room in rooms for mutant in room.MUTANTS]


def main() -> int:
    """Run the mutants whose name or module has the pattern; return 0 when all are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", metavar="PATTERN", default="", help="only names and modules with it")
    pattern = parser.parse_args().k
    chosen = [mutant for mutant in mutants() if pattern in f"{mutant.name} {mutant.module}"]
    if not chosen:
        parser.error(f"no mutant has {pattern!r} in its name or module")
    return 0 if run_mutants(chosen, Runner()) else 1


if __name__ == "__main__":
    sys.exit(main())
