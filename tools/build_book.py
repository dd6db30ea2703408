"""Build the site strictly: stale chapters run first (tools/chapters.py), then Sphinx reads all.

What Sphinx keeps between two builds is dropped when something changed that it does not look at: the
code of its extensions here, or the pins.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.chapters import AT_ONCE, Shelf
from tools.kernel import ROOT, prepare
from tools.stamps import sha256


def dependencies(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files, besides the pages, that the site is made from."""
    yield root / "requirements.txt"
    for folder, kinds in (("gencore", "py js css json"), ("tools", "py")):
        for kind in kinds.split():
            yield from sorted((root / folder).rglob(f"*.{kind}"))
    yield from sorted((root / "checkpoints").glob("*/*.json"))
    yield from sorted((root / "benchmarks").glob("*.json"))


def served_data() -> str:
    """Say which data set `data.load()` serves here: MNIST or the embedded digits."""
    from gencore import data

    split = data.load()
    return f"{split.name} {sorted(split.digests.items())}"


def digest_of(paths: Iterable[Path], root: Path) -> str:
    """Return one digest of the names and the contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        content = sha256(path)
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that the site is made from."""
    yield from (root / "_config.yml", root / "_toc.yml")
    yield from sorted(path for path in (root / "book").rglob("*") if path.is_file())
    yield from dependencies(root)


def is_current(root: Path = ROOT) -> bool:
    """Tell whether the last successful build was made from the sources as they are now."""
    stamp = root / "_build" / "built.txt"
    return stamp.exists() and stamp.read_text(encoding="utf8") == digest_of(sources(root), root)


CACHES = {
    "pages.txt": (".doctrees", "jupyter_execute", "html"),
    "static.txt": ("html",),  # Sphinx copies a new style or script only if a page is written too
}


REASONS = {
    "pages.txt": "The pins or the tools of the build changed: all pages are read again",
    "static.txt": "A style or a script of the site changed: all pages are written",
}


def watched(root: Path) -> dict[str, Iterator[Path]]:
    """Return the files whose change asks for more than Sphinx does by itself."""
    static = (path for path in sorted((root / "book" / "_static").rglob("*")) if path.is_file())
    extensions = sorted((root / "tools").glob("*.py"))
    return {"pages.txt": iter([root / "requirements.txt", *extensions]), "static.txt": static}


def refresh(build: Path, stamp: str, current: str) -> bool:
    """Drop what an earlier build left, unless it belongs to `current`.

    Parameters
    ----------
    build : Path
        The build folder, `_build`.
    stamp : str
        A file of `CACHES`, which says what the folders named there were made from.
    current : str
        What they would be made from now.

    Returns
    -------
    bool
        True if something was dropped.
    """
    path = build / stamp
    if path.exists() and path.read_text(encoding="utf8") == current:
        return False
    stale = [build / name for name in CACHES[stamp]]
    dropped = any(folder.exists() for folder in stale)
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    build.mkdir(parents=True, exist_ok=True)
    path.write_text(current, encoding="utf8")
    return dropped


def build(root: Path = ROOT, served: str | None = None, at_once: int = AT_ONCE) -> int:
    """Build `root`'s book into `root/_build/html`, every warning being an error.

    Parameters
    ----------
    root : Path
        The folder of `_config.yml`, `_toc.yml` and `book/`.
    served : str, optional
        What `served_data` says; asked for when not given.
    at_once : int
        How many chapters run at a time.

    Returns
    -------
    int
        The exit code of jupyter-book, or 1 where a chapter failed.
    """
    output = root / "_build"
    for stamp, paths in watched(root).items():
        if refresh(output, stamp, digest_of(paths, root)):
            print(f"==> {REASONS[stamp]}")
    before = digest_of(sources(root), root)
    built = output / "built.txt"
    built.unlink(missing_ok=True)
    environment = prepare(output / "ipython")
    shelf = Shelf(root, served_data() if served is None else served)
    stale = shelf.stale()
    for name, reason in stale.items():
        print(f"==> {name} runs: {reason}", flush=True)
    if stale and shelf.run(list(stale), environment, at_once):
        return 1
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
    command += [str(root / "book"), "--path-output", str(root), "-n", "-W", "--keep-going"]
    command += ["--config", str(root / "_config.yml"), "--toc", str(root / "_toc.yml")]
    environment = os.environ | environment
    code = subprocess.run(command, cwd=root, env=environment, check=False).returncode
    if not code:
        built.write_text(before, encoding="utf8")
    else:
        # Sphinx keeps the pages that warned and would not warn again: a second run must not pass.
        shutil.rmtree(output / ".doctrees", ignore_errors=True)
    return code


def main() -> int:
    """Build the book of this repository."""
    start = time.perf_counter()
    code = build()
    seconds = time.perf_counter() - start
    if code:
        print(f"==> The build failed after {seconds:.0f} s; the warnings above say why")
    else:
        print(f"==> Built in {seconds:.0f} s: open {ROOT / '_build' / 'html' / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
