"""Recipes of the GAE chapter: networks, data, the table's one protocol, what follows training."""

import dataclasses

import keras
import numpy as np
import pytest

from gencore import (
    data,
    gae,
    likelihood,
    metrics,
    networks,
    recipes,
    vae,
    zoo,
)
from gencore.recipes import gae as gae_recipes
from gencore.recipes import vae as vae_recipes

CHAPTER = [recipe for recipe in recipes.RECIPES.values() if recipe.group == "gae"]
KINDS = ("", f"{vae_recipes.NARROW}d-")
ROWS = [f"{kind}{depth}" for kind in KINDS for depth in (1, 2, 3, 4)]


def tiny_model(n, likelihood_=vae.BERNOULLI, seed=0):
    keras.utils.set_random_seed(seed)
    prior = gae.PosteriorMixture(np.zeros((n, 2)), np.ones((1, 2)))
    pair = networks.dense_encoder(4, (8,)), networks.dense_decoder(2, (8,))
    options = {"binarize": True} if likelihood_.binary else {}
    return gae.GAE(vae.VAE(*pair, prior=prior, likelihood=likelihood_, seed=seed, **options))


@pytest.fixture
def few(digits):
    return digits.head(60)


@pytest.mark.parametrize("row", ROWS)
def test_rows_have_the_networks_and_the_training_of_the_vae_of_their_depth(row):
    recipe, other = recipes.get(f"gae-{row}"), recipes.get(f"vae-{row}")
    for name in ("epochs", "batch_size", "learning_rate", "seed"):
        assert getattr(recipe, name) == getattr(other, name), name
    assert recipe.summary.removeprefix("G") == other.summary.removeprefix("V")
    ours, theirs = recipe.build(0), other.build(0)
    pairs = ((ours.vae.encoder, theirs.encoder), (ours.vae.decoder, theirs.decoder))
    for mine, yours in pairs:
        assert [w.shape for w in mine.get_weights()] == [w.shape for w in yours.get_weights()]
        acts = [
            [getattr(layer, "activation", None) for layer in net.layers] for net in (mine, yours)
        ]
        assert acts[0] == acts[1]
    assert (ours.vae.binarize, ours.vae.likelihood) == (theirs.binarize, theirs.likelihood)
    assert ours.prior.loc.shape == (50_000, theirs.latent_size) and not ours.tied


def test_rows_are_scored_like_those_of_the_vae(digits, monkeypatch):
    # The same images, samples and seeds: otherwise the table compares what cannot be compared.
    asked = []

    def spy(name):
        def estimate(model, x, samples, seed):
            asked.append((name, x.tobytes(), samples, seed))
            return metrics.Estimate(0.0, 1.0, "nats")

        return estimate

    terms = dict.fromkeys(("rate", "distortion", "bound"), metrics.Estimate(0.0, 1.0))
    for name in ("importance_log_likelihood", "prior_log_likelihood"):
        monkeypatch.setattr(likelihood, name, spy(name))
    monkeypatch.setattr(likelihood, "rate_distortion", lambda *a: spy("terms")(*a) and terms)
    monkeypatch.setattr(gae.GAE, "nearest", lambda self, neighbours: None)
    model = tiny_model(2)
    for row in ROWS:
        scores = []
        for one in (recipes.get(f"gae-{row}"), recipes.get(f"vae-{row}")):
            asked.clear()
            scores.append((set(one.evaluate(model, digits)), sorted(asked)))
        assert scores[0] == scores[1]


def test_importance_sampling_sums_over_neighbours_and_prior_draws_over_all(digits, monkeypatch):
    for name in ("importance_log_likelihood", "prior_log_likelihood"):
        monkeypatch.setattr(likelihood, name, lambda model, x, samples, seed: (model, samples))
    monkeypatch.setattr(gae.GAE, "nearest", lambda self, neighbours: neighbours)
    model = tiny_model(2)
    weighted = {"importance_log_likelihood_5000": (gae_recipes.NEIGHBOURS, 5000)}
    both = weighted | {"prior_log_likelihood_10000000": (model.vae, 10**7)}
    assert recipes.get("gae-best").reference(model, digits) == weighted
    for row in ("1", "2", "3", "4", "2-s1", "2-s2"):
        assert recipes.get(f"gae-12d-{row}").reference(model, digits) == both


