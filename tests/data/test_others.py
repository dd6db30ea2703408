"""Images that are no digits: where they come from, their size and grey, and what is drawn."""

import numpy as np
import pytest
from scipy import stats

from gencore import data
from gencore.data import others
from gencore.data.others import resized
from tests.conftest import SMILES_FOLDER


@pytest.fixture
def coloured(monkeypatch):
    """Let three pictures stand for the emoji: red, green and blue."""
    pictures = np.zeros((3, 32, 32, 3), np.float32)
    for colour in range(3):
        pictures[colour, ..., colour] = 1
    words = {name: np.array(["a", "b", "c"]) for name in ("code", "category", "name", "part")}
    found = data.Emoji(noto=pictures, twemoji=1 - pictures, **words)
    monkeypatch.setattr(others, "load_emoji", lambda: found)


def test_images_have_the_form_of_digits_and_come_from_their_seed(coloured, digits):
    for name in data.OTHER_IMAGES:
        x = data.other_images(name, 3, seed=1)
        assert x.shape == (3, 28, 28, 1) and x.dtype == np.float32
        assert 0 <= x.min() and x.max() <= 1
        np.testing.assert_array_equal(x, data.other_images(name, 3, seed=1))
        if name != "blank":
            assert not np.array_equal(x, data.other_images(name, 3, seed=2))
            assert len({image.tobytes() for image in x}) == 3
    assert len(data.other_images("emoji", 100)) == 3
    assert len(data.other_images("inverted digits", 100, digits=digits.x_train[:7])) == 7


def test_colours_become_grey_by_their_weights(coloured):
    # Whole grey levels: 76, 150 and 29 of 255.
    x = data.other_images("emoji", 3)
    levels = sorted(np.unique(image).item() for image in np.rint(255 * x))
    assert levels == [round(255 * weight) for weight in (0.114, 0.299, 0.587)]


def test_an_image_is_made_smaller_by_the_lanczos_filter():
    # Oracle: the sums of Lanczos weights, by rows and columns; Pillow rounds to grey levels twice.
    def weights(size):
        scale = size / 28
        centres, places = scale * (np.arange(28) + 0.5), np.arange(size) + 0.5
        steps = (places - centres[:, None]) / scale
        found = np.sinc(steps) * np.sinc(steps / 3) * (np.abs(steps) < 3)
        return found / found.sum(axis=1, keepdims=True)

    smooth = np.cumsum(np.random.default_rng(0).normal(size=(2, 48, 48)), axis=1).cumsum(axis=2)
    x = (smooth - smooth.min()) / np.ptp(smooth)
    expected = np.clip(weights(48) @ x @ weights(48).T, 0, 1)
    np.testing.assert_allclose(resized(x[..., np.newaxis])[..., 0], expected, atol=2.5 / 255)


def test_noise_is_uniform_and_blank_is_the_ground():
    x = data.other_images("noise", 20)
    # Refused falsely once in 1e6.
    assert stats.kstest(x.ravel(), stats.uniform().cdf).pvalue > 1e-6
    assert not data.other_images("blank", 2).any()


def test_inverted_digits_are_the_test_part_or_those_given(digits):
    x = data.other_images("inverted digits", 5)
    known = {image.tobytes() for image in 1 - digits.x_test}
    assert {image.tobytes() for image in x} <= known and x.mean() > 0.5
    given = data.other_images("inverted digits", 2, digits=digits.x_train[:2])
    expected = {(1 - image).tobytes() for image in digits.x_train[:2]}
    assert {image.tobytes() for image in given} == expected


def test_faces_are_the_bundled_ones_where_there_are_no_others():
    x = data.other_images("faces", 1000)
    assert len(x) == 100
    bundled = resized(data.load_faces("bundled"))
    assert {image.tobytes() for image in x} == {image.tobytes() for image in bundled}


@pytest.mark.skipif(SMILES_FOLDER is None, reason="faces_48.npz is not in GENCORE_DATA")
def test_faces_are_those_of_the_folder(monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(SMILES_FOLDER))
    x = data.other_images("faces", 200)
    assert len({image.tobytes() for image in x}) == 200
    means = data.load_faces("smiles").mean(axis=(1, 2, 3))
    # Of 13,158 means with a deviation near 0.1: 200 of them, 5 standard errors.
    assert abs(x.mean() - means.mean()) < 5 * means.std() / np.sqrt(200)


def test_what_is_missing_or_unknown_is_said(digits):
    with pytest.raises(data.MissingDataError, match="emoji_32.npz"):
        data.other_images("emoji", 2)
    for call, words in (
        (lambda: data.other_images("cats", 2), "'faces', 'emoji', 'inverted digits', 'noise', 'b"),
        (lambda: data.other_images("noise", 0), "at least 1; received 0"),
        (lambda: data.other_images("noise", 2, seed=-1), "at least 0; received -1"),
        (lambda: data.other_images("blank", 2, digits=digits.x_test[:, :8]), r"\(m, 28, 28, 1\)"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
