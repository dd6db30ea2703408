"""Emoji as two studios draw them: the twin of every picture is known."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from gencore.data import hosts
from gencore.data.files import ArraySpec

SIZE, MARGIN = 32, 1  # pixels of a picture of the sheet, and around it
STUDIOS = {"noto": "google", "twemoji": "twitter"}
CDNS = ("https://cdn.jsdelivr.net/npm", "https://unpkg.com")
VERSION = "16.0.0"
# Signs that change a person's sex, skin or direction, and the three persons that jobs are added to.
VARIATIONS = frozenset(
    "200D FE0F 2640 2642 27A1 1F3FB 1F3FC 1F3FD 1F3FE 1F3FF 1F468 1F469 1F9D1".split()
)
TENTHS = {0: "test", 1: "valid"}  # of the code points; the others train


@dataclass(frozen=True, eq=False, repr=False)
class Emoji:
    """Emoji of two studios, the same ones in the same order.

    Attributes
    ----------
    noto, twemoji : ndarray of float32, shape (1911, 32, 32, 3)
        Pictures of Noto Emoji (Google; Apache-2.0 and OFL) and of Twemoji (Twitter; CC BY 4.0, to
        be credited under every figure), on a white ground, values in [0, 1].
    code : ndarray of str, shape (1911,)
        Code points in hexadecimal, joined by hyphens.
    category, name : ndarray of str, shape (1911,)
        One of ten categories, and a short name.
    part : ndarray of str, shape (1911,)
        ``"train"``, ``"valid"`` or ``"test"``, about eight, one and one tenth. The part follows
        from the code points, without those that change a person's sex, skin or direction: what
        differs in no more than these, as a woman and a man who run, is in one part.
    """

    noto: np.ndarray
    twemoji: np.ndarray
    code: np.ndarray
    category: np.ndarray
    name: np.ndarray
    part: np.ndarray

    def __repr__(self) -> str:
        """Return how many there are, in a line, in the place of all arrays."""
        counts = ", ".join(f"{np.sum(self.part == part):,} {part}" for part in PARTS)
        return f"<Emoji: {len(self.code):,} of Noto and of Twemoji; {counts}>"


PARTS = ("train", "valid", "test")


def address(studio: str, file: str) -> list[str]:
    """Return where a file of a studio's package is served."""
    return [f"{cdn}/emoji-datasource-{studio}@{VERSION}/{file}" for cdn in CDNS]


def from_sheets() -> dict[str, np.ndarray]:
    """Return the pictures that both studios have, cut out of their sheets (DataError)."""
    from PIL import Image

    with ExitStack() as stack:
        listed = stack.enter_context(
            hosts.downloaded(address("google", "emoji.json"), "the list of emoji")
        )
        emoji = json.loads(listed.read_text("utf-8"))
        emoji = [one for one in emoji if one["has_img_google"] and one["has_img_twitter"]]
        arrays = {
            name: np.array([one[key] for one in emoji])
            for name, key in (("code", "unified"), ("category", "category"), ("name", "short_name"))
        }
        for name, studio in STUDIOS.items():
            addresses = address(studio, f"img/{studio}/sheets/{SIZE}.png")
            path = stack.enter_context(hosts.downloaded(addresses, f"the emoji of {name}"))
            with Image.open(path) as image:
                sheet = image.convert("RGBA")
            white = Image.new("RGBA", sheet.size, (255, 255, 255, 255))
            pixels = np.asarray(Image.alpha_composite(white, sheet).convert("RGB"))
            arrays[name] = np.stack([cut(pixels, one) for one in emoji])
    return arrays


def cut(sheet: np.ndarray, one: dict) -> np.ndarray:
    """Return the picture of one emoji on a sheet."""
    step = SIZE + 2 * MARGIN
    top, left = step * one["sheet_y"] + MARGIN, step * one["sheet_x"] + MARGIN
    return sheet[top : top + SIZE, left : left + SIZE]


EMOJI = hosts.Source(
    "emoji_32.npz",
    {
        "noto": ArraySpec(
            (1911, 32, 32, 3), "51bbfafb98e8a33b4c22f9ab561fd84201e3bc034ecfa9fd396cbc66d461ae4f"
        ),
        "twemoji": ArraySpec(
            (1911, 32, 32, 3), "72feab4800627fe69ddaaa5c66a61aa331dafc684e231333e013445419da7c50"
        ),
        "code": ArraySpec(
            (1911,), "6449ce38c2fbac89611555fe228793f60d5cddef9de7b4079d1a03eab42ab703", "<U42"
        ),
        "category": ArraySpec(
            (1911,), "5fdf2f21bc6388feae7807205588b49d50f5646f7fda68e89beb4df64c8db5fa", "<U17"
        ),
        "name": ArraySpec(
            (1911,), "4ac75bd4392ad785e517f9668650fa3fe3aa7bcb6c44d39676cac2b32c66decb", "<U54"
        ),
    },
    "The emoji",
    "They are those of the packages emoji-datasource-google and emoji-datasource-twitter 16.0.0 "
    "(MIT); the artwork is Noto Emoji (Apache-2.0, OFL) and Twemoji (CC BY 4.0).",
    from_sheets,
)


def load_emoji(path: str | os.PathLike | None = None) -> Emoji:
    """Load 1,911 emoji as two studios draw them, with their code points.

    Looked up in ``GENCORE_DATA``, then in the cache, then downloaded (15 MB); verified by SHA-256.

    Parameters
    ----------
    path : path-like, optional
        The npz file, ``emoji_32.npz``.

    Raises
    ------
    ValueError
        For what is no path.
    MissingDataError
        When no file and no host has them.
    DataError
        When a file is damaged, or the cache cannot be written to.
    """
    arrays = hosts.arrays_of(EMOJI, path)
    words = {name: arrays[name] for name in ("code", "category", "name")}
    pictures = {name: arrays[name].astype(np.float32) / np.float32(255) for name in STUDIOS}
    return Emoji(**pictures, **words, part=np.array([part_of(code) for code in arrays["code"]]))


def part_of(code: str) -> str:
    """Return the part that an emoji is in: a hash of what it shows decides, and nothing else."""
    points = code.split("-")
    shown = [point for point in points if point not in VARIATIONS] or points[:1]
    digest = hashlib.sha256("-".join(shown).encode()).hexdigest()
    return TENTHS.get(int(digest, 16) % 10, "train")
