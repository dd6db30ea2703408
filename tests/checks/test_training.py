"""What models are trained and evaluated on, by every way in: arrays, data sets, generators."""

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from gencore import autoencoder, gae, gan, networks, vae
from gencore.checks.training import check_weights

S = (4, 4, 1)
GREY = np.random.default_rng(0).random((64, *S)).astype(np.float32)
BINARY = (GREY > 0.5).astype(np.float32)
WEIGHTS = np.r_[np.full(8, 8.0), np.zeros(56)]
STILL = {"batch_size": 64, "verbose": 0}
IN_ORDER = STILL | {"shuffle": False}
# Keras says that a data set is not shuffled, which nobody asked for.
pytestmark = pytest.mark.filterwarnings("ignore:.shuffle=True. was passed")


class Batches(keras.utils.PyDataset):
    def __init__(self, *arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return tuple(array[32 * index : 32 * index + 32] for array in self.arrays)


def ways(*arrays):
    """Return the same examples as a data set, a generator and a PyDataset."""
    parts = Batches(*arrays)
    return {
        "data set": tf.data.Dataset.from_tensor_slices(arrays).batch(32),
        "generator": (parts[i] for i in range(2)),
        "PyDataset": parts,
    }


def compiled(model):
    model.compile(keras.optimizers.SGD(0.0), jit_compile=False)
    return model


def copier(loss="cross_entropy", **options):
    keras.utils.set_random_seed(0)
    pair = networks.dense_encoder(2, shape=S), networks.dense_decoder(2, shape=S)
    return compiled(autoencoder.Autoencoder(*pair, loss, **options))


def small_vae(like=vae.BERNOULLI, **options):
    keras.utils.set_random_seed(0)
    pair = networks.dense_encoder(4, shape=S), networks.dense_decoder(2, shape=S)
    return compiled(vae.VAE(*pair, likelihood=like, **options))


def small_gae():
    return compiled(gae.GAE(small_vae(prior=gae.PosteriorMixture.blank(64, 2))))


def small_gan(classes=None, **options):
    keras.utils.set_random_seed(0)
    pair = (
        networks.dense_generator(2, (3,), shape=S, classes=classes),
        networks.dense_discriminator((3,), shape=S, classes=classes),
    )
    return compiled(gan.GAN(*pair, collapse=0, **options))


@pytest.mark.parametrize(
    ("weights", "y"),
    [
        (WEIGHTS, None),
        (WEIGHTS, GREY),
        (WEIGHTS[:, None], GREY),
        (WEIGHTS[:, None], None),
        (pd.Series(WEIGHTS), GREY),
        (list(WEIGHTS), None),
    ],
)
def test_weights_weigh_images_with_and_without_targets(weights, y):
    model = copier()
    each = np.asarray(model.error(GREY, model(GREY)))
    loss = model.fit(GREY, y, sample_weight=weights, **STILL).history["loss"][0]
    # Oracle: the mean of w_i l_i, in double precision; float32 sums of 64 terms lose 1e-6.
    np.testing.assert_allclose(loss, np.mean(WEIGHTS * each), rtol=1e-5)
    assert abs(np.mean(WEIGHTS * each) - np.mean(each)) > 1e-3
    weighed = model.evaluate(GREY, y, sample_weight=weights, **STILL)
    np.testing.assert_allclose(weighed, np.mean(WEIGHTS * each), rtol=1e-5)


@pytest.mark.parametrize("way", ["data set", "generator", "PyDataset"])
@pytest.mark.parametrize("weights", [WEIGHTS, WEIGHTS[:, None]])
def test_weights_weigh_images_that_come_in_batches(way, weights):
    model = copier()
    each = np.asarray(model.error(GREY, model(GREY)))
    source = ways(GREY, GREY, weights.astype(np.float32))[way]
    loss = model.fit(source, steps_per_epoch=2, verbose=0).history["loss"][0]
    np.testing.assert_allclose(loss, np.mean(WEIGHTS * each), rtol=1e-5)


def test_weights_of_a_vae_and_a_gae_need_no_targets():
    for model in (small_vae(), small_gae()):
        nothing = model.fit(BINARY, sample_weight=np.zeros(64), **STILL).history["loss"][0]
        assert nothing == 0.0


@pytest.mark.parametrize("weights", [WEIGHTS[:5], np.ones((64, 2)), -WEIGHTS, WEIGHTS * np.nan])
def test_weights_that_are_not_one_for_each_image_are_refused(weights):
    with pytest.raises(ValueError, match="sample weights.*received"):
        copier().fit(GREY, sample_weight=weights, **STILL)
    with pytest.raises(ValueError, match="sample weights.*received"):
        check_weights(weights, 64)


def test_a_gan_refuses_weights_and_no_model_has_classes_to_weigh():
    with pytest.raises(ValueError, match="no example is weighed.*received sample_weight"):
        small_gan().fit(GREY, sample_weight=WEIGHTS, verbose=0)
    labels = np.zeros(64, np.int64)
    with pytest.raises(ValueError, match="no example is weighed.*received sample_weight"):
        small_gan(2).fit(ways(GREY, labels, WEIGHTS)["data set"], verbose=0)
    for model in (small_gan(), copier()):
        with pytest.raises(ValueError, match="no classes to weigh"):
            model.fit(GREY, class_weight={0: 2.0}, verbose=0)


MODELS = {
    "cross-entropy": copier,
    "VAE, grey": lambda: small_vae(vae.CROSS_ENTROPY),
    "VAE, binary": small_vae,
    "VAE, drawn": lambda: small_vae(binarize=True),
    "VAE, clipped noise": lambda: small_vae(vae.noisy(0.1)),
    "VAE, measured": lambda: small_vae(vae.measured(lambda m: m)),
    "GAE": small_gae,
    "GAN": small_gan,
}
OUTSIDE = {
    "0 to 255": GREY * 255,
    "-1 to 1": GREY * 2 - 1,
    "NaN": np.where(GREY > 0.99, np.nan, GREY).astype(np.float32),
}


@pytest.mark.parametrize("kind", OUTSIDE)
@pytest.mark.parametrize("name", MODELS)
def test_the_range_is_asked_for_by_every_way_in(name, kind):
    model, wrong = MODELS[name](), OUTSIDE[kind]
    right = BINARY
    with pytest.raises(ValueError, match="received"):
        model.fit(wrong, verbose=0)
    for source in ways(wrong).values():
        with pytest.raises(ValueError, match="received (values|grey values|[0-9]+ values)"):
            model.fit(source, steps_per_epoch=2, verbose=0)
    if name == "GAN":
        return
    with pytest.raises(ValueError, match="received"):
        model.fit(right, validation_data=(wrong,), verbose=0)
    with pytest.raises(ValueError, match="received"):
        model.fit(right, validation_data=ways(wrong)["data set"], verbose=0)
    with pytest.raises(ValueError, match="received"):
        model.evaluate(wrong, verbose=0)
    with pytest.raises(ValueError, match="received"):
        model.evaluate(ways(wrong)["data set"], verbose=0)


def test_what_has_no_range_takes_any_finite_value():
    noise = np.random.default_rng(1).normal(size=(64, *S)).astype(np.float32)
    copier("squared_error").fit(noise, verbose=0)
    small_vae(vae.normal(0.5)).fit(noise, verbose=0)
    small_vae(vae.noisy(0.1, clip=False)).fit(noise, verbose=0)
    small_gan(activation="linear").fit(noise, verbose=0)
    small_gan(activation="tanh").fit(GREY * 2 - 1, verbose=0)
    measured = small_gan(measurement=lambda x, seed: x + keras.random.normal(x.shape, seed=0))
    assert measured.range == (-np.inf, np.inf)
    with pytest.raises(ValueError, match=r"within \[-1, 1\]"):
        small_gan(activation="tanh").fit(noise, verbose=0)
    with pytest.raises(ValueError, match="finite"):
        copier("squared_error").fit(noise * np.inf, verbose=0)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float64, np.float16])
