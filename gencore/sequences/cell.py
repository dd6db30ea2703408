"""The LSTM cell itself, and what is left of a gradient after many steps of a recurrent layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_limits

from gencore import checks
from gencore.checks.settings import keras, layers, ops
from gencore.checks.tensors import tensor
from gencore.networks.recurrent import step

Tensor = Any


def lstm_step(
    x: Tensor, h: Tensor, c: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor]:
    r"""Return output and cell of an LSTM after one more input, each (B, U).

    .. math:: (i, f, g, o) = x W + h U + b, \quad
       c' = \sigma(f)\, c + \sigma(i) \tanh(g), \quad h' = \sigma(o) \tanh(c')

    Parameters
    ----------
    x : tensor, shape (B, D)
        The input.
    h, c : tensor, shape (B, U)
        Output and cell before it.
    kernel, recurrent, bias : tensor, shape (D, 4U), (U, 4U), (4U,)
        W, U and b, the gates in the order of Keras: input, forget, candidate, output.

    Raises
    ------
    ValueError
        If the shapes do not fit each other.

    Notes
    -----
    Hochreiter, Schmidhuber (1997); the forget gate is of Gers et al. (2000).
    """
    x, h, c, kernel, recurrent, bias = _read(x, h, c, kernel, recurrent, bias)
    h, c, _ = step(ops.matmul(x, kernel) + bias, h, c, recurrent)
    return h, c


def _read(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any) -> list[Tensor]:
    """Return what a cell reads as float32, or raise ValueError unless the shapes fit."""
    form = "shapes (B, D), (B, U), (B, U), (D, 4U), (U, 4U) and (4U,)"
    given = [
        tensor(part, f"what a cell reads, of {form},") for part in (x, h, c, kernel, recurrent)
    ]
    given.append(tensor(bias, "biases of a cell", "the shape (4U,)", shape=(None,)))
    shapes = [tuple(part.shape) for part in given]
    if all(len(shape) == 2 for shape in shapes[:5]):
        (rows, size), (_, units) = shapes[:2]
        wide = 4 * units
        fits = [(rows, size), (rows, units), (rows, units), (size, wide), (units, wide), (wide,)]
        if shapes == fits:
            return given
    checks.refuse(f"a cell reads {form}", shapes, "See the weights of keras.layers.LSTM.")


def jacobian_norms(layer: Any, x: Any, state: int = 0) -> np.ndarray:
    r"""Return how much a state after 1, 2, ..., T steps still depends on the state at the start.

    .. math:: \Bigl\lVert \frac{\partial s_t}{\partial s_0} \Bigr\rVert_2
       = \Bigl\lVert J_t J_{t-1} \cdots J_1 \Bigr\rVert_2

    The Jacobian of each step is that of the whole state, :math:`s = (h, c)` for an LSTM; of the
    product the block of one state is taken.

    Parameters
    ----------
    layer : keras.layers.SimpleRNN, GRU or LSTM
        A layer that has been built; it begins with zeros.
    x : array_like, shape (T, D)
        Inputs of T steps.
    state : int
        Which state: 0 the output, 1 the cell of an LSTM.

    Returns
    -------
    ndarray, shape (T,)
        The largest singular value after each step.

    Raises
    ------
    ValueError
        If the layer is none that recurs, is not built, or reads other inputs.
    """
    rule = "a gradient goes back through the steps of a recurrent layer"
    checks.kind(layer, layers.RNN, rule, "Give a SimpleRNN, a GRU or an LSTM of Keras.")
    if not layer.built:
        checks.refuse(rule + " that is built", "one without weights", "Call it on inputs once.")
    cell = layer.cell
    size = cell.kernel.shape[0]
    x = checks.array(x, "inputs", f"the shape (T, {size})", shape=(None, size))
    sizes = [cell.state_size] if isinstance(cell.state_size, int) else list(cell.state_size)
    state = checks.whole(state, "states of a layer are numbered from 0", low=0, high=len(sizes) - 1)
    ends = np.cumsum([0, *sizes])
    block = slice(ends[state], ends[state + 1])

    def differentiated(row: Tensor, s: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(s)
            parts = [s[None, a:b] for a, b in zip(ends, ends[1:], strict=False)]
            _, after = cell(row[None], parts)
            after = tf.concat([part[0] for part in keras.tree.flatten(after)], axis=0)
        return after, tape.jacobian(after, s)

    compiled = tf.function(differentiated, autograph=False)
    s, product, norms = tf.zeros(ends[-1]), np.eye(ends[-1]), []
    with threadpool_limits(1, "blas"):  # on small matrices threads cost many times what they gain
        for row in tf.constant(x, tf.float32):
            s, jacobian = compiled(row, s)
            product = np.asarray(jacobian, float) @ product
            norms.append(np.linalg.norm(product[block, block], 2))
    return np.array(norms)
