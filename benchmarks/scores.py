"""Speed of the scores and of the mixture prior; ``python -m benchmarks.scores`` measures it.

parzen
    ``metrics.parzen_log_likelihood`` of as many images under as many samples, 784 pixels each,
    beside the machine's matrix product in the same run, and beside scikit-learn's
    ``KernelDensity`` in the setting that is exact (one leaf), timed on a few images.
kernel distance
    ``metrics.mmd_squared`` of as many images and as many others, 784 pixels each, in the same way,
    beside scikit-learn's ``rbf_kernel`` summed in blocks: ``benchmarks/kernels.py``.
prior samples
    ``likelihood.prior_log_likelihood`` for 10,000 binary images: the share of the matrix rate, and
    what 10^7 draws would take.
exemplars
    For n exemplars in 40 dimensions: an epoch of training over n images with the exemplars of the
    batch, the mixture's log-density of 10,000 codes by all n, and by the 500 nearest to each of
    100 posteriors, 100 codes each, the search included; in processor seconds, which other work
    on the machine disturbs least. Slopes are those of log seconds against log n.

``benchmarks/scores.json``, which the chapter on generative autoencoders draws, comes from
``python -m benchmarks.scores --only exemplars --threads 1 --repeats 1 --json FILE``.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kernels import kernel_distance
from benchmarks.turns import limit_threads
from gencore.loading import quieten

PARTS = ("parzen", "kernel distance", "prior samples", "exemplars")
EXEMPLARS = (1000, 3000, 10_000, 30_000, 60_000)
LATENT_SIZE = 40
KERNEL_IMAGES = 5


def seconds(
    task: Callable[[], object], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the least time of a few calls, after one that does not count."""
    task()
    times = []
    for _ in range(repeats):
        start = clock()
        task()
        times.append(clock() - start)
    return min(times)


def parzen(count: int, repeats: int) -> dict[str, float]:
    """Compare the Parzen score with the matrix product and with scikit-learn."""
    from sklearn.neighbors import KernelDensity

    from benchmarks.work import matrix_rate
    from gencore import metrics

    rng = np.random.default_rng(0)
    samples, x = (rng.random((count, 784), dtype=np.float32) for _ in range(2))
    rate = matrix_rate()
    one = seconds(lambda: metrics.parzen_log_likelihood(samples, x, 0.2), repeats)
    grid = np.linspace(0.1, 0.3, 10)
    ten = seconds(lambda: metrics.parzen_log_likelihoods(samples, x, grid), repeats)
    kernels = KernelDensity(bandwidth=0.2, leaf_size=count).fit(samples)
    theirs = seconds(lambda: kernels.score_samples(x[:KERNEL_IMAGES]), 1) * count / KERNEL_IMAGES
    rate = max(rate, matrix_rate())
    return {
        "seconds": one,
        "seconds of ten bandwidths": ten,
        "share of matrix rate": 2 * 784 * count**2 / one / rate,
        "times as fast as scikit-learn": theirs / one,
    }


def prior_samples(draws: int, repeats: int) -> dict[str, float]:
    """Compare the estimate from prior samples with the matrix product."""
    from benchmarks.work import matrix_rate
    from gencore import likelihood, networks, vae

    model = vae.VAE(networks.dense_encoder(16, (500, 500)), networks.dense_decoder(8, (500, 500)))
    x = (np.random.default_rng(0).random((10_000, 28, 28, 1)) < 0.2).astype(np.float32)
    rate = matrix_rate()
    taken = seconds(lambda: likelihood.prior_log_likelihood(model, x, draws), repeats)
    rate = max(rate, matrix_rate())
    return {
        "share of matrix rate": 2 * 784 * len(x) * draws / taken / rate,
        "minutes for 10^7 draws": taken * 1e7 / draws / 60,
    }


def exemplars(n: int, repeats: int) -> dict[str, float]:
    """Time training and densities with n exemplars."""
    import keras
    import tensorflow as tf

    from gencore import gae, networks, vae

    rng = np.random.default_rng(0)
    loc = rng.normal(size=(n, LATENT_SIZE))
    prior = gae.PosteriorMixture(loc, np.full((1, LATENT_SIZE), 0.3))
    pair = (
        networks.dense_encoder(2 * LATENT_SIZE, (500, 500)),
        networks.dense_decoder(LATENT_SIZE, (500, 500)),
    )
    model = gae.GAE(vae.VAE(*pair, prior=prior, binarize=True))
    model.compile(keras.optimizers.Adam(1e-3), jit_compile=False)
    images = rng.random((n, 28, 28, 1), dtype=np.float32)
    near = gae.NearestMixture(prior, 500)
    centres = tf.constant(loc[:100], tf.float32)
    z = centres + 0.3 * tf.random.stateless_normal((100, 100, LATENT_SIZE), (0, 0))
    exact, approximate = tf.function(prior.log_prob), tf.function(near.log_prob)
    tasks = {
        "training epoch": lambda: model.fit(images, batch_size=250, verbose=0),
        "all exemplars": lambda: exact(z),
        "nearest exemplars": lambda: approximate(z, tf.constant(near.nearest(centres))),
    }
    return {name: seconds(task, repeats, time.process_time) for name, task in tasks.items()}


def slopes(rows: dict[int, dict[str, float]]) -> dict[str, float]:
    """Return the exponent of n that fits each column best."""
    sizes = np.log(list(rows))
    columns = next(iter(rows.values()))
    return {
        key: np.polyfit(sizes, np.log([r[key] for r in rows.values()]), 1)[0] for key in columns
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m benchmarks.scores", description=__doc__)
    parser.add_argument("--images", type=int, default=10_000, help="images and samples (10000)")
    parser.add_argument("--draws", type=int, default=10_000, help="prior draws (10000)")
    parser.add_argument("--repeats", type=int, default=3, help="calls of which the best counts")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    parser.add_argument("--only", choices=PARTS, help="one of the four parts")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    limit_threads(options.threads)
    quieten()
    chosen = [options.only] if options.only else PARTS
    results: dict[str, Any] = {"threads": options.threads}
    if "parzen" in chosen:
        results["parzen"] = parzen(options.images, options.repeats)
    if "kernel distance" in chosen:
        counted = kernel_distance(options.images, seconds, options.repeats)
        results["kernel distance"] = counted
    if "prior samples" in chosen:
        results["prior samples"] = prior_samples(options.draws, options.repeats)
    if "exemplars" in chosen:
        results["exemplars"] = {}
        for n in (n for n in EXEMPLARS if n <= max(1000, 6 * options.images)):
            sys.stderr.write(f"\r{n} exemplars")
            results["exemplars"][n] = exemplars(n, options.repeats)
        sys.stderr.write("\r" + " " * 40 + "\r")
        if len(results["exemplars"]) > 1:
            results["slopes"] = slopes(results["exemplars"])
    rounded = json.loads(json.dumps(results), parse_float=lambda v: _rounded(float(v)))
    print(json.dumps(rounded, indent=1))
    if options.json:
        options.json.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    return 0


def _rounded(value: float) -> float:
    """Return the value to three digits."""
    return value if value == 0 else round(value, 2 - math.floor(math.log10(abs(value))))


if __name__ == "__main__":
    sys.exit(main())
