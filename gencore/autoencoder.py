r"""Autoencoders: two networks that copy an image through a narrow code.

.. math:: \hat x = D(E(x)), \qquad
   \min_{D, E} \; \frac1n \sum_i \ell\bigl(x_i, D(E(\tilde x_i))\bigr) + \Omega(E(\tilde x_i))

with :math:`\tilde x = x` unless a corruption is given, and no penalty :math:`\Omega` unless one is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.tensors import agree, inputs, tensor
from gencore.checks.training import CheckedModel, check_network, floats, images_of, mean_loss
from gencore.data.batches import in_batches
from gencore.keeping import KeptByWeights
from gencore.measurements import gaussian_noise as gaussian_noise

Tensor = Any
Corruption = Callable[[Tensor, keras.random.SeedGenerator], Tensor]
Penalty = Callable[[Tensor], Tensor]
WEIGHT = "the weight of a penalty is finite and at least 0"


def squared_error(x: Tensor, raw: Tensor) -> Tensor:
    r"""Return :math:`\sum_d (x_d - r_d)^2` for each image, shape (B,).

    Up to a factor and a constant it is the negative log-density of N(raw, I) at x, in nats.
    ValueError if the shapes differ.
    """
    x, raw = _alike(x, raw)
    return ops.sum(ops.square(x - raw), axis=_event_axes(x))


def cross_entropy(x: Tensor, raw: Tensor) -> Tensor:
    r"""Return :math:`-\sum_d x_d \log p_d + (1 - x_d) \log(1 - p_d)`, shape (B,), nats per image.

    ``raw`` holds the logits of p. For x in {0, 1} it is a negative log-likelihood; for grey x it is
    a cost, smallest at p = x, and not a likelihood. ValueError if the shapes differ.
    """
    x, raw = _alike(x, raw)
    # The same sum, in logits: two passes over the pixels in the place of eight.
    return ops.sum(ops.softplus(raw) - x * raw, axis=_event_axes(x))


# A cost comes with the map from the decoder's raw output to an image that makes it convex in it.
LOSSES: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "squared_error": (squared_error, lambda raw: raw),
    "cross_entropy": (cross_entropy, ops.sigmoid),
}


# What the images may be: a cross-entropy has no lower bound outside of [0, 1].
RANGES = {"squared_error": (-np.inf, np.inf), "cross_entropy": (0.0, 1.0)}


def l1_penalty(weight: float) -> Penalty:
    r"""Return the penalty :math:`w \sum_l |z_l|`, averaged over the batch.

    The decoder can undo it by growing while the code shrinks, so bound the decoder's weights.
    ValueError unless the weight is finite and at least 0.
    """
    weight = checks.number(weight, WEIGHT, low=0)
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
        If the target is not strictly between 0 and 1, or the weight is negative.
    """
    target = checks.number(
        target,
        "the wanted activity is strictly between 0 and 1",
        "A value such as 0.05 asks for one active image in twenty.",
        above=0,
        below=1,
    )
    weight = checks.number(weight, WEIGHT, low=0)

    def penalty(code: Tensor) -> Tensor:
        activity = ops.clip(ops.mean(code, axis=0), 1e-6, 1 - 1e-6)
        on = target * (np.log(target) - ops.log(activity))
        off = (1 - target) * (np.log1p(-target) - ops.log(1 - activity))
        return weight * ops.sum(on + off)

    return penalty


class Autoencoder(KeptByWeights, CheckedModel):
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
        If the networks do not fit each other or the loss is unknown; of ``fit`` and ``evaluate``,
        if images are not finite or, for a cross-entropy, leave [0, 1].
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
        super().__init__("autoencoder")
        _check_networks(encoder, decoder)
        for part, what in ((corruption, "a corruption"), (penalty, "a penalty")):
            if part is not None:
                checks.function(part, f"{what} is a function", "Leave it out for none.")
        checks.choice(loss, LOSSES, "loss")
        self.encoder, self.decoder = encoder, decoder
        self.loss_name, (self.error, self.image) = loss, LOSSES[loss]
        self.corruption, self.penalty = corruption, penalty
        self.seed_generator = seed_generator(seed)
        self.built = True

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the decoder's raw output for x, shape of x."""
        x = floats(x)
        if training and self.corruption is not None:
            x = self.corruption(x, self.seed_generator)
        code = self.encoder(x, training=training)
        if training and self.penalty is not None:
            self.add_loss(self.penalty(code))
        return self.decoder(code, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean cost of the copies; the target is x itself unless y is given."""
        error = self.error(x if y is None else y, y_pred)
        return mean_loss(error, sample_weight) + sum(self.losses)

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless images x can be copied and targets y have the loss."""
        images_of(self.encoder, x)
        low, high = RANGES[self.loss_name]
        targets, what = (x, "images") if y is None else (y, "target images")
        images_of(self.encoder, targets, what, count=len(x), low=low, high=high)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images."""
        return self.encoder

    def targets(self, x: Any, y: Any) -> Any:
        """Return the images to be returned."""
        return x if y is None else y

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes z = E(x), shape (B, L)."""
        return self.encoder(inputs(self.encoder, x, "images"))

    def decode(self, z: Tensor) -> Tensor:
        """Return the images of the codes z, shape (B, ...)."""
        return self.image(self.decoder(inputs(self.decoder, z, "codes")))

    def reconstruct(self, x: np.ndarray, batch_size: int = 4000) -> np.ndarray:
        """Return D(E(x)) as images, in batches of bounded memory (ValueError for no images)."""
        x = images_of(self.encoder, x)
        reads = (self.encoder, self.decoder, self.image)
        return in_batches(self._copy, x, size=batch_size, reads=reads)

    def _copy(self, x: Tensor) -> Tensor:
        return self.image(self(x))


def _event_axes(x: Tensor) -> tuple[int, ...]:
    return tuple(range(1, len(x.shape)))


def _alike(x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
    """Return images and raw copies as float32 tensors of one shape.

    Nothing is broadcast; a length that a traced step does not know yet (None) fits any.
    """
    x, raw = tensor(x, "images"), tensor(raw, "copies")
    image, copy = tuple(x.shape), tuple(raw.shape)
    if not agree(image, copy):
        raise ValueError(
            f"an image is compared with its own copy, pixel by pixel, so the shapes agree; "
            f"received {image} and {copy}. Give images the shape that the decoder returns."
        )
    return x, raw


def _check_networks(encoder: keras.Model, decoder: keras.Model) -> None:
    check_network(encoder, "the encoder")
    check_network(decoder, "the decoder")
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
