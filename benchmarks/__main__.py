"""Measure the book's training against plain PyTorch; ``benchmarks/__init__.py`` says how."""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.turns import SIDES, Worker, awake, limit_threads
from gencore.loading import quieten

GANS = ("gan-dense", "gan-conv", "dcgan", "wgan-gp")
RECIPES = ("ae-mlp", "ae-conv", "vae-2", "vae-conv", *GANS)
NO_PYTORCH = """\
The comparison is with PyTorch, which is not installed. `make bench` installs it; by hand it is
    .venv/bin/python -m pip install --no-build-isolation -c requirements.txt -e ".[bench]"
On Linux that may bring CUDA packages of several GB, which nothing here uses. PyTorch's installation
page says how to get the build for processors alone; install that first and nothing more is fetched.
"""
BUSY = """\
Other programs keep this machine busy (load {load:.1f} on {cores} cores). PyTorch loses more by that
than TensorFlow does, so the ratios would flatter gencore: end the programs first, or measure with
fewer --threads.
"""


class Comparison(NamedTuple):
    """One row of the result: rates in images per second for each turn, shape (turns,)."""

    recipe: str
    task: str
    gencore: np.ndarray
    pytorch: np.ndarray
    operations: int
    matrix_rate: float

    def ratios(self) -> list[float]:
        """Return the lower quartile, the median and the upper quartile of the ratio."""
        quartiles = np.quantile(self.gencore / self.pytorch, (0.25, 0.5, 0.75))
        return [round(float(ratio), 2) for ratio in quartiles]

    def record(self) -> dict[str, Any]:
        """Return the row as the file of the results has it: medians, and the three ratios."""
        rates = {"gencore": self.gencore, "PyTorch": self.pytorch}
        medians = {side: round(float(np.median(rate))) for side, rate in rates.items()}
        return {"recipe": self.recipe, "task": self.task} | medians | {"ratios": self.ratios()}

    def line(self) -> str:
        """Return the row as text."""
        low, median, high = self.ratios()
        share = self.operations / self.matrix_rate
        return (
            f"{self.recipe:9} {self.task:11}"
            f"{np.median(self.gencore):10,.0f}{np.median(self.pytorch):10,.0f}"
            f"{median:6.2f} ({low:.2f} to {high:.2f})"
            f"{share * np.median(self.gencore):13.0%}{share * np.median(self.pytorch):9.0%}"
        )


HEADER = f"""\
{"":21}{"images a second":>20}{"gencore : PyTorch":>22}{"share of matrix rate":>22}
{"recipe":9} {"task":11}{"gencore":>10}{"PyTorch":>10}{"median (quartiles)":>22}\
{"gencore":>13}{"PyTorch":>9}
"""


def tasks_of(recipe: str) -> tuple[str, str]:
    """Return what is measured: training, and copying or sampling."""
    return ("train", "sample" if recipe in GANS else "reconstruct")


def compare(recipe: str, turns: int, count: int) -> Iterator[Comparison]:
    """Let the two sides take turns at the tasks of one recipe."""
    workers = {side: Worker(side, recipe, count) for side in SIDES}
    try:
        gencore, pytorch = workers.values()
        if (ours := gencore.ask("parameters")[1]) != (theirs := pytorch.ask("parameters")[1]):
            raise RuntimeError(f"the nets of {recipe} differ: {ours} and {theirs} parameters")
        operations = gencore.ask("operations")[1]
        tasks = tasks_of(recipe)
        seconds = {(side, task): [] for side in workers for task in tasks}
        rates = []
        for turn in range(turns + 1):
            for side, worker in list(workers.items())[:: 1 if turn % 2 else -1]:
                for task in tasks:
                    seconds[side, task].append(worker.ask(task)[0])
            rates.append(gencore.ask("matrix_rate")[1])
            sys.stderr.write(f"\r{recipe}: turn {turn} of {turns}")
            sys.stderr.flush()
        sys.stderr.write("\r" + " " * 40 + "\r")
    finally:
        for worker in workers.values():
            worker.close()
    for task in tasks:
        ours, theirs = (count / np.array(seconds[side, task][1:]) for side in workers)
        yield Comparison(recipe, task, ours, theirs, operations[task], float(np.median(rates[1:])))


def machine(threads: int, turns: int, images: int) -> dict[str, Any]:
    """Return what the file of the results says of the machine and of the measurement."""
    cores = Path("/proc/cpuinfo")
    lines = cores.read_text(encoding="utf8").splitlines() if cores.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    versions = {name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "torch")}
    return {
        "processor": names[0] if names else platform.machine(),
        "threads": threads,
        "turns": turns,
        "images": images,
        "versions": versions,
    }


def busy(threads: int) -> str:
    """Return a warning where other programs leave too few cores for the threads, else nothing."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return BUSY.format(load=load, cores=cores) if load + threads > 1.25 * cores else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: 0 done, 1 not possible, 130 interrupted."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("recipes", nargs="*", metavar="NAME", help="recipes (default: all)")
    parser.add_argument("--turns", type=int, default=5, help="turns that count (default 5)")
    parser.add_argument("--images", type=int, default=50_000, help="images a turn (default 50000)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    if min(options.turns, options.images, options.threads) < 1:
        parser.error("turns, images and threads must be 1 or more")
    if unknown := set(options.recipes) - set(RECIPES):
        parser.error(f"measured are {', '.join(RECIPES)}; received {', '.join(unknown)}")
    if importlib.util.find_spec("torch") is None:
        sys.stderr.write(NO_PYTORCH)
        return 1
    sys.stderr.write(busy(options.threads))
    limit_threads(options.threads)
    quieten()
    print(f"{options.turns} turns of {options.images:,} images each, {options.threads} threads")
    print(HEADER, end="")
    rates, rows = [], []
    try:
        with awake() as kept:
            for recipe in options.recipes or RECIPES:
                for row in compare(recipe, options.turns, options.images):
                    print(row.line(), flush=True)
                    rates.append(row.matrix_rate)
                    rows.append(row.record())
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return 130
    print(f"\nmatrix product: {np.median(rates) / 1e9:.0f} GFLOP/s")
    print(f"idle processors were {'kept awake' if kept else 'free to sleep'}")
    if options.json:
        about = machine(options.threads, options.turns, options.images)
        options.json.write_text(json.dumps(about | {"rows": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
