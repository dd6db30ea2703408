"""Recipes of the VAE chapter: their networks, their data, one protocol for the whole table."""

import re

import numpy as np

from gencore import data, likelihood, metrics, networks, recipes
from gencore.recipes import vae as vae_recipes

CHAPTER = [recipe for recipe in recipes.RECIPES.values() if recipe.group == "vae"]
KINDS = ("vae-", f"vae-{vae_recipes.NARROW}d-")
TABLE = [recipes.get(f"{kind}{depth}") for kind in KINDS for depth in (1, 2, 3, 4)]


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
    rows = [{row[0]: row for row in rows} for rows in asked]
    assert all(row == rows[0] for row in rows)
    x = recipes.binarized(digits.x_test)
    protocol = TABLE[0].protocol
    assert rows[0]["importance_log_likelihood"][1] == x.tobytes()
    assert rows[0]["importance_log_likelihood"][2] == protocol["importance_samples"]
    assert rows[0]["prior_log_likelihood"][2] == protocol["prior_samples"]
    assert all(recipe.settings()["protocol"] == protocol for recipe in TABLE)


def test_scores_with_the_samples_of_the_literature(digits, monkeypatch):
    # Ten million draws come near codes of twelve dimensions and not near those of forty.
    for name in ("importance_log_likelihood", "prior_log_likelihood"):
        monkeypatch.setattr(likelihood, name, lambda model, x, samples, seed: (model, samples))
    weighted = {"importance_log_likelihood_5000": ("model", 5000)}
    both = weighted | {"prior_log_likelihood_10000000": ("model", 10**7)}
    assert recipes.get("vae-2").reference("model", digits) == weighted
    for depth in (1, 2, 3, 4):
        assert recipes.get(f"vae-12d-{depth}").reference("model", digits) == both


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
    scores = recipes.evaluate_grey_vae(model, digits.head(40), networks.digit_classifier())
    assert {"frechet_distance", "precision", "recall", "smallest_class_share"} <= set(scores)
    digits = digits.head(40)
    copies = np.asarray(model.decode(model.encode(digits.x_test).loc).mean())
    for key, expected in (
        ("reconstruction_error", metrics.reconstruction_error(digits.x_test, copies)),
        ("sharpness_of_copies", metrics.sharpness(copies)),
        ("sharpness_of_data", metrics.sharpness(digits.x_test)),
    ):
        np.testing.assert_allclose(scores[key].value, expected.value, rtol=1e-4)
    assert "importance_log_likelihood" not in scores


def test_recipes_never_train_or_validate_on_the_test_part(digits):
    # A binary draw of a test digit is as bad as the digit, so training images are compared whole
    # and validation images by the draw they are.
    for recipe in CHAPTER:
        np.testing.assert_array_equal(recipe.examples(digits)["x"], digits.x_train)
        valid = recipe.validation(digits)["x"]
        expected = digits.x_valid
        if recipe.protocol:
            expected = data.binarize(expected, rng=vae_recipes.VALIDATION_SEED)
        np.testing.assert_array_equal(valid, expected)


def test_recipes_build_the_networks_of_their_summaries():
    # Oracle: weights and biases counted by hand from the sizes in the summaries.
    def count(*sizes):
        return sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False))

    expected = {"vae-dense": count(784, 512, 256, 4) + count(2, 256, 512, 784)}
    for depth in (1, 2, 3, 4):
        hidden = [500] * depth
        expected[f"vae-{depth}"] = count(784, *hidden, 80) + count(40, *hidden, 784)
        expected[f"vae-12d-{depth}"] = count(784, *hidden, 24) + count(12, *hidden, 784)
    encoder = (9 * 16 + 16) + (9 * 16 * 32 + 32) + count(7 * 7 * 32, 128, 4)
    decoder = count(2, 7 * 7 * 32) + (9 * 32 * 16 + 16) + (9 * 16 * 16 + 16) + (9 * 16 + 1)
    expected["vae-conv"] = encoder + decoder
    encoder = (9 * 8 + 8) + (9 * 8 * 16 + 16) + count(7 * 7 * 16, 64)
    decoder = count(32, 7 * 7 * 16) + (9 * 16 * 8 + 8) + (9 * 8 + 1)
    expected["vae-small"] = encoder + decoder
    expected["vae-4-warm-up"] = expected["vae-4"] + 1  # the share of the warm-up that is done
    for recipe in {r.name: r for r in (*CHAPTER, *TABLE)}.values():
        model = recipe.build(0)
        assert model.count_params() == expected[re.sub(r"-s\d+$", "", recipe.name)], recipe.name
        assert model.binarize == bool(recipe.protocol)
        assert model.likelihood.binary == bool(recipe.protocol)
        assert model.rate_weight.beta == 1


def test_the_rows_of_a_table_train_at_one_setting():
    for rows in (TABLE[:4], TABLE[4:]):
        assert len({(r.epochs, r.batch_size, r.learning_rate, r.seed) for r in rows}) == 1


def test_the_warm_up_is_the_deepest_row_with_a_growing_rate(digits):
    row, warm = recipes.get("vae-4"), recipes.get("vae-4-warm-up")
    names = ("epochs", "batch_size", "learning_rate", "seed", "protocol", "dataset")
    assert all(getattr(row, name) == getattr(warm, name) for name in names)
    assert warm.build(0).rate_weight.warm_up == 20 * 50_000 / row.batch_size
    assert row.build(0).rate_weight.warm_up == 0
