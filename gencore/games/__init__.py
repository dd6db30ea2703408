r"""Zero-sum games in NumPy and SciPy: exact solutions, fictitious play, gradient dynamics.

In a matrix game the row player chooses a row i, the column player a column j, and the row player
receives :math:`A_{ij}` from the column player: it maximises, its opponent minimises. A mixed
strategy is a distribution over rows (:math:`\rho`) or columns (:math:`\kappa`).
"""

from gencore.games.dynamics import (
    Game,
    Trajectory,
    alternating_gda,
    bilinear,
    dirac_gan,
    extragradient,
    jacobian,
    jacobian_eigenvalues,
    simultaneous_gda,
)
from gencore.games.matrix import (
    Equilibrium,
    FictitiousPlay,
    exploitability,
    fictitious_play,
    solve_zero_sum,
)

__all__ = [
    "Equilibrium",
    "FictitiousPlay",
    "Game",
    "Trajectory",
    "alternating_gda",
    "bilinear",
    "dirac_gan",
    "exploitability",
    "extragradient",
    "fictitious_play",
    "jacobian",
    "jacobian_eigenvalues",
    "simultaneous_gda",
    "solve_zero_sum",
]
