"""The commands ``dream`` and ``style``: a picture of the user's own, from file to file.

What is imported waits until a command runs: until then Ctrl-C has nothing to leave half loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gencore.loading import INTERRUPTED

FORMATS = (".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
LAYER, STATISTICS = "block10", ("gram", "moments")


def add_commands(commands: Any) -> None:
    """Add the two commands to the subparsers of the command line."""
    dream = commands.add_parser("dream", help="let a network see more and more in a picture")
    dream.add_argument("photo", metavar="PHOTO", help="a file, or a name such as astronaut")
    text = "what is made large: block0 to block15, or several as block7,block12"
    dream.add_argument("--layer", default=LAYER, help=f"{text} (default {LAYER})")
    _add_shared(dream, "dream.png", 512)
    dream.add_argument("--steps", type=int, default=20, help="steps in each octave (default 20)")
    dream.add_argument("--octaves", type=int, default=3, help="sizes of the picture (default 3)")
    text = "how far a step moves pixels (default 0.02)"
    dream.add_argument("--step-size", type=float, default=0.02, help=text)
    style = commands.add_parser("style", help="paint a picture in the style of another one")
    style.add_argument("content", metavar="CONTENT", help="a file, or a name such as astronaut")
    style.add_argument("style", metavar="STYLE", help="a file, or a name such as munch_scream")
    _add_shared(style, "styled.png", 384)
    style.add_argument("--steps", type=int, default=150, help="steps (default 150)")
    text = "weight of the style (default 10)"
    style.add_argument("--style-weight", type=float, default=10.0, help=text)
    text = "what a style is: Gram matrices, or means and variances of channels"
    style.add_argument("--statistics", choices=STATISTICS, default="gram", help=text)


def _add_shared(parser: argparse.ArgumentParser, out: str, size: int) -> None:
    text = "pixels of the longer side"
    parser.add_argument("--size", type=int, default=size, help=f"{text} (default {size})")
    text = f"file to write, of the kind {', '.join(FORMATS)}"
    parser.add_argument("--out", type=Path, default=Path(out), help=f"{text} (default {out})")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")


def dream(options: argparse.Namespace) -> int:
    """Run ``dream``: 0 done, 130 interrupted, with the picture so far in the file."""
    from gencore import data

    _check_out(options.out, options.overwrite)
    photo = data.load_picture(options.photo, options.size)
    total = max(options.steps, 0) * max(options.octaves, 0)
    with _watched(total, "dreaming") as watch:
        from gencore import reverse

        made = reverse.maximise(
            reverse.imagenet_network(),
            [name.strip() for name in options.layer.split(",")],
            photo,
            steps=options.steps,
            octaves=options.octaves,
            step_size=options.step_size,
            watch=watch,
        )
    first, last = made.octaves[0], made.octaves[-1]
    words = f"mean square {first.before:.3g} to {last.after:.3g} in {len(made.octaves)} octaves"
    return _written(made, options.out, words)


def style(options: argparse.Namespace) -> int:
    """Run ``style``: 0 done, 130 interrupted, with the picture so far in the file."""
    from gencore import data

    _check_out(options.out, options.overwrite)
    content = data.load_picture(options.content, options.size)
    manner = data.load_picture(options.style, options.size)
    with _watched(max(options.steps, 0), "painting") as watch:
        from gencore import reverse

        made = reverse.transfer(
            reverse.imagenet_network(),
            content,
            manner,
            steps=options.steps,
            style_weight=options.style_weight,
            statistics=options.statistics,
            watch=watch,
        )
    distances = made.history["style"]
    words = f"distance to the style {distances[0]:.3g} to {distances[-1]:.3g}"
    return _written(made, options.out, words)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"dream": dream, "style": style}


def _check_out(path: Path, overwrite: bool) -> None:
    """Raise an error before the work unless its picture can be written."""
    from gencore import checks
    from gencore.data.files import check_writable

    if path.suffix.lower() not in FORMATS:
        rule = f"--out is a file of one of the kinds {', '.join(FORMATS)}"
        checks.refuse(rule, str(path), "Give dream.png, for example.")
    check_writable(path)
    if path.exists() and not overwrite:
        rule = "--out names a file that is not there yet"
        checks.refuse(rule, str(path), "Name another, or say --overwrite.")


@contextlib.contextmanager
def _watched(total: int, words: str) -> Iterator[Callable[[Any], bool]]:
    """Give a function that shows each step, and says whether Ctrl-C was pressed.

    The first Ctrl-C ends the work after its step, so that the picture is whole; a second one ends
    it at once.
    """
    from tqdm import tqdm

    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def press(number: int, _: Any) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    def watch(step: Any) -> bool:
        bar.update(step.done - bar.n)
        bar.set_postfix(octave=step.octave + 1, value=f"{step.objective:.3g}", refresh=False)
        return bool(pressed)

    main = threading.current_thread() is threading.main_thread()
    handled = main and before is signal.default_int_handler
    if handled:
        signal.signal(signal.SIGINT, press)
    try:
        with tqdm(total=total, desc=words, unit="step") as bar:
            yield watch
    finally:
        if handled:
            signal.signal(signal.SIGINT, before)


def _written(made: Any, path: Path, words: str) -> int:
    """Write a picture, whole or not at all, and say so."""
    import numpy as np
    from PIL import Image

    from gencore.data.files import atomic_write

    pixels = np.rint(255 * made.picture).astype(np.uint8)
    with atomic_write(path) as temporary:
        Image.fromarray(pixels).save(temporary)
    height, width = pixels.shape[:2]
    sys.stdout.write(f"{path}: {width}x{height}, {words}\n")
    if made.finished:
        return 0
    sys.stderr.write(f"interrupted; {path} has the picture so far\n")
    return INTERRUPTED
