"""The GAN: turns, idle players, losses that are logged, labels, failures, weights on disk."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gencore import adversarial, gan, measurements
from gencore.gan import matched
from gencore.watch import TrainingDiverged

SHAPE = (4, 4, 1)


def generator(classes=None, shape=SHAPE, normalised=True):
    codes = keras.Input((3,))
    inputs = [codes] if classes is None else [codes, keras.Input((classes,))]
    h = codes if classes is None else layers.Concatenate()(inputs)
    h = layers.Dense(8)(h)
    if normalised:
        h = layers.BatchNormalization()(h)
    h = layers.Dense(int(np.prod(shape)))(layers.ReLU()(h))
    return keras.Model(codes if classes is None else inputs, layers.Reshape(shape)(h))


def discriminator(classes=None, shape=SHAPE, normalised=True, rate=0.0):
    image = keras.Input(shape)
    h = layers.Flatten()(image)
    label = None if classes is None else keras.Input((classes,))
    h = h if classes is None else layers.Concatenate()([h, label])
    h = layers.Dense(8)(h)
    if normalised:
        h = layers.BatchNormalization()(h)
    h = layers.Dropout(rate, seed=1)(layers.LeakyReLU()(h))
    return keras.Model(image if classes is None else [image, label], layers.Dense(1)(h))


def small(classes=None, normalised=True, optimizer=None, **options):
    keras.utils.set_random_seed(0)
    model = gan.GAN(
        generator(classes, normalised=normalised),
        discriminator(classes, normalised=normalised),
        **options,
    )
    model.compile(optimizer or keras.optimizers.Adam(1e-2), jit_compile=False)
    return model


@pytest.fixture
def images():
    return np.random.default_rng(0).random((24, *SHAPE)).astype(np.float32)


def fakes(model, count, label=None):
    """Make fakes as a training step does, under a tape."""
    with tf.GradientTape() as tape:
        codes = model.codes(count)
        fake = model(codes if label is None else [codes, label], training=True)
    return tape, fake


def moved(network, before):
    return [not np.array_equal(a, b) for a, b in zip(network.get_weights(), before, strict=True)]


def test_the_idle_player_keeps_every_weight_and_every_statistic_to_the_bit(images):
    # Both networks have batch normalisation, whose moving statistics are weights too.
    model = small()
    tape, fake = fakes(model, 24)
    g, d = model.generator.get_weights(), model.discriminator.get_weights()
    model.train_discriminator(images, fake)
    assert not any(moved(model.generator, g))
    assert all(moved(model.discriminator, d))
    d = model.discriminator.get_weights()
    model.train_generator(tape, fake)
    assert not any(moved(model.discriminator, d))
    statistics = ["moving" in weight.path for weight in model.generator.weights]
    # The statistics moved when the fakes were made, the rest moves now.
    assert [not still for still in statistics] == moved(model.generator, g)


@pytest.mark.parametrize("turns", [1, 3])
def test_the_generator_has_one_turn_after_each_of_the_discriminators(images, turns):
    model = small(critic_steps=turns)
    model.fit(images, batch_size=4, epochs=2, verbose=0)
    steps = [int(optimizer.iterations.numpy()) for optimizer in model.optimizers]
    assert steps == [12 // turns, 12]
    assert model.optimizer_turns == {"optimizer": turns, "discriminator_optimizer": 1}


def test_after_two_of_three_turns_the_generator_has_not_moved(images):
    model = small(critic_steps=3)
    before = [w.numpy() for w in model.generator.trainable_weights]

    def same():
        now = model.generator.trainable_weights
        return [np.array_equal(a.numpy(), b) for a, b in zip(now, before, strict=True)]

    model.fit(images[:8], batch_size=4, verbose=0)
    assert all(same())
    model.fit(images[:4], batch_size=4, verbose=0)
    assert not any(same())


def test_a_turn_is_a_step_down_the_loss_that_is_named(images):
    # Oracle: with plain gradient steps at a tiny rate the change of the loss is -rate |gradient|^2
    # to first order. The codes come from a copy of the model's own generator of seeds.
    rate = 1e-3
    model = small(normalised=False, optimizer=keras.optimizers.SGD(rate))
    state = model.seed_generator.state.numpy()

    def generator_loss():
        model.seed_generator.state.assign(state)
        fake = model(model.codes(24))
        return float(model.loss_of.generator(model.discriminator(fake)))

    before, weights = generator_loss(), model.generator.get_weights()
    model.seed_generator.state.assign(state)
    model.train_generator(*fakes(model, 24))
    steps = [a - b for a, b in zip(model.generator.get_weights(), weights, strict=True)]
    squares = sum(float(np.sum((step / rate) ** 2)) for step in steps)
    # float32 losses of about 1 change by about 1e-4: 1 part in 1,000 of that is lost.
    np.testing.assert_allclose(generator_loss() - before, -rate * squares, rtol=0.02)


def test_logs_are_means_over_all_examples_of_what_the_losses_say(images):
    # At a rate of 0 nothing moves. Batches of 10 leave an unequal last one; the oracle draws the
    # same codes in the same order.
    model = small(normalised=False, optimizer=keras.optimizers.SGD(0.0))
    state = model.seed_generator.state.numpy()
    logs = model.fit(images, batch_size=10, shuffle=False, verbose=0).history
    model.seed_generator.state.assign(state)
    expected = {key: 0.0 for key in model.trackers}
    for batch in (images[:10], images[10:20], images[20:]):
        share = len(batch) / 24
        real = np.asarray(model.discriminator(batch))
        fakes = np.asarray(model(model.codes(len(batch))))
        fake = np.asarray(model.discriminator(fakes))
        expected["accuracy_on_real"] += share * np.mean(real > 0)
        expected["accuracy_on_fake"] += share * np.mean(fake <= 0)
        loss = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
        expected["discriminator_loss"] += share * loss
        expected["generator_loss"] += share * np.logaddexp(0, -fake).mean()
    for key, value in expected.items():
        np.testing.assert_allclose(logs[key][0], value, rtol=1e-5)
    # The spread is that of the last batch.
    ratio = np.sqrt(fakes.var(axis=0).mean() / images[20:].var(axis=0).mean())
    np.testing.assert_allclose(logs["spread"][0], ratio, rtol=1e-4)


def test_accuracy_is_counted_on_the_side_of_the_boundary_that_the_loss_has(images):
    model = small(
        normalised=False, optimizer=keras.optimizers.SGD(0.0), loss=adversarial.least_squares
    )
    real = np.asarray(model.discriminator(images))
    model.discriminator.layers[-1].bias.assign([0.5 - np.median(real)])
    logs = model.fit(images, batch_size=24, shuffle=False, verbose=0).history
    assert logs["accuracy_on_real"] == [0.5]


def test_both_players_are_called_as_in_training(images):
    # Dropout of one half makes two passes differ; batch normalisation uses the batch's own mean.
    keras.utils.set_random_seed(0)
    model = gan.GAN(generator(), discriminator(rate=0.5))
    model.compile(keras.optimizers.SGD(0.0), jit_compile=False)
    calls = []
    for network in (model.generator, model.discriminator):
        layer = next(x for x in network.layers if isinstance(x, layers.BatchNormalization))
        inner = layer.call

        def call(x, training=None, mask=None, inner=inner):
            calls.append(training)
            return inner(x, training=training, mask=mask)

        layer.call = call
    model.run_eagerly = True
    model.train_on_batch(images)
    assert calls == [True] * 4  # fakes; logits of real ones, of fakes; of fakes once more


def test_the_penalty_is_weighed_and_added_and_the_critic_sees_the_label(images):
    seen = {}

    def penalty(logits, real, fake, seed):
        seen["logits"] = np.asarray(logits(real))
        return keras.ops.convert_to_tensor(2.0)

    labels = np.arange(24) % 5
    for weight in (0.0, 3.0):
        model = small(5, False, keras.optimizers.SGD(0.0), penalty=penalty, penalty_weight=weight)
        rows = np.eye(5, dtype=np.float32)[labels]
        _, fake = fakes(model, 24, rows)
        model.train_discriminator(images, fake, rows)
        seen[weight] = float(model.trackers["discriminator_loss"].result())
        pair = [keras.ops.convert_to_tensor(part) for part in (images, rows)]
        expected = np.asarray(model.discriminator(pair))
        np.testing.assert_allclose(seen["logits"], expected, rtol=1e-6)
    np.testing.assert_allclose(seen[3.0] - seen[0.0], 6.0, rtol=1e-5)


def test_wgan_gp_trains(images):
    model = small(
        normalised=False,
        loss=adversarial.wasserstein,
        penalty=adversarial.gradient_penalty,
        critic_steps=2,
    )
    logs = model.fit(images, batch_size=8, epochs=3, verbose=0).history
    assert np.isfinite(list(logs.values())).all()


def test_samples_are_pixels_of_codes_in_inference(images):
    model = small()
    z = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    raw = np.asarray(model.generator(z, training=False))
    np.testing.assert_allclose(model.images(z, batch_size=3), 1 / (1 + np.exp(-raw)), rtol=1e-5)
    first, again, other = model.sample(9, seed=4), model.sample(9, seed=4), model.sample(9, seed=5)
    assert first.shape == (9, *SHAPE) and isinstance(first, np.ndarray)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    points = small(activation="linear")
    np.testing.assert_allclose(points.images(z), points.generator(z), rtol=1e-6)


def test_codes_are_standard_normal_and_fresh_at_each_turn():
    # 3,000 values: the Kolmogorov-Smirnov statistic exceeds 0.04 once in 1e4 runs.
    from scipy import stats

    model = small()
    first, second = np.asarray(model.codes(1000)), np.asarray(model.codes(1000))
    assert not np.array_equal(first, second)
    assert stats.kstest(first.ravel(), "norm").statistic < 0.04


def test_a_conditional_gan_hands_each_label_to_both_players(images):
    labels = np.arange(24) % 5
    seen = []

    class Spy(gan.GAN):
        def train_discriminator(self, real, fake, label=None, known=None):
            seen.append((real, label))
            return super().train_discriminator(real, fake, label, known)

    model = Spy(generator(5), discriminator(5))
    model.compile(keras.optimizers.Adam(1e-3), jit_compile=False, run_eagerly=True)
    model.fit(images, labels, batch_size=24, shuffle=False, verbose=0)
    np.testing.assert_array_equal(seen[0][0], images)
    np.testing.assert_array_equal(seen[0][1], np.eye(5)[labels])
    z = np.zeros((5, 3), np.float32)
    made = model.images(z, labels=np.arange(5))
    expected = model([z, np.eye(5, dtype=np.float32)])
    np.testing.assert_allclose(made, expected, rtol=1e-6)
    assert len({image.tobytes() for image in made}) == 5


def test_weights_are_saved_and_loaded_after_fit(images, tmp_path):
    # Keras reads its own variables by the array protocol of NumPy 1.
    model, fresh = small(), small(seed=3)
    model.fit(images, batch_size=8, verbose=0)
    path = tmp_path / "gan.weights.h5"
    with pytest.warns(DeprecationWarning, match="copy keyword"):
        model.save_weights(path)
    keras.utils.set_random_seed(9)
    fresh.generator.set_weights([w + 1 for w in fresh.generator.get_weights()])
    fresh.load_weights(path)
    np.testing.assert_array_equal(fresh.sample(3, seed=0), model.sample(3, seed=0))


def test_the_same_seed_trains_the_same_model(images):
    def trained(seed):
        model = small(seed=seed)
        model.fit(images, batch_size=8, shuffle=False, verbose=0)
        return model.get_weights()

    first, again, other = trained(1), trained(1), trained(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("loss", ["nan", "inf"])
def test_a_loss_that_is_not_finite_stops_and_names_the_step(images, loss):
    def penalty(logits, real, fake, seed):
        late = model.discriminator_optimizer.iterations >= 4  # the second step of epoch 2
        return keras.ops.where(late, np.float32(loss), 0.0)

    model = small(penalty=penalty)
    with pytest.raises(TrainingDiverged, match="_loss.*steps 2 to 2 of epoch 2.*smaller"):
        model.fit(images, batch_size=8, epochs=3, verbose=0)


def collapsed():
    """Return a GAN whose generator makes one image and does not change."""
    model = small(normalised=False, optimizer=keras.optimizers.SGD(0.0))
    kernel = model.generator.layers[1].kernel
    kernel.assign(keras.ops.zeros_like(kernel))  # no code reaches the image any more
    return model


def test_the_samples_of_a_new_generator_may_be_alike(images):
    collapsed().fit(images, batch_size=8, verbose=0)


def test_samples_that_collapse_to_one_image_stop_and_name_the_step(images, monkeypatch):
    monkeypatch.setattr(matched, "WARM_UP", 0)
    model = collapsed()
    with pytest.raises(TrainingDiverged, match="collapsed.*steps 1 to 1 of epoch 1.*Wasserstein"):
        model.fit(images, batch_size=8, verbose=0)
    model.collapse = 0.0
    model.fit(images, batch_size=8, verbose=0)


def test_bad_examples_are_refused(images):
    model = small()
    bad = images.copy()
    bad[3, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="finite.*; received 1 values"):
        model.fit(bad, verbose=0)
    for wrong in (images[..., 0], images[:, :3], images[:0]):
        with pytest.raises(ValueError, match="shape of the fake ones"):
            model.fit(wrong, verbose=0)


def test_labels_that_are_missing_unknown_or_unasked_are_refused(images):
    labels = np.arange(24) % 5
    with pytest.raises(ValueError, match="one label for each example"):
        small(5).fit(images, verbose=0)
    with pytest.raises(ValueError, match="one label for each example"):
        small(5).fit(images, labels[:5], verbose=0)
    with pytest.raises(ValueError, match="one of 0 to 4; received values from 0 to 5"):
        small(5).fit(images, np.minimum(labels + 2, 5) * (labels > 0), verbose=0)
    with pytest.raises(ValueError, match="read no labels"):
        small().fit(images, labels, verbose=0)
    with pytest.raises(ValueError, match="one label for each example"):
        small(5).sample(3, seed=0)


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="reads what the generator makes"):
        gan.GAN(generator(shape=(3, 3, 1)), discriminator())
    with pytest.raises(ValueError, match="same label"):
        gan.GAN(generator(5), discriminator())
    with pytest.raises(ValueError, match="same label"):
        gan.GAN(generator(5), discriminator(4))
    image = keras.Input(SHAPE)
    maps = keras.Model(image, layers.Conv2D(1, 4)(image))
    with pytest.raises(ValueError, match="one logit for each example"):
        gan.GAN(generator(), maps)
    for turns in (0, 1.5):
        with pytest.raises(ValueError, match="whole number"):
            gan.GAN(generator(), discriminator(), critic_steps=turns)


def test_the_discriminator_sees_measured_fakes_and_real_examples_as_they_are(images):
    # A measurement that can be recognised: values of 2 and more, fresh noise of the model's own.
    seen = []

    class Spy(gan.GAN):
        def train_discriminator(self, real, fake, label=None, known=None):
            seen.append(("discriminator", np.asarray(real), np.asarray(fake)))
            return super().train_discriminator(real, fake, label, known)

        def train_generator(self, tape, fake, label=None, real=None):
            seen.append(("generator", None, np.asarray(fake)))
            return super().train_generator(tape, fake, label, real)

    def measurement(x, seed):
        return x + 2 + keras.random.uniform(keras.ops.shape(x), seed=seed)

    model = Spy(generator(), discriminator(), measurement=measurement, collapse=0)
    model.compile(keras.optimizers.SGD(0.01), jit_compile=False, run_eagerly=True)
    before = [w.numpy() for w in model.generator.trainable_weights]
    model.fit(images, batch_size=24, epochs=2, shuffle=False, verbose=0)
    (_, real, first), (_, _, same), (_, _, second), _ = seen
    np.testing.assert_array_equal(real, images)
    np.testing.assert_array_equal(first, same)
    assert first.min() >= 2 and not np.array_equal(first, second)
    moved_weights = [w.numpy() for w in model.generator.trainable_weights]
    pairs = zip(moved_weights, before, strict=True)
    assert not any(np.array_equal(a, b) for a, b in pairs)  # gradients pass through it
    assert model.sample(50, seed=0).max() <= 1  # and samples are clean


def test_noise_does_not_hide_a_collapse(images, monkeypatch):
    monkeypatch.setattr(matched, "WARM_UP", 0)
    model = collapsed()
    model.measurement = measurements.gaussian_noise(0.1)
    with pytest.raises(TrainingDiverged, match="collapsed"):
        model.fit(images, batch_size=8, verbose=0)


def test_a_measurement_that_changes_the_shape_is_refused_at_once():
    with pytest.raises(ValueError, match=r"received \(2, 4, 4, 1\) and made \(2, 2, 2, 1\)"):
        gan.GAN(
            generator(),
            discriminator(),
            measurement=lambda x, seed: keras.ops.max(
                keras.ops.reshape(x, (-1, 2, 2, 2, 2, 1)), axis=(2, 4)
            ),
        )
    model = small(measurement=measurements.gaussian_noise(0.1), seed=3)
    np.testing.assert_array_equal(model.seed_generator.state, small(seed=3).seed_generator.state)