@pytest.mark.parametrize("name", ["cross-entropy", "VAE, binary", "VAE, drawn", "GAE"])
def test_binary_images_of_any_type_give_the_loss_of_floats(name, kind):
    expected = MODELS[name]().fit(BINARY, **IN_ORDER).history["loss"]
    images = BINARY.astype(kind)
    # Two threads may add in another order: the last of the 24 bits of a float32 is theirs.
    close = pytest.approx(expected, rel=2**-22)
    assert MODELS[name]().fit(images, **IN_ORDER).history["loss"] == close
    source = tf.data.Dataset.from_tensor_slices(images).batch(64)
    assert MODELS[name]().fit(source, verbose=0).history["loss"] == close
    model = MODELS[name]()
    assert np.isfinite(np.asarray(model(images))).all()


def test_a_corruption_is_given_floats():
    halved = copier(corruption=lambda x, seed: 0.5 * x)
    copies = halved(BINARY[:4].astype(bool), training=True)
    np.testing.assert_array_equal(copies, halved(BINARY[:4], training=True))


def test_targets_of_other_types_serve():
    expected = copier().fit(GREY, BINARY, **STILL).history["loss"]
    assert copier().fit(GREY, BINARY.astype(bool), **STILL).history["loss"] == expected


def test_other_targets_of_a_vae_are_refused_and_its_images_are_not():
    small_vae().fit(BINARY, BINARY, verbose=0)
    with pytest.raises(ValueError, match="target of a VAE is its own image; received"):
        small_vae().fit(BINARY, 1 - BINARY, verbose=0)
    with pytest.raises(ValueError, match="target of a VAE is its own image; received"):
        small_vae().fit(ways(BINARY, np.zeros(64))["data set"], verbose=0)


