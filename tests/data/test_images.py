"""The data sets: sizes, scales, splits that share nothing, names, and what a page says of them."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline
from sklearn import datasets

from gencore import data
from gencore.data.files import sha256
from tests.conftest import MNIST_FOLDER, ROOT

PARTS = ("train", "valid", "test")


def images(split):
    return {part: getattr(split, f"x_{part}") for part in PARTS}


def labels(split):
    return {part: getattr(split, f"y_{part}") for part in PARTS}


def rows(x):
    return {image.tobytes() for image in x}


def assert_well_formed(split, sizes):
    for part, size in zip(PARTS, sizes, strict=True):
        x, y = images(split)[part], labels(split)[part]
        assert x.shape == (size, 28, 28, 1) and x.dtype == np.float32
        assert y.shape == (size,) and y.dtype == np.int64
        assert x.min() == 0 and x.max() == 1
        assert set(np.unique(y)) == set(range(10))


def assert_shares_no_image(split):
    hashed = {part: rows(x) for part, x in images(split).items()}
    assert not hashed["train"] & hashed["test"]
    assert not hashed["train"] & hashed["valid"]
    assert not hashed["valid"] & hashed["test"]


def test_digits_are_whole_and_share_no_image(digits):
    split = data.load_digits()
    assert_well_formed(split, (1197, 300, 300))
    assert_shares_no_image(split)
    assert len(set().union(*(rows(x) for x in images(split).values()))) == 1797
    # Again the same: nothing is drawn from a hidden state.
    for part, x in images(digits).items():
        np.testing.assert_array_equal(x, images(split)[part])


def test_digits_are_stratified(digits):
    whole = np.bincount(np.concatenate(list(labels(digits).values()))) / 1797
    for y in labels(digits).values():
        # Stratifying rounds each count, so that it is off by less than two images.
        assert np.abs(np.bincount(y) - whole * len(y)).max() < 2


def test_digits_are_the_scans_resampled_and_centred(digits):
    scans, numbers = (np.asarray(array) for array in datasets.load_digits(return_X_y=True))
    split = data.load_digits()
    assert split.digests == {
        "images": sha256(scans.astype(np.uint8)),
        "labels": sha256(numbers.astype(np.uint8)),
    }
    # The oracle: an interpolating cubic spline through the scan, continued by its edge values, read
    # at the centres of pixels that are 2/5 as wide.
    continued = np.pad(scans.reshape(-1, 8, 8) / 16, ((0, 0), (12, 12), (12, 12)), mode="edge")
    centres = (np.arange(20) + 0.5) / 2.5 - 0.5
    for axis in (1, 2):
        continued = make_interp_spline(np.arange(-12, 20), continued, k=3, axis=axis)(centres)
    expected = np.pad(np.clip(continued, 0, 1), ((0, 0), (4, 4), (4, 4)))
    x = np.concatenate(list(images(split).values()))[..., 0]
    y = np.concatenate(list(labels(split).values()))
    for number in range(10):
        # Half a grey level, to which the images are rounded.
        np.testing.assert_allclose(
            x[y == number].mean(axis=0, dtype=np.float64),
            expected[numbers == number].mean(axis=0),
            rtol=0,
            atol=0.5 / 255,
        )


@pytest.mark.mnist
def test_mnist_is_whole_and_shares_no_image(mnist):
    assert_well_formed(mnist, (50_000, 10_000, 10_000))
    assert_shares_no_image(mnist)
    assert mnist.digests["x_test"].startswith("6d87418d") and not mnist.embedded
    with np.load(Path(str(MNIST_FOLDER), "mnist.npz")) as raw:
        np.testing.assert_array_equal(mnist.y_valid, raw["y_train"][-10_000:])
        np.testing.assert_array_equal(mnist.y_test, raw["y_test"])
        # Half a float32 step at 1: the values are grey levels divided by 255.
        np.testing.assert_allclose(
            mnist.x_valid[..., 0], raw["x_train"][-10_000:] / 255, rtol=0, atol=6e-8
        )


def test_validation_is_the_end_of_the_training_images(small_mnist, tmp_path, monkeypatch):
    np.savez(tmp_path / "mnist.npz", **small_mnist)
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    split = data.load_mnist()
    expected = {
        "train": (small_mnist["x_train"][:-3], small_mnist["y_train"][:-3]),
        "valid": (small_mnist["x_train"][-3:], small_mnist["y_train"][-3:]),
        "test": (small_mnist["x_test"], small_mnist["y_test"]),
    }
    for part, (x, y) in expected.items():
        # Half a float32 step at 1.
        np.testing.assert_allclose(images(split)[part][..., 0], x / 255, rtol=0, atol=6e-8)
        np.testing.assert_array_equal(labels(split)[part], y)
    assert_shares_no_image(split)
    assert split.digests == {name: sha256(array) for name, array in small_mnist.items()}


@pytest.mark.parametrize("name", ["MNIST", "cifar", "", None, 7, ["mnist"]])
def test_an_unknown_name_lists_the_known_ones(name):
    known = "'auto', 'mnist', 'digits', 'ring', 'shakespeare', 'python'; received"
    with pytest.raises(ValueError, match=known):
        data.load(name)


def test_auto_is_the_digits_where_mnist_cannot_be_had():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split = data.load()
    assert split.name == "digits" and split.embedded
    with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE is set.*Set GENCORE_DATA"):
        data.load("mnist")


def test_the_banner_says_that_these_are_not_mnist(digits):
    page = digits._repr_html_()
    for words in ('class="gencore-banner"', "not MNIST", "scikit-learn", "GENCORE_DATA", "1,197"):
        assert words in page
    assert "not MNIST" in repr(digits) and "300 test" in repr(digits)


@pytest.mark.mnist
def test_mnist_shows_its_provenance_and_no_banner():
    split = data.load().head(5)
    page = split._repr_html_()
    assert "gencore-banner" not in page and "LeCun" in page and "5 training" in page
    assert str(MNIST_FOLDER) not in page + repr(split)


def test_head_keeps_the_first_rows_of_each_part(digits):
    few = digits.head(4)
    for part in PARTS:
        np.testing.assert_array_equal(images(few)[part], images(digits)[part][:4])
        np.testing.assert_array_equal(labels(few)[part], labels(digits)[part][:4])
    assert few.digests == digits.digests and few.embedded
    assert len(digits.head(1000).x_test) == 300
    with pytest.raises(ValueError, match="n is a number of rows, at least 1; received 0"):
        digits.head(0)


def test_importing_data_loads_nothing_heavy():
    heavy = ["tensorflow", "keras", "sklearn", "scipy", "pooch", "matplotlib", "requests"]
    code = f"import sys, gencore.data; sys.exit(str([m for m in {heavy} if m in sys.modules]))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stderr.strip() == "[]"


def test_labels_become_rows_with_a_single_one():
    rows = data.one_hot([2, 0, 1], 3)
    np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    assert rows.dtype == np.float32
    for wrong in ([0, 3], [-1, 0], [0.5, 1]):
        with pytest.raises(ValueError, match="one of 0 to 2|whole numbers"):
            data.one_hot(wrong, 3)
    with pytest.raises(ValueError, match="one label for each example"):
        data.one_hot([0, 1], 3, count=3)


def test_the_ring_is_three_draws_around_eight_centres():
    ring = data.load("ring")
    centres = data.ring_centres()
    np.testing.assert_allclose(np.hypot(*centres.T), 2.0, rtol=1e-12)
    np.testing.assert_allclose(centres[2], [0, 2], atol=1e-12)
    for part, n in (("train", 25_000), ("valid", 5_000), ("test", 5_000)):
        points, labels = getattr(ring, f"x_{part}"), getattr(ring, f"y_{part}")
        assert points.shape == (n, 2) and points.dtype == np.float32
        # 50,000 coordinates of standard deviation 0.1: the estimate errs by 0.1 / sqrt(2 n); 5 of
        # these fail falsely once in 2e6 draws.
        spread = (points - centres[labels]).std()
        assert abs(spread - 0.1) < 5 * 0.1 / np.sqrt(4 * n)
    assert not np.array_equal(ring.x_valid, ring.x_test)
