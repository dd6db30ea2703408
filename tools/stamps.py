"""What the outputs of a chapter were made from: the stamp by which it is known to be current."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Before:
    """What a chapter may read, as it is before it runs.

    Parameters
    ----------
    files : dict of str to str
        The SHA-256 of each file.
    folders : dict of str to list of str
        The names in each folder.
    """

    files: dict[str, str]
    folders: dict[str, list[str]]

    @classmethod
    def of(cls, root: Path) -> Before:
        """Look at the project at `root`."""
        tops = [root / folder for folder in WATCHED]
        below = [path for top in tops for path in top.rglob("*")]
        files = [path for path in below if path.is_file()]
        folders = tops + [path for path in below if path.is_dir()]
        return cls(
            {path.relative_to(root).as_posix(): sha256(path) for path in files},
            {path.relative_to(root).as_posix(): listed(path) for path in folders},
        )


def outdated(stamps: Path, known: dict[str, str]) -> tuple[Iterable[str], dict[str, str]]:
    """Return the chapters whose outputs are not those known, and the outputs to know now."""
    read = {path.stem: json.loads(path.read_text("utf8")) for path in stamps.glob("*.json")}
    current = {name: stamp["outputs"] for name, stamp in read.items()}
    return [name for name in current if current[name] != known.get(name)], current
