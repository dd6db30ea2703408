"""Recipes of 100 labels: that there are a hundred, and that no other label is read."""

import dataclasses

import numpy as np
import pytest

from gencore import data, recipes, vae
from gencore.recipes import classifiers, few_labels

NAMES = ("semi-pixels", "semi-m1", "semi-m2", "semi-aae", "semi-gan")


@pytest.fixture(scope="module")
def split():
    return data.load_digits()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_exactly_a_hundred_distinct_images_are_labelled(split, name, seed):
    """Pitfall 38: counted in all, not for each batch."""
    recipe = recipes.get(name if not seed else f"{name}-s{seed}")
    given = recipe.examples(split)
    known = given["y"] < few_labels.CLASSES
    distinct = {x.tobytes() for x in given["x"][known]}
    assert len(distinct) == 100
    first = {x.tobytes(): y for x, y in zip(split.x_train, split.y_train, strict=True)}
    pairs = zip(given["x"][known], given["y"][known], strict=True)
    assert all(first[x.tobytes()] == y for x, y in pairs)
    # All training images are there without a label, once.
    np.testing.assert_array_equal(given["x"][~known], split.x_train)
    share = known.mean()
    assert abs(share - few_labels.SHARE) < 0.06  # whole repetitions


def test_other_labels_change_nothing(split):
    """Labels of the other images, of validation and of test, permuted: the same examples."""
    rng = np.random.default_rng(0)
    rows = classifiers.told(split, 0)
    others = np.setdiff1d(np.arange(len(split.y_train)), rows)
    labels = split.y_train.copy()
    permuted = dataclasses.replace(
        split, y_test=rng.permutation(split.y_test), y_valid=rng.permutation(split.y_valid)
    )
    given, again = (few_labels.partly_labelled(one, 0) for one in (split, permuted))
    for key in given:
        np.testing.assert_array_equal(given[key], again[key])
    # Which images are labelled depends on all labels; what is read of them does not.
    labels[others] = labels[others][::-1]
    shown = few_labels.partly_labelled(dataclasses.replace(split, y_train=labels), 0)
    known = shown["y"] < few_labels.CLASSES
    assert len({x.tobytes() for x in shown["x"][known]}) == 100


def test_permuted_test_labels_give_the_same_guesses(split):
    """The classifiers of scikit-learn see the labels of 100 training images alone."""
    rng = np.random.default_rng(1)
    order = rng.permutation(len(split.y_test))
    permuted = dataclasses.replace(split, y_test=split.y_test[order])
    x, asked = (part.reshape(len(part), -1) for part in (split.x_train, split.x_test))
    found, moved = (classifiers.errors(x, asked, one, 0) for one in (split, permuted))
    rows = classifiers.told(split, 0)
    others = np.setdiff1d(np.arange(len(x)), rows)
    for name, classify in classifiers.CLASSIFIERS.items():
        guessed = classify(x[rows], split.y_train[rows], x[others], asked)
        assert found[f"error_rate_{name}"].value == pytest.approx(
            100 * np.mean(guessed != split.y_test)
        )
        assert moved[f"error_rate_{name}"].value == pytest.approx(
            100 * np.mean(guessed != permuted.y_test)
        )


def test_labels_spread_further_than_the_nearest_one(split):
    found = classifiers.errors(split.x_train, split.x_test, split, 0)
    spread, nearest = (
        found[f"error_rate_{name}"].value for name in ("label_spreading", "nearest_neighbour")
    )
    assert spread < nearest < 50


def test_a_labelled_image_is_no_unlabelled_one_of_the_graph(split, monkeypatch):
    seen = {}

    def classify(x, y, others, asked):
        seen.update(x=x, others=others)
        return np.zeros(len(asked), int)

    monkeypatch.setattr(classifiers, "CLASSIFIERS", {"spy": classify})
    monkeypatch.setattr(classifiers, "SPREAD", 500)
    classifiers.errors(split.x_train, split.x_test, split, 0)
    assert len(seen["x"]) == 100 and len(seen["others"]) == 400
    known = {row.tobytes() for row in seen["x"]}
    assert not known & {row.tobytes() for row in seen["others"]}


@pytest.mark.parametrize("name", ["semi-m2", "semi-aae", "semi-gan"])
def test_a_model_is_built_for_labels_and_scored_by_its_guesses(split, name):
    recipe = recipes.get(name)
    model = recipe.build(0)
    small = split.head(60)
    error = recipe.evaluate(model, small)["error_rate"]
    guesses = {
        "semi-m2": lambda: model.log_probabilities(np.round(small.x_test)).argmax(axis=1),
        "semi-aae": lambda: model.codes(small.x_test)[:, :10].argmax(axis=1),
        "semi-gan": lambda: np.asarray(model.discriminator(small.x_test)).argmax(axis=1),
    }[name]()
    assert error.value == pytest.approx(100 * np.mean(guesses != small.y_test))
    assert error.unit == "%"
    if name == "semi-m2":
        assert isinstance(model, vae.SemiSupervisedVAE)


def test_codes_of_two_models_are_classified_alike(split, monkeypatch):
    monkeypatch.setattr(
        few_labels, "errors", lambda train, test, split, seed: {"error_rate": (train, test, seed)}
    )

    class Coder:
        def __init__(self, factor):
            self.factor = factor

        def codes(self, x):
            return self.factor * x

    inner = type("GAE", (), {"vae": Coder(3)})()
    found = recipes.get("semi-m1-s2").evaluate(None, split, Coder(2), inner)
    assert recipes.get("semi-m1-s2").needs == few_labels.CODES_OF
    for key, factor in (("error_rate_vae", 2), ("error_rate_gae", 3)):
        train, test, seed = found[key]
        np.testing.assert_array_equal(train, factor * split.x_train)
        np.testing.assert_array_equal(test, factor * split.x_test)
        assert seed == 2
