"""The conditional VAE of several chapters: dense networks that read a label beside an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gencore import networks, vae

CLASSES = 10


def conditional_vae(latent_size: int, hidden: Sequence[int], seed: int, **options: Any) -> vae.VAE:
    """Return a VAE of digits and their labels.

    Parameters
    ----------
    latent_size : int
        Length of a code.
    hidden : sequence of int
        Units of the encoder's layers; the decoder has them in the other order.
    seed : int
        Seed of the codes.
    **options
        Further arguments of :class:`gencore.vae.VAE`.
    """
    pixels = math.prod(networks.IMAGE_SHAPE)
    encoder = networks.dense_encoder(2 * latent_size, hidden, shape=(pixels + CLASSES,))
    decoder = networks.dense_decoder(latent_size + CLASSES, hidden[::-1])
    return vae.VAE(
        networks.conditional(encoder, CLASSES, networks.IMAGE_SHAPE),
        networks.conditional(decoder, CLASSES, (latent_size,)),
        seed=seed,
        **options,
    )
