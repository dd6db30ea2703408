"""The losses of :mod:`gencore.gan` under the name that the chapters import."""

from gencore.gan.losses import *  # noqa: F403
from gencore.gan.losses import __all__ as __all__
