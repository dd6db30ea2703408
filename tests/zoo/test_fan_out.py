"""Trainings handed out to workers: same models, dead workers, lost schedulers, clear errors."""

import asyncio
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from gencore import __main__ as command_line
from gencore import recipes, zoo
from gencore.data.files import DataError, locked
from gencore.zoo import fan_out, schedulers
from tests.conftest import ROOT, apart
from tests.tiny import GROUP, NAME, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore")  # what Dask says of its own insides


@pytest.fixture(autouse=True)
def _workers_find_the_tests(monkeypatch):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)


@pytest.fixture
def slow(shelf, monkeypatch):
    """Let workers run a command that waits for a file ``go``; return the folder it writes to."""
    shelf.mkdir()
    monkeypatch.setattr(fan_out, "MODULE", "tests.slow_command")
    for name in ("one", "two", "fail"):
        monkeypatch.setitem(recipes.RECIPES, name, tiny_recipe(name=name))
    return shelf


def starts(folder, name, count=1):
    """Wait for so many starts of a job; return the process and the worker of each."""
    path, deadline = folder / f"{name}.starts", time.monotonic() + 60
    while True:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        if len(lines) >= count:
            return [tuple(map(int, line.split())) for line in lines]
        assert time.monotonic() < deadline, f"{name} has not started {count} times"
        time.sleep(0.02)


