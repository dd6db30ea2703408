"""Arrays out of npz files: what a file cannot hold is refused before memory is taken for it."""

import lzma
import math
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

# What NumPy, zipfile, gzip and struct raise on bytes that are not what they should be.
UNREADABLE = (
    *(OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, NotImplementedError),
    *(struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
    *(MemoryError, RuntimeError, SyntaxError, OverflowError),
)
DENSEST = 1032  # bytes that one byte of a deflated file becomes at most
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_arrays(path: Path, only: Callable[[str], Any] = bool) -> dict[str, np.ndarray]:
    """Return the arrays of an npz file by name, in its order; objects are never unpickled.

    The header of an array may say any shape, and NumPy would take memory for it before it reads.
    So the shape is compared with the bytes that there are.

    Parameters
    ----------
    path : Path
        The file.
    only : callable
        Of which names the arrays are read; by default of all.

    Raises
    ------
    UNREADABLE
        One of these errors, if the file is not whole.
    """
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        size = path.stat().st_size
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        return {name: _array(archive, info, size) for name, info in members.items() if only(name)}


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int) -> np.ndarray:
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in HEADERS:
            raise ValueError(f"{info.filename} has the unknown version {version}")
        shape, _, dtype = HEADERS[version](member)
        declared, head = math.prod(shape) * dtype.itemsize, member.tell()
    if dtype.hasobject:
        raise ValueError(f"{info.filename} holds objects, which are never unpickled")
    if min(shape, default=0) < 0 or head + declared != info.file_size or declared > DENSEST * size:
        raise ValueError(
            f"{info.filename} declares {declared} bytes, which the file's {size} do not hold"
        )
    with archive.open(info) as member:
        return np.lib.format.read_array(member, allow_pickle=False)
