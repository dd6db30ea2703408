"""What training over all exemplars computes from the images, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 500


def check_distinct(x: np.ndarray) -> None:
    """Raise ValueError if an image comes twice."""
    different = len({image.tobytes() for image in np.ascontiguousarray(x)})
    if different < len(x):
        raise ValueError(
            f"an image that is left out of its own prior must not come back as a copy; received "
            f"{len(x) - different} copies among {len(x)} images. Keep one of each, or train with "
            f"leave_one_out=False."
        )


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
