"""Run the chapters whose outputs could have changed, a few at a time, before Sphinx reads them.

jupyter-cache keeps outputs by the cells alone: after a change of the package, of a pin, of a
checkpoint or of the data it would go on showing old ones. So each chapter that has run leaves a
stamp: the digests of the files that it read and the names in the folders that it listed, as its
kernel noted them (tools/record.py), beside what all chapters depend on. A chapter is current when
its stamp describes the project as it is now. One without a stamp runs.
"""

import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbProjectRecord
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ProcessData
from jupyter_cache.readers import get_reader

from tools.kernel import ROOT
from tools.record import NOTE
from tools.twins import chapters

AT_ONCE = 2
SECONDS = 600  # for one cell
READER = {"type": "plugin", "name": "myst_nb_md"}
# What every chapter depends on, whatever it reads itself.
SHARED = (
    "requirements.txt",
    "tools/kernel.py",
    "tools/record.py",
    "tools/ipython_kernel_config.py",
)
WATCHED = ("gencore", "checkpoints", "benchmarks", "tools", "book")


@dataclass(frozen=True)
class Stamp:
    """What the outputs of a chapter were made from.

    Parameters
    ----------
    cells : str
        The key under which jupyter-cache has the outputs.
    shared : str
        What all chapters depend on.
    files : dict of str to str
        The SHA-256 of each file that it read.
    folders : dict of str to list of str
        The names in each folder that it listed.
    known : bool
        Whether that is all: a chapter that starts another Python runs every time.
    outputs : str
        The SHA-256 of what its cells gave.
    seconds : float
        How long it took.
    """

    cells: str
    shared: str
    files: dict[str, str]
    folders: dict[str, list[str]]
    known: bool
    outputs: str
    seconds: float


def sha256(path: Path) -> str:
    """Return the digest of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def listed(folder: Path) -> list[str]:
    """Return the names of what is not hidden in a folder."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in found if not path.name.startswith((".", "__pycache__")))


def shared(root: Path, served: str) -> str:
    """Return what names the interpreter, the served data, the pins and the kernels' settings."""
    python = ".".join(map(str, sys.version_info[:2]))
    # A card beside the folders of the groups goes before the one of its name within them.
    beside = sorted(path.name for path in (root / "checkpoints").glob("*.json"))
    lines = [f"python {python}", f"data {served}", f"cards beside the groups {beside}"]
    return "\n".join(lines + [f"{file} {sha256(root / file)}" for file in SHARED])


def snapshot(root: Path) -> dict[str, str]:
    """Return the digests of all files that a chapter may read, as they are before it runs."""
    files = [path for folder in WATCHED for path in (root / folder).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): sha256(path) for path in files}


def listings(root: Path) -> dict[str, list[str]]:
    """Return the names in all folders that a chapter may list, as they are before it runs."""
    tops = [root / folder for folder in WATCHED]
    below = [path for top in tops for path in top.rglob("*") if path.is_dir()]
    return {path.relative_to(root).as_posix(): listed(path) for path in [*tops, *below]}


