"""Scores of images, pixel by pixel: errors, sharpness, noise that is left."""

from __future__ import annotations

import numpy as np

from gencore import checks
from gencore.metrics.estimate import Estimate


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
    x, x_hat = (checks.array(part, "images", least=2, dtype=float) for part in (x, x_hat))
    if x.shape != x_hat.shape:
        raise ValueError(
            f"each image is compared with its own reconstruction, so the shapes agree; received "
            f"{x.shape} and {x_hat.shape}. Reconstruct the very images that are scored."
        )
    difference = (x - x_hat).reshape(len(x), -1)
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
        If the numbers of images differ, or a label is none of the classes.
    """
    form = "the shape (n, classes), a row for each image"
    scores = checks.array(logits, "logits", form, ndim=2, least=2, dtype=float)
    right = checks.labels(labels, scores.shape[1], len(scores))
    return Estimate.from_values(np.argmax(scores, axis=1) == right)


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
    x = _grey(images)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    vertical = padded[:, 2:, 1:-1] + padded[:, :-2, 1:-1]
    laplacian = vertical + padded[:, 1:-1, 2:] + padded[:, 1:-1, :-2] - 4 * x
    return Estimate.from_values(laplacian.var(axis=(1, 2)))


def residual_noise(images: np.ndarray, frame: int = 1) -> Estimate:
    r"""Return the standard deviation of the pixels in the flat frame of each image.

    .. math:: \sqrt{\frac1n \sum_i \frac{1}{F - 1} \sum_{d \in \text{frame}} (x_{id} - \bar x_i)^2}

    The frame of a clean digit is black, so what varies there is noise. Noise of variance v gives
    :math:`\sqrt v`; clipped at black, :math:`\sqrt{v (\pi - 1) / 2 \pi}` or 0.58 of it. An
    even grey gives 0, and shows in :func:`background_level`.

    Parameters
    ----------
    images : ndarray, shape (n, height, width) or (n, height, width, 1)
        Grey images.
    frame : int
        Width of the frame in pixels.

    Returns
    -------
    Estimate
        In grey levels of 0 to 1.

    Raises
    ------
    ValueError
        If the array does not hold grey images, or the frame leaves nothing inside.
    """
    squares = Estimate.from_values(_frame(images, frame).var(axis=1, ddof=1))
    root = squares.value**0.5
    return Estimate(root, squares.stderr / (2 * root) if root else 0.0)


def background_level(images: np.ndarray, frame: int = 1) -> Estimate:
    """Return the mean grey level of the frame of images; arguments as for residual_noise."""
    return Estimate.from_values(_frame(images, frame).mean(axis=1))


def _frame(images: np.ndarray, width: int) -> np.ndarray:
    """Return the F pixels of each image that are at most so far from its edge, shape (n, F)."""
    x = _grey(images)
    rule = "a frame is at least one pixel wide and leaves an image inside"
    rule += f", here of {x.shape[1]}x{x.shape[2]}"
    high = (min(x.shape[1:]) - 1) // 2
    width = checks.whole(width, rule, "One pixel suits digits.", high=high)
    outside = np.ones(x.shape[1:], dtype=bool)
    outside[width:-width, width:-width] = False
    return x[:, outside]


def _grey(images: np.ndarray) -> np.ndarray:
    """Return grey images in the shape (n, height, width), or raise ValueError."""
    form = "the shape (n, height, width) or (n, height, width, 1), n at least 2"
    remedy = "Reshape flat rows with .reshape(-1, 28, 28)."
    x = checks.array(images, "grey images", form, remedy, least=2, dtype=float)
    if x.ndim == 4 and x.shape[-1] == 1:
        x = x[..., 0]
    if x.ndim != 3:
        checks.refuse(f"grey images have {form}", np.shape(images), remedy)
    return x
