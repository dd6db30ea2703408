"""What training over all exemplars computes from the images, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import ops

BLOCK = 500
# Products of float32 values lose about 0.06 nats on a mean this many scales from the centre. Where
# each component has scales of its own, which nothing keeps from shrinking, they are of float64.
FARTHEST = 1000.0
FARTHEST_TIED = 1e7


def check_distinct(x: np.ndarray) -> None:
    """Raise ValueError if an image comes twice."""
    different = len({image.tobytes() for image in np.ascontiguousarray(x) + 0.0})  # -0.0 is 0.0
    if different < len(x):
        raise ValueError(
            f"an image that is left out of its own prior must not come back as a copy; received "
            f"{len(x) - different} copies among {len(x)} images. Keep one of each, or train with "
            f"leave_one_out=False."
        )


def check_components(loc: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means (n, L) and scales (n, L) or (1, L) of a mixture, or raise ValueError.

    No mean lies further than ``FARTHEST`` scales from the centre, or ``FARTHEST_TIED`` where each
    component has scales of its own.
    """
    loc, scale = (
        checks.array(part, f"{what} of a prior", finite=False, dtype=np.float32)
        for part, what in ((loc, "means"), (scale, "scales"))
    )
    scale = scale[None] if scale.ndim == 1 else scale
    if loc.ndim != 2 or scale.ndim != 2 or scale.shape not in (loc.shape, (1, loc.shape[-1])):
        raise ValueError(
            f"a mixture of n codes has means of shape (n, L) and scales of shape (n, L) or (L,); "
            f"received {loc.shape} and {scale.shape}. Flatten the codes."
        )
    if not (np.isfinite(loc).all() and np.isfinite(scale).all()):
        raise ValueError(
            "means and scales of a prior are finite; received NaN or infinite values. Look at the "
            "training: the encoder that gave them has diverged."
        )
    if (lowest := scale.min()) <= 0:
        raise ValueError(
            f"a scale is positive; received {lowest:g}. A scale that shrinks to 0 means that codes "
            f"meet their own exemplar: leave it out, or bound the scale from below."
        )
    far = np.abs((loc - loc.mean(axis=0)) / scale).max()
    if far > (limit := FARTHEST if len(scale) == 1 else FARTHEST_TIED):
        raise ValueError(
            f"densities of means are resolved up to {limit:g} scales from their centre; "
            f"received one at {far:g}. Hold the means together (GAE: mean_weight), or widen the "
            f"scales."
        )
    return loc, scale


def check_left_out(leave_out: Any, shape: tuple, count: int) -> None:
    """Raise ValueError unless one of so many exemplars is left out for each code.

    Numbers that a compiled step has yet to compute are not looked at.
    """
    if leave_out is None:
        return
    rule = f"each code leaves out one of the exemplars 0 to {count - 1}, of which one stays"
    remedy = "Number the exemplars from 0, as rows of the prior's means."
    symbolic = ops.is_tensor(leave_out) and not hasattr(leave_out, "numpy")
    received = tuple(leave_out.shape if symbolic else np.shape(leave_out))
    pairs = zip(received, shape, strict=False)
    if len(received) != len(shape) or any(a != b and None not in (a, b) for a, b in pairs):
        checks.refuse(f"{rule}, shape {shape}", received, remedy)
    if symbolic:
        return
    own = checks.array(leave_out, "exemplars to leave out", finite=False, dtype=float)
    if count < 2 or not ((own >= 0) & (own < count) & (own == np.floor(own))).all():
        values = f"numbers from {own.min():g} to {own.max():g}"
        checks.refuse(rule, f"{values} for {count} exemplars", remedy)


def check_batch(count: Any) -> None:
    """Raise ValueError unless an image has others in its batch, as soon as their number is known.

    In a compiled step it is known when the step is done: TensorFlow says it then.
    """
    rule = "the exemplars of an image are the others of its batch"
    if isinstance(count, int):
        if count < 2:
            checks.refuse(rule, f"a batch of {count}", "Choose another batch_size.")
        return
    tf.debugging.assert_greater(count, 1, message=f"{rule}; received a batch of one.")


def components(model: Any, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the means and scales of the prior that has these exemplars."""
    parts = [model.vae.encode(x[i : i + BLOCK]) for i in range(0, len(x), BLOCK)]
    loc = np.concatenate([np.asarray(q.loc) for q in parts])
    if not model.tied:
        return loc, np.exp(model.log_scale.numpy())
    return loc, np.concatenate([np.asarray(q.scale) for q in parts])


def expect(
    model: Any, x: np.ndarray, rows: np.ndarray, noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bound of each row after an E-step, and the mean squares of the next M-step.

    ``noise`` (rows, L) makes the code of each row from its posterior.
    """
    values, squares = [], np.zeros(noise.shape[1])
    for i in range(0, len(rows), BLOCK):
        own, images = rows[i : i + BLOCK], x[rows[i : i + BLOCK]]
        q = model.vae.encode(images)
        z = q.loc + q.scale * noise[i : i + BLOCK]
        out = own if model.leave_one_out else None
        squares += model.prior.squares(z, model.e_step(z, out))
        joint = model.vae.decode(z).log_prob(images) + model.prior.log_prob(z, out)
        values.append(np.asarray(joint - q.log_prob(z), dtype=np.float64))
    return np.concatenate(values), squares / len(rows)


def keep(model: Any) -> list[np.ndarray]:
    """Return a copy of all that training changes."""
    return [np.array(variable.numpy()) for variable in _variables(model)]


def restore(model: Any, arrays: list[np.ndarray]) -> None:
    """Put a copy back that :func:`keep` made."""
    for variable, array in zip(_variables(model), arrays, strict=True):
        variable.assign(array)


def _variables(model: Any) -> list:
    if not model.compiled:
        return model.variables
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return [*model.variables, *model.optimizer.variables]
