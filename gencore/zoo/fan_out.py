"""Many trainings at once, by Dask: on this machine, or on the workers of a scheduler."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

from gencore.zoo.child import TOPIC, TrainingFailed, train_in_child
from gencore.zoo.schedulers import quieten_dask, wait_for_scheduler

MODULE = "gencore"  # what a worker runs
TIMEOUT = 10  # seconds to wait for a scheduler and its first worker


class FanOutError(RuntimeError):
    """The trainings could not be handed out, or some of them failed."""


def fan_out(
    names: Sequence[str],
    workers: int | None = None,
    scheduler: str | None = None,
    threads: int | None = None,
    again: bool = False,
) -> None:
    """Train recipes at once, each in a process of its own, and write a line for each.

    A recipe waits for those it needs. Where a worker dies, its training goes on at another worker,
    where it was; what is trained already is left alone.

    Parameters
    ----------
    names : sequence of str
        Recipes.
    workers : int, optional
        How many to train at a time on this machine.
    scheduler : str, optional
        Address of a scheduler of Dask instead, ``tcp://host:8786``. Its workers need this package
        and the folder of the checkpoints.
    threads : int, optional
        Threads of each training: by default the cores of this machine over the workers, and 1 on
        those of a scheduler.
    again : bool
        Whether to train what is trained already, from the beginning.

    Raises
    ------
    gencore.data.DataError
        If another process is at work on one of them that is to be trained again.
    FanOutError
        If the scheduler cannot be reached or is lost, or some trainings fail. The others are done
        and kept; the same call goes on with the rest.
    """
    from gencore import recipes, zoo

    check(workers, scheduler)
    if again:
        zoo.begin_again(names)  # where a worker dies, its training goes on, and not once more so
    waiting = [name for name in names if not zoo.trained(name)]
    _say(f"{len(names) - len(waiting)} of {len(names)} recipes are trained already")
    if not waiting:
        return
    folder = str(zoo.folder().resolve())
    with ExitStack() as stack:
        client = _connect(stack, workers, scheduler)
        client.subscribe_topic(TOPIC, _report)
        each = threads or (max(1, (os.cpu_count() or 1) // workers) if workers else 1)
        futures: dict[str, Any] = {}
        for name in _in_order(waiting, recipes):
            first = [futures[other] for other in recipes.get(name).needs if other in futures]
            futures[name] = client.submit(
                train_in_child,
                *(MODULE, name, folder, each, *first),
                key=f"train-{name}",
                priority=-len(futures),  # else those of one moment go by their keys
            )
        _collect(futures, client)


def _in_order(names: Sequence[str], recipes: Any) -> list[str]:
    """Return the names, those that others need before them."""
    needed = {other for name in names for other in recipes.get(name).needs}
    return sorted(names, key=lambda name: name not in needed)


def check(workers: int | None, scheduler: str | None) -> None:
    """Raise FanOutError unless there is a number of workers, or an address that may be one."""
    if scheduler is None:
        if not workers or workers < 1:
            raise FanOutError(
                f"--workers takes a whole number of at least 1; received {workers}. Say "
                "--workers 2 to train two at a time."
            )
    elif not scheduler.strip():
        raise FanOutError(
            f"--scheduler takes the address of a scheduler of Dask, tcp://host:8786; received "
            f"{scheduler!r}. Give one, or train here with --workers 2."
        )


def _connect(stack: ExitStack, workers: int | None, scheduler: str | None) -> Any:
    """Return a client of Dask with at least one worker; the stack closes what it opens."""
    from distributed import Client, LocalCluster

    quieten_dask()
    if scheduler is None:
        with _held_back():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=None,  # pyright: ignore[reportArgumentType]
                silence_logs=logging.CRITICAL,
            )
        return stack.enter_context(Client(stack.enter_context(cluster)))
    end = time.monotonic() + TIMEOUT
    wrong = wait_for_scheduler(scheduler, TIMEOUT)
    try:
        if not wrong:
            return stack.enter_context(Client(scheduler, timeout=end + 1 - time.monotonic()))
    except (OSError, ValueError) as error:
        wrong = type(error).__name__
    raise FanOutError(
        f"a scheduler of Dask with at least one worker is needed at {scheduler!r}; there was "
        f"none within {TIMEOUT} s ({wrong}). Start one with `dask scheduler` "
        f"and workers with `dask worker {scheduler}`, or train here with --workers 2."
    )


@contextmanager
def _held_back() -> Iterator[None]:
    """Keep Ctrl-C from the processes that are started; here it comes when the block has ended.

    A terminal sends it to all of them, and each would write a traceback. They end with this one.
    """
    resource_tracker.ensure_running()  # its start lets the signal through again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _collect(futures: dict[str, Any], client: Any) -> None:
    """Write a line for each training that ends; FanOutError if some have failed."""
    from distributed import as_completed

    names = {future.key: name for name, future in futures.items()}
    failed, done = [], 0
    for future in as_completed(futures.values()):
        name, done = names[future.key], done + 1
        if future.status in ("cancelled", "lost"):
            raise FanOutError(
                f"the scheduler was lost when {done - 1} of {len(names)} trainings had ended. They "
                "are kept, and the others were saved after their last whole epoch: start a "
                "scheduler and give the same command again, without --again."
            )
        error = future.exception()
        if error is None:
            said, seconds = future.result()
            _say(f"[{done}/{len(names)}] {said}, {seconds:.0f} s with its scores")
        else:
            failed.append(name)
            reason = error if isinstance(error, TrainingFailed) else f"{name}: {error!r}"
            _say(f"[{done}/{len(names)}] FAILED {reason}")
    if failed:
        raise FanOutError(
            f"{len(failed)} of {len(names)} trainings failed: {', '.join(failed)}. The same "
            "command, without --again, tries these again and leaves the others alone."
        )


def _report(event: tuple[float, dict[str, str]]) -> None:
    _, what = event
    _say(f"{what['name']}: {what['event']}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
