"""One interactive figure of every kind, of untrained networks and made-up numbers."""

from types import SimpleNamespace

import keras
import numpy as np
from keras import layers
from scipy import special, stats

from gencore import autoencoder, data, explore, networks, sequences, vae
from gencore.metrics import Estimate

ROUNDS, PARTS = 3, 4


def rounded(model):
    """Give a model weights of a size that matters, as a checkpoint keeps them: in float16."""
    rng = np.random.default_rng(0)
    weights = []
    for w in model.get_weights():
        scale = 3 / np.sqrt(w.size / w.shape[-1]) if w.ndim > 1 else 0.1
        weights.append(rng.normal(0, scale, w.shape).astype("float16"))
    model.set_weights([w.astype("float32") for w in weights])
    return model


def plane_models():
    """Return a convolutional VAE and a dense autoencoder with a plane of codes."""
    conv = vae.VAE(
        networks.conv_encoder(4, (3, 4), hidden=(5,)),
        networks.conv_decoder(2, (4, 3), refine=True),
        likelihood=vae.CROSS_ENTROPY,
    )
    dense = autoencoder.Autoencoder(
        networks.dense_encoder(2, (6,), activation="silu"),
        networks.dense_decoder(2, (6, 5), activation="silu"),
    )
    return {"VAE": rounded(conv), "autoencoder": rounded(dense)}


def copying_models():
    """Return an autoencoder and a VAE with more than a plane of codes."""
    plain = autoencoder.Autoencoder(
        networks.conv_encoder(5, (3, 4)), networks.conv_decoder(5, (4, 3))
    )
    other = vae.VAE(
        networks.dense_encoder(10, (7,), activation="tanh"),
        networks.conv_decoder(5, (4, 3)),
        likelihood=vae.CROSS_ENTROPY,
    )
    return {"autoencoder": rounded(plain), "VAE": rounded(other)}


def mixture_rounds(rng):
    """Return points, a mixture after each of three rounds, and what each half-step is worth."""
    points = rng.normal(size=(60, 2))
    shape = (ROUNDS + 1, PARTS)
    mixtures = explore.Mixtures(
        rng.dirichlet(np.ones(PARTS), ROUNDS + 1),
        rng.normal(size=(*shape, 2)),
        rng.uniform(0.3, 2, (*shape, 2)),
    )
    evidence = np.sort(rng.uniform(-5, -4, 2 * ROUNDS))
    return points, mixtures, evidence - [0, 0.1] * ROUNDS, evidence


def responsibilities(points, mixtures, number):
    weights, means, variances = (part[number] for part in mixtures)
    density = stats.norm(means, np.sqrt(variances)).logpdf(points[:, None]).sum(axis=-1)
    return special.softmax(np.log(weights) + density, axis=1)


def noisy_models(rng):
    """Return training images under four variances, and three models: whole, with a gap, repaired.

    A fourth has not been trained at all.
    """
    levels = (0.0, 0.05, 0.1, 0.4)
    seen = {v: rng.random((6, 28, 28, 1)) for v in levels}
    kept = {"VAE": levels, "GAN": (0.0, 0.4), "VAE that knows": (0.1,), "GAE": ()}
    return seen, {
        name: {
            v: (
                rng.integers(0, 256, (4, 28, 28)).astype("uint8"),
                {
                    "distance": Estimate(20 + 300 * v + 50 * k, 1.0),
                    "noise left": Estimate(v / 2, 0.001),
                },
            )
            for v in own
        }
        for k, (name, own) in enumerate(kept.items())
    }


def scored_images(rng):
    """Return scores of normal and of anomalous images, some alike, and the images."""
    scores = np.round(rng.normal(size=90), 1), np.round(2 + 1.5 * rng.normal(size=70), 1)
    # Every image has the grey of its own place, which tells it from the others.
    images = (
        np.full((len(part), 28, 28, 1), np.linspace(0, 1, len(part))[:, None, None, None])
        for part in scores
    )
    return *scores, *images


def flat(rng, shape=(30, 40)):
    """Return a picture of one colour, which compresses to little."""
    return np.broadcast_to(rng.random(3).astype("float32"), (*shape, 3))


