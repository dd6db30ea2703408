"""Tiny Shakespeare: where the file is looked up, and its download."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from gencore.data import fetch
from gencore.data.files import DataError, MissingDataError, atomic_write, set_aside

FILE = "tinyshakespeare.txt"
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
HOSTS: tuple[str, ...] = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    "https://cdn.jsdelivr.net/gh/karpathy/char-rnn@master/data/tinyshakespeare/input.txt",
    "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
)


def load() -> bytes:
    """Return the bytes of tiny Shakespeare, from ``GENCORE_DATA``, the cache or a host.

    Raises
    ------
    MissingDataError
        If no folder and no host has it.
    DataError
        If a file is damaged (one in the cache is set aside), or the cache cannot be written to.
    """
    folder = fetch.data_folder()
    enter = "Give GENCORE_DATA a folder you may enter, or unset it."
    if folder is not None and fetch.mode(folder / FILE, enter):
        try:
            return verified((folder / FILE).read_bytes(), str(folder / FILE))
        except (OSError, DataError) as error:
            # The folder belongs to the user: nothing in it is renamed, removed or passed over.
            raise DataError(f"{error} Replace the file, or unset GENCORE_DATA.") from error
    path = fetch.cache_folder() / FILE
    if not fetch.mode(path, fetch.CHOOSE_CACHE):
        return download(path)
    try:
        return verified(path.read_bytes(), str(path))
    except (OSError, DataError) as error:
        raise DataError(f"{error} {set_aside(path)}") from error


def verified(content: bytes, origin: str) -> bytes:
    """Return the bytes of the file, or raise DataError unless they are those of the book."""
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise DataError(
            f"tiny Shakespeare must have the SHA-256 {SHA256[:16]}..., but {origin} has "
            f"{found[:16]}...: its contents were altered."
        )
    return content


def download(path: Path) -> bytes:
    """Download the file from the first host that delivers it, and keep it as ``path``.

    Raises
    ------
    MissingDataError
        If none does; the message has each host's reason.
    """
    try:
        for host in fetch.reachable(HOSTS):
            try:
                content = verified(_download(host), host)
            except (OSError, DataError) as error:
                fetch.note_failure(host, error)
                continue
            with atomic_write(path, remedy=fetch.CHOOSE_CACHE) as temporary:
                temporary.write_bytes(content)
            return content
        reasons = str(fetch.undelivered("it", HOSTS))
    except MissingDataError as error:
        reasons = str(error)
    raise MissingDataError(
        f"Tiny Shakespeare needs {FILE} in the folder GENCORE_DATA names or in the cache, or a "
        f"network, but it is in neither. {reasons} Set GENCORE_DATA to a folder that has it, or "
        "try again with a network in a new Python process."
    )


def _download(host: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gencore-") as folder:
        path = Path(folder, FILE)
        fetch.download(host, path)
        return path.read_bytes()
