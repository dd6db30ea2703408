"""Figures of the book: an array in, the Matplotlib axes out; nothing here knows a model.

Every function draws on ``ax`` when one is given and otherwise on a new figure of fitting size, and
returns the axes drawn on.
"""

from gencore.plots.axes import (
    DASHES,
    curves,
    image_grid,
    network_diagram,
    pairs,
    use_book_style,
)
from gencore.plots.diagrams import (
    COLORS,
    dose_response,
    eigenvalue_plane,
    phase_plane,
    simplex_path,
    vae_diagram,
)
from gencore.plots.planes import latent_density, latent_scatter, vector_field

__all__ = [
    "COLORS",
    "DASHES",
    "dose_response",
    "eigenvalue_plane",
    "phase_plane",
    "simplex_path",
    "vae_diagram",
    "latent_density",
    "latent_scatter",
    "use_book_style",
    "image_grid",
    "pairs",
    "curves",
    "vector_field",
    "network_diagram",
]
