"""Recipes of matching: whose networks a generator begins with, what is scored, beside what."""

import dataclasses
import types

import numpy as np
import pytest

from gencore import autoencoder, gae, matching, metrics, networks, recipes, vae, zoo
from gencore.recipes import detection, matching_scores
from gencore.recipes import matching as of_matching
from tests.tiny import NAME, tiny_recipe

ONE = metrics.Estimate(1.0, 0.1)


def test_a_generator_of_codes_begins_with_the_networks_of_the_trained_autoencoder():
    recipe = recipes.get("gmmn-ae")
    trained = recipes.get("ae-matching").build(0)
    model = recipe.build(1)
    generator = model.generator.get_weights()
    recipe.begin(model, "classifier", trained)
    for part, other in ((model.features, trained.encoder), (model.decoder, trained.decoder)):
        for a, b in zip(part.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    for a, b in zip(model.generator.get_weights(), generator, strict=True):
        np.testing.assert_array_equal(a, b)
    assert recipe.needs == ("digit-classifier", "ae-matching")
    # What travels with the weights: the encoder's codes are between 0 and 1, and so are the made.
    assert model.features.layers[-1].activation is model.generator.layers[-1].activation


def test_a_model_begins_with_what_its_recipe_takes_from_others(shelf, digits, monkeypatch):
    zoo.train(NAME, split=digits)
    seen = []

    def begin(model, needed):
        seen.append(needed)
        model.set_weights(needed.get_weights())

    other = tiny_recipe(name="other", needs=(NAME,), begin=begin, epochs=0)
    other = dataclasses.replace(other, evaluate=lambda model, split, needed: {"score": ONE})
    monkeypatch.setitem(recipes.RECIPES, "other", other)
    zoo.train("other", split=digits)
    assert len(seen) == 1
    for a, b in zip(zoo.load("other").get_weights(), zoo.load(NAME).get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_codes_of_the_autoencoder_are_noisy_only_while_it_trains():
    model = recipes.get("ae-matching").build(0)
    x = np.random.default_rng(0).random((500, 28, 28, 1)).astype(np.float32)
    plain, noisy = (np.asarray(model.encoder(x, training=mode)) for mode in (False, True))
    np.testing.assert_array_equal(plain, model.encode(x))
    # 5,000 draws: their spread errs by 1 %.
    assert np.std(noisy - plain) == pytest.approx(of_matching.CODE_NOISE, rel=0.05)
    assert 0 <= plain.min() and plain.max() <= 1


@pytest.fixture
def asked(monkeypatch):
    """Note what is asked of ``samples_to_detect``, which then takes no time."""
    found = []

    def detect(x, y, **options):
        found.append((x, y, options))
        return ONE

    monkeypatch.setattr(metrics, "samples_to_detect", detect)
    monkeypatch.setattr(
        detection, "features", lambda classifier, x: (classifier * x.mean(axis=(1, 2, 3)), None)
    )
    return found


def test_the_three_tests_are_of_features_of_pixels_and_of_features_again(asked, digits):
    samples = digits.x_train[: len(digits.x_test)]
    scores = detection.score_detection(samples, digits, 2.0)
    assert set(scores) == {
        "samples_to_detect",
        "samples_to_detect_in_pixels",
        "samples_to_detect_by_classifier",
    }
    kernel, pixels, classifier = asked
    for made, real, options in (kernel, classifier):
        np.testing.assert_array_equal(made, 2 * samples.mean(axis=(1, 2, 3)))
        np.testing.assert_array_equal(real, 2 * digits.x_test.mean(axis=(1, 2, 3)))
        assert (options["power"], options["level"]) == (0.8, 0.05)
    assert [options.get("test", "kernel") for _, _, options in asked] == [
        *("kernel", "kernel", "classifier")
    ]
    assert pixels[0] is samples and pixels[1] is digits.x_test


def test_held_out_digits_stand_in_the_place_of_samples(asked, digits):
    recipes.get("detect-held-out-digits").evaluate("no model", digits, 1.0)
    np.testing.assert_array_equal(asked[1][0], digits.x_valid[: len(digits.x_test)])


def test_digits_dealt_into_two_sets_share_none_and_lose_none(asked, digits):
    recipes.get("detect-digits").evaluate("no model", digits, 1.0)
    one, other, _ = asked[1]
    size = min(len(digits.x_valid), len(digits.x_test))
    assert len(other) == len(digits.x_test) and len(one) == size

    def in_order(*parts):
        rows = np.concatenate(parts).reshape(-1, 784)
        return rows[np.lexsort(rows.T)]

    given = in_order(digits.x_valid[: len(digits.x_test)], digits.x_test)
    np.testing.assert_array_equal(in_order(one, other), given)
    # Each half has about half of the test digits: 5 standard errors of a share.
    test = {image.tobytes() for image in digits.x_test}
    share = np.mean([image.tobytes() in test for image in one])
    expected = len(digits.x_test) / len(given)
    assert abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / size)


def test_each_model_is_asked_of_as_many_samples_as_there_are_test_digits(asked, digits):
    drawn = []

    def sample(n, seed):
        drawn.append((n, seed))
        return digits.x_train[:n]

    model = types.SimpleNamespace(sample=sample, classes=None)
    for name, given in (
        ("detect-gan-dense", model),
        ("detect-gae-best", types.SimpleNamespace(vae=model)),
    ):
        recipe = recipes.get(name)
        assert recipe.needs == ("digit-classifier", name.removeprefix("detect-"))
        recipe.evaluate("no model", digits, 1.0, given)
    assert drawn == 2 * [(len(digits.x_test), recipes.samples.SAMPLE_SEED)]


def test_every_stand_in_asks_of_a_model_whose_weights_are_kept():
    for name in (*detection.MODELS, detection.MIXTURE):
        assert recipes.get(name).keep_weights


def test_copies_codes_and_samples_of_an_adversarial_autoencoder_are_scored(monkeypatch, digits):
    encoder, decoder = networks.dense_encoder(3), networks.dense_decoder(3)
    model = matching.AdversarialAutoencoder(encoder, decoder, bandwidths=(1.0,))
    seen = {}
    monkeypatch.setattr(matching_scores, "evaluate_matched", lambda *given: {"matched": given})

    def mmd_squared(codes, drawn, bandwidths):
        seen.update(codes=codes, drawn=drawn)
        return ONE

    monkeypatch.setattr(metrics, "mmd_squared", mmd_squared)
    scores = matching_scores.evaluate_adversarial(model, digits, "classifier")
    np.testing.assert_array_equal(seen["codes"], model.codes(digits.x_test))
    np.testing.assert_array_equal(seen["drawn"], model.prior_codes(len(digits.x_test), 0))
    by_hand = np.square(digits.x_test - model.reconstruct(digits.x_test)).sum(axis=(1, 2, 3))
    assert scores["reconstruction_error"].value == pytest.approx(by_hand.mean(), rel=1e-5)
    assert scores["matched"][2] == "classifier"


@pytest.mark.parametrize("mixed", [False, True])
def test_codes_of_a_vae_and_a_gae_are_drawn_and_compared_with_their_own_prior(
    monkeypatch, digits, mixed
):
    prior = gae.PosteriorMixture(np.eye(3, dtype=np.float32), np.full(3, 0.5)) if mixed else None
    encoder, decoder = networks.dense_encoder(6), networks.dense_decoder(3)
    model = vae.VAE(encoder, decoder, prior=prior)
    holder, model = model, gae.GAE(model) if mixed else model
    seen = {}
    monkeypatch.setattr(matching_scores, "evaluate_matched", lambda *given: {"matched": given})
    monkeypatch.setattr(
        metrics, "mmd_squared", lambda *given: seen.update(zip("cdw", given, strict=True)) or ONE
    )
    scores = matching_scores.evaluate_latent(model, digits, "classifier")
    np.testing.assert_array_equal(seen["c"], holder.encode(digits.x_test).sample(seed=0))
    np.testing.assert_array_equal(seen["d"], model.prior.sample(len(digits.x_test), seed=0))
    spread = np.std(seen["d"], axis=0).mean()
    np.testing.assert_allclose(seen["w"], spread * np.array(matching_scores.PRIOR_BANDWIDTHS))
    assert scores["matched"][0] is holder
    copies = holder.images(holder.codes(digits.x_test))
    by_hand = np.square(digits.x_test - copies).sum(axis=(1, 2, 3)).mean()
    assert scores["reconstruction_error"].value == pytest.approx(by_hand, rel=1e-5)


def test_vae_and_gae_are_those_of_the_parzen_table_and_keep_no_reference():
    for name, of in (("vae-matching", "vae-grey"), ("gae-matching", "gae-grey-2")):
        recipe, other = recipes.get(name), recipes.get(of)
        same = ("build", "epochs", "batch_size", "learning_rate", "finish", "seed")
        assert all(getattr(recipe, key) == getattr(other, key) or key == "build" for key in same)
        assert recipe.reference is None and other.summary in recipe.summary
        weights, others = (one.build(0).get_weights() for one in (recipe, other))
        assert [w.shape for w in weights] == [w.shape for w in others]


def test_all_scores_of_samples_are_of_the_same_ones(monkeypatch, digits):
    drawn = []

    class Model:
        classes = None

        def sample(self, n, seed):
            drawn.append((n, seed))
            return digits.x_train[np.arange(n) % 100]

    monkeypatch.setattr(matching_scores, "GREY_SAMPLES", len(digits.x_test))
    monkeypatch.setattr("gencore.recipes.parzen.GREY_SAMPLES", len(digits.x_test))
    for name in ("features", "score_detection"):
        monkeypatch.setattr(detection, name, lambda *given: {})
    monkeypatch.setattr(matching_scores, "score_detection", lambda samples, *_: {"asked": samples})
    monkeypatch.setattr(matching_scores, "score_samples", lambda samples, *_: {"n": samples})
    scores = matching_scores.evaluate_matched(Model(), digits, "classifier")
    assert set(drawn) == {(len(digits.x_test), 0)}
    np.testing.assert_array_equal(scores["asked"], scores["n"])
    assert "parzen_log_likelihood" in scores


@pytest.mark.parametrize("name", ["gmmn", "gmmn-ae", "aae", "wae"])
def test_a_recipe_builds_what_its_summary_says(name):
    recipe = recipes.get(name)
    model = recipe.build(0)
    assert model.latent_size == 10
    assert recipe.group == "matching" and recipe.validation is None
    if name == "wae":
        assert model.critic is None and model.bandwidths == matching_scores.PRIOR_BANDWIDTHS
    if name == "aae":
        assert model.critic is not None and f"its weight {model.weight:g}" in recipe.summary
    samples = recipe.gallery(model)
    assert samples.shape == (20, 28, 28) and samples.dtype == np.uint8
    assert isinstance(recipes.get("ae-matching").build(0), autoencoder.Autoencoder)
