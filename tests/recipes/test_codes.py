"""Densities on the codes of an autoencoder: what is drawn, from which codes, how it is scored."""

import types

import numpy as np
import pytest

from gencore import autoencoder, networks, recipes
from gencore.recipes import codes

CENTRES = np.array([[0.25, 0.75], [0.75, 0.25], [0.75, 0.75]])
SPREAD = 0.02


@pytest.fixture(scope="module")
def model():
    """An "autoencoder" whose code is the first two pixels, and whose decoder paints these two."""

    def decode(z):
        z = np.asarray(z)
        return np.pad(z, ((0, 0), (0, 782))).reshape(-1, 28, 28, 1)

    def encode(x):
        return np.asarray(x).reshape(len(x), -1)[:, :2]

    return types.SimpleNamespace(encode=encode, decode=decode)


def clustered(n, seed=0):
    rng = np.random.default_rng(seed)
    which = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    images = np.zeros((n, 784), np.float32)
    images[:, :2] = CENTRES[which] + SPREAD * rng.normal(size=(n, 2))
    return images.reshape(n, 28, 28, 1)


def near(samples):
    """Return the share of samples near each centre."""
    pixels = samples.reshape(len(samples), -1)[:, :2]
    far = np.linalg.norm(pixels[:, None] - CENTRES, axis=2)
    return (far < 5 * SPREAD).mean(axis=0)


@pytest.fixture(autouse=True)
def _in_one_piece(monkeypatch):
    # The stand-in is NumPy, which is not compiled for batches.
    monkeypatch.setattr(codes, "BATCH_SIZE", 10_000)


def test_a_mixture_follows_the_clusters_of_the_codes_and_one_normal_distribution_does_not(model):
    # Shares of 2,000 draws have standard errors of at most 0.011, and those of the 2,000 images
    # that are fitted as much: 0.06 is more than 3.7 of both together (false-fail 7e-4 for a new
    # seed). One bell spreads over a square of side 0.5, of which three discs cover an eighth.
    images = clustered(2000)
    mixed = codes.mixture_samples(model, images, 2000, components=3)
    assert mixed.shape == (2000, 28, 28, 1)
    np.testing.assert_allclose(near(mixed), [0.5, 0.3, 0.2], atol=0.06)
    one = codes.mixture_samples(model, images, 2000, components=1)
    assert near(one).sum() < 0.5
    pixels = [x.reshape(len(x), -1)[:, :2] for x in (one, images)]
    # The bell has the mean and the covariance of the codes; errors as above, of variances 0.06.
    np.testing.assert_allclose(*(p.mean(axis=0) for p in pixels), atol=0.03)
    np.testing.assert_allclose(*(np.cov(p.T) for p in pixels), atol=0.01)


def test_samples_are_those_of_training_codes_scored_beside_the_test_digits(monkeypatch, digits):
    seen = {}

    def drawn(model, images, n, components):
        seen.update(model=model, images=images, n=n, components=components)
        return "samples"

    monkeypatch.setattr(codes, "mixture_samples", drawn)
    monkeypatch.setattr(codes, "score_samples", lambda *given: {"given": given})
    for name, of, components in (
        ("ae-conv-normal", "ae-conv", 1),
        ("ae-conv-mixture", "ae-conv", 10),
        ("ae-plane-mixture", "ae-plane", 10),
    ):
        recipe = recipes.get(name)
        assert recipe.needs == ("digit-classifier", of) and recipe.epochs == 0
        scores = recipe.evaluate(None, digits, "classifier", of)
        assert scores == {"given": ("samples", digits, "classifier")}
        assert seen["images"] is digits.x_train and seen["n"] == len(digits.x_test)
        assert (seen["model"], seen["components"]) == (of, components)
        assert f"on the codes of {of}" in recipe.summary
        assert (str(components) in recipe.summary) == (components > 1)


def test_the_autoencoder_that_is_set_beside_a_vae_has_its_networks_and_its_training(
    monkeypatch, digits
):
    ours, theirs = recipes.get("ae-ten"), recipes.get("noise-vae-0")
    for name in ("epochs", "batch_size", "learning_rate", "adam"):
        assert getattr(ours, name) == getattr(theirs, name), name
    mine, other = ours.build(0), theirs.build(0)
    kernels = [[w.shape for w in m.get_weights() if len(w.shape) > 1] for m in (mine, other)]
    # The last layer of the VAE's encoder has a mean and a scale for each of ten codes.
    assert kernels[1][2] == (256, 20) and kernels[0][2] == (256, 10)
    assert kernels[0][:2] + kernels[0][3:] == kernels[1][:2] + kernels[1][3:]
    monkeypatch.setattr(codes, "score_samples", lambda *given: {"samples": given[0].shape})
    monkeypatch.setattr(codes, "BATCH_SIZE", 400)
    scores = ours.evaluate(mine, digits, "classifier")
    assert scores.pop("samples") == digits.x_test.shape
    assert scores == recipes.evaluate_autoencoder(mine, digits)


def test_codes_come_in_batches_of_any_size(monkeypatch, digits):
    # Real networks, compiled for batches; the last of 150 images in batches of 40 is smaller.
    model = autoencoder.Autoencoder(networks.dense_encoder(2), networks.dense_decoder(2))
    made = []
    for size in (40, 1000):
        monkeypatch.setattr(codes, "BATCH_SIZE", size)
        made.append(codes.mixture_samples(model, digits.x_train[:150], 50, components=1))
    # The same sums in another order, through a fit of a covariance: equal to rounding.
    np.testing.assert_allclose(*made, atol=1e-4)
