"""What adds images of a rare class without a generative network: imbalanced-learn and Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gencore.checks.settings import keras

Resampler = Callable[[np.ndarray, np.ndarray, int, int, int], np.ndarray]

NEIGHBOURS = 5  # of an image, between which and itself SMOTE draws
TURN, SHIFT = 1 / 36, 1 / 14  # at most 10 degrees, and two of 28 pixels


def oversample(x: np.ndarray, y: np.ndarray, label: int, count: int, seed: int) -> np.ndarray:
    """Return so many images of a label, drawn again from those that are there."""
    from imblearn.over_sampling import RandomOverSampler

    wanted: Any = {label: int(np.sum(y == label)) + count}
    return _added(RandomOverSampler(sampling_strategy=wanted, random_state=seed), x, y)


def smote(x: np.ndarray, y: np.ndarray, label: int, count: int, seed: int) -> np.ndarray:
    """Return so many images between one of a label and a near one of it (Chawla et al., 2002)."""
    from imblearn.over_sampling import SMOTE

    own = int(np.sum(y == label))
    wanted: Any = {label: own + count}
    near = min(NEIGHBOURS, own - 1)
    return _added(SMOTE(sampling_strategy=wanted, k_neighbors=near, random_state=seed), x, y)


def move(x: np.ndarray, y: np.ndarray, label: int, count: int, seed: int) -> np.ndarray:
    """Return so many images of a label, turned by 10 degrees and shifted by 2 pixels at most."""
    drawn = oversample(x, y, label, count, seed)
    options = {"fill_mode": "constant", "data_format": "channels_last"}
    turned = keras.layers.RandomRotation(TURN, seed=seed, **options)(drawn, training=True)
    shifted = keras.layers.RandomTranslation(SHIFT, SHIFT, seed=seed, **options)(
        turned, training=True
    )
    return np.clip(keras.ops.convert_to_numpy(shifted), 0, 1)


def _added(sampler: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what a sampler of imbalanced-learn puts behind the images that are there."""
    rows, _ = sampler.fit_resample(x.reshape(len(x), -1), y)
    return rows[len(x) :].reshape(-1, *x.shape[1:])


RESAMPLERS: dict[str, Resampler] = {"oversampling": oversample, "smote": smote, "moved": move}
