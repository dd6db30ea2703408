"""The relative that learns its exemplars: pseudo-inputs in the place of training images."""

from __future__ import annotations

from gencore import checks
from gencore.checks.settings import check_seed, keras, ops, seed_generator
from gencore.distributions import DiagNormal
from gencore.distributions.events import check_event, draws
from gencore.gae.mixture import Seed, Tensor, log_normal_pairs


class VampPrior(keras.layers.Layer):
    r"""The prior :math:`p(z) = \frac1K \sum_k q(z|u_k)` over K learned images u_k.

    The pseudo-inputs are trained with the networks, by the same bound; their pixels are kept
    between 0 and 1 by a sigmoid. (Tomczak and Welling, 2018.)

    Parameters
    ----------
    encoder : keras.Model
        That of the VAE: (K, ...) to (K, 2L).
    inputs : int
        Number K of pseudo-inputs.
    seed : int
        Seed of the pixels at the start, which are dark: the logits are N(-2, 1).

    Raises
    ------
    ValueError
        If there is no pseudo-input.
    """

    def __init__(self, encoder: keras.Model, inputs: int, seed: int = 0):
        super().__init__(name="prior", dtype="float32")
        checks.kind(encoder, keras.Model, "a VampPrior is made of what a network encodes")
        rule = "a VampPrior has at least one pseudo-input"
        count = checks.whole(inputs, rule, "500 suit digits.", name="inputs")
        self.encoder, seed = encoder, check_seed(seed)
        self.logits = self.add_weight(
            shape=(count, *encoder.inputs[0].shape[1:]),
            initializer=keras.initializers.RandomNormal(-2.0, 1.0, seed=seed),
            name="logits",
        )
        self.built = True

    def images(self) -> Tensor:
        """Return the pseudo-inputs, shape (K, ...), grey values between 0 and 1."""
        return ops.sigmoid(self.logits)

    def components(self) -> DiagNormal:
        """Return their posteriors, K normal distributions."""
        return DiagNormal.from_raw(self.encoder(self.images(), training=False))

    def log_prob(self, z: Tensor) -> Tensor:
        """Return the log-density of codes (..., L), shape (...), nats."""
        q = self.components()
        z = check_event(z, q.loc, 1, beside=False)
        shape = ops.shape(z)
        each = log_normal_pairs(ops.reshape(z, (-1, shape[-1])), q.loc, q.scale)
        total = ops.logsumexp(each, axis=1) - ops.log(ops.cast(ops.shape(each)[1], "float32"))
        return ops.reshape(total, shape[:-1])

    def sample(self, n: int, seed: Seed) -> Tensor:
        """Draw a pseudo-input, each alike, and a code from its posterior, n times; (n, L)."""
        q, (n,), seed = self.components(), draws(n, alone=False), seed_generator(seed)
        drawn = keras.random.randint((n,), 0, self.logits.shape[0], seed=seed)
        picked = DiagNormal(ops.take(q.loc, drawn, axis=0), ops.take(q.scale, drawn, axis=0))
        return picked.sample(seed=seed)
