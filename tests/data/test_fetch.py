"""Data files: damaged, missing, cut off, unwritable; each with one clear error and no litter.

Downloads are tested against a server on loopback; the real hosts are never asked.
"""

import errno
import os
import shutil
import socket
import tempfile
from pathlib import Path

import numpy as np
import pytest

from gencore import data, zoo
from gencore.data import fetch
from tests.data.test_files import idx_bytes


def npz_bytes(folder, arrays):
    np.savez_compressed(folder / "source.npz", **arrays)
    return (folder / "source.npz").read_bytes()


def use_hosts(monkeypatch, server, *paths):
    monkeypatch.setattr(fetch, "MNIST_HOSTS", tuple(server.url + path for path in paths))


def cached_files():
    folder = fetch.cache_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def assert_is_small_mnist(split, arrays):
    np.testing.assert_array_equal(split.y_test, arrays["y_test"])
    # Half a float32 step at 1.
    np.testing.assert_allclose(split.x_test[..., 0], arrays["x_test"] / 255, rtol=0, atol=6e-8)


def test_npz_is_downloaded_once_and_kept(server, small_mnist, tmp_path, monkeypatch, capfd):
    server.files["/mnist.npz"] = npz_bytes(tmp_path, small_mnist)
    use_hosts(monkeypatch, server, "/mnist.npz")
    assert_is_small_mnist(data.load_mnist(), small_mnist)
    assert cached_files() == ["mnist.npz"]
    assert "100%" in capfd.readouterr().err
    asked = len(server.asked)
    assert_is_small_mnist(data.load("auto"), small_mnist)
    assert len(server.asked) == asked


def test_gzipped_idx_files_are_decoded_and_kept_as_npz(server, small_mnist, monkeypatch):
    for name, file in fetch.MNIST_IDX_FILES.items():
        server.files[f"/idx/{file}"] = idx_bytes(small_mnist[name])
    use_hosts(monkeypatch, server, "/idx/")
    assert_is_small_mnist(data.load_mnist(), small_mnist)
    assert cached_files() == ["mnist.npz"]
    server.files.clear()
    assert_is_small_mnist(data.load_mnist(), small_mnist)


def test_a_download_cut_off_goes_on_with_the_next_host(server, small_mnist, tmp_path, monkeypatch):
    server.files["/cut.npz"] = server.files["/whole.npz"] = npz_bytes(tmp_path, small_mnist)
    server.cut.add("/cut.npz")
    use_hosts(monkeypatch, server, "/cut.npz", "/whole.npz")
    assert_is_small_mnist(data.load_mnist(), small_mnist)
    assert "GET /cut.npz" in server.asked and "GET /whole.npz" in server.asked
    assert cached_files() == ["mnist.npz"]


def test_no_host_delivers(server, small_mnist, tmp_path, monkeypatch):
    whole = npz_bytes(tmp_path, small_mnist)
    altered = {**small_mnist, "y_test": small_mnist["y_test"] ^ 1}
    server.files["/cut.npz"] = whole
    server.cut.add("/cut.npz")
    server.files["/altered.npz"] = npz_bytes(tmp_path, altered)
    server.files["/login.npz"] = b"<html>Sign in to use this network</html>"
    for name, file in fetch.MNIST_IDX_FILES.items():
        server.files[f"/altered/{file}"] = idx_bytes(altered[name])
    paths = ("/cut.npz", "/altered.npz", "/login.npz", "/altered/", "/absent.npz")
    use_hosts(monkeypatch, server, *paths)
    with pytest.raises(data.MissingDataError, match="Set GENCORE_DATA") as caught:
        data.load_mnist()
    for path in paths:
        assert server.url + path in str(caught.value)
    assert str(caught.value).count("its contents were altered") == 2
    assert "does not have the file" in str(caught.value)
    assert cached_files() == []
    # The second call asks nobody, and "auto" falls back.
    asked = len(server.asked)
    assert data.load("auto").embedded
    assert len(server.asked) == asked


