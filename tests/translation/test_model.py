"""A CycleGAN: what each loss says, whom it moves, and what the model refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore import adversarial, networks, translation
from gencore.gan.turns import weights_of
from gencore.translation.model import distance
from gencore.watch import TrainingDiverged

SHAPE = (8, 8, 1)


def translator(shape=SHAPE):
    return networks.translator(shape, filters=(3, 4), blocks=1)


def critic(shape=SHAPE):
    """Return a critic whose batch normalisation has moving statistics, weights like others."""
    return networks.strided_discriminator((3, 4), shape=shape, normalise=True)


def small(optimizer=None, compiled=True, **options):
    keras.utils.set_random_seed(0)
    parts = (translator(), translator(), critic(), critic())
    model = translation.CycleGAN(*parts, **{"pool": 0, **options})
    if compiled:
        model.compile(optimizer or keras.optimizers.Adam(1e-3))
    return model


@pytest.fixture(scope="module")
def domains():
    rng = np.random.default_rng(0)
    return rng.random((24, *SHAPE), np.float32), rng.random((24, *SHAPE), np.float32) ** 2


def moved(network, before):
    return [not np.array_equal(a, b) for a, b in zip(network.get_weights(), before, strict=True)]


PLAYERS = ("forward", "backward", "critic_a", "critic_b")


def test_idle_players_keep_every_weight_and_every_statistic_to_the_bit(domains):
    model, (a, b) = small(), domains
    with tf.GradientTape() as tape:
        like_b, like_a = model.to_b(a, training=True), model.to_a(b, training=True)
    before = {name: getattr(model, name).get_weights() for name in PLAYERS}
    model.train_critics(a, b, like_a, like_b)
    for name in PLAYERS:
        changed = moved(getattr(model, name), before[name])
        assert all(changed) if "critic" in name else not any(changed), name
    before = {name: getattr(model, name).get_weights() for name in PLAYERS}
    model.train_translators(tape, a, b, like_a, like_b)
    for name in PLAYERS:
        changed = moved(getattr(model, name), before[name])
        # A critic that judges moves no statistics of its own.
        assert not any(changed) if "critic" in name else all(changed), name


@pytest.mark.parametrize("way", ["cycle_a", "cycle_b"])
def test_each_half_of_the_cycle_moves_both_translators(domains, way):
    # The critics count for nothing: what moves a translator is the cycle that is looked at.
    model, (a, b) = small(cycle_weight=1.0), domains
    cycles = {
        "cycle_a": lambda: distance(model.to_a(model.to_b(a)), a),
        "cycle_b": lambda: distance(model.to_b(model.to_a(b)), b),
    }
    with tf.GradientTape() as tape:
        loss = cycles[way]()
    expected = tape.gradient(loss, weights_of(model.forward, model.backward))
    assert all(np.abs(gradient).max() > 0 for gradient in expected)


def test_the_translators_minimise_what_the_formula_says(domains):
    # Oracle: with plain gradient steps the weights move by -rate times the gradient of the formula.
    rate, (a, b) = 1e-3, domains
    weights = {"cycle_weight": 3.0, "identity_weight": 0.7}
    model = small(keras.optimizers.SGD(rate), loss=adversarial.non_saturating, **weights)
    for network in (model.critic_a, model.critic_b):
        network.trainable = False  # batch statistics, as in training, and no other change

    def formula():
        g, f = model.to_b, model.to_a
        log_d = [
            tf.reduce_mean(tf.math.log_sigmoid(critic(x, training=True)))
            for critic, x in ((model.critic_b, g(a)), (model.critic_a, f(b)))
        ]
        cycles = abs_mean(f(g(a)) - a) + abs_mean(g(f(b)) - b)
        same = abs_mean(g(b) - b) + abs_mean(f(a) - a)
        return -sum(log_d) + 3.0 * cycles + 0.7 * same

    def abs_mean(x):
        return tf.reduce_mean(tf.abs(x))

    with tf.GradientTape() as tape:
        loss = formula()
    variables = weights_of(model.forward, model.backward)
    gradients = tape.gradient(loss, variables)
    before = [variable.numpy() for variable in variables]
    with tf.GradientTape() as tape:
        like_b, like_a = model.to_b(a, training=True), model.to_a(b, training=True)
    model.train_translators(tape, a, b, like_a, like_b)
    assert float(model.trackers["translator_loss"].result()) == pytest.approx(float(loss), rel=1e-4)
    for variable, old, gradient in zip(variables, before, gradients, strict=True):
        step = (old - variable.numpy()) / rate
        # Weights of about 0.3 lose what is below 3e-8; divided by the rate that is 3e-5.
        np.testing.assert_allclose(step, gradient, atol=1e-4, rtol=1e-2)


def test_an_image_of_the_target_domain_is_what_the_identity_loss_compares(domains):
    # A forward translator that leaves everything as it is has no identity loss on B.
    image = keras.Input(SHAPE)
    logit = keras.layers.Lambda(lambda x: tf.math.log(x / (1 - x)), output_shape=SHAPE)(image)
    model = small(identity_weight=1.0, cycle_weight=0.0, compiled=False)
    model.forward = keras.Model(image, logit)
    b = np.clip(domains[1], 0.01, 0.99)
    np.testing.assert_allclose(distance(model.to_b(b), b), 0.0, atol=1e-6)
    assert float(distance(model.to_b(domains[0]), b)) > 0.1


def test_a_critic_pays_for_real_images_and_for_translations(domains):
    model, (a, b) = small(), domains
    real, made = (np.asarray(model.critic_a(x, training=True)).ravel() for x in (a, b))
    expected = (np.mean((real - 1) ** 2) + np.mean(made**2)) / 2
    np.testing.assert_allclose(model.critic_loss(model.critic_a, a, b), expected, rtol=1e-5)
    asked = np.mean((made - 1) ** 2)
    np.testing.assert_allclose(model.passing(model.critic_a, b), asked, rtol=1e-5)


def test_critics_of_patches_count_each_patch(domains):
    judge = networks.patch_critic(SHAPE, (3,), kernel=4)
    model = translation.CycleGAN(translator(), translator(), judge, critic())
    a, b = domains
    real, made = (np.asarray(judge(x)).ravel() for x in (a, b))
    assert len(real) == 24 * 16
    expected = (np.mean((real - 1) ** 2) + np.mean(made**2)) / 2
    np.testing.assert_allclose(model.critic_loss(judge, a, b), expected, rtol=1e-5)


def test_the_critics_are_shown_what_the_pools_give(domains, monkeypatch):
    model, (a, b) = small(pool=50), domains
    made_a, made_b = model.to_a(b), model.to_b(a)
    shown = []
    monkeypatch.setattr(type(model), "train_critics", lambda self, *images: shown.extend(images))
    model.train_step((a, b))
    for images, expected in zip(shown, (a, b, made_a, made_b), strict=True):
        np.testing.assert_allclose(images, expected, atol=1e-6)
    np.testing.assert_array_equal(model.pool_a.kept[:24], shown[2])
    np.testing.assert_array_equal(model.pool_b.kept[:24], shown[3])


@pytest.mark.slow
def test_translations_look_like_the_other_domain_and_come_back():
    # Bright squares on black, and dark squares on white. Where a square goes nobody says: the
    # places may be exchanged among each other.
    rng = np.random.default_rng(0)

    def squares(n):
        x = np.zeros((n, *SHAPE), np.float32)
        for image, (row, column) in zip(x, rng.integers(5, size=(n, 2)), strict=True):
            image[row : row + 3, column : column + 3] = 1.0
        return x

    a, b = squares(256), 1 - squares(200)
    model = small(keras.optimizers.Adam(6e-3, beta_1=0.5))
    model.fit(a, b, batch_size=16, epochs=12, verbose=0)
    made = model.translate(a)
    assert abs(made.mean() - b.mean()) < 0.05
    assert np.abs(model.translate_back(made) - a).mean() < 0.05
    # A black image in the place of all has half the error.
    assert np.abs(a).mean() > 0.1


def test_domains_of_different_sizes_are_trained_on_together(domains):
    a, b = domains
    model = small()
    logs = model.fit(a, b[:10], batch_size=8, epochs=2, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    assert int(model.optimizer.iterations.numpy()) == 6
    assert [int(one.iterations.numpy()) for one in model.optimizers] == [6, 6]


def test_translations_that_are_all_alike_stop_the_training(domains):
    model, (a, b) = small(collapse=1.0), domains
    with pytest.raises(TrainingDiverged, match="collapsed"):
        model.fit(a, b, batch_size=2, epochs=40, verbose=0)


def test_the_direction_that_has_collapsed_counts(domains):
    model, (a, b) = small(), domains
    for weight in model.forward.layers[-1].weights:
        weight.assign(np.zeros(weight.shape))  # all translations into B are grey
    logs = model.train_step((a, b))
    assert float(logs["spread"]) < 1e-3


def test_domains_may_differ_in_shape():
    wide, tall = (8, 8, 3), (8, 8, 1)
    image = keras.Input(wide)
    forward = keras.Model(image, keras.layers.Conv2D(1, 1)(image))
    image = keras.Input(tall)
    backward = keras.Model(image, keras.layers.Conv2D(3, 1)(image))
    parts = (forward, backward, critic(wide), critic(tall))
    model = translation.CycleGAN(*parts)
    assert model.translate(np.zeros((2, *wide))).shape == (2, *tall)
    with pytest.raises(ValueError, match="identity_weight=0"):
        translation.CycleGAN(*parts, identity_weight=1.0)


REFUSED = {
    "a critic of other images": (
        lambda: translation.CycleGAN(translator(), translator(), critic((8, 8, 3)), critic()),
        "the critic of A reads images of A",
    ),
    "a translator to other images": (
        lambda: translation.CycleGAN(translator(), translator((4, 4, 1)), critic(), critic()),
        "the forward translator makes images of B",
    ),
    "no network": (
        lambda: translation.CycleGAN(translator(), None, critic(), critic()),
        "the backward translator is a functional Keras model",
    ),
    "ten logits": (
        lambda: translation.CycleGAN(
            translator(),
            translator(),
            critic(),
            networks.dense_discriminator((3,), SHAPE, outputs=2),
        ),
        "the critic of B has one logit",
    ),
    "a negative weight of the cycle": (
        lambda: small(cycle_weight=-1.0),
        "cycle_weight is finite and at least 0; received cycle_weight=-1.0",
    ),
    "a negative weight of the identity": (
        lambda: small(identity_weight=-0.5),
        "identity_weight is finite and at least 0",
    ),
    "a negative pool": (lambda: small(pool=-1), "a pool keeps so many images"),
    "a loss by name": (lambda: small(loss="least squares"), "a loss is one of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_named(case):
    build, words = REFUSED[case]
    with pytest.raises(ValueError, match=words):
        build()


def test_examples_that_cannot_be_translated_are_named(domains):
    model, (a, b) = small(), domains
    for images, words in (
        ((a, b[:0]), "images of the domain B have"),
        ((a[:, :4], b), "images of the domain A have the shape"),
        ((a, None), "none of the domain B"),
        ((255 * a, b), "images of the domain A"),
        ((a, np.full_like(b, np.nan)), "images of the domain B"),
    ):
        with pytest.raises(ValueError, match=words):
            model.fit(*images, verbose=0)
    with pytest.raises(ValueError, match="validation"):
        model.fit(a, b, validation_split=0.5, verbose=0)
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(a, b, sample_weight=np.ones(24), verbose=0)


def test_a_model_comes_back_by_its_weights(domains, tmp_path):
    a, b = domains
    model = small(pool=30)
    model.fit(a, b, batch_size=8, verbose=0)
    with pytest.warns(DeprecationWarning, match="copy keyword"):  # of Keras 3.15 with NumPy 2
        model.save_weights(tmp_path / "kept.weights.h5")
    again = small(pool=30)
    again.load_weights(tmp_path / "kept.weights.h5")
    np.testing.assert_array_equal(again.translate(a), model.translate(a))
    np.testing.assert_array_equal(again.pool_a.kept, model.pool_a.kept)
    assert len(weights_of(model.critic_a, model.critic_b)) == len(
        weights_of(again.critic_a, again.critic_b)
    )
