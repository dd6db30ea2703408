"""The Parzen window table: who is scored, by which samples, under which bandwidth."""

import keras
import numpy as np
import pytest
from sklearn.cluster import KMeans

from gencore import gae, likelihood, metrics, networks, recipes, vae
from gencore.recipes import parzen as parzen_recipes

GRID = (0.02, 0.05, 0.08, 0.11, 0.15, 0.2, 0.3, 0.5, 0.8)


@pytest.fixture(autouse=True)
def _few_samples(monkeypatch):
    monkeypatch.setattr(parzen_recipes, "GREY_SAMPLES", 50)
    monkeypatch.setattr(parzen_recipes, "BANDWIDTHS", GRID)


@pytest.fixture(scope="module")
def few(digits):
    return digits.head(150)


def book(images):
    made = parzen_recipes.CodeBook(len(images))
    made.pictures.assign(images)
    return made


def test_the_bandwidth_is_chosen_on_validation_digits_and_the_test_digits_are_scored(few):
    # Validation digits among the samples, slightly moved, want a narrow kernel, test digits a wide.
    noise = 0.13 * np.random.default_rng(0).normal(size=(50, 28, 28, 1)).astype(np.float32)
    near = few.x_valid[:50] + noise
    split = type(few)(**(vars(few) | {"x_valid": few.x_valid[:50]}))
    scores = recipes.evaluate_parzen(book(near), split)
    bandwidth = metrics.select_bandwidth(near, split.x_valid, GRID)
    by_test = [metrics.parzen_log_likelihood(near, split.x_test, h).value for h in GRID]
    assert scores["parzen_bandwidth"].value == bandwidth < GRID[int(np.argmax(by_test))]
    expected = metrics.parzen_log_likelihood(near, split.x_test, bandwidth)
    np.testing.assert_allclose(scores["parzen_log_likelihood"].value, expected.value, rtol=1e-6)
    for h in GRID[::2]:
        shown = scores[f"parzen_log_likelihood_at_{h}"].value
        np.testing.assert_allclose(shown, by_test[GRID.index(h)], rtol=1e-5)


def test_more_samples_are_fresh_samples(few):
    scores = parzen_recipes.score_counts(book(few.x_train), few, (50, 150))
    for count, more in ((50, ""), (150, "_150")):
        some = few.x_train[:count]
        bandwidth = metrics.select_bandwidth(some, few.x_valid, GRID)
        expected = metrics.parzen_log_likelihood(some, few.x_test, bandwidth)
        received = scores["parzen_log_likelihood" + more]
        np.testing.assert_allclose(received.value, expected.value, rtol=1e-5)
        assert scores["parzen_bandwidth" + more].value == bandwidth
    squares = [scores[key].value for key in scores if key.startswith("nearest")]
    assert squares[1] < squares[0]


def test_stand_ins_are_training_digits_and_their_centres(few, monkeypatch):
    monkeypatch.setattr(parzen_recipes, "KMEANS_ROUNDS", 100)
    data, centres = recipes.get("parzen-data"), recipes.get("parzen-kmeans")
    model = parzen_recipes.CodeBook(100)
    data.finish(model, few)
    np.testing.assert_array_equal(model.sample(50, seed=1), few.x_train[50:100])
    model = centres.build(0)
    centres.finish(model, few)
    rows = few.x_train.reshape(150, -1)
    # Oracle: each centre is the mean of the digits that are nearest to it.
    made = model.sample(50, seed=0).reshape(50, -1)
    nearest = KMeans(50, init=made, n_init=1, max_iter=1).fit(rows).labels_
    means = np.array([rows[nearest == k].mean(axis=0) for k in range(50)])
    np.testing.assert_allclose(made, means, atol=1e-4)


def test_the_gans_are_scored_by_their_own_samples(few):
    for name in ("gan-dense", "wgan-gp"):
        recipe = recipes.get(f"parzen-{name}")
        assert recipe.needs == (name,)
        received = recipe.evaluate(recipe.build(0), few, book(few.x_train))
        expected = recipes.evaluate_parzen(book(few.x_train), few)
        assert received == expected


def test_models_are_scored_by_samples_and_by_copies(few):
    keras.utils.set_random_seed(0)
    prior = gae.PosteriorMixture(np.zeros((4, 2)), np.ones((1, 2)))
    pair = networks.dense_encoder(4, (8,)), networks.dense_decoder(2, (8,))
    model = vae.VAE(*pair, prior=prior, likelihood=vae.CROSS_ENTROPY)
    for network in pair:  # so that copies depend on the digit
        network.set_weights([5 * weights for weights in network.get_weights()])
    expected = recipes.evaluate_parzen(model, few)
    copies = model.images(model.codes(few.x_test))
    error = ((few.x_test - copies) ** 2).sum(axis=(1, 2, 3))
    rate = likelihood.rate_distortion(model, few.x_test, samples=10, seed=0)["rate"]
    for one in (model, gae.GAE(model)):
        received = recipes.evaluate_grey(one, few)
        assert received.pop("rate") == rate
        np.testing.assert_allclose(received.pop("reconstruction_error").value, error.mean(), 1e-5)
        assert received == expected


def test_gae_and_vae_of_the_table_differ_in_their_prior_only():
    ours, theirs = recipes.get("gae-grey-2"), recipes.get("vae-grey")
    for name in ("epochs", "batch_size", "learning_rate", "seed", "protocol"):
        assert getattr(ours, name) == getattr(theirs, name), name
    gae_, vae_ = ours.build(0).vae, theirs.build(0)
    for mine, yours in ((gae_.encoder, vae_.encoder), (gae_.decoder, vae_.decoder)):
        shapes = ([w.shape for w in model.get_weights()] for model in (mine, yours))
        assert next(shapes) == next(shapes)
    assert gae_.likelihood == vae_.likelihood
    assert vae_.rate_weight.beta == 1 and not ours.build(0).mean_weight
    keras.backend.clear_session()


def test_what_is_made_for_many_samples_differs_in_the_width_of_its_pixels_only():
    few, many = recipes.get("gae-grey-2"), recipes.get("gae-grey-many")
    for name in ("epochs", "batch_size", "learning_rate", "seed", "protocol"):
        assert getattr(few, name) == getattr(many, name), name
    wide, narrow = (recipe.build(0).vae for recipe in (few, many))
    shapes = [[w.shape for w in model.get_weights()] for model in (wide, narrow)]
    assert shapes[0] == shapes[1]
    raw = np.zeros((1, 28, 28, 1), dtype=np.float32)
    scales = [float(model.likelihood.distribution(raw).scale) for model in (wide, narrow)]
    assert scales == pytest.approx([0.9, 0.65])