def test_hosts_that_do_not_answer_are_passed_over(server, small_mnist, tmp_path, monkeypatch):
    server.files["/mnist.npz"] = npz_bytes(tmp_path, small_mnist)
    monkeypatch.setattr(fetch, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        hosts = [f"http://127.0.0.1:{one.getsockname()[1]}/mnist.npz" for one in (silent, closed)]
        monkeypatch.setattr(fetch, "MNIST_HOSTS", (*hosts, f"{server.url}/mnist.npz"))
        assert_is_small_mnist(data.load_mnist(), small_mnist)
    assert set(fetch._failures) == set(hosts)
    assert "no connection (ConnectionError)" in fetch._failures[hosts[1]]


def test_an_unwritable_cache_is_said_before_anything_is_downloaded(
    server, small_mnist, tmp_path, monkeypatch
):
    server.files["/mnist.npz"] = npz_bytes(tmp_path, small_mnist)
    use_hosts(monkeypatch, server, "/mnist.npz")
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GENCORE_CACHE", str(tmp_path / "file" / "cache"))
    for name in ("mnist", "auto"):
        with pytest.raises(data.DataError, match="can be written to.*set GENCORE_CACHE") as caught:
            data.load(name)
        assert not isinstance(caught.value, data.MissingDataError)
    assert not any(line.startswith("GET") for line in server.asked)


def damage_by_cutting(path, arrays):
    np.savez_compressed(path, **arrays)
    path.write_bytes(path.read_bytes()[:-200])


def damage_one_pixel(path, arrays):
    x = arrays["x_train"].copy()
    x[3, 14, 14] ^= 1
    np.savez_compressed(path, **{**arrays, "x_train": x})


def damage_shape(path, arrays):
    np.savez_compressed(path, **{**arrays, "x_test": arrays["x_test"].reshape(-1, 784)})


def damage_type(path, arrays):
    np.savez_compressed(path, **{**arrays, "y_test": arrays["y_test"].astype(np.int64)})


def damage_by_leaving_out(path, arrays):
    np.savez_compressed(path, x_train=arrays["x_train"])


def damage_format(path, arrays):
    with path.open("wb") as file:
        np.save(file, arrays["x_train"])


def damage_to_text(path, arrays):
    path.write_text("mnist")


DAMAGES = {
    damage_by_cutting: "must be a whole npz file.*cannot be read",
    damage_one_pixel: "x_train must have the SHA-256 .* altered",
    damage_shape: r"x_test must be uint8 of shape \(5, 28, 28\), but .* \(5, 784\)",
    damage_type: "y_test must be uint8 .* int64",
    damage_by_leaving_out: "must be a whole npz file with the arrays .*y_train",
    damage_format: "must be a whole npz file",
    damage_to_text: "must be a whole npz file",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_in_the_cache_is_set_aside(damage, small_mnist):
    path = fetch.cache_folder() / "mnist.npz"
    path.parent.mkdir()
    damage(path, small_mnist)
    content = path.read_bytes()
    with pytest.raises(data.DataError, match=f"{DAMAGES[damage]}.*set aside as mnist.npz.bad"):
        data.load("auto")
    assert cached_files() == ["mnist.npz.bad"]
    assert path.with_name("mnist.npz.bad").read_bytes() == content
    with pytest.raises(data.MissingDataError):
        data.load_mnist()


def test_a_damaged_file_that_cannot_be_set_aside_is_said(small_mnist, monkeypatch):
    path = fetch.cache_folder() / "mnist.npz"
    path.with_name("mnist.npz.bad").mkdir(parents=True)
    damage_to_text(path, small_mnist)
    with pytest.raises(data.DataError, match=f"could not be set aside: delete {path}"):
        data.load_mnist()


@pytest.mark.parametrize("name", ["mnist", "auto"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_the_user_is_an_error_and_stays(
    damage, name, small_mnist, tmp_path, monkeypatch
):
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    damage(tmp_path / "mnist.npz", small_mnist)
    content = (tmp_path / "mnist.npz").read_bytes()
    with pytest.raises(data.DataError, match=f"{DAMAGES[damage]}.*or unset GENCORE_DATA"):
        data.load(name)
    assert (tmp_path / "mnist.npz").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]


def test_a_folder_without_the_file_falls_through_to_the_cache(small_mnist, tmp_path, monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    assert data.load("auto").embedded
    fetch.cache_folder().mkdir()
    np.savez(fetch.cache_folder() / "mnist.npz", **small_mnist)
    assert_is_small_mnist(data.load("auto"), small_mnist)


def test_a_folder_that_does_not_exist_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path / "absent"))
    with pytest.raises(data.DataError, match="must name an existing folder.*absolute path"):
        data.load("auto")


@pytest.mark.parametrize("variable", ["GENCORE_DATA", "GENCORE_CACHE", "GENCORE_CHECKPOINTS"])
def test_a_tilde_is_the_home_of_the_user_in_every_variable(variable, tmp_path, monkeypatch):
    folders = {
        "GENCORE_DATA": fetch.data_folder,
        "GENCORE_CACHE": fetch.cache_folder,
        "GENCORE_CHECKPOINTS": zoo.folder,
    }
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(variable, "~/own")
    assert folders[variable]() == tmp_path / "own"
    monkeypatch.setenv(variable, "~nobody-of-this-name/own")
    with pytest.raises(data.DataError, match=f"{variable} must name a folder.*absolute path"):
        folders[variable]()


@pytest.fixture
def closed(small_mnist):
    """Let the test be a user who may not enter a folder that has the data; return the folder."""
    folder = Path(tempfile.mkdtemp())  # pytest's own are closed to all others
    folder.chmod(0o755)
    (folder / "closed" / "within").mkdir(parents=True)
    for place in (folder / "closed", folder / "closed" / "within"):
        np.savez(place / "mnist.npz", **small_mnist)
    (folder / "closed").chmod(0)
    root = os.geteuid() == 0
    if root:  # who may enter everything
        os.seteuid(65534)
    yield folder / "closed"
    if root:
        os.seteuid(0)
    (folder / "closed").chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("place", ["", "within"])
@pytest.mark.parametrize("name", ["auto", "mnist"])
def test_a_folder_that_may_not_be_entered_is_an_error(closed, monkeypatch, place, name):
    monkeypatch.setenv("GENCORE_DATA", str(closed / place))
    with pytest.raises(data.DataError, match="cannot be looked at .Permission denied.*unset it"):
        data.load(name)


@pytest.mark.parametrize("name", ["auto", "mnist"])
def test_a_cache_that_may_not_be_entered_is_an_error(closed, monkeypatch, name):
    monkeypatch.setenv("GENCORE_CACHE", str(closed))
    words = "cannot be looked at .Permission denied.*set GENCORE_CACHE"
    with pytest.raises(data.DataError, match=words):
        data.load(name)


def test_a_link_that_leads_nowhere_is_damaged_and_not_passed_over(tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").symlink_to(tmp_path / "lost.npz")
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="No such file.*Replace the file, or unset"):
        data.load("auto")


def test_without_a_home_the_cache_is_asked_for(monkeypatch, small_mnist, tmp_path):
    def nobody(number):
        raise KeyError(f"getpwuid(): uid not found: {number}")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for variable in ("HOME", "GENCORE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(data.DataError, match="HOME is not set.*Set GENCORE_CACHE"):
        data.load("auto")
    np.savez(tmp_path / "mnist.npz", **small_mnist)
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    assert_is_small_mnist(data.load("auto"), small_mnist)  # no cache is needed


@pytest.mark.parametrize("value", ["", "0", " 0 ", "false", "No", "1", "yes", "2"])
def test_offline_is_a_yes_or_a_no(server, small_mnist, tmp_path, monkeypatch, value):
    monkeypatch.setenv("GENCORE_OFFLINE", value)
    server.files["/mnist.npz"] = npz_bytes(tmp_path, small_mnist)
    use_hosts(monkeypatch, server, "/mnist.npz")
    if value in ("1", "yes", "2"):
        with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE is set"):
            data.load_mnist()
        assert not server.asked
    else:
        assert_is_small_mnist(data.load_mnist(), small_mnist)


def test_a_disk_that_is_full_while_it_downloads_is_said(server, monkeypatch):
    def full(host):
        raise OSError(errno.ENOSPC, "No space left on device")

    use_hosts(monkeypatch, server, "/mnist.npz")
    monkeypatch.setattr(fetch, "_probe", lambda hosts: None)
    monkeypatch.setattr(fetch, "_download", full)
    with pytest.raises(data.DataError, match="needs room in .*the disk is full.*TMPDIR"):
        data.load("auto")


def test_the_cache_is_in_the_user_cache_folder(monkeypatch):
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.delenv("GENCORE_CACHE")
    assert fetch.cache_folder() == Path(platformdirs.user_cache_dir("gencore", appauthor=False))
