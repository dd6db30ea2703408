"""What a text costs a character, and how sure that is."""

from __future__ import annotations

import numpy as np

from gencore.metrics import Estimate

BLOCK = 500  # symbols whose mean counts as one value of a standard error


def per_character(conditionals: np.ndarray, text: str) -> Estimate:
    """Return -log p of a text by the number of its characters, in nats per character.

    The standard error is that of the means of blocks of 500 symbols: neighbours are not
    independent. It is 0 for a text of fewer than two blocks.
    """
    value = -float(conditionals.sum()) / len(text)
    means = conditionals[: len(conditionals) // BLOCK * BLOCK].reshape(-1, BLOCK).mean(axis=1)
    error = float(means.std(ddof=1)) / len(means) ** 0.5 if len(means) > 1 else 0.0
    return Estimate(value, error * len(conditionals) / len(text), "nats per character")
