"""Recipes: names, seeds, and evaluation that counts every image."""

import numpy as np

from gencore import autoencoder, data, metrics, networks, recipes


def test_names_are_those_of_the_recipes_and_settings_tell_them_apart():
    for name, recipe in recipes.RECIPES.items():
        assert recipe.name == name
        assert recipe.settings()["name"] == name
    builds = [str(recipe.settings()) for recipe in recipes.RECIPES.values()]
    assert len(set(builds)) == len(builds)


def test_further_seeds_leave_cards_only():
    recipe = recipes.get("ae-conv").with_seed(2)
    assert (recipe.name, recipe.seed, recipe.keep_weights) == ("ae-conv-s2", 2, False)
    assert recipes.get("ae-conv").keep_weights
    assert recipes.RECIPES["ae-conv-s2"].settings() == recipe.settings()


def test_every_recipe_builds_a_model_for_the_bundled_digits(digits):
    for recipe in recipes.RECIPES.values():
        if recipe.seed:
            continue
        model = recipe.build(recipe.seed)
        examples = recipe.examples(digits)
        assert model(examples["x"][:2]).shape[0] == 2
        np.testing.assert_array_equal(recipe.validation(digits)["x"], digits.x_valid)


def test_recipes_never_train_or_validate_on_the_test_part(digits):
    tests = {image.tobytes() for image in digits.x_test}
    for recipe in recipes.RECIPES.values():
        for part in (recipe.examples(digits), recipe.validation(digits)):
            assert not tests & {image.tobytes() for image in part["x"]}


def test_evaluation_counts_every_image_and_compares_noisy_input_with_the_clean_digit(digits):
    # Oracle: one pass over the whole test part at once. 300 images are no multiple of anything
    # that a batch could hide.
    model = autoencoder.Autoencoder(networks.dense_encoder(3), networks.dense_decoder(3))
    scores = recipes.evaluate_autoencoder(model, digits)
    noisy = data.add_noise(digits.x_test, 0.1, clip=True, rng=recipes.EVALUATION_SEED)
    for key, shown in (
        ("reconstruction_error", digits.x_test),
        ("reconstruction_error_noisy_input", noisy),
    ):
        copies = np.asarray(model.decode(model.encode(shown)))
        expected = metrics.reconstruction_error(digits.x_test, copies)
        np.testing.assert_allclose(scores[key].value, expected.value, rtol=1e-5)
        np.testing.assert_allclose(scores[key].stderr, expected.stderr, rtol=1e-4)
