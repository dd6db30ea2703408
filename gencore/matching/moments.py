"""A generator trained by a kernel alone (GMMN): no second player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from gencore import checks
from gencore.checks import settings
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.training import check_network
from gencore.gan.generated import Generated
from gencore.gan.players import check_examples, example_range
from gencore.gan.turns import descend, spread
from gencore.matching.kernels import check_bandwidths, mmd_loss
from gencore.matching.training import check_pairs, unweighted

Tensor = Any
REMEDY = (
    "Train with a smaller learning rate, with larger batches, or with bandwidths nearer to the "
    "median distance between the data; collapse=0 goes on."
)


class MomentMatching(Generated):
    r"""A generator G trained until a kernel cannot tell its samples from the data.

    .. math:: \min_G \; \mathrm{MMD}^2\bigl(f(x),\, f(G(z))\bigr), \qquad z \sim N(0, I)

    The estimate of each batch is unbiased (Dziugaite, Roy and Ghahramani, 2015). In the codes of
    an autoencoder (Li, Swersky and Zemel, 2015) the features f are its encoder and the generator
    makes codes, which the decoder turns into images.

    Parameters
    ----------
    generator : keras.Model
        Standard normal codes (B, L) to raw examples (B, ...), or with a decoder to features (B, F).
    features : keras.Model, optional
        Examples to what is compared, (B, F); it is frozen. Without it the examples themselves are.
    decoder : keras.Model, optional
        Features to raw examples; it is frozen.
    bandwidths : sequence of float
        Standard deviations of the kernels, in the unit of what is compared.
    activation : str
        From raw examples to examples: ``"sigmoid"`` for pixels in [0, 1], ``"linear"`` for points.
    collapse : float
        The training stops when what is generated for a batch is spread by less than this share of
        the data's spread, after the first 200 steps; 0 never stops it.
    seed : int
        Seed of the codes.

    Raises
    ------
    ValueError
        If the networks do not fit each other, or a bandwidth is not positive.
    """

    def __init__(
        self,
        generator: keras.Model,
        features: keras.Model | None = None,
        decoder: keras.Model | None = None,
        bandwidths: Sequence[float] = (1.0, 2.0, 4.0, 8.0),
        activation: str = "sigmoid",
        collapse: float = 0.01,
        seed: int = 0,
    ):
        super().__init__("moment_matching", collapse, REMEDY, ["loss"])
        self.example_shape = _check_networks(generator, features, decoder)
        self.generator, self.features, self.decoder = generator, features, decoder
        for network in (features, decoder):
            if network is not None:
                network.trainable = False
        self.latent_size, self.classes = generator.input_shape[-1], None
        self.bandwidths = check_bandwidths(bandwidths)
        self.activation = settings.activation(activation)
        self.range = example_range(self.activation, None, self.example_shape)
        self.seed_generator = seed_generator(seed)
        self.built = True

    def call(self, z: Tensor, training: bool = False) -> Tensor:
        """Return the examples made of codes z, (B, ...)."""
        raw = self.generator(z, training=training)
        if self.decoder is not None:
            raw = self.decoder(raw, training=False)
        return self.activation(raw)

    def compared(self, x: Tensor) -> Tensor:
        """Return what the kernel sees of examples."""
        return x if self.features is None else self.features(x, training=False)

    def made(self, count: Any, training: bool = False) -> Tensor:
        """Return what the kernel sees of so many new samples."""
        z = self.codes(count)
        if self.decoder is not None:
            return self.generator(z, training=training)
        return self.compared(self(z, training=training))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """Change the generator down the gradient of the discrepancy from one batch."""
        real = self.compared(unweighted(data)[0])
        with tf.GradientTape() as tape:
            made = self.made(ops.shape(real)[0], training=True)
            loss = mmd_loss(made, real, self.bandwidths)
        descend(self.optimizer, tape, loss, self.generator)
        share = spread(made) / ops.maximum(spread(real), keras.config.epsilon())
        return self.tracked(real, loss=loss) | {"spread": share}

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """Return the discrepancy from one batch."""
        real = self.compared(unweighted(data)[0])
        made = self.made(ops.shape(real)[0])
        return self.tracked(real, loss=mmd_loss(made, real, self.bandwidths))

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on examples x, without labels."""
        check_examples(x, self.example_shape, *self.range)
        if y is not None:
            rule = "a kernel compares examples, which have no targets"
            checks.refuse(rule, checks.shown(y), "Leave y out.")

    def check_batches(self, count: int, size: int) -> None:
        """Raise ValueError unless every batch has two examples or more."""
        check_pairs(count, size)

    @property
    def makers(self) -> tuple[Any, ...]:
        """Return what an example passes through."""
        return self.generator, self.decoder, self.activation


def _check_networks(generator: Any, features: Any, decoder: Any) -> tuple[int, ...]:
    """Return the shape of an example, or raise ValueError unless the networks fit."""
    check_network(generator, "the generator")
    example, made = generator.output_shape[1:], generator.output_shape[1:]
    if decoder is not None:
        check_network(decoder, "the decoder")
        example = decoder.output_shape[1:]
        if features is None or decoder.input_shape[1:] != made:
            checks.refuse(
                "a decoder reads what the generator makes, features of the examples",
                f"{decoder.input_shape[1:]} for {made}, "
                f"{'without' if features is None else 'with'} features",
                "Give the encoder and the decoder of one autoencoder, and build the generator for "
                "its codes.",
            )
    if features is not None:
        check_network(features, "the features")
        seen = features.output_shape[1:]
        if features.input_shape[1:] != example or decoder is not None and seen != made:
            checks.refuse(
                "features are made of examples, and compared with what the generator makes",
                f"features {features.input_shape[1:]} to {seen}, a generator of {made}",
                "Build the networks for one shape of examples and one length of codes.",
            )
    return tuple(example)
