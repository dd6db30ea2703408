"""Recipes: names, seeds, and evaluation that counts every image."""

import numpy as np

from gencore import _vae_recipes as recipes_vae
from gencore import autoencoder, data, likelihood, metrics, networks, recipes


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
        if not recipe.protocol:
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


TABLE = [recipes.get(f"vae-{depth}") for depth in (1, 2, 3, 4)]


def test_rows_of_a_likelihood_table_share_images_samples_and_binarisation(digits, monkeypatch):
    # An estimate from fewer samples, or of easier images, is another quantity.
    asked = []

    def spy(name):
        def estimate(model, x, samples, seed):
            asked[-1].append((name, x.tobytes(), samples, seed))
            return metrics.Estimate(0.0, 1.0, "nats")

        return estimate

    terms = dict.fromkeys(("rate", "distortion", "bound"), metrics.Estimate(0.0, 1.0))
    for name in ("importance_log_likelihood", "prior_log_likelihood"):
        monkeypatch.setattr(likelihood, name, spy(name))
    monkeypatch.setattr(
        likelihood,
        "rate_distortion",
        lambda *arguments: spy("terms")(*arguments) and terms,
    )
    for recipe in TABLE:
        asked.append([])
        scores = recipe.evaluate(None, digits)
        assert {"evidence_lower_bound", "prior_log_likelihood"} <= set(scores)
    rows = [{row[0]: row for row in rows if row[2] != 5000} for rows in asked]
    assert all(row == rows[0] for row in rows)
    x = recipes.binarized(digits.x_test)
    protocol = TABLE[0].protocol
    assert rows[0]["importance_log_likelihood"][1] == x.tobytes()
    assert rows[0]["importance_log_likelihood"][2] == protocol["importance_samples"]
    assert rows[0]["prior_log_likelihood"][2] == protocol["prior_samples"]
    assert all(recipe.settings()["protocol"] == protocol for recipe in TABLE)


def test_the_best_row_is_scored_with_the_samples_of_the_literature(digits, monkeypatch):
    asked = []
    monkeypatch.setattr(recipes_vae, "evaluate_vae", lambda model, split: {})
    monkeypatch.setattr(
        likelihood, "importance_log_likelihood", lambda *arguments: asked.append(arguments[2])
    )
    assert list(recipes.get("vae-2").evaluate(None, digits)) == ["importance_log_likelihood_5000"]
    assert asked == [5000]


def test_the_binary_test_digits_are_one_draw_of_the_grey_ones(digits):
    x = recipes.binarized(digits.x_test)
    np.testing.assert_array_equal(x, recipes.binarized(digits.x_test))
    np.testing.assert_array_equal(x[:50], recipes.binarized(digits.x_test[:50]))
    assert set(np.unique(x)) == {0.0, 1.0}
    # 235,200 pixels: the mean errs by at most 0.0011; 5 standard errors, false failures 6e-7.
    assert abs(x.mean() - digits.x_test.mean()) < 5 * 0.0011


def test_validation_digits_are_binary_where_the_model_needs_it(digits):
    for recipe in TABLE:
        valid = recipe.validation(digits)["x"]
        assert set(np.unique(valid)) == {0.0, 1.0}
        assert valid.shape == digits.x_valid.shape


def test_a_grey_model_is_scored_by_copies_and_samples_of_its_own(digits):
    model = recipes.get("vae-dense").build(0)
    scores = recipes.evaluate_grey_vae(model, digits)
    copies = np.asarray(model.decode(model.encode(digits.x_test).loc).mean())
    for key, expected in (
        ("reconstruction_error", metrics.reconstruction_error(digits.x_test, copies)),
        ("sharpness_of_copies", metrics.sharpness(copies)),
        ("sharpness_of_data", metrics.sharpness(digits.x_test)),
    ):
        np.testing.assert_allclose(scores[key].value, expected.value, rtol=1e-4)
    assert "importance_log_likelihood" not in scores
