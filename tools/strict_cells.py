"""Pytest hooks on the cells that nbval collects, in every process that runs some of them.

Where the variable ``GENCORE_RUNS`` names a folder, each notebook leaves there ``NAME.json``, the
cells that passed with what they gave, and ``NAME.note``, what its kernel read (tools/record.py).
"""

import json
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest

from tools.kernel import patiently
from tools.record import NOTE, RUNS

OUTPUT_SECONDS = 120
_passed: dict[Path, list[dict[str, Any]]] = defaultdict(list)
_began: dict[Path, float] = {}


def execute(kernel, source, allow_stdin=None):
    """Run a cell as a reader does: with a history, without which `;` would not hide a result."""
    return kernel.kc.execute(
        source, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def pytest_configure():
    """Let nbval start a kernel again whose ports another process took, and run cells as above."""
    nbval.kernel.start_new_kernel = patiently(nbval.kernel.start_new_kernel)
    nbval.kernel.RunningKernel.execute_cell_input = execute  # pyright: ignore[reportAttributeAccessIssue]


def pytest_collection_modifyitems(items):
    """Raise the five seconds that nbval waits for a busy machine's next message."""
    for item in items:
        item.output_timeout = OUTPUT_SECONDS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Name the file of the kernel's note before the first cell starts the kernel."""
    _began.setdefault(item.path, time.perf_counter())
    if RUNS in os.environ:
        os.environ[NOTE] = str(Path(os.environ[RUNS], f"{item.path.stem}.note"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a cell that wrote to stderr."""
    result = yield
    outputs = item.test_outputs or []
    if "remove-stderr" not in item.cell.metadata.get("tags", []):
        errors = "".join(out.get("text", "") for out in outputs if out.get("name") == "stderr")
        if errors:
            pytest.fail(f"The cell wrote to stderr:\n{errors}", pytrace=False)
    _passed[item.path].append({"source": item.cell.source, "outputs": outputs})
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """Write down a notebook that has run to its end, before its kernel is stopped."""
    last = nextitem is None or nextitem.path != item.path
    if RUNS in os.environ and last and item.parent.kernel.is_alive():
        seconds = time.perf_counter() - _began[item.path]
        said = item.parent.kernel.kc.kernel_info(reply=True, timeout=OUTPUT_SECONDS)["content"]
        run = {"cells": _passed.pop(item.path, []), "seconds": seconds}
        run["language"] = said["language_info"]
        target = Path(os.environ[RUNS], f"{item.path.stem}.json")
        target.write_text(json.dumps(run), encoding="utf8")
