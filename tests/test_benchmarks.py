"""What the benchmarks compare is the same work on both sides; speeds themselves are not tested."""

import importlib.util

import numpy as np
import pytest

from benchmarks import work
from benchmarks.__main__ import RECIPES, main
from gencore import networks, recipes

needs_pytorch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed (make bench does)"
)


def test_operations_are_those_counted_by_hand():
    # 784-256-32-256-784: two operations a weight; the gradient of the input is not needed.
    counts = work.operations(networks.dense_encoder(32, (256,)), networks.dense_decoder(32, (256,)))
    weights = 784 * 256 + 256 * 32 + 32 * 256 + 256 * 784
    assert counts == {"train": 2 * (3 * weights - 784 * 256), "reconstruct": 2 * weights}
    # 3x3 filters at 14x14 and 7x7 output pixels, and back from 7x7 and 14x14 input pixels.
    pair = networks.conv_encoder(32, (16, 32)), networks.conv_decoder(32, (32, 16))
    first = 14 * 14 * 9 * 1 * 16
    half = first + 7 * 7 * 9 * 16 * 32 + 7 * 7 * 32 * 32
    assert work.operations(*pair) == {"train": 2 * (6 * half - first), "reconstruct": 4 * half}


@needs_pytorch
@pytest.mark.parametrize("name", RECIPES)
def test_both_sides_have_the_same_layers(name):
    from benchmarks import torch_side

    recipe = recipes.get(name)
    ours = [np.shape(weights) for weights in recipe.build(0).get_weights()]
    theirs = [tuple(weights.shape) for weights in torch_side.Net(name).parameters()]
    # PyTorch stores the axes of a kernel in another order.
    assert [sorted(shape) for shape in ours] == [sorted(shape) for shape in theirs]


@needs_pytorch
@pytest.mark.parametrize("name", RECIPES)
def test_both_sides_train_alike(name):
    from benchmarks import torch_side

    recipe = recipes.get(name)
    settings = recipe.learning_rate, recipe.epochs, recipe.batch_size
    assert settings == torch_side.SETTINGS[name]
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    tasks = torch_side.tasks(name, images)
    before = tasks["reconstruct"]()
    tasks["train"]()
    after = tasks["reconstruct"]()
    assert before.shape == after.shape == (3, 1, 28, 28)
    assert not np.array_equal(before, after)


def test_without_pytorch_the_message_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main([]) == 1
    assert "make bench" in capsys.readouterr().err
