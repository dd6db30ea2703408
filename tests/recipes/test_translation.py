"""Recipes of translations: what is dealt to the domains, and what is scored."""

import dataclasses

import numpy as np
import pytest

from gencore import data, networks, recipes, zoo
from gencore.recipes import translation as of_translation
from tests.tiny import NAME

SHAPE = (28, 28, 1)
RECIPES = {recipe.name: recipe for recipe in of_translation.ablated_recipes()}
RECIPES["cycle-digits"] = recipes.get("cycle-digits")


class Known:
    """Stands for a model that knows the key, and has a way back that only changes the video."""

    def translate(self, a):
        return data.twins(a)

    def translate_back(self, b):
        return 1 - b


@pytest.fixture(scope="module")
def split(digits):
    return digits.head(60)


def test_the_halves_have_no_digit_in_common(digits):
    a, b = recipes.digit_domains(digits)
    assert len(a) + len(b) == len(digits.x_train) and abs(len(a) - len(b)) <= 1
    twins = {image.tobytes() for image in data.twins(a)}
    common = twins & {image.tobytes() for image in b}
    # Digits that were scanned alike, if any, are the only twins.
    everything = [image.tobytes() for image in data.twins(digits.x_train)]
    assert len(common) <= len(everything) - len(set(everything))


def test_a_model_that_knows_the_key_has_no_error_and_keeps_what_twins_keep(split):
    classifier = networks.digit_classifier()
    scores = recipes.evaluate_translation(Known(), split, classifier)
    assert scores["twin_error"].value == 0.0 and scores["twin_error"].unit == "grey levels"
    assert scores["label_kept"].value == scores["label_of_twins"].value
    # The way back leaves thin, sheared digits: its error is that of the twins' negatives.
    a = split.x_test
    expected = np.abs(1 - data.twins(a) - a).mean()
    assert scores["back_twin_error"].value == pytest.approx(expected, rel=1e-5)
    assert scores["cycle_error"].value == pytest.approx(expected, rel=1e-5)
    returned = np.abs(data.twins(1 - data.twins(a)) - data.twins(a)).mean()
    assert scores["back_cycle_error"].value == pytest.approx(returned, rel=1e-5)
    assert scores["back_label_kept"].value == scores["label_kept"].value


def test_labels_are_those_of_the_negative(split):
    class Ones:
        """Stands for a classifier that says 1 of what is dark on the whole, else 0."""

        def __call__(self, x):
            dark = np.asarray(x).mean(axis=(1, 2, 3)) < 0.5
            return np.stack([~dark, dark], axis=1).astype(np.float32)

    scores = recipes.evaluate_translation(Known(), split, Ones())
    assert scores["label_kept"].value == pytest.approx(np.mean(split.y_test == 1))


def test_half_of_a_cycle_has_a_gradient_for_its_end_alone(split):
    import tensorflow as tf

    a, b = (x[:8] for x in recipes.digit_domains(split))
    for name, heard in (("cycle-digits", True), ("cycle-digits-half-cycle", False)):
        model = RECIPES[name].build(0)
        with tf.GradientTape() as tape:
            like_b, like_a = model.to_b(a, training=True), model.to_a(b, training=True)
            cycle_a, _ = model.cycles(a, b, like_a, like_b)
        first, second = (
            tape_gradient is not None and float(tf.reduce_max(tf.abs(tape_gradient))) > 0
            for tape_gradient in tape.gradient(
                cycle_a, [model.forward.weights[0], model.backward.weights[0]]
            )
        )
        assert (first, second) == (heard, True), name


def test_the_ablations_leave_one_thing_out():
    whole = recipes.get("cycle-digits").build(0)
    assert whole.cycle_weight == 10.0 and whole.identity_weight == 5.0
    assert RECIPES["cycle-digits-no-cycle"].build(0).cycle_weight == 0.0
    assert RECIPES["cycle-digits-no-identity"].build(0).identity_weight == 0.0
    assert not RECIPES["cycle-digits-no-cycle"].keep_weights


@pytest.mark.slow
def test_a_checkpoint_keeps_no_pictures_of_the_pool(digits, shelf, monkeypatch):
    few = digits.head(64)
    small = dataclasses.replace(
        recipes.get("cycle-digits"),
        **{"name": NAME, "group": "autoencoders", "epochs": 1, "gallery_epochs": (1,)},
        dataset="digits",
        needs=(),
        evaluate=lambda model, split: {"twin_error": of_translation.error(split.x_test, 0.0)},
    )
    monkeypatch.setitem(recipes.RECIPES, NAME, small)
    monkeypatch.setattr(data, "load", lambda name="auto": few)
    zoo.train(NAME)
    model = zoo.load(NAME)
    assert not np.any(model.pool_a.kept) and not np.any(model.pool_b.kept)
    assert zoo.gallery(NAME)[1].shape == (3, 20, *SHAPE[:2])
