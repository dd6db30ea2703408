r"""Networks run in reverse: pictures that a network answers to, textures, styles, and codes.

.. math:: x \leftarrow x + \eta \, \frac{\nabla_x \, a(x)}{\mathrm{rms}(\nabla_x \, a(x))}

A network that was trained to tell pictures apart knows much about them. Its weights are held, and
the picture is changed: until a class or a layer answers strongly, or until the moments of its
features are those of another picture. The same ascent in the codes of a generator makes it
conditional.

A file is loaded when one of its names is asked for: the command line reads this door first.
"""

from gencore.loading import late

HANDED_ON = {
    "ascent": ("maximise",),
    "classes": ("Guess", "class_name", "classify"),
    "codes": ("CodeAscent", "LangevinSamples", "ascend_code", "langevin"),
    "features": ("Features",),
    "imagenet": ("imagenet_network",),
    "painting": ("CONTENT_LAYER", "synthesise", "transfer"),
    "posterior": ("Posterior",),
    "records": ("Ascent", "Made", "Octave", "Step"),
    "style": ("STYLE_LAYERS", "Style", "channel_moments", "gram", "total_variation"),
    "weights": ("read_weights",),
}
__getattr__ = late(__name__, HANDED_ON)