def test_the_estimates_are_those_of_the_models_own_prior(few):
    model = tiny_model(40)
    model.log_scale.assign([[0.5, 0.5]])
    model.refresh(recipes.binarized(few.x_train[:40]))
    before = recipes.evaluate_gae(model, few)
    model.prior.assign(model.prior.loc.numpy() + 30.0, model.prior.scale.numpy())
    after = recipes.evaluate_gae(model, few)
    for name in ("rate", "prior_log_likelihood", "importance_log_likelihood"):
        assert abs(after[name].value - before[name].value) > 1, name


@pytest.fixture(autouse=True)
def _few_neighbours(monkeypatch):
    monkeypatch.setattr(gae_recipes, "NEIGHBOURS", 20)


def test_after_training_all_training_digits_are_exemplars_with_a_fitted_scale(few):
    for likelihood_ in (vae.BERNOULLI, vae.CROSS_ENTROPY):
        model = tiny_model(60, likelihood_)
        model.log_scale.assign([[1.0, 1.0]])
        noted = recipes.get("gae-2").finish(model, few)["em"]
        x = few.x_train
        if likelihood_.binary:
            x = data.binarize(x, rng=gae_recipes.EXEMPLAR_SEED)
        np.testing.assert_allclose(model.prior.loc.numpy(), model.vae.encode(x).loc, atol=1e-5)
        assert noted["bounds"][-1] > noted["bounds"][0]
        assert np.abs(model.prior.scale.numpy() - np.e).min() > 0.01


def test_recipes_never_train_or_validate_on_the_test_part(digits):
    for recipe in CHAPTER:
        seen = recipe.examples(digits)["x"]
        np.testing.assert_array_equal(seen, digits.x_train[: len(seen)])
        if recipe.epochs == 0:
            assert recipe.validation is None
            continue
        assert len(seen) == len(digits.x_train)
        expected = digits.x_valid
        if "binarization_seed" in recipe.protocol:
            expected = data.binarize(expected, rng=vae_recipes.VALIDATION_SEED)
        np.testing.assert_array_equal(recipe.validation(digits)["x"], expected)


def test_a_trained_model_comes_back_whole_with_its_prior(digits, shelf, monkeypatch):
    few = digits.head(60)
    recipe = dataclasses.replace(
        recipes.get("gae-2d-1"),
        build=lambda seed: tiny_model(60, seed=seed),
        epochs=2,
        batch_size=20,
        slice_images=5,
        evaluate=lambda model, split: {"rate": metrics.Estimate(1.0, 0.1)},
    )
    monkeypatch.setitem(recipes.RECIPES, "gae-2d-1", recipe)
    card = zoo.train("gae-2d-1", split=few)
    assert card["em"]["bounds"][-1] >= card["em"]["bounds"][0]
    model = zoo.load("gae-2d-1")
    assert np.unique(model.prior.loc.numpy(), axis=0).shape == (60, 2)
    x = data.binarize(few.x_train, rng=gae_recipes.EXEMPLAR_SEED)
    # Weights and means are kept in half precision, 11 bits.
    np.testing.assert_allclose(model.prior.loc.numpy(), model.vae.encode(x).loc, atol=0.02)
    assert card["recipe"]["protocol"]["exemplar_seed"] == gae_recipes.EXEMPLAR_SEED


def test_negentropy_is_zero_for_a_normal_prior_and_known_for_a_split_one():
    # Equal components are a normal distribution. Two at +-c far apart: H = H_1 + log 2, and the
    # variance is s^2 + c^2. 20,000 draws: errors of about 0.005.
    normal = gae.negentropy(gae.PosteriorMixture(np.ones((3, 2)), [[0.5, 2.0]]))
    assert abs(normal.value) < 5 * normal.stderr
    split = gae.negentropy(gae.PosteriorMixture([[-9.0], [9.0]], [[1.0]]))
    expected = 0.5 * np.log(1 + 81) - np.log(2)
    assert abs(split.value - expected) < 5 * split.stderr < 0.05
