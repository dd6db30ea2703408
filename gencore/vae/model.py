"""The model: an encoder, a decoder and a prior, joined by the bound."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from gencore.data.batches import in_batches
from gencore.data.labels import check_labelled, check_same_label, one_hot
from gencore.distributions import DiagNormal, kl_divergence, standard_normal
from gencore.vae.likelihoods import BERNOULLI, CROSS_ENTROPY, Likelihood

Tensor = Any


class VAE(keras.Model):
    r"""Encoder, decoder and prior, trained by the evidence lower bound.

    Parameters
    ----------
    encoder : keras.Model
        (B, ...) to the 2L raw parameters of q(z|x) = N(mu, diag sigma^2).
    decoder : keras.Model
        (B, L) to the raw parameters of p(x|z), shape (B, ...). For a conditional VAE both have
        a second input, the label as C zeros and ones, (B, C), and x is everywhere below the pair
        (images, labels).
    prior : object, optional
        Anything with ``log_prob(z)`` of shape (...) and ``sample(n, seed)`` of shape (n, L);
        N(0, I) without it. The rate has a closed form under a
        :class:`~gencore.distributions.DiagNormal` and is estimated from the same z as the
        reconstruction otherwise.
    likelihood : Likelihood
        How the raw output becomes p(x|z).
    beta : float
        Weight of the rate while training; 1 gives the evidence lower bound.
    binarize : bool
        Whether each training image is drawn afresh as zeros and ones at every step, a grey value
        being the probability of a 1.
    seed : int
        Seed of the codes and of the binarisation.

    Raises
    ------
    ValueError
        If the networks do not fit each other, or beta is negative.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        prior: Any = None,
        likelihood: Likelihood = BERNOULLI,
        beta: float = 1.0,
        binarize: bool = False,
        seed: int = 0,
    ):
        super().__init__(name="vae")
        _check_networks(encoder, decoder)
        if not (np.isfinite(beta) and beta >= 0):
            raise ValueError(f"the weight of the rate is at least 0; received beta={beta}.")
        self.encoder, self.decoder = encoder, decoder
        self.latent_size = decoder.inputs[0].shape[-1]
        self.classes = decoder.inputs[1].shape[-1] if len(decoder.inputs) > 1 else None
        self.prior: Any = standard_normal(self.latent_size) if prior is None else prior
        self.likelihood, self.beta, self.binarize = likelihood, beta, binarize
        self.likelihood_parameters = list(likelihood.parameters)  # Keras trains what is in a list
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.rate_tracker = keras.metrics.Mean(name="rate")
        self.built = True

    def encode(self, x: Tensor, training: bool = False) -> DiagNormal:
        """Return q(z|x), events of shape (L,)."""
        return DiagNormal.from_raw(self.encoder(x, training=training))

    def decode(self, z: Tensor, training: bool = False, label: Tensor = None) -> Any:
        """Return p(x|z), or p(x|z, label), events of the shape of an image."""
        code = z if label is None else [z, label]
        return self.likelihood.distribution(self.decoder(code, training=training))

    def terms(self, x: Tensor, seed: Any, training: bool = False) -> tuple[Tensor, Tensor]:
        """Return log p(x|z) for one z ~ q(z|x), and the rate KL[q || p]; each (B,), in nats."""
        image, label = x if self.classes else (x, None)
        q = self.encode(x, training)
        z = q.sample(seed=seed)  # (B, L)
        if isinstance(self.prior, DiagNormal):
            rate = kl_divergence(q, self.prior)
        else:
            rate = q.log_prob(z) - self.prior.log_prob(z)
        return self.decode(z, training, label).log_prob(image), rate

    def bound(self, x: Tensor, seed: Any = None) -> Tensor:
        """Return an unbiased one-sample estimate of the evidence lower bound, (B,), nats."""
        seed = self.seed_generator if seed is None else seed
        log_likelihood, rate = self.terms(x, seed)
        return log_likelihood - rate

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return log p(x|z) and the rate of each image, shape (B, 2), nats."""
        x = self.drawn(x, training)
        return ops.stack(self.terms(x, self.seed_generator, training), axis=-1)

    def drawn(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the images as the model trains on them: a fresh binary draw, or as they are."""
        if training and self.binarize:
            image, *label = x if self.classes else [x]
            uniform = keras.random.uniform(ops.shape(image), seed=self.seed_generator)
            drawn = ops.cast(uniform < image, "float32")
            x = [drawn, *label] if label else drawn
        return x

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean over the batch of -log p(x|z) + beta KL[q || p]."""
        log_likelihood, rate = ops.unstack(y_pred, axis=-1)
        self.rate_tracker.update_state(rate)
        loss = self.beta * rate - log_likelihood  # (B,)
        return ops.mean(loss if sample_weight is None else loss * sample_weight)

    def fit(self, x: Any = None, *args, **options):
        """Check the images if they are an array, then train as Keras does.

        Raises
        ------
        ValueError
            If the images hold NaN or cannot have the likelihood of this model.
        """
        if hasattr(x, "shape") or isinstance(x, tuple | list):
            self.check(x)
        return super().fit(x, *args, **options)

    def check(self, x: Any) -> None:
        """Raise ValueError unless the model can be trained on x."""
        if self.classes:
            x = check_labelled(x, self.classes)
        if not self.binarize:
            return self.likelihood.check(x)
        CROSS_ENTROPY.check(x)
        low, high = float(np.min(x)), float(np.max(x))
        if low < 0 or high > 1:
            raise ValueError(
                f"a grey value that is drawn as 0 or 1 is a probability; received values from "
                f"{low:g} to {high:g}. Divide grey levels 0 to 255 by 255."
            )

    def sample(self, n: int, seed: int, labels: Any = None) -> np.ndarray:
        """Return the mean images of n codes drawn from the prior, shape (n, ...)."""
        return self.images(self.prior.sample(n, seed), labels=labels)

    def images(self, z: Tensor, batch_size: int = 4000, labels: Any = None) -> np.ndarray:
        """Return the mean of p(x|z) for each code (and label), in batches of bounded memory."""
        rows = one_hot(labels, self.classes, len(z))
        reads = (self.decoder, self.likelihood.distribution)
        return in_batches(self._mean_image, z, rows, size=batch_size, reads=reads)

    def codes(self, x: Any, batch_size: int = 4000) -> np.ndarray:
        """Return the mean of q(z|x) for each image, shape (n, L), in batches."""
        arrays = x if self.classes else [x]
        return in_batches(self._mean_code, *arrays, size=batch_size, reads=(self.encoder,))

    def _mean_image(self, code: Tensor, label: Tensor = None) -> Tensor:
        return self.decode(code, label=label).mean()

    def _mean_code(self, image: Tensor, *label: Tensor) -> Tensor:
        return self.encode([image, *label] if label else image).loc


def _check_networks(encoder: keras.Model, decoder: keras.Model) -> None:
    raw, code = encoder.output_shape[1:], tuple(decoder.inputs[0].shape[1:])
    if len(raw) != 1 or raw != (2 * code[0],):
        raise ValueError(
            f"the encoder writes a mean and a scale for each coordinate that the decoder reads, "
            f"2L numbers for L; received {raw} from the encoder and {code} for the decoder. "
            f"Build the encoder with latent_size=2 * L."
        )
    image, copy = tuple(encoder.inputs[0].shape[1:]), decoder.output_shape[1:]
    if image != copy:
        raise ValueError(
            f"p(x|z) is a distribution of the images that are encoded; received {image} in and "
            f"{copy} out. Build both networks with one image shape."
        )
    check_same_label(encoder, decoder)
