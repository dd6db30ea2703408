"""The weight of the rate: a straight line in training steps, beta everywhere else."""

import keras
import numpy as np
import pytest

from gencore import networks, vae
from gencore.vae.rate_weight import RateWeight

SHAPE = (3, 3, 1)


def test_the_weight_grows_in_a_straight_line_and_stays():
    weight = RateWeight(beta=2.0, warm_up=4)
    found = [float(weight(training=True)) for _ in range(7)]
    np.testing.assert_allclose(found, [0.5, 1, 1.5, 2, 2, 2, 2], rtol=1e-6)


def test_outside_of_training_the_weight_is_beta_and_no_step_is_counted():
    weight = RateWeight(beta=0.5, warm_up=4)
    assert weight(training=False) == 0.5
    assert float(weight(training=True)) == 0.125
    assert not RateWeight(3.0).weights and RateWeight(3.0)(training=True) == 3.0


def test_a_compiled_training_warms_up_batch_by_batch():
    # Three epochs of two batches, a warm-up of four steps. Oracle: without any learning the loss
    # of an epoch is that of its two weights, and the validation loss has the whole weight.
    x = (np.random.default_rng(0).random((8, *SHAPE)) < 0.4).astype(np.float32)
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(2 * 2, shape=SHAPE)
    encoder.set_weights([0 * w for w in encoder.get_weights()])
    encoder.layers[-1].bias.assign([2.0, 0.0, 0.0, 0.0])  # N((2, 0), I): a rate of 2 nats
    decoder = networks.dense_decoder(2, shape=SHAPE)
    decoder.set_weights([0 * w for w in decoder.get_weights()])  # 9 pixels of log 2
    model = vae.VAE(encoder, decoder, warm_up=4)
    model.compile(optimizer=keras.optimizers.SGD(0.0), jit_compile=False)
    log = model.fit(x, batch_size=4, epochs=3, validation_data=(x,), verbose=0).history
    distortion = 9 * np.log(2)
    expected = [distortion + 2 * np.mean(pair) for pair in ((0.25, 0.5), (0.75, 1), (1, 1))]
    np.testing.assert_allclose(log["loss"], expected, rtol=1e-5)
    np.testing.assert_allclose(log["val_loss"], 3 * [distortion + 2], rtol=1e-5)


@pytest.mark.parametrize(
    ("beta", "steps"), [(-1.0, 0), (np.nan, 0), (1.0, -3), (1.0, 2.5), (1.0, np.nan)]
)
def test_weights_and_steps_that_cannot_be_are_refused(beta, steps):
    with pytest.raises(ValueError, match="at least 0|whole number"):
        RateWeight(beta, steps)
