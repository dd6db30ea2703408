"""Texture and style as moments: what two pictures have in common wherever it lies in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gencore import checks
from gencore.checks.settings import ops
from gencore.checks.tensors import tensor
from gencore.reverse.features import Features, Preprocess

Tensor = Any
STYLE_LAYERS = ("stem_conv", *(f"block{number}" for number in (0, 2, 4, 6, 9)))
SMALLEST = 1e-12  # of a size that is divided by


def gram(features: Tensor) -> Tensor:
    r"""Return the Gram matrix of features, the second moment of their channels over places.

    .. math:: G_{cd} = \frac{1}{hw} \sum_{p} f_{pc} f_{pd}

    Each layer's sum is divided by its own number of places h w, once: so the matrix does not grow
    with the picture, and says the same in every layer (Gatys, Ecker and Bethge, 2016). The squared
    distance of two of them is the squared maximum mean discrepancy of the features under the
    kernel :math:`k(f, g) = (f \cdot g)^2`.

    Parameters
    ----------
    features : tensor, shape (..., h, w, C)
        The output of a layer.

    Returns
    -------
    tensor, shape (..., C, C)

    Raises
    ------
    ValueError
        If they are not finite, or have no places.
    """
    places = _places(features)
    count = ops.cast(ops.shape(places)[-2], "float32")
    return ops.matmul(ops.swapaxes(places, -1, -2), places) / count


def channel_moments(features: Tensor) -> tuple[Tensor, Tensor]:
    r"""Return mean and variance of each channel over places, twice (..., C).

    .. math:: m_c = \frac{1}{hw} \sum_p f_{pc}, \qquad v_c = \frac{1}{hw} \sum_p (f_{pc} - m_c)^2

    Of a Gram matrix they fix the diagonal, :math:`v_c + m_c^2`; they fix the means too, which it
    does not hold, and know nothing of products of two channels.

    Parameters
    ----------
    features : tensor, shape (..., h, w, C)
        The output of a layer.

    Raises
    ------
    ValueError
        If they are not finite, or have no places.
    """
    places = _places(features)
    return ops.mean(places, axis=-2), ops.var(places, axis=-2)


def total_variation(pictures: Tensor) -> Tensor:
    r"""Return how much neighbouring pixels differ, of each picture.

    .. math:: \overline{|x_{i+1,j} - x_{i,j}|} + \overline{|x_{i,j+1} - x_{i,j}|}

    each the mean over its pairs and over channels; of a row or a column of pixels one of the two is
    zero.

    Parameters
    ----------
    pictures : tensor, shape (..., h, w, c)

    Raises
    ------
    ValueError
        If they are not finite, or have no pixels.
    """
    x = tensor(pictures, "pictures", "the shape (..., h, w, c)")
    _check_rank(x, "pictures")
    down, across = x[..., 1:, :, :] - x[..., :-1, :, :], x[..., :, 1:, :] - x[..., :, :-1, :]
    axes = (-3, -2, -1)
    parts = [ops.mean(ops.abs(d), axis=axes) for d in (down, across) if 0 not in d.shape[-3:]]
    return sum(parts) if parts else ops.zeros(x.shape[:-3])


STATISTICS = {"gram": lambda f: (gram(f),), "moments": channel_moments}


class Style:
    r"""The style of a picture: moments of what some layers of a network say of it.

    .. math:: d(x) = \frac{1}{\sum_l w_l} \sum_l w_l
       \frac{\lVert S_l(x) - S_l \rVert^2}{\lVert S_l \rVert^2}

    where :math:`S_l` are the statistics of the style in the layer l. Each layer is measured by the
    style's own size there, so that none outweighs the others by the scale of its features: a
    distance of 1 is that of a picture without any features.

    Parameters
    ----------
    network : keras.Model
        A functional model that reads pictures (B, h, w, c).
    picture : array_like, shape (h, w, c)
        The style, in [0, 1].
    layers : str, sequence of str, or mapping of str to float
        The layers, with their weights (1 by default).
    statistics : {"gram", "moments"}
        Gram matrices, or mean and variance of each channel: the mean of the relative distances of
        the two.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        See :class:`~gencore.reverse.Features`.

    Raises
    ------
    ValueError
        If an argument does not fit, or nothing is left of the picture in a layer.
    """

    def __init__(
        self,
        network: Any,
        picture: Any,
        layers: Any = STYLE_LAYERS,
        statistics: str = "gram",
        preprocess: Preprocess = None,
    ):
        self.features = Features(network, layers, preprocess)
        self.weights = self.features.weights
        if min(self.weights.values()) < 0 or sum(self.weights.values()) == 0:
            rule = "weights of a style are 0 or more, one of them more"
            checks.refuse(rule, self.weights, "Leave layers out.")
        self.statistics = STATISTICS[checks.choice(statistics, STATISTICS, "statistics")]
        style = self.features.check_picture(picture, "a style")
        self.features.check_size(*style.shape[1:3])
        self.features.check_maps()
        outputs = self.features(style)
        self.targets = {
            name: self.statistics(output)
            for name, output in zip(self.features.names, outputs, strict=True)
        }

    def mismatch(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Return the distance d of a picture whose features are given by layer, a scalar."""
        total = 0.0
        for name, weight in self.weights.items():
            found, wanted = self.statistics(outputs[name]), self.targets[name]
            pairs = zip(found, wanted, strict=True)
            total += weight * sum(relative(one, other) for one, other in pairs) / len(wanted)
        return total / sum(self.weights.values())

    def distance(self, picture: Any) -> float:
        """Return the distance d of a picture, of any size; ValueError if it does not fit."""
        found = self.features.check_picture(picture)
        self.features.check_size(*found.shape[1:3])
        outputs = dict(zip(self.features.names, self.features(found), strict=True))
        return float(self.mismatch(outputs))


def relative(found: Tensor, wanted: Tensor) -> Tensor:
    """Return the squared distance of two tensors over the squared size of the second one."""
    size = ops.maximum(ops.sum(ops.square(wanted)), SMALLEST)
    return ops.sum(ops.square(found - wanted)) / size


def _places(features: Tensor) -> Tensor:
    """Return features as rows, one for each place, (..., h w, C)."""
    features = tensor(features, "features", "the shape (..., h, w, C)")
    _check_rank(features, "features")
    shape = ops.shape(features)
    return ops.reshape(features, (*shape[:-3], -1, features.shape[-1]))


def _check_rank(x: Tensor, what: str) -> None:
    if len(x.shape) < 3 or 0 in x.shape:
        checks.refuse(f"{what} have the shape (..., h, w, c)", tuple(x.shape), "Add the axes.")
