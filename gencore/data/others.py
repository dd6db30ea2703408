"""Images that are no digits, in the shape of digits: what a detector of anomalies is shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gencore import checks
from gencore.data.emoji import load_emoji
from gencore.data.faces import load_faces
from gencore.data.fetch import MissingDataError
from gencore.data.images import load

SIDE = 28


def other_images(name: str, n: int, seed: int = 0, digits: np.ndarray | None = None) -> np.ndarray:
    """Return images of 28 by 28 grey pixels that are no digits, drawn with a seed.

    Parameters
    ----------
    name : str
        ``"faces"``: photographs of faces, those of ``load_faces("smiles")``, or, where these cannot
        be had, the 100 bundled ones. ``"emoji"``: those of Noto, in grey on their white ground.
        ``"inverted digits"``: digits, black on white. ``"noise"``: each pixel uniform in [0, 1].
        ``"blank"``: the ground alone, 0.
    n : int
        How many at most; a set that has fewer gives all of them. None comes twice, but for blanks.
    seed : int
        Decides which are drawn, and their order.
    digits : ndarray, shape (m, 28, 28, 1), optional
        Digits to invert; by default the test part of ``load()``.

    Returns
    -------
    ndarray of float32, shape (n, 28, 28, 1)
        Values in [0, 1]. Faces and emoji are resized by Pillow's Lanczos filter, and colours
        become grey by its weights (ITU-R 601-2: 0.299 red, 0.587 green, 0.114 blue).

    Raises
    ------
    ValueError
        If the name is unknown, n is below 1, or digits have another shape.
    MissingDataError
        When no file and no host has the emoji.
    DataError
        When a file is damaged, or the cache cannot be written to.
    """
    checks.choice(name, OTHER_IMAGES, "the name of images that are no digits")
    n = checks.whole(n, "n is a number of images, at least 1", "Ask for one or more.", high=10**6)
    seed = checks.whole(seed, "a seed is a whole number of at least 0", low=0)
    if digits is not None:
        shape = (None, SIDE, SIDE, 1)
        form = f"the shape (m, {SIDE}, {SIDE}, 1)"
        digits = checks.array(digits, "digits", form, shape=shape, low=0, high=1)
    return OTHER_IMAGES[name](n, np.random.default_rng(seed), digits)


def faces(n: int, rng: np.random.Generator, _: np.ndarray | None) -> np.ndarray:
    """Return faces."""
    try:
        found = load_faces("smiles")
    except MissingDataError:
        found = load_faces("bundled")
    return resized(some_of(found, n, rng))


def emoji(n: int, rng: np.random.Generator, _: np.ndarray | None) -> np.ndarray:
    """Return emoji in grey."""
    return resized(some_of(load_emoji().noto, n, rng))


def inverted(n: int, rng: np.random.Generator, digits: np.ndarray | None) -> np.ndarray:
    """Return digits, black on white."""
    found = load().x_test if digits is None else digits
    return (1 - some_of(found, n, rng)).astype(np.float32)


def noise(n: int, rng: np.random.Generator, _: np.ndarray | None) -> np.ndarray:
    """Return uniform noise."""
    return rng.random((n, SIDE, SIDE, 1), np.float32)


def blank(n: int, _: np.random.Generator, __: np.ndarray | None) -> np.ndarray:
    """Return empty images."""
    return np.zeros((n, SIDE, SIDE, 1), np.float32)


Draw = Callable[[int, np.random.Generator, "np.ndarray | None"], np.ndarray]
OTHER_IMAGES: dict[str, Draw] = {
    "faces": faces,
    "emoji": emoji,
    "inverted digits": inverted,
    "noise": noise,
    "blank": blank,
}


def some_of(images: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return images drawn without replacement, at most all of them."""
    return images[rng.permutation(len(images))[:n]]


def resized(images: np.ndarray) -> np.ndarray:
    """Return images in [0, 1], shape (n, height, width, channels), as 28 by 28 grey pixels."""
    from PIL import Image

    pixels = np.rint(255 * images).astype(np.uint8)
    small = [
        Image.fromarray(one if one.shape[-1] == 3 else one[..., 0])
        .convert("L")
        .resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        for one in pixels
    ]
    return np.stack([np.asarray(one) for one in small])[..., np.newaxis].astype(np.float32) / 255
