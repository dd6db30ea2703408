"""Recipes of the interactive figures: what they build, train on and measure."""

import dataclasses

import numpy as np
import pytest

from gencore import autoencoder, data, gae, metrics, networks, recipes, vae, zoo

NAMES = ("ae-small", "ae-small-denoising", "vae-small", "ae-plane", "gae-plane")
FIGURES = [recipes.get(name) for name in NAMES]


@pytest.mark.parametrize("recipe", FIGURES, ids=lambda recipe: recipe.name)
def test_a_recipe_builds_and_trains_what_its_summary_says(recipe, digits):
    np.testing.assert_array_equal(recipe.examples(digits)["x"], digits.x_train)
    np.testing.assert_array_equal(recipe.validation(digits)["x"], digits.x_valid)
    built = recipe.build(recipe.seed)
    model = getattr(built, "vae", built)
    plane = "with 2 " in recipe.summary
    assert model.decoder.inputs[0].shape[-1] == (2 if plane else 32)
    assert isinstance(model, vae.VAE) == recipe.summary.startswith(("VAE", "GAE"))
    assert isinstance(built, gae.GAE) == recipe.summary.startswith("GAE")
    noisy = getattr(model, "corruption", None) is not None
    assert noisy == ("noisy digits (variance 0.1)" in recipe.summary)
    kernels = [w.shape for w in model.encoder.get_weights() if w.ndim == 4]
    assert kernels == ([(3, 3, 1, 16), (3, 3, 16, 32)] if plane else [(3, 3, 1, 8), (3, 3, 8, 16)])
    assert (recipe.evaluate is recipes.evaluate_copies) == isinstance(built, vae.VAE)


def test_the_copies_of_a_vae_are_measured_as_those_of_an_autoencoder(digits):
    # Oracle: an autoencoder whose code is the mean of the VAE, on all images in one pass; 700
    # images leave an unequal last batch.
    pair = networks.dense_encoder(2 * 3), networks.dense_decoder(3)
    model = vae.VAE(*pair, likelihood=vae.CROSS_ENTROPY)
    clean = np.concatenate([digits.x_test, digits.x_train[:400]])
    scores = recipes.evaluate_copies(model, dataclasses.replace(digits, x_test=clean))
    noisy = data.add_noise(clean, 0.1, clip=True, rng=recipes.EVALUATION_SEED)
    means = networks.dense_encoder(3)
    means.set_weights([w[..., :3] for w in model.encoder.get_weights()])
    twin = autoencoder.Autoencoder(means, model.decoder)
    for key, shown in (
        ("reconstruction_error", clean),
        ("reconstruction_error_noisy_input", noisy),
    ):
        expected = metrics.reconstruction_error(clean, np.asarray(twin.decode(twin.encode(shown))))
        np.testing.assert_allclose(scores[key].value, expected.value, rtol=1e-5)


@pytest.mark.mnist
@pytest.mark.slow
def test_the_plane_of_the_gae_has_the_networks_of_the_vae_and_its_exemplars(mnist):
    plane, other = zoo.load("gae-plane").vae, zoo.load("vae-conv")
    for ours, theirs in ((plane.encoder, other.encoder), (plane.decoder, other.decoder)):
        assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    # Its exemplars are codes of the first training digits; checkpoints keep them in float16, with
    # a relative error of up to 2^-11, and weights that are rounded move the codes a little.
    codes = plane.codes(mnist.x_train[:500])
    np.testing.assert_allclose(plane.prior.loc.numpy()[:500], codes, atol=0.02 * codes.std())
