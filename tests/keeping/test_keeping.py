"""What keeps a model: its weights and the states of its random generators, and nothing else."""

import copy
import pickle

import keras
import numpy as np
import pytest

from gencore import adversarial, autoencoder, gae, gan, networks, vae

SHAPE = (8, 8, 1)
# Of Keras, which writes a weight by NumPy.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept")


def encoder(size):
    return networks.dense_encoder(size, shape=SHAPE)


def decoder(size):
    return networks.dense_decoder(size, shape=SHAPE)


def players():
    return (
        networks.dense_generator(4, (8,), shape=SHAPE),
        networks.dense_discriminator((8,), shape=SHAPE),
    )


def gan_with_a_penalty():
    return gan.GAN(
        *players(), adversarial.wasserstein, adversarial.gradient_penalty, critic_steps=2
    )


def model_around_exemplars():
    return gae.GAE(vae.VAE(encoder(4), decoder(2), prior=gae.PosteriorMixture.blank(64, 2)))


MODELS = {
    "autoencoder": lambda: autoencoder.Autoencoder(
        encoder(4), decoder(4), corruption=autoencoder.gaussian_noise(0.1)
    ),
    "vae": lambda: vae.VAE(encoder(4), decoder(2)),
    "vae-that-learns-the-noise": lambda: vae.VAE(
        encoder(4), decoder(2), likelihood=vae.noisy(0.1, learn=True)
    ),
    "gae": model_around_exemplars,
    "gan": gan_with_a_penalty,
}


@pytest.fixture(params=MODELS)
def build(request):
    """Return what builds a model, from the same weights each time."""

    def make(seed=0):
        keras.utils.set_random_seed(seed)
        model = MODELS[request.param]()
        model.compile("adam")
        return model

    return make


@pytest.fixture(scope="module")
def x():
    return (np.random.default_rng(0).random((64, *SHAPE)) > 0.5).astype(np.float32)


def train(model, x, epochs=1, **options):
    model.fit(x, epochs=epochs, shuffle=False, verbose=0, **options)
    return model


def assert_alike(one, other):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_come_back_and_the_training_goes_on_as_if_never_stopped(build, x, tmp_path):
    whole = train(build(), x, 3)
    train(first := build(), x, 2).save_weights(tmp_path / "kept.weights.h5")
    second = build(seed=1)
    second.load_weights(tmp_path / "kept.weights.h5")
    assert_alike(first, second)
    assert_alike(train(second, x), whole)


