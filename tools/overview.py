"""Draw the pictures of README.md and of the front page: copies by autoencoders, samples of all.

`make overview` runs it. It needs MNIST and the checkpoints that it shows, and leaves in each file
the digests of these (tests/test_overview.py).
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from gencore import data, plots, recipes, zoo
from gencore.data.files import atomic_write
from gencore.loading import quieten
from tools.kernel import ROOT

PICTURE = ROOT / "book" / "_static" / "overview.png"
SHEET = ROOT / "book" / "_static" / "samples.png"
MODELS = ("ae-mlp", "ae-conv", "ae-conv-denoising")
SAMPLED = {
    "vae-dense": "VAE, plane of codes,\ndense",
    "vae-conv": "VAE, plane of codes,\nconvolutional",
    "vae-2": "VAE, binary digits",
    "cvae": "conditional VAE",
    "gan-dense": "GAN, dense",
    "gan-r1": "GAN, dense, R1",
    "gan-conv": "GAN, convolutional",
    "dcgan": "DCGAN",
    "wgan-gp": "WGAN-GP",
    "cgan": "conditional GAN",
    "gae-2d-2": "GAE, plane of codes",
    "gae-best": "GAE, binary digits",
    "row-lstm": "LSTM over rows,\nbinary digits",
    "gmmn": "moment matching, pixels",
    "gmmn-ae": "moment matching, codes",
    "aae": "adversarial autoencoder",
    "wae": "Wasserstein autoencoder",
}
NOISE_SEED, SAMPLE_SEED = 0, 0


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


def samples(split: data.Split) -> dict[str, np.ndarray]:
    """Return ten test digits, and the first ten samples of each model; labels are 0 to 9."""
    found = {"test digits": first_of_each(split)}
    for name, label in SAMPLED.items():
        model: Any = zoo.load(name)
        model = getattr(model, "vae", model)
        told = {"labels": np.arange(10)} if getattr(model, "classes", 0) else {}
        found[label] = model.sample(10, seed=SAMPLE_SEED, **told)
    return found


def digests(models: Iterable[str]) -> str:
    """Return the names and SHA-256 digests of checkpoints."""
    return ", ".join(f"{name} {zoo.card(name)['sha256']}" for name in models)


def draw(path: Path, shown: dict[str, np.ndarray], models: Iterable[str], height: float) -> None:
    """Write a picture of named rows of images."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plots.use_book_style()
    plt.rcParams["font.size"] = 12
    figure, axes = plt.subplots(figsize=(7.6, height))
    plots.pairs(shown, ax=axes)
    with atomic_write(path) as temporary:
        note = {"Software": None, "Description": digests(models)}
        figure.savefig(temporary, dpi=200, metadata=note)


def main() -> int:
    """Run the command line."""
    quieten()
    try:
        split = data.load_mnist()
        draw(PICTURE, rows(split), MODELS, height=3.9)
        draw(SHEET, samples(split), SAMPLED, height=9.9)
    except (data.DataError, zoo.CheckpointError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"wrote {PICTURE.relative_to(ROOT)} and {SHEET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
