"""Pictures by name, from files of every kind, and what is refused."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from gencore import data
from gencore.data import fetch, pictures
from tests.conftest import ROOT

# A picture of which no turned or mirrored copy is the same: red, green over blue, white.
CORNERS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)


def saved(path, pixels, mode=None, **options):
    """Write pixels as a file, and return its path."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    (image if mode is None else image.convert(mode)).save(path, **options)
    return path


# --- By name -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*pictures.SCIKIT_IMAGE, *pictures.SCIKIT_LEARN])
def test_pictures_of_the_packages_have_three_channels_between_black_and_white(name):
    found = data.load_picture(name)
    assert found.dtype == np.float32 and found.ndim == 3 and found.shape[2] == 3
    assert 0 <= found.min() < 0.3 and 0.7 < found.max() <= 1


def test_a_picture_has_the_pixels_of_its_package():
    from skimage import data as images

    np.testing.assert_array_equal(np.rint(255 * data.load_picture("chelsea")), images.chelsea())
    np.testing.assert_array_equal(
        np.rint(255 * data.load_picture("camera")), np.repeat(images.camera()[..., None], 3, 2)
    )


def test_a_picture_loads_neither_its_package_nor_tensorflow():
    code = (
        "import sys; from gencore import data; data.load_picture('coffee', 8); "
        "data.load_picture('china', 8); sys.exit(bool({'skimage', 'sklearn', 'tensorflow'} "
        "& set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(data.MissingDataError, match="pip install scikit-image"):
        data.load_picture("coffee")


def test_a_painting_that_is_nowhere_is_missed_with_what_to_do():
    with pytest.raises(data.MissingDataError, match="Set GENCORE_DATA .* astronaut"):
        data.load_picture("munch_scream")


def paintings(folder, monkeypatch, spoilt=False):
    """Write three random pictures as the paintings, with digests that fit unless spoilt."""
    rng = np.random.default_rng(0)
    arrays = {
        name: rng.integers(256, size=(256, 256, 3), dtype=np.uint8) for name in pictures.PAINTINGS
    }
    for name, array in arrays.items():
        spec = pictures.ArraySpec(array.shape, pictures_digest(array))
        monkeypatch.setitem(pictures.PAINTINGS, name, spec)
    if spoilt:
        arrays["turner_minotaur"][0, 0, 0] ^= 1
    np.savez(folder / "paintings_256.npz", **arrays)
    monkeypatch.setenv("GENCORE_DATA", str(folder))
    return arrays


def pictures_digest(array):
    from gencore.data.files import sha256

    return sha256(array)


def test_a_painting_comes_out_of_its_file(tmp_path, monkeypatch):
    arrays = paintings(tmp_path, monkeypatch)
    found = data.load_picture("munch_scream")
    np.testing.assert_array_equal(np.rint(255 * found), arrays["munch_scream"])


def test_one_changed_painting_is_noticed_whichever_is_asked_for(tmp_path, monkeypatch):
    paintings(tmp_path, monkeypatch, spoilt=True)
    with pytest.raises(data.DataError, match="turner_minotaur must have the SHA-256"):
        data.load_picture("munch_scream")


def test_a_damaged_file_of_paintings_in_the_cache_is_set_aside():
    folder = fetch.cache_folder()
    folder.mkdir(parents=True)
    (folder / "paintings_256.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(data.DataError, match="set aside"):
        data.load_picture("hokusai_wave")
    assert (folder / "paintings_256.npz.bad").exists()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(data.MissingDataError, match="'nobody'.*astronaut.*munch_scream"):
        data.load_picture("nobody")


# --- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [str, lambda path: path, lambda path: path.read_bytes()])
def test_a_file_comes_by_its_path_or_its_bytes(tmp_path, given):
    path = saved(tmp_path / "corners.png", CORNERS)
    np.testing.assert_array_equal(data.load_picture(given(path)), CORNERS / np.float32(255))


def test_a_name_is_a_name_and_its_path_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "coffee", CORNERS, format="PNG")
    assert data.load_picture("coffee").shape == (400, 600, 3)
    assert data.load_picture("./coffee").shape == (2, 2, 3)


# What each orientation of EXIF asks a viewer to do with the pixels as they are stored.
TURNS = {
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: np.rot90(x, -1),
    7: lambda x: x.swapaxes(0, 1)[::-1, ::-1],
    8: lambda x: np.rot90(x),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_a_photograph_stands_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    wide = np.concatenate([CORNERS, CORNERS[:, :1]], axis=1)
    path = saved(tmp_path / "turned.png", wide, exif=exif)
    np.testing.assert_array_equal(np.rint(255 * data.load_picture(path)), TURNS[orientation](wide))


def test_what_is_transparent_is_white(tmp_path):
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 3] = 0, 51, 255
    found = data.load_picture(saved(tmp_path / "clear.png", rgba))
    # Black over white with the alpha a is 1 - a.
    np.testing.assert_allclose(found[0, :, 0], [1, 0.8, 0], atol=1 / 255)


@pytest.mark.parametrize("mode", ["LA", "P"])
def test_other_kinds_of_transparency_are_white_too(tmp_path, mode):
    if mode == "LA":
        image = Image.fromarray(np.array([[[0, 0], [0, 255]]], np.uint8), "LA")
        path = saved(tmp_path / "clear.png", image)
    else:
        image = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
        image.putpalette([0, 0, 0, 0, 0, 0])
        path = saved(tmp_path / "clear.png", image, transparency=0)
    np.testing.assert_array_equal(data.load_picture(path)[0], [[1, 1, 1], [0, 0, 0]])


def test_grey_palettes_and_bits_become_three_channels(tmp_path):
    ramp = np.arange(0, 256, 51, dtype=np.uint8)[None]
    grey = data.load_picture(saved(tmp_path / "grey.png", ramp))
    np.testing.assert_allclose(grey, np.repeat(ramp[..., None], 3, 2) / 255, atol=1e-7)
    palette = Image.fromarray(CORNERS).quantize(4)
    np.testing.assert_allclose(
        data.load_picture(saved(tmp_path / "palette.png", palette)), CORNERS / 255, atol=2 / 255
    )
    bits = data.load_picture(saved(tmp_path / "bits.png", ramp > 100, mode="1"))
    np.testing.assert_array_equal(bits[0, :, 1], ramp[0] > 100)


@pytest.mark.parametrize(
    ("dtype", "suffix"), [("uint16", "png"), ("uint16", "tif"), (">u2", "tif")]
)
def test_sixteen_bits_are_not_cut_to_eight(tmp_path, dtype, suffix):
    levels = np.array([[0, 1, 257, 32768, 65535]], dtype)
    path = saved(tmp_path / f"deep.{suffix}", levels)
    found = data.load_picture(path)
    assert found.shape == (1, 5, 3)
    # float32 resolves 1/65535 to better than 1e-7.
    np.testing.assert_allclose(found[0, :, 2], levels[0].astype(float) / 65535, atol=1e-7)


def test_inks_become_light(tmp_path):
    # Without ink paper is white; all cyan takes the red away, all black everything.
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)
    found = data.load_picture(saved(tmp_path / "inks.tif", Image.fromarray(inks, "CMYK")))
    np.testing.assert_array_equal(found[0], [[1, 1, 1], [0, 1, 1], [0, 0, 0]])


