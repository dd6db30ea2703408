"""Files in and out: verified arrays in, whole files out or none at all."""

import errno
import gzip
import hashlib
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from filelock import FileLock, Timeout

from gencore.data.archives import UNREADABLE, read_arrays

FULL = (errno.ENOSPC, errno.EDQUOT)  # what the system says of a disk that is full


class DataError(RuntimeError):
    """Data or a folder for it is missing, damaged or cannot be used."""


class MissingDataError(DataError):
    """The data are nowhere to be had: no file, and no host that delivers it."""


def named_folder(variable: str) -> Path | None:
    """Return the folder that an environment variable names, or None where it names none.

    ``~`` is the home of the user, ``~name`` that of another one.

    Raises
    ------
    DataError
        If nobody knows whose home is meant.
    """
    named = os.environ.get(variable)
    if not named:
        return None
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise DataError(
            f"{variable} must name a folder, but nobody knows the home in {named!r} ({error}). "
            "Give an absolute path, or unset it."
        ) from error


class ArraySpec(NamedTuple):
    """What an array must be: its shape, the SHA-256 of its bytes in C order, and its type."""

    shape: tuple[int, ...]
    sha256: str
    dtype: str = "|u1"


def sha256(array: np.ndarray) -> str:
    """Return the SHA-256, in hexadecimal, of the bytes of ``array`` in C order."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


@contextmanager
def atomic_write(
    path: str | os.PathLike, *, remedy: str = "Make it a folder you may write to, or name another."
) -> Iterator[Path]:
    """Give a temporary file beside ``path`` that takes its place when the block ends well.

    The folder of ``path`` is made where it is missing, and the temporary file has the suffix of
    ``path``. When the block raises, it is removed and whatever was at ``path`` stays. DataError,
    ending with the sentence ``remedy``, when the folder cannot be written to or the disk is full.
    """
    path = Path(path)
    _refuse_folder(path)
    temporary = _beside(path, remedy)
    try:
        yield temporary
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if error.errno in FULL:
            raise _full(path) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raise DataError unless ``atomic_write`` could write a file at ``path``; make no folder."""
    there = next((folder for folder in path.parents if folder.exists()), path.parent)
    _refuse_folder(path)
    _beside(there / path.name, "Make it a folder you may write to, or name another.").unlink()


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise DataError(
            f"{path.name} is to be a file, but {path} is a folder. Move it away, or remove it."
        )


def _beside(path: Path, remedy: str) -> Path:
    """Return a new, empty file beside ``path``, whose folder is made where it is missing."""
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.open("xb").close()
    except OSError as error:
        if error.errno in FULL:
            raise _full(path) from error
        raise DataError(
            f"Writing {path.name} needs a folder that can be written to, but {path.parent} is not "
            f"({error.strerror}). {remedy}"
        ) from error
    return temporary


def _full(path: Path) -> DataError:
    return DataError(
        f"Writing {path.name} needs room on the disk of {path.parent}, but it is full. "
        "Free some space and run it again."
    )


@contextmanager
def locked(path: Path, patience: float = 10.0) -> Iterator[None]:
    """Hold the lock ``path`` while the block runs; the system lets go of it if the process dies.

    DataError if another process still holds it after so many seconds, or the folder cannot be
    written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path).acquire(timeout=patience, poll_interval=0.1)
    except Timeout:
        raise DataError(
            f"Another process is at work on {path.stem} and holds {path}. Wait until it has "
            "ended, then give the command again."
        ) from None
    except OSError as error:
        raise DataError(
            f"A lock needs a folder that can be written to, but {path.parent} is not "
            f"({error.strerror}). Make it a folder you may write to, or name another."
        ) from error
    with lock:
        yield


def remove_leftovers(path: Path) -> None:
    """Delete the temporary files of ``atomic_write`` that a killed process left beside ``path``."""
    for leftover in path.parent.glob(f".{path.stem}-????????{path.suffix}"):
        leftover.unlink(missing_ok=True)


def set_aside(path: Path) -> str:
    """Rename a damaged file of the cache to ``NAME.bad``; return a sentence that says so."""
    try:
        os.replace(path, path.with_name(path.name + ".bad"))
    except OSError:
        return f"It could not be set aside: delete {path}, then run this again."
    return f"It was set aside as {path.name}.bad: run this again to fetch a new one."


def verify(arrays: Mapping[str, np.ndarray], specs: Mapping[str, ArraySpec], origin: str) -> None:
    """Raise DataError unless every array has its type, its shape and its digest."""
    for name, spec in specs.items():
        array = arrays[name]
        if array.shape != spec.shape or array.dtype != np.dtype(spec.dtype):
            raise DataError(
                f"The array {name} must be {np.dtype(spec.dtype)} of shape {spec.shape}, but "
                f"{origin} has {array.dtype} of shape {array.shape}."
            )
        digest = sha256(array)
        if digest != spec.sha256:
            raise DataError(
                f"The array {name} must have the SHA-256 {spec.sha256[:16]}..., but in {origin} "
                f"it has {digest[:16]}...: its contents were altered."
            )


def read_npz(path: Path, specs: Mapping[str, ArraySpec]) -> dict[str, np.ndarray]:
    """Read the arrays named in ``specs`` from an npz file and verify them (DataError)."""
    try:
        found = read_arrays(path, only=specs.__contains__)
        arrays = {name: found[name] for name in specs}
    except UNREADABLE as error:
        raise DataError(
            f"{path} must be a whole npz file with the arrays {', '.join(specs)}, but it cannot "
            f"be read ({type(error).__name__}: {error})."
        ) from error
    verify(arrays, specs, str(path))
    return arrays


def read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes, the format of the original MNIST files.

    The header holds two zero bytes, the type 8 (unsigned byte), the number of dimensions and one
    big-endian 32-bit integer for each of them; the values follow in C order.
    """
    try:
        content = gzip.decompress(path.read_bytes())
        zeros, kind, dimensions = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{dimensions}I", content, 4)
        if (zeros, kind) != (0, 8):
            raise ValueError(f"the header must start with 00 00 08, not {content[:3].hex(' ')}")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except UNREADABLE as error:
        raise DataError(
            f"{path.name} must be a whole gzipped IDX file, but it cannot be read "
            f"({type(error).__name__}: {error})."
        ) from error