class Shelf:
    """The chapters of a book: which of them are stale, and their run.

    Parameters
    ----------
    root : Path
        The folder with ``book/``; outputs and stamps go to ``_build/``.
    served : str
        Which data the chapters are served.
    """

    def __init__(self, root: Path, served: str):
        self.root, self.build = root, root / "_build"
        self.shared = shared(root, served)
        self.stamps = self.build / "chapters"
        self.pages = {page.stem: page for page in chapters(root / "book")}
        self._cache: Any = None

    @property
    def cache(self) -> Any:
        """The cache of jupyter-cache, in the folder where Jupyter Book looks for it."""
        if self._cache is None:
            self._cache = get_cache(str(self.build / ".jupyter_cache"))
        return self._cache

    def cells(self, name: str) -> str:
        """Return the key of a chapter's cells."""
        notebook = get_reader(READER)(str(self.pages[name]))
        return self.cache.create_hashed_notebook(notebook)[1]

    def stamp(self, name: str) -> Stamp | None:
        """Return the stamp of a chapter, or None where it has none that can be read."""
        try:
            return Stamp(**json.loads((self.stamps / f"{name}.json").read_text(encoding="utf8")))
        except (OSError, ValueError, TypeError):
            return None

    def reason(self, name: str) -> str | None:
        """Return why a chapter must run, or None where its outputs are those of today."""
        stamp = self.stamp(name)
        if stamp is None:
            return "it has not run yet"
        if stamp.shared != self.shared:
            return "the pins, the data or the kernels changed"
        if stamp.cells != self.cells(name) or not self._outputs(stamp.cells):
            return "its cells changed"
        if not stamp.known:
            return "it starts other processes, or reads what appeared while it ran"
        for file, digest in stamp.files.items():
            if sha256(self.root / file) != digest:
                return f"{file} changed"
        for folder, names in stamp.folders.items():
            if listed(self.root / folder) != names:
                return f"the files in {folder} changed"
        return None

    def stale(self) -> dict[str, str]:
        """Return the chapters that must run, each with the reason, the longest first."""
        reasons = {name: self.reason(name) for name in self.pages}
        found = {name: reason for name, reason in reasons.items() if reason}
        return dict(sorted(found.items(), key=lambda item: self._seconds(item[0]), reverse=True))

    def run(
        self, names: Sequence[str], environment: dict[str, str], at_once: int = AT_ONCE
    ) -> list[str]:
        """Run chapters and return those that failed, their tracebacks being written.

        Parameters
        ----------
        names : sequence of str
            Chapters, in the order in which they begin.
        environment : dict of str to str
            Variables of their kernels (`tools.kernel.prepare`).
        at_once : int
            How many run at a time, each in a process of its own.
        """
        before, names_before = snapshot(self.root), listings(self.root)
        self.stamps.mkdir(parents=True, exist_ok=True)
        tasks: dict[str, tuple[ProcessData, Path]] = {}
        for name in names:
            (self.stamps / f"{name}.json").unlink(missing_ok=True)
            self._forget(name)
            record = self.cache.add_nb_to_project(str(self.pages[name]), read_data=READER)
            NbProjectRecord.remove_tracebacks([record.pk], self.cache.db)  # type: ignore
            task = ProcessData(record.pk, record.uri, self.cache, SECONDS, False)
            tasks[name] = (task, self.stamps / f"{name}.note")
        failed = []
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max(1, min(at_once, len(tasks))), mp_context=spawn) as pool:
            futures = {pool.submit(_run, *task, environment): name for name, task in tasks.items()}
            for future in as_completed(futures):
                name = futures[future]
                if future.result():
                    failed.append(name)
                    record = self.cache.get_project_record(tasks[name][0].pk)
                    print(f"==> {name} failed\n{record.traceback or 'It was not run.'}", flush=True)
                else:
                    seconds = self._keep(name, tasks[name][1], before, names_before)
                    print(f"==> {name}: {seconds:.0f} s", flush=True)
        return failed

    def _keep(
        self, name: str, note: Path, before: dict[str, str], names_before: dict[str, list[str]]
    ) -> float:
        """Write the stamp of a chapter that has run, and return the seconds that it took."""
        found = json.loads(note.read_text(encoding="utf8"))
        note.unlink()
        # A file that was looked for and is not there is known too: it must not appear.
        unseen = [
            file for file in found["files"] if file not in before and sha256(self.root / file)
        ]
        cells = self.cells(name)
        executed = self.cache.get_cache_record(self._outputs(cells))
        notebook = self.cache.get_cache_bundle(executed.pk).nb
        outputs = [cell.get("outputs") for cell in notebook.cells]
        stamp = Stamp(
            cells=cells,
            shared=self.shared,
            files={file: before.get(file, "") for file in found["files"]},
            folders={folder: names_before.get(folder, []) for folder in found["folders"]},
            known=not found["unknown"] and not unseen,
            outputs=hashlib.sha256(json.dumps(outputs).encode()).hexdigest(),
            seconds=executed.data["execution_seconds"],
        )
        text = json.dumps(asdict(stamp), indent=1)
        (self.stamps / f"{name}.json").write_text(text, encoding="utf8")
        return stamp.seconds

    def _outputs(self, cells: str) -> int | None:
        """Return the number under which jupyter-cache has the outputs of some cells, if it has."""
        found = [each.pk for each in self.cache.list_cache_records() if each.hashkey == cells]
        return found[0] if found else None

    def _forget(self, name: str) -> None:
        known = self._outputs(self.cells(name))
        if known is not None:
            self.cache.remove_cache(known)

    def _seconds(self, name: str) -> float:
        """Return how long a chapter took the last time, or about how long it will take."""
        stamp = self.stamp(name)
        return stamp.seconds if stamp else self.pages[name].stat().st_size / 1000


def _run(task: ProcessData, note: Path, environment: dict[str, str]) -> int:
    """Run one chapter in this process's kernel; return 0, or what jupyter-cache says went wrong."""
    os.environ.update(environment | {NOTE: str(note)})
    return ExecutionWorkerLocalMProc()(task)[0]


def outdated(stamps: Path, known: dict[str, str]) -> tuple[Iterable[str], dict[str, str]]:
    """Return the chapters whose outputs are not those known, and the outputs to know now."""
    read = {path.stem: json.loads(path.read_text("utf8")) for path in stamps.glob("*.json")}
    current = {name: stamp["outputs"] for name, stamp in read.items()}
    return [name for name in current if current[name] != known.get(name)], current


if __name__ == "__main__":
    from tools.build_book import served_data

    shelf = Shelf(ROOT, served_data())
    for name, reason in shelf.stale().items():
        print(f"{name}: {reason}")
