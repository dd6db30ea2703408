"""A dense layer whose outputs hear of some inputs alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import layers, ops

Tensor = Any


def pixels_before(width: int, inputs: int, outputs: int, same: bool) -> np.ndarray:
    """Return which inputs reach which outputs, for pixels of a row that each have some of both.

    Parameters
    ----------
    width : int
        Pixels of the row, W.
    inputs, outputs : int
        Inputs and outputs of each pixel.
    same : bool
        Whether a pixel's own inputs reach its outputs, besides those of the pixels before it.

    Returns
    -------
    ndarray of float32, shape (W inputs, W outputs)
        1 where an input reaches an output, else 0.
    """
    pixel = np.arange(width)
    source, target = np.repeat(pixel, inputs)[:, None], np.repeat(pixel, outputs)[None]
    return (source <= target if same else source < target).astype(np.float32)


class MaskedDense(layers.Layer):
    r"""A dense layer with a mask M of zeros and ones on its kernel: :math:`x (M \odot W) + b`.

    Parameters
    ----------
    mask : array_like, shape (inputs, outputs)
        Zeros and ones.
    name : str, optional
        Name of the layer.

    Raises
    ------
    ValueError
        If the mask has another shape or other values.
    """

    def __init__(self, mask: Any, name: str | None = None):
        super().__init__(name=name, dtype="float32")
        form = "the shape (inputs, outputs)"
        found = checks.array(mask, "masks of a layer", form, ndim=2, low=0, high=1)
        if not np.isin(found, (0, 1)).all():
            checks.refuse("a mask has zeros and ones", "values between them", "Round them.")
        self.mask = found.astype(np.float32)

    def build(self, input_shape: tuple) -> None:
        """Make kernel and bias; a kernel's scale counts the inputs that reach an output."""
        reach = np.maximum(self.mask.sum(axis=0).mean(), 1)
        inputs, outputs = self.mask.shape
        limit = float(np.sqrt(6 / (reach + outputs * reach / inputs)))
        start = {"minval": -limit, "maxval": limit}
        kernel = {"class_name": "RandomUniform", "config": start}
        self.kernel = self.add_weight(shape=self.mask.shape, initializer=kernel, name="kernel")
        self.bias = self.add_weight(shape=(outputs,), initializer="zeros", name="bias")

    def call(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (..., outputs)."""
        return ops.matmul(x, self.kernel * self.mask) + self.bias

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return the shape of the outputs."""
        return (*input_shape[:-1], self.mask.shape[1])
