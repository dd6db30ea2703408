"""Data in: digits, faces, emoji, pictures, texts, verified; noise, binary draws, densities.

Images are float32 arrays of shape (n, height, width, 1), emoji with three channels, with values in
[0, 1]. Data files are looked up in the folder that the environment variable ``GENCORE_DATA`` names,
then in the user's cache (``GENCORE_CACHE`` moves it), then downloaded unless ``GENCORE_OFFLINE`` is
``1``.
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
from gencore.data.emoji import Emoji, load_emoji
from gencore.data.faces import load_face_labels, load_faces
from gencore.data.files import DataError, MissingDataError
from gencore.data.images import load, load_digits, load_mnist, load_ring
from gencore.data.labels import few_of_each, one_hot, without_most
from gencore.data.others import OTHER_IMAGES, other_images
from gencore.data.pictures import PICTURES, load_picture
from gencore.data.split import Split
from gencore.data.texts import Text, load_text
from gencore.data.twins import twins
from gencore.data.vocabulary import Vocabulary
from gencore.data.wiener import denoise, undo_clipping
from gencore.data.words import WordVocabulary

__all__ = [
    "CORRUPTIONS",
    "DataError",
    "Emoji",
    "MissingDataError",
    "OTHER_IMAGES",
    "PICTURES",
    "Split",
    "Text",
    "Vocabulary",
    "WordVocabulary",
    "load",
    "load_mnist",
    "load_digits",
    "load_emoji",
    "load_face_labels",
    "load_faces",
    "load_picture",
    "load_ring",
    "load_text",
    "add_noise",
    "binarize",
    "blur",
    "corrupt",
    "denoise",
    "few_of_each",
    "gaussian_ring",
    "missing_pixels",
    "one_hot",
    "other_images",
    "twins",
    "ring_centres",
    "salt_and_pepper",
    "undo_clipping",
    "without_most",
    "wrong_labels",
]
