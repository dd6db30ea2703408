"""Recipes of anomalies: what they see, which way their scores point, that each image is alone."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from gencore import data, gan, metrics, recipes, vae
from gencore.recipes import anomalies, other_data, outliers

NORMAL = 3


@pytest.fixture(scope="module")
def split():
    return data.load_digits()


@pytest.fixture(scope="module")
def models(split):
    """One untrained model of each kind: what is tested holds before training too."""
    names = ("ae", "vae", "gan")
    return {name: recipes.get(f"oneclass-{name}-{NORMAL}").build(0) for name in names}


def all_scores(models, split):
    of = {
        "ae": anomalies.autoencoder_scores,
        "vae": anomalies.vae_scores,
        "gan": anomalies.gan_scores,
    }
    for kind, scores in of.items():
        for name, score in scores(models[kind]).items():
            yield f"{kind}_{name}", score
    seen = split.x_train[split.y_train == NORMAL]
    for name, fit in outliers.BASELINES.items():
        yield name, fit(seen, split.x_valid[split.y_valid == NORMAL])


def test_a_model_sees_one_digit_and_as_many_of_each(split, monkeypatch):
    monkeypatch.setattr(anomalies, "EXEMPLARS", 100)
    for digit in (0, 7):
        found = anomalies.examples(split, digit)
        expected = split.x_train[split.y_train == digit][:100]
        np.testing.assert_array_equal(found, expected)
        given = recipes.get(f"oneclass-vae-{digit}").examples(split)
        np.testing.assert_array_equal(given["x"], expected)


def test_every_score_of_an_image_is_the_same_alone_and_among_others(models, split):
    """Pitfalls 34 and 35: neither the order nor the rest of a batch moves a score."""
    x = split.x_test[:40]
    order = np.random.default_rng(0).permutation(40)
    for name, score in all_scores(models, split):
        among = score(x)
        assert among.shape == (40,), name
        span = np.ptp(among)
        np.testing.assert_allclose(score(x[order]), among[order], atol=1e-4 * span, err_msg=name)
        np.testing.assert_allclose(score(x[:3]), among[:3], atol=1e-4 * span, err_msg=name)


def test_every_baseline_ranks_noise_above_digits(split):
    """Pitfall 33: scikit-learn's forest and SVM score how normal an image is."""
    seen, valid = (
        x[y == NORMAL] for x, y in ((split.x_train, split.y_train), (split.x_valid, split.y_valid))
    )
    noise = data.other_images("noise", 60)
    normal = split.x_test[split.y_test == NORMAL]
    for name, fit in outliers.BASELINES.items():
        score = fit(seen, valid)
        assert metrics.auroc(score(normal), score(noise)).value > 0.95, name


def test_the_width_of_the_kernels_is_chosen_on_normal_validation_images(split, monkeypatch):
    seen = split.x_train[split.y_train == NORMAL]
    valid = split.x_valid[split.y_valid == NORMAL]
    monkeypatch.setattr(outliers, "WIDTHS", (0.05, 0.15, 0.25, 0.4, 1.0))
    unlikely = outliers.kernel_density(seen, valid)
    x = split.x_test[:5]
    squares = np.square(x.reshape(5, 1, -1) - seen.reshape(1, len(seen), -1)).sum(-1, dtype=float)

    def density(width, squares):
        each = -squares / (2 * width**2) - 392 * np.log(2 * np.pi * width**2)
        return np.logaddexp.reduce(each, axis=1) - np.log(len(seen))

    of_valid = np.square(valid.reshape(len(valid), 1, -1) - seen.reshape(1, len(seen), -1)).sum(
        -1, dtype=float
    )
    best = max(outliers.WIDTHS, key=lambda width: density(width, of_valid).mean())
    np.testing.assert_allclose(-unlikely(x), density(best, squares), rtol=1e-4)


def brightness(x):
    return x.reshape(len(x), -1).sum(axis=1)


def test_the_card_says_how_well_the_scores_rank_and_what_a_threshold_does(split):
    scores = {"auroc": brightness, "auroc_reversed": lambda x: -brightness(x)}
    found = anomalies.evaluate_one_class(scores, NORMAL, split)
    labels = split.y_test != NORMAL
    expected = roc_auc_score(labels, brightness(split.x_test))
    assert found["auroc"].value == pytest.approx(expected, abs=1e-12)
    assert found["auroc_reversed"].value == pytest.approx(1 - expected, abs=1e-12)
    of_valid = brightness(split.x_valid[split.y_valid == NORMAL])
    threshold = metrics.false_alarm_threshold(of_valid, anomalies.FALSE_ALARMS)
    assert found["false_alarm_rate"].value == np.mean(brightness(split.x_test[~labels]) > threshold)
    assert found["detection_rate"].value == np.mean(brightness(split.x_test[labels]) > threshold)


