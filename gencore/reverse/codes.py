"""A generator run backwards: codes whose images have a label, by ascent and by Langevin steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import check_seed, keras, seed_generator
from gencore.reverse.posterior import Network, Posterior

Tensor = Any


@dataclass(frozen=True)
class CodeAscent:
    """Codes that an ascent has found.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, L)
        The codes.
    history : ndarray, shape (steps + 1,)
        The objective, averaged over the codes, before the first step and after each.
    """

    codes: np.ndarray
    history: np.ndarray


@dataclass(frozen=True)
class LangevinSamples:
    """Codes that Langevin steps have drawn, one for each chain.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, L)
        The codes after the last step.
    history : ndarray, shape (steps + 1,)
        The log-density, up to its constant, averaged over the chains.
    acceptance : float
        The share of steps that were taken; 1 without adjustment.
    """

    codes: np.ndarray
    history: np.ndarray
    acceptance: float


def ascend_code(
    decoder: Network,
    classifier: Network,
    label: int,
    codes: Any,
    steps: int = 200,
    learning_rate: float = 0.05,
    prior: Any = None,
    prior_weight: float = 1.0,
) -> CodeAscent:
    r"""Ascend in the codes of a generator until its images have a label.

    .. math:: \max_z \; \log p(y \mid x(z)) + w \log p(z)

    by Adam, each code by itself. In the space of pixels the same ascent finds speckle; a code has
    nothing but what the decoder can draw (Nguyen et al., 2016).

    Parameters
    ----------
    decoder, classifier : callable
        Codes (B, L) to images, and images to logits (B, C); one logit is that of the label 1.
    label : int
        The label y.
    codes : array_like, shape (n, L)
        Where to begin.
    steps : int
        Steps of Adam.
    learning_rate : float
        Of Adam; an entry of a code moves by about so much in a step.
    prior : object, optional
        Has ``log_prob(z)``, shape (B,); N(0, I) without it.
    prior_weight : float
        The weight w.

    Returns
    -------
    CodeAscent
        The codes, and the mean objective in nats at each step.

    Raises
    ------
    ValueError
        If an argument does not fit, or the objective is not finite.
    """
    density = Posterior(decoder, classifier, label, prior, prior_weight)
    steps = checks.whole(steps, "steps is a whole number of at least 1", high=1_000_000)
    rule = "a learning rate is above 0, to 100"
    rate = checks.number(learning_rate, rule, above=0, high=100)
    z = keras.Variable(_codes(codes), dtype="float32")
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build([z])

    @tf.function(autograph=False)
    def climb() -> Tensor:
        value, slope = density.slope(tf.convert_to_tensor(z.value))
        optimizer.apply([-slope], [z])
        return tf.reduce_mean(value)

    history = [_finite(float(climb()), step) for step in range(steps)]
    history.append(_finite(float(tf.reduce_mean(density.log_prob(z.value))), steps))
    return CodeAscent(np.asarray(z.value), np.array(history))


def langevin(
    decoder: Network,
    classifier: Network,
    label: int,
    codes: Any,
    steps: int = 500,
    step_size: float = 0.1,
    prior: Any = None,
    adjust: bool = True,
    seed: int = 0,
) -> LangevinSamples:
    r"""Draw codes from p(z|y): an unconditional generator made conditional by a classifier.

    .. math:: z' = z + \frac{\epsilon}{2} \nabla \log p(z \mid y) + \sqrt{\epsilon} \, \xi,
       \qquad \xi \sim N(0, I)

    With adjustment a step is taken with the probability :math:`\min(1, \frac{p(z'|y) \, q(z|z')}
    {p(z|y) \, q(z'|z)})`, where q is the density of a step, and else the chain stays: then p(z|y)
    is the chain's stationary distribution exactly (Roberts and Tweedie, 1996). Without it every
    step is taken, and the samples are off by an error that falls with :math:`\epsilon`.

    Parameters
    ----------
    decoder, classifier : callable
        Codes (B, L) to images, and images to logits (B, C); one logit is that of the label 1.
    label : int
        The label y.
    codes : array_like, shape (n, L)
        Where the n chains begin, best with draws of the prior.
    steps : int
        Steps of each chain.
    step_size : float
        :math:`\epsilon`, the variance of the noise of a step.
    prior : object, optional
        Has ``log_prob(z)``, shape (B,); N(0, I) without it.
    adjust : bool
        Whether steps may be refused.
    seed : int
        Seed of the noise.

    Returns
    -------
    LangevinSamples
        The codes after the last step, the mean log-density and the share of steps taken.

    Raises
    ------
    ValueError
        If an argument does not fit, or the log-density is not finite.
    """
    density = Posterior(decoder, classifier, label, prior)
    steps = checks.whole(steps, "steps is a whole number of at least 1", high=1_000_000)
    rule = "a step size is above 0, to 100"
    size = checks.number(step_size, rule, above=0, high=100, name="step_size")
    noise = seed_generator(check_seed(seed))
    z = tf.convert_to_tensor(_codes(codes))

    @tf.function(autograph=False)
    def walk(z: Tensor, value: Tensor, slope: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        drawn = keras.random.normal(z.shape, seed=noise)
        there = z + size / 2 * slope + size**0.5 * drawn
        value_there, slope_there = density.slope(there)
        if not adjust:
            return there, value_there, slope_there, tf.ones_like(value)
        # log q(z|z') - log q(z'|z): the noise of the way back against that of the way there.
        back = (z - there - size / 2 * slope_there) / size**0.5
        ways = tf.reduce_sum(drawn**2 - back**2, axis=1) / 2
        chance = keras.random.uniform(value.shape, seed=noise)
        taken = tf.math.log(chance) < value_there - value + ways
        rows = taken[:, None]
        return (
            tf.where(rows, there, z),
            tf.where(taken, value_there, value),
            tf.where(rows, slope_there, slope),
            tf.cast(taken, "float32"),
        )

    value, slope = density.slope(z)
    history, shares = [_finite(float(tf.reduce_mean(value)), 0)], []
    for step in range(1, steps + 1):
        z, value, slope, taken = walk(z, value, slope)
        history.append(_finite(float(tf.reduce_mean(value)), step))
        shares.append(float(tf.reduce_mean(taken)))
    return LangevinSamples(np.asarray(z), np.array(history), float(np.mean(shares)))


def _codes(codes: Any) -> np.ndarray:
    form = "the shape (n, L), a row for each"
    return np.asarray(checks.array(codes, "codes", form, shape=(None, None), dtype=np.float32))


def _finite(value: float, step: int) -> float:
    if not np.isfinite(value):
        rule = "the log-density of codes is finite"
        checks.refuse(rule, f"{value} after {step} steps", "Take smaller steps.")
    return value
