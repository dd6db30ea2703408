"""Data sets beside MNIST: looked up, else downloaded, made into arrays, verified and kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gencore import checks
from gencore.data import fetch
from gencore.data.archives import UNREADABLE
from gencore.data.files import ArraySpec, atomic_write, check_writable, read_npz, verify


class Source(NamedTuple):
    """A data set that stands in one npz file.

    Attributes
    ----------
    file : str
        Name of the file.
    specs : mapping of str to ArraySpec
        What its arrays must be.
    what : str
        The data set, at the start of a sentence and in the plural.
    origin : str
        A sentence that says where it comes from, and under which licence.
    make : callable, optional
        Returns the arrays, from a public host (DataError).
    """

    file: str
    specs: Mapping[str, ArraySpec]
    what: str
    origin: str
    make: Callable[[], dict[str, np.ndarray]] | None = None


def arrays_of(source: Source, path: str | os.PathLike | None = None) -> dict[str, np.ndarray]:
    """Return the arrays of a data set, verified: of the file named, else from where they are found.

    Raises
    ------
    ValueError
        If the path is none.
    MissingDataError
        When no file and no host has them.
    DataError
        When a file is damaged, or the cache cannot be written to.
    """
    if path is not None:
        rule = f"{source.file} is read from a file"
        checks.kind(path, str | os.PathLike, rule, "Give its path, or none.")
        try:
            return read_npz(Path(path), source.specs)
        except fetch.DataError as error:
            raise fetch.DataError(f"{error} Give the path of the right file.") from error
    found = fetch.find(source.file, dict(source.specs))
    if found is not None:
        return found
    missing = (
        f"{source.what} need {source.file} in the folder GENCORE_DATA names or in the cache, but "
        "neither has it"
    )
    if source.make is None:
        raise fetch.MissingDataError(
            f"{missing}, and they are not downloaded. {source.origin} Give its path."
        )
    try:
        return kept(source, source.make)
    except fetch.MissingDataError as error:
        raise fetch.MissingDataError(
            f"{missing}, and they could not be downloaded. {error} {source.origin} Set "
            "GENCORE_DATA to a folder that has the file, or try again with a network in a new "
            "Python process."
        ) from error


def kept(source: Source, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return arrays that were made, verified and written into the cache (DataError)."""
    path = fetch.cache_folder() / source.file
    check_writable(path)
    try:
        arrays = make()
    except fetch.DataError:
        raise
    except UNREADABLE as error:
        raise fetch.MissingDataError(
            f"What was downloaded cannot be read ({type(error).__name__}: {error})."
        ) from error
    verify(arrays, source.specs, "what was downloaded")
    with atomic_write(path, remedy=fetch.CHOOSE_CACHE) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)
    return arrays


@contextmanager
def downloaded(addresses: Sequence[str], what: str) -> Iterator[Path]:
    """Give the file that the first of several addresses delivers, while the block runs.

    MissingDataError, with the reason of each, if none does.
    """
    with tempfile.TemporaryDirectory(prefix="gencore-") as folder:
        for address in fetch.reachable(addresses):
            path = Path(folder, address.rsplit("/", 1)[-1])
            try:
                fetch.download(address, path)
            except OSError as error:
                fetch.note_failure(address, error)
                continue
            yield path
            return
    raise fetch.undelivered(what, addresses)