def test_no_test_image_moves_the_threshold(split):
    """Pitfall 34: other test images of the same digit, the same threshold."""
    seen = []
    monkey = metrics.false_alarm_threshold

    def spy(scores, rate):
        seen.append(monkey(scores, rate))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "false_alarm_threshold", spy)
        for part in (slice(0, 150), slice(150, 300)):
            some = dataclasses.replace(split, x_test=split.x_test[part], y_test=split.y_test[part])
            anomalies.evaluate_one_class({"auroc": brightness}, NORMAL, some)
    assert len(seen) == 2 and seen[0] == seen[1]


def test_the_likelihood_is_that_of_the_likeliest_binary_draw(models, split):
    x = split.x_test[:6]
    np.testing.assert_array_equal(anomalies.thresholded(x), x > 0.5)
    scores = anomalies.vae_scores(models["vae"])
    grey = np.where(x > 0.5, 0.9, 0.1).astype(np.float32)
    np.testing.assert_allclose(scores["auroc"](grey), scores["auroc"](x), rtol=1e-6)


def test_inversion_scores_by_distance_and_the_critic_by_doubt(models, split):
    x = split.x_test[:8]
    scores = anomalies.gan_scores(models["gan"])
    np.testing.assert_allclose(scores["auroc"](x), gan.invert(models["gan"], x)[1], rtol=1e-5)
    logits = np.asarray(models["gan"].discriminator(x))[:, 0]
    np.testing.assert_allclose(scores["auroc_discriminator"](x), -logits, rtol=1e-4, atol=1e-6)


# --- Other data ---------------------------------------------------------------------------------


def test_grey_levels_become_draws_within_their_level(split):
    x = split.x_test[:20]
    drawn = other_data.dequantised(x)
    within = 256 * drawn - np.rint(255 * x)
    # 15,680 uniform draws: their mean errs by 0.0023.
    assert (
        abs(within.mean() - 0.5) < 0.012 and -1e-4 < within.min() and within.max() < 1 + 1e-4
    )  # float32
    np.testing.assert_array_equal(drawn, other_data.dequantised(x))


def test_a_file_of_noise_takes_all_its_bytes_and_blank_paper_hardly_any():
    noise, blank = (other_data.file_nats(data.other_images(name, 5)) for name in ("noise", "blank"))
    whole = 784 * np.log(256)
    assert (noise > whole).all() and (noise < 1.15 * whole).all()
    assert (blank < 0.12 * whole).all()  # the head of a file


def test_the_four_scores_are_what_their_names_say(split):
    small = vae.VAE(
        *(recipes.get("ood-digits").build(0).encoder, recipes.get("ood-digits").build(0).decoder),
        likelihood=vae.noisy(0.05, clip=False),
    )
    other = recipes.get("ood-digits").build(1)
    x = split.x_test[:7]
    nats, background = (other_data.code_nats(model, x) for model in (small, other))
    usual = float(np.median(nats))
    found = other_data.scores(small, other, x, usual)
    assert set(found) == set(other_data.SCORES)
    np.testing.assert_allclose(found["likelihood"], nats)
    np.testing.assert_allclose(found["typicality"], np.abs(nats - usual))
    np.testing.assert_allclose(found["ratio"], nats - background)
    np.testing.assert_allclose(found["complexity"], nats - other_data.file_nats(x))


def test_a_background_model_sees_a_fifth_of_its_pixels_replaced(split):
    plain, noisy = (
        recipes.get(name).examples(split)["x"] for name in ("ood-digits", "ood-digits-background")
    )
    changed = np.mean(plain != noisy)
    # Of 938,448 pixels: the share errs by 0.0004.
    assert changed == pytest.approx(other_data.REPLACED, abs=0.002)
    assert 0 <= noisy.min() and noisy.max() <= 1


def test_a_kind_is_not_asked_about_itself(split, monkeypatch):
    monkeypatch.setattr(
        data, "other_images", lambda name, n, digits=None: np.zeros((2, 28, 28, 1), np.float32)
    )
    assert set(other_data.asked("digits", split)) == set(data.OTHER_IMAGES)
    expected = {"digits", *data.OTHER_IMAGES} - {"faces"}
    assert set(other_data.asked("faces", split)) == expected
