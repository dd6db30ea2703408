"""Pictures in colour: those that installed packages carry, three paintings, and the user's own."""

from __future__ import annotations

import io
import os
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gencore import checks
from gencore.data import fetch
from gencore.data.files import ArraySpec, DataError, MissingDataError

# Names, and where in an installed package the file is.
SCIKIT_IMAGE = {
    **{name: f"data/{name}.png" for name in ("astronaut", "brick", "camera", "chelsea", "coffee")},
    **{name: f"data/{name}.png" for name in ("coins", "grass", "gravel", "moon")},
    **{name: f"data/{name}.jpg" for name in ("retina", "rocket")},
    "hubble": "data/hubble_deep_field.jpg",
    "tissue": "data/ihc.png",
}
SCIKIT_LEARN = {name: f"datasets/images/{name}.jpg" for name in ("china", "flower")}
PAINTINGS = {
    "hokusai_wave": ArraySpec(
        (256, 256, 3), "b2e093092d04b0316cd52750486f4645c214ffbee24cc9e91318781b627baa81"
    ),
    "munch_scream": ArraySpec(
        (256, 256, 3), "f21727b7665fe8ee80c2caea611bcd35fd7168cd47aa851529db25efac538f0c"
    ),
    "turner_minotaur": ArraySpec(
        (256, 256, 3), "606284f44a1d3a202ccab08f24415777d2abdcf96494df86e793a33c63203f52"
    ),
}
PICTURES = (*SCIKIT_IMAGE, *SCIKIT_LEARN, *PAINTINGS)

LARGEST_FILE = 100_000_000  # pixels that are decoded in order to be made smaller
LARGEST = 16_777_216  # pixels of a picture that is returned, 200 MB
LONGEST = 8192
DEEP = {"I;16": 65535, "I;16B": 65535, "I;16L": 65535, "I;16N": 65535, "I": 65535, "F": 1}
ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")


