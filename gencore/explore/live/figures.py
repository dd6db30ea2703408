"""The live figures of the chapters: what is trained or scored anew, and what can be chosen.

Networks are imported where they are trained: the figures are imported without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from gencore import checks, data, metrics, plots
from gencore.explore.live.live import Live
from gencore.explore.live.panel import Choice, Moment, Number

LOSSES = ("minimax", "non-saturating", "wasserstein")
BLOCK = 10  # turns of the generator between two pictures
CRITIC_STEPS, BATCH = 5, 100  # of the recipes of the ring
SHOWN = 500
NEAR = 0.3  # three standard deviations around a centre
FACTORS = np.geomspace(0.5, 2, 11)  # of the bandwidth that is chosen
UNITS = 128
MOST_TURNS, MOST_EPOCHS = 3000, 50


def live_ring(points: np.ndarray, turns: int = 200) -> Live:
    """Return the game of a GAN on the ring, played anew with another loss or learning rate.

    Players and their settings are those of the recipes ``ring-minimax`` and its kin.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Training points of :func:`gencore.data.gaussian_ring`, at least 5,000.
    turns : int
        Turns of the generator to begin with.

    Raises
    ------
    ValueError
        If there are too few points.
    """
    need = BLOCK * CRITIC_STEPS * BATCH
    form = f"the shape (n, 2): {BLOCK} turns of the generator take {need:,} points of the plane"
    points = checks.array(points, "points", form, shape=(None, 2), least=need)
    turns = checks.whole(turns, "a game has one turn or more", name="turns", high=MOST_TURNS)

    def work(loss: str, learning_rate: float, turns: int) -> Iterable[Moment]:
        import keras

        from gencore import recipes

        recipe = recipes.get(f"ring-{loss}")
        keras.utils.set_random_seed(recipe.seed)
        model = recipe.build(recipe.seed)
        adam = keras.optimizers.Adam(learning_rate, **recipe.adam)
        model.compile(adam, jit_compile=False)
        rng, done = np.random.default_rng(recipe.seed), 0
        while done < turns:
            block = min(BLOCK, turns - done)
            chosen = rng.choice(points, block * CRITIC_STEPS * BATCH, replace=False)
            model.fit(chosen, batch_size=BATCH, verbose=0, shuffle=False)
            done += block
            made = model.sample(SHOWN, seed=0)
            if not np.isfinite(made).all():
                raise ValueError(
                    f"Samples are finite; after {done} turns they are not. Take a smaller learning "
                    f"rate than {learning_rate:g}."
                )
            modes, good = metrics.modes_covered(made, data.ring_centres(), NEAR)
            words = (
                f"The {loss} loss, learning rate {learning_rate:g}, after {done} of {turns} turns "
                f"of the generator: {modes} of 8 modes covered, {good.value:.0%} of the samples "
                "good."
            )
            yield Moment(done / turns, words, partial(_ring, made))

    return Live(
        "The ring, played anew",
        "Samples of a generator as dots, and the eight centres of the data as rings around which "
        "the points of the data lie.",
        work,
        {
            "loss": Choice("loss", LOSSES),
            "learning_rate": Number("learning rate", 1e-3, 1e-5, 0.1),
            "turns": Number("turns of the generator", turns, 1, MOST_TURNS),
        },
    )


def live_bandwidth(samples: Mapping[str, np.ndarray], images: np.ndarray) -> Live:
    """Return Parzen scores that are taken anew, with another bandwidth or number of samples.

    Parameters
    ----------
    samples : mapping of str to ndarray, shape (m, ...)
        Sets of samples by the name to show, all of the same size m.
    images : ndarray, shape (n, ...)
        Images to score.

    Raises
    ------
    ValueError
        If there is no set, or the sets differ in size.
    """
    checks.mapping(samples, "sets of samples")
    images = checks.array(images, "images", least=2)
    samples = {str(name): checks.array(part, "samples", least=2) for name, part in samples.items()}
    for part in samples.values():
        if part.shape[1:] != images.shape[1:]:
            received = f"{part.shape[1:]} and {images.shape[1:]}"
            checks.refuse("samples and images have one shape", received, "Reshape the samples.")
    sizes = {len(part) for part in samples.values()}
    if len(sizes) > 1:
        raise ValueError(f"scores are compared at one number of samples; received sets of {sizes}.")
    most = sizes.pop()
    tried: list[tuple[str, np.ndarray, list[float]]] = []

    def work(chosen: str, bandwidth: float, count: int) -> Iterable[Moment]:
        widths, scores = bandwidth * FACTORS, []
        tried.append((f"{count:,} samples, {chosen}", widths, scores))
        middle = metrics.parzen_log_likelihood(samples[chosen][:count], images, bandwidth)
        words = (
            f"{chosen}, {count:,} samples, bandwidth {bandwidth:g}: {middle} per image, over "
            f"{len(images):,} images."
        )
        for width in widths:
            score = metrics.parzen_log_likelihood(samples[chosen][:count], images, float(width))
            scores.append(score.value)
            curves = [
                (name, xs[: len(ys)], list(ys)) for name, xs, ys in tried[-len(plots.COLORS) :]
            ]
            draw = partial(_scores, curves, bandwidth, middle.value)
            yield Moment(len(scores) / len(widths), words, draw)

    return Live(
        "Parzen scores, taken anew",
        "Curves of the score against the bandwidth, from half of the one that was chosen to twice "
        "of it, for each set and number of samples that was tried; a dot marks the last choice.",
        work,
        {
            "chosen": Choice("samples", tuple(samples)),
            "bandwidth": Number("bandwidth", 0.2, 0.01, 5.0),
            "count": Number("number of samples", most, 2, most),
        },
    )


def live_vae(images: np.ndarray, shown: np.ndarray, epochs: int = 10) -> Live:
    """Return a small VAE that is trained anew, with another code or weight of the rate.

    Parameters
    ----------
    images : ndarray, shape (n, 28, 28, 1)
        Images to train on, in [0, 1]; a few thousand take seconds.
    shown : ndarray, shape (m, 28, 28, 1)
        Images to copy.
    epochs : int
        Epochs to begin with.

    Raises
    ------
    ValueError
        If the images are not of 28 by 28 pixels in [0, 1], or there is no epoch.
    """
    form = "the shape (n, 28, 28, 1)"
    images, shown = (
        checks.array(part, "images", form, shape=(None, 28, 28, 1), low=0, high=1)
        for part in (images, shown)
    )
    epochs = checks.whole(epochs, "a training has one epoch or more", high=MOST_EPOCHS)

    def work(latent_size: int, beta: float, epochs: int) -> Iterable[Moment]:
        import keras

        from gencore import networks, vae

        keras.utils.set_random_seed(0)
        encoder = networks.dense_encoder(2 * latent_size, (UNITS,))
        decoder = networks.dense_decoder(latent_size, (UNITS,))
        model = vae.VAE(encoder, decoder, likelihood=vae.CROSS_ENTROPY, beta=beta)
        model.compile(keras.optimizers.Adam(2e-3), jit_compile=False)
        for epoch in range(1, epochs + 1):
            history = model.fit(images, batch_size=BATCH, verbose=0).history
            rate, loss = history["rate"][-1], history["loss"][-1]
            words = (
                f"{latent_size} latent dimensions, weight {beta:g} of the rate, after epoch "
                f"{epoch} of {epochs}: rate {rate:.1f} nats, cross-entropy "
                f"{loss - beta * rate:.0f} nats per image, means over the epoch."
            )
            rows = {
                "digit": shown,
                "copy": model.images(model.codes(shown)),
                "sample": model.sample(len(shown), seed=0),
            }
            yield Moment(epoch / epochs, words, partial(plots.pairs, rows))

    return Live(
        "A small VAE, trained anew",
        "Test digits in the first row, their copies by the VAE in the second, and in the third "
        "what it makes of codes drawn from the prior.",
        work,
        {
            "latent_size": Number("latent dimensions", 2, 1, 64),
            "beta": Number("weight of the rate", 1.0, 0.0, 100.0),
            "epochs": Number("epochs", epochs, 1, MOST_EPOCHS),
        },
    )


def _ring(made: np.ndarray) -> Axes:
    _, ax = plt.subplots(figsize=(3.6, 3.6))
    ax.scatter(*data.ring_centres().T, s=200, facecolors="none", edgecolors="0.6")
    ax.scatter(*made.T, s=4, color=plots.COLORS[1])
    ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
    return ax


def _scores(
    curves: list[tuple[str, np.ndarray, list[float]]], bandwidth: float, score: float
) -> Axes:
    _, ax = plt.subplots(figsize=(6.4, 3.8))
    for (name, widths, scores), color in zip(curves, plots.COLORS, strict=False):
        ax.plot(widths, scores, color=color, label=name)
    ax.plot(bandwidth, score, "o", color="0.2")
    ax.set(xlabel="bandwidth", ylabel="nats per image")
    ax.legend()
    return ax
