r"""Losses and penalties of two players, as functions of the discriminator's logits.

A logit l says that an example is real with probability :math:`D = 1 / (1 + e^{-l})`: real is 1 and
fake is 0. Every loss is a mean over the batch, in nats where it is a cross-entropy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from gencore import checks
from gencore.checks.settings import check_seed, keras, ops
from gencore.checks.tensors import agree, tensor

__all__ = [
    "Loss",
    "cross_entropy",
    "gradient_penalty",
    "interpolate",
    "least_squares",
    "minimax",
    "non_saturating",
    "one_each",
    "r1_penalty",
    "wasserstein",
    "wasserstein_distance",
]

Tensor = Any
Seed = int | keras.random.SeedGenerator


class Loss(NamedTuple):
    """What the two players minimise: ``discriminator(real, fake)`` and ``generator(fake)``.

    The arguments are logits of shape (B,) or (B, 1), the results scalars. An example with a logit
    above ``boundary`` is taken for real.
    """

    name: str
    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    boundary: float = 0.0


def cross_entropy(logits: Tensor, target: float) -> Tensor:
    r"""Return :math:`-t \log D - (1 - t) \log (1 - D)`, the mean over the batch, nats.

    Parameters
    ----------
    logits : tensor, shape (B,) or (B, 1)
        Log-odds of being real, before any sigmoid.
    target : float
        The answer t that is asked for: 1 for real, 0 for fake, between them for smoothed labels.

    Returns
    -------
    tensor
        A scalar.

    Raises
    ------
    ValueError
        If the target leaves [0, 1], where the cross-entropy has no lower bound, or there is not one
        logit for each example.
    """
    target = checks.number(
        target,
        "a target is one probability for the whole batch, from 0 to 1",
        "Give 1 for real, 0 for fake, or a value such as 0.9 to smooth the labels.",
        low=0,
        high=1,
    )
    logits = one_each(logits)
    return ops.mean(ops.softplus(logits) - target * logits)


def wasserstein_distance(real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean score of the real examples minus that of the fake ones, a scalar.

    For a critic of Lipschitz constant 1 it is a lower bound on the Wasserstein-1 distance.
    """
    return ops.mean(one_each(real)) - ops.mean(one_each(fake))


def one_each(logits: Tensor) -> Tensor:
    """Return logits as (B,); ValueError unless there is one logit for each example."""
    logits = tensor(logits, "logits")
    shape = tuple(logits.shape)
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] != 1):
        raise ValueError(
            f"there is one logit for each example, shape (B,) or (B, 1); received {shape}. Other "
            f"shapes broadcast silently: end the discriminator with Flatten and Dense(1)."
        )
    return ops.reshape(logits, (-1,))


def _discriminator_cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """Return -E log D(real) - E log(1 - D(fake)), nats; minus the value of the game."""
    return cross_entropy(real, 1.0) + cross_entropy(fake, 0.0)


#: The zero-sum game: the generator minimises E log(1 - D(fake)), all of the value it can move.
minimax = Loss(
    "minimax",
    discriminator=_discriminator_cross_entropy,
    generator=lambda fake: -cross_entropy(fake, 0.0),
)

#: The generator minimises -E log D(fake): the same fixed point, a gradient where it loses.
non_saturating = Loss(
    "non-saturating",
    discriminator=_discriminator_cross_entropy,
    generator=lambda fake: cross_entropy(fake, 1.0),
)

#: The discriminator is a critic, its logits are scores; its slope needs a bound (a penalty).
wasserstein = Loss(
    "wasserstein",
    discriminator=lambda real, fake: -wasserstein_distance(real, fake),
    generator=lambda fake: -ops.mean(one_each(fake)),
)

#: The logit itself is the answer, 1 for real and 0 for fake, and its error is squared (Mao et al.,
#: 2017): an example far on the right side of the boundary is drawn back to it, not left alone.
least_squares = Loss(
    "least squares",
    discriminator=lambda real, fake: (squared_error(real, 1.0) + squared_error(fake, 0.0)) / 2,
    generator=lambda fake: squared_error(fake, 1.0),
    boundary=0.5,
)


