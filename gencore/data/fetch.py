"""Data files: where they are looked up, how they are downloaded, and what MNIST must hold.

Environment variables read: ``GENCORE_DATA`` (a folder with data files, which is never written
to), ``GENCORE_CACHE`` (a folder to use instead of the user's cache folder) and
``GENCORE_OFFLINE`` (``1``: never download; ``0`` and the empty value: as if it were unset).
"""

import os
import stat
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gencore.data.files import (
    FULL,
    ArraySpec,
    DataError,
    MissingDataError,
    atomic_write,
    named_folder,
    read_idx,
    read_npz,
    set_aside,
    verify,
)

__all__ = [
    "DataError",
    "MissingDataError",
    "MNIST",
    "atomic_write",
    "cache_folder",
    "data_folder",
    "download",
    "download_mnist",
    "find",
    "reachable",
    "undelivered",
]

MNIST = {
    "x_train": ArraySpec(
        (60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"
    ),
    "y_train": ArraySpec(
        (60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"
    ),
    "x_test": ArraySpec(
        (10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"
    ),
    "y_test": ArraySpec(
        (10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"
    ),
}
# An address that ends in "/" is a folder with the four gzipped IDX files, any other is an npz file.
MNIST_HOSTS: tuple[str, ...] = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
MNIST_IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
CONNECT_SECONDS = 4.0
READ_SECONDS = 20.0

CHOOSE_CACHE = (
    "Make it a folder you may write to, or set GENCORE_CACHE to one, or set GENCORE_DATA to a "
    "folder that already has the file."
)
ONLINE = ("", "0", "false", "no", "off")  # of GENCORE_OFFLINE: downloads are allowed
# Hosts that failed in this process, so that a second call does not wait for them again.
_failures: dict[str, str] = {}


def data_folder() -> Path | None:
    """Return the folder that ``GENCORE_DATA`` names, or None where it is unset or empty."""
    folder = named_folder("GENCORE_DATA")
    if folder is not None:
        remedy = "Give an absolute path (a notebook runs in its own folder), or unset it."
        kind = mode(folder, f"GENCORE_DATA must name a folder that can be entered. {remedy}")
        if not stat.S_ISDIR(kind):
            raise DataError(
                f"GENCORE_DATA must name an existing folder, but it is {str(folder)!r}. {remedy}"
            )
    return folder


def cache_folder() -> Path:
    """Return the folder for downloads: ``GENCORE_CACHE``, else the user's cache folder.

    DataError where there is no user whose folder it could be.
    """
    folder = named_folder("GENCORE_CACHE")
    if folder is not None:
        return folder
    import platformdirs

    try:
        folder = platformdirs.user_cache_path("gencore", appauthor=False)
    except RuntimeError:
        folder = Path("~")
    if str(folder).startswith("~"):
        raise DataError(
            "The cache is in the user's home, but HOME is not set and nobody knows the home of "
            "this user. Set GENCORE_CACHE to a folder you may write to, or GENCORE_DATA to one "
            "that has the file."
        )
    return folder


def find(file: str, specs: dict[str, ArraySpec]) -> dict[str, np.ndarray] | None:
    """Read ``file`` from ``GENCORE_DATA`` or the cache; None where neither has it."""
    folder = data_folder()
    enter = "Give GENCORE_DATA a folder you may enter, or unset it."
    if folder is not None and mode(folder / file, enter):
        try:
            return read_npz(folder / file, specs)
        except DataError as error:
            # The folder belongs to the user: nothing in it is renamed, removed or passed over.
            raise DataError(f"{error} Replace the file, or unset GENCORE_DATA.") from error
    path = cache_folder() / file
    if not mode(path, CHOOSE_CACHE):
        return None
    try:
        return read_npz(path, specs)
    except DataError as error:
        raise DataError(f"{error} {set_aside(path)}") from error


def mode(path: Path, remedy: str) -> int:
    """Return what a path is (``st_mode``), and 0 where nothing is; a link that leads nowhere is.

    DataError, ending with the remedy, if nobody can tell, as in a folder that may not be entered.
    """
    try:
        found = os.lstat(path)
        return os.stat(path).st_mode if os.path.exists(path) else found.st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise DataError(f"{path} cannot be looked at ({error.strerror}). {remedy}") from error


def _probe(hosts: list[str]) -> None:
    """Record in ``_failures`` the hosts that do not answer soon; they are asked all at once.

    A connect timeout alone is not enough: it holds for each address of a host and not for the
    name look-up, so that a machine without a network could wait for minutes.
    """
    import pooch

    answers: dict[str, str] = {}

    def ask(host: str) -> None:
        url = host + MNIST_IDX_FILES["x_train"] if host.endswith("/") else host
        try:
            ready = pooch.HTTPDownloader(timeout=CONNECT_SECONDS)(url, None, None, check_only=True)
            answers[host] = "" if ready else "the host does not have the file"
        except OSError as error:
            answers[host] = f"no connection ({type(error).__name__})"

    threads = [threading.Thread(target=ask, args=(host,), daemon=True) for host in hosts]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + CONNECT_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    silent = f"no answer within {CONNECT_SECONDS:g} s"
    found = {host: answers.get(host, silent) for host in hosts}
    _failures.update({host: reason for host, reason in found.items() if reason})


def reachable(hosts: Sequence[str]) -> list[str]:
    """Return the addresses that answer soon and have not failed before in this process.

    MissingDataError where ``GENCORE_OFFLINE`` forbids downloads.
    """
    if os.environ.get("GENCORE_OFFLINE", "").strip().lower() not in ONLINE:
        raise MissingDataError("GENCORE_OFFLINE is set, so nothing is downloaded.")
    _probe([host for host in hosts if host not in _failures])
    return [host for host in hosts if host not in _failures]


def download(address: str, path: Path) -> None:
    """Download one file, with a bar of progress (OSError)."""
    import pooch

    timeout = (CONNECT_SECONDS, READ_SECONDS)
    get = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=timeout)
    get(address, str(path), None)


def _download(host: str) -> dict[str, np.ndarray]:
    """Download, decode and verify the arrays of one host (OSError or DataError)."""
    with tempfile.TemporaryDirectory(prefix="gencore-") as folder:
        if not host.endswith("/"):
            path = Path(folder, "mnist.npz")
            download(host, path)
            return read_npz(path, MNIST)
        arrays = {}
        for name, file in MNIST_IDX_FILES.items():
            path = Path(folder, file)
            download(host + file, path)
            arrays[name] = read_idx(path)
    verify(arrays, MNIST, host)
    return arrays


def download_mnist(path: Path) -> dict[str, np.ndarray]:
    """Download MNIST from the first of ``MNIST_HOSTS`` that delivers it, and keep it as ``path``.

    MissingDataError has each host's reason; DataError is about a folder not to be written to.
    """
    hosts = reachable(MNIST_HOSTS)
    if not hosts:
        raise undelivered("MNIST", MNIST_HOSTS)
    with atomic_write(path, remedy=CHOOSE_CACHE) as temporary:
        for host in hosts:
            try:
                arrays = _download(host)
            except (OSError, DataError) as error:
                note_failure(host, error)
                continue
            np.savez_compressed(temporary, allow_pickle=False, **arrays)
            return arrays
        raise undelivered("MNIST", MNIST_HOSTS)


def note_failure(host: str, error: Exception) -> None:
    """Remember that a host failed, so that it is not asked again; DataError if the disk is full."""
    if isinstance(error, OSError) and error.errno in FULL:
        raise DataError(
            f"A download needs room in {tempfile.gettempdir()}, but the disk is full. "
            "Free some space and run it again, or set TMPDIR to another folder."
        ) from error
    _failures[host] = f"{error}"


def undelivered(what: str, hosts: Sequence[str]) -> MissingDataError:
    """Return the error that says of each host why it does not deliver."""
    reasons = "; ".join(f"{host}: {_failures[host]}" for host in hosts) or "no host is known"
    return MissingDataError(f"No host delivers {what} ({reasons}).")
