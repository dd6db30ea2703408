"""The data sets of three parts: MNIST, the bundled digits, points on a ring."""

import numpy as np

from gencore import checks
from gencore.data import fetch
from gencore.data.draws import gaussian_ring, ring_centres
from gencore.data.fetch import MNIST, MissingDataError
from gencore.data.files import sha256
from gencore.data.split import Split
from gencore.data.texts import EMBEDDED, SHAKESPEARE, load_text

MNIST_VALIDATION = 10_000
DIGITS_HELD_OUT = 300


def load(name: str = "auto") -> Split:
    """Load a data set: "mnist", "digits", "auto" (MNIST if it can be had, else digits), "ring".

    The texts, "shakespeare" and "python", come as :meth:`gencore.data.Text.split` gives them.

    Raises
    ------
    ValueError
        For an unknown name.
    DataError
        For a damaged file. "auto" replaces MNIST by the digits only where it is nowhere to be had.
    """
    loaders = {"auto": _load_auto, "mnist": load_mnist, "digits": load_digits, "ring": load_ring}
    loaders |= {name: lambda name=name: load_text(name).split() for name in (SHAKESPEARE, EMBEDDED)}
    return loaders[checks.choice(name, loaders, "the name of a data set")]()


def load_ring() -> Split:
    """Draw points around a ring of eight normal distributions: 25,000 + 5,000 + 5,000."""
    parts = {}
    for seed, (part, n) in enumerate({"train": 25_000, "valid": 5_000, "test": 5_000}.items()):
        parts[f"x_{part}"] = gaussian_ring(n, rng=seed)
        distances = np.linalg.norm(parts[f"x_{part}"][:, None] - ring_centres(), axis=2)
        parts[f"y_{part}"] = distances.argmin(axis=1)
    return Split("ring", **parts, source="eight normal distributions on a ring", digests={})


def _load_auto() -> Split:
    try:
        return load_mnist()
    except MissingDataError:
        return load_digits()


def load_mnist() -> Split:
    """Load MNIST (LeCun, Cortes and Burges): 50,000 + 10,000 + 10,000 images of digits.

    The validation part is the last 10,000 of the 60,000 training images. Every array is checked
    by its SHA-256, wherever it came from.

    Raises
    ------
    MissingDataError
        When no file and no host has it.
    DataError
        When a file is damaged (one in the cache is set aside), or the cache cannot be written to.
    """
    arrays = fetch.find("mnist.npz", MNIST)
    if arrays is None:
        try:
            arrays = fetch.download_mnist(fetch.cache_folder() / "mnist.npz")
        except MissingDataError as error:
            raise MissingDataError(
                "MNIST needs mnist.npz in the folder GENCORE_DATA names or in the cache, or a "
                f"network, but it is in neither. {error} Set GENCORE_DATA to a folder that has it, "
                "or try again with a network in a new Python process."
            ) from error
    x, y = unit_images(arrays["x_train"]), arrays["y_train"].astype(np.int64)
    return Split(
        name="mnist",
        x_train=x[:-MNIST_VALIDATION],
        y_train=y[:-MNIST_VALIDATION],
        x_valid=x[-MNIST_VALIDATION:],
        y_valid=y[-MNIST_VALIDATION:],
        x_test=unit_images(arrays["x_test"]),
        y_test=arrays["y_test"].astype(np.int64),
        source="MNIST handwritten digits (LeCun, Cortes and Burges), verified by SHA-256",
        digests={name: spec.sha256 for name, spec in MNIST.items()},
    )


def load_digits() -> Split:
    """Load scikit-learn's bundled handwritten digits as 28x28 images: 1,197 + 300 + 300.

    The 8x8 scans (values 0 to 16) are resampled by cubic splines to 20x20 pixels and centred in a
    frame of 28x28, which is how MNIST was made; values are clipped to [0, 1]. The split is
    stratified by digit and always the same.
    """
    from scipy.ndimage import zoom
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    scans, labels = (np.asarray(array) for array in datasets.load_digits(return_X_y=True))
    scans = scans.reshape(-1, 8, 8)
    framed = np.zeros((len(scans), 28, 28))
    for frame, scan in zip(framed, scans, strict=True):
        frame[4:24, 4:24] = zoom(scan, 2.5, order=3, mode="nearest", grid_mode=True)
    # Whole grey levels, as in MNIST: the last bits of a spline differ between machines.
    x = unit_images(np.rint(np.clip(framed / 16, 0, 1) * 255).astype(np.uint8))
    y = labels.astype(np.int64)
    rest, test = train_test_split(
        np.arange(len(y)), test_size=DIGITS_HELD_OUT, stratify=y, random_state=0
    )
    train, valid = train_test_split(
        rest, test_size=DIGITS_HELD_OUT, stratify=y[rest], random_state=0
    )
    return Split(
        name="digits",
        x_train=x[train],
        y_train=y[train],
        x_valid=x[valid],
        y_valid=y[valid],
        x_test=x[test],
        y_test=y[test],
        source="scikit-learn's bundled handwritten digits, resampled to 28x28; not MNIST",
        digests={
            "images": sha256(scans.astype(np.uint8)),
            "labels": sha256(labels.astype(np.uint8)),
        },
    )


def unit_images(pixels: np.ndarray) -> np.ndarray:
    """Return uint8 pixels (n, height, width) as float32 images (n, height, width, 1) in [0, 1]."""
    images = pixels.astype(np.float32)[..., np.newaxis]
    images /= 255
    return images