def sliced(x, size):
    return tf.data.Dataset.from_tensor_slices(x).batch(size)


@pytest.mark.parametrize(
    "run",
    [
        lambda m: m.fit(BINARY, batch_size=1, verbose=0),
        lambda m: m.fit(BINARY, None, 9, verbose=0),
        lambda m: m.fit(BINARY, batch_size=9, verbose=0),
        lambda m: m.fit(BINARY[:33], verbose=0),
        lambda m: m.fit(BINARY, validation_split=0.484, verbose=0),
        lambda m: m.fit(BINARY, validation_data=(BINARY[:33],), verbose=0),
        lambda m: m.fit(BINARY, validation_data=(BINARY,), validation_batch_size=1, verbose=0),
        lambda m: m.fit(BINARY, validation_data=sliced(BINARY[:33], 32), verbose=0),
        lambda m: m.fit(sliced(BINARY[:33], 32), verbose=0),
        lambda m: m.fit((BINARY[i : i + 1] for i in range(2)), steps_per_epoch=2, verbose=0),
        lambda m: m.evaluate(BINARY[:33], verbose=0),
        lambda m: m.evaluate(sliced(BINARY[:33], 32), verbose=0),
        lambda m: m.train_on_batch(BINARY[:1]),
        lambda m: m(BINARY[:1]),
    ],
)
def test_a_batch_of_one_has_no_exemplars_by_whatever_way_it_comes(run):
    with pytest.raises(ValueError, match="exemplars of an image are the others of its batch"):
        run(small_gae())


def test_batches_of_two_and_more_have_exemplars():
    model = small_gae()
    for found in (
        model.fit(BINARY[:34], validation_split=0.5, batch_size=17, verbose=0).history["val_loss"],
        model.fit(sliced(BINARY[:34], 32), verbose=0).history["loss"],
        model.evaluate(BINARY[:34], verbose=0),
    ):
        assert np.isfinite(found).all()


