"""The commands `dream` and `style`, with a small network in the place of the large one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from gencore.__main__ import main
from gencore.reverse import ascent, imagenet
from tests.conftest import ROOT


def small_network():
    """Return a chain of pixelwise layers with the names that the commands ask for."""
    rng = np.random.default_rng(0)
    pixels = h = keras.Input((None, None, 3))
    for name in ("stem_conv", *(f"block{number}" for number in range(13))):
        layer = keras.layers.Conv2D(3, 1, use_bias=False, name=name)
        h = layer(h)
        layer.set_weights([np.linalg.qr(rng.normal(size=(3, 3)))[0][None, None]])
    return keras.Model(pixels, h)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """Run in an empty folder that has one photograph, with the small network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(imagenet, "imagenet_network", small_network)
    x = np.random.default_rng(0).integers(100, 150, size=(30, 40, 3), dtype=np.uint8)
    Image.fromarray(x).save("photo.png")
    for name, value in os.environ.items():  # what a command sets, another test need not find
        monkeypatch.setenv(name, value)


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), float)


def test_a_dream_is_written_in_its_size(capsys):
    assert main(["dream", "photo.png", "--size", "60", "--steps", "3"]) == 0
    out = capsys.readouterr()
    assert out.out.startswith("dream.png: 60x45, mean square")
    assert "9/9" in out.err
    small, large = pixels("photo.png"), pixels("dream.png")
    assert large.shape == (45, 60, 3)
    assert 3 < np.abs(large.mean((0, 1)) - small.mean((0, 1))).max() < 60


def test_a_dream_is_that_of_its_layers_and_steps(capsys):
    options = ["--size", "40", "--octaves", "1", "--steps", "2"]
    assert main(["dream", "photo.png", "--layer", "block2, block5", *options]) == 0
    assert main(["dream", "photo.png", *options, "--step-size", "0.001", "--out", "low.png"]) == 0
    moved = [np.abs(pixels(name) - pixels("photo.png")).mean() for name in ("dream.png", "low.png")]
    # Two steps of 0.02 and of 0.001 in the root mean square, of 255 grey levels.
    assert 2 < moved[0] < 10.2 and moved[1] < 0.6


def test_a_picture_is_painted(capsys):
    options = ["--size", "32", "--steps", "4", "--out", "deep/er.jpg"]
    assert main(["style", "photo.png", "coffee", *options]) == 0
    assert capsys.readouterr().out.startswith("deep/er.jpg: 32x24, distance to the style")
    assert pixels("deep/er.jpg").shape == (24, 32, 3)


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_keeps_the_picture_so_far_and_twice_nothing(presses, monkeypatch, capsys):
    whole = ascent.maximise

    def pressed(*given, watch, **options):
        def both(step):
            if step.done == 3:
                for _ in range(presses):
                    signal.raise_signal(signal.SIGINT)
            return watch(step)

        return whole(*given, watch=both, **options)

    monkeypatch.setattr(ascent, "maximise", pressed)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background
    try:
        assert main(["dream", "photo.png", "--size", "40", "--steps", "4"]) == 130
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    out = capsys.readouterr()
    assert os.path.exists("dream.png") == (presses == 1)
    assert ("dream.png has the picture so far" in out.err) == (presses == 1)
    assert ("before anything was begun" in out.err) == (presses == 2)
    if presses == 1:
        assert pixels("dream.png").shape == (30, 40, 3)


def test_what_is_there_is_not_replaced_unasked(capsys):
    before = Path("photo.png").read_bytes()
    arguments = ["dream", "photo.png", "--out", "photo.png", "--size", "20", "--steps", "1"]
    assert main(arguments) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert Path("photo.png").read_bytes() == before
    assert main([*arguments, "--overwrite"]) == 0
    assert pixels("photo.png").shape == (15, 20, 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dream", "nobody.png"], "no such file"),
        (["dream", "photo.png", "--out", "dream.gif"], "of the kinds"),
        (["dream", "photo.png", "--layer", "block99"], "received 'block99'"),
        (["dream", "photo.png", "--size", "0"], "from 1 to 8192; received 0"),
        (["dream", "photo.png", "--steps", "-1"], "steps is a whole number"),
        (["dream", "photo.png", "--octaves", "0"], "octaves is a whole number"),
        (["style", "photo.png", "munch_scream"], "paintings_256.npz"),
        (["style", "photo.png", "coffee", "--style-weight", "-1"], "style_weight=-1"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_leaves_no_file(arguments, words, capsys):
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert words in error and "Traceback" not in error
    assert sorted(os.listdir()) == ["gencore-cache", "photo.png"] or os.listdir() == ["photo.png"]


def test_the_commands_are_listed_before_anything_is_loaded():
    code = (
        "import sys, gencore.reverse.commands; "
        "sys.exit(bool({'numpy', 'tensorflow', 'PIL'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