def dreams(rng):
    """Return a picture, and two dreams of different lengths."""
    steps = {"block4": 4, "block10": 2}
    return flat(rng), {
        name: [
            SimpleNamespace(
                picture=flat(rng), octave=k // 2, done=5 * k + 5, total=20, objective=10.0 + k
            )
            for k in range(count)
        ]
        for name, count in steps.items()
    }


def painted(rng):
    """Return a picture, two styles, and pictures in them, weights in no order."""
    weights = {"wave": (10.0, 1.0, 0.1), "scream": (5.0, 50.0)}
    made = {
        name: {
            weight: SimpleNamespace(
                picture=flat(rng),
                history={
                    "content": np.array([0, 0.1 * weight]),
                    "style": np.array([1, 1 / weight]),
                },
            )
            for weight in own
        }
        for name, own in weights.items()
    }
    return flat(rng), {name: flat(rng, (20, 20)) for name in weights}, made


def writing_model(rng, units=(6, 5)):
    """Return a model of four characters, its weights in half precision as a checkpoint's."""
    network = networks.lstm(4, 3, units, dropout=0.1)
    weights = [rng.normal(size=w.shape).astype("float16") for w in network.get_weights()]
    network.set_weights([w.astype("float32") for w in weights])
    return sequences.SequenceModel(network, data.Vocabulary("\nab "))


def every_figure():
    """Return the figures by their kind, and what they were made of."""
    rng = np.random.default_rng(1)
    images = rng.random((40, 28, 28, 1)).astype("float32")
    labels = rng.integers(0, 10, 40)
    grid = np.linspace(-5, 5, 101)
    data_density = stats.norm(1, 1).pdf(grid)
    moments = {
        f"{turn} turns": (stats.norm(turn, 0.8).pdf(grid), special.expit(grid * turn))
        for turn in range(4)
    }
    bandwidths = np.linspace(0.1, 0.4, 7)
    scores = {
        name: 100 - k - (400 + 900 * k) * (bandwidths - 0.2 - 0.05 * k) ** 2
        for k, name in enumerate(("real digits", "k-means centres", "VAE"))
    }
    made = SimpleNamespace(
        planes=plane_models(),
        copiers=copying_models(),
        images=images,
        labels=labels,
        em=mixture_rounds(rng),
        gan=(grid, data_density, moments),
        parzen=(bandwidths, scores),
        noise=noisy_models(rng),
        scored=scored_images(rng),
        writer=writing_model(rng),
        sets=(rng.normal(size=(60, 2)), 0.3 + 1.2 * rng.normal(size=(50, 2))),
        dreams=dreams(rng),
        styles=painted(rng),
    )
    return {
        "latent_map": explore.latent_map(made.planes, images, labels),
        "draw_and_reconstruct": explore.draw_and_reconstruct(made.copiers, images[:3]),
        "game": explore.game(0.5, 1.0),
        "em_steps": explore.em_steps(*made.em),
        "gan_training": explore.gan_training(*made.gan),
        "bandwidth": explore.bandwidth(*made.parzen),
        "noise_levels": explore.noise_levels(*made.noise),
        "threshold": explore.threshold(*made.scored, start=1.5),
        "two_sample": explore.two_sample(*made.sets),
        "dream": explore.dream(*made.dreams),
        "style": explore.style(*made.styles),
        "typewriter": explore.typewriter(made.writer, "ab\na"),
    }, made


def unknown(kind):
    """Return a network with one layer or setting that the page does not run."""
    image = keras.Input((8, 8, 1))
    layer = {
        "gelu": layers.Conv2D(2, 3, padding="same", activation="gelu"),
        "normalisation": layers.BatchNormalization(),
        "valid": layers.Conv2D(2, 3, padding="valid"),
        "strides": layers.Conv2D(2, 3, strides=(1, 2), padding="same"),
        "dilation": layers.Conv2D(2, 3, dilation_rate=2, padding="same"),
        "bias": layers.Conv2D(2, 3, padding="same", use_bias=False),
    }[kind]
    return keras.Model(image, layer(image))
