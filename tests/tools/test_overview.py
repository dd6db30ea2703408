"""The picture of README.md and of the front page shows the checkpoints that stand."""

import matplotlib.image
import pytest
from PIL import Image

from gencore import recipes, results, zoo
from tools import overview

PICTURES = {overview.PICTURE: overview.MODELS, overview.SHEET: overview.SAMPLED}


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_picture_shows_the_checkpoints_that_stand(path):
    with Image.open(path) as picture:
        shown = picture.text["Description"]
    assert shown == overview.digests(PICTURES[path]), "run `make overview`, commit what it writes"


def test_the_sheet_has_every_model_that_makes_digits():
    makers = {name for name in results.models("samples") if recipes.get(name).keep_weights}
    makers |= {name for name in results.models("binarised") if "sha256" in zoo.card(name)}
    # One plane of a GAE is enough, and a collapsed GAN repeats one image.
    left_out = {"gae-2d-1", "gae-plane", "held-out-digits", "gan-dense-plain"}
    assert set(overview.SAMPLED) >= makers - left_out


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_picture_is_opaque_and_has_a_white_ground(path):
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[2] == 3 or (pixels[..., 3] == 1).all()
    assert (pixels[0] == 1).all() and (pixels[-1] == 1).all()


@pytest.mark.mnist
@pytest.mark.slow
def test_the_rows_are_the_digits_and_their_copies(mnist):
    rows = overview.rows(mnist)
    digits = rows["a test digit"]
    assert len(rows) == 6
    error = {name: float(((images - digits) ** 2).sum()) / 10 for name, images in rows.items()}
    # What the captions read from the picture; the copies differ by far more than one digit's luck.
    assert error["copied by\nae-conv"] < error["copied by\nae-mlp"] < error["with noise"]
    repaired = error["noisy, copied\nby ae-conv-\ndenoising"]
    assert 5 * repaired < error["noisy, copied\nby ae-conv"]
