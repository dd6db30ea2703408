r"""Distributions matched by samples alone: by a kernel, or by a critic of codes.

.. math:: \mathrm{MMD}^2 = E\,k(x, x') + E\,k(y, y') - 2\,E\,k(x, y)

A generator is trained until no kernel mean tells its samples from the data, or an encoder until its
codes cannot be told from draws of a prior. No density is needed, only draws.
"""

from gencore.matching.adversarial import AdversarialAutoencoder
from gencore.matching.kernels import mmd_loss
from gencore.matching.moments import MomentMatching
from gencore.matching.priors import Corners, Ring, SwissRoll

__all__ = [
    "AdversarialAutoencoder",
    "Corners",
    "MomentMatching",
    "Ring",
    "SwissRoll",
    "mmd_loss",
]
