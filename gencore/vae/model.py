"""The model: an encoder, a decoder and a prior, joined by the bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.tensors import inputs
from gencore.checks.training import CheckedModel, check_network, floats, images_of, mean_loss
from gencore.data.batches import in_batches
from gencore.data.labels import check_labelled, check_same_label, one_hot
from gencore.distributions import DiagNormal, kl_divergence, standard_normal
from gencore.keeping import KeptByWeights
from gencore.vae.likelihoods import BERNOULLI, CROSS_ENTROPY, Likelihood
from gencore.vae.rate_weight import RateWeight

Tensor = Any


class VAE(KeptByWeights, CheckedModel):
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
    warm_up : int
        Training steps in which that weight grows from 0 in a straight line; 0 for none.
    binarize : bool
        Whether each training image is drawn afresh as zeros and ones at every step, a grey value
        being the probability of a 1.
    seed : int
        Seed of the codes and of the binarisation.

    Raises
    ------
    ValueError
        If the networks do not fit each other, or beta or the warm-up is negative.
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
        warm_up: int = 0,
    ):
        super().__init__("vae")
        _check_networks(encoder, decoder)
        rule = "a likelihood is one of gencore.vae"
        checks.kind(likelihood, Likelihood, rule, "Give BERNOULLI or normal(0.1), for example.")
        self.encoder, self.decoder = encoder, decoder
        self.latent_size = decoder.inputs[0].shape[-1]
        self.classes = decoder.inputs[1].shape[-1] if len(decoder.inputs) > 1 else None
        self.paired = self.classes is not None
        self.prior: Any = check_prior(prior, self.latent_size)
        self.likelihood, self.binarize = likelihood, binarize
        self.rate_weight = RateWeight(beta, warm_up)
        self.likelihood_parameters = list(likelihood.parameters)  # Keras trains what is in a list
        self.seed_generator = seed_generator(seed)
        self.rate_tracker = keras.metrics.Mean(name="rate")
        self.built = True

    def encode(self, x: Tensor, training: bool = False) -> DiagNormal:
        """Return q(z|x), events of shape (L,)."""
        x = inputs(self.encoder, x, "images")
        return DiagNormal.from_raw(self.encoder(x, training=training))

    def decode(self, z: Tensor, training: bool = False, label: Tensor = None) -> Any:
        """Return p(x|z), or p(x|z, label), events of the shape of an image."""
        code = inputs(self.decoder, z if label is None else [z, label], "codes")
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
        x = self.drawn(floats(x), training)
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
        loss = self.rate_weight(training=training) * rate - log_likelihood  # (B,)
        return mean_loss(loss, sample_weight)

    def check(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on images x, alone or with labels.

        Grey values serve where they are drawn as zeros and ones at every step.
        """
        self._check(x, y, CROSS_ENTROPY if self.binarize else self.likelihood)

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless images x, in a pair with labels or alone, have a likelihood."""
        self._check(x, y, self.likelihood)

    def _check(self, x: Any, y: Any, likelihood: Likelihood) -> None:
        images = check_labelled(x, self.classes) if self.classes else x
        images_of(self.encoder, images)
        if y is not None and not np.array_equal(np.asarray(y), np.asarray(images)):
            checks.refuse(
                "the target of a VAE is its own image",
                f"other targets, {checks.shown(y)}",
                "Leave y out; labels are the second part of x in a conditional VAE.",
            )
        likelihood.check(images)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images."""
        return self.encoder

    def targets(self, x: Any, y: Any) -> Any:
        """Return something for each image: the targets are the images themselves."""
        return np.zeros(len(x[0] if self.paired else x), np.float32)

    def sample(self, n: int, seed: int, labels: Any = None) -> np.ndarray:
        """Return the mean images of n codes drawn from the prior, shape (n, ...)."""
        n = checks.whole(n, "so many images are drawn, at least one", "Ask for one.", name="n")
        return self.images(self.prior.sample(n, seed), labels=labels)

    def images(self, z: Tensor, batch_size: int = 4000, labels: Any = None) -> np.ndarray:
        """Return the mean of p(x|z) for each code (and label), in batches of bounded memory."""
        form = f"the shape (n, {self.latent_size})"
        z = checks.array(z, "codes", form, shape=(None, self.latent_size))
        rows = one_hot(labels, self.classes, len(z))
        reads = (self.decoder, self.likelihood.distribution)
        return in_batches(self._mean_image, z, rows, size=batch_size, reads=reads)

    def codes(self, x: Any, batch_size: int = 4000) -> np.ndarray:
        """Return the mean of q(z|x) for each image, shape (n, L), in batches."""
        if self.classes:
            check_labelled(x, self.classes)
        images, *label = x if self.classes else [x]
        arrays = [images_of(self.encoder, images), *label]
        return in_batches(self._mean_code, *arrays, size=batch_size, reads=(self.encoder,))

    def _mean_image(self, code: Tensor, label: Tensor = None) -> Tensor:
        return self.decode(code, label=label).mean()

    def _mean_code(self, image: Tensor, *label: Tensor) -> Tensor:
        return self.encode([image, *label] if label else image).loc


def check_prior(prior: Any, size: int) -> Any:
    """Return a prior of codes of a size, N(0, I) without one, or raise ValueError."""
    if prior is None:
        return standard_normal(size)
    rule = "a prior has log_prob(z) and sample(n, seed)"
    checks.has(prior, ("log_prob", "sample"), rule, "See gencore.distributions.")
    received = tuple(prior.sample(1, 0).shape)
    if received != (1, size):
        checks.refuse(
            f"a prior draws codes of the length that the decoder reads, shape (n, {size})",
            f"{received} for one draw",
            "Build prior and networks for one length.",
        )
    return prior


def _check_networks(encoder: keras.Model, decoder: keras.Model) -> None:
    check_network(encoder, "the encoder")
    check_network(decoder, "the decoder")
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
