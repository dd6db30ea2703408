"""Judge the mutants of tests/mutants.py: which are killed by their test, which survive.

A mutant is killed when its test passes without the mistake and fails, in its own body, with it.
Whatever else happens proves nothing and is an error.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.planted import Mutant, Outcome, Runner

Write = Callable[[str], object]
BATCH = 60


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: "killed", "SURVIVED", "ERROR" or "skipped", with a reason."""

    mutant: Mutant
    status: str
    detail: str = ""
    seconds: float = 0.0


def judge(outcome: Outcome) -> tuple[str, str]:
    """Turn the end of a mutant's process into a status and a reason."""
    failed = {when for _, when, result in outcome.phases if result == "failed"}
    if outcome.code is None:
        return "ERROR", f"the test did not end within {outcome.seconds:.0f} s"
    if outcome.code == 0:
        return "SURVIVED", "the test passes with the mistake planted"
    if outcome.code != 1:
        return "ERROR", f"the test did not run (exit code {outcome.code})"
    if failed != {"call"}:
        return "ERROR", "the test failed outside its own body"
    return "killed", ""


def state(test: str, phases: list) -> str:
    """Tell from the unplanted run how a test stands: "passed", "skipped" or a complaint."""
    own = [
        (when, outcome)
        for node, when, outcome in phases
        if node == test or node.startswith(test + "[")
    ]
    if any(outcome == "failed" for _, outcome in own):
        return "its test fails without any mistake planted"
    if ("call", "passed") in own:
        return "passed"
    return "skipped" if own else "no such test was collected"


def run_mutants(
    mutants: Iterable[Mutant],
    runner: Runner,
    write: Write = sys.stdout.write,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Try mutants, write a table of verdicts, and return whether none gave trouble.

    With a number of seconds they are tried `BATCH` at a time in the order given, and no batch
    begins later than that; those left are counted.
    """
    mutants, began = list(mutants), clock()
    names = Counter(mutant.name for mutant in mutants)
    size, verdicts = len(mutants) if seconds is None else BATCH, []
    for first in range(0, len(mutants), size):
        if seconds is not None and clock() - began >= seconds:
            break
        verdicts += _tried(mutants[first : first + size], names, runner, write)
    return _table(verdicts, len(mutants) - len(verdicts), write)


def _tried(
    mutants: list[Mutant], names: Counter[str], runner: Runner, write: Write
) -> list[Verdict]:
    """Return the verdicts on some mutants, their tests being run without a mistake first."""
    standing = _standing(sorted({mutant.test for mutant in mutants}), runner, write)
    verdicts, tried, tasks = {}, [], []
    for position, mutant in enumerate(mutants):
        found = standing[mutant.test]
        try:
            path, source = mutant.plant(runner.root)
            if names[mutant.name] > 1:
                raise ValueError("another mutant has the same name")
            if found not in ("passed", "skipped"):
                raise ValueError(found)
        except ValueError as error:
            verdicts[position] = Verdict(mutant, "ERROR", str(error))
            continue
        if found == "skipped":
            verdicts[position] = Verdict(mutant, "skipped")
            continue
        tried.append(position)
        tasks.append(([mutant.test], (mutant.module, str(path), source)))
    for done, (index, outcome) in enumerate(runner.run(tasks), 1):
        position = tried[index]
        status, detail = judge(outcome)
        if status != "killed":
            detail += "\n" + outcome.output[-2000:]
        verdicts[position] = Verdict(mutants[position], status, detail, outcome.seconds)
        write(f"[{done}/{len(tasks)}] {mutants[position].name}: {status}\n")
    return [verdicts[position] for position in range(len(mutants))]


def _standing(tests: list[str], runner: Runner, write: Write) -> dict[str, str]:
    """Run the tests without any mistake, file by file, and tell how each stands."""
    files = sorted({test.split("::")[0] for test in tests})
    write(f"{len(tests)} tests of {len(files)} files must pass without a mistake ...\n")
    groups = [[test for test in tests if test.split("::")[0] == file] for file in files]
    standing = {}
    for index, outcome in runner.run([(group, None) for group in groups]):
        found = {test: state(test, outcome.phases) for test in groups[index]}
        if outcome.code is None:
            found = dict.fromkeys(found, "the tests of its file do not end in time")
        if not set(found.values()) <= {"passed", "skipped"}:
            write(f"{outcome.output[-4000:]}\n")
        standing.update(found)
    return standing


def _table(verdicts: list[Verdict], left: int, write: Write) -> bool:
    width = max((len(verdict.mutant.name) for verdict in verdicts), default=0)
    write(f"\n{'mutant':{width}}  verdict   seconds  test\n")
    for verdict in verdicts:
        mutant = verdict.mutant
        row = f"{mutant.name:{width}}  {verdict.status:8}  {verdict.seconds:7.1f}  {mutant.test}"
        write(row + "\n")
    counts = {status: 0 for status in ("killed", "skipped", "SURVIVED", "ERROR")}
    for verdict in verdicts:
        counts[verdict.status] += 1
        if verdict.status in ("SURVIVED", "ERROR"):
            write(f"\n{verdict.mutant.name} ({verdict.mutant.module}): {verdict.detail}\n")
    failed = counts["SURVIVED"] + counts["ERROR"]
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    late = f", {left} left for want of time" if left else ""
    write(f"\nmutants: {counts['killed']} passed, {failed} failed{skipped}{late}\n")
    return failed == 0
