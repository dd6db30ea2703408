"""Every public function with right arguments, each of which a test replaces by wrong ones.

``CALLS`` has, by ``room.name``, what gives the function and its arguments; truths (whether to clip)
and words that are only shown (titles) are left out. ``NONE_NEEDED`` has the public names that take
nothing to be wrong about, with the reason. ``MAY`` says which of the ten wrong inputs are right for
an argument of that name, ``MAY_OF`` for one argument of one function.
"""

from __future__ import annotations

import functools
from typing import Any

import matplotlib

matplotlib.use("Agg")

import keras
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from gencore import (
    adversarial,
    autoencoder,
    data,
    distributions,
    explore,
    gae,
    games,
    gan,
    likelihood,
    matching,
    measurements,
    metrics,
    networks,
    plots,
    reverse,
    sequences,
    translation,
    vae,
)
from tests.reverse.networks import maps

S = (4, 4, 1)
RNG = np.random.default_rng(0)
GREY = RNG.random((6, *S)).astype(np.float32)
BINARY = (GREY > 0.5).astype(np.float32)
ROWS = RNG.normal(size=(30, 2))
CODES = RNG.normal(size=(6, 2)).astype(np.float32)
LABELS = np.arange(6) % 3
PAYOFF = np.array([[1.0, 2.0], [3.0, 0.0]])
FACES = np.zeros((2, 28, 28, 1), np.float32)
EVEN = np.array([0.5, 0.5])
NO_FILE = "there-is-no-such-file.npz"
SHARES = ((1 - np.eye(6)) / 5).astype(np.float32)


@functools.cache
def encoder(size=2):
    return networks.dense_encoder(size, shape=S)


@functools.cache
def decoder():
    return networks.dense_decoder(2, shape=S)


@functools.cache
def pair():
    generator = networks.dense_generator(2, (3,), shape=S)
    return generator, networks.dense_discriminator((3,), shape=S)


@functools.cache
def small_vae(mixed=False):
    prior = gae.PosteriorMixture(CODES, np.ones(2)) if mixed else None
    return vae.VAE(encoder(4), decoder(), prior=prior)


@functools.cache
def small_autoencoder():
    return autoencoder.Autoencoder(encoder(), decoder())


@functools.cache
def small_gan():
    return gan.GAN(*pair())


@functools.cache
def labelled_gan():
    generator = networks.dense_generator(2, (3,), shape=S, classes=3)
    return gan.GAN(generator, networks.dense_discriminator((3,), shape=S, classes=3))


@functools.cache
def naming_gan():
    generator = networks.dense_generator(2, (3,), shape=S)
    discriminator = networks.dense_discriminator((3,), shape=S, outputs=3)
    return gan.GAN(generator, discriminator, labels=3, feature_matching=True)


@functools.cache
def conditional_vae():
    return vae.VAE(
        networks.conditional(networks.dense_encoder(4, (), (19,)), 3, S),
        networks.conditional(networks.dense_decoder(5, (), S), 3, (2,)),
    )


@functools.cache
def semi_supervised():
    return vae.SemiSupervisedVAE(conditional_vae(), networks.dense_encoder(3, (), S))


@functools.cache
def small_gae():
    return gae.GAE(small_vae(True))


@functools.cache
def matching_generator(codes=False):
    generator = networks.dense_encoder(2, shape=(3,)) if codes else networks.dense_decoder(3, (), S)
    options = {"features": encoder(), "decoder": decoder()} if codes else {}
    return matching.MomentMatching(generator, **options)


@functools.cache
def adversarial_pair():
    critic = networks.dense_discriminator((3,), shape=(2,), classes=4)
    return matching.AdversarialAutoencoder(encoder(), decoder(), critic, matching.Ring(3), labels=3)


@functools.cache
def wasserstein_pair():
    return matching.AdversarialAutoencoder(encoder(), decoder(), bandwidths=(1.0,))


def four_networks():
    critics = {f"critic_{name}": networks.patch_critic(S, (2,)) for name in "ab"}
    return {name: networks.translator(S, (2,), 0) for name in ("forward", "backward")} | critics


@functools.cache
def cycle_gan():
    return translation.CycleGAN(**four_networks(), pool=3)


LETTERS = data.Vocabulary("abc")
STRIPES = np.tile(np.array([0, 1, 0, 1], np.float32)[:, None], (6, 4, 1, 1)).reshape(6, 4, 4, 1)


@functools.cache
def lstm():
    return sequences.SequenceModel(networks.lstm(3, 2, (4,)), LETTERS)


@functools.cache
def row_pair():
    return networks.row_lstm(4, 3, (5,)), networks.masked_dense(4, 5, 2)


@functools.cache
def row_model():
    return sequences.RowModel(*row_pair())


@functools.cache
def counts():
    return sequences.NGram(LETTERS, "abcabcaab", 3)


@functools.cache
def gru():
    layer = keras.layers.GRU(3)
    layer(np.zeros((1, 2, 2), np.float32))
    return layer


@functools.cache
def mixture():
    return gae.PosteriorMixture(CODES, np.ones(2))


@functools.cache
def nearest():
    return gae.NearestMixture(mixture(), 3)


@functools.cache
def vamp():
    return gae.VampPrior(encoder(4), 3)


@functools.cache
def linear():
    return gae.LinearGAE(ROWS)


@functools.cache
def plane():
    big = networks.dense_encoder(2), networks.dense_decoder(2)
    return {"small": autoencoder.Autoencoder(*big)}


COLOURS = RNG.random((6, 5, 3)).astype(np.float32)


@functools.cache
def seeing():
    return maps(RNG.normal(size=(1, 1, 3, 4)))


def of_codes(**options):
    logits = lambda z: z * np.float32(1)  # noqa: E731  (two pixels, whose logits are themselves)
    return {"decoder": logits, "classifier": logits, "label": 1} | options


def normal():
    return distributions.DiagNormal(np.zeros(2), np.ones(2))


def scored(kind, x, **options):
    return kind(**options).log_prob(x)


def drawn(kind, n, seed, **options):
    return kind(**options).sample(n, seed)


def trained(model, x, y=None, **options):
    """Return the losses of a training that leaves the weights as they are."""
    model.compile(keras.optimizers.SGD(0.0))
    return list(model.fit(x, y, verbose=0, **options).history.values())


def scores(model, x, y=None, **options):
    model.compile(keras.optimizers.SGD(0.0))
    return model.evaluate(x, y, verbose=0, **options)


def players():
    return {"game": games.bilinear(), "x": 1.0, "y": 1.0}


def steps():
    return players() | {"step_size": 0.1, "steps": 3}


def moved(rule):
    return lambda **options: [rule(**options).x, rule(**options).y]


def sharpened(weight, target=None):
    if target is None:
        return autoencoder.l1_penalty(weight)(CODES)
    return autoencoder.kl_penalty(target, weight)(1 / (1 + np.exp(-CODES)))


def measured(kind):
    return lambda x, seed, **options: kind(**options)(x, seed)


def counted(**options):
    return list(games.simultaneous_gda(games.Game(**options), 1.0, 1.0, 1.0, 1))


def frame():
    return pd.DataFrame({"value": [1.0, 2.0], "low": [0.0, 1.0], "high": [2.0, 3.0]}, index=[0, 1])


def mixtures():
    return {
        "weights": np.ones((2, 1)),
        "means": np.ones((2, 1, 2)),
        "variances": np.ones((2, 1, 2)),
    }


TALLY = {"classes": 3}
IMAGE = {"shape": S}

