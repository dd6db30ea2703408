"""Run tests in processes of their own, each with one mistake planted in the package.

A process is forked from a server that has TensorFlow loaded already (started afresh where a system
cannot fork). In it an import hook gives the module's source with the mistake, and pytest runs the
tests. A test that starts another Python process does not see the mistake there.
"""

import contextlib
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Loaded once in the fork server. Nothing of the package: a mutant must be the first to import it.
PRELOAD = (
    *("tensorflow", "keras", "matplotlib.pyplot", "scipy.stats", "sklearn.datasets", "pandas"),
    *("pytest", "jupytext", "nbformat"),
)
CRASHED = 70
Planted = tuple[str, str, str]


@dataclass(frozen=True)
class Mutant:
    """A mistake: in ``module``, ``before`` (it occurs exactly once) becomes ``after``."""

    name: str
    module: str
    before: str
    after: str
    test: str

    def plant(self, root: Path = ROOT) -> tuple[Path, str]:
        """Return the file of the module and its source with the mistake (ValueError)."""
        path = Path(root, *self.module.split(".")).with_suffix(".py")
        if not path.is_file():
            raise ValueError(f"module must be a file of the project, but there is no {path}")
        source = path.read_text(encoding="utf-8")
        count = source.count(self.before)
        if count != 1 or self.before == self.after:
            raise ValueError(f"before must occur once and differ from after; it occurs {count}x")
        mutated = source.replace(self.before, self.after)
        try:
            compile(mutated, str(path), "exec")
        except SyntaxError as error:
            raise ValueError(f"after must leave valid Python ({error})") from error
        return path, mutated


class _PlantedLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from the source it is given instead of its file (or its bytecode)."""

    def __init__(self, name: str, path: str, source: str):
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec")


class _Hook(importlib.abc.MetaPathFinder):
    """Finds the one module in which a mistake is planted."""

    def __init__(self, name: str, path: str, source: str):
        self.name, self.loader = name, _PlantedLoader(name, path, source)

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.loader.path, loader=self.loader
        )


class _Record:
    """A pytest plugin that notes the outcome of each phase of each test."""

    def __init__(self):
        self.phases: list[tuple[str, str, str]] = []

    def pytest_runtest_logreport(self, report):
        self.phases.append((report.nodeid, report.when, report.outcome))


def _child(root: str, planted: Planted | None, tests: list[str], report: str) -> None:
    """Run the tests in this process and end it with pytest's exit code, or CRASHED."""
    code = CRASHED
    try:
        with open(report + ".log", "w", encoding="utf-8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        os.chdir(root)
        sys.path.insert(0, root)
        # What was loaded before the fork need not be searched for garbage, nor plugins be loaded.
        gc.freeze()
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        sys.dont_write_bytecode = True
        if planted:
            if planted[0] in sys.modules:
                raise RuntimeError(f"{planted[0]} was imported before the mistake was planted")
            sys.meta_path.insert(0, _Hook(*planted))
        import pytest

        record = _Record()
        options = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "--tb=short"]
        options += ["--rootdir", root, "--basetemp", report + ".tmp"]
        code = int(pytest.main([*options, *tests], [record]))
        Path(report).write_text(json.dumps(record.phases), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
        code = CRASHED
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        # Without this, threads of TensorFlow can hold the process at its end.
        os._exit(code)


@dataclass(frozen=True)
class Outcome:
    """How a process ended: pytest's exit code (None: too late), phases, output, seconds."""

    code: int | None
    phases: list
    output: str
    seconds: float


@contextlib.contextmanager
def _no_chatter() -> Iterator[None]:
    """Send standard error nowhere, for what is started here and reports on the hardware."""
    kept = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class Runner:
    """Runs tests in fresh processes, a few at a time, with or without a mistake planted."""

    def __init__(self, root: Path = ROOT, preload: Sequence[str] = PRELOAD, seconds=180.0, jobs=2):
        self.root, self.seconds, self.jobs = root, seconds, jobs
        if "forkserver" not in multiprocessing.get_all_start_methods():
            self.context = multiprocessing.get_context("spawn")
        else:
            self.context = multiprocessing.get_context("forkserver")
            self.context.set_forkserver_preload(list(preload))
            from multiprocessing import forkserver

            with _no_chatter():
                forkserver.ensure_running()

    def run(self, tasks: Sequence[tuple[list[str], Planted | None]]) -> Iterator[tuple]:
        """Run each task's tests with its mistake; give (index, Outcome) as they end."""
        waiting = list(enumerate(tasks))[::-1]
        active = {}
        with (
            tempfile.TemporaryDirectory(prefix="mutants-") as folder,
            contextlib.ExitStack() as end,
        ):
            while waiting or active:
                while waiting and len(active) < self.jobs:
                    index, (tests, planted) = waiting.pop()
                    report = str(Path(folder, str(index)))
                    arguments = (str(self.root), planted, tests, report)
                    process = self.context.Process(target=_child, args=arguments)
                    process.start()
                    end.callback(process.kill)
                    active[index] = (process, report, time.monotonic())
                wait([process.sentinel for process, _, _ in active.values()], timeout=1.0)
                for index, (process, report, start) in list(active.items()):
                    seconds = time.monotonic() - start
                    late = process.is_alive()
                    if late and seconds <= self.seconds:
                        continue
                    process.kill()
                    process.join()
                    del active[index]
                    yield index, _read(report, None if late else process.exitcode, seconds)


def _read(report: str, code: int | None, seconds: float) -> Outcome:
    path, log = Path(report), Path(report + ".log")
    output = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    phases = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return Outcome(code, phases, output, seconds)
