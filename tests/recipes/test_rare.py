"""Recipes of rare digits: what a remedy sees, what it adds, how a classifier is scored."""

import keras
import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, recall_score

from gencore import data, networks, recipes
from gencore.recipes import rare, resampling

SHARE = 0.1


@pytest.fixture(scope="module")
def split():
    return data.load_digits()


def test_each_try_has_another_rare_digit_and_leaves_the_others_alone(split):
    for seed, digit in enumerate(rare.RARE):
        x, y = rare.rare_examples(split, SHARE, seed)
        before, left = np.bincount(split.y_train), np.bincount(y)
        assert left[digit] == round(SHARE * before[digit])
        np.testing.assert_array_equal(np.delete(left, digit), np.delete(before, digit))
        assert len(x) == len(y)
    assert len(set(rare.RARE)) == len(rare.RARE) == 5


def test_the_test_images_are_never_resampled(split):
    """Pitfall 37: what is added lies between training images of the digit, both of them kept."""
    x, y = rare.rare_examples(split, SHARE, 0)
    own = x[y == rare.RARE[0]].reshape(-1, 784)
    added = resampling.smote(x, y, rare.RARE[0], 40, 0).reshape(-1, 784)
    for row in added:
        # On the line between two of them: the residual of the best such line is rounding.
        best = min(
            float(
                np.linalg.norm(
                    row
                    - a
                    - np.clip(np.dot(row - a, b - a) / max(np.dot(b - a, b - a), 1e-9), 0, 1)
                    * (b - a)
                )
            )
            for i, a in enumerate(own)
            for b in own[i + 1 :]
        )
        assert best < 1e-4
    held_out = split.x_test.reshape(-1, 784)
    drawn = resampling.oversample(x, y, rare.RARE[0], 40, 0).reshape(-1, 784)
    known = {row.tobytes() for row in own}
    assert all(row.tobytes() in known for row in drawn)
    assert not {row.tobytes() for row in drawn} & {row.tobytes() for row in held_out}


@pytest.mark.parametrize("name", resampling.RESAMPLERS)
def test_so_many_images_are_added_and_the_same_seed_adds_the_same(split, name):
    x, y = rare.rare_examples(split, SHARE, 1)
    make = resampling.RESAMPLERS[name]
    added = make(x, y, rare.RARE[1], 30, 5)
    assert added.shape == (30, 28, 28, 1) and 0 <= added.min() and added.max() <= 1
    np.testing.assert_allclose(make(x, y, rare.RARE[1], 30, 5), added, atol=1e-6)
    assert not np.allclose(make(x, y, rare.RARE[1], 30, 6), added)


def test_moved_images_are_shifted_and_turned_a_little(split):
    x, y = rare.rare_examples(split, SHARE, 0)
    drawn = resampling.oversample(x, y, rare.RARE[0], 200, 0)
    moved = resampling.move(x, y, rare.RARE[0], 200, 0)
    grid = np.arange(28)

    def middle(images):
        mass = images[..., 0].sum(axis=(1, 2))
        rows = (images[..., 0].sum(axis=2) * grid).sum(axis=1) / mass
        columns = (images[..., 0].sum(axis=1) * grid).sum(axis=1) / mass
        return np.stack([rows, columns], axis=1)

    shift = middle(moved) - middle(drawn)
    assert np.abs(shift).max() < 3.5 and np.abs(shift).mean(axis=0).min() > 0.5
    kept = moved.sum(axis=(1, 2, 3)) / drawn.sum(axis=(1, 2, 3))
    assert 0.8 < kept.min() and kept.max() < 1.2  # nothing leaves the frame


def test_two_images_that_remain_are_enough_for_smote():
    x = np.zeros((12, 28, 28, 1), np.float32)
    x[10:] = np.array([0.2, 0.8]).reshape(2, 1, 1, 1)
    y = np.repeat([0, 1], [10, 2])
    added = resampling.smote(x, y, 1, 20, 0)
    assert added.shape == (20, 28, 28, 1) and 0.2 <= added.min() and added.max() <= 0.8


def test_scores_are_recall_and_the_mean_of_recalls(split, monkeypatch):
    seen = {}
    dense_encoder = networks.dense_encoder

    def spy(*arguments):
        seen["model"] = dense_encoder(*arguments)
        return seen["model"]

    monkeypatch.setattr(networks, "dense_encoder", spy)
    x, y = rare.rare_examples(split, SHARE, 0)
    scores = rare.classifier_scores(x, y, split, 0)
    guessed = np.asarray(seen["model"](split.x_test)).argmax(axis=1)
    digit = rare.RARE[0]
    recall = recall_score(split.y_test, guessed, labels=[digit], average="macro")
    assert scores["rare_recall"].value == pytest.approx(recall)
    balanced = balanced_accuracy_score(split.y_test, guessed)
    assert scores["balanced_accuracy"].value == pytest.approx(balanced)
    again = rare.classifier_scores(x, y, split, 0)
    assert again["balanced_accuracy"].value == scores["balanced_accuracy"].value


def test_weights_make_every_digit_count_alike(split, monkeypatch):
    given = {}

    def fit(self, x, y, *arguments, class_weight=None, **options):
        given["weights"] = class_weight

    monkeypatch.setattr(keras.Model, "fit", fit)
    x, y = rare.rare_examples(split, SHARE, 0)
    rare.classifier_scores(x, y, split, 0, weighed=True)
    counts = np.bincount(y)
    total = [given["weights"][c] * counts[c] for c in range(10)]
    np.testing.assert_allclose(total, len(y) / 10)
    rare.classifier_scores(x, y, split, 0)
    assert given["weights"] is None


def test_what_is_made_is_added_to_what_remains(split, monkeypatch):
    sizes = []

    def scores(x, y, _, seed):
        sizes.append((len(x), int(np.sum(y == rare.RARE[seed]))))
        return {"rare_recall": 0}

    monkeypatch.setattr(rare, "classifier_scores", scores)
    recipe = recipes.get("rare-oversampling-1-s2")
    small = split.head(1000)
    monkeypatch.setattr(rare, "ADDED", (20, 50))
    x, y = rare.rare_examples(small, 0.01, 2)
    found = recipe.evaluate(None, small)
    assert set(found) == {"rare_recall_20", "rare_recall_50"}
    own = int(np.sum(y == rare.RARE[2]))
    assert sizes == [(len(x) + n, own + n) for n in (20, 50)]


@pytest.mark.parametrize("make", [rare._conditional_vae, rare._conditional_gan])
def test_a_generator_sees_what_remains_and_is_asked_for_the_rare_digit(split, make):
    x, y = rare.rare_examples(split, SHARE, 1)
    given = make(SHARE, 1).examples(split)
    images, labels = given["x"] if "y" not in given else (given["x"], np.eye(10)[given["y"]])
    np.testing.assert_array_equal(images, x)
    np.testing.assert_array_equal(labels, np.eye(10)[y])
    asked = {}

    class Model:
        def sample(self, n, seed, labels):
            asked.update(n=n, labels=labels)
            return np.zeros((n, 28, 28, 1), np.float32)

    made = rare._samples(1)(Model(), split, 7)
    assert made.shape == (7, 28, 28, 1)
    np.testing.assert_array_equal(asked["labels"], [rare.RARE[1]] * 7)
