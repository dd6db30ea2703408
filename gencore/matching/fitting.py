"""Whether networks, prior and kernel of an adversarial autoencoder fit each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras
from gencore.checks.training import check_network
from gencore.data.labels import check_partly_labelled
from gencore.gan.losses import one_each
from gencore.matching.kernels import check_bandwidths


def check_networks(encoder: Any, decoder: Any, critic: Any, labels: Any) -> tuple[int, bool]:
    """Return the length of a code and whether codes are drawn, or raise ValueError."""
    check_network(encoder, "the encoder")
    check_network(decoder, "the decoder")
    (size,), raw = decoder.input_shape[1:], encoder.output_shape[1:]
    if raw not in ((size,), (2 * size,)):
        checks.refuse(
            "the encoder writes the code that the decoder reads, L numbers, or a mean and a scale "
            "for each of them, 2L",
            f"{raw} from the encoder and {(size,)} for the decoder",
            "Build both with one latent_size.",
        )
    image, copy = encoder.input_shape[1:], decoder.output_shape[1:]
    if image != copy:
        checks.refuse(
            "an autoencoder returns the shape it is given",
            f"{image} in and {copy} out",
            "Build both networks with one image shape.",
        )
    if labels is not None:
        rule = "labels is how many labels there are, at least 1"
        checks.whole(labels, rule, "Ten for digits.", high=10**6, name="labels")
    if critic is not None:
        check_critic(critic, size, labels)
    return size, raw != (size,)


def check_critic(critic: Any, size: int, labels: int | None) -> None:
    """Raise ValueError unless a critic reads codes, and labels where there are some."""
    check_network(critic, "the critic")
    wanted = [(size,)] if labels is None else [(size,), (labels + 1,)]
    received = [tuple(place.shape[1:]) for place in critic.inputs]
    if received != wanted:
        checks.refuse(
            "a critic reads codes, not images, and beside them the label as C + 1 zeros and a one "
            "where the prior has labels",
            f"inputs of {received} for {wanted}",
            "Build it with dense_discriminator(shape=(L,)), with classes=C + 1 for C labels.",
        )
    one_each(critic.output)


def check_prior(prior: Any, size: int, labels: int | None) -> Any:
    """Return a prior that draws codes of a length, for labels if there are some (ValueError)."""
    rule = "a prior has sample(n, seed), with labels sample(n, seed, labels)"
    checks.has(prior, ("sample",), rule, "See gencore.matching.Ring and gencore.distributions.")
    seed = keras.random.SeedGenerator(0)
    try:
        drawn = prior.sample(2, seed) if labels is None else prior.sample(2, seed, [0, labels])
    except TypeError:
        checks.refuse(rule, checks.shown(prior), "Give a prior that reads labels, as Ring does.")
    if tuple(drawn.shape) != (2, size):
        checks.refuse(
            f"a prior draws codes of the length that the decoder reads, shape (n, {size})",
            f"{tuple(drawn.shape)} for two draws",
            "Build prior and networks for one length.",
        )
    return prior


def check_rule(critic: Any, bandwidths: Any, labels: Any) -> tuple[float, ...]:
    """Return the bandwidths, none beside a critic; ValueError unless one of the two is given."""
    if (critic is None) == (bandwidths is None):
        checks.refuse(
            "codes are matched by a critic, or by a kernel of some bandwidths",
            "neither" if critic is None else "both",
            "Give critic=dense_discriminator(shape=(L,)), or bandwidths=(1.0, 2.0, 4.0).",
        )
    if bandwidths is None:
        return ()
    if labels is not None:
        remedy = "Leave labels out, or give a critic with a second input."
        checks.refuse("a kernel of codes reads no labels", f"labels={labels}", remedy)
    return check_bandwidths(bandwidths)


def check_labels(labels: Any, classes: int | None, count: int) -> np.ndarray:
    """Return labels 0 to C, C for one that is not known, shape (count,), or raise ValueError."""
    if classes is None:
        remedy = "Leave them out, or build the model with labels=10."
        checks.refuse("a prior without labels reads none", checks.shown(labels), remedy)
    return check_partly_labelled(labels, classes, count)
