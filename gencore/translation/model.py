"""The model: a translator for each direction, and a critic for each domain."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.arguments import FIT, named
from gencore.checks.settings import check_seed, keras, ops
from gencore.checks.training import floats, images_of
from gencore.data.batches import in_batches
from gencore.gan.losses import Loss, least_squares
from gencore.gan.matched import Matched
from gencore.gan.optimizers import alike, serve
from gencore.gan.players import check_rules
from gencore.gan.turns import descend, read, refuse_weights, spread, weights_of
from gencore.translation.domains import unpaired
from gencore.translation.networks import check_networks
from gencore.translation.pool import ImagePool

Tensor = Any
REMEDY = "Train with a smaller learning rate or another seed; collapse=0 goes on."
NAMES = ("critic_a_loss", "critic_b_loss", "translator_loss", "cycle_a", "cycle_b")


class CycleGAN(Matched):
    r"""Translates images of a domain A into those of a domain B, and back, learnt without pairs.

    .. math:: \mathrm{adv}(G, D_B) + \mathrm{adv}(F, D_A)
       + \lambda \bigl(E\,|F(G(a)) - a| + E\,|G(F(b)) - b|\bigr)
       + \mu \bigl(E\,|G(b) - b| + E\,|F(a) - a|\bigr)

    is what both translators minimise together (Zhu et al., 2017), G from A to B and F back, where
    | | is the mean over the values of an image. Each critic learns to tell the images of its
    domain from translations. A step makes one batch of translations, which serves all turns.

    Parameters
    ----------
    forward, backward : keras.Model
        G, from images of A in [0, 1] to logits of images of B, and F, from B to A.
    critic_a, critic_b : keras.Model
        Images of a domain to one logit each, or to one for each patch, (B, h, w, 1).
    loss : Loss
        What critics and translators minimise, from :mod:`gencore.adversarial`.
    cycle_weight : float
        The weight :math:`\lambda`.
    identity_weight : float
        The weight :math:`\mu` of leaving an image as it is that is in the target domain already.
    pool : int
        How many earlier translations of each direction are kept for the critics
        (:class:`~gencore.translation.ImagePool`); 0 shows them new ones alone.
    collapse : float
        The training stops when the translations of a batch, of either direction, are spread by
        less than this share of the images of their domain, after the first 200 steps; 0 never
        stops it.
    seed : int
        Seed of the pools, and of the orders in which ``fit`` takes the images.

    Raises
    ------
    ValueError
        If the networks do not fit each other, or a weight is negative.
    """

    validated = False

    def __init__(
        self,
        forward: keras.Model,
        backward: keras.Model,
        critic_a: keras.Model,
        critic_b: keras.Model,
        loss: Loss = least_squares,
        cycle_weight: float = 10.0,
        identity_weight: float = 0.0,
        pool: int = 50,
        collapse: float = 0.01,
        seed: int = 0,
    ):
        super().__init__("cycle_gan", collapse, REMEDY, NAMES)
        identity_weight = _weight(identity_weight, "identity_weight")
        self.shapes = check_networks(forward, backward, critic_a, critic_b, bool(identity_weight))
        check_rules(loss, None, 0.0)
        self.forward, self.backward = forward, backward
        self.critic_a, self.critic_b = critic_a, critic_b
        self.loss_of, self.identity_weight = loss, identity_weight
        self.cycle_weight = _weight(cycle_weight, "cycle_weight")
        self.seed = check_seed(seed)
        self.pool_a = ImagePool(self.shapes[0], pool, self.seed)
        self.pool_b = ImagePool(self.shapes[1], pool, self.seed)
        self.built = True

    optimizer_turns = {"optimizer": 1, "critic_optimizer": 1}

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """Return the optimizer of both translators and that of both critics."""
        return [self.optimizer, self.critic_optimizer]

    def compile(self, optimizer: Any = "adam", critic_optimizer: Any = None, **options):
        """Give both sides an optimizer; without a second one the first one's settings serve."""
        super().compile(optimizer=optimizer, **options)
        given = alike(self.optimizer) if critic_optimizer is None else critic_optimizer
        self.critic_optimizer = keras.optimizers.get(given)
        serve("translators", self.optimizer, weights_of(self.forward, self.backward))
        serve("critics", self.critic_optimizer, weights_of(self.critic_a, self.critic_b))

    def fit(self, *args: Any, **options: Any):
        """Train on images ``x`` of the domain A and ``y`` of B, in any numbers and orders.

        Both are shuffled apart, and the smaller domain is repeated. Further arguments, and what is
        raised, are those of the GAN.
        """
        given = named(FIT, self, args, options)
        if isinstance(given.get("x"), np.ndarray) or isinstance(given.get("y"), np.ndarray):
            self.check_values(given.get("x"), given.get("y"))
            given["x"], given["y"] = unpaired(given["x"], given["y"], self.seed)
        return super().fit(**given)

    def to_b(self, a: Tensor, training: bool = False) -> Tensor:
        """Return the translations G(a) of images of A, as images of B."""
        return ops.sigmoid(self.forward(a, training=training))

    def to_a(self, b: Tensor, training: bool = False) -> Tensor:
        """Return the translations F(b) of images of B, as images of A."""
        return ops.sigmoid(self.backward(b, training=training))

    def call(self, a: Tensor, training: bool = False) -> Tensor:
        """Return the translations of images of A."""
        return self.to_b(a, training)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """Give the critics their turns, then change both translators."""
        a, b, weights = keras.utils.unpack_x_y_sample_weight(data)
        refuse_weights(weights)
        a, b = floats(a), floats(b)
        with tf.GradientTape() as tape:
            like_b, like_a = self.to_b(a, training=True), self.to_a(b, training=True)
        self.train_critics(a, b, self.pool_a(like_a), self.pool_b(like_b))
        self.train_translators(tape, a, b, like_a, like_b)
        shares = [
            spread(made) / ops.maximum(spread(real), keras.config.epsilon())
            for made, real in ((like_a, a), (like_b, b))
        ]
        logs = {name: tracker.result() for name, tracker in self.trackers.items()}
        return logs | {"spread": ops.minimum(*shares)}

    def train_critics(self, a: Tensor, b: Tensor, like_a: Tensor, like_b: Tensor) -> None:
        """Let each critic tell the images of its domain from translations better."""
        with tf.GradientTape() as tape:
            of_a = self.critic_loss(self.critic_a, a, like_a)
            of_b = self.critic_loss(self.critic_b, b, like_b)
            loss = of_a + of_b  # no weight is in both
        descend(self.critic_optimizer, tape, loss, self.critic_a, self.critic_b)
        self.tracked(a, critic_a_loss=of_a, critic_b_loss=of_b)

    def train_translators(
        self, tape: Any, a: Tensor, b: Tensor, like_a: Tensor, like_b: Tensor
    ) -> None:
        """Change what was recorded on the tape: the translations are to pass, and to come back."""
        with tape:
            cycle_a, cycle_b = self.cycles(a, b, like_a, like_b)
            loss = self.passing(self.critic_b, like_b) + self.passing(self.critic_a, like_a)
            loss += self.cycle_weight * (cycle_a + cycle_b)
            if self.identity_weight:
                same_b = distance(self.to_b(b, training=True), b)
                same_a = distance(self.to_a(a, training=True), a)
                loss += self.identity_weight * (same_b + same_a)
        descend(self.optimizer, tape, loss, self.forward, self.backward)
        self.tracked(a, translator_loss=loss, cycle_a=cycle_a, cycle_b=cycle_b)

    def cycles(self, a: Tensor, b: Tensor, like_a: Tensor, like_b: Tensor) -> tuple[Tensor, Tensor]:
        """Return E|F(G(a)) - a| and E|G(F(b)) - b|; each has a gradient for both translators."""
        back_a, back_b = self.to_a(like_b, training=True), self.to_b(like_a, training=True)
        return distance(back_a, a), distance(back_b, b)

    def critic_loss(self, critic: keras.Model, real: Tensor, made: Tensor) -> Tensor:
        """Return what a critic minimises: real images and translations mistaken, a scalar."""
        logits = (ops.reshape(critic(x, training=True), (-1,)) for x in (real, made))
        return self.loss_of.discriminator(*logits)

    def passing(self, critic: keras.Model, made: Tensor) -> Tensor:
        """Return what a translator minimises against a critic, a scalar."""
        return self.loss_of.generator(ops.reshape(read(critic, made), (-1,)))

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless x are images of A and y images of B that can be translated."""
        for images, network, name in ((x, self.forward, "A"), (y, self.backward, "B")):
            if images is None:
                rule = "a translation is learnt from images of both domains"
                checks.refuse(rule, f"none of the domain {name}", "Give fit(a, b).")
            images_of(network, images, f"images of the domain {name}", low=0, high=1)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the images of A."""
        return self.forward

    def translate(self, a: np.ndarray, batch_size: int = 1000) -> np.ndarray:
        """Return the translations of images of A into B, in batches of bounded memory."""
        a = images_of(self.forward, a, "images of the domain A", low=0, high=1)
        return in_batches(self.to_b, a, size=batch_size, reads=(self.forward,))

    def translate_back(self, b: np.ndarray, batch_size: int = 1000) -> np.ndarray:
        """Return the translations of images of B into A, in batches of bounded memory."""
        b = images_of(self.backward, b, "images of the domain B", low=0, high=1)
        return in_batches(self.to_a, b, size=batch_size, reads=(self.backward,))


def distance(x: Tensor, y: Tensor) -> Tensor:
    """Return the mean absolute difference of all values, in grey levels from 0 to 1."""
    return ops.mean(ops.abs(x - y))


def _weight(value: Any, name: str) -> float:
    rule = f"{name} is finite and at least 0"
    return checks.number(value, rule, "Ten for the cycle is usual.", low=0, name=name)
