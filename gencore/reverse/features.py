"""What a network says of pictures, layer by layer, and the gradient of it in the pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gencore import checks
from gencore.checks.settings import keras, ops
from gencore.checks.tensors import tensor
from gencore.checks.training import check_network

Tensor = Any
Preprocess = str | Callable[[Tensor], Tensor] | None
MODES = ("caffe", "tf", "torch")
LARGEST = 4_194_304  # pixels of all pictures of a step: beyond them memory runs out


class Features:
    """The outputs of some layers of a network for pictures in [0, 1].

    Parameters
    ----------
    network : keras.Model
        A functional model that reads pictures (B, h, w, c).
    layers : str, sequence of str, or mapping of str to float
        Names of its layers; a mapping gives each a weight, which is 1 elsewhere.
    preprocess : {"caffe", "tf", "torch"} or callable, optional
        What a picture in [0, 1] becomes before the network reads it; nothing by default. A name
        stands for the rule of ``keras.applications`` for pixels from 0 to 255: "caffe" turns red,
        green, blue into blue, green, red and subtracts the mean of each, as VGG16, VGG19 and
        ResNet50 need; "tf" gives [-1, 1]; "torch" subtracts means and divides by deviations.

    Raises
    ------
    ValueError
        If it is no such network, it has no layer of a name, or the rule is unknown.
    """

    def __init__(self, network: Any, layers: Any, preprocess: Preprocess = None):
        check_network(network, "the network")
        shape = tuple(network.inputs[0].shape)
        if len(network.inputs) != 1 or len(shape) != 4:
            rule = "the network reads pictures, (B, height, width, channels), and nothing else"
            checks.refuse(rule, [tuple(place.shape) for place in network.inputs], "Give another.")
        self.weights = _weights(network, layers)
        self.names = tuple(self.weights)
        self.shape = shape[1:]
        self.preprocess = _preprocess(preprocess)
        outputs = [network.get_layer(name).output for name in self.names]
        self.model = keras.Model(network.inputs[0], outputs)

    def __call__(self, x: Tensor) -> list[Tensor]:
        """Return the output of each layer, (B, h, w, C) or (B, C).

        ``x`` holds pictures, (B, h, w, c); ValueError if they are none.
        """
        form = f"the shape {(None, *self.shape)}"
        x = tensor(x, "pictures", form, "Add an axis.", shape=(None, *self.shape))
        made = self.model(self.preprocess(x), training=False)
        return list(made) if isinstance(made, list | tuple) else [made]

    def check_picture(
        self, picture: Any, what: str = "a picture", batch: bool = False, fixed: bool = True
    ) -> np.ndarray:
        """Return a picture as an array of float32, (B, h, w, c), or raise ValueError.

        Parameters
        ----------
        picture : array_like, shape (h, w, c), or (B, h, w, c) with ``batch``
            Values in [0, 1].
        what : str
            What a message calls it.
        batch : bool
            Whether there may be several.
        fixed : bool
            Whether a network of one size must be able to read it as it is.
        """
        channels = self.shape[-1]
        form = f"the shape (height, width, {channels or 'channels'})" + batch * ", or several of it"
        remedy = "data.load_picture gives one." if channels == 3 else "Add an axis of one channel."
        found = checks.array(picture, what, form, remedy, low=0, high=1, dtype=np.float32)
        found = found[None] if found.ndim == 3 else found
        size = self.shape[:2] if fixed else (None, None)
        wanted = (None, *size, channels)
        fits = found.ndim == 4 and (batch or len(found) == 1)
        if not fits or any(b not in (None, a) for a, b in zip(found.shape, wanted, strict=True)):
            sized = "" if size == (None, None) else f"; the network reads {size[0]}x{size[1]}"
            checks.refuse(f"{what} has {form}{sized}", found.shape[1 - batch :], remedy)
        if found.size // found.shape[-1] > LARGEST:
            rule = f"{what} has at most {LARGEST:,} pixels, for which there is memory"
            checks.refuse(rule, f"{found.shape}", "Load it with a smaller size.")
        return found

    def check_size(self, height: int, width: int) -> None:
        """Raise ValueError unless a network reads a size and leaves something of it."""
        if any(b not in (None, a) for a, b in zip((height, width), self.shape[:2], strict=True)):
            rule = f"this network reads {self.shape[0]}x{self.shape[1]} pixels and nothing else"
            checks.refuse(rule, f"{height}x{width}", "Take one octave, and pictures of its size.")
        try:
            shapes = self.model.compute_output_shape((1, height, width, self.shape[-1]))
        except ValueError:
            shapes = [(0,)]
        shapes = shapes if isinstance(shapes, list) else [shapes]
        if any(side is not None and side < 1 for shape in shapes for side in shape):
            rule = "a picture is large enough for something to be left of it in every layer"
            checks.refuse(rule, f"{height}x{width}", "Take a larger picture, or fewer octaves.")

    def check_maps(self) -> None:
        """Raise ValueError unless every layer has places, (B, h, w, C)."""
        for name, output in zip(self.names, self.model.outputs, strict=True):
            if len(output.shape) != 4:
                rule = "a layer of a style has places, (B, h, w, C)"
                checks.refuse(rule, f"{name} of shape {output.shape}", "Take one before it.")


def _weights(network: keras.Model, given: Any) -> dict[str, float]:
    """Return the weight of each layer that is asked for."""
    known = [layer.name for layer in network.layers[1:]]
    if isinstance(given, str):
        given = [given]
    if isinstance(given, Mapping):
        checks.mapping(given, "weights of layers")
        rule = "the weight of a layer is a finite number"
        weights = {name: checks.number(weight, rule) for name, weight in given.items()}
    else:
        checks.kind(given, Sequence, "layers come by their names", f"Known are {_some(known)}.")
        weights = {name: 1.0 for name in given if isinstance(name, str)}
        if not weights or len(weights) != len(given):
            received = checks.shown(given)
            checks.refuse("layers come by their names, each once, at least one", received)
    for name in weights:
        if name not in known:
            rule = f"a layer of the network is one of {_some(known)}"
            checks.refuse(rule, checks.shown(name), "network.summary() shows them all.")
    return weights


def _some(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) < 24 else [*names[:12], "...", *names[-4:]])


def _preprocess(given: Preprocess) -> Callable[[Tensor], Tensor]:
    """Return the function that pictures go through before a network reads them."""
    if given is None:
        return lambda x: x
    if isinstance(given, str):
        mode = checks.choice(given, MODES, "preprocess, where it is a name,")
        rule = keras.applications.imagenet_utils.preprocess_input
        return lambda x: rule(255 * x, data_format="channels_last", mode=mode)
    return checks.function(given, "preprocess is a name or a function of pictures in [0, 1]")


def mean_square(features: Tensor, unit: Tensor = None) -> Tensor:
    r"""Return the objective of each picture, (B,).

    Without a unit it is the mean square of a layer, :math:`\frac{1}{hwC} \sum a^2`; with one, the
    mean over places of that channel, or for (B, C) the value of that unit.
    """
    if unit is None:
        return ops.mean(ops.square(features), axis=tuple(range(1, len(features.shape))))
    places = ops.mean(features, axis=(1, 2)) if len(features.shape) == 4 else features
    return ops.sum(places * ops.one_hot(unit, places.shape[-1]), axis=-1)
