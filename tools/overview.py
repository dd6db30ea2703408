"""Draw book/_static/overview.png, the picture of README.md and of the front page.

`make overview` runs it. It needs MNIST and the checkpoints ae-mlp, ae-conv and ae-conv-denoising,
and leaves in the file the digests of the checkpoints it shows (tests/test_overview.py).
"""

import os
import sys
from pathlib import Path

import numpy as np

from tools.kernel import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from gencore import data, plots, recipes, zoo  # noqa: E402  (the quiet TensorFlow comes first)
from gencore._files import atomic_write  # noqa: E402

PICTURE = ROOT / "book" / "_static" / "overview.png"
MODELS = ("ae-mlp", "ae-conv", "ae-conv-denoising")
NOISE_SEED = 0


def first_of_each(split: data.Split) -> np.ndarray:
    """Return the first test image of each digit from 0 to 9, shape (10, 28, 28, 1)."""
    return split.x_test[[int(np.argmax(split.y_test == digit)) for digit in range(10)]]


def rows(split: data.Split) -> dict[str, np.ndarray]:
    """Return the named rows of the picture, ten images each."""
    digits = first_of_each(split)
    noisy = data.add_noise(digits, variance=recipes.NOISE_VARIANCE, rng=NOISE_SEED)
    mlp, conv, denoising = (zoo.load(name) for name in MODELS)
    return {
        "a test digit": digits,
        "copied by\nae-mlp": mlp.reconstruct(digits),
        "copied by\nae-conv": conv.reconstruct(digits),
        "with noise": noisy,
        "noisy, copied\nby ae-conv": conv.reconstruct(noisy),
        "noisy, copied\nby ae-conv-\ndenoising": denoising.reconstruct(noisy),
    }


def digests() -> str:
    """Return the names and SHA-256 digests of the checkpoints that the picture shows."""
    return ", ".join(f"{name} {zoo.card(name)['sha256']}" for name in MODELS)


def draw(path: Path = PICTURE) -> None:
    """Write the picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plots.use_book_style()
    plt.rcParams["font.size"] = 12
    figure, axes = plt.subplots(figsize=(7.6, 3.9))
    plots.pairs(rows(data.load_mnist()), ax=axes)
    with atomic_write(path) as temporary:
        note = {"Software": None, "Description": digests()}
        figure.savefig(temporary, dpi=200, metadata=note)


def main() -> int:
    """Run the command line."""
    try:
        draw()
    except (data.DataError, zoo.CheckpointError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
