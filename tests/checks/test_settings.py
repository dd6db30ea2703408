"""A reader's own settings of Keras: served, or refused with their name."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from gencore import autoencoder, distributions, gae, measurements, networks, vae
from gencore.checks import settings
from tests.conftest import ROOT

S = (8, 8, 2)
X = np.random.default_rng(0).random((5, *S)).astype(np.float32)


@pytest.fixture
def policy():
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def layout():
    yield keras.config.set_image_data_format
    keras.config.set_image_data_format("channels_last")


def built():
    keras.utils.set_random_seed(0)
    encoder = networks.conv_encoder(3, (2,), shape=S)
    decoder = networks.dense_decoder(3, (4,), shape=S)
    generator = networks.transposed_generator(3, (2,), shape=S)
    pooling = networks.pooling_discriminator((2,), shape=S)
    return autoencoder.Autoencoder(encoder, decoder), generator, pooling


def results():
    model, generator, pooling = built()
    codes = np.ones((2, 3), np.float32)
    blurred = measurements.blur(1.0)(X, 0)
    return [np.asarray(y) for y in (model(X), generator(codes), pooling(X), blurred)]


def test_channels_first_changes_no_number(layout):
    expected = results()
    layout("channels_first")
    for now, before in zip(results(), expected, strict=True):
        np.testing.assert_array_equal(now, before)
    assert keras.config.image_data_format() == "channels_first"  # the reader's setting is kept


def test_mixed_precision_changes_no_number(policy):
    expected = results()
    policy("mixed_bfloat16")
    for now, before in zip(results(), expected, strict=True):
        assert now.dtype == np.float32
        np.testing.assert_array_equal(now, before)
    assert keras.config.dtype_policy().name == "mixed_bfloat16"


def test_models_train_under_mixed_precision(policy):
    policy("mixed_float16")
    prior = gae.PosteriorMixture.blank(16, 2)
    encoder, decoder = networks.dense_encoder(4, shape=S), networks.dense_decoder(2, shape=S)
    model = gae.GAE(vae.VAE(encoder, decoder, prior=prior))
    model.compile("adam")
    x = (np.random.default_rng(1).random((16, *S)) > 0.5).astype(np.float32)
    assert np.isfinite(model.fit(x, verbose=0).history["loss"]).all()


def test_another_floatx_is_refused_by_name():
    keras.config.set_floatx("float64")
    try:
        for build in (lambda: networks.dense_encoder(2), lambda: vae.VAE(None, None)):
            with pytest.raises(ValueError, match="received floatx 'float64'.*set_floatx"):
                build()
    finally:
        keras.config.set_floatx("float32")


@pytest.mark.parametrize("room", ["vae", "distributions", "autoencoder", "networks"])
def test_another_backend_is_refused_by_name_before_keras_is_imported(room):
    code = f"from gencore import {room}"
    setting = os.environ | {"KERAS_BACKEND": "jax"}
    options = {"cwd": ROOT, "env": setting, "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, "-c", code], check=False, **options)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError") and "'jax'" in last and "KERAS_BACKEND" in last


def test_the_backend_is_read_where_keras_would_read_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.delenv("KERAS_BACKEND")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert settings.chosen_backend() == "tensorflow"
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    assert settings.chosen_backend() == "torch"
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert settings.chosen_backend() == "jax"


@pytest.mark.parametrize("seed", [np.int64(3), np.uint8(3), np.int32(3)])
def test_seeds_of_numpys_integer_types_are_integers(seed):
    def draws(seed):
        prior = gae.PosteriorMixture(np.eye(2), np.ones(2))
        normal = distributions.standard_normal(2)
        return [
            *normal.sample(2, seed),
            *distributions.Mixture(distributions.DiagNormal(np.eye(2), np.ones(2))).sample(2, seed),
            *prior.sample(2, seed),
        ]

    np.testing.assert_array_equal(np.asarray(draws(seed)), np.asarray(draws(3)))


@pytest.mark.parametrize("seed", [None, -1, 1.5, "3", True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="a draw has a seed.*received"):
        distributions.standard_normal(2).sample(2, seed)