@pytest.mark.parametrize("way", ["data set", "generator", "PyDataset"])
def test_labels_that_come_in_batches_are_checked(way):
    labels = np.arange(64) % 10
    small_gan(10).fit(ways(GREY, labels)[way], steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="one of 0 to 9; received values from"):
        small_gan(10).fit(ways(GREY, labels + 1)[way], steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="one label for each example"):
        small_gan(10).fit(ways(GREY, np.eye(10)[labels])[way], steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="read no labels|networks read labels, others none"):
        small_gan().fit(ways(GREY, labels)[way], steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize(
    "options", [{"validation_split": 0.25}, {"validation_data": (GREY,)}, {"validation_data": GREY}]
)
def test_the_validation_of_a_gan_is_refused_before_the_first_step(options):
    model = small_gan()
    with pytest.raises(ValueError, match="no validation loss; received validation"):
        model.fit(GREY, verbose=0, **options)
    assert int(model.optimizer.iterations) == 0
    with pytest.raises(ValueError, match="no loss to evaluate"):
        model.evaluate(GREY)


def test_arguments_by_position_are_those_of_keras():
    model = small_gan()
    history = model.fit(GREY, None, 16, 3, 0).history
    assert len(history["generator_loss"]) == 3 and int(model.optimizer.iterations) == 12


def test_examples_of_another_shape_are_refused():
    for model in (copier(), small_vae(), small_gae(), small_gan()):
        for wrong in (GREY[..., 0], GREY[:, :2], GREY[:0], None):
            with pytest.raises(ValueError, match="received"):
                model.fit(wrong, verbose=0)


@pytest.mark.parametrize("name", ["batch_size", "epochs", "steps_per_epoch", "validation_split"])
@pytest.mark.parametrize("wrong", [-1, 0.5, "3", np.nan, True])
def test_what_counts_in_a_training_is_whole(name, wrong):
    if (name, wrong) == ("validation_split", 0.5):
        wrong = 1.0
    with pytest.raises(ValueError, match=f"{name} is a .*received"):
        copier().fit(GREY, verbose=0, **{name: wrong})


def test_no_batch_and_no_epoch_is_no_training():
    for options in ({"batch_size": 0}, {"epochs": 0}, {"epochs": None}):
        with pytest.raises(ValueError, match="whole number of at least 1; received"):
            copier().fit(GREY, verbose=0, **options)
    with pytest.raises(ValueError, match="batch_size is a whole number of at least 1; received 0"):
        copier().evaluate(GREY, batch_size=0, verbose=0)


def test_one_batch_is_looked_at_too():
    for run in ("train_on_batch", "test_on_batch"):
        with pytest.raises(ValueError, match="received"):
            getattr(copier(), run)(GREY * 255)
        assert np.isfinite(getattr(copier(), run)(GREY)).all()
        with pytest.raises(ValueError, match="exemplars of an image are the others of its batch"):
            getattr(small_gae(), run)(BINARY[:1])


def test_predictions_are_those_of_a_call_or_refused():
    model = copier()
    found = model.predict(BINARY.astype(bool), verbose=0)
    np.testing.assert_allclose(found, model(BINARY), atol=1e-6)  # other batches, other sums
    assert small_gan().predict(np.ones((3, 2)), verbose=0).shape == (3, *S)
    for wrong in (GREY[:, :2], None, GREY * np.nan):
        with pytest.raises(ValueError, match="examples .*received"):
            model.predict(wrong, verbose=0)
    with pytest.raises(ValueError, match="exemplars of an image are the others of its batch"):
        small_gae().predict(BINARY[:33], verbose=0)


def test_grey_images_are_drawn_while_training_and_have_no_likelihood():
    model = small_vae(binarize=True)
    model.fit(GREY, verbose=0)
    for run in (
        lambda: model.evaluate(GREY, verbose=0),
        lambda: model.fit(GREY, validation_data=(GREY,), verbose=0),
        lambda: model.fit(GREY, validation_split=0.25, verbose=0),
    ):
        with pytest.raises(ValueError, match="a Bernoulli pixel is 0 or 1; received grey"):
            run()
    half = np.concatenate([GREY[:32], BINARY[:32]])
    model.fit(half, validation_split=0.5, sample_weight=np.ones(64), verbose=0)


def test_labels_as_rows_are_zeros_and_a_one():
    encoder, decoder = networks.dense_encoder(4, shape=(16 + 3,)), networks.dense_decoder(5, (), S)
    pair = networks.conditional(encoder, 3, S), networks.conditional(decoder, 3, (2,))
    model, rows = compiled(vae.VAE(*pair)), np.eye(3, dtype=np.float32)[np.arange(64) % 3]
    model.fit([BINARY, rows], verbose=0)
    for wrong in (rows * 2, np.full((64, 3), 1 / 3), rows * np.nan, np.roll(rows, 1, 1) + rows):
        with pytest.raises(ValueError, match="label.*received"):
            model.fit([BINARY, wrong], verbose=0)
        with pytest.raises(ValueError, match="label.*received"):
            model.codes([BINARY, wrong])
    assert np.isfinite(model.predict([BINARY, rows], verbose=0)).all()
