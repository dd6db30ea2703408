"""Recipes of the GAE chapter: networks, data, the table's one protocol, what follows training."""

import dataclasses
import itertools
import types

import keras
import numpy as np
import pytest
from scipy import special, stats

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
from gencore.recipes import gae_ablation
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


WORDS = ("tied", "shared"), ("in", "out"), ("plain", "regularised")


@pytest.mark.parametrize("words", list(itertools.product(*WORDS)), ids="-".join)
def test_each_of_the_eight_differs_from_the_others_in_what_its_name_says(words):
    recipe, row = recipes.get(f"gae-ablation-{'-'.join(words)}"), recipes.get("gae-2")
    model, plain = recipe.build(0), row.build(0)
    assert model.tied == (words[0] == "tied") and model.leave_one_out == (words[1] == "out")
    weights = gae_ablation.WEIGHTS if words[2] == "regularised" else (0.0, 0.0)
    assert (model.mean_weight, model.scale_weight) == weights
    for name in ("batch_size", "learning_rate", "seed"):
        assert getattr(recipe, name) == getattr(row, name)
    assert recipe.epochs == gae_ablation.EPOCHS
    shapes = [[w.shape for w in made.vae.encoder.get_weights()] for made in (model, plain)]
    assert shapes[0] == shapes[1]


def test_the_source_is_trained_as_published_with_weights_of_the_grid():
    source, same = (recipes.get(n) for n in ("gae-source", "gae-ablation-tied-in-regularised"))
    for model in (source.build(0), same.build(0)):
        assert model.tied and not model.leave_one_out
        assert (model.mean_weight, model.scale_weight) == gae_ablation.WEIGHTS
    assert gae_ablation.WEIGHTS in gae_ablation.GRID
    assert [recipes.get(f"gae-source-s{seed}").seed for seed in (1, 2)] == [1, 2]


def test_the_weights_are_those_that_did_best_on_validation_digits():
    score = {
        weights: zoo.metric(
            f"gae-source-trial-{weights[0]:g}-{weights[1]:g}", "validation_log_likelihood"
        ).value
        for weights in gae_ablation.GRID
    }
    assert max(score, key=score.get) == gae_ablation.WEIGHTS


def test_the_own_exemplar_counts_where_it_is_in_and_not_where_it_is_out(few, monkeypatch):
    monkeypatch.setattr(gae_ablation, "OWN_IMAGES", 40)
    monkeypatch.setattr(gae_ablation, "OWN_SAMPLES", 50)
    model = tiny_model(60)
    x = recipes.binarized(few.x_train, gae_recipes.EXEMPLAR_SEED)
    model.log_scale.assign([[-1.0, -1.0]])
    kernel, bias = model.vae.encoder.layers[-1].get_weights()
    spread, narrow = np.array([20, 20, 1, 1]), np.array([0, 0, -1, -1])
    model.vae.encoder.layers[-1].set_weights([spread * kernel, bias + narrow])
    model.refresh(x)
    found = gae_ablation.evaluate_own(model, few)
    q = model.vae.encode(x[:40])
    z = np.asarray(q.sample(400, seed=5), dtype=float)  # other draws than those of the score
    loc = model.prior.loc.numpy().astype(float)
    each = stats.norm(loc, np.exp(-1)).logpdf(z[..., None, :]).sum(axis=-1)  # (400, 40, 60)
    outside = np.asarray(
        model.vae.decode(z.reshape(-1, 2)).log_prob(np.tile(x[:40], (400, 1, 1, 1)))
    )
    outside = outside.reshape(400, 40) - np.asarray(q.log_prob(z))
    own_in = outside + special.logsumexp(each, axis=-1) - np.log(60)
    each[:, np.arange(40), np.arange(40)] = -np.inf
    own_out = outside + special.logsumexp(each, axis=-1) - np.log(59)
    received = [found[f"training_bound_own_{name}"].value for name in ("in", "out")]
    # Errors of means over 50 and 400 draws of 40 digits, five of them. The two bounds share their
    # draws, so that their difference is known better than either.
    share = (1 / 50 + 1 / 400) / 40
    for value, values in (
        (received[0], own_in),
        (received[1], own_out),
        (received[0] - received[1], own_in - own_out),
    ):
        slack = 5 * np.sqrt(values.var(axis=0).mean() * share)
        assert abs(value - values.mean()) < slack
    assert received[0] - received[1] > 2 * slack


def test_a_copy_is_no_pixel_away_from_its_digit(few, monkeypatch):
    monkeypatch.setattr(gae_ablation, "COPIES", 200)
    model = tiny_model(60)
    known = recipes.binarized(few.x_train, gae_recipes.EXEMPLAR_SEED)
    rng = np.random.default_rng(0)
    drawn = known[rng.integers(0, 60, 200)].copy()
    drawn[:, 0, :3] = 1 - drawn[:, 0, :3]  # three pixels of the frame, which is blank in all
    decoded = types.SimpleNamespace(sample=lambda seed: drawn)
    monkeypatch.setattr(model.vae, "decode", lambda z: decoded)
    found = gae_ablation.evaluate_copying(model, few)["pixels_from_a_training_digit"]
    assert (found.value, found.stderr) == (3.0, 0.0)


def test_trials_are_scored_on_validation_digits(few, monkeypatch):
    seen = []
    monkeypatch.setattr(
        likelihood, "importance_log_likelihood", lambda model, x, samples: seen.append(x)
    )
    monkeypatch.setattr(gae_ablation, "TRIAL_IMAGES", 20)
    model = tiny_model(60)
    gae_ablation.evaluate_validation(model, few)
    expected = data.binarize(few.x_valid[:20], rng=vae_recipes.VALIDATION_SEED)
    np.testing.assert_array_equal(seen[0], expected)
    trials = [name for name in recipes.RECIPES if "-trial-" in name]
    assert len(trials) == len(gae_ablation.GRID) + len(gae_ablation.LADDER)
    for name in trials:
        assert recipes.get(name).evaluate is gae_ablation.evaluate_validation


def test_the_vamp_prior_stands_where_vae_2_has_a_normal_one():
    recipe, row = recipes.get("vae-vamp-2"), recipes.get("vae-2")
    for name in ("epochs", "batch_size", "learning_rate", "seed", "protocol"):
        assert getattr(recipe, name) == getattr(row, name)
    model, plain = recipe.build(0), row.build(0)
    assert model.count_params() - plain.count_params() == 500 * 784
    assert model.prior.encoder is model.encoder and model.binarize
