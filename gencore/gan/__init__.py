r"""Generative adversarial networks: two players that take turns.

.. math:: \min_G \max_D \; E_{x \sim p}[\log D(x)] + E_{z \sim N(0, I)}[\log(1 - D(G(z)))]

and what becomes of it under other losses, penalties and conditions, which are arguments.
"""

from gencore.gan.inversion import invert
from gencore.gan.model import GAN, spread

__all__ = [
    "GAN",
    "invert",
    "spread",
]
