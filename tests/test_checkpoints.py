"""The checkpoints of the book: whole, trained as the recipes say, scoring as their cards say."""

import numpy as np
import pytest

from gencore import _fetch, recipes, zoo


@pytest.mark.parametrize("name", zoo.names())
def test_every_checkpoint_has_the_digest_and_the_parameters_of_its_card(name):
    card = zoo.card(name)
    if "sha256" in card:
        assert zoo.load(name).count_params() == card["parameters"]
    assert card["data"]["digests"] == {key: spec.sha256 for key, spec in _fetch.MNIST.items()}
    assert card["recipe"] == recipes.get(name).settings(), "trained by other settings: train again"


@pytest.mark.mnist
@pytest.mark.parametrize("name", [name for name in zoo.names() if "sha256" in zoo.card(name)])
def test_every_checkpoint_scores_as_its_card_says_on_a_slice(name, mnist):
    # The same float32 arithmetic on another machine moves a mean of 1,000 images by less than
    # one part in a thousand; a wrong weight, seed or preprocessing moves it by far more.
    images = min(zoo.SLICE, recipes.get(name).slice_images)
    frame = zoo.evaluate(name, mnist.head(images))
    np.testing.assert_allclose(frame["now"], frame["card"], rtol=1e-3)


def test_all_checkpoints_together_stay_small():
    assert sum(path.stat().st_size for path in zoo.folder().glob("*.*")) < 40e6


def test_every_recipe_of_the_autoencoder_chapter_is_trained():
    expected = {n for n, r in recipes.RECIPES.items() if r.group in ("autoencoders", "scoring")}
    assert expected <= set(zoo.names())


def test_every_recipe_of_the_vae_chapter_is_trained():
    expected = {n for n, r in recipes.RECIPES.items() if r.group == "vae"}
    assert expected <= set(zoo.names())


def test_the_likelihood_table_counts_all_test_images_under_one_protocol():
    cards = [zoo.card(f"vae-{depth}") for depth in (1, 2, 3, 4)]
    assert len({str(card["recipe"]["protocol"]) for card in cards}) == 1
    for card in cards:
        assert {score["images"] for score in card["metrics"].values()} == {10_000}
        values = {key: score["value"] for key, score in card["metrics"].items()}
        total = -values["rate"] - values["distortion"]
        np.testing.assert_allclose(values["evidence_lower_bound"], total, rtol=1e-6)
        assert values["prior_log_likelihood"] < values["importance_log_likelihood"]
        assert values["evidence_lower_bound"] < values["importance_log_likelihood"]


def test_the_best_vae_reaches_the_public_reproduction():
    # -89.78 nats, with 5,000 importance samples for each of the 10,000 binarised test digits.
    assert zoo.metric("vae-2", "importance_log_likelihood_5000").value >= -89.8


def test_the_classifier_recognises_99_percent_of_the_test_digits():
    assert zoo.metric("digit-classifier", "accuracy").value >= 0.99
