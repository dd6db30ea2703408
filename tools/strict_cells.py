"""Pytest hooks on the cells that nbval collects, in every process that runs some of them."""

import nbval.kernel
import pytest

from tools.kernel import patiently

OUTPUT_SECONDS = 120


def pytest_configure():
    """Let nbval start a kernel again where another process took its ports."""
    nbval.kernel.start_new_kernel = patiently(nbval.kernel.start_new_kernel)


def pytest_collection_modifyitems(items):
    """Raise the five seconds that nbval waits for a busy machine's next message."""
    for item in items:
        item.output_timeout = OUTPUT_SECONDS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a cell that wrote to stderr."""
    result = yield
    if "remove-stderr" in item.cell.metadata.get("tags", []):
        return result
    outputs = item.test_outputs or []
    errors = "".join(out.get("text", "") for out in outputs if out.get("name") == "stderr")
    if errors:
        pytest.fail(f"The cell wrote to stderr:\n{errors}", pytrace=False)
    return result
