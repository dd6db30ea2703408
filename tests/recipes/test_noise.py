"""Recipes of the chapter on noise: what they are trained on, what is compared, how it is scored."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate, stats

from gencore import data, metrics, networks, recipes, vae
from gencore.recipes import noise as noise_recipes
from gencore.recipes import noise_models, noise_probes
from gencore.recipes.samples import samples_of

CHAPTER = [recipe for recipe in recipes.RECIPES.values() if recipe.group == "noise"]
GRID = [
    *("ae", "ae-denoising", "vae", "gan", "dcgan", "wgan-gp", "cvae", "cgan", "gae"),
]
LEVELS = ("0", "0.02", "0.05", "0.1", "0.2", "0.4")


@pytest.fixture(scope="module")
def few(digits):
    return digits.head(50)


def images(recipe, split, part="examples"):
    x = getattr(recipe, part)(split)["x"]
    return x[0] if isinstance(x, tuple) else x


def test_every_model_meets_every_level_and_two_levels_have_three_seeds():
    names = {recipe.name for recipe in CHAPTER}
    for kind in GRID:
        for level in LEVELS:
            seeds = {f"noise-{kind}-{level}{ending}" for ending in ("", "-s1", "-s2")}
            assert len(seeds & names) == (3 if level in ("0", "0.1") else 1), (kind, level)


def test_what_is_compared_differs_in_its_noise_alone(few):
    # One network, one schedule, one noise; the images differ in the strength of it.
    for kind in GRID:
        row = [recipes.get(f"noise-{kind}-{level}") for level in LEVELS]
        settings = {(r.epochs, r.batch_size, r.learning_rate, tuple(r.adam)) for r in row}
        assert len(settings) == 1
        clean = images(row[0], few)
        np.testing.assert_array_equal(clean, few.x_train)
        for recipe, level in zip(row, LEVELS, strict=True):
            noise = data.add_noise(few.x_train, float(level), rng=noise_recipes.SEEDS["train"])
            np.testing.assert_array_equal(images(recipe, few), noise)
            if recipe.validation:
                seed = noise_recipes.SEEDS["valid"]
                noise = data.add_noise(few.x_valid, float(level), rng=seed)
                np.testing.assert_array_equal(images(recipe, few, "validation"), noise)


@pytest.mark.parametrize("kind", ["vae", "gan"])
def test_repairs_have_the_network_the_epochs_and_the_images_of_the_plain_model(kind, few):
    repairs = ("ambient",) if kind == "gan" else ("repaired", "learned")
    for word, plain in (("clipped", "0.1"), ("unclipped", "unclipped")):
        one = recipes.get(f"noise-{kind}-{plain}")
        for other in (recipes.get(f"noise-{kind}-{repair}-{word}") for repair in repairs):
            np.testing.assert_array_equal(images(one, few), images(other, few))
            assert one.epochs == other.epochs == recipes.get(f"noise-{kind}-0").epochs
            shapes = [[w.shape for w in r.build(0).get_weights() if w.shape] for r in (one, other)]
            assert shapes[0] == shapes[1]
            for seed in ("-s1", "-s2"):
                assert other.name + seed in recipes.RECIPES
    clipped, free = (images(recipes.get(f"noise-{kind}-{e}"), few) for e in ("0.1", "unclipped"))
    np.testing.assert_array_equal(clipped, np.clip(free, 0, 1))
    assert free.min() < 0 and free.max() > 1


def test_repairs_know_the_noise_that_the_images_have():
    for word, clip in (("clipped", True), ("unclipped", False)):
        model = recipes.get(f"noise-vae-repaired-{word}").build(0)
        image = model.likelihood.distribution(np.zeros((1, 28, 28, 1), np.float32))
        assert (image.clip, round(float(image.scale) ** 2, 6)) == (clip, 0.1)
        learned = recipes.get(f"noise-vae-learned-{word}").build(0)
        assert len(learned.likelihood_parameters) == 1
        ambient = recipes.get(f"noise-gan-ambient-{word}").build(0)
        seen = np.asarray(ambient.measure(np.full((20, 28, 28, 1), 0.5, np.float32)))
        # The median of |noise| is 0.674 sqrt(0.1) = 0.2133, that of 15,680 draws errs by 0.002.
        assert abs(np.median(np.abs(seen - 0.5)) - 0.2133) < 0.01
        assert (seen.max() <= 1) == clip


def test_the_normal_vae_on_clean_digits_is_the_repaired_one_without_noise(few):
    # Two things change from the plain VAE on clean digits to the repaired one on noisy digits:
    # this row changes the likelihood alone.
    clean, repaired = (
        recipes.get(name) for name in ("noise-vae-normal-0", "noise-vae-repaired-unclipped")
    )
    np.testing.assert_array_equal(images(clean, few), few.x_train)
    logits = np.linspace(-2, 2, 784, dtype=np.float32).reshape(1, 28, 28, 1)
    pair = [r.build(0).likelihood.distribution(logits) for r in (clean, repaired)]
    np.testing.assert_allclose(*(p.log_prob(few.x_test[:1]) for p in pair), rtol=1e-6)
    learned = recipes.get("noise-vae-normal-learned-0").build(0)
    assert len(learned.likelihood_parameters) == 1


def test_other_corruptions_are_known_to_the_repaired_models_only(few):
    for name, strength in noise_recipes.OTHERS.items():
        seed = noise_recipes.SEEDS["train"]
        expected = data.corrupt(name, few.x_train, strength, rng=seed)
        for kind in ("vae", "gan"):
            plain, repaired = (
                recipes.get(f"noise-{kind}-{name}{ending}") for ending in ("", "-repaired")
            )
            for recipe in (plain, repaired):
                np.testing.assert_array_equal(images(recipe, few), expected)
            if kind == "gan":
                assert plain.build(0).measurement is None
                assert repaired.build(0).measurement is not None
            else:
                assert plain.build(0).likelihood is vae.CROSS_ENTROPY
                assert repaired.build(0).likelihood.name == "measured"


def test_a_fifth_of_the_labels_is_wrong_where_it_is_said_and_none_elsewhere(digits):
    # 1,197 labels: the share errs by 0.0116; 5 standard errors, false failures 6e-7.
    right = digits.y_train
    for kind in ("cvae", "cgan"):
        for ending, share in (("labels", 0.2), ("0.1", 0.0)):
            examples = recipes.get(f"noise-{kind}-{ending}").examples(digits)
            y = examples["y"] if kind == "cgan" else np.argmax(examples["x"][1], axis=1)
            assert abs(np.mean(y != right) - share) < 5 * 0.0116 * (share > 0) + 1e-9


def test_denoising_alone_is_shown_clean_digits(few):
    for recipe in CHAPTER:
        examples = {} if "denoised" in recipe.name else recipe.examples(few)
        shown = recipe.name.startswith("noise-ae-denoising")
        assert ("y" in examples and examples["y"].shape == few.x_train.shape) == shown
    recipe = recipes.get("noise-ae-denoising-0.1")
    np.testing.assert_array_equal(recipe.examples(few)["y"], few.x_train)


def test_samples_are_scored_against_clean_digits_and_copies_are_of_noisy_ones(few):
    classifier = networks.digit_classifier()
    scores = {}
    for name in ("noise-vae-0.1", "noise-gae-0.1", "noise-ae-0.1"):
        recipe = recipes.get(name)
        model = recipe.build(0)
        scores[name] = recipe.evaluate(model, few, classifier)
        wanted = ("frechet_distance", "confidence", "smallest_class_share", "sharpness_of_samples")
        assert {*wanted, "residual_noise", "background_level"} <= set(scores[name])
        if name == "noise-ae-0.1":
            shown = data.add_noise(few.x_test, 0.1, rng=noise_recipes.SEEDS["test"])
            made = model.reconstruct(shown)
            error = scores[name]["reconstruction_error"]
            assert error == metrics.reconstruction_error(few.x_test, made)
        else:
            made, _ = samples_of(getattr(model, "vae", model), 50)
        assert scores[name]["residual_noise"] == metrics.residual_noise(made)
        assert scores[name]["sharpness_of_samples"] == metrics.sharpness(made)


def test_a_learned_variance_is_on_the_card(few):
    model = recipes.get("noise-vae-learned-clipped").build(0)
    model.likelihood_parameters[0].assign(np.log(0.05 / noise_recipes.FIRST_GUESS) / vae.STEEPNESS)
    score = recipes.evaluate_noisy(model, few, networks.digit_classifier())["learned_variance"]
    np.testing.assert_allclose(score.value, 0.05, rtol=1e-5)
    image = model.likelihood.distribution(np.zeros((1, 28, 28, 1), np.float32))
    np.testing.assert_allclose(np.square(image.scale), 0.05, rtol=1e-5)


def test_the_prior_of_a_gae_is_made_of_noisy_images(digits, monkeypatch):
    monkeypatch.setattr(noise_models, "EXEMPLARS", 60)
    recipe, split = recipes.get("noise-gae-0.4"), digits.head(80)
    model = recipe.build(0)
    noted = recipe.finish(model, split)["em"]["bounds"]
    assert noted[-1] >= noted[0]
    noise = data.add_noise(split.x_train, 0.4, rng=noise_recipes.SEEDS["train"])[:60]
    np.testing.assert_allclose(model.prior.loc.numpy(), model.vae.encode(noise).loc, atol=1e-5)


def test_the_gallery_of_a_gae_shows_draws_from_its_own_prior(monkeypatch):
    monkeypatch.setattr(noise_models, "EXEMPLARS", 60)
    recipe = recipes.get("noise-gae-0.1")
    model = recipe.build(0)
    before = recipe.gallery(model)
    model.prior.assign(np.full(model.prior.loc.shape, 3.0), np.full((1, 10), 0.01))
    same = model.vae.images(np.full((20, 10), 3.0, np.float32))[..., 0]
    assert (
        np.abs(recipe.gallery(model) / 255 - same).max() < 0.02 < np.abs(before / 255 - same).max()
    )


def test_the_sources_models_are_those_of_their_chapters_on_noisy_digits(few):
    for name in ("vae-conv", "gan-conv"):
        clean = recipes.get(name)
        for ending, clip in (("", True), ("-unclipped", False)):
            noisy = recipes.get(f"noise-{name}{ending}")
            assert (noisy.epochs, noisy.seed) == (clean.epochs, clean.seed)
            shapes = [[w.shape for w in r.build(0).get_weights()] for r in (noisy, clean)]
            assert shapes[0] == shapes[1]
            seed = noise_recipes.SEEDS["train"]
            expected = data.add_noise(few.x_train, 0.1, clip=clip, rng=seed)
            np.testing.assert_array_equal(images(noisy, few), expected)


def test_the_linear_filter_takes_out_more_than_half_of_the_noise():
    # 2,000 images of rank 3 in 64 pixels: the filter keeps about 3/64 of the noise in them.
    rng = np.random.default_rng(0)
    basis = rng.random((3, 64)) / 3
    clean = (rng.random((2000, 3)) @ basis).reshape(-1, 8, 8, 1).astype(np.float32)
    for clip in (True, False):
        noisy = data.add_noise(clean, 0.05, clip=clip, rng=1)
        found = data.denoise(noisy, 0.05, clip)
        assert found.dtype == np.float32 and found.shape == noisy.shape
        assert np.square(found - clean).mean() < 0.1 * 0.05
        assert abs((found - clean).mean()) < 0.01  # also where clipping makes black brighter
    with pytest.raises(ValueError, match="needs more images than these; received 64"):
        data.denoise(noisy[:64], 0.05, clip)
    with pytest.raises(ValueError, match="variance is finite"):
        data.denoise(noisy, -1.0)


@pytest.mark.parametrize("name", ["noise-gan-0.1", "noise-gan-conv-unclipped"])
def test_a_collapse_is_recorded_and_does_not_stop_the_grid(name):
    assert recipes.get(name).build(0).collapse == 0


def test_means_of_clipped_noise_are_led_back_by_the_curve_or_by_the_line():
    # Oracle: the mean by quadrature. The curve is a table of 1,001 values, off by 1e-6 at most.
    def mean(clean, scale=0.1**0.5):
        kinks = [-clean / scale, (1 - clean) / scale]
        return integrate.quad(
            lambda e: np.clip(clean + scale * e, 0, 1) * stats.norm.pdf(e), -10, 10, points=kinks
        )[0]

    clean = np.array([[0.0, 0.3], [0.8, 1.0]])
    means = np.vectorize(mean)(clean)
    np.testing.assert_allclose(data.undo_clipping(means, 0.1), clean, atol=1e-5)
    mixed = 0.3 * mean(1.0) + 0.7 * mean(0.0)  # three in ten are white
    np.testing.assert_allclose(data.undo_clipping(mixed, 0.1, straight=True), 0.3, atol=1e-6)
    beyond = data.undo_clipping([0.0, 1.0], 0.1)
    assert beyond.dtype == np.float32 and beyond.tolist() == [0, 1]
    np.testing.assert_allclose(data.undo_clipping(clean, 0.0), clean, atol=1e-6)
    with pytest.raises(ValueError, match="variance is finite"):
        data.undo_clipping(means, -0.1)


def test_the_models_that_are_led_back_are_the_plain_vae_and_only_their_images_change(few):
    classifier, plain = networks.digit_classifier(), recipes.get("noise-vae-0.1")
    model = plain.build(0)
    shown, _ = samples_of(model, len(few.x_test))
    for name, straight in (("inverted", False), ("stretched", True)):
        recipe = recipes.get(f"noise-vae-{name}")
        np.testing.assert_array_equal(images(recipe, few), images(plain, few))
        assert (recipe.epochs, recipe.seed, recipe.adam) == (plain.epochs, plain.seed, plain.adam)
        back = data.undo_clipping(shown, 0.1, straight)
        scores = recipe.evaluate(model, few, classifier)
        assert scores["sharpness_of_samples"] == metrics.sharpness(back)
        assert scores["background_level"] == metrics.background_level(back)
        seen = plain.gallery(model) / 255  # in 256 grey levels
        expected = data.undo_clipping(seen, 0.1, straight)
        # Half a grey level is doubled at most where the line or the curve is steepest.
        np.testing.assert_allclose(recipe.gallery(model) / 255, expected, atol=2 / 255)


def test_codes_of_the_stated_length_are_read_for_the_class(few):
    for end, size, noise in (("2", 2, 0.0), ("5", 5, 0.0), ("10", 10, 0.0), ("10-noisy", 10, 0.1)):
        recipe, plain = recipes.get(f"noise-cvae-code-{end}"), recipes.get(f"noise-cvae-{noise:g}")
        assert recipe.build(0).latent_size == size
        np.testing.assert_array_equal(images(recipe, few), images(plain, few))
        assert (recipe.epochs, recipe.learning_rate) == (plain.epochs, plain.learning_rate)


@pytest.mark.parametrize("misleading", [0, 100])
def test_a_class_is_read_from_codes_of_test_digits_by_those_of_validation_digits(
    digits, misleading
):
    # Codes that are one-hot labels tell the class always, those of another class never.
    class Codes:
        def encode(self, pair):
            codes = np.array(pair[1])
            if len(codes) == len(digits.y_test) and (pair[0] == digits.x_test).all():
                codes[:misleading] = np.roll(codes[:misleading], 1, axis=1)
            return SimpleNamespace(sample=lambda seed: codes)

    part = recipes.get("noise-cvae-code-2").evaluate.keywords["pair"]
    score = noise_probes.evaluate_code(Codes(), digits, None, part, lambda *_: {"other": 1})
    assert score["other"] == 1
    np.testing.assert_allclose(score["class_in_code"].value, 1 - misleading / len(digits.y_test))