def gone(process):
    """Wait until a process has ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def beside(function):
    """Run a function in a thread; a mistake in it fails the test that joins it."""
    found = []

    def run():
        try:
            found.append(function())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def result():
        thread.join(90)
        if isinstance(found[0], BaseException):
            raise found[0]
        return found[0]

    return result


def test_a_worker_makes_the_very_model_of_a_plain_run(shelf, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(fan_out, "MODULE", "tests.tiny_command")
    assert command_line.main(["--threads", "1", "train", NAME, "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert f"{NAME}: started" in said and f"[1/1] {NAME}: 3 epochs" in said
    # In a process too, with as many threads: the order of a sum decides its last bits.
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "plain"))
    command = [sys.executable, "-m", "tests.tiny_command", "--threads", "1", "train", NAME]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    card = zoo.card(NAME)
    made = json.loads((shelf / GROUP / f"{NAME}.json").read_text("utf-8"))
    assert made["sha256"] == card["sha256"]
    assert made["metrics"] == card["metrics"]
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(shelf))
    assert command_line.main(["train", NAME, "--workers", "1"]) == 0
    assert capsys.readouterr().out == "1 of 1 recipes are trained already\n"


def test_a_worker_that_is_killed_loses_its_own_job_only(slow, capsys):
    def kill():
        ((child, worker),) = starts(slow, "one")
        starts(slow, "two")
        os.kill(worker, signal.SIGKILL)
        starts(slow, "one", 2)
        ended = gone(child)
        (slow / "go").touch()
        return ended

    ended = beside(kill)
    with pytest.raises(fan_out.FanOutError, match="1 of 3 trainings failed: fail. The same"):
        fan_out.fan_out(["one", "two", "fail"], workers=2)
    assert ended(), "a training outlived its worker"
    assert len(starts(slow, "one")) == 2 and len(starts(slow, "two")) == 1
    said = capsys.readouterr().out
    assert "FAILED fail: exit status 1, error: it fails as it should" in said
    assert "one: done" in said and "two: done" in said
    for name in ("one", "two"):  # nobody holds their locks any more
        with locked(slow / ".training" / f"{name}.lock", patience=0):
            pass


@pytest.fixture
def scheduler(tmp_path):
    """Start a scheduler and a worker in processes of their own; yield its process and address."""
    file, command = tmp_path / "scheduler.json", [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file"]
    with subprocess.Popen([*command, "scheduler", *options, str(file)], **quiet) as one:
        worker = [*command, "worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        with subprocess.Popen([*worker, "--scheduler-file", str(file)], **quiet) as other:
            deadline = time.monotonic() + 30
            while not (file.exists() and file.stat().st_size):
                assert time.monotonic() < deadline, "no scheduler within half a minute"
                time.sleep(0.05)
            yield one, json.loads(file.read_text("utf-8"))["address"]
            for process in (one, other):
                process.kill()


def test_a_scheduler_that_is_killed_ends_in_a_clear_error(slow, scheduler):
    process, address = scheduler

    def kill():
        ((child, _),) = starts(slow, "one")
        process.kill()
        return child

    child = beside(kill)
    with pytest.raises(fan_out.FanOutError, match="scheduler was lost when 0 of 1 trainings"):
        fan_out.fan_out(["one"], scheduler=address)
    assert child() and not zoo.trained("one")


def test_a_scheduler_that_cannot_be_reached_ends_in_one_line(slow, monkeypatch, capsys):
    monkeypatch.setattr(fan_out, "TIMEOUT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        assert command_line.main(["train", "one", "--scheduler", address]) == 1
        error = capsys.readouterr().err
        assert "scheduler of Dask with at least one worker is needed at" in error
        assert len(error.splitlines()) == 1
    assert command_line.main(["train", "one", "--workers", "0"]) == 1
    assert "--workers takes a whole number of at least 1" in capsys.readouterr().err


def answering(answer):
    """Start a server on loopback that answers whoever connects; return its address and its end."""
    server, going = socket.create_server(("127.0.0.1", 0)), []

    def accept():
        while True:
            try:
                going.append(server.accept()[0])
                answer(going[-1])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()

    def end():
        for one in (server, *going):
            one.close()

    return f"127.0.0.1:{server.getsockname()[1]}", end


PAGE = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>a dashboard</html>"
ANSWERS = {
    "silent": lambda connection: None,
    "page": lambda connection: connection.sendall(PAGE),
    "page-and-end": lambda connection: (connection.sendall(PAGE), connection.close()),
    "nonsense": lambda connection: connection.sendall(bytes(range(1, 200)) * 50),
    "end": lambda connection: connection.close(),
}


@pytest.mark.parametrize("scheme", ["tcp://", "ws://", ""])
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_answers_and_is_no_scheduler_is_named_in_time(
    shelf, monkeypatch, capsys, answer, scheme
):
    monkeypatch.setattr(fan_out, "TIMEOUT", 0.7)
    place, end = answering(ANSWERS[answer])
    start = time.monotonic()
    try:
        assert command_line.main(["train", NAME, "--scheduler", scheme + place]) == 1
    finally:
        end()
    # The time that it waits, and what it takes to load Dask once.
    assert time.monotonic() - start < 0.7 + 5
    error = capsys.readouterr().err
    assert error.startswith("error: a scheduler of Dask with at least one worker is needed at")
    assert "does not answer as a scheduler does" in error and len(error.splitlines()) == 1


def test_no_connection_stays_open_to_what_is_no_scheduler():
    place, end = answering(ANSWERS["silent"])
    try:
        schedulers.wait_for_scheduler(f"ws://{place}", 0.5)
        connections = psutil.Process().net_connections("tcp")
        assert not [
            one for one in connections if one.raddr and place.endswith(f":{one.raddr.port}")
        ]
    finally:
        end()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "tcp://127.0.0.1", "inproc://x", "a:b"])
def test_what_is_no_address_is_named(shelf, monkeypatch, capsys, address):
    monkeypatch.setattr(fan_out, "TIMEOUT", 5)
    assert command_line.main(["train", NAME, "--scheduler", address]) == 1
    error = capsys.readouterr().err
    assert f"is needed at '{address}'" in error and len(error.splitlines()) == 1


def test_a_name_that_is_looked_up_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(schedulers.socket, "getaddrinfo", lambda *_: time.sleep(12) or [])
    start = time.monotonic()
    assert "nobody knows" in schedulers.wait_for_scheduler("tcp://slow:8786", 0.5)
    assert time.monotonic() - start < 10


def test_a_scheduler_without_workers_is_waited_for(monkeypatch):
    without, one = ({"type": "Scheduler", "workers": {n: n for n in range(k)}} for k in (0, 1))
    kinds = iter([without, without, one])

    async def identity(address, end):
        return next(kinds)

    monkeypatch.setattr(schedulers, "_identity", identity)
    assert schedulers.wait_for_scheduler("tcp://127.0.0.1:1", 20) == ""
    assert next(kinds, None) is None


def test_an_address_can_be_asked_from_a_notebook_whose_loop_runs(monkeypatch):
    async def identity(address, end):
        return {"type": "Worker"}

    async def cell():
        return schedulers.wait_for_scheduler("tcp://127.0.0.1:1", 20)

    monkeypatch.setattr(schedulers, "_identity", identity)
    assert apart(lambda: asyncio.run(cell())) == "it is the address of a Worker"


def test_what_is_at_an_address_is_named(monkeypatch):
    without, kinds = {"type": "Scheduler", "workers": {}}, iter([{"type": "Worker"}])

    async def identity(address, end):
        return next(kinds)

    monkeypatch.setattr(schedulers, "_identity", identity)
    assert schedulers.wait_for_scheduler("tcp://127.0.0.1:1", 20) == "it is the address of a Worker"
    kinds = itertools.repeat(without)
    words = "the scheduler there has no worker"
    assert schedulers.wait_for_scheduler("tcp://127.0.0.1:1", 0.5) == words


@pytest.mark.slow
def test_a_scheduler_that_is_killed_leaves_one_line(slow, scheduler):
    process, address = scheduler
    code = (
        "import sys\nfrom gencore.loading import quieten\nquieten()\n"
        "from gencore import recipes\nfrom gencore.__main__ import main\n"
        "from gencore.zoo import fan_out\nfrom tests.tiny import tiny_recipe\n"
        "fan_out.MODULE = 'tests.slow_command'\n"
        "recipes.RECIPES['one'] = tiny_recipe(name='one')\n"
        f"sys.exit(main(['train', 'one', '--scheduler', '{address}']))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as own:
        starts(slow, "one")
        process.kill()
        errors = own.communicate(timeout=60)[1]
    assert own.returncode == 1
    assert errors.startswith("error: the scheduler was lost") and len(errors.splitlines()) == 1


@pytest.mark.parametrize("address", ["", " "])
def test_an_empty_address_is_refused(shelf, address, capsys):
    assert command_line.main(["train", NAME, "--scheduler", address]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: --scheduler takes the address") and "--workers 2" in error
    assert not zoo.names()


def test_what_a_recipe_needs_is_trained_before_it(monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, "one", tiny_recipe(name="one", needs=("two",)))
    monkeypatch.setitem(recipes.RECIPES, "two", tiny_recipe(name="two"))
    assert fan_out._in_order(["one", "two"], recipes) == ["two", "one"]


def test_two_processes_never_train_one_recipe_at_once(shelf):
    lock = shelf / ".training" / f"{NAME}.lock"
    with locked(lock):
        with pytest.raises(DataError, match=f"Another process is at work on {NAME}"):
            with locked(lock, patience=0):
                pass
    with locked(lock, patience=0):
        pass
