"""Interactive figures that live in plain HTML: numbers and script travel inside the page.

Each function returns an :class:`Explorer`. Shown at the end of a cell it works in a notebook, and
in the published page without a kernel and without a network, by mouse, touch and keyboard.
"""

from __future__ import annotations

from gencore.explore.games import game, gan_training
from gencore.explore.live.figures import live_bandwidth, live_ring, live_vae
from gencore.explore.live.live import Live
from gencore.explore.live.panel import Choice, Moment, Number, Upload
from gencore.explore.live.pictures import live_dream
from gencore.explore.models import draw_and_reconstruct, latent_map
from gencore.explore.noise import noise_levels
from gencore.explore.page import Explorer
from gencore.explore.pictures import dream, style
from gencore.explore.scores import Mixtures, bandwidth, em_steps
from gencore.explore.texts import typewriter
from gencore.explore.thresholds import threshold
from gencore.explore.two_samples import two_sample

__all__ = [
    "Choice",
    "Explorer",
    "Live",
    "Mixtures",
    "Moment",
    "Number",
    "Upload",
    "bandwidth",
    "draw_and_reconstruct",
    "dream",
    "em_steps",
    "game",
    "gan_training",
    "latent_map",
    "live_bandwidth",
    "live_dream",
    "live_ring",
    "live_vae",
    "noise_levels",
    "threshold",
    "style",
    "two_sample",
    "typewriter",
]