class Stopped(keras.callbacks.Callback):
    """Stops a training as its third epoch begins."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_backup_and_restore_goes_on_bit_for_bit(build, x, tmp_path):
    whole = train(build(), x, 4)
    backup = keras.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    with pytest.raises(KeyboardInterrupt):
        train(build(), x, 4, callbacks=[backup, Stopped()])
    resumed = train(build(), x, 4, callbacks=[keras.callbacks.BackupAndRestore(tmp_path)])
    assert_alike(resumed, whole)


def test_a_checkpoint_of_weights_serves(build, x, tmp_path):
    keep = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.weights.h5", monitor="loss", save_weights_only=True
    )
    model = train(build(), x, callbacks=[keep])
    other = build(seed=1)
    other.load_weights(tmp_path / "best.weights.h5")
    assert_alike(model, other)


def test_weights_that_keras_wrote_alone_come_back(build, x, tmp_path, monkeypatch):
    model = train(build(), x)
    with monkeypatch.context() as patch:
        patch.setattr("gencore.keeping._states", lambda model: [])
        model.save_weights(tmp_path / "old.weights.h5")
    other = build(seed=1)
    other.load_weights(tmp_path / "old.weights.h5")
    assert_alike(model, other)


def test_a_dozen_random_generators_come_back_each_in_its_place(tmp_path):
    def build():
        image = keras.Input(SHAPE)
        h = keras.layers.Flatten()(image)
        for number in range(12):
            h = keras.layers.Dropout(0.5, seed=number)(h)
        return autoencoder.Autoencoder(keras.Model(image, keras.layers.Dense(4)(h)), decoder(4))

    def states(model):
        return [v.numpy().tolist() for v in model.variables if "seed" in v.name]

    first, second = build(), build()
    for number, state in enumerate(v for v in first.variables if "seed" in v.name):
        state.assign([number, 100 + number])
    first.save_weights(tmp_path / "kept.weights.h5")
    second.load_weights(tmp_path / "kept.weights.h5")
    assert states(second) == states(first) == [[n, 100 + n] for n in range(13)]


def test_a_layer_more_that_draws_is_named(tmp_path):
    def build(rate=None):
        image, h = keras.Input(SHAPE), None
        h = keras.layers.Flatten()(image)
        h = h if rate is None else keras.layers.Dropout(rate)(h)
        return autoencoder.Autoencoder(keras.Model(image, keras.layers.Dense(4)(h)), decoder(4))

    build(0.5).save_weights(tmp_path / "kept.weights.h5")
    with pytest.raises(ValueError, match="states of 2 random generators for 1.*dropout"):
        build().load_weights(tmp_path / "kept.weights.h5")


WHOLE = {
    "save": lambda model, path: model.save(path / "model.keras"),
    "save_model": lambda model, path: keras.saving.save_model(model, path / "model.keras"),
    "h5": lambda model, path: model.save(path / "model.h5"),
    "export": lambda model, path: model.export(path / "exported"),
    "deepcopy": lambda model, path: copy.deepcopy(model),
    "copy": lambda model, path: copy.copy(model),
    "clone": lambda model, path: keras.models.clone_model(model),
    "pickle": lambda model, path: pickle.dumps(model),
    "json": lambda model, path: model.to_json(),
}


@pytest.mark.parametrize("way", WHOLE)
def test_what_would_keep_a_whole_model_is_refused_and_says_what_serves(build, tmp_path, way):
    words = "weights can be kept and not the model itself; received .*(weights|Export)"
    with pytest.raises(ValueError, match=words):
        WHOLE[way](build(), tmp_path)
    if way != "save_model":  # in which Keras opens the file before it asks the model
        assert not list(tmp_path.iterdir())


def test_a_network_of_a_model_can_be_kept_whole(x, tmp_path):
    code = np.ones((2, 2), np.float32)
    for number, network in enumerate((decoder(2), networks.conv_decoder(2))):
        network.save(tmp_path / f"{number}.keras")
        other = keras.models.load_model(tmp_path / f"{number}.keras")
        np.testing.assert_array_equal(other(code), network(code))


@pytest.mark.parametrize("positional", [False, True])
def test_a_checkpoint_of_whole_models_is_refused_before_an_epoch_is_lost(build, x, positional):
    model, keep = build(), keras.callbacks.ModelCheckpoint("model.keras")
    with pytest.raises(ValueError, match="received a ModelCheckpoint.*save_weights_only=True"):
        if positional and not isinstance(model, gan.GAN):
            model.fit(x, None, 32, 1, 0, [keep])
        else:
            model.fit(x, verbose=0, callbacks=[keep])
    assert model.optimizer.iterations == 0


# --- Optimizers of two players -----------------------------------------------------------------


def test_one_optimizer_for_two_players_is_refused():
    optimizer = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="an optimizer of its own.*received for the.*or one alone"):
        gan.GAN(*players()).compile(optimizer, optimizer)


def test_an_optimizer_of_another_model_is_refused():
    optimizer = keras.optimizers.Adam()
    gan.GAN(*players()).compile(optimizer)
    with pytest.raises(ValueError, match="received for the generator Adam.*serves other weights"):
        gan.GAN(*players()).compile(optimizer)
    with pytest.raises(ValueError, match="received for the discriminator Adam"):
        gan.GAN(*players()).compile("adam", optimizer)


def test_two_optimizers_serve_and_may_serve_again():
    model, pair = gan.GAN(*players()), [keras.optimizers.Adam(), keras.optimizers.SGD()]
    for _ in range(2):
        model.compile(*pair)
        assert model.optimizers == pair
    model.compile("adam", "adam")
