"""The environment in which the kernels of the build and of the tests run."""

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

ROOT = Path(__file__).resolve().parent.parent
STARTS = 3
P = ParamSpec("P")
R = TypeVar("R")

STARTUP = '''\
"""Written by tools/kernel.py."""
from tools.record import start

start(get_ipython())
del start
'''
STRICT_STARTUP = '''\
"""Every Python warning in a cell is an error (written by tools/kernel.py)."""
import warnings

warnings.resetwarnings()
warnings.simplefilter("error")
'''


def prepare(folder: Path, *, strict: bool = False) -> dict[str, str]:
    """Write an IPython profile into `folder` and return the variables that make kernels use it.

    Parameters
    ----------
    folder : Path
        Created if missing; the profile there is written anew.
    strict : bool
        Turn every warning raised in a cell into an error. `PYTHONWARNINGS` cannot do this: it
        acts on the start of ipykernel too, and IPython adds its own filters after it.

    Returns
    -------
    dict
        Environment variables for the process that starts the kernels.
    """
    profile = folder / "profile_default"
    shutil.rmtree(profile, ignore_errors=True)
    (profile / "startup").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "ipython_kernel_config.py", profile)
    (profile / "startup" / "00-record.py").write_text(STARTUP, encoding="utf8")
    if strict:
        (profile / "startup" / "01-warnings.py").write_text(STRICT_STARTUP, encoding="utf8")
    return {
        "IPYTHONDIR": str(folder),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
        # A backend chosen outside (Agg, on many servers) would leave the pages without figures.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Nobody sits before these kernels: figures with controls show their picture.
        "GENCORE_STATIC": "1",
        # The chapters import gencore also where it is not installed, and tests from any folder.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }


def patiently(start: Callable[P, R]) -> Callable[P, R]:
    """Return `start`, which starts a kernel, made to start another one where it dies at once.

    jupyter_client looks for free ports and leaves them to the kernel, which binds them a second
    later: what runs beside can take one of them in between.
    """

    @functools.wraps(start)
    def started(*arguments: P.args, **settings: P.kwargs) -> R:
        for _ in range(STARTS - 1):
            try:
                return start(*arguments, **settings)
            except RuntimeError as error:
                if "before replying" not in str(error):
                    raise
        return start(*arguments, **settings)

    return started
