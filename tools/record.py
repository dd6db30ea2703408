"""What a chapter depends on, noted by the kernel that runs it.

`start` is called before the first cell (tools/kernel.py). After every cell the note says which
files of the project the process has read, which folders it has listed, and whether it has started
another Python, of which nobody knows what that one reads.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTE = "GENCORE_NOTE"  # the variable that names the file of the note
RUNS = "GENCORE_RUNS"  # the one that names the folder for what tested notebooks gave
# What the pins stand for, what the build itself makes, and compiled copies of what is noted.
ELSEWHERE = {"site-packages", "_build", "__pycache__"}
PROCESSES = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork")


class Record:
    """Files read and folders listed below a root, from the events of Python's audit hooks.

    Parameters
    ----------
    root : Path
        Nothing outside of it is noted: the pins and the served data stand for that.
    """

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.unknown = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of one event (``sys.addaudithook``)."""
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            self._add(self.files, arguments[0])
        elif event in ("os.listdir", "os.scandir"):
            self._add(self.folders, arguments[0])
        elif event in PROCESSES and (event == "os.fork" or "python" in str(arguments[:2])):
            self.unknown = True

    @staticmethod
    def _add(found: set[str], path: Any) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            found.add(os.path.abspath(os.fsdecode(path)))

    def note(self) -> dict[str, Any]:
        """Return the note: paths relative to the root, those of the imported modules included."""
        modules = list(sys.modules.values())
        sources = {getattr(module, "__file__", None) or "" for module in modules}
        # The search for a module lists these folders; what it found is among the files.
        searched = {os.path.abspath(folder) for folder in sys.path}
        for module in modules:
            searched.update(os.path.abspath(folder) for folder in getattr(module, "__path__", []))
        return {
            "files": self._inside(self.files | sources),
            "folders": self._inside(self.folders - searched),
            "unknown": self.unknown,
        }

    def _inside(self, paths: set[str]) -> list[str]:
        """Return those paths that belong to the project, relative to its root."""
        below = [Path(path) for path in paths if path.startswith(f"{self.root}{os.sep}")]
        inside = [path.relative_to(self.root) for path in below]
        return sorted(
            path.as_posix()
            for path in inside
            if not ELSEWHERE & set(path.parts) and not path.parts[0].startswith(".")
        )


def start(shell: Any) -> None:
    """Let a kernel note what its cells depend on, where a file for the note is named."""
    target = os.environ.pop(NOTE, None)
    if target is None:
        return
    record = Record(ROOT)
    sys.addaudithook(record.hear)

    def write(_: Any) -> None:
        Path(target).write_text(json.dumps(record.note(), indent=1), encoding="utf8")

    shell.events.register("post_run_cell", write)
