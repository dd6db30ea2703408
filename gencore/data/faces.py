"""Photographs of faces: four sets, each of images of one size."""

from __future__ import annotations

import os
import re
import zipfile
from typing import Any

import numpy as np

from gencore import checks
from gencore.data import fetch, hosts
from gencore.data.files import ArraySpec
from gencore.data.images import unit_images

COMMIT = "6afac66f50061948eed7da5a351cecd9c4a99fe3"
ARCHIVE = f"https://github.com/hromi/SMILEsmileD/archive/{COMMIT}.zip"
PHOTOGRAPH = re.compile(r"/SMILEs/(negatives/negatives|positives/positives)7/[^/]+\.jpg$")
SMALL = (48, 48)
BRIGHTEST = 242  # of the 256 grey levels of the Olivetti faces; scikit-learn divides by it
BUNDLED = 100


def smiles() -> dict[str, np.ndarray]:
    """Return the photographs of the archive, resized, and whether each smiles (DataError)."""
    from PIL import Image

    pixels, smile, seen = [], [], set()
    with hosts.downloaded([ARCHIVE], "the faces") as path, zipfile.ZipFile(path) as archive:
        for name in sorted(filter(PHOTOGRAPH.search, archive.namelist())):
            with archive.open(name) as file, Image.open(file) as image:
                grey = image.convert("L")
            if grey.tobytes() in seen:  # the same photograph under another number
                continue
            seen.add(grey.tobytes())
            pixels.append(np.asarray(grey.resize(SMALL, Image.Resampling.LANCZOS)))
            smile.append("/positives/" in name)
    return {"x": np.array(pixels, np.uint8), "smile": np.array(smile, np.uint8)}


def olivetti() -> dict[str, np.ndarray]:
    """Return the Olivetti faces in grey levels, by scikit-learn's loader (MissingDataError)."""
    fetch.reachable([])  # says so where downloads are forbidden
    from sklearn.datasets import fetch_olivetti_faces

    try:
        folder = str(fetch.cache_folder() / "scikit-learn")
        found: Any = fetch_olivetti_faces(data_home=folder, n_retries=1)
    except OSError as error:
        raise fetch.MissingDataError(f"scikit-learn's loader fails ({error}).") from error
    pixels = np.rint(BRIGHTEST * found["images"]).astype(np.uint8)
    return {"x": pixels, "person": found["target"].astype(np.uint8)}


FREY = hosts.Source(
    "frey_faces.npz",
    {
        "x": ArraySpec(
            (1965, 28, 20), "2438ba4f0d2a6bd8bac43de756141eaa33c8d248dd613d464bdb1210d9b7af78"
        )
    },
    "The Frey faces",
    "They are Brendan Frey's, published by Sam Roweis; no licence is stated.",
)
SMILES = hosts.Source(
    "faces_48.npz",
    {
        "x": ArraySpec(
            (13158, 48, 48), "77c0447e24c32e543c727197d063564b07e1b624985a54ea9b9751b4f151b806"
        ),
        "smile": ArraySpec(
            (13158,), "167f27273934b520de57ae4f8159415a5325262eebc3b2597f22c512f047c223"
        ),
    },
    "The faces with and without a smile",
    "They come from github.com/hromi/SMILEsmileD; no licence is stated, so they are for research.",
    smiles,
)
OLIVETTI = hosts.Source(
    "olivetti_64.npz",
    {
        "x": ArraySpec(
            (400, 64, 64), "a3f75007cc103363b61a63e06bec8ea4846407682ef6e7c9ae1eb9c1bd0e8a00"
        ),
        "person": ArraySpec(
            (400,), "2be463dfffb2fd54a24b159096fcda94b081231af18675570e89f8482dd2ea8d"
        ),
    },
    "The Olivetti faces",
    "They are of AT&T Laboratories Cambridge, which ask to be credited.",
    olivetti,
)
SOURCES = {"frey": FREY, "smiles": SMILES, "olivetti": OLIVETTI}
LABELS = {"smiles": "smile", "olivetti": "person"}


def load_faces(name: str = "frey", path: str | os.PathLike | None = None) -> np.ndarray:
    """Load photographs of faces, in grey.

    Looked up in ``GENCORE_DATA``, then in the cache; ``"smiles"`` and ``"olivetti"`` are
    downloaded where neither has them. All but the bundled ones are verified by SHA-256.

    Parameters
    ----------
    name : str
        ``"frey"``: 1,965 video frames of one face, in time order, 28 by 20 pixels (Roweis; no
        licence is stated). ``"smiles"``: 13,158 faces, 48 by 48, some with a smile, from
        github.com/hromi/SMILEsmileD (no licence is stated: research use). ``"olivetti"``: 400
        faces of 40 people, 64 by 64 (AT&T Laboratories Cambridge). ``"bundled"``: 100 faces of
        Labeled Faces in the Wild, 25 by 25, that scikit-image carries.
    path : path-like, optional
        The npz file of the set.

    Returns
    -------
    ndarray of float32, shape (n, height, width, 1)
        Values in [0, 1].

    Raises
    ------
    ValueError
        For an unknown name, or a path of the bundled faces.
    MissingDataError
        When no file and no host has them.
    DataError
        When a file is damaged, or the cache cannot be written to.
    """
    checks.choice(name, (*SOURCES, "bundled"), "the name of a set of faces")
    if name == "bundled":
        if path is not None:
            rule = "the bundled faces are in no file of their own"
            checks.refuse(rule, checks.shown(path), "Leave the path out.")
        from skimage.data import lfw_subset

        return lfw_subset()[:BUNDLED, ..., np.newaxis].astype(np.float32)
    return unit_images(hosts.arrays_of(SOURCES[name], path)["x"])


def load_face_labels(name: str, path: str | os.PathLike | None = None) -> np.ndarray:
    """Load one label for each face, in the order of :func:`load_faces`.

    Parameters
    ----------
    name : str
        ``"smiles"``: 1 where the face smiles, else 0. ``"olivetti"``: the person, 0 to 39.
    path : path-like, optional
        The npz file of the set.

    Returns
    -------
    ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        For the name of a set without labels.
    MissingDataError, DataError
        As for :func:`load_faces`.
    """
    checks.choice(name, LABELS, "the name of a set of faces with labels")
    return hosts.arrays_of(SOURCES[name], path)[LABELS[name]].astype(np.int64)
