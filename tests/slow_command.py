"""Stands for ``python -m gencore`` where workers are killed: it starts at once and waits.

``train NAME`` counts its starts in ``NAME.starts``, with its own process and its parent's; it ends
when there is a file ``go``, with a card; ``fail`` says so and fails at once.
"""

import os
import sys
import time
from pathlib import Path

from gencore.data.files import locked
from gencore.zoo.child import end_with_parent

if __name__ == "__main__":
    folder, name = Path(os.environ["GENCORE_CHECKPOINTS"]), sys.argv[sys.argv.index("train") + 1]
    parent = os.getppid()
    end_with_parent()
    if name == "fail":
        sys.exit("error: it fails as it should")
    with locked(folder / ".training" / f"{name}.lock", patience=20):
        with open(folder / f"{name}.starts", "a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {parent}\n")
        deadline = time.monotonic() + 60
        while not (folder / "go").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        (folder / f"{name}.json").write_text("{}", encoding="utf-8")
    sys.stdout.write(f"{name}: done\n")
