"""One protocol for the samples of every model: scores in the features of the digit classifier."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import data, metrics, networks
from gencore.checks.settings import keras
from gencore.data.batches import in_batches

SAMPLE_SEED = 0
GALLERY_SEED = 1
GALLERY_IMAGES = 20
CLASSIFIER = "digit-classifier"


def no_model(seed: int) -> keras.Model:
    """Build what trains nothing, for a recipe whose samples are not a model's own."""
    image = keras.Input(networks.IMAGE_SHAPE)
    return keras.Model(image, keras.layers.Identity()(image))


def score_samples(
    samples: np.ndarray,
    split: data.Split,
    classifier: keras.Model,
    labels: np.ndarray | None = None,
) -> dict[str, metrics.Estimate]:
    """Return the scores of as many samples as there are test digits, beside these.

    Parameters
    ----------
    samples : ndarray, shape (n, 28, 28, 1)
        Samples, n being the number of test digits: every score depends on it.
    split : Split
        Its test digits are the reference.
    classifier : keras.Model
        The digit classifier: its layer ``features`` is the space of the distances.
    labels : ndarray of int, shape (n,), optional
        The labels that a conditional model was asked for.

    Returns
    -------
    dict
        Frechet distance, precision, recall, sharpness, the shares of the ten classes, the smallest
        of them, the mean confidence of the classifier, and how often it sees the label asked for.
    """
    (made, logits), (real, _) = (features(classifier, x) for x in (samples, split.x_test))
    precision, recall = metrics.precision_recall(made, real)
    shares = metrics.class_shares(logits)
    scores = {
        "frechet_distance": metrics.frechet_distance(made, real),
        "precision": precision,
        "recall": recall,
        "sharpness_of_samples": metrics.sharpness(samples),
        "confidence": metrics.confidence(logits),
        "smallest_class_share": min(shares, key=lambda share: share.value),
        **{f"class_share_{digit}": share for digit, share in enumerate(shares)},
    }
    if labels is not None:
        scores["label_accuracy"] = metrics.accuracy(logits, labels)
    return scores


def features(
    classifier: keras.Model, x: np.ndarray, batch_size: int = 4000
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the classifier makes of images: its features (n, F), and logits (n, classes)."""
    both = keras.Model(
        classifier.input, [classifier.get_layer("features").output, classifier.output]
    )
    size = both.output_shape[0][-1]

    def joined_outputs(rows: Any) -> Any:
        return keras.ops.concatenate(both(rows, training=False), axis=-1)

    joined = in_batches(joined_outputs, x, size=batch_size)
    return joined[:, :size], joined[:, size:]


def labels_in_turn(model: Any, n: int) -> np.ndarray | None:
    """Return 0, 1, ..., C - 1, 0, ... for a conditional model, and None for another."""
    return np.arange(n) % model.classes if model.classes else None


def samples_of(model: Any, n: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the n samples that are scored, and the labels that were asked for."""
    labels = labels_in_turn(model, n)
    options = {} if labels is None else {"labels": labels}
    return model.sample(n, seed=SAMPLE_SEED, **options), labels


def evaluate_samples(
    model: Any, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of a model's samples, and whether they show the labels asked for."""
    samples, labels = samples_of(model, len(split.x_test))
    return score_samples(samples, split, classifier, labels)


def evaluate_held_out(
    model: Any, split: data.Split, classifier: keras.Model
) -> dict[str, metrics.Estimate]:
    """Return the scores of the validation digits: what a perfect generator would reach."""
    return score_samples(split.x_valid[: len(split.x_test)], split, classifier)


def gallery(model: Any) -> np.ndarray:
    """Return the images of a few fixed codes in 256 grey levels, shape (20, 28, 28).

    The codes are standard normal, those of a GAE draws from its own prior.
    """
    if hasattr(model, "vae"):
        model, z = model.vae, model.prior.sample(GALLERY_IMAGES, seed=GALLERY_SEED)
    else:
        z = keras.random.normal((GALLERY_IMAGES, model.latent_size), seed=GALLERY_SEED)
    images = model.images(z, labels=labels_in_turn(model, GALLERY_IMAGES))
    return np.round(255 * images[..., 0]).astype(np.uint8)
