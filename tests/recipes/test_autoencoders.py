"""Recipes: names, seeds, what they say of their networks, and evaluation of every test image."""

import dataclasses
import re
import types

import numpy as np
import pytest

from gencore import autoencoder, data, metrics, networks, recipes

FIRST_SEEDS = [  # those of later chapters: test_vae_recipes.py and test_gan_recipes.py
    recipe
    for recipe in recipes.RECIPES.values()
    if recipe.seed == 0 and recipe.group in ("autoencoders", "scoring") and recipe.epochs
]


def named(recipe):
    return recipe.name


def autoencoders():
    return [recipe for recipe in FIRST_SEEDS if recipe.group == "autoencoders"]


def test_names_are_those_of_the_recipes():
    for name, recipe in recipes.RECIPES.items():
        assert recipe.name == name
        assert recipe.settings()["name"] == name
    summaries = [recipe.summary for recipe in FIRST_SEEDS]
    assert len(set(summaries)) == len(summaries)


def test_further_seeds_leave_cards_only():
    recipe = recipes.get("ae-conv").with_seed(2)
    assert (recipe.name, recipe.seed, recipe.keep_weights) == ("ae-conv-s2", 2, False)
    assert recipes.get("ae-conv").keep_weights
    assert recipes.RECIPES["ae-conv-s2"].settings() == recipe.settings()


@pytest.mark.parametrize("recipe", FIRST_SEEDS, ids=named)
def test_a_recipe_trains_on_the_training_part_and_validates_on_the_validation_part(recipe, digits):
    parts = {"train": recipe.examples(digits), "valid": recipe.validation(digits)}
    for part, arguments in parts.items():
        for key, values in arguments.items():
            np.testing.assert_array_equal(values, getattr(digits, f"{key}_{part}"))


@pytest.mark.parametrize("recipe", FIRST_SEEDS, ids=named)
def test_a_recipe_builds_the_networks_of_its_summary(recipe):
    # Oracle: the sizes read from the words that cards and tables show.
    model = recipe.build(recipe.seed)
    assert model.get_weights()[0].dtype == np.float32
    sizes = re.search(r"\d+(-\d+){2,}", recipe.summary)
    filters = re.search(r"(\d+) and (\d+) filters", recipe.summary)
    affine = re.search(r"one affine layer into (\d+) units", recipe.summary)
    kernels = [w.shape for w in model.get_weights() if len(w.shape) > 1]
    if sizes:
        units = [int(size) for size in sizes[0].split("-")]
        assert kernels == list(zip(units, units[1:], strict=False))
    elif filters:
        first, second = int(filters[1]), int(filters[2])
        flat = 7 * 7 * second
        encoder = [(3, 3, 1, first), (3, 3, first, second), (flat, recipes.CODE_SIZE)]
        decoder = [(recipes.CODE_SIZE, flat), (3, 3, first, second), (3, 3, 1, first)]
        assert kernels == encoder + decoder
    elif "2 convolutions and 3 transposed convolutions" in recipe.summary:
        codes = int(re.search(r"with (\d+) code units", recipe.summary)[1])
        encoder = [(3, 3, 1, 16), (3, 3, 16, 32), (1568, 128), (128, codes)]
        decoder = [(codes, 1568), (3, 3, 16, 32), (3, 3, 16, 16), (3, 3, 1, 16)]
        assert kernels == encoder + decoder
    elif affine:
        assert kernels == [(784, int(affine[1])), (int(affine[1]), 784)]
    else:
        assert recipe.name == "digit-classifier"


@pytest.mark.parametrize("recipe", autoencoders(), ids=named)
def test_an_autoencoder_is_trained_as_its_summary_says(recipe):
    model = recipe.build(5)
    assert model.error is autoencoder.cross_entropy
    assert (model.penalty is not None) == (recipe.name == "ae-sparse")
    assert (model.corruption is not None) == ("noisy digits (variance 0.1)" in recipe.summary)
    if model.corruption:
        # The median of |noise| is 0.674 sqrt(0.1) = 0.2133, which clipping at 0.5 leaves alone;
        # that of 7,840 draws has a standard error of 0.0028: 0.015 is 5 of them (6e-7).
        x = np.full((10, 28, 28, 1), 0.5, dtype=np.float32)
        moved = np.abs(np.asarray(model.corruption(x, model.seed_generator)) - x)
        assert abs(np.median(moved) - 0.2133) < 0.015
        assert moved.max() == 0.5
    state = np.asarray(model.seed_generator.state)
    assert not np.array_equal(state, np.asarray(recipe.build(6).seed_generator.state))


def test_the_sparse_recipe_asks_for_one_active_image_in_twenty():
    model = recipes.get("ae-sparse").build(0)
    code = np.asarray(model.encode(np.ones((2, 28, 28, 1), np.float32)))
    assert code.shape == (2, 196) and 0 < code.min() and code.max() < 1
    rates = np.linspace(0.01, 0.2, 39)  # steps of 0.005
    costs = [float(model.penalty(np.full((4, 1), rate, np.float32))) for rate in rates]
    assert abs(rates[np.argmin(costs)] - 1 / 20) < 1e-9


def test_evaluation_counts_every_image_and_compares_noisy_input_with_the_clean_digit(digits):
    # Oracle: one pass over the whole test part at once, in one batch; in evaluation the batches
    # hold 500, and 700 images leave an unequal last one.
    model = autoencoder.Autoencoder(networks.dense_encoder(3), networks.dense_decoder(3))
    clean = np.concatenate([digits.x_test, digits.x_train[:400]])
    scores = recipes.evaluate_autoencoder(model, dataclasses.replace(digits, x_test=clean))
    noisy = data.add_noise(clean, 0.1, clip=True, rng=recipes.EVALUATION_SEED)
    for key, shown in (
        ("reconstruction_error", clean),
        ("reconstruction_error_noisy_input", noisy),
    ):
        copies = np.asarray(model.decode(model.encode(shown)))
        expected = metrics.reconstruction_error(clean, copies)
        np.testing.assert_allclose(scores[key].value, expected.value, rtol=1e-5)
        np.testing.assert_allclose(scores[key].stderr, expected.stderr, rtol=1e-4)


def test_the_classifier_is_scored_on_every_test_image_with_its_own_label(digits):
    # A stand-in that knows every test image and is wrong about the first 60 of the 300.
    answers = digits.y_test + (np.arange(300) < 60)
    known = {image.tobytes(): answer for image, answer in zip(digits.x_test, answers, strict=True)}
    model = types.SimpleNamespace(
        predict=lambda x, **_: np.eye(11)[[known[image.tobytes()] for image in x]]
    )
    score = recipes.evaluate_classifier(model, digits)["accuracy"]
    np.testing.assert_allclose(score.value, 0.8, rtol=1e-12)
    np.testing.assert_allclose(score.stderr, np.sqrt(0.8 * 0.2 / 299), rtol=1e-12)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match="Known recipes: .*ae-mlp.*digit-classifier"):
        recipes.get("ae-mpl")
