"""Scores of reconstructions and samples, each with its standard error; no TensorFlow."""

from __future__ import annotations

import numpy as np

from gencore._estimate import Estimate
from gencore._features import (
    class_shares,
    confidence,
    frechet_distance,
    modes_covered,
    precision_recall,
)
from gencore._parzen import (
    ParzenWindow,
    parzen_log_likelihood,
    parzen_log_likelihoods,
    select_bandwidth,
)

__all__ = [
    "Estimate",
    "ParzenWindow",
    "accuracy",
    "class_shares",
    "confidence",
    "frechet_distance",
    "modes_covered",
    "parzen_log_likelihood",
    "parzen_log_likelihoods",
    "precision_recall",
    "reconstruction_error",
    "select_bandwidth",
    "sharpness",
]


def reconstruction_error(x: np.ndarray, x_hat: np.ndarray) -> Estimate:
    r"""Return the squared error of reconstructions, summed over pixels, averaged over images.

    .. math:: \frac1n \sum_i \sum_d (x_{id} - \hat x_{id})^2

    Parameters
    ----------
    x, x_hat : ndarray, shape (n, ...)
        Images and their reconstructions.

    Returns
    -------
    Estimate
        In squared pixel units per image.

    Raises
    ------
    ValueError
        If the shapes differ: broadcasting would compare images with the wrong partners.
    """
    if np.shape(x) != np.shape(x_hat):
        raise ValueError(
            f"each image is compared with its own reconstruction, so the shapes agree; received "
            f"{np.shape(x)} and {np.shape(x_hat)}. Reconstruct the very images that are scored."
        )
    difference = (np.asarray(x, dtype=float) - np.asarray(x_hat, dtype=float)).reshape(len(x), -1)
    return Estimate.from_values(np.einsum("nd,nd->n", difference, difference), "per image")


def accuracy(logits: np.ndarray, labels: np.ndarray) -> Estimate:
    """Return the share of images whose largest logit is that of the right class.

    Parameters
    ----------
    logits : ndarray, shape (n, classes)
        Scores of the classes; any increasing function of them will do.
    labels : ndarray of int, shape (n,)
        The right classes.

    Returns
    -------
    Estimate
        A proportion.

    Raises
    ------
    ValueError
        If the numbers of images differ.
    """
    if np.ndim(logits) != 2 or np.shape(labels) != (len(logits),):
        raise ValueError(
            f"there is one row of logits and one label for each image; received shapes "
            f"{np.shape(logits)} and {np.shape(labels)}. Pass labels of shape (n,)."
        )
    return Estimate.from_values(np.argmax(logits, axis=1) == labels)


def sharpness(images: np.ndarray) -> Estimate:
    r"""Return the variance of each image's Laplacian, averaged over images.

    .. math:: \frac1n \sum_i \mathrm{Var}_d\, [\Delta x_i]_d, \qquad
       [\Delta x]_{hw} = x_{h+1,w} + x_{h-1,w} + x_{h,w+1} + x_{h,w-1} - 4 x_{hw}

    A measure of focus (Pech-Pacheco et al., 2000): blurring lowers it, noise raises it. The pixels
    outside an image count as 0, the background.

    Parameters
    ----------
    images : ndarray, shape (n, height, width) or (n, height, width, 1)
        Grey images, all on one scale.

    Returns
    -------
    Estimate
        In squared pixel units.

    Raises
    ------
    ValueError
        If the array does not hold grey images.
    """
    x = np.asarray(images, dtype=float)
    if x.ndim == 4 and x.shape[-1] == 1:
        x = x[..., 0]
    if x.ndim != 3:
        raise ValueError(
            f"grey images have the shape (n, height, width) or (n, height, width, 1); received "
            f"{np.shape(images)}. Reshape flat rows with .reshape(-1, 28, 28)."
        )
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    vertical = padded[:, 2:, 1:-1] + padded[:, :-2, 1:-1]
    laplacian = vertical + padded[:, 1:-1, 2:] + padded[:, 1:-1, :-2] - 4 * x
    return Estimate.from_values(laplacian.var(axis=(1, 2)))
