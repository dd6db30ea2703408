"""The speed of a model of texts beside plain PyTorch; ``python -m benchmarks.sequences``.

The network of char-lstm trains on windows of the same text, its state carried from window to
window, in gencore by ``fit`` as ``gencore.zoo.training`` does, in PyTorch by a loop of a few lines
(benchmarks/text_torch.py). Both write characters, as many rows side by side on both sides. The
sides take turns as in ``benchmarks``, and rates are in characters per second. PyTorch's cells have
a second bias, which changes nothing that takes time.
"""

import argparse
import importlib.util
import sys

import numpy as np

from benchmarks.__main__ import NO_PYTORCH, busy
from benchmarks.turns import Worker, awake, limit_threads
from gencore.loading import quieten

SIDES = ("gencore on text", "PyTorch on text")
TASKS = ("train", "sample")


def measure(turns: int, count: int) -> dict[str, np.ndarray]:
    """Return the characters per second of both sides for each task and turn: (2, turns)."""
    workers = [Worker(side, "char-lstm", count) for side in SIDES]
    seconds = {task: np.zeros((2, turns + 1)) for task in TASKS}
    made = {task: np.zeros((2, turns + 1)) for task in TASKS}
    try:
        for turn in range(turns + 1):
            for place in (0, 1) if turn % 2 else (1, 0):
                for task in TASKS:
                    seconds[task][place, turn], made[task][place, turn] = workers[place].ask(task)
    finally:
        for worker in workers:
            worker.close()
    return {task: made[task][:, 1:] / seconds[task][:, 1:] for task in TASKS}


def main() -> int:
    """Run the command line: 0 done, 1 not possible."""
    parser = argparse.ArgumentParser("python -m benchmarks.sequences", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="turns that count (default 5)")
    parser.add_argument("--characters", type=int, default=200_000, help="a turn (default 200000)")
    parser.add_argument("--threads", type=int, default=2, help="default 2")
    options = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        sys.stderr.write(NO_PYTORCH)
        return 1
    sys.stderr.write(busy(options.threads))
    limit_threads(options.threads)
    quieten()
    with awake():
        rates = measure(options.turns, options.characters)
    for task, (ours, theirs) in rates.items():
        low, median, high = np.quantile(ours / theirs, (0.25, 0.5, 0.75))
        print(
            f"{task:7} gencore {np.median(ours):9,.0f}  PyTorch {np.median(theirs):9,.0f} "
            f"characters a second, ratio {median:.2f} ({low:.2f} to {high:.2f})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
