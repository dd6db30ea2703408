"""What is loaded when, and how quietly: doors of rooms that open late, TensorFlow's start-up lines.

TensorFlow writes lines about the machine to file descriptor 2 before it reads
``TF_CPP_MIN_LOG_LEVEL``, in each process that loads it. They are kept from the terminal; whatever
else is written there stays.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

INTERRUPTED = 130  # the exit status of a program that was stopped by Ctrl-C
MODULE = "tensorflow"
CHATTER = re.compile(
    rb"absl::InitializeLog\(\)|cudart_stub\.cc:\d+\] Could not find cuda drivers"
    rb"|port\.cc:\d+\] oneDNN custom operations are on"
)


def late(room: str, files: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a room: a file is loaded when one of its names is asked for.

    Parameters
    ----------
    room : str
        Name of the package.
    files : dict of str to sequence of str
        Its modules, and what the room hands on from each.
    """

    def find(name: str) -> Any:
        for file, names in files.items():
            if name in names:
                return getattr(importlib.import_module(f"{room}.{file}"), name)
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return find


@contextlib.contextmanager
def withheld(lines: re.Pattern[bytes] = CHATTER) -> Iterator[None]:
    """Keep lines from standard error while the block runs; what does not match is written after it.

    Parameters
    ----------
    lines : re.Pattern
        What the lines that are dropped contain.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            held.seek(0)
            os.write(2, b"".join(line for line in held if not lines.search(line)))


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, its chatter withheld."""

    def __init__(self, loader: Any):
        self.loader = loader

    def create_module(self, spec: Any) -> Any:
        return self.loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self.loader  # as if we had not been here
        with withheld():
            self.loader.exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow, once, where the other finders find it."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def quieten() -> None:
    """Let the first import of TensorFlow in this process, whoever asks for it, be a quiet one."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if MODULE not in sys.modules and not any(isinstance(f, _Finder) for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


@contextlib.contextmanager
def ended_by_interruption(words: str) -> Iterator[None]:
    """Let Ctrl-C end this process at once while the block loads modules, with one line.

    An exception in a module that is half loaded comes out as any other, or not at all.

    Parameters
    ----------
    words : str
        The line, which goes to standard error.
    """

    def end(*_: Any) -> None:
        os.write(terminal, f"\n{words}\n".encode())
        os._exit(INTERRUPTED)

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # somebody else's, or ignored as in a shell's background
        return
    terminal = os.dup(2)  # what is withheld below may be in its place
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(terminal)