CALLS: dict[str, Any] = {
    # Losses and penalties.
    "adversarial.Loss": lambda: (
        lambda loss: gan.GAN(*pair(), loss=loss),
        {"loss": adversarial.minimax},
    ),
    "adversarial.cross_entropy": lambda: (
        adversarial.cross_entropy,
        {"logits": CODES[:, 0], "target": 1.0},
    ),
    "adversarial.gradient_penalty": lambda: (
        adversarial.gradient_penalty,
        {"discriminator": pair()[1], "real": GREY, "fake": GREY, "seed": 0},
    ),
    "adversarial.interpolate": lambda: (
        adversarial.interpolate,
        {"real": GREY, "fake": GREY, "seed": 0},
    ),
    "adversarial.one_each": lambda: (adversarial.one_each, {"logits": CODES[:, 0]}),
    "adversarial.r1_penalty": lambda: (
        adversarial.r1_penalty,
        {"discriminator": pair()[1], "real": GREY},
    ),
    "adversarial.wasserstein_distance": lambda: (
        adversarial.wasserstein_distance,
        {"real": CODES[:, 0], "fake": CODES[:, 1]},
    ),
    # Autoencoders.
    "autoencoder.Autoencoder": lambda: (
        autoencoder.Autoencoder,
        {
            **{"encoder": encoder(), "decoder": decoder(), "loss": "cross_entropy"},
            **{"corruption": lambda x, seed: x, "penalty": autoencoder.l1_penalty(0.1), "seed": 0},
        },
    ),
    "autoencoder.Autoencoder.decode": lambda: (small_autoencoder().decode, {"z": CODES}),
    "autoencoder.Autoencoder.encode": lambda: (small_autoencoder().encode, {"x": GREY}),
    "autoencoder.Autoencoder.evaluate": lambda: (
        functools.partial(scores, small_autoencoder()),
        {"x": GREY, "y": GREY, "batch_size": 3, "sample_weight": np.ones(6)},
    ),
    "autoencoder.Autoencoder.fit": lambda: (
        functools.partial(trained, small_autoencoder()),
        {"x": GREY, "y": GREY, "batch_size": 3, "epochs": 1, "sample_weight": np.ones(6)},
    ),
    "autoencoder.Autoencoder.reconstruct": lambda: (
        small_autoencoder().reconstruct,
        {"x": GREY, "batch_size": 3},
    ),
    "autoencoder.cross_entropy": lambda: (autoencoder.cross_entropy, {"x": GREY, "raw": GREY}),
    "autoencoder.kl_penalty": lambda: (sharpened, {"target": 0.1, "weight": 1.0}),
    "autoencoder.l1_penalty": lambda: (sharpened, {"weight": 1.0}),
    "autoencoder.squared_error": lambda: (autoencoder.squared_error, {"x": GREY, "raw": GREY}),
    # Data.
    "data.Split": lambda: (data.load_digits().head, {"n": 2}),
    "data.add_noise": lambda: (data.add_noise, {"x": GREY, "variance": 0.1, "rng": 0}),
    "data.binarize": lambda: (data.binarize, {"x": GREY, "rng": 0}),
    "data.blur": lambda: (data.blur, {"x": GREY, "scale": 1.0, "rng": 0}),
    "data.corrupt": lambda: (
        data.corrupt,
        {"name": "blur", "x": GREY, "strength": 0.1, "rng": 0},
    ),
    "data.denoise": lambda: (data.denoise, {"noisy": RNG.random((30, *S)), "variance": 0.1}),
    "data.gaussian_ring": lambda: (
        data.gaussian_ring,
        {"n": 3, "components": 2, "radius": 1.0, "scale": 0.1, "rng": 0},
    ),
    "data.load": lambda: (data.load, {"name": "digits"}),
    "data.load_emoji": lambda: (data.load_emoji, {"path": NO_FILE}),
    "data.load_face_labels": lambda: (data.load_face_labels, {"name": "smiles", "path": NO_FILE}),
    "data.few_of_each": lambda: (
        data.few_of_each,
        {"labels": LABELS, "count": 1, "classes": 3, "rng": 0},
    ),
    "data.load_faces": lambda: (data.load_faces, {"name": "frey", "path": NO_FILE}),
    "data.load_picture": lambda: (data.load_picture, {"picture": "coffee", "size": 8}),
    "data.Vocabulary": lambda: (data.Vocabulary, {"symbols": "abc"}),
    "data.Vocabulary.decode": lambda: (LETTERS.decode, {"numbers": [0, 2]}),
    "data.Vocabulary.encode": lambda: (LETTERS.encode, {"text": "ab"}),
    "data.Vocabulary.of": lambda: (data.Vocabulary.of, {"text": "ab"}),
    "data.WordVocabulary": lambda: (
        data.WordVocabulary,
        {"characters": "ab ", "words": ["ab"]},
    ),
    "data.WordVocabulary.encode": lambda: (
        data.WordVocabulary("ab ", ["ab"]).encode,
        {"text": "ab a"},
    ),
    "data.WordVocabulary.decode": lambda: (
        data.WordVocabulary("ab ", ["ab"]).decode,
        {"numbers": [3, 2]},
    ),
    "data.WordVocabulary.of": lambda: (
        data.WordVocabulary.of,
        {"text": "the cat", "least": 1, "most": 1},
    ),
    "data.load_text": lambda: (data.load_text, {"name_or_path": "python"}),
    "data.missing_pixels": lambda: (data.missing_pixels, {"x": GREY, "share": 0.1, "rng": 0}),
    "data.one_hot": lambda: (data.one_hot, {"labels": LABELS, "classes": 3, "count": 6}),
    "data.other_images": lambda: (
        data.other_images,
        {"name": "inverted digits", "n": 2, "seed": 0, "digits": FACES},
    ),
    "data.ring_centres": lambda: (data.ring_centres, {"components": 2, "radius": 1.0}),
    "data.salt_and_pepper": lambda: (data.salt_and_pepper, {"x": GREY, "share": 0.1, "rng": 0}),
    "data.twins": lambda: (data.twins, {"x": GREY}),
    "data.undo_clipping": lambda: (data.undo_clipping, {"means": GREY, "variance": 0.1}),
    "data.without_most": lambda: (
        data.without_most,
        {"labels": LABELS, "label": 1, "share": 0.5, "rng": 0},
    ),
    "data.wrong_labels": lambda: (
        data.wrong_labels,
        {"labels": LABELS, "share": 0.5, "classes": 3, "rng": 0},
    ),
    # Densities.
    "distributions.Bernoulli": lambda: (
        functools.partial(scored, distributions.Bernoulli),
        {"logits": GREY, "x": BINARY, "event_ndims": 3},
    ),
    "distributions.Bernoulli.sample": lambda: (
        functools.partial(drawn, distributions.Bernoulli, logits=GREY),
        {"n": 2, "seed": 0},
    ),
    "distributions.DiagNormal": lambda: (
        functools.partial(scored, distributions.DiagNormal),
        {"loc": CODES, "scale": np.ones(2), "x": CODES, "event_ndims": 1},
    ),
    "distributions.DiagNormal.from_raw": lambda: (
        lambda raw: distributions.DiagNormal.from_raw(raw).loc,
        {"raw": GREY[:, :, 0, 0]},
    ),
    "distributions.DiagNormal.sample": lambda: (normal().sample, {"n": 2, "seed": 0}),
    "distributions.MeasuredImage": lambda: (
        functools.partial(scored, distributions.MeasuredImage),
        {"logits": GREY, "measured": lambda x: x, "x": BINARY, "event_ndims": 3},
    ),
    "distributions.Mixture": lambda: (
        functools.partial(scored, distributions.Mixture),
        {"components": distributions.DiagNormal(CODES, np.ones(2)), "logits": EVEN[0] * np.ones(6)}
        | {"x": CODES},
    ),
    "distributions.Mixture.sample": lambda: (
        distributions.Mixture(distributions.DiagNormal(CODES, np.ones(2))).sample,
        {"n": 2, "seed": 0},
    ),
    "distributions.NoisyImage": lambda: (
        functools.partial(scored, distributions.NoisyImage),
        {"logits": GREY, "variance": 0.1, "x": GREY, "event_ndims": 3},
    ),
    "distributions.NoisyImage.sample": lambda: (
        distributions.NoisyImage(GREY, 0.1).sample,
        {"n": 2, "seed": 0},
    ),
    "distributions.kl_divergence": lambda: (
        distributions.kl_divergence,
        {"q": normal(), "p": normal()},
    ),
    "distributions.standard_normal": lambda: (
        lambda size: distributions.standard_normal(size).mean(),
        {"size": 2},
    ),
    # Interactive figures.
    "explore.Choice": lambda: (
        explore.live_bandwidth,
        {"samples": {"a": GREY}, "images": GREY},
    ),
    "explore.Mixtures": lambda: (
        lambda **parts: explore.em_steps(ROWS, explore.Mixtures(**parts), [1.0, 2.0], [2.0, 3.0]),
        mixtures(),
    ),
    "explore.Explorer": lambda: (
        lambda kind, data: explore.Explorer(kind, "", "", data, plt.gca),
        {"kind": "bandwidth", "data": {"a": 1.0}},
    ),
    "explore.bandwidth": lambda: (
        explore.bandwidth,
        {"bandwidths": [0.1, 0.2, 0.3], "scores": {"a": [1.0, 3.0, 2.0]}, "start": 0.2},
    ),
    "explore.draw_and_reconstruct": lambda: (
        explore.draw_and_reconstruct,
        {"models": plane(), "examples": FACES},
    ),
    "explore.Upload": lambda: (
        lambda size: explore.live_dream("coffee", size).controls,
        {"size": 48},
    ),
    "explore.dream": lambda: (
        explore.dream,
        {"picture": COLOURS, "dreams": {"block4": [reverse.Step(1, 2, 0, 1.0, COLOURS)]}},
    ),
    "explore.em_steps": lambda: (
        explore.em_steps,
        {
            **{"points": ROWS, "mixtures": explore.Mixtures(**mixtures())},
            **{"bounds": [1.0, 2.0], "evidence": [2.0, 3.0]},
        },
    ),
    "explore.game": lambda: (explore.game, {"x": 1.0, "y": 1.0}),
    "explore.gan_training": lambda: (
        explore.gan_training,
        {"grid": [0, 1], "data_density": [1, 1], "moments": {"a": ([1, 1], [0.5, 0.5])}},
    ),
    "explore.latent_map": lambda: (
        explore.latent_map,
        {"models": plane(), "images": FACES, "labels": [0, 1]},
    ),
    "explore.live_bandwidth": lambda: (
        explore.live_bandwidth,
        {"samples": {"a": GREY}, "images": GREY},
    ),
    "explore.live_dream": lambda: (explore.live_dream, {"picture": "coffee", "size": 48}),
    "explore.live_ring": lambda: (
        explore.live_ring,
        {"points": RNG.normal(size=(20_000, 2)), "turns": 2},
    ),
    "explore.live_vae": lambda: (
        explore.live_vae,
        {"images": FACES, "shown": FACES, "epochs": 1},
    ),
    "explore.noise_levels": lambda: (
        explore.noise_levels,
        {
            "seen": {0.1: FACES},
            "models": {"a": {0.1: (FACES[..., 0], {"error": metrics.Estimate(1.0, 0.1)})}},
        },
    ),
    "explore.threshold": lambda: (
        explore.threshold,
        {
            **{"normal": [0.0, 1.0], "anomalous": [0.5, 2.0], "start": 0.7},
            **{"normal_images": FACES, "anomalous_images": FACES},
        },
    ),
    "explore.style": lambda: (
        explore.style,
        {
            **{"content": COLOURS, "styles": {"wave": COLOURS}},
            "made": {
                "wave": {1.0: reverse.Made(COLOURS, {"content": [1.0], "style": [1.0]}, True)}
            },
        },
    ),
    "explore.typewriter": lambda: (explore.typewriter, {"model": lstm(), "start": "ab"}),
    "explore.two_sample": lambda: (explore.two_sample, {"x": ROWS, "y": ROWS, "seed": 0}),
    # The generative autoencoder.
    "gae.GAE": lambda: (
        gae.GAE,
        {"model": small_vae(True), "mean_weight": 0.0, "scale_weight": 0.0},
    ),
    "gae.GAE.e_step": lambda: (small_gae().e_step, {"z": CODES, "leave_out": np.arange(6)}),
    "gae.GAE.evaluate": lambda: (
        functools.partial(scores, small_gae()),
        {"x": BINARY, "batch_size": 3, "sample_weight": np.ones(6)},
    ),
    "gae.GAE.fit": lambda: (
        functools.partial(trained, small_gae()),
        {"x": BINARY, "batch_size": 3, "epochs": 1, "sample_weight": np.ones(6)},
    ),
    "gae.GAE.fit_em": lambda: (
        lambda **options: small_gae().fit_em(**options).bounds,
        {"x": BINARY, "max_iter": 1, "tol": 0.1, "epochs": 0, "points": 3, "seed": 0},
    ),
    "gae.GAE.free_energy": lambda: (
        small_gae().free_energy,
        {
            **{"x": BINARY, "z": CODES, "responsibilities": SHARES},
            "leave_out": np.arange(6),
        },
    ),
    "gae.GAE.m_step": lambda: (small_gae().m_step, {"squares": np.ones(2)}),
    "gae.GAE.nearest": lambda: (
        small_gae().nearest,
        {"neighbours": 2, "algorithm": "brute"},
    ),
    "gae.GAE.refresh": lambda: (small_gae().refresh, {"x": BINARY}),
    "gae.LinearGAE": lambda: (
        lambda **options: gae.LinearGAE(**options).log_likelihood(),
        {"x": ROWS, "latent_size": 1, "seed": 0},
    ),
    "gae.LinearGAE.bound": lambda: (linear().bound, {"expectation": linear().e_step()}),
    "gae.LinearGAE.fit_em": lambda: (
        lambda **options: gae.LinearGAE(ROWS).fit_em(**options).bounds,
        {"max_iter": 2, "tol": 0.1},
    ),
    "gae.LinearGAE.m_step": lambda: (linear().m_step, {"expectation": linear().e_step()}),
    "gae.NearestMixture": lambda: (
        lambda z, **options: gae.NearestMixture(**options).log_prob(z),
        {"mixture": mixture(), "neighbours": 2, "algorithm": "brute", "z": CODES},
    ),
    "gae.NearestMixture.log_prob": lambda: (
        nearest().log_prob,
        {"z": CODES, "near": np.zeros((6, 1), int)},
    ),
    "gae.NearestMixture.nearest": lambda: (nearest().nearest, {"z": CODES}),
    "gae.NearestMixture.sample": lambda: (nearest().sample, {"n": 2, "seed": 0}),
    "gae.PosteriorMixture": lambda: (
        functools.partial(scored, gae.PosteriorMixture),
        {"loc": CODES, "scale": np.ones(2), "x": CODES},
    ),
    "gae.PosteriorMixture.assign": lambda: (
        mixture().assign,
        {"loc": CODES, "scale": np.ones(2)},
    ),
    "gae.PosteriorMixture.blank": lambda: (
        lambda **sizes: gae.PosteriorMixture.blank(**sizes).loc,
        {"exemplars": 3, "latent_size": 2},
    ),
    "gae.PosteriorMixture.free_energy": lambda: (
        mixture().free_energy,
        {
            **{"z": CODES, "responsibilities": SHARES},
            "leave_out": np.arange(6),
        },
    ),
    "gae.PosteriorMixture.log_prob": lambda: (
        mixture().log_prob,
        {"z": CODES, "leave_out": np.arange(6)},
    ),
    "gae.PosteriorMixture.responsibilities": lambda: (
        mixture().responsibilities,
        {"z": CODES, "leave_out": np.arange(6)},
    ),
    "gae.PosteriorMixture.sample": lambda: (mixture().sample, {"n": 2, "seed": 0}),
    "gae.PosteriorMixture.squares": lambda: (
        mixture().squares,
        {"z": CODES, "responsibilities": SHARES},
    ),
    "gae.VampPrior": lambda: (
        lambda z, **options: gae.VampPrior(**options).log_prob(z),
        {"encoder": encoder(4), "inputs": 3, "seed": 0, "z": CODES},
    ),
    "gae.VampPrior.log_prob": lambda: (vamp().log_prob, {"z": CODES}),
    "gae.VampPrior.sample": lambda: (vamp().sample, {"n": 2, "seed": 0}),
    "gae.negentropy": lambda: (gae.negentropy, {"prior": mixture(), "draws": 10, "seed": 0}),
    # Games.
    "games.Game": lambda: (
        counted,
        {"gradient_x": lambda x, y: y, "gradient_y": lambda x, y: x},
    ),
    "games.alternating_gda": lambda: (moved(games.alternating_gda), steps()),
    "games.bilinear": lambda: (games.bilinear, {"matrix": 1.0}),
    "games.dirac_gan": lambda: (games.dirac_gan, {"penalty": 0.1}),
    "games.exploitability": lambda: (
        games.exploitability,
        {"payoff": PAYOFF, "row": EVEN, "column": EVEN},
    ),
    "games.extragradient": lambda: (moved(games.extragradient), steps()),
    "games.fictitious_play": lambda: (
        lambda **options: games.fictitious_play(**options).exploitability,
        {"payoff": PAYOFF, "rounds": 3, "row": 0, "column": 1},
    ),
    "games.jacobian": lambda: (games.jacobian, players()),
    "games.jacobian_eigenvalues": lambda: (games.jacobian_eigenvalues, players()),
    "games.simultaneous_gda": lambda: (moved(games.simultaneous_gda), steps()),
    "games.solve_zero_sum": lambda: (games.solve_zero_sum, {"payoff": PAYOFF}),
    # GANs.
    "gan.GAN": lambda: (
        gan.GAN,
        {
            **{"generator": pair()[0], "discriminator": pair()[1], "loss": adversarial.minimax},
            **{"penalty": adversarial.r1_penalty, "penalty_weight": 1.0, "critic_steps": 1},
            **{"measurement": measurements.blur(1.0), "activation": "sigmoid", "collapse": 0.0},
            "seed": 0,
        },
    ),
    "gan.GAN.codes": lambda: (small_gan().codes, {"count": 2}),
    "gan.GAN.fit": lambda: (
        functools.partial(trained, labelled_gan()),
        {"x": GREY, "y": LABELS, "batch_size": 3, "epochs": 1},
    ),
    "gan.GAN.images": lambda: (
        labelled_gan().images,
        {"z": CODES, "labels": LABELS, "batch_size": 3},
    ),
    "gan.GAN.sample": lambda: (
        labelled_gan().sample,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "gan.GAN.labels": lambda: (
        lambda labels: gan.GAN(naming_gan().generator, naming_gan().discriminator, labels=labels),
        {"labels": 3},
    ),
    "gan.invert": lambda: (
        gan.invert,
        {"model": small_gan(), "x": GREY, "steps": 2, "learning_rate": 0.1, "seed": 0},
    ),
    "gan.spread": lambda: (gan.spread, {"x": GREY}),
    # Matching.
    "matching.AdversarialAutoencoder": lambda: (
        matching.AdversarialAutoencoder,
        {
            **{"encoder": encoder(), "decoder": decoder(), "prior": matching.Ring(3)},
            **{"critic": networks.dense_discriminator((3,), shape=(2,), classes=4), "labels": 3},
            **{"weight": 1.0, "loss": "squared_error", "collapse": 0.0, "seed": 0},
        },
    ),
    "matching.AdversarialAutoencoder.codes": lambda: (
        adversarial_pair().codes,
        {"x": GREY, "batch_size": 3},
    ),
    "matching.AdversarialAutoencoder.evaluate": lambda: (
        functools.partial(scores, wasserstein_pair()),
        {"x": GREY, "batch_size": 3},
    ),
    "matching.AdversarialAutoencoder.fit": lambda: (
        functools.partial(trained, adversarial_pair()),
        {"x": GREY, "y": LABELS, "batch_size": 3, "epochs": 1},
    ),
    "matching.AdversarialAutoencoder.images": lambda: (
        adversarial_pair().images,
        {"z": CODES, "batch_size": 3},
    ),
    "matching.AdversarialAutoencoder.prior_codes": lambda: (
        adversarial_pair().prior_codes,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "matching.AdversarialAutoencoder.reconstruct": lambda: (
        adversarial_pair().reconstruct,
        {"x": GREY, "batch_size": 3},
    ),
    "matching.AdversarialAutoencoder.sample": lambda: (
        adversarial_pair().sample,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "matching.AdversarialAutoencoder.bandwidths": lambda: (
        lambda bandwidths: matching.AdversarialAutoencoder(
            encoder(), decoder(), bandwidths=bandwidths
        ),
        {"bandwidths": (1.0,)},
    ),
    "matching.MomentMatching": lambda: (
        matching.MomentMatching,
        {
            **{"generator": networks.dense_encoder(2, shape=(3,)), "features": encoder()},
            **{"decoder": decoder(), "bandwidths": (1.0,), "activation": "sigmoid"},
            **{"collapse": 0.0, "seed": 0},
        },
    ),
    "matching.MomentMatching.codes": lambda: (matching_generator().codes, {"count": 2}),
    "matching.MomentMatching.evaluate": lambda: (
        functools.partial(scores, matching_generator(True)),
        {"x": GREY, "batch_size": 3},
    ),
    "matching.MomentMatching.fit": lambda: (
        functools.partial(trained, matching_generator()),
        {"x": GREY, "batch_size": 3, "epochs": 1},
    ),
    "matching.MomentMatching.images": lambda: (
        matching_generator().images,
        {"z": np.zeros((6, 3), "float32"), "batch_size": 3},
    ),
    "matching.MomentMatching.sample": lambda: (matching_generator().sample, {"n": 3, "seed": 0}),
    **{
        f"matching.{kind.__name__}": lambda kind=kind, more=more: (
            functools.partial(drawn, kind),
            {"clusters": 3, "radius": 1.0, "width": 0.1, "n": 3, "seed": 0} | more,
        )
        for kind, more in (
            (matching.Ring, {"length": 0.2}),
            (matching.SwissRoll, {"turns": 1.0}),
            (matching.Corners, {"others": 2}),
        )
    },
    "matching.Corners.labels": lambda: (
        matching.Corners(2, others=0).labels,
        {"codes": CODES},
    ),
    "matching.Corners.sample": lambda: (
        matching.Corners(3).sample,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "matching.Ring.sample": lambda: (
        matching.Ring(3).sample,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "matching.SwissRoll.sample": lambda: (
        matching.SwissRoll(3).sample,
        {"n": 6, "seed": 0, "labels": LABELS},
    ),
    "matching.mmd_loss": lambda: (
        matching.mmd_loss,
        {"x": GREY, "y": GREY, "bandwidths": (1.0,)},
    ),
    # Likelihoods.
    **{
        f"likelihood.{estimate.__name__}": lambda estimate=estimate: (
            estimate,
            {"model": small_vae(), "x": BINARY, "samples": 2, "seed": 0},
        )
        for estimate in (
            likelihood.importance_bound,
            likelihood.importance_log_likelihood,
            likelihood.log_likelihoods,
            likelihood.prior_log_likelihood,
            likelihood.rate_distortion,
        )
    },
    "likelihood.nearest_shortfall": lambda: (
        likelihood.nearest_shortfall,
        {"model": small_vae(True), "nearest": small_gae().nearest(2), "x": BINARY}
        | {"samples": 2, "seed": 0},
    ),
    # Measurements.
    "measurements.Measurement": lambda: (
        lambda draw, mean: measurements.Measurement(draw, mean)(GREY, 0),
        {"draw": lambda x, seed: x, "mean": lambda x: x},
    ),
    "measurements.as_images": lambda: (measurements.as_images, {"x": GREY}),
    "measurements.blur": lambda: (
        measured(measurements.blur),
        {"scale": 1.0, "x": GREY, "seed": 0},
    ),
    "measurements.gaussian_noise": lambda: (
        measured(measurements.gaussian_noise),
        {"variance": 0.1, "x": GREY, "seed": 0},
    ),
    "measurements.measurement": lambda: (
        measurements.measurement,
        {"name": "noise", "strength": 0.1},
    ),
    "measurements.missing_pixels": lambda: (
        measured(measurements.missing_pixels),
        {"share": 0.1, "x": GREY, "seed": 0},
    ),
    "measurements.salt_and_pepper": lambda: (
        measured(measurements.salt_and_pepper),
        {"share": 0.1, "x": GREY, "seed": 0},
    ),
    # Scores.
    "metrics.Estimate": lambda: (
        lambda value, stderr: str(metrics.Estimate(value, stderr)),
        {"value": 1.0, "stderr": 0.1},
    ),
    "metrics.Estimate.from_values": lambda: (metrics.Estimate.from_values, {"values": EVEN}),
    "metrics.ParzenWindow": lambda: (
        metrics.ParzenWindow,
        {"x": GREY, "bandwidths": [0.1, 0.2]},
    ),
    "metrics.ParzenWindow.add": lambda: (
        metrics.ParzenWindow(GREY, [0.1, 0.2]).add,
        {"samples": GREY},
    ),
    "metrics.accuracy": lambda: (
        metrics.accuracy,
        {"logits": ROWS, "labels": np.zeros(30, int)},
    ),
    "metrics.auroc": lambda: (
        lambda **given: metrics.auroc(**given).stderr,
        {"normal": ROWS[:, 0], "anomalous": ROWS[:, 1]},
    ),
    "metrics.background_level": lambda: (
        metrics.background_level,
        {"images": GREY, "frame": 1},
    ),
    "metrics.class_shares": lambda: (metrics.class_shares, {"logits": ROWS}),
    "metrics.classifier_test": lambda: (
        lambda x, y, seed: metrics.classifier_test(x, y, seed).accuracy.value,
        {"x": ROWS, "y": ROWS, "seed": 0},
    ),
    "metrics.confidence": lambda: (metrics.confidence, {"logits": ROWS}),
    "metrics.detection_power": lambda: (
        lambda **given: metrics.detection_power(**given).value,
        {"x": ROWS, "y": ROWS, "n": 5, "test": "kernel", "repetitions": 2, "level": 0.5}
        | {"seed": 0, "bandwidths": [1.0]},
    ),
    "metrics.false_alarm_threshold": lambda: (
        metrics.false_alarm_threshold,
        {"scores": ROWS[:, 0], "rate": 0.1},
    ),
    "metrics.frechet_distance": lambda: (
        metrics.frechet_distance,
        {"features": ROWS, "reference": ROWS, "resamples": 2, "seed": 0},
    ),
    "metrics.median_bandwidths": lambda: (
        metrics.median_bandwidths,
        {"x": ROWS, "y": ROWS, "factors": (0.5, 1.0), "seed": 0},
    ),
    "metrics.mmd_squared": lambda: (
        lambda x, y, bandwidths: metrics.mmd_squared(x, y, bandwidths).value,
        {"x": ROWS, "y": ROWS, "bandwidths": [1.0]},
    ),
    "metrics.modes_covered": lambda: (
        metrics.modes_covered,
        {"points": ROWS, "centres": ROWS[:2], "radius": 0.3, "share": 0.1},
    ),
    "metrics.parzen_log_likelihood": lambda: (
        metrics.parzen_log_likelihood,
        {"samples": GREY, "x": GREY, "bandwidth": 0.3},
    ),
    "metrics.parzen_log_likelihoods": lambda: (
        metrics.parzen_log_likelihoods,
        {"samples": GREY, "x": GREY, "bandwidths": [0.3]},
    ),
    "metrics.precision_recall": lambda: (
        metrics.precision_recall,
        {"features": ROWS, "reference": ROWS, "neighbours": 3},
    ),
    "metrics.reconstruction_error": lambda: (
        metrics.reconstruction_error,
        {"x": GREY, "x_hat": GREY},
    ),
    "metrics.residual_noise": lambda: (metrics.residual_noise, {"images": GREY, "frame": 1}),
    "metrics.samples_to_detect": lambda: (
        lambda **given: metrics.samples_to_detect(**given).value,
        {"x": ROWS, "y": ROWS, "power": 0.8, "level": 0.5, "test": "kernel", "largest": 7}
        | {"seed": 0, "bandwidths": [1.0]},
    ),
    "metrics.select_bandwidth": lambda: (
        metrics.select_bandwidth,
        {"samples": GREY[:3], "x": GREY[3:], "grid": [0.01, 0.4, 9.0]},
    ),
    "metrics.sharpness": lambda: (metrics.sharpness, {"images": GREY}),
    "metrics.two_sample_test": lambda: (
        lambda **given: metrics.two_sample_test(**given).null,
        {"x": ROWS, "y": ROWS, "bandwidths": [1.0], "permutations": 5, "seed": 0},
    ),
    # Networks.
    "networks.conditional": lambda: (
        networks.conditional,
        {"network": networks.dense_encoder(2, shape=(5,)), "classes": 3, "shape": (2,)},
    ),
    "networks.conv_decoder": lambda: (
        networks.conv_decoder,
        {"latent_size": 2, "filters": (2,)} | IMAGE,
    ),
    "networks.conv_encoder": lambda: (
        networks.conv_encoder,
        {"latent_size": 2, "filters": (2,), "hidden": (2,)} | IMAGE,
    ),
    "networks.dense_decoder": lambda: (
        networks.dense_decoder,
        {"latent_size": 2, "hidden": (2,), "activation": "relu"} | IMAGE,
    ),
    "networks.dense_discriminator": lambda: (
        networks.dense_discriminator,
        {"hidden": (2,), "dropout": 0.1, "seed": 0, "outputs": 2, "noise": 0.1} | IMAGE | TALLY,
    ),
    "networks.dense_encoder": lambda: (
        networks.dense_encoder,
        {"latent_size": 2, "hidden": (2,), "activation": "relu", "code_activation": "relu"} | IMAGE,
    ),
    "networks.dense_generator": lambda: (
        networks.dense_generator,
        {"latent_size": 2, "hidden": (2,)} | IMAGE | TALLY,
    ),
    "networks.digit_classifier": lambda: (
        networks.digit_classifier,
        {"filters": (2,), "feature_size": 2, "seed": 0} | IMAGE | TALLY,
    ),
    "networks.label_planes": lambda: (
        networks.label_planes,
        {"label": np.eye(3, dtype="float32"), "height": 2, "width": 2},
    ),
    "networks.pooling_discriminator": lambda: (
        networks.pooling_discriminator,
        {"filters": (2,)} | IMAGE | TALLY,
    ),
    "networks.strided_discriminator": lambda: (
        networks.strided_discriminator,
        {"filters": (2,), "kernel": 2, "dropout": 0.1, "seed": 0} | IMAGE | TALLY,
    ),
    "networks.transposed_generator": lambda: (
        networks.transposed_generator,
        {"latent_size": 2, "filters": (2,), "kernel": 2} | IMAGE | TALLY,
    ),
    "networks.upsampling_generator": lambda: (
        networks.upsampling_generator,
        {"latent_size": 2, "filters": (2,)} | IMAGE | TALLY,
    ),
    "networks.lstm": lambda: (
        networks.lstm,
        {"symbols": 3, "embedding": 2, "units": (2,), "dropout": 0.1, "seed": 0},
    ),
    "networks.masked_dense": lambda: (
        networks.masked_dense,
        {"width": 3, "known": 2, "units": 2, "depth": 1},
    ),
    "networks.patch_critic": lambda: (
        networks.patch_critic,
        {"shape": S, "filters": (2,), "kernel": 2},
    ),
    "networks.translator": lambda: (
        networks.translator,
        {"shape": S, "filters": (2, 3), "blocks": 1},
    ),
    "networks.row_lstm": lambda: (networks.row_lstm, {"width": 3, "hidden": 2, "units": (2,)}),
    # Pictures.
    "plots.curves": lambda: (plots.curves, {"series": {"a": EVEN}, "x": [1.0, 2.0]}),
    "plots.dose_response": lambda: (plots.dose_response, {"frames": {"a": frame()}}),
    "plots.eigenvalue_plane": lambda: (
        plots.eigenvalue_plane,
        {"eigenvalues": {"a": EVEN}, "multipliers": {"b": lambda z: z}, "limits": (-1, 1, -1, 1)},
    ),
    "plots.image_grid": lambda: (
        plots.image_grid,
        {"images": GREY, "columns": 2, "tile": 0.7},
    ),
    "plots.latent_density": lambda: (
        plots.latent_density,
        {"draws": ROWS, "reach": 3.0, "points": 5},
    ),
    "plots.latent_scatter": lambda: (
        plots.latent_scatter,
        {"codes": ROWS, "labels": np.zeros(30, int)},
    ),
    "plots.network_diagram": lambda: (
        plots.network_diagram,
        {"sizes": (2, 1), "names": ("a", "b")},
    ),
    "plots.pairs": lambda: (plots.pairs, {"rows": {"a": GREY}}),
    "plots.phase_plane": lambda: (
        plots.phase_plane,
        {"paths": {"a": ROWS.T}, "flow": lambda x, y: (x, y), "reach": 1.0},
    ),
    "plots.simplex_path": lambda: (
        plots.simplex_path,
        {"shares": np.full((3, 3), 1 / 3), "names": "abc"},
    ),
    "plots.vector_field": lambda: (
        plots.vector_field,
        {"points": ROWS, "vectors": ROWS, "width": 0.01},
    ),
    # Sequences.
    "sequences.NGram": lambda: (
        sequences.NGram,
        {"vocabulary": LETTERS, "text": "abcab", "order": 2},
    ),
    "sequences.NGram.conditionals": lambda: (counts().conditionals, {"text": "abc"}),
    "sequences.NGram.cross_entropy": lambda: (
        lambda text: counts().cross_entropy(text).value,
        {"text": "abc"},
    ),
    "sequences.NGram.log_prob": lambda: (counts().log_prob, {"text": "abc"}),
    "sequences.NGram.probabilities": lambda: (counts().probabilities, {"history": [0, 1]}),
    "sequences.RowModel": lambda: (
        sequences.RowModel,
        dict(zip(("rows", "pixels"), row_pair(), strict=True)) | {"height": 3, "seed": 0},
    ),
    "sequences.RowModel.complete": lambda: (
        row_model().complete,
        {"images": STRIPES, "rows": 2, "n": 2, "seed": 0},
    ),
    "sequences.RowModel.evaluate": lambda: (
        functools.partial(scores, row_model()),
        {"x": STRIPES, "batch_size": 3, "sample_weight": np.ones(6)},
    ),
    "sequences.RowModel.fit": lambda: (
        functools.partial(trained, row_model()),
        {"x": STRIPES, "batch_size": 3, "epochs": 1, "sample_weight": np.ones(6)},
    ),
    "sequences.RowModel.log_prob": lambda: (
        row_model().log_prob,
        {"x": STRIPES, "batch_size": 3},
    ),
    "sequences.RowModel.sample": lambda: (row_model().sample, {"n": 2, "seed": 0}),
    "sequences.SequenceModel": lambda: (
        sequences.SequenceModel,
        {"network": lstm().network, "vocabulary": LETTERS},
    ),
    "sequences.SequenceModel.conditionals": lambda: (
        lstm().conditionals,
        {"text": "abcab", "rows": 2},
    ),
    "sequences.SequenceModel.cross_entropy": lambda: (
        lambda text, rows: lstm().cross_entropy(text, rows).value,
        {"text": "abcab", "rows": 2},
    ),
    "sequences.SequenceModel.evaluate": lambda: (
        functools.partial(scores, lstm()),
        {"x": lstm().windows("abcabcab", 2, 2), "batch_size": 2},
    ),
    "sequences.SequenceModel.fit": lambda: (
        functools.partial(trained, lstm()),
        {"x": lstm().windows("abcabcab", 2, 2), "batch_size": 2, "epochs": 1},
    ),
    "sequences.SequenceModel.log_prob": lambda: (lstm().log_prob, {"text": "abcab", "rows": 2}),
    "sequences.SequenceModel.sample": lambda: (
        lstm().sample,
        {"n": 2, "seed": 0, "prompt": "ab", "temperature": 0.5, "top_k": 2, "length": 3},
    ),
    "sequences.SequenceModel.windows": lambda: (
        lstm().windows,
        {"text": "abcabcab", "rows": 2, "window": 2},
    ),
    "sequences.decode": lambda: (
        sequences.decode,
        {"model": counts(), "content": sequences.encode(counts(), "abc"), "length": 3, "rows": 1},
    ),
    "sequences.encode": lambda: (
        sequences.encode,
        {"model": counts(), "text": "abcab", "rows": 2},
    ),
    "sequences.jacobian_norms": lambda: (
        sequences.jacobian_norms,
        {"layer": gru(), "x": np.ones((3, 2)), "state": 0},
    ),
    "sequences.lstm_step": lambda: (
        sequences.lstm_step,
        {
            **{"x": np.ones((1, 2)), "h": np.ones((1, 3)), "c": np.ones((1, 3))},
            **{"kernel": np.ones((2, 12)), "recurrent": np.ones((3, 12)), "bias": np.ones(12)},
        },
    ),
    "sequences.tempered": lambda: (
        sequences.tempered,
        {"probabilities": [0.7, 0.3], "temperature": 0.5, "top_k": 1},
    ),
    "sequences.windows": lambda: (
        sequences.windows,
        {"vocabulary": LETTERS, "text": "abcabcab", "rows": 2, "window": 2},
    ),
    # VAEs.
    # Networks in reverse.
    "reverse.Features": lambda: (
        lambda x, **options: reverse.Features(**options)(x)[0],
        {"network": seeing(), "layers": "maps", "preprocess": "tf", "x": COLOURS[None]},
    ),
    "reverse.Posterior": lambda: (
        lambda z, **options: reverse.Posterior(**options).log_prob(z),
        of_codes(prior=normal(), prior_weight=1.0, z=CODES),
    ),
    "reverse.Style": lambda: (
        lambda x, **options: reverse.Style(**options).distance(x),
        {
            **{"network": seeing(), "picture": COLOURS, "layers": "maps", "statistics": "gram"},
            **{"preprocess": "tf", "x": COLOURS},
        },
    ),
    "reverse.ascend_code": lambda: (
        lambda **options: reverse.ascend_code(**options).codes,
        of_codes(codes=CODES, steps=2, learning_rate=0.1, prior=normal(), prior_weight=1.0),
    ),
    "reverse.channel_moments": lambda: (reverse.channel_moments, {"features": COLOURS}),
    "reverse.class_name": lambda: (reverse.class_name, {"number": 285}),
    "reverse.classify": lambda: (
        lambda **options: [guess.probability for guess in reverse.classify(**options)],
        {
            "network": networks.digit_classifier((2,), 3),
            **{"picture": FACES[0], "top": 2, "preprocess": lambda x: x},
        },
    ),
    "reverse.gram": lambda: (reverse.gram, {"features": COLOURS}),
    "reverse.langevin": lambda: (
        lambda **options: reverse.langevin(**options).codes,
        of_codes(codes=CODES, steps=2, step_size=0.1, prior=normal(), seed=0),
    ),
    "reverse.maximise": lambda: (
        lambda **options: reverse.maximise(**options).picture,
        {
            **{"network": seeing(), "layer": "maps", "picture": COLOURS, "steps": 1},
            **{"octaves": 2, "ratio": 1.4, "step_size": 0.1, "roll": 2, "blur": 0.5, "unit": 1},
            **{"preprocess": "tf", "seed": 0, "watch": lambda step: False},
        },
    ),
    "reverse.read_weights": lambda: (
        lambda path: [values.sum() for values in reverse.read_weights(path).values()],
        {"path": None},
    ),
    "reverse.synthesise": lambda: (
        lambda **options: reverse.synthesise(**options).picture,
        {
            **{"network": seeing(), "texture": COLOURS, "size": (4, 6), "steps": 1},
            **{"variation_weight": 0.1, "layers": "maps", "statistics": "gram"},
            **{"learning_rate": 0.1, "preprocess": "tf", "seed": 0, "watch": lambda step: False},
        },
    ),
    "reverse.total_variation": lambda: (reverse.total_variation, {"pictures": COLOURS}),
    "reverse.transfer": lambda: (
        lambda **options: reverse.transfer(**options).picture,
        {
            **{"network": seeing(), "content": COLOURS, "style": COLOURS, "steps": 1},
            **{"content_weight": 1.0, "style_weight": 1.0, "variation_weight": 0.1},
            **{"content_layer": "maps", "style_layers": "maps", "statistics": "gram"},
            **{"learning_rate": 0.1, "preprocess": "tf", "watch": lambda step: False},
        },
    ),
    "vae.Likelihood": lambda: (vae.BERNOULLI.check, {"x": BINARY}),
    "vae.SemiSupervisedVAE": lambda: (
        vae.SemiSupervisedVAE,
        {
            **{"vae": conditional_vae(), "classifier": networks.dense_encoder(3, (), S)},
            "weight": 1.0,
        },
    ),
    "vae.SemiSupervisedVAE.fit": lambda: (
        functools.partial(trained, semi_supervised()),
        {"x": BINARY, "y": LABELS, "batch_size": 3, "epochs": 1, "sample_weight": np.ones(6)},
    ),
    "vae.SemiSupervisedVAE.log_probabilities": lambda: (
        semi_supervised().log_probabilities,
        {"x": BINARY, "batch_size": 3},
    ),
    "translation.CycleGAN": lambda: (
        translation.CycleGAN,
        four_networks()
        | {"loss": adversarial.least_squares, "cycle_weight": 1.0, "identity_weight": 1.0}
        | {"pool": 3, "collapse": 0.0, "seed": 0},
    ),
    "translation.CycleGAN.fit": lambda: (
        functools.partial(trained, cycle_gan()),
        {"x": GREY, "y": GREY[:4], "batch_size": 3, "epochs": 1},
    ),
    "translation.CycleGAN.translate": lambda: (
        cycle_gan().translate,
        {"a": GREY, "batch_size": 3},
    ),
    "translation.CycleGAN.translate_back": lambda: (
        cycle_gan().translate_back,
        {"b": GREY, "batch_size": 3},
    ),
    "translation.ImagePool": lambda: (
        translation.ImagePool,
        {"shape": S, "size": 3, "seed": 0},
    ),
    "translation.unpaired": lambda: (
        translation.unpaired,
        {"a": GREY, "b": GREY[:4], "seed": 0},
    ),
    "vae.VAE": lambda: (
        vae.VAE,
        {
            **{"encoder": encoder(4), "decoder": decoder(), "prior": normal()},
            **{"likelihood": vae.BERNOULLI, "beta": 1.0, "seed": 0, "warm_up": 3},
        },
    ),
    "vae.VAE.bound": lambda: (small_vae().bound, {"x": BINARY, "seed": 0}),
    "vae.VAE.codes": lambda: (small_vae().codes, {"x": BINARY, "batch_size": 3}),
    "vae.VAE.decode": lambda: (lambda z: small_vae().decode(z).mean(), {"z": CODES}),
    "vae.VAE.encode": lambda: (lambda x: small_vae().encode(x).mean(), {"x": BINARY}),
    "vae.VAE.evaluate": lambda: (
        functools.partial(scores, small_vae()),
        {"x": BINARY, "batch_size": 3, "sample_weight": np.ones(6)},
    ),
    "vae.VAE.fit": lambda: (
        functools.partial(trained, small_vae()),
        {"x": BINARY, "batch_size": 3, "epochs": 1, "sample_weight": np.ones(6)},
    ),
    "vae.VAE.images": lambda: (small_vae().images, {"z": CODES, "batch_size": 3}),
    "vae.VAE.sample": lambda: (small_vae().sample, {"n": 3, "seed": 0}),
    "vae.VAE.terms": lambda: (small_vae().terms, {"x": BINARY, "seed": 0}),
    "vae.measured": lambda: (vae.measured, {"mean": lambda x: x}),
    "vae.noisy": lambda: (vae.noisy, {"variance": 0.1}),
    "vae.normal": lambda: (vae.normal, {"scale": 0.1}),
}

NONE_NEEDED = {
    "a table, a constant or a loss": [
        *("data.CORRUPTIONS", "data.OTHER_IMAGES", "networks.IMAGE_SHAPE", "plots.COLORS"),
        "plots.DASHES",
        *("data.PICTURES", "reverse.CONTENT_LAYER", "reverse.STYLE_LAYERS"),
        *("vae.BERNOULLI", "vae.CROSS_ENTROPY", "vae.STEEPNESS", "adversarial.minimax"),
        *("adversarial.least_squares", "adversarial.non_saturating", "adversarial.wasserstein"),
    ],
    "a base of the models, which have entries": ["keeping.KeptByWeights"],
    "an error or a warning": [
        *("data.DataError", "data.MissingDataError", "gae.BoundFellWarning", "gae.BoundNotFinite"),
    ],
    "what a function returns": [
        *(
            "data.Emoji",
            "data.Text",
            "gae.EMResult",
            "games.Equilibrium",
            "games.FictitiousPlay",
            "games.Trajectory",
        ),
        *("metrics.ClassifierTest", "metrics.KernelTest"),
        *("reverse.Ascent", "reverse.CodeAscent", "reverse.Guess", "reverse.LangevinSamples"),
        *("reverse.Made", "reverse.Octave", "reverse.Step"),
    ],
    "made by the figures, not by a caller": ["explore.Live", "explore.Moment", "explore.Number"],
    "takes nothing, or an axes to draw on": [
        *("data.load_digits", "data.load_mnist", "data.load_ring", "plots.use_book_style"),
        *("plots.vae_diagram", "reverse.imagenet_network"),
    ],
}

ANYWHERE = ("zero", "negative", "fraction", "too large")  # on a line
LENGTH = ("fraction", "too large")  # above 0
WEIGHT = ("zero", *LENGTH)  # 0 or more
GIVEN = ("none",)  # an argument that may be left out
NOTHING = ("empty",)  # of these there may be none
SHAPES = ("wrong rank",)  # values in any shape
ALL_SHAPES = ("zero", "empty", "wrong rank")  # also a number, or none
POINTS = ("negative", "zero", "fraction", "too large", "wrong rank")  # numbers in any shape

MAY: dict[str, tuple[str, ...]] = {
    **{name: ("zero",) for name in ("seed", "rng", "share", "dropout", "row", "column", "target")},
    **{name: WEIGHT for name in ("weight", "mean_weight", "scale_weight", "penalty_weight")},
    **{name: WEIGHT for name in ("beta", "penalty", "tol", "radius", "variance", "stderr")},
    **{name: LENGTH for name in ("bandwidth", "step_size", "reach")},
    **{name: GIVEN for name in ("sample_weight", "leave_out", "prior", "corruption", "near")},
    "measurement": GIVEN,
}
MAY_OF: dict[str, tuple[str, ...]] = {
    **{
        f"{room}.{name}.batch_size": GIVEN
        for room, name in (
            ("autoencoder", "Autoencoder.evaluate"),
            ("autoencoder", "Autoencoder.fit"),
            ("gae", "GAE.evaluate"),
            ("gae", "GAE.fit"),
            ("gan", "GAN.fit"),
            ("matching", "AdversarialAutoencoder.evaluate"),
            ("matching", "AdversarialAutoencoder.fit"),
            ("matching", "MomentMatching.evaluate"),
            ("matching", "MomentMatching.fit"),
            ("translation", "CycleGAN.fit"),
            ("vae", "SemiSupervisedVAE.fit"),
            ("vae", "VAE.evaluate"),
            ("vae", "VAE.fit"),
        )
    },
    **{f"autoencoder.Autoencoder.{name}": GIVEN for name in ("evaluate.y", "fit.y", "penalty")},
    "autoencoder.kl_penalty.target": (*GIVEN, "zero"),
    **{f"data.{name}.x": ALL_SHAPES for name in ("add_noise", "binarize", "missing_pixels")},
    "data.salt_and_pepper.x": ALL_SHAPES,
    "data.undo_clipping.means": POINTS,
    **{f"data.{name}.x": NOTHING for name in ("blur", "corrupt")},
    **{f"{room}.blur.scale": ("zero", "fraction") for room in ("data", "measurements")},
    "data.corrupt.strength": ("zero", "fraction"),
    "data.gaussian_ring.scale": WEIGHT,
    **{f"data.{name}.path": GIVEN for name in ("load_emoji", "load_face_labels", "load_faces")},
    "data.other_images.digits": GIVEN,
    "data.load_picture.size": GIVEN,
    "data.one_hot.count": GIVEN,
    "data.without_most.label": ("zero",),
    **{
        f"distributions.{name}.event_ndims": ("zero",)
        for name in (
            "Bernoulli",
            "DiagNormal",
            "MeasuredImage",
            "NoisyImage",
        )
    },
    **{
        f"distributions.{name}.sample.n": GIVEN
        for name in (
            "Bernoulli",
            "DiagNormal",
            "NoisyImage",
        )
    },
    "distributions.DiagNormal.scale": LENGTH,
    "distributions.DiagNormal.from_raw.raw": SHAPES,
    "distributions.Mixture.logits": GIVEN,
    "distributions.Mixture.x": SHAPES,
    "explore.bandwidth.start": GIVEN,
    "explore.threshold.start": (*GIVEN, *ANYWHERE),
    **{f"explore.game.{player}": ("zero", "negative", "fraction") for player in "xy"},
    "gae.GAE.fit_em.epochs": ("zero",),
    "gae.GAE.fit_em.points": GIVEN,
    "gae.PosteriorMixture.x": SHAPES,
    "gae.VampPrior.z": SHAPES,
    "gae.VampPrior.log_prob.z": SHAPES,
    **{
        f"games.{rule}.{player}": ANYWHERE
        for player in "xy"
        for rule in (
            "alternating_gda",
            "extragradient",
            "jacobian",
            "jacobian_eigenvalues",
            "simultaneous_gda",
        )
    },
    "games.bilinear.matrix": ANYWHERE,
    "gan.GAN.collapse": ("zero",),
    "gan.GAN.penalty": GIVEN,
    "gan.invert.learning_rate": LENGTH,
    "gan.spread.x": SHAPES,
    **{
        f"matching.{name}": ("zero",)
        for name in ("AdversarialAutoencoder.collapse", "MomentMatching.collapse")
    },
    **{
        f"matching.{kind}.{name}": LENGTH
        for kind in ("Ring", "SwissRoll", "Corners")
        for name in ("radius", "length", "width", "turns")
    },
    **{
        f"matching.{name}.labels": GIVEN
        for name in (
            "AdversarialAutoencoder.prior_codes",
            "AdversarialAutoencoder.sample",
            "Corners.sample",
            "Ring.sample",
            "SwissRoll.sample",
        )
    },
    "matching.Corners.others": ("zero",),
    **{
        f"measurements.{name}.x": POINTS
        for name in (
            "as_images",
            "gaussian_noise",
            "missing_pixels",
            "salt_and_pepper",
        )
    },
    "measurements.measurement.strength": WEIGHT,
    "networks.dense_discriminator.noise": WEIGHT,
    "metrics.Estimate.value": ANYWHERE,
    "metrics.detection_power.bandwidths": GIVEN,
    **{f"metrics.samples_to_detect.{name}": GIVEN for name in ("bandwidths", "largest")},
    "metrics.ParzenWindow.x": SHAPES,
    **{
        f"networks.{name}.hidden": NOTHING
        for name in (
            "conv_encoder",
            "dense_decoder",
            "dense_discriminator",
            "dense_encoder",
            "dense_generator",
        )
    },
    **{
        f"networks.{name}.filters": NOTHING
        for name in (
            "digit_classifier",
            "strided_discriminator",
        )
    },
    **{
        f"networks.{name}.classes": GIVEN
        for name in (
            "dense_discriminator",
            "dense_generator",
            "pooling_discriminator",
            "strided_discriminator",
            "transposed_generator",
            "upsampling_generator",
        )
    },
    "networks.dense_encoder.code_activation": GIVEN,
    "plots.curves.x": GIVEN,
    "plots.image_grid.tile": ("fraction",),
    **{f"data.{kind}.of.text": ("string",) for kind in ("Vocabulary", "WordVocabulary")},
    "data.WordVocabulary.words": NOTHING,
    "data.WordVocabulary.of.most": GIVEN,
    "data.load_text.name_or_path": GIVEN,
    "sequences.RowModel.height": GIVEN,
    "sequences.RowModel.complete.rows": ("zero",),
    **{f"sequences.{name}.batch_size": GIVEN for name in ("RowModel.evaluate", "RowModel.fit")},
    **{f"sequences.SequenceModel.sample.{name}": GIVEN for name in ("prompt", "top_k")},
    **{f"sequences.{name}.temperature": LENGTH for name in ("SequenceModel.sample", "tempered")},
    "sequences.jacobian_norms.state": ("zero",),
    "sequences.tempered.probabilities": LENGTH,
    "sequences.tempered.top_k": GIVEN,
    "vae.Likelihood.x": ("zero", *SHAPES),
    "vae.VAE.bound.seed": (*GIVEN, "zero"),
    "vae.VAE.warm_up": ("zero",),
    "vae.normal.scale": LENGTH,
    **{f"translation.CycleGAN.{name}_weight": WEIGHT for name in ("cycle", "identity")},
    **{f"translation.CycleGAN.{name}": ("zero",) for name in ("collapse", "pool")},
    "translation.ImagePool.shape": NOTHING,
    "translation.ImagePool.size": ("zero",),
    **{f"translation.unpaired.{name}": SHAPES for name in "ab"},
    "networks.patch_critic.filters": NOTHING,
    "networks.translator.blocks": ("zero",),
    **{f"reverse.{name}.features": ("wrong rank",) for name in ("channel_moments", "gram")},
    "reverse.total_variation.pictures": ("wrong rank",),
    **{f"reverse.{name}.label": ("zero",) for name in ("Posterior", "ascend_code", "langevin")},
    **{f"reverse.{name}.prior_weight": WEIGHT for name in ("Posterior", "ascend_code")},
    **{
        f"reverse.{name}.preprocess": GIVEN
        for name in ("Features", "Style", "classify", "maximise", "synthesise", "transfer")
    },
    **{f"reverse.{name}.watch": GIVEN for name in ("maximise", "synthesise", "transfer")},
    "reverse.ascend_code.learning_rate": ("fraction",),
    "reverse.class_name.number": ("zero",),
    "reverse.maximise.blur": ("zero", "fraction"),
    "reverse.maximise.ratio": ("fraction",),
    "reverse.maximise.roll": ("zero",),
    "reverse.maximise.unit": ("none", "zero"),
    "reverse.read_weights.path": GIVEN,
    "reverse.synthesise.size": GIVEN,
    "reverse.synthesise.variation_weight": WEIGHT,
    **{f"reverse.transfer.{name}_weight": WEIGHT for name in ("content", "style", "variation")},
}

WRONG: dict[str, Any] = {
    "none": None,
    "empty": np.zeros((0, *S), np.float32),
    "zero": 0,
    "negative": -1,
    "fraction": 2.5,
    "string": "three",
    "wrong rank": np.zeros((2, 2, 2, 2, 2, 2), np.float32),
    "other dtype": np.array([["a", "b"], ["c", "d"]]),
    "NaN": np.full((6, *S), np.nan, np.float32),
    "too large": 1e12,
}


def forget() -> None:
    """Close the figures and forget the networks that were built on the way."""
    plt.close("all")
    keras.backend.clear_session()
