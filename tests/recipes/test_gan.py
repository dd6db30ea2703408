"""Recipes of the GAN chapter: networks, one protocol for all samples, galleries, resumption."""

import dataclasses
import re

import keras
import numpy as np
import pytest

from gencore import (
    adversarial,
    data,
    gan,
    metrics,
    networks,
    recipes,
    zoo,
)
from gencore.gan import matched
from gencore.recipes import ring, samples
from gencore.watch import TrainingDiverged
from gencore.zoo import training
from tests.tiny import stop_after_steps

CHAPTER = [recipe for recipe in recipes.RECIPES.values() if recipe.group == "gan"]
FIRST_SEEDS = [recipe for recipe in CHAPTER if recipe.seed == 0]
DIGITS = [r for r in FIRST_SEEDS if r.dataset == "mnist" and r.name != "held-out-digits"]


def named(recipe):
    return recipe.name


@pytest.mark.parametrize("recipe", FIRST_SEEDS, ids=named)
def test_a_recipe_trains_on_the_training_part_only(recipe, digits):
    split = data.load("ring") if recipe.dataset == "ring" else digits
    part = "valid" if recipe.epochs == 0 else "train"
    examples = recipe.examples(split)
    if recipe.name == "cvae":
        np.testing.assert_array_equal(examples["x"][1].argmax(axis=1), split.y_train)
        examples = {"x": examples["x"][0]}
    for key, values in examples.items():
        np.testing.assert_array_equal(values, getattr(split, f"{key}_{part}"))
    assert ("y" in examples) == (recipe.name == "cgan")


def test_recipes_build_the_networks_of_their_summaries():
    # Oracle: weights, biases and the two learned numbers of each normalised channel, by hand.
    def count(*sizes, bias=True):
        return sum(a * b + bias * b for a, b in zip(sizes, sizes[1:], strict=False))

    dense = count(128, 256, 512, 1024, bias=False) + 2 * (256 + 512 + 1024) + count(1024, 784)
    made = 100 * 3136 + 2 * 64 + 16 * 64 * 32 + 2 * 32 + (16 * 32 + 1)
    critic = (16 * 32 + 32) + (16 * 32 * 64 + 64) + count(3136, 1)
    deep = (16 * 32 + 32) + 16 * 32 * 64 + 2 * 64 + 16 * 64 * 128 + 2 * 128 + count(2048, 1)
    up = count(100, 1568) + (9 * 32 * 32 + 32) + (9 * 32 * 16 + 16) + (9 * 16 + 1)
    pool = (9 * 16 + 16) + (9 * 16 * 32 + 32) + count(1568, 1)
    expected = {
        "gan-dense": dense + count(784, 512, 256, 1),
        "gan-conv": up + pool,
        "dcgan": made + deep,
        "wgan-gp": made + critic,
        "cgan": made + 10 * 3136 + critic - 64 + 2 * 64 + 10 * 16 * 32,
        "cvae": count(794, 512, 256, 4) + count(12, 256, 512, 784),
    }
    for name, parameters in expected.items():
        model = recipes.get(name).build(0)
        assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == parameters, name
    critic = recipes.get("wgan-gp").build(0)
    assert critic.loss_of.name == "wasserstein" and critic.critic_steps == 2
    assert not any(
        isinstance(layer, keras.layers.BatchNormalization) for layer in critic.discriminator.layers
    )
    for loss, penalty in (
        ("minimax", None),
        ("non-saturating", None),
        ("wasserstein", adversarial.gradient_penalty),
    ):
        model = recipes.get(f"ring-{loss}").build(0)
        assert (model.loss_of.name, model.penalty) == (loss, penalty)


def test_a_row_of_r1_differs_from_another_row_in_the_penalty_alone():
    for name, other in (("ring-r1", "ring-non-saturating"), ("gan-r1", "gan-dense")):
        pair = recipes.get(name), recipes.get(other)
        assert len({(r.epochs, r.batch_size, r.learning_rate, str(r.adam)) for r in pair}) == 1
        first, second = (r.build(0) for r in pair)
        assert [w.shape for w in first.weights] == [w.shape for w in second.weights]
        assert (
            first.loss_of.name == second.loss_of.name and first.critic_steps == second.critic_steps
        )
        assert (first.penalty, second.penalty) == (adversarial.r1_penalty, None)
        assert f"weight {first.penalty_weight:g}" in pair[0].summary


