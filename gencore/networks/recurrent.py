r"""Keras' LSTM with its gradient written out, so that most of the work is a few large products.

Forwards, :math:`z_t = x_t W + b + h_{t-1} U` holds the gates (i, f, g, o) before their functions,
and

.. math:: c_t = \sigma(f)\, c_{t-1} + \sigma(i) \tanh(g), \quad h_t = \sigma(o) \tanh(c_t).

Backwards, with what reaches :math:`h_t` and :math:`c_t` from all that comes later,

.. math:: \delta c_t \mathrel{+}= \delta h_t\, \sigma(o)\,(1 - \tanh^2 c_t), \quad
   \delta z_t = \bigl(\delta c_t\, \tanh(g)\, \sigma'(i),\; \delta c_t\, c_{t-1}\, \sigma'(f),\;
   \delta c_t\, \sigma(i)\, \tanh'(g),\; \delta h_t \tanh(c_t)\, \sigma'(o)\bigr),

.. math:: \delta h_{t-1} = \delta z_t U^\top, \quad \delta c_{t-1} = \delta c_t\, \sigma(f), \quad
   \delta U = \sum_t h_{t-1}^\top \delta z_t.

Only :math:`h_{t-1} U` and :math:`\delta z_t U^\top` have to wait for the step next to them.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from gencore.checks.settings import layers

Tensor = Any


class LSTM(layers.LSTM):
    """Keras' LSTM, the same weights and results, quicker to train on a processor.

    It reads whole sequences (B, T, D) from a state of two parts (B, U), and returns the outputs of
    all steps (B, T, U) and both parts of the state after the last one. Masks, dropout and a second
    derivative it does not know.
    """

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return outputs (B, T, U), and output and cell after the last step."""
        h, c = initial_state
        kernel, recurrent, bias = (tf.convert_to_tensor(w) for w in self.cell.weights)
        if sequences.shape[1] == 1:  # one symbol of a text that is being written
            z = tf.matmul(sequences[:, 0], kernel) + bias
            h, c, _ = step(z, h, c, recurrent)
            return h[:, None], h, c
        by_step = tf.transpose(sequences, (1, 0, 2))
        outputs, h, c = recur(tf.tensordot(by_step, kernel, 1) + bias, h, c, recurrent)
        return tf.transpose(outputs, (1, 0, 2)), h, c


def step(z: Tensor, h: Tensor, c: Tensor, recurrent: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return output and cell (B, U) after one more step, and its gates (B, 4U)."""
    i, f, g, o = tf.split(z + tf.matmul(h, recurrent), 4, axis=1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * c + i * g
    return o * tf.tanh(c), c, tf.concat([i, f, g, o], axis=1)


@tf.custom_gradient
def recur(z: Tensor, h: Tensor, c: Tensor, recurrent: Tensor) -> Any:
    """Return the outputs of all steps (T, B, U) and the state, from x W + b (T, B, 4U)."""
    steps = tf.shape(z)[0]
    h_first, c_first = h[None], c[None]

    def forwards(t, h, c, *kept):
        after = step(z[t], h, c, recurrent)
        return t + 1, *after[:2], *(a.write(t, part) for a, part in zip(kept, after, strict=True))

    kept = [tf.TensorArray(tf.float32, steps) for _ in range(3)]
    _, h, c, *kept = tf.while_loop(lambda t, *_: t < steps, forwards, (0, h, c, *kept))
    outputs, cells, gates = (array.stack() for array in kept)

    def gradient(d_outputs, d_h, d_c):
        i, f, g, o = tf.split(gates, 4, axis=2)
        h_before = tf.concat([h_first, outputs[:-1]], axis=0)
        c_before = tf.concat([c_first, cells[:-1]], axis=0)
        squashed, back = tf.tanh(cells), tf.transpose(recurrent)  # once: it is copied as it turns
        through_cell = tf.concat([g * i * (1 - i), c_before * f * (1 - f), i * (1 - g * g)], axis=2)
        through_output, to_cell = squashed * o * (1 - o), o * (1 - squashed * squashed)

        def backwards(t, d_h, d_c, kept):
            d_h = d_h + d_outputs[t]
            d_c = d_c + d_h * to_cell[t]
            d_z = tf.concat([tf.tile(d_c, (1, 3)) * through_cell[t], d_h * through_output[t]], 1)
            d_before = tf.matmul(d_z, back)
            return t - 1, d_before, d_c * f[t], kept.write(t, d_z)

        start = (steps - 1, d_h, d_c, tf.TensorArray(tf.float32, steps))
        _, d_h, d_c, kept = tf.while_loop(lambda t, *_: t >= 0, backwards, start)
        d_z = kept.stack()
        d_recurrent = tf.tensordot(h_before, d_z, [[0, 1], [0, 1]])
        return d_z, d_h, d_c, d_recurrent

    return (outputs, h, c), gradient
