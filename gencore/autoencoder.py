r"""Autoencoders: two networks that copy an image through a narrow code.

.. math:: \hat x = D(E(x)), \qquad
   \min_{D, E} \; \frac1n \sum_i \ell\bigl(x_i, D(E(\tilde x_i))\bigr) + \Omega(E(\tilde x_i))

with :math:`\tilde x = x` unless a corruption is given, and no penalty :math:`\Omega` unless one is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from gencore.data.batches import in_batches
from gencore.measurements import gaussian_noise as gaussian_noise

Tensor = Any
Corruption = Callable[[Tensor, keras.random.SeedGenerator], Tensor]
Penalty = Callable[[Tensor], Tensor]


def squared_error(x: Tensor, raw: Tensor) -> Tensor:
    r"""Return :math:`\sum_d (x_d - r_d)^2` for each image, shape (B,).

    Up to a factor and a constant it is the negative log-density of N(raw, I) at x, in nats.
    ValueError if the shapes differ.
    """
    _check_shapes(x, raw)
    return ops.sum(ops.square(x - raw), axis=_event_axes(x))


def cross_entropy(x: Tensor, raw: Tensor) -> Tensor:
    r"""Return :math:`-\sum_d x_d \log p_d + (1 - x_d) \log(1 - p_d)`, shape (B,), nats per image.

    ``raw`` holds the logits of p. For x in {0, 1} it is a negative log-likelihood; for grey x it is
    a cost, smallest at p = x, and not a likelihood. ValueError if the shapes differ.
    """
    _check_shapes(x, raw)
    # The same sum, in logits: two passes over the pixels in the place of eight.
    return ops.sum(ops.softplus(raw) - x * raw, axis=_event_axes(x))


# A cost comes with the map from the decoder's raw output to an image that makes it convex in it.
LOSSES: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "squared_error": (squared_error, lambda raw: raw),
    "cross_entropy": (cross_entropy, ops.sigmoid),
}


def l1_penalty(weight: float) -> Penalty:
    r"""Return the penalty :math:`w \sum_l |z_l|`, averaged over the batch.

    The decoder can undo it by growing while the code shrinks, so bound the decoder's weights.
    """
    return lambda code: weight * ops.mean(ops.sum(ops.abs(code), axis=-1))


def kl_penalty(target: float, weight: float) -> Penalty:
    r"""Return the penalty :math:`w \sum_l KL(\rho \| \bar z_l)` on a unit's mean activity.

    Parameters
    ----------
    target : float
        Wanted mean activity rho of each unit, between 0 and 1.
    weight : float
        Weight w, in nats per image.

    Returns
    -------
    callable
        ``penalty(code)``, a scalar; the code holds values between 0 and 1, shape (B, L), and
        :math:`\bar z_l` is its mean over the batch.

    Raises
    ------
    ValueError
        If the target is not strictly between 0 and 1.
    """
    if not 0 < target < 1:
        raise ValueError(
            f"the wanted activity is strictly between 0 and 1; received {target}. "
            f"A value such as 0.05 asks for one active image in twenty."
        )

    def penalty(code: Tensor) -> Tensor:
        activity = ops.clip(ops.mean(code, axis=0), 1e-6, 1 - 1e-6)
        on = target * (np.log(target) - ops.log(activity))
        off = (1 - target) * (np.log1p(-target) - ops.log(1 - activity))
        return weight * ops.sum(on + off)

    return penalty


class Autoencoder(keras.Model):
    """An encoder and a decoder trained to return their input.

    Parameters
    ----------
    encoder, decoder : keras.Model
        E: (B, ...) to (B, L) and D: (B, L) to raw outputs (B, ...).
    loss : {"cross_entropy", "squared_error"}
        Cost of a reconstruction, summed over pixels and averaged over the batch only; it also
        fixes how an image is read from the raw output: sigmoid, or as it is.
    corruption : callable, optional
        ``corruption(x, seed)``, applied to the input while training and never to the target.
    penalty : callable, optional
        ``penalty(code)``, a scalar added to the cost while training (sparsity).
    seed : int
        Seed of the corruption.

    Raises
    ------
    ValueError
        If the networks do not fit each other or the loss is unknown.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        loss: str = "cross_entropy",
        corruption: Corruption | None = None,
        penalty: Penalty | None = None,
        seed: int = 0,
    ):
        super().__init__(name="autoencoder")
        _check_networks(encoder, decoder, loss)
        self.encoder, self.decoder = encoder, decoder
        self.error, self.image = LOSSES[loss]
        self.corruption, self.penalty = corruption, penalty
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the decoder's raw output for x, shape of x."""
        if training and self.corruption is not None:
            x = self.corruption(x, self.seed_generator)
        code = self.encoder(x, training=training)
        if training and self.penalty is not None:
            self.add_loss(self.penalty(code))
        return self.decoder(code, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean cost of the copies; the target is x itself unless y is given."""
        error = self.error(x if y is None else y, y_pred)
        if sample_weight is not None:
            error = error * sample_weight
        return ops.mean(error) + sum(self.losses)

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes z = E(x), shape (B, L)."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Return the images of the codes z, shape (B, ...)."""
        return self.image(self.decoder(z))

    def reconstruct(self, x: np.ndarray, batch_size: int = 4000) -> np.ndarray:
        """Return D(E(x)) as images, in batches of bounded memory."""
        reads = (self.encoder, self.decoder, self.image)
        return in_batches(self._copy, x, size=batch_size, reads=reads)

    def _copy(self, x: Tensor) -> Tensor:
        return self.image(self(x))


def _event_axes(x: Tensor) -> tuple[int, ...]:
    return tuple(range(1, len(x.shape)))


def _check_shapes(x: Tensor, raw: Tensor) -> None:
    """Refuse to broadcast; a length that a traced step does not know yet (None) fits any."""
    image, copy = tuple(x.shape), tuple(raw.shape)
    unlike = any(None not in pair and pair[0] != pair[1] for pair in zip(image, copy, strict=False))
    if len(image) != len(copy) or unlike:
        raise ValueError(
            f"an image is compared with its own copy, pixel by pixel, so the shapes agree; "
            f"received {image} and {copy}. Give images the shape that the decoder returns."
        )


def _check_networks(encoder: keras.Model, decoder: keras.Model, loss: str) -> None:
    if loss not in LOSSES:
        raise ValueError(f"loss is one of {sorted(LOSSES)}; received {loss!r}.")
    code, expected = encoder.output_shape[1:], decoder.input_shape[1:]
    if code != expected:
        raise ValueError(
            f"the decoder reads what the encoder writes, so their code shapes agree; received "
            f"{code} from the encoder and {expected} for the decoder. Build both with one "
            f"latent_size."
        )
    image, copy = encoder.input_shape[1:], decoder.output_shape[1:]
    if image != copy:
        raise ValueError(
            f"an autoencoder returns the shape it is given; received {image} in and {copy} out. "
            f"Build both networks with one image shape."
        )
