"""Train, save, verify and load the models that the recipes describe.

A checkpoint is ``NAME.npz``, weights in half precision, and ``NAME.json``, the card: how they came
about and what they score. What only tables need leaves its card, what is on a sheet its gallery.

Cards are read, and trainings handed out, without TensorFlow: a file is loaded when one of its names
is asked for.
"""

from gencore.loading import late

HANDED_ON = {
    "cards": (
        *("CheckpointError", "card", "folder", "gallery", "metric", "names", "over_seeds"),
        *("seeds", "table"),
    ),
    "checkpoints": ("load", "train"),
    "scoring": ("evaluate", "score"),
    "states": ("begin_again", "trained"),
    "training": ("fit",),
}
__getattr__ = late(__name__, HANDED_ON)