def test_games_on_the_ring_differ_in_loss_and_penalty_alone():
    rows = [recipes.get(f"ring-{name}") for name in ring.RING]
    assert len({(r.epochs, r.batch_size, r.learning_rate, str(r.adam)) for r in rows}) == 1
    models = [r.build(0) for r in rows]
    assert len({(m.critic_steps, m.count_params()) for m in models}) == 1


def test_samples_are_scored_in_the_features_of_the_classifier(digits):
    # Oracle: the penultimate layer by hand from the network cut there.
    split = digits.head(60)
    classifier = networks.digit_classifier(filters=(2, 2), feature_size=6)
    scores = samples.score_samples(split.x_valid[:60], split, classifier)
    cut = keras.Sequential(classifier.layers[:-2])
    made, real = (np.asarray(cut(x)) for x in (split.x_valid[:60], split.x_test))
    expected = metrics.frechet_distance(made, real)
    np.testing.assert_allclose(scores["frechet_distance"].value, expected.value, rtol=1e-4)
    precision, recall = metrics.precision_recall(made, real)
    np.testing.assert_allclose(scores["precision"].value, precision.value, atol=2.1 / 60)
    np.testing.assert_allclose(scores["recall"].value, recall.value, atol=2.1 / 60)
    shares = [scores[f"class_share_{digit}"].value for digit in range(10)]
    np.testing.assert_allclose(sum(shares), 1.0, rtol=1e-12)
    assert scores["smallest_class_share"].value == min(shares)
    held_out = samples.evaluate_held_out(None, split, classifier)
    assert held_out["frechet_distance"].value == scores["frechet_distance"].value


def test_as_many_samples_as_test_digits_with_labels_in_turn(digits):
    asked = []

    class Model:
        classes = 10

        def sample(self, n, seed, labels=None):
            asked.append((n, seed, labels))
            return digits.x_test[:n]

    split = digits.head(30)
    classifier = networks.digit_classifier(filters=(2, 2), feature_size=6)
    scores = samples.evaluate_samples(Model(), split, classifier)
    n, seed, labels = asked[0]
    assert (n, seed) == (30, samples.SAMPLE_SEED)
    np.testing.assert_array_equal(labels, [*range(10)] * 3)
    logits = np.asarray(classifier(digits.x_test[:30]))
    assert scores["label_accuracy"].value == np.mean(logits.argmax(axis=1) == labels)
    Model.classes = None
    assert "label_accuracy" not in samples.evaluate_samples(Model(), split, classifier)


def tiny_gan(name="dcgan", **changes):
    """Return a recipe of the chapter with two tiny networks, which trains in a second."""
    options = {"penalty": changes.pop("penalty", None)}

    def build(seed):
        return gan.GAN(
            networks.transposed_generator(4, (3, 2)),
            networks.strided_discriminator((2, 3), normalise=True),
            critic_steps=2,
            seed=seed,
            **options,
        )

    changes = {"build": build, "epochs": 3, "gallery_epochs": (1, 3), "dataset": "digits"} | changes
    options_of = {"evaluate": lambda model, split: {"score": metrics.Estimate(1.0, 0.1)}}
    return dataclasses.replace(
        recipes.get(name), **({"needs": (), "batch_size": 250} | options_of | changes)
    )


def test_an_interrupted_gan_resumes_bit_for_bit(shelf, monkeypatch, tmp_path):
    monkeypatch.setitem(recipes.RECIPES, "dcgan", tiny_gan())
    whole = zoo.train("dcgan")
    expected, gallery = zoo.load("dcgan").get_weights(), zoo.gallery("dcgan")
    monkeypatch.setenv("GENCORE_CHECKPOINTS", str(tmp_path / "interrupted"))
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())  # five steps make an epoch
        with pytest.raises(KeyboardInterrupt):
            zoo.train("dcgan")
    with monkeypatch.context() as patch:
        patch.setattr(training, "STEPS_AT_ONCE", 1)
        resumed = zoo.train("dcgan")
    assert resumed["history"] == whole["history"]
    for now, then in zip(zoo.load("dcgan").get_weights(), expected, strict=True):
        np.testing.assert_array_equal(now, then)
    again = zoo.gallery("dcgan")
    assert list(again) == list(gallery) == [1, 3]
    for epoch, images in gallery.items():
        assert images.shape == (20, 28, 28) and images.dtype == np.uint8
        np.testing.assert_array_equal(again[epoch], images)
    assert not np.array_equal(gallery[1], gallery[3])


