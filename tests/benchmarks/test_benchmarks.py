"""What the benchmarks compare is the same work on both sides; speeds themselves are not tested."""

import importlib.util
import json

import numpy as np
import pytest

from benchmarks import kernels, scores, turns, work
from benchmarks.__main__ import GANS, RECIPES, main, tasks_of
from gencore import gan, metrics, networks, recipes
from tests.conftest import ROOT

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
    from benchmarks import torch_gan, torch_side

    ours = [tuple(w.shape) for w in recipes.get(name).build(0).trainable_weights]
    nets = torch_gan.NETS[name]() if name in GANS else [torch_side.Net(name)]
    theirs = [tuple(weights.shape) for net in nets for weights in net.parameters()]
    # PyTorch stores the axes of a kernel in another order.
    assert sorted(sorted(shape) for shape in ours) == sorted(sorted(shape) for shape in theirs)


@needs_pytorch
@pytest.mark.parametrize("name", RECIPES)
def test_both_sides_train_alike(name):
    from benchmarks import torch_gan, torch_side

    recipe = recipes.get(name)
    if name in GANS:
        model, settings = recipe.build(0), torch_gan.SETTINGS[name]
        assert settings.latent_size == model.latent_size
        assert settings.critic_steps == model.critic_steps
        assert settings.penalty_weight == (model.penalty_weight if model.penalty else 0)
        assert recipe.adam == {"beta_1": 0.5}
    else:
        settings = torch_side.SETTINGS[name]
    assert recipe.learning_rate == settings.learning_rate
    assert (recipe.epochs, recipe.batch_size) == (settings.epochs, settings.batch_size)
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    tasks = torch_side.tasks(name, images)
    second = tasks_of(name)[1]
    before = tasks[second]()
    tasks["train"]()
    after = tasks[second]()
    assert before.shape == after.shape == (3, 1, 28, 28)
    assert not np.array_equal(before, after)


@needs_pytorch
def test_both_sides_train_and_write_the_same_model_of_texts():
    from benchmarks import text_keras, text_torch
    from gencore.recipes.sequences import WINDOW

    recipe = recipes.get("char-lstm")
    assert text_torch.RATE == recipe.learning_rate and text_torch.EPOCHS == recipe.epochs
    assert text_torch.BATCH == recipe.batch_size and text_torch.WINDOW == WINDOW
    assert recipe.adam == {"global_clipnorm": text_torch.CLIP}
    sides = [side.tasks("char-lstm", np.empty(64 * 70)) for side in (text_keras, text_torch)]
    assert sides[0]["parameters"]() == sides[1]["parameters"]()
    for task in ("train", "sample"):
        assert sides[0][task]() == sides[1][task]()


def test_the_book_trains_and_writes_texts_where_they_are_measured():
    from benchmarks import text_keras

    tasks = text_keras.tasks("char-lstm-small", np.empty(64 * 70))
    assert tasks["train"]() == 64 * 70
    assert tasks["sample"]() == text_keras.ROWS * text_keras.LENGTH


def test_operations_of_a_gan_are_those_counted_by_hand():
    # 3-5-4 against 4-6-1 with 2 critic steps: the generator makes one fake a step (35), the
    # discriminator learns from a real and a fake image (30 thrice, less the image's gradient of
    # 24), and every second step the gradient goes back through both (60 less the codes' 15; 60).
    players = networks.dense_generator(3, (5,), (4,)), networks.dense_discriminator((6,), (4,))
    counts = work.game_operations(gan.GAN(*players, critic_steps=2))
    made, judged, first = 3 * 5 + 5 * 4, 4 * 6 + 6 * 1, 4 * 6
    turn = 2 * made - 15 + 2 * judged
    assert counts["train"] == 2 * (made + 2 * (3 * judged - first)) + turn
    assert counts["sample"] == 2 * made


def test_unknown_rows_list_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        main(["gan-dens"])
    assert "ae-mlp, ae-conv" in capsys.readouterr().err


def test_without_pytorch_the_message_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main([]) == 1
    assert "make bench" in capsys.readouterr().err


def test_slopes_are_the_exponents_of_the_number_of_exemplars():
    rows = {n: {"all": 3e-5 * n**1.0, "near": 7.0 * n**0.25} for n in (1000, 3000, 10_000)}
    received = scores.slopes(rows)
    np.testing.assert_allclose([received["all"], received["near"]], [1.0, 0.25], rtol=1e-9)


def test_the_kernel_distance_is_compared_with_the_same_one():
    # Float32 on both sides: sums of kernels that err by 1e-6.
    rng = np.random.default_rng(0)
    x, y = rng.random((1100, 20), dtype=np.float32), rng.random((1050, 20), dtype=np.float32) ** 1.2
    ours = metrics.mmd_squared(x, y, [1.5]).value
    assert abs(kernels.by_scikit_learn(x, y, 1.5) - ours) < 1e-6
    assert ours > 1e-3


def test_processors_are_kept_awake_by_a_held_file_where_there_is_one(tmp_path):
    path = tmp_path / "latency"
    with turns.awake(str(path)) as kept:
        assert not kept  # and nothing is made of it
    assert not path.exists()
    path.write_bytes(b"old!")
    with turns.awake(str(path)) as kept:
        assert kept
        assert path.read_bytes() == bytes(4)  # 0 microseconds, written at once


def test_the_readme_says_what_was_measured():
    measured = json.loads((ROOT / "benchmarks" / "pytorch.json").read_text("utf-8"))
    ratios = {True: [], False: []}
    for row in measured["rows"]:
        ratios[row["task"] == "train"].append(row["ratios"][1])
    training, reading = (f"{min(r):.2f} to {max(r):.2f}" for r in (ratios[True], ratios[False]))
    said = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"`gencore` trains {training} times as fast" in said
    assert f"copies and samples {reading} times as fast" in said
    assert f"({measured['processor']}, Linux" in said
    assert {row["recipe"] for row in measured["rows"]} == set(RECIPES)


@needs_pytorch
def test_both_sides_dream_alike():
    import torch

    from benchmarks import torch_reverse
    from gencore import reverse

    network, net = reverse.imagenet_network(), torch_reverse.Net()
    x = np.random.default_rng(0).uniform(0.2, 0.8, (75, 98, 3)).astype(np.float32)
    with torch.no_grad():
        theirs = net(torch.from_numpy(np.moveaxis(x, -1, 0)[None].copy())).numpy()
    # Logits of 1 to 10, after fifty layers of float32.
    np.testing.assert_allclose(theirs, np.asarray(network(x[None])), atol=1e-3)
    ours = reverse.maximise(network, "block4", x, steps=2, octaves=1).picture
    dreamt = torch_reverse.dream(net, x, 4, 2, 1)
    # A step of 0.02 in the root mean square; slopes at kinks of ReLU differ by rounding.
    assert np.abs(ours - dreamt).mean() < 2e-3
