"""Emoji of two studios: cut out of their sheets, in parts that share no picture."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gencore import data
from gencore.data import emoji
from gencore.data.emoji import part_of
from tests.conftest import EMOJI_FOLDER
from tests.data.test_faces import expect
from tests.data.test_fetch import cached_files


def listed(code, place, google=True, twitter=True):
    return {
        **{"unified": code, "category": "Symbols", "short_name": f"name of {code}"},
        **{"sheet_x": place[0], "sheet_y": place[1]},
        **{"has_img_google": google, "has_img_twitter": twitter},
    }


@pytest.fixture
def sheets(server, monkeypatch):
    """Serve sheets of two by two pictures, three of which both studios have."""
    monkeypatch.setattr(emoji, "CDNS", (f"{server.url}/down", server.url))
    rng = np.random.default_rng(0)
    names = [("B-FE0F", (1, 0)), ("A", (0, 1)), ("C", (1, 1))]
    rows = [listed("D", (0, 0), twitter=False), *(listed(*name) for name in names)]
    packages = "/emoji-datasource-{0}@16.0.0/{1}"
    server.files[packages.format("google", "emoji.json")] = json.dumps(rows).encode()
    arrays = {
        "code": np.array([code for code, _ in names]),
        "category": np.full(3, "Symbols"),
        "name": np.array([f"name of {code}" for code, _ in names]),
    }
    for name, studio in (("noto", "google"), ("twemoji", "twitter")):
        pixels = rng.integers(256, size=(68, 68, 4), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels, "RGBA").save(file, "PNG")
        server.files[packages.format(studio, f"img/{studio}/sheets/32.png")] = file.getvalue()
        # On white: colour times opacity, and white times the rest.
        opaque = pixels[..., 3:] / 255
        on_white = np.rint(opaque * pixels[..., :3] + (1 - opaque) * 255).astype(np.uint8)
        pictures = [
            on_white[34 * y + 1 : 34 * y + 33, 34 * x + 1 : 34 * x + 33] for _, (x, y) in names
        ]
        arrays[name] = np.stack(pictures)
    expect(monkeypatch, emoji.EMOJI, arrays)
    return server, arrays


def test_pictures_are_cut_out_of_their_sheets_onto_white_and_kept(sheets):
    server, arrays = sheets
    found = data.load_emoji()
    for name in ("noto", "twemoji"):
        pictures = getattr(found, name)
        assert pictures.dtype == np.float32
        # Half a float32 step at 1.
        np.testing.assert_allclose(pictures, arrays[name] / 255, rtol=0, atol=6e-8)
    np.testing.assert_array_equal(found.code, ["B-FE0F", "A", "C"])
    np.testing.assert_array_equal(found.name, ["name of B-FE0F", "name of A", "name of C"])
    assert cached_files() == ["emoji_32.npz"]
    asked = len(server.asked)
    np.testing.assert_array_equal(data.load_emoji().noto, found.noto)
    assert len(server.asked) == asked


def test_emoji_that_are_altered_or_nowhere_are_an_error(sheets, monkeypatch, tmp_path):
    server, arrays = sheets
    expect(monkeypatch, emoji.EMOJI, {"name": arrays["name"][::-1]})
    with pytest.raises(data.DataError, match="The array name must .* what was downloaded"):
        data.load_emoji()
    server.files.clear()
    with pytest.raises(data.MissingDataError, match="the list of emoji .*down.*CC BY 4.0"):
        data.load_emoji()
    monkeypatch.setenv("GENCORE_OFFLINE", "1")
    with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE .*Set GENCORE_DATA"):
        data.load_emoji()
    with pytest.raises(data.DataError, match="Give the path of the right file"):
        data.load_emoji(tmp_path / "emoji.npz")
    assert cached_files() == []


@pytest.mark.skipif(EMOJI_FOLDER is None, reason="emoji_32.npz is not in GENCORE_DATA")
def test_twins_are_in_the_same_rows_and_no_part_shares_a_code_point():
    found = data.load_emoji(Path(str(EMOJI_FOLDER), "emoji_32.npz"))
    assert found.noto.shape == found.twemoji.shape == (1911, 32, 32, 3)
    assert found.noto.min() == 0 and found.noto.max() == 1
    assert len(set(found.code)) == 1911 and len(set(found.category)) == 10
    own = np.square(found.noto - found.twemoji).mean(axis=(1, 2, 3))
    other = np.square(found.noto - np.roll(found.twemoji, 1, axis=0)).mean(axis=(1, 2, 3))
    assert (own < other).mean() > 0.8
    # Shares of tenths of 1,691 groups: 3.5 standard errors of 0.7 % are 2.6 %. The split is fixed.
    shares = [np.mean(found.part == part) for part in ("train", "valid", "test")]
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=0.026)
    assert repr(found) == (
        "<Emoji: 1,911 of Noto and of Twemoji; 1,504 train, 203 valid, 204 test>"
    )
    parts = dict(zip(found.code, found.part, strict=True))
    jobs = [code for code in parts if code.startswith("1F9D1-200D-")]
    assert len(jobs) > 20
    for code in jobs:
        for person in ("1F468", "1F469"):
            assert parts.get(code.replace("1F9D1", person), parts[code]) == parts[code]


def test_a_part_follows_from_what_is_shown_alone():
    runner = part_of("1F3C3")
    for sex in ("2640", "2642"):
        assert part_of(f"1F3C3-200D-{sex}-FE0F") == runner
        assert part_of(f"1F3C3-200D-{sex}-FE0F-200D-27A1-FE0F") == runner
    for skin in ("1F3FB", "1F3FF"):
        assert part_of(f"1F3C3-{skin}") == runner
    assert len({part_of(f"1F1E6-{flag}") for flag in ("1F1E8", "1F1E9", "1F1EA", "1F1EB")}) > 1
    assert part_of("1F468") in ("train", "valid", "test")