def test_a_gallery_shows_what_the_model_made_after_that_epoch(shelf, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, "dcgan", tiny_gan(epochs=2, gallery_epochs=(1, 2)))
    zoo.train("dcgan")
    model = zoo.load("dcgan")
    z = keras.random.normal((20, 4), seed=samples.GALLERY_SEED)
    # The loaded weights are rounded to half precision: a grey level of 255 at most.
    difference = 255 * model.images(z)[..., 0] - zoo.gallery("dcgan")[2]
    assert np.abs(difference).max() <= 1.5


def make_nan(model):
    kernel = model.discriminator.layers[1].kernel
    kernel.assign(np.nan * kernel)


def make_one_image(model):
    kernel = model.generator.layers[-1].kernel
    kernel.assign(0 * kernel)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(make_nan, "became nan at"), (make_one_image, "have collapsed to one example.*Wasserstein")],
)
def test_a_gan_that_fails_keeps_its_last_good_state(digits, tmp_path, spoil, words, monkeypatch):
    monkeypatch.setattr(matched, "WARM_UP", 0)
    recipe = tiny_gan(batch_size=20, compile_arguments={"run_eagerly": True})
    few, state = digits.head(40), tmp_path / "state.npz"
    keras.utils.set_random_seed(0)
    model = recipe.build(0)
    batches, epochs = training.batches, []

    def spoiling(*arguments):
        epochs.append(arguments)
        if len(epochs) == 2:
            spoil(model)
        return batches(*arguments)

    with pytest.raises(TrainingDiverged, match="steps 1 to 2 of epoch 2; the state") as caught:
        with monkeypatch.context() as patch:
            patch.setattr(training, "batches", spoiling)
            training.fit(model, recipe, few, state)
    assert re.search(words, str(caught.value))
    with np.load(state) as arrays:
        assert all(np.isfinite(arrays[key]).all() for key in arrays.files if key != "note")
    resumed = training.fit(recipe.build(0), recipe, few, state)
    assert resumed["epochs"] == 3


def test_a_gallery_can_be_kept_without_the_weights(shelf, monkeypatch):
    monkeypatch.setitem(recipes.RECIPES, "dcgan", tiny_gan(epochs=2, gallery_epochs=(1, 2)))
    zoo.train("dcgan")
    whole = zoo.gallery("dcgan")
    alone = tiny_gan(epochs=2, gallery_epochs=(1, 2), keep_weights=False)
    monkeypatch.setitem(recipes.RECIPES, "dcgan", alone)
    card = zoo.train("dcgan", again=True)
    np.testing.assert_array_equal(zoo.gallery("dcgan")[2], whole[2])
    with pytest.raises(zoo.CheckpointError, match="only the card"):
        zoo.load("dcgan")
    assert card["parameters"] > 1000 and (shelf / "gan" / "dcgan.npz").stat().st_size < 100_000
    with np.load(shelf / "gan" / "dcgan.npz") as archive:
        assert archive.files == ["gallery"]
    (shelf / "gan" / "dcgan.npz").write_bytes(b"damaged")
    with pytest.raises(zoo.CheckpointError, match="SHA-256"):
        zoo.gallery("dcgan")


def test_another_seed_leaves_its_card_alone(shelf, monkeypatch):
    seed = tiny_gan(epochs=1, gallery_epochs=(1,)).with_seed(1)
    monkeypatch.setitem(recipes.RECIPES, seed.name, seed)
    zoo.train(seed.name)
    assert [path.name for path in (shelf / "gan").glob(f"{seed.name}*")] == [f"{seed.name}.json"]
