"""Adversarial autoencoders: who is real, what the critic finds, what moves, labels and kernels."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from gencore import matching, networks
from gencore.distributions import DiagNormal
from gencore.watch import TrainingDiverged

SHAPE = (4, 4, 1)


def networks_of(size=2, outputs=1, classes=None):
    critic = networks.dense_discriminator((8,), shape=(size,), classes=classes)
    encoder = networks.dense_encoder(outputs * size, shape=SHAPE)
    return encoder, networks.dense_decoder(size, shape=SHAPE), critic


def small(outputs=1, classes=None, optimizer=None, kernel=None, **options):
    keras.utils.set_random_seed(0)
    encoder, decoder, critic = networks_of(outputs=outputs, classes=classes)
    critic = None if kernel else critic
    model = matching.AdversarialAutoencoder(encoder, decoder, critic, bandwidths=kernel, **options)
    model.compile(optimizer or keras.optimizers.Adam(1e-2), jit_compile=False)
    return model


@pytest.fixture
def images():
    return np.random.default_rng(0).random((12, *SHAPE)).astype(np.float32)


def moved(network, before):
    return [not np.array_equal(a, b) for a, b in zip(network.get_weights(), before, strict=True)]


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_best_critic_is_the_log_ratio_of_prior_and_codes(shift):
    # For N(0, 1) against N(s, 1) the log ratio is s^2/2 - s z, which one affine layer can be:
    # 1/2 everywhere exactly where the codes are distributed as the prior.
    keras.utils.set_random_seed(0)
    critic = networks.dense_discriminator((), shape=(1,))
    encoder = networks.dense_encoder(1, shape=(1,))
    decoder = networks.dense_decoder(1, shape=(1,))
    model = matching.AdversarialAutoencoder(encoder, decoder, critic, loss="squared_error")
    model.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(3.0), jit_compile=False)
    draws = tf.random.stateless_normal((2, 20_000, 1), seed=(0, 0))
    turn = tf.function(model.train_critic, autograph=False)
    for _ in range(60):
        turn(draws[0], draws[1] + shift)
    (slope,), (offset,) = (weight.numpy().reshape(-1) for weight in critic.trainable_weights)
    # The logistic fit of 40,000 points errs by about 0.012; five of these.
    assert (slope, offset) == (
        pytest.approx(-shift, abs=0.06),
        pytest.approx(shift**2 / 2, abs=0.06),
    )


def test_the_critic_pays_the_cross_entropy_of_prior_one_and_codes_zero(images):
    model = small()
    drawn, codes = (tf.random.stateless_normal((12, 2), seed=(0, seed)) for seed in (1, 2))
    of_prior, of_codes = (model.critic(z).numpy() for z in (drawn, codes))
    model.train_critic(drawn, codes)
    by_hand = np.log1p(np.exp(-of_prior)).mean() + np.log1p(np.exp(of_codes)).mean()
    found = {name: float(tracker.result()) for name, tracker in model.trackers.items()}
    assert found["critic_loss"] == pytest.approx(by_hand, rel=1e-5)
    assert found["accuracy_on_prior"] == pytest.approx((of_prior > 0).mean())
    assert found["accuracy_on_codes"] == pytest.approx((of_codes <= 0).mean())
    asked = np.log1p(np.exp(-model.critic(codes).numpy())).mean()
    assert float(model.mismatch(drawn, codes)) == pytest.approx(asked, rel=1e-5)


def test_each_side_leaves_the_other_as_it_is(images):
    model = small()
    copying, critic = (model.encoder, model.decoder), model.critic
    before = [network.get_weights() for network in (*copying, critic)]
    model.train_critic(tf.zeros((4, 2)), tf.ones((4, 2)))
    assert not any(moved(copying[0], before[0]) + moved(copying[1], before[1]))
    assert any(moved(critic, before[2]))
    # With a critic that stands still, the step is that of encoder and decoder alone.
    model.compile(keras.optimizers.Adam(1e-2), keras.optimizers.SGD(0.0), jit_compile=False)
    before = [network.get_weights() for network in (*copying, critic)]
    model.fit(images, batch_size=6, verbose=0)
    assert all(moved(copying[0], before[0]) + moved(copying[1], before[1]))
    assert not any(moved(critic, before[2]))


@pytest.mark.parametrize("kernel", [None, (1.0, 2.0)])
def test_a_step_goes_down_copies_and_mismatch_together(images, kernel):
    rate = 1e-4
    keras.utils.set_random_seed(0)
    encoder, decoder, critic = networks_of()
    model = matching.AdversarialAutoencoder(
        encoder, decoder, None if kernel else critic, bandwidths=kernel, weight=3.0
    )
    slow = {} if kernel else {"critic_optimizer": keras.optimizers.SGD(0.0)}
    model.compile(keras.optimizers.SGD(rate), **slow, jit_compile=False)
    state = model.seed_generator.state.numpy()

    def loss():
        model.seed_generator.state.assign(state)
        drawn = model.prior.sample(12, model.seed_generator)
        codes = model.encoder(images)
        pixels = -tf.reduce_sum(
            images * tf.math.log_sigmoid(model.decoder(codes))
            + (1 - images) * tf.math.log_sigmoid(-model.decoder(codes)),
            axis=(1, 2, 3),
        )
        return tf.reduce_mean(pixels) + 3.0 * model.mismatch(drawn, codes)

    with tf.GradientTape() as tape:
        before = loss()
    weights = [*encoder.trainable_variables, *decoder.trainable_variables]
    square = sum(float(tf.reduce_sum(slope**2)) for slope in tape.gradient(before, weights))
    model.seed_generator.state.assign(state)
    logs = model.fit(images, batch_size=12, shuffle=False, verbose=0).history
    assert logs["loss"] == pytest.approx([float(before)], rel=1e-5)
    # The second order is a few hundredths of the first; the loss is about 12, good to 1e-6.
    assert float(before - loss()) == pytest.approx(rate * square, rel=0.1, abs=1e-5)


def test_codes_are_drawn_while_training_and_are_means_otherwise(images):
    model = small(outputs=2)
    q = DiagNormal.from_raw(model.encoder(images))
    np.testing.assert_allclose(model.encode(images), q.loc, atol=1e-6)
    np.testing.assert_allclose(model.codes(images), q.loc, atol=1e-6)
    state = model.seed_generator.state.numpy()
    drawn = model.encode(images, training=True)
    model.seed_generator.state.assign(state)
    np.testing.assert_allclose(drawn, q.sample(seed=model.seed_generator), atol=1e-6)
    assert not np.allclose(drawn, q.loc, atol=1e-2)


class Told:
    """A prior at the point of the label, so that what it was told can be read off."""

    def sample(self, n, seed, labels=None):
        return tf.repeat(tf.cast(labels, tf.float32)[:, None], 2, axis=1)


def test_the_critic_sees_each_code_beside_its_label_and_draws_for_the_same_label(images):
    labels = np.arange(12) % 4  # the last one stands for any
    encoder, decoder, critic = networks_of(classes=4)
    code, row = critic.inputs
    logit = keras.layers.Dense(1, name="logit")(keras.layers.Concatenate()([code, row]))
    critic = keras.Model([code, row], logit)
    # The logit is the first coordinate less the label: 0 for every draw of this prior.
    weights = np.array([1, 0, 0, -1, -2, -3], np.float32)[:, None]
    critic.get_layer("logit").set_weights([weights, np.zeros(1)])
    model = matching.AdversarialAutoencoder(encoder, decoder, critic, Told(), labels=3)
    model.compile(keras.optimizers.SGD(0.0), jit_compile=False)
    logs = model.fit(images, labels, batch_size=4, verbose=0).history
    first = model.codes(images)[:, 0] - labels
    expected = np.log(2) + np.log1p(np.exp(first)).mean()
    assert logs["critic_loss"] == pytest.approx([expected], rel=1e-5)
    assert logs["mismatch"] == pytest.approx([np.log1p(np.exp(-first)).mean()], rel=1e-5)
    told = model.prior_codes(4, seed=0, labels=[3, 0, 1, 2])
    np.testing.assert_array_equal(told[:, 0], [3, 0, 1, 2])


def test_a_kernel_takes_the_critics_place(images):
    model = small(kernel=(1.0, 2.0))
    assert model.optimizer_turns == {"optimizer": 1} and model.optimizers == [model.optimizer]
    drawn, codes = model.prior.sample(12, 1), model.encode(images)
    expected = matching.mmd_loss(drawn, codes, (1.0, 2.0))
    assert float(model.mismatch(drawn, codes)) == pytest.approx(float(expected))
    logs = model.fit(images, batch_size=6, verbose=0).history
    assert set(logs) == {"loss", "reconstruction", "mismatch", "spread"}
    with pytest.raises(ValueError, match="two examples or more of a batch"):
        model.fit(images[:7], batch_size=3, verbose=0)


def test_codes_come_to_have_the_moments_of_the_prior():
    # A linear code of many independent pixels is nearly normal, so it can match in every moment.
    rng = np.random.default_rng(0)
    x = rng.random((400, *SHAPE)).astype(np.float32)
    model = small(kernel=(0.5, 1.0, 2.0), weight=100.0, optimizer=keras.optimizers.Adam(3e-2))
    before = model.codes(x)
    model.fit(x, batch_size=100, epochs=30, verbose=0)
    codes = model.codes(x)
    assert np.abs(codes.mean(axis=0)).max() < 0.15 < np.abs(before.mean(axis=0)).max()
    assert np.abs(codes.std(axis=0) - 1).max() < 0.15 < np.abs(before.std(axis=0) - 1).max()


def test_two_optimizers_serve_two_sides(images):
    model = small()
    model.fit(images, batch_size=6, epochs=2, verbose=0)
    assert [int(one.iterations.numpy()) for one in model.optimizers] == [4, 4]
    assert model.optimizer_turns == {"optimizer": 1, "critic_optimizer": 1}
    both = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="each player has an optimizer of its own"):
        model.compile(both, both)


def test_evaluation_changes_nothing(images):
    model = small()
    before = model.get_weights()
    scores = model.evaluate(images, batch_size=6, verbose=0, return_dict=True)
    assert set(scores) == {"loss", "reconstruction", "mismatch"}
    assert scores["loss"] == pytest.approx(scores["reconstruction"] + scores["mismatch"], rel=1e-5)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_codes_that_are_alike_stop_a_training(images):
    model = small(optimizer=keras.optimizers.SGD(0.0))
    model.encoder.set_weights([np.zeros_like(weight) for weight in model.encoder.get_weights()])
    with pytest.raises(TrainingDiverged, match="collapsed"):
        model.fit(images, batch_size=2, epochs=40, verbose=0)


def test_weights_and_both_optimizers_come_back_bit_for_bit(images, tmp_path):
    path, one, other = tmp_path / "kept.weights.h5", small(outputs=2), small(outputs=2)
    one.fit(images, batch_size=6, verbose=0)
    with pytest.warns(DeprecationWarning, match="copy keyword"):  # of Keras 3.15 with NumPy 2
        one.save_weights(path)
    other.load_weights(path)
    for model in (one, other):
        model.fit(images, batch_size=6, shuffle=False, verbose=0)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_copies_and_samples_are_images_of_codes(images):
    model = small()
    copies = keras.ops.sigmoid(model.decoder(model.encoder(images)))
    np.testing.assert_allclose(model.reconstruct(images), copies, atol=1e-6)
    drawn = model.prior_codes(5, seed=3)
    np.testing.assert_allclose(model.sample(5, seed=3), model.images(drawn), atol=1e-6)
    np.testing.assert_array_equal(drawn, model.prior.sample(5, 3))


def test_what_does_not_fit_is_refused(images):
    build, (encoder, decoder, critic) = matching.AdversarialAutoencoder, networks_of()
    with pytest.raises(ValueError, match="reads codes, not images"):
        build(encoder, decoder, networks.dense_discriminator((8,), shape=SHAPE))
    with pytest.raises(ValueError, match="reads codes, not images"):
        build(encoder, decoder, critic, matching.Ring(), labels=10)
    for both in ({}, {"critic": critic, "bandwidths": (1.0,)}):
        with pytest.raises(ValueError, match="by a critic, or by a kernel"):
            build(encoder, decoder, **both)
    with pytest.raises(ValueError, match="a kernel of codes reads no labels"):
        build(encoder, decoder, None, matching.Ring(), labels=10, bandwidths=(1.0,))
    with pytest.raises(ValueError, match="the code that the decoder reads"):
        build(networks.dense_encoder(3, shape=SHAPE), decoder, critic)
    with pytest.raises(ValueError, match="returns the shape it is given"):
        build(encoder, networks.dense_decoder(2, shape=(5, 5, 1)), critic)
    with pytest.raises(ValueError, match="a prior draws codes of the length"):
        build(
            networks.dense_encoder(3, shape=SHAPE),
            networks.dense_decoder(3, shape=SHAPE),
            networks.dense_discriminator((8,), shape=(3,)),
            matching.Ring(),
        )
    with pytest.raises(ValueError, match="a prior has sample"):
        build(encoder, decoder, critic, prior="normal")
    labelled = networks.dense_discriminator((8,), shape=(2,), classes=4)
    with pytest.raises(ValueError, match="a prior has sample"):
        build(encoder, decoder, labelled, prior=DiagNormal(np.zeros(2), 1.0), labels=3)
    with pytest.raises(ValueError, match="weight=-1"):
        build(encoder, decoder, critic, weight=-1)


def test_labels_that_are_not_asked_for_or_not_given_are_refused(images):
    plain = small()
    with pytest.raises(ValueError, match="reads none"):
        plain.fit(images, np.zeros(12, int), verbose=0)
    with pytest.raises(ValueError, match="reads none"):
        plain.sample(2, seed=0, labels=[0, 1])
    with pytest.raises(ValueError, match="sample_weight"):
        plain.fit(images, batch_size=6, sample_weight=np.ones(12), verbose=0)
    with pytest.raises(ValueError, match="images"):
        plain.fit(images * 2, batch_size=6, verbose=0)
    labelled = small(classes=4, labels=3, prior=matching.Ring(3))
    with pytest.raises(ValueError, match="the label 3 where none is known"):
        labelled.fit(images, verbose=0)
    with pytest.raises(ValueError, match="a label is one of 0 to 3"):
        labelled.fit(images, np.full(12, 4), verbose=0)
