"""The likelihood of many binary images under many Bernoulli distributions at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from gencore.checks.settings import ops
from gencore.distributions import Bernoulli

GROUP = 125  # images


class PairedImages:
    r"""Images in groups of alike ones, for sums over all pairs of an image and a distribution.

    In :math:`\log p(x|z) = \sum_d x_d l_d - \log(1 + e^{l_d})` a pixel that is 0 adds nothing to
    the first sum. Alike images share many of these: 125 alike binary digits leave half of the
    pixels to the matrix product :math:`x^T l`, and its result is small enough for the
    processor's cache. Nothing is left out, so the result is that of the plain product.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
        Images; zeros are what makes it fast.
    """

    def __init__(self, x: np.ndarray):
        flat = np.reshape(x, (len(x), -1)).astype(np.float32)
        order = _alike(flat)
        self.place = np.argsort(order)
        self.groups: list[tuple[Any, Any]] = []
        for start in range(0, len(x), GROUP):
            members = flat[order[start : start + GROUP]]
            pixels = np.flatnonzero(members.any(axis=0))
            self.groups.append(
                (ops.convert_to_tensor(members[:, pixels]), ops.convert_to_tensor(pixels))
            )

    def log_sum_prob(self, p: Bernoulli) -> Any:
        r"""Return :math:`\log \sum_s p(x_i|z_s)` for S distributions, shape (n,), nats."""
        logits = ops.reshape(p.logits, (p.logits.shape[0], -1))
        rows = ops.transpose(logits)  # (D, S), so that the pixels of a group are whole rows
        log_normaliser = p.log_normaliser()
        sums = []
        for x, pixels in self.groups:
            scores = ops.matmul(x, ops.take(rows, pixels, axis=0))  # (GROUP, S)
            sums.append(ops.logsumexp(scores - log_normaliser, axis=-1))
        return ops.take(ops.concatenate(sums), self.place)


def _alike(flat: np.ndarray) -> np.ndarray:
    """Return the images' numbers in an order that puts alike ones side by side."""
    if len(flat) <= GROUP:
        return np.arange(len(flat))
    clusters = MiniBatchKMeans(n_clusters=max(2, len(flat) // 500), random_state=0)
    return np.argsort(clusters.fit_predict(flat), kind="stable")
