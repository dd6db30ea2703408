"""The estimators: importance sampling, draws of the prior, rate and distortion."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.special import logsumexp
from tqdm import tqdm

from gencore import checks
from gencore.checks.settings import ops, seed_generator
from gencore.distributions import Bernoulli, DiagNormal
from gencore.likelihood.pairs import PairedImages
from gencore.metrics import Estimate

ROWS = 10_000
DRAWS = 1000
PAIRED_VALUES = 20_000_000
PATIENCE = 10.0  # seconds before a progress bar is shown


def importance_log_likelihood(
    model: Any, x: np.ndarray, samples: int = 5000, seed: int = 0
) -> Estimate:
    r"""Return the importance-sampled log-likelihood, averaged over images.

    .. math:: \frac1n \sum_i \log \frac1S \sum_s
       \frac{p(x_i|z_{is})\, p(z_{is})}{q(z_{is}|x_i)}, \qquad z_{is} \sim q(z|x_i)

    Parameters
    ----------
    model : VAE
        Anything with ``encode``, ``decode``, ``prior`` and ``likelihood``. A prior that sums over
        the exemplars ``nearest`` to a code looks for them once an image, at the mean of q(z|x).
    x : ndarray, shape (n, ...)
        Images that the model's likelihood fits: binarised ones for a Bernoulli.
    samples : int
        Draws S for each image.
    seed : int
        Seed of the draws.

    Returns
    -------
    Estimate
        In nats per image; the standard error is that over images.

    Raises
    ------
    ValueError
        If there are no samples or images, or these do not fit the model or its likelihood.
    """
    return Estimate.from_values(importance_bound(model, x, samples, seed), "nats")


def importance_bound(model: Any, x: np.ndarray, samples: int, seed: int = 0) -> np.ndarray:
    """Return the importance-weighted bound of each image with S samples, shape (n,), nats.

    With one sample it is an estimate of the evidence lower bound. Memory does not grow with n or
    S: about ``ROWS`` codes are decoded at a time.
    """
    (x, samples), generator = check(model, x, samples), seed_generator(seed)
    images = max(1, min(len(x), ROWS // min(samples, 100)))
    draws = max(1, ROWS // images)

    def log_weights(batch, loc, scale, *near, count):
        q = DiagNormal(loc, scale)
        z = q.sample(count, seed=generator)  # (count, B, L)
        joint = model.prior.log_prob(z, *near) - q.log_prob(z)
        flat = ops.reshape(z, (-1, loc.shape[-1]))
        tiled = ops.tile(batch, (count,) + (1,) * (len(batch.shape) - 1))
        return joint + ops.reshape(model.decode(flat).log_prob(tiled), (count, -1))

    compiled = _compiler(log_weights)
    values = []
    for i in _blocks(len(x), images, "importance samples"):
        batch = ops.convert_to_tensor(x[i : i + images], "float32")
        q = model.encode(batch)
        scale = ops.broadcast_to(q.scale, ops.shape(q.loc))
        # All draws of an image look for their nearest exemplars where its posterior is.
        near = (
            [ops.convert_to_tensor(model.prior.nearest(q.loc))]
            if hasattr(model.prior, "nearest")
            else []
        )
        parts = [
            np.asarray(compiled(batch, q.loc, scale, *near, count=min(draws, samples - done)))
            for done in range(0, samples, draws)
        ]
        weights = np.concatenate(parts).astype(np.float64)  # (S, B)
        values.append(logsumexp(weights, axis=0) - np.log(samples))
    return np.concatenate(values)


def prior_log_likelihood(
    model: Any, x: np.ndarray, samples: int = 10**5, seed: int = 0
) -> Estimate:
    r"""Return the log-likelihood estimated from draws of the prior, averaged over images.

    .. math:: \frac1n \sum_i \log \frac1S \sum_s p(x_i|z_s), \qquad z_s \sim p(z)

    All images share the S draws, and a Bernoulli likelihood costs one matrix product. In many
    latent dimensions few draws come near the code of an image, and the estimate is far too low.

    Parameters
    ----------
    model : VAE
        Anything with ``decode``, ``prior`` and ``likelihood``.
    x : ndarray, shape (n, ...)
        Images that the model's likelihood fits.
    samples : int
        Draws S, shared by all images.
    seed : int
        Seed of the draws.

    Returns
    -------
    Estimate
        In nats per image; the standard error is that over images, with these draws given.

    Raises
    ------
    ValueError
        If there are no samples or images, or these do not fit the model or its likelihood.
    """
    (x, samples), generator = check(model, x, samples), seed_generator(seed)
    if isinstance(model.decode(model.prior.sample(1, 0)), Bernoulli):
        draws, log_sum_prob = DRAWS, PairedImages(x).log_sum_prob
    else:
        draws, log_sum_prob = max(1, PAIRED_VALUES // np.size(x)), _normal_pairs(x)
    compiled = _compiler(lambda codes: log_sum_prob(model.decode(codes)))
    total = np.full(len(x), -np.inf)
    for done in _blocks(samples, draws, "prior samples"):
        codes = model.prior.sample(min(draws, samples - done), generator)
        total = np.logaddexp(total, np.asarray(compiled(codes), dtype=np.float64))
    return Estimate.from_values(total - np.log(samples), "nats")


def rate_distortion(
    model: Any, x: np.ndarray, samples: int = 1, seed: int = 0
) -> dict[str, Estimate]:
    r"""Return rate, distortion and bound, averaged over images, in nats per image.

    ``rate`` is KL[q(z|x) || p(z)], ``distortion`` is -E_q log p(x|z), and the evidence lower
    ``bound`` is minus their sum, image by image.

    Parameters
    ----------
    model : VAE
        Anything with ``terms`` and ``likelihood``.
    x : ndarray, shape (n, ...)
        Images that the model's likelihood fits.
    samples : int
        Codes drawn for each image.
    seed : int
        Seed of the codes.

    Raises
    ------
    ValueError
        If there are no samples or images, or these do not fit the model or its likelihood.
    """
    (x, samples), generator = check(model, x, samples), seed_generator(seed)
    sums = np.zeros((len(x), 2))
    for _ in range(samples):
        for i in range(0, len(x), ROWS):
            terms = model.terms(np.asarray(x[i : i + ROWS], dtype=np.float32), generator)
            sums[i : i + ROWS] += np.stack([np.asarray(term) for term in terms], axis=-1)
    log_likelihood, rate = (sums / samples).T
    return {
        "rate": Estimate.from_values(rate, "nats"),
        "distortion": Estimate.from_values(-log_likelihood, "nats"),
        "bound": Estimate.from_values(log_likelihood - rate, "nats"),
    }


def _compiler(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, traced once for each set of shapes and options that it meets."""
    traces: dict[Any, Callable[..., Any]] = {}

    def call(*tensors: Any, **options: int) -> Any:
        key = (*(tuple(tensor.shape) for tensor in tensors), *options.items())
        if key not in traces:
            specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors]
            step = tf.function(functools.partial(function, **options), autograph=False)
            traces[key] = step.get_concrete_function(*specs)
        return traces[key](*tensors)

    return call


