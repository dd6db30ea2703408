"""Speed of dreams and styles; ``python -m benchmarks.dreams`` measures it.

A dream of three octaves of 20 steps, beside the same loop with the same weights in PyTorch where
that is installed, the two taking turns; a style of 150 steps; seconds, and the memory of a dream
of 512 pixels in a process of its own.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.turns import limit_threads
from gencore.loading import quieten

MEMORY = """
import resource, sys
from gencore.loading import quieten
quieten()
from gencore import data, reverse
reverse.maximise(reverse.imagenet_network(), "block10", data.load_picture("astronaut", 512))
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""


def seconds(task: Callable[[], object]) -> float:
    """Return the time of one call."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def gigabytes() -> float:
    """Return the most memory that a process takes that dreams at 512 pixels."""
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    return int(done.stdout) * unit / 1e9


def measured(turns: int, threads: int) -> dict[str, list[float]]:
    """Return the seconds of every turn, by what was done, the first turn left out."""
    from gencore import data, reverse

    network = reverse.imagenet_network()
    photo, small = data.load_picture("astronaut", 320), data.load_picture("astronaut", 256)
    manner = data.load_picture("tissue", 256)
    tasks = {
        "dream, 320 pixels": lambda: reverse.maximise(network, "block10", photo),
        "style, 256 pixels": lambda: reverse.transfer(network, small, manner),
    }
    if importlib.util.find_spec("torch") is not None:
        import torch

        from benchmarks import torch_reverse

        torch.set_num_threads(threads)
        net = torch_reverse.Net()
        tasks["dream, PyTorch"] = lambda: torch_reverse.dream(net, photo, 10, 20, 3)
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(turns + 1):
        for name in list(tasks)[:: 1 if turn % 2 else -1]:
            found[name].append(seconds(tasks[name]))
    return {name: times[1:] for name, times in found.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m benchmarks.dreams", description=__doc__)
    parser.add_argument("--turns", type=int, default=3, help="turns that count (default 3)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    options = parser.parse_args(arguments)
    if min(options.turns, options.threads) < 1:
        parser.error("turns and threads must be 1 or more")
    limit_threads(options.threads)
    quieten()
    found = measured(options.turns, options.threads)
    for name, times in found.items():
        low, middle, high = np.quantile(times, (0, 0.5, 1))
        print(f"{name:20}{middle:6.2f} s ({low:.2f} to {high:.2f})")
    if "dream, PyTorch" in found:
        ratios = np.divide(found["dream, PyTorch"], found["dream, 320 pixels"])
        print(f"gencore : PyTorch   {np.median(ratios):6.2f} times as fast")
    print(f"memory at 512 pixels{gigabytes():6.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
