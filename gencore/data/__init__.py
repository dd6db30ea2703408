"""Data in: MNIST, the bundled digits and texts, split and verified; noise, binary draws, densities.

Images are float32 arrays of shape (n, height, width, 1) with values in [0, 1]. Data files are
looked up in the folder that the environment variable ``GENCORE_DATA`` names, then in the user's
cache (``GENCORE_CACHE`` moves it), then downloaded unless ``GENCORE_OFFLINE`` is ``1``.
"""

from gencore.data.corruptions import (
    CORRUPTIONS,
    blur,
    corrupt,
    missing_pixels,
    salt_and_pepper,
    wrong_labels,
)
from gencore.data.draws import add_noise, binarize, gaussian_ring, ring_centres
from gencore.data.files import DataError, MissingDataError
from gencore.data.images import load, load_digits, load_faces, load_mnist, load_ring
from gencore.data.labels import one_hot
from gencore.data.split import Split
from gencore.data.texts import Text, load_text
from gencore.data.vocabulary import Vocabulary
from gencore.data.wiener import denoise, undo_clipping
from gencore.data.words import WordVocabulary

__all__ = [
    "CORRUPTIONS",
    "DataError",
    "MissingDataError",
    "Split",
    "Text",
    "Vocabulary",
    "WordVocabulary",
    "load",
    "load_mnist",
    "load_digits",
    "load_faces",
    "load_ring",
    "load_text",
    "add_noise",
    "binarize",
    "blur",
    "corrupt",
    "denoise",
    "gaussian_ring",
    "missing_pixels",
    "one_hot",
    "ring_centres",
    "salt_and_pepper",
    "undo_clipping",
    "wrong_labels",
]