def _normal_pairs(x: np.ndarray) -> Callable[[DiagNormal], Any]:
    """Return the function from S normal distributions to log sum_s p(x_i|z_s), shape (n,)."""
    batch = ops.convert_to_tensor(x, "float32")

    def log_sum_prob(p: DiagNormal) -> Any:
        each = DiagNormal(ops.expand_dims(p.loc, 1), p.scale, p.event_ndims).log_prob(batch)
        return ops.logsumexp(each, axis=0)

    return log_sum_prob


def _blocks(total: int, size: int, what: str) -> Iterable[int]:
    """Return where blocks begin; in a terminal a bar shows how many of them are done."""
    starts = range(0, total, size)
    return tqdm(starts, desc=what, delay=PATIENCE, leave=False, disable=None)


def check(model: Any, x: Any, samples: Any) -> tuple[np.ndarray, int]:
    """Return images and the number of samples, or raise ValueError unless there is a score."""
    rule = "an average needs at least one sample"
    samples = checks.whole(samples, rule, "Thousands are usual.", name="samples")
    rule = "a likelihood is that of a model with decode, prior and likelihood"
    names = ("decode", "prior", "likelihood")
    checks.has(model, names, rule, "Give a VAE, or the VAE of a GAE.")
    if classes := getattr(model, "classes", None):
        raise ValueError(
            f"log p(x) is that of a model of images alone; received a conditional model of "
            f"{classes} classes, which has log p(x|label). Take one whose networks read no label."
        )
    shape = tuple(model.decode(model.prior.sample(1, 0)).mean().shape)[1:]
    x = checks.array(
        x,
        "images",
        f"the shape of what the model decodes, {shape}, each",
        "Score images of the size that the model was trained on.",
        shape=(None, *shape),
        dtype=np.float32,
    )
    model.likelihood.check(x)
    return x, samples