def squared_error(logits: Tensor, target: float) -> Tensor:
    """Return the mean of (l - t)^2 over the logits l of a batch, a scalar."""
    return ops.mean(ops.square(one_each(logits) - target))


def gradient_penalty(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, seed: Seed
) -> Tensor:
    r"""Return how far the discriminator's slope is from 1 between real and fake examples.

    .. math:: E \bigl(\| \nabla_x l(\hat x) \| - 1 \bigr)^2, \qquad
       \hat x = u x + (1 - u) \tilde x, \quad u \sim U(0, 1)

    with one u for each example (Gulrajani et al., 2017). The norm is taken over all values of one
    example; where the gradient is 0 the penalty is 1 and its own gradient 0.

    Parameters
    ----------
    discriminator : callable
        Examples (B, ...) to logits (B,) or (B, 1). No logit may depend on another example, so no
        batch normalisation.
    real, fake : tensor, shape (B, ...)
        As many of either.
    seed : int or SeedGenerator
        Seed of u.

    Returns
    -------
    tensor
        A scalar.

    Raises
    ------
    ValueError
        If real and fake differ in shape, or there is not one logit for each example.
    """
    squares = squared_slopes(discriminator, interpolate(real, fake, seed))
    # The root has an infinite derivative at 0; below 1e-12 the maximum has the derivative 0.
    return ops.mean(ops.square(ops.sqrt(ops.maximum(squares, 1e-12)) - 1))


def r1_penalty(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor = None, seed: Any = None
) -> Tensor:
    r"""Return half the mean squared slope of the discriminator at the real examples.

    .. math:: \tfrac12 E \| \nabla_x l(x) \|^2

    With the weight :math:`\gamma` it is the penalty R1 (Mescheder, Geiger and Nowozin, 2018). It
    asks for slope 0 where :func:`gradient_penalty` asks for slope 1, and at the real examples
    only, so fakes and seed are taken for the sake of one signature and not used.

    Parameters
    ----------
    discriminator : callable
        Examples (B, ...) to logits (B,) or (B, 1). No logit may depend on another example, so no
        batch normalisation.
    real : tensor, shape (B, ...)
        Real examples.

    Returns
    -------
    tensor
        A scalar.

    Raises
    ------
    ValueError
        If there is not one logit for each example.
    """
    return 0.5 * ops.mean(squared_slopes(discriminator, tensor(real, "real examples")))


def squared_slopes(discriminator: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    r"""Return :math:`\| \nabla_x l(x) \|^2` of each example, shape (B,)."""
    rule = "a discriminator is a function from examples to logits"
    checks.function(discriminator, rule, "Give a network.")
    wanted, received = getattr(discriminator, "input_shape", None), tuple(x.shape)
    if len(received) < 2 or isinstance(wanted, tuple) and not agree(received, wanted):
        form = "(B, ...)" if wanted is None else f"of the shape {wanted}"
        checks.refuse(f"a discriminator reads examples {form}", received, "Give such examples.")
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = one_each(discriminator(x))
    slope = tape.gradient(logits, x)
    return ops.sum(ops.square(slope), axis=tuple(range(1, len(x.shape))))


def interpolate(real: Tensor, fake: Tensor, seed: Seed) -> Tensor:
    """Return a point between each real example and its fake partner, drawn uniformly, (B, ...)."""
    real, fake = tensor(real, "real examples"), tensor(fake, "fake examples")
    if not len(real.shape) or not agree(tuple(real.shape), tuple(fake.shape)):
        raise ValueError(
            f"each real example has a fake partner of its own shape; received {real.shape} and "
            f"{fake.shape}. Generate as many fakes as there are real examples."
        )
    ones = (1,) * (len(real.shape) - 1)
    shape = (ops.shape(real)[0], *ones)  # one for each example
    share = keras.random.uniform(shape, seed=check_seed(seed), dtype="float32")
    return share * real + (1 - share) * fake
