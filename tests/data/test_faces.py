"""Faces: the sets that are looked up, made from what is downloaded, or carried by a package."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gencore import data
from gencore.data import faces, fetch, hosts
from gencore.data.files import ArraySpec, sha256
from tests.conftest import FACES_FOLDER, OLIVETTI_FOLDER, SMILES_FOLDER
from tests.data.test_fetch import cached_files

FOLDER = f"SMILEsmileD-{faces.COMMIT}/SMILEs"


def expect(monkeypatch, source, arrays):
    """Let these arrays be the ones that a source must have."""
    for name, array in arrays.items():
        spec = ArraySpec(array.shape, sha256(array), array.dtype.str)
        monkeypatch.setitem(source.specs, name, spec)


@pytest.fixture
def photographs(server, monkeypatch):
    """Serve an archive of five photographs, one of them twice; return what is made of them."""
    rng = np.random.default_rng(0)
    files = [io.BytesIO() for _ in range(5)]
    for file in files:
        Image.fromarray(rng.integers(256, size=(64, 64), dtype=np.uint8)).save(file, "JPEG")
    a, b, c, d, e = (file.getvalue() for file in files)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Not in the order of their paths, and beside files that are no photographs of the set.
        for name, content in (
            ("positives/positives7/2.jpg", d),
            ("positives/positives7/1.jpg", a),
            ("negatives/negatives7/9.jpg", b),
            ("negatives/negatives7/10.jpg", a),
            ("positives/positives7/3.jpg", c),
            ("negatives/negatives7/notes.txt", b"no photograph"),
            ("negatives/negatives8/1.jpg", e),
        ):
            archive.writestr(f"{FOLDER}/{name}", content)
    server.files["/faces.zip"] = packed.getvalue()
    monkeypatch.setattr(faces, "ARCHIVE", f"{server.url}/faces.zip")
    small = [
        np.asarray(Image.open(io.BytesIO(jpeg)).resize((48, 48), Image.Resampling.LANCZOS))
        for jpeg in (a, b, d, c)
    ]
    arrays = {"x": np.stack(small), "smile": np.array([0, 0, 1, 1], np.uint8)}
    expect(monkeypatch, faces.SMILES, arrays)
    return arrays


def test_photographs_of_an_archive_are_made_small_once_each_and_kept(server, photographs):
    x = data.load_faces("smiles")
    # Half a float32 step at 1.
    np.testing.assert_allclose(x[..., 0], photographs["x"] / 255, rtol=0, atol=6e-8)
    assert x.shape == (4, 48, 48, 1) and x.dtype == np.float32
    asked = len(server.asked)
    np.testing.assert_array_equal(data.load_face_labels("smiles"), [0, 0, 1, 1])
    np.testing.assert_array_equal(data.load_faces("smiles"), x)
    assert cached_files() == ["faces_48.npz"] and len(server.asked) == asked


def test_an_archive_with_other_photographs_is_refused(server, photographs, monkeypatch):
    expect(monkeypatch, faces.SMILES, {"x": photographs["x"] ^ 1})
    with pytest.raises(data.DataError, match="in what was downloaded .* contents were altered"):
        data.load_faces("smiles")
    server.files["/faces.zip"] = server.files["/faces.zip"][:-40]
    with pytest.raises(data.MissingDataError, match="cannot be read .*no licence is stated"):
        data.load_faces("smiles")
    server.files.clear()
    with pytest.raises(data.MissingDataError, match="No host delivers the faces"):
        data.load_faces("smiles")
    assert cached_files() == []


def test_a_cache_that_cannot_be_written_to_is_said_before_the_download(
    server, photographs, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GENCORE_CACHE", str(tmp_path / "file"))
    with pytest.raises(data.DataError, match="Make it a folder you may write to"):
        data.load_faces("smiles")
    assert server.asked == []


def test_the_grey_levels_of_scikit_learns_faces_are_found_again(monkeypatch):
    # Its loader gives float32 values between 0 and 1: grey levels 0 to 242, divided by 242.
    rng = np.random.default_rng(1)
    grey = rng.integers(243, size=(6, 64, 64), dtype=np.uint8)
    person = np.repeat([0, 1, 2], 2)
    expect(monkeypatch, faces.OLIVETTI, {"x": grey, "person": person.astype(np.uint8)})
    given = np.float32(grey)
    given /= given.max()
    found = SimpleNamespace(images=given, target=person)
    monkeypatch.setattr("sklearn.datasets.fetch_olivetti_faces", lambda **_: vars(found))
    with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE is set.*ask to be credited"):
        data.load_faces("olivetti")
    monkeypatch.delenv("GENCORE_OFFLINE")
    x = data.load_faces("olivetti")
    np.testing.assert_allclose(x[..., 0], grey / 255, rtol=0, atol=6e-8)
    np.testing.assert_array_equal(data.load_face_labels("olivetti"), person)
    assert "olivetti_64.npz" in cached_files()

    def unreachable(**_):
        raise OSError("no route to host")

    monkeypatch.setattr("sklearn.datasets.fetch_olivetti_faces", unreachable)
    (fetch.cache_folder() / "olivetti_64.npz").unlink()
    with pytest.raises(data.MissingDataError, match="scikit-learn's loader fails .no route"):
        data.load_faces("olivetti")


def test_the_bundled_faces_are_those_of_scikit_image():
    from skimage.data import lfw_subset

    x = data.load_faces("bundled")
    assert x.shape == (100, 25, 25, 1) and x.dtype == np.float32
    # The second hundred of the package are no faces; float32 of values up to 1.
    np.testing.assert_allclose(x[..., 0], lfw_subset()[:100], rtol=0, atol=6e-8)
    assert len({image.tobytes() for image in x}) == 100


@pytest.mark.skipif(FACES_FOLDER is None, reason="frey_faces.npz is not in GENCORE_DATA")
def test_frey_faces_are_read_from_the_folder_and_from_a_path(monkeypatch):
    found = data.load_faces(path=Path(str(FACES_FOLDER), "frey_faces.npz"))
    assert found.shape == (1965, 28, 20, 1) and found.dtype == np.float32
    assert 0 <= found.min() and 0.9 < found.max() <= 1
    monkeypatch.setenv("GENCORE_DATA", str(FACES_FOLDER))
    np.testing.assert_array_equal(data.load_faces(), found)


@pytest.mark.skipif(SMILES_FOLDER is None, reason="faces_48.npz is not in GENCORE_DATA")
def test_of_the_faces_more_than_a_quarter_smile(monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(SMILES_FOLDER))
    x, smile = data.load_faces("smiles"), data.load_face_labels("smiles")
    assert x.shape == (13_158, 48, 48, 1) and smile.shape == (13_158,)
    assert x.min() == 0 and x.max() == 1
    assert set(smile) == {0, 1} and 0.25 < smile.mean() < 0.3
    # Mouths in a smile are brighter: the teeth. Of 13,158 faces no other sign of the difference.
    mouths = x[:, 34:42, 18:30].mean(axis=(1, 2, 3))
    assert mouths[smile == 1].mean() > mouths[smile == 0].mean() + 0.02


@pytest.mark.skipif(OLIVETTI_FOLDER is None, reason="olivetti_64.npz is not in GENCORE_DATA")
def test_of_each_person_there_are_ten_faces(monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(OLIVETTI_FOLDER))
    x, person = data.load_faces("olivetti"), data.load_face_labels("olivetti")
    assert x.shape == (400, 64, 64, 1)
    np.testing.assert_array_equal(np.bincount(person), np.full(40, 10))
    # The nearest other face of most is of the same person.
    rows = x.reshape(400, -1)
    squares = np.square(rows[:, None] - rows[None]).sum(axis=2) + 1e9 * np.eye(400)
    assert (person[squares.argmin(axis=1)] == person).mean() > 0.9


def test_faces_that_are_missing_or_damaged(tmp_path, monkeypatch):
    with pytest.raises(data.MissingDataError, match="no licence is stated. Give its path"):
        data.load_faces()
    for name in ("smiles", "olivetti"):
        with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE is set"):
            data.load_faces(name)
    with pytest.raises(data.DataError, match="FileNotFoundError.*Give the path of the right file"):
        data.load_faces(path=tmp_path / "none.npz")
    x = np.zeros((4, 28, 20), np.uint8)
    np.savez(tmp_path / "faces.npz", x=x)
    with pytest.raises(data.DataError, match=r"shape \(1965, 28, 20\)"):
        data.load_faces(path=tmp_path / "faces.npz")
    expect(monkeypatch, faces.FREY, {"x": x})
    assert data.load_faces(path=str(tmp_path / "faces.npz")).shape == (4, 28, 20, 1)


def test_an_unknown_set_of_faces_lists_the_known_ones(tmp_path):
    for name in ("smile", "", None, 7, tmp_path):
        with pytest.raises(ValueError, match="'frey', 'smiles', 'olivetti', 'bundled'; received"):
            data.load_faces(name)
    with pytest.raises(ValueError, match="with labels is one of 'smiles', 'olivetti'; received"):
        data.load_face_labels("frey")
    with pytest.raises(ValueError, match="in no file of their own"):
        data.load_faces("bundled", tmp_path)
    with pytest.raises(ValueError, match="read from a file; received 7"):
        data.load_faces("frey", 7)


def test_texts_of_a_file_are_verified_too(tmp_path):
    words = np.array(["one", "two"])
    source = hosts.Source("words.npz", {"w": ArraySpec((2,), sha256(words), "<U3")}, "", "")
    np.savez(tmp_path / "words.npz", w=words)
    np.testing.assert_array_equal(hosts.arrays_of(source, tmp_path / "words.npz")["w"], words)
    for other, words in (
        (np.array(["one", "too"]), "have the SHA-256"),
        (np.array(["one", "three"]), "be <U3 of shape .* has <U5"),
        (np.zeros(2, np.uint8), "be <U3 of shape .* has uint8"),
    ):
        np.savez(tmp_path / "words.npz", w=other)
        with pytest.raises(data.DataError, match=f"The array w must {words}"):
            hosts.arrays_of(source, tmp_path / "words.npz")
