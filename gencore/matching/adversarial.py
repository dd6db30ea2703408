"""An autoencoder whose codes cannot be told from draws of a prior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.autoencoder import LOSSES, RANGES
from gencore.checks.settings import check_seed, keras, ops, seed_generator
from gencore.checks.training import images_of
from gencore.data.batches import in_batches
from gencore.distributions import DiagNormal, standard_normal
from gencore.gan.losses import non_saturating, one_each
from gencore.gan.matched import Matched
from gencore.gan.optimizers import alike, serve
from gencore.gan.turns import descend, read, spread, weights_of, with_label
from gencore.matching.fitting import check_labels, check_networks, check_prior, check_rule
from gencore.matching.kernels import mmd_loss
from gencore.matching.training import check_pairs, unweighted

Tensor = Any
REMEDY = "Train with a smaller weight or learning rate, or another seed; collapse=0 goes on."


class AdversarialAutoencoder(Matched):
    r"""Copies images, and makes the codes of all of them together look like draws of a prior.

    .. math:: \min_{D, E} \max_C \; E\,\ell\bigl(x, D(E(x))\bigr)
       + w \bigl(E_{z \sim p} \log C(z) + E_x \log(1 - C(E(x)))\bigr)

    The critic C sees codes, never images; draws of the prior are real (1), codes are fake (0)
    (Makhzani et al., 2015). The encoder asks for the answer real, :math:`-E \log C(E(x))`. With
    bandwidths in the critic's place the second term is the discrepancy of a kernel, w
    MMD :math:`^2`, and nobody plays against anybody (Tolstikhin et al., 2018).

    Parameters
    ----------
    encoder : keras.Model
        (B, ...) to codes (B, L); or to 2L raw parameters of q(z|x) = N(mu, diag sigma^2), from
        which a code is drawn.
    decoder : keras.Model
        (B, L) to raw images (B, ...).
    critic : keras.Model, optional
        Codes (B, L) to one logit each. With labels it has a second input, (B, C + 1).
    prior : object, optional
        Anything with ``sample(n, seed)`` of shape (n, L), with labels ``sample(n, seed, labels)``;
        N(0, I) without it. No density is asked for.
    labels : int, optional
        How many labels there are, C. Images with the label c are then matched with draws of the
        prior for c. The label C says that none is known: any draw serves.
    bandwidths : sequence of float, optional
        Standard deviations of kernels of codes, in the place of a critic.
    weight : float
        The weight w of the match, in nats per image.
    loss : {"cross_entropy", "squared_error"}
        Cost of a copy, as in :class:`~gencore.autoencoder.Autoencoder`.
    collapse : float
        The training stops when the codes of a batch are spread by less than this share of the
        prior's spread, after the first 200 steps; 0 never stops it.
    seed : int
        Seed of the draws of the prior and of the codes.

    Raises
    ------
    ValueError
        If networks and prior do not fit each other, or there are both critic and bandwidths, or
        neither.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        critic: keras.Model | None = None,
        prior: Any = None,
        labels: int | None = None,
        bandwidths: Sequence[float] | None = None,
        weight: float = 1.0,
        loss: str = "cross_entropy",
        collapse: float = 0.01,
        seed: int = 0,
    ):
        averaged = ["loss", "reconstruction", "mismatch"]
        if critic is not None:
            averaged += ["critic_loss", "accuracy_on_prior", "accuracy_on_codes"]
        super().__init__("adversarial_autoencoder", collapse, REMEDY, averaged)
        self.latent_size, self.stochastic = check_networks(encoder, decoder, critic, labels)
        self.classes = labels
        self.encoder, self.decoder = encoder, decoder
        self.critic: Any = critic
        self.prior: Any = check_prior(
            standard_normal(self.latent_size) if prior is None else prior, self.latent_size, labels
        )
        self.bandwidths = check_rule(critic, bandwidths, labels)
        rule = "the weight of the match is finite and at least 0"
        self.weight = checks.number(weight, rule, "One is usual.", low=0, name="weight")
        checks.choice(loss, LOSSES, "loss")
        self.loss_name, (self.error, self.image) = loss, LOSSES[loss]
        self.seed_generator = seed_generator(seed)
        self.built = True

    @property
    def optimizer_turns(self) -> dict[str, int]:
        """Return how many training steps there are for each step of an optimizer of ``compile``."""
        return {"optimizer": 1} | ({"critic_optimizer": 1} if self.critic is not None else {})

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """Return the optimizer of encoder and decoder, and the critic's."""
        return [getattr(self, name) for name in self.optimizer_turns]

    def compile(self, optimizer: Any = "adam", critic_optimizer: Any = None, **options):
        """Give both sides an optimizer; without a second one the first one's settings serve."""
        super().compile(optimizer=optimizer, **options)
        serve("autoencoder", self.optimizer, weights_of(self.encoder, self.decoder))
        if self.critic is not None:
            given = alike(self.optimizer) if critic_optimizer is None else critic_optimizer
            self.critic_optimizer = keras.optimizers.get(given)
            serve("critic", self.critic_optimizer, self.critic.trainable_variables)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the decoder's raw output for x, shape of x."""
        return self.decoder(self.encode(x, training), training=training)

    def encode(self, x: Tensor, training: bool = False) -> Tensor:
        """Return codes (B, L): while training drawn from q(z|x), else its means."""
        raw = self.encoder(x, training=training)
        if not self.stochastic:
            return raw
        q = DiagNormal.from_raw(raw)
        return q.sample(seed=self.seed_generator) if training else q.mean()

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """Give the critic its turn, then change encoder and decoder."""
        x, y = unweighted(data)
        drawn, label = self._drawn(x, y)
        with tf.GradientTape() as tape:
            codes = self.encode(x, training=True)
            copies = ops.mean(self.error(x, self.decoder(codes, training=True)))
        if self.critic is not None:
            self.train_critic(drawn, ops.stop_gradient(codes), label)
        with tape:
            mismatch = self.mismatch(drawn, codes, label)
            loss = copies + self.weight * mismatch
        descend(self.optimizer, tape, loss, self.encoder, self.decoder)
        share = spread(codes) / ops.maximum(spread(drawn), keras.config.epsilon())
        self.tracked(x, loss=loss, reconstruction=copies, mismatch=mismatch)
        logs = {name: tracker.result() for name, tracker in self.trackers.items()}
        return logs | {"spread": share}

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """Return the cost of copies and the mismatch of the codes, of one batch."""
        x, y = unweighted(data)
        drawn, label = self._drawn(x, y)
        codes = self.encode(x)
        copies = ops.mean(self.error(x, self.decoder(codes)))
        mismatch = self.mismatch(drawn, codes, label)
        values = {"reconstruction": copies, "mismatch": mismatch}
        return self.tracked(x, loss=copies + self.weight * mismatch, **values)

    def train_critic(self, drawn: Tensor, codes: Tensor, label: Tensor = None) -> None:
        """Tell draws of the prior (real) from codes (fake) better."""
        with tf.GradientTape() as tape:
            of_prior, of_codes = (
                self.critic(with_label(z, label), training=True) for z in (drawn, codes)
            )
            loss = non_saturating.discriminator(of_prior, of_codes)
        descend(self.critic_optimizer, tape, loss, self.critic)
        self.tracked(
            drawn,
            critic_loss=loss,
            accuracy_on_prior=ops.mean(one_each(of_prior) > 0),
            accuracy_on_codes=ops.mean(one_each(of_codes) <= 0),
        )

    def mismatch(self, drawn: Tensor, codes: Tensor, label: Tensor = None) -> Tensor:
        r"""Return what the encoder is to make small, a scalar: :math:`-E \log C` or MMD^2."""
        if self.critic is None:
            return mmd_loss(drawn, codes, self.bandwidths)
        return non_saturating.generator(read(self.critic, with_label(codes, label)))

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless images x can be copied, with the labels that are asked for."""
        low, high = RANGES[self.loss_name]
        images_of(self.encoder, x, low=low, high=high)
        if self.classes is not None or y is not None:
            check_labels(y, self.classes, len(x))

    def check_batches(self, count: int, size: int) -> None:
        """Raise ValueError unless a kernel has two codes or more of every batch."""
        if self.critic is None:
            check_pairs(count, size)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images."""
        return self.encoder

    def codes(self, x: np.ndarray, batch_size: int = 4000) -> np.ndarray:
        """Return the code of each image, the mean of q(z|x) where codes are drawn, (n, L)."""
        x = images_of(self.encoder, x)
        return in_batches(self.encode, x, size=batch_size, reads=(self.encoder,))

    def images(self, z: Tensor, batch_size: int = 4000) -> np.ndarray:
        """Return the image of each code, in batches of bounded memory."""
        form = f"the shape (n, {self.latent_size})"
        z = checks.array(z, "codes", form, shape=(None, self.latent_size))
        reads = (self.decoder, self.image)
        return in_batches(self._image, z, size=batch_size, reads=reads)

    def reconstruct(self, x: np.ndarray, batch_size: int = 4000) -> np.ndarray:
        """Return the copies of images, in batches of bounded memory."""
        return self.images(self.codes(x, batch_size), batch_size=batch_size)

    def sample(self, n: int, seed: int, labels: Any = None) -> np.ndarray:
        """Return the images of n draws of the prior, of those for labels if it has some."""
        return self.images(self.prior_codes(n, seed, labels))

    def prior_codes(self, n: int, seed: int, labels: Any = None) -> np.ndarray:
        """Return n draws of the prior, shape (n, L)."""
        n = checks.whole(n, "so many codes are drawn, at least one", "Ask for one.", name="n")
        if labels is None:
            return np.asarray(self.prior.sample(n, check_seed(seed)))
        labels = check_labels(labels, self.classes, n)
        return np.asarray(self.prior.sample(n, check_seed(seed), labels))

    def _image(self, z: Tensor) -> Tensor:
        return self.image(self.decoder(z))

    def _drawn(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return draws of the prior for the images of a batch, and what the critic is told."""
        count = ops.shape(x)[0]
        if self.classes is None:
            return self.prior.sample(count, self.seed_generator), None
        y = ops.reshape(ops.cast(y, "int32"), (-1,))
        drawn = self.prior.sample(count, self.seed_generator, y)
        return drawn, ops.one_hot(y, self.classes + 1)
