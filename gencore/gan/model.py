"""The model: a generator and a discriminator, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks import settings
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.training import floats
from gencore.data.labels import check_partly_labelled, one_hot
from gencore.gan.generated import Generated
from gencore.gan.labels import (
    feature_distance,
    features_of,
    label_cross_entropy,
    log_odds,
    unlabelled,
)
from gencore.gan.losses import Loss, non_saturating, one_each
from gencore.gan.optimizers import alike, serve_players
from gencore.gan.players import check_examples, check_players, check_rules, example_range
from gencore.gan.turns import (
    REMEDY,
    descend,
    one_hot_rows,
    read,
    refuse_weights,
    spread,
    with_label,
)

Tensor = Any
Penalty = Callable[[Callable[[Tensor], Tensor], Tensor, Tensor, Any], Tensor]
Measurement = Callable[[Tensor, Any], Tensor]

NAMES = ("discriminator_loss", "generator_loss", "accuracy_on_real", "accuracy_on_fake")


class GAN(Generated):
    r"""A generator and a discriminator, trained in turns; real is 1 and fake is 0.

    A step makes one batch of fakes, which serves both turns, as do its batch statistics. Each turn
    leaves the other player as it is, to the bit, its moving statistics included. Both networks are
    called as in training, with batch normalisation and dropout at work, in both turns.

    Parameters
    ----------
    generator : keras.Model
        Codes (B, L) to raw examples (B, ...), logits of pixels in images.
    discriminator : keras.Model
        Examples (B, ...) to one logit each, (B, 1) or (B,). For a conditional GAN both
        networks have a second input, the label as C zeros and ones, (B, C).
    labels : int, optional
        How many labels the discriminator tells apart, C: it has a logit for each, (B, C), and
        x is real with the logit :math:`\log \sum_c e^{l_c}`. Examples are given with labels, C
        for one that is not known. Those with a label may be repeated: they teach labels alone.
    feature_matching : bool
        Whether the generator matches the mean of what the discriminator's last layer reads, in the
        place of its loss (Salimans et al., 2016).
    loss : Loss
        What each player minimises, from :mod:`gencore.adversarial`.
    penalty : callable, optional
        ``penalty(discriminator, real, fake, seed)``, a scalar added to the discriminator's loss.
    penalty_weight : float
        Its weight.
    critic_steps : int
        Turns of the discriminator, each with a batch of its own, for one turn of the generator.
    measurement : callable, optional
        ``measurement(x, seed)``, what the discriminator sees of fakes where real examples are
        measurements themselves, as noisy images are (Bora, Price and Dimakis, 2018).
    activation : str
        From the generator's raw output to an example: ``"sigmoid"`` for pixels in [0, 1],
        ``"linear"`` for points.
    collapse : float
        The training stops when the samples of a batch are spread by less than this share of the
        data's spread, once the generator has had its first 200 turns; 0 never stops it.
    seed : int
        Seed of the codes and of the penalty.

    Raises
    ------
    ValueError
        If the networks do not fit, a critic step is missing, or a measurement changes the shape.
    """

    validated = False

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        loss: Loss = non_saturating,
        penalty: Penalty | None = None,
        penalty_weight: float = 10.0,
        critic_steps: int = 1,
        measurement: Measurement | None = None,
        activation: str = "sigmoid",
        collapse: float = 0.01,
        seed: int = 0,
        labels: int | None = None,
        feature_matching: bool = False,
    ):
        super().__init__("gan", collapse, REMEDY, NAMES)
        check_players(generator, discriminator, critic_steps, labels, feature_matching)
        check_rules(loss, penalty, penalty_weight)
        self.generator, self.discriminator = generator, discriminator
        self.latent_size = generator.inputs[0].shape[-1]
        self.classes = generator.inputs[1].shape[-1] if len(generator.inputs) > 1 else None
        self.labels, self.feature_matching = labels, feature_matching
        self.loss_of, self.penalty, self.penalty_weight = loss, penalty, penalty_weight
        self.critic_steps, self.measurement = critic_steps, measurement
        self.activation = settings.activation(activation)
        self.range = example_range(self.activation, measurement, generator.output_shape[1:])
        self.seed_generator = seed_generator(seed)
        self.built = True

    @property
    def optimizer_turns(self) -> dict[str, int]:
        """Return how many training steps there are for each step of an optimizer of ``compile``."""
        return {"optimizer": self.critic_steps, "discriminator_optimizer": 1}

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """Return the generator's optimizer and the discriminator's."""
        return [self.optimizer, self.discriminator_optimizer]

    def compile(self, optimizer: Any = "adam", discriminator_optimizer: Any = None, **options):
        """Give each player an optimizer; without a second one the first one's settings serve."""
        super().compile(optimizer=optimizer, **options)
        if discriminator_optimizer is None:
            discriminator_optimizer = alike(self.optimizer)
        self.discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        serve_players(self)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Return the examples made of codes, or of codes and labels (B, C)."""
        return self.activation(self.generator(inputs, training=training))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """Give the discriminator its turn and, after ``critic_steps`` of them, the generator."""
        real, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        refuse_weights(weights)
        real = floats(real)
        known = ops.reshape(y, (-1,)) if self.labels else None
        label = None if self.labels else one_hot_rows(y, self.classes)
        with tf.GradientTape() as tape:
            clean = self(with_label(self.codes(ops.shape(real)[0]), label), training=True)
            fake = self.measure(clean)
        # Noise would hide a generator that makes one image only.
        share = spread(clean) / ops.maximum(spread(real), keras.config.epsilon())
        self.train_discriminator(real, fake, label, known)
        compared = unlabelled(real, known, self.labels)
        if self.critic_steps == 1:
            self.train_generator(tape, fake, label, compared)
        else:
            turn = self.discriminator_optimizer.iterations % self.critic_steps == 0
            tf.cond(turn, lambda: self.train_generator(tape, fake, label, compared), lambda: 0.0)
        logs = {name: tracker.result() for name, tracker in self.trackers.items()}
        return logs | {"spread": share}

    def measure(self, x: Tensor) -> Tensor:
        """Return what the discriminator sees of the generator's examples."""
        return x if self.measurement is None else self.measurement(x, self.seed_generator)

    def odds(self, logits: Tensor) -> Tensor:
        """Return the logit of being real, from what the discriminator says of each example."""
        return logits if self.labels is None else log_odds(logits)

    def train_discriminator(
        self, real: Tensor, fake: Tensor, label: Tensor = None, known: Tensor = None
    ) -> None:
        """Tell real examples from fake ones better, and labels that are known from each other."""

        def logits(x: Tensor) -> Tensor:
            return self.discriminator(with_label(x, label), training=True)

        def odds(x: Tensor) -> Tensor:
            return self.odds(logits(x))

        with tf.GradientTape() as tape:
            said = logits(real)
            real_logits, fake_logits = self.odds(unlabelled(said, known, self.labels)), odds(fake)
            loss = self.loss_of.discriminator(real_logits, fake_logits)
            if self.labels is not None:
                loss += label_cross_entropy(said, known)
            if self.penalty is not None:
                loss += self.penalty_weight * self.penalty(odds, real, fake, self.seed_generator)
        descend(self.discriminator_optimizer, tape, loss, self.discriminator)
        self.tracked(
            real,
            discriminator_loss=loss,
            accuracy_on_real=ops.mean(one_each(real_logits) > self.loss_of.boundary),
            accuracy_on_fake=ops.mean(one_each(fake_logits) <= self.loss_of.boundary),
        )

    def train_generator(
        self, tape: Any, fake: Tensor, label: Tensor = None, real: Tensor = None
    ) -> Tensor:
        """Change what was recorded on the tape: the fakes are to be taken for real more often."""
        with tape:
            if self.feature_matching:
                network = features_of(self.discriminator)
                features = [read(network, with_label(x, label)) for x in (real, fake)]
                loss = feature_distance(*features)
            else:
                said = read(self.discriminator, with_label(fake, label))
                loss = self.loss_of.generator(self.odds(said))
        descend(self.optimizer, tape, loss, self.generator)
        self.tracked(fake, generator_loss=loss)
        return loss

    def evaluate(self, *args: Any, **options: Any):
        """Raise ValueError: two players have no loss to evaluate."""
        checks.refuse("two players have no loss to evaluate", "evaluate", "Score their samples.")

    def test_on_batch(self, *args: Any, **options: Any):
        """Raise ValueError: two players have no loss to evaluate."""
        self.evaluate()

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on examples x with labels y."""
        check_examples(x, self.generator.output_shape[1:], *self.range)
        if self.labels is None:
            one_hot(y, self.classes, len(x))
        else:
            check_partly_labelled(y, self.labels, len(x))
