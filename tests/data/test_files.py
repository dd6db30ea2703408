"""Reading verified arrays, and writing a file whole or not at all."""

import errno
import gzip
import struct

import numpy as np
import pytest

from gencore import data
from gencore.data.files import atomic_write, read_idx, sha256


def idx_bytes(array):
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.mark.parametrize(
    "content",
    [b"", b"text", gzip.compress(b"\0\0\x0d\1\0\0\0\4abcd")],
    ids=["empty", "not-gzipped", "another-type"],
)
def test_what_is_no_idx_file_is_refused(content, tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(data.DataError, match="images.gz must be a whole gzipped IDX file"):
        read_idx(path)
    whole = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
    path.write_bytes(whole)
    np.testing.assert_array_equal(read_idx(path), np.arange(24).reshape(2, 3, 4))
    path.write_bytes(whole[:-9])
    with pytest.raises(data.DataError, match="images.gz must be a whole gzipped IDX file"):
        read_idx(path)


def test_sha256_is_that_of_the_bytes_in_c_order():
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    # From coreutils: printf '\0\1\2\3\4\5' | sha256sum
    known = "17e88db187afd62c16e5debf3e6527cd006bc012bc90b51a810cd80c2d511f43"
    assert sha256(array) == sha256(np.asfortranarray(array)) == known


def test_atomic_write_replaces_the_file_whole(tmp_path):
    path = tmp_path / "new" / "weights.npz"
    for value in (1, 2):
        with atomic_write(path) as temporary:
            assert temporary.parent == path.parent and temporary.suffix == ".npz"
            np.savez(temporary, value=value)
        assert np.load(path)["value"] == value
    assert [one.name for one in path.parent.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError])
def test_an_interrupted_write_leaves_the_old_file_and_no_litter(error, tmp_path):
    path = tmp_path / "card.json"
    path.write_text("old")
    with pytest.raises(error), atomic_write(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["card.json"]


def test_a_full_disk_is_said(tmp_path):
    with (
        pytest.raises(data.DataError, match="needs room on the disk"),
        atomic_write(tmp_path / "a"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_atomic_write_into_what_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(data.DataError, match="a.npz needs a folder .* Choose another."):
        with atomic_write(tmp_path / "file" / "a.npz", remedy="Choose another."):
            raise AssertionError("the block must not run")