def load_picture(
    picture: str | os.PathLike | bytes, size: int | None = None, square: bool = False
) -> np.ndarray:
    """Load a picture in colour by its name, from a file, or from the bytes of a file.

    A file is turned as its orientation says (EXIF), what is transparent shows white, grey and
    palettes become red, green and blue; of several frames the first is taken.

    Parameters
    ----------
    picture : str, path-like or bytes
        A name of ``data.PICTURES``, or the path of a file that Pillow reads. Photographs and
        textures come out of the packages scikit-image and scikit-learn; the three paintings,
        256x256, are in ``paintings_256.npz`` in ``GENCORE_DATA`` or the cache.
    size : int, optional
        Pixels of the longer side, to which the picture is made smaller or larger; as it is,
        without.
    square : bool
        Whether the square in the middle is cut out first.

    Returns
    -------
    ndarray of float32, shape (height, width, 3)
        Values in [0, 1].

    Raises
    ------
    ValueError
        If a size is no whole number from 1 to 8192, or a picture is neither named, nor a path,
        nor bytes, or empty.
    MissingDataError
        If there is no such picture or file, or its package is not installed.
    DataError
        If a file is no picture, is not whole, or has more pixels than are handled.
    """
    rule = "a picture comes by its name, by the path of a file or as the bytes of one"
    names = f"Known names: {', '.join(PICTURES)}."
    checks.kind(picture, str | os.PathLike | bytes, rule, names)
    if not picture:
        checks.refuse(rule, "an empty one", names)
    if size is not None:
        pixels = f"size is how many pixels the longer side has, from 1 to {LONGEST}"
        size = checks.whole(size, pixels, "Take 320, or none.", high=LONGEST)
    if isinstance(picture, str) and picture in PAINTINGS:
        return _finished(Image.fromarray(_painting(picture)), 255, size, square)
    source, title = _opened(picture)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes we judge ourselves; metadata are no matter
            return _decoded(source, title, size, square)
    except Image.DecompressionBombError as error:
        raise DataError(f"{title} has too many pixels ({error}). Make it smaller.") from error
    except UnidentifiedImageError as error:
        raise DataError(
            f"{title} must be a picture, but Pillow knows no format that begins like it. Give a "
            "JPEG or PNG file."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise DataError(
            f"{title} must be a whole picture, but it cannot be read ({type(error).__name__}: "
            f"{error}). Save it anew as a JPEG or PNG file."
        ) from error


def _painting(name: str) -> np.ndarray:
    """Return a painting, all three verified."""
    arrays = fetch.find("paintings_256.npz", PAINTINGS)
    if arrays is None:
        raise MissingDataError(
            f"The painting {name} needs paintings_256.npz in the folder GENCORE_DATA names or in "
            "the cache, but neither has it, and it is not downloaded. Set GENCORE_DATA to a folder "
            "that has it, give the path of a picture of your own, or take one that comes with a "
            f"package: {', '.join((*SCIKIT_IMAGE, *SCIKIT_LEARN))}."
        )
    return arrays[name]


def _opened(picture: Any) -> tuple[Any, str]:
    """Return what Pillow opens, and what a message calls it."""
    if isinstance(picture, bytes):
        return io.BytesIO(picture), "What was given"
    if isinstance(picture, str) and picture in (*SCIKIT_IMAGE, *SCIKIT_LEARN):
        return _in_package(picture), f"The picture {picture}"
    try:
        path = Path(picture).expanduser()
        there, folder = path.exists(), path.is_dir()
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise DataError(
            f"A picture has a path, but {checks.shown(picture)} is none ({error}). Give another."
        ) from error
    if folder:
        raise DataError(f"A picture is a file, but {path} is a folder. Name a file in it.")
    if not there:
        raise MissingDataError(
            f"There is no picture of the name {str(picture)!r}, and no such file. Known names: "
            f"{', '.join(PICTURES)}."
        )
    return path, f"The file {path}"


def _in_package(name: str) -> Path:
    """Return the file of a package; the package itself is not imported."""
    module, title, file = (
        ("skimage", "scikit-image", SCIKIT_IMAGE.get(name))
        if name in SCIKIT_IMAGE
        else ("sklearn", "scikit-learn", SCIKIT_LEARN[name])
    )
    spec = find_spec(module)
    for folder in (spec.submodule_search_locations if spec is not None else None) or ():
        if (path := Path(folder, str(file))).is_file():
            return path
    raise MissingDataError(
        f"The picture {name} comes with the package {title}, but it is not installed, or without "
        f"{file}. Install it: pip install {title}"
    )


def _decoded(source: Any, title: str, size: int | None, square: bool) -> np.ndarray:
    """Return the pixels of a file in [0, 1], upright and in three channels."""
    with Image.open(source) as image:
        count = image.width * image.height
        most = LARGEST if size is None else LARGEST_FILE
        if count > most:
            remedy = "Give a size." if count <= LARGEST_FILE else "Make it smaller."
            raise Image.DecompressionBombError(f"{image.width}x{image.height}; {remedy}")
        if size is not None and not square:
            image.draft(None, (2 * size, 2 * size))  # a JPEG is decoded at half, fourth, ... size
        upright = ImageOps.exif_transpose(image)
    if upright.mode in DEEP:
        values = np.asarray(upright, np.float32)
        white = DEEP[upright.mode]
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= white):
            raise ValueError(f"grey levels of {upright.mode} go from 0 to {white}")
        return _finished(Image.fromarray(values), white, size, square)
    if upright.mode in ALPHA or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        ground = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(ground, upright)
    return _finished(upright.convert("RGB"), 255, size, square)


def _finished(image: Image.Image, white: float, size: int | None, square: bool) -> np.ndarray:
    """Return an image, grey or in colour, cut and in its size, as (height, width, 3) in [0, 1]."""
    width, height = image.size
    if square:
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    if size is not None and size != max(image.size):
        sides = [max(1, round(side * size / max(image.size))) for side in image.size]
        image = image.resize((sides[0], sides[1]), Image.Resampling.LANCZOS)
    pixels = np.clip(np.asarray(image, np.float32) / np.float32(white), 0, 1)
    return np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels
