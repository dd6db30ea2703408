"""Run the chapters whose outputs could have changed, a few at a time, before Sphinx reads them.

jupyter-cache keeps outputs by the cells alone: after a change of the package, of a pin, of a
checkpoint or of the data it would go on showing old ones. So each chapter that has run leaves a
stamp: the digests of the files that it read and the names in the folders that it listed, as its
kernel noted them (tools/record.py), beside what all chapters depend on. A chapter is current when
its stamp describes the project as it is now. One without a stamp runs.

The chapters run in processes of their own, and only this one writes in the cache: jupyter-cache
ends each write by dropping what exceeds its limit, found by two queries, and an entry that another
process adds between them is dropped too.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_cache.readers import get_reader
from nbformat import from_dict

from tools.kernel import ROOT, patiently
from tools.record import NOTE
from tools.stamps import Before, Stamp, listed, sha256, shared
from tools.twins import chapters

AT_ONCE = 2
SECONDS = 600  # for one cell
SKIPPED = "skip-execution"  # such a cell has nbval's own tag too
READER = {"type": "plugin", "name": "myst_nb_md"}


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

    def read(self, name: str) -> tuple[Any, str]:
        """Return the notebook of a chapter and the key of its cells."""
        notebook = get_reader(READER)(str(self.pages[name]))
        return notebook, self.cache.create_hashed_notebook(notebook)[1]

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
        if stamp.cells != self.read(name)[1] or not self._outputs(stamp.cells):
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

        One whose cells are edited meanwhile runs again.

        Parameters
        ----------
        names : sequence of str
            Chapters, in the order in which they begin.
        environment : dict of str to str
            Variables of their kernels (`tools.kernel.prepare`).
        at_once : int
            How many run at a time, each in a process of its own.
        """
        before = Before.of(self.root)
        self.stamps.mkdir(parents=True, exist_ok=True)
        pages = {name: self.read(name) for name in names}
        for name, (_, cells) in pages.items():
            (self.stamps / f"{name}.json").unlink(missing_ok=True)
            self._forget(cells)
        failed, edited = [], []
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max(1, min(at_once, len(pages))), mp_context=spawn) as pool:
            futures = {
                pool.submit(execute, nb, self.pages[name], self._note(name), environment): name
                for name, (nb, _) in pages.items()
            }
            for future in as_completed(futures):
                name, (executed, seconds, wrong) = futures[future], future.result()
                if wrong:
                    failed.append(name)
                    print(f"==> {name} failed\n{wrong}", flush=True)
                elif self.read(name)[1] != pages[name][1]:
                    edited.append(name)
                    print(f"==> {name} runs again: its cells were edited meanwhile", flush=True)
                else:
                    self.keep(name, executed, seconds, before, self._note(name))
                    print(f"==> {name}: {seconds:.0f} s", flush=True)
        return failed + self.run(edited, environment, at_once) if edited else failed

    def keep(self, name: str, executed: Any, seconds: float, before: Before, note: Path) -> None:
        """Keep the outputs of a chapter that has run, and write its stamp.

        Parameters
        ----------
        name : str
            The chapter.
        executed : nbformat.NotebookNode
            Its cells, with their outputs.
        seconds : float
            How long it took.
        before : Before
            The files of the project as they were when it began.
        note : Path
            What its kernel noted; the file is removed.
        """
        noted = json.loads(note.read_text(encoding="utf8"))
        note.unlink()
        files, folders = before.files, before.folders
        # A file that was looked for and is not there is known too: it must not appear.
        unseen = [file for file in noted["files"] if file not in files and sha256(self.root / file)]
        data = {"execution_seconds": seconds}
        bundle = CacheBundleIn(executed, str(self.pages[name]), data=data)
        kept = self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        outputs = [cell.get("outputs") for cell in self.cache.get_cache_bundle(kept.pk).nb.cells]
        stamp = Stamp(
            cells=kept.hashkey,
            shared=self.shared,
            files={file: files.get(file, "") for file in noted["files"]},
            folders={folder: folders.get(folder, []) for folder in noted["folders"]},
            known=not noted["unknown"] and not unseen,
            outputs=hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest(),
            seconds=seconds,
        )
        text = json.dumps(asdict(stamp), indent=1)
        self.stamps.mkdir(parents=True, exist_ok=True)
        (self.stamps / f"{name}.json").write_text(text, encoding="utf8")

    def take(self, run: Path, before: Before) -> bool:
        """Keep what a test run of a chapter gave, if its cells are still those of the page.

        Parameters
        ----------
        run : Path
            ``NAME.json``, the cells that ran, their outputs and what the kernel says of its
            language (tools/strict_cells.py), beside ``NAME.note``, what the kernel noted.
        before : Before
            The files of the project as they were when it began.
        """
        ran = json.loads(run.read_text(encoding="utf8"))
        notebook, cells = self.read(run.stem)
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and not skipped(cell)]
        if [cell.source for cell in code] != [cell["source"] for cell in ran["cells"]]:
            return False
        for count, (cell, done) in enumerate(zip(code, ran["cells"], strict=True), 1):
            cell.execution_count = count
            cell.outputs = [from_dict(output) for output in done["outputs"]]
        notebook.metadata["language_info"] = ran["language"]
        self._forget(cells)
        self.keep(run.stem, notebook, ran["seconds"], before, run.with_suffix(".note"))
        return True

    def _note(self, name: str) -> Path:
        """Return the file in which the kernel of a chapter notes what it reads."""
        return self.stamps / f"{name}.note"

    def _outputs(self, cells: str) -> int | None:
        """Return the number under which jupyter-cache has the outputs of some cells, if it has."""
        found = [each.pk for each in self.cache.list_cache_records() if each.hashkey == cells]
        return found[0] if found else None

    def _forget(self, cells: str) -> None:
        """Drop the outputs of some cells, also where a build was stopped while it wrote them."""
        shutil.rmtree(self.cache.path / "executed" / cells, ignore_errors=True)
        known = self._outputs(cells)
        if known is not None:
            NbCacheRecord.remove_record(known, self.cache.db)

    def _seconds(self, name: str) -> float:
        """Return how long a chapter took the last time, or about how long it will take."""
        stamp = self.stamp(name)
        return stamp.seconds if stamp else self.pages[name].stat().st_size / 1000


def skipped(cell: Any) -> bool:
    """Tell whether a cell is there to be read and never runs."""
    return SKIPPED in cell.metadata.get("tags", [])


def execute(
    notebook: Any, page: Path, note: Path, environment: dict[str, str]
) -> tuple[Any, float, str]:
    """Run a chapter beside its page; return it with its outputs, its seconds and what went wrong.

    This runs in a process of its own, which leaves the cache alone.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The cells of the chapter.
    page : Path
        The page that they are from.
    note : Path
        Where its kernel notes what it reads.
    environment : dict of str to str
        Variables of its kernel.
    """
    os.environ.update(environment | {NOTE: str(note)})
    try:
        run = patiently(single_nb_execution)
        done = run(notebook, str(page.parent), SECONDS, allow_errors=False)
    except Exception:  # a kernel that died, or did not start
        return notebook, 0.0, traceback.format_exc()
    return done.nb, done.time, done.exc_string or ""


if __name__ == "__main__":
    from tools.build_book import served_data

    shelf = Shelf(ROOT, served_data())
    for name, reason in shelf.stale().items():
        print(f"{name}: {reason}")
