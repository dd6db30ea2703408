"""Whether a scheduler of Dask is at an address: asked before Dask waits for it without end."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

CHATTY = ("asyncio", "distributed", "tornado")
PAUSE = 0.1  # seconds between two questions for the first worker


def quieten_dask() -> None:
    """Keep from standard error what Dask logs of connections that it loses."""
    import distributed  # noqa: F401  (its loggers get their levels as it is imported)

    for name in [*CHATTY, *logging.root.manager.loggerDict]:
        if name.split(".")[0] in CHATTY:
            logging.getLogger(name).setLevel(logging.CRITICAL)


def wait_for_scheduler(address: str, seconds: float) -> str:
    """Return what is wrong with an address, and nothing if a scheduler with a worker is there.

    What answers may be anything: a port that accepts and is silent, a page for a browser. So the
    time holds for all that is asked, the look-up of the name included, and whatever is raised
    on an answer is an answer.

    Parameters
    ----------
    address : str
        ``tcp://host:8786``.
    seconds : float
        How long to wait.
    """
    from distributed.comm.addressing import parse_host_port

    end = time.monotonic() + seconds
    try:
        host, _ = parse_host_port(address.rpartition("://")[2])
    except ValueError as error:
        return str(error)
    if not _named(host, seconds):
        return f"nobody knows the host {host!r}"
    try:
        # In a thread of its own: a notebook's has a loop that runs already.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_run, _ask, address, end).result()
    except ValueError as error:
        return str(error)
    except TimeoutError:
        return "what is there does not answer as a scheduler does"
    except Exception as error:
        return f"what is there does not answer as a scheduler does, {type(error).__name__}"


def _named(host: str, seconds: float) -> bool:
    """Return whether a host has an address; the system's look-up may take far longer."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host or "localhost", None))
        except (OSError, UnicodeError):
            pass

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(found)


def _run(coroutine: Callable[..., Any], *arguments: Any) -> Any:
    """Run a coroutine in a loop of its own, and close the connections that Dask leaves open."""
    from tornado.ioloop import IOLoop

    loop = IOLoop(make_current=False)
    try:
        return loop.run_sync(lambda: coroutine(*arguments))
    finally:
        loop.close(all_fds=True)


async def _ask(address: str, end: float) -> str:
    async with asyncio.timeout(end - time.monotonic()):
        while True:
            answer = await _identity(address, end)
            if answer.get("type") != "Scheduler":
                return f"it is the address of a {answer.get('type')}"
            if answer["workers"]:
                return ""
            try:
                async with asyncio.timeout(end - time.monotonic() - PAUSE):
                    await asyncio.sleep(PAUSE)
            except TimeoutError:
                return "the scheduler there has no worker"


async def _identity(address: str, end: float) -> dict[str, Any]:
    from distributed.comm.core import connect

    comm = await connect(address, timeout=end - time.monotonic())
    try:
        await comm.write({"op": "identity", "reply": True, "n_workers": -1})
        return await comm.read()
    finally:
        comm.abort()