def test_of_an_animation_the_first_frame_is_taken(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(data.load_picture(tmp_path / "two.gif")[0, 0], [1, 0, 0])


# --- Sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "size", "square", "wanted"),
    [
        ((30, 60), 20, False, (10, 20)),
        ((60, 30), 20, False, (20, 10)),
        ((30, 60), 20, True, (20, 20)),
        ((30, 60), None, True, (30, 30)),
        ((30, 60), 120, False, (60, 120)),
        ((1, 1), None, False, (1, 1)),
        ((1, 1), 5, False, (5, 5)),
        ((1, 1000), 10, False, (1, 10)),
    ],
)
def test_the_longer_side_has_the_size(tmp_path, shape, size, square, wanted):
    path = saved(tmp_path / "flat.png", np.full((*shape, 3), 51, np.uint8))
    found = data.load_picture(path, size, square)
    assert found.shape == (*wanted, 3)
    np.testing.assert_allclose(found, 0.2, atol=1e-6)


def test_the_square_is_that_in_the_middle(tmp_path):
    wide = np.zeros((2, 8, 3), np.uint8)
    wide[:, 3:5] = 255
    found = data.load_picture(saved(tmp_path / "wide.png", wide), square=True)
    np.testing.assert_array_equal(found, np.ones((2, 2, 3)))


