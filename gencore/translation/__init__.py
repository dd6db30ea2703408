r"""Translation between two domains of images without pairs: what a cycle can determine.

.. math:: \min_{G, F} \max_{D_A, D_B} \; \mathrm{adv}(G, D_B) + \mathrm{adv}(F, D_A)
   + \lambda \bigl(E\,|F(G(a)) - a| + E\,|G(F(b)) - b|\bigr)

G turns images of the domain A into images that look like those of B, F turns them back. No image
comes with its translation.
"""

from gencore.translation.domains import unpaired
from gencore.translation.model import CycleGAN
from gencore.translation.pool import ImagePool

__all__ = [
    "CycleGAN",
    "ImagePool",
    "unpaired",
]