def test_a_smaller_picture_keeps_the_mean(tmp_path):
    x = np.random.default_rng(0).integers(256, size=(64, 96, 3), dtype=np.uint8)
    found = data.load_picture(saved(tmp_path / "noise.png", x), 24)
    # A resampling kernel sums to one: the mean stays but for rounding and the border's weights.
    np.testing.assert_allclose(found.mean((0, 1)), x.mean((0, 1)) / 255, atol=0.02)


def png_header(width, height):
    """Return a PNG file that promises pixels and has hardly any."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100))


@pytest.mark.parametrize(
    ("sides", "size", "words"),
    [
        ((5000, 5000), None, "too many pixels.*Give a size"),
        ((20_000, 20_000), 100, "too many pixels.*smaller"),
        ((100_000, 100_000), 100, "too many pixels"),
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_does(sides, size, words):
    with pytest.raises(data.DataError, match=words):
        data.load_picture(png_header(*sides), size)


def test_a_large_photograph_is_made_small(tmp_path):
    x = np.zeros((5000, 5000, 3), np.uint8)
    x[:, 2500:] = 255
    path = saved(tmp_path / "large.jpg", x)
    found = data.load_picture(path, 50)
    assert found.shape == (50, 50, 3)
    np.testing.assert_allclose(found[:, [0, -1]], [[[0, 0, 0], [1, 1, 1]]] * 50, atol=0.02)


def test_a_photograph_is_not_decoded_coarser_than_it_is_shown(tmp_path):
    """Stripes of four pixels are two wide at half the size; at an eighth they would be grey."""
    stripes = np.repeat(np.tile(np.repeat([0, 255], 4), 50)[None], 400, axis=0).astype(np.uint8)
    found = data.load_picture(saved(tmp_path / "stripes.jpg", stripes, quality=95), 200)
    assert found.shape == (200, 200, 3)
    # Black and white in equal parts deviate by 0.5, of which a Lanczos kernel leaves most.
    assert 0.35 < found.std() <= 0.5


# --- Refused -----------------------------------------------------------------------------------


def test_no_picture_is_no_picture(tmp_path):
    (tmp_path / "text.png").write_text("This is a text.")
    with pytest.raises(data.DataError, match="Pillow knows no format"):
        data.load_picture(tmp_path / "text.png")
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype=np.uint8)).save(
        whole, "PNG"
    )
    with pytest.raises(data.DataError, match="whole picture"):
        data.load_picture(whole.getvalue()[:2000])
    with pytest.raises(data.DataError, match="folder"):
        data.load_picture(tmp_path)
    with pytest.raises(data.DataError, match="grey levels of F"):
        data.load_picture(saved(tmp_path / "f.tif", np.full((2, 2), -1.0, np.float32)))


@pytest.mark.parametrize("picture", [None, 3, "", b"", np.zeros((2, 2, 3))])
def test_what_is_no_name_is_refused(picture):
    with pytest.raises(ValueError, match="received"):
        data.load_picture(picture)


@pytest.mark.parametrize("size", [0, -1, 2.5, "large", 8193, True])
def test_a_size_is_a_whole_number(size):
    with pytest.raises(ValueError, match="from 1 to 8192; received"):
        data.load_picture("coffee", size)
