"""Training by a recipe: order, rate, scores and seconds of the epochs; stopped when it must."""

import dataclasses
import types

import keras
import numpy as np
import pytest

from gencore import autoencoder, networks, recipes, zoo
from gencore.watch import TrainingDiverged
from gencore.zoo import training
from gencore.zoo.adam import Adam
from tests.tiny import NAME, stop_after_steps, tiny_recipe


@pytest.fixture
def few(digits):
    """45 images a part: batches of 20 leave an unequal last one."""
    return digits.head(45)


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state.npz"


def build(seed=0, model=autoencoder.Autoencoder, **options):
    keras.utils.set_random_seed(seed)
    return model(networks.dense_encoder(4), networks.dense_decoder(4), seed=seed, **options)


def recipe_of(**changes):
    return tiny_recipe(**{"build": build, "batch_size": 20} | changes)


class Unlooked(autoencoder.Autoencoder):
    """Takes any example, so that what is not finite comes into the steps."""

    def check(self, x, y=None):
        pass


def orders(split, state, **changes):
    """Train, and return for each epoch the rows of x_train in the order they were given."""
    seen, batches = [], training.batches

    def listening(*arguments):
        given = batches(*arguments)
        x, y = (np.concatenate(part) for part in zip(*given.as_numpy_iterator(), strict=True))
        np.testing.assert_array_equal(y, x / 2)
        seen.append([rows[image.tobytes()] for image in x])
        return given

    rows = {image.tobytes(): row for row, image in enumerate(split.x_train)}
    recipe = recipe_of(
        examples=lambda split: {"x": split.x_train, "y": split.x_train / 2}, **changes
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "batches", listening)
        training.fit(build(), recipe, split, state)
    return seen


def test_each_epoch_takes_every_image_once_with_its_target_in_an_order_of_its_own(few, tmp_path):
    first = orders(few, tmp_path / "1.npz")
    assert len(first) == 3
    assert all(sorted(epoch) == list(range(45)) for epoch in first)
    other = orders(few, tmp_path / "2.npz", seed=1)
    assert len({tuple(epoch) for epoch in first + other}) == 6
    assert orders(few, tmp_path / "3.npz") == first


def test_the_rate_falls_along_half_a_cosine_over_all_steps(few, state, monkeypatch):
    rates, after_batch = [], training.Watch.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        rates.append(float(self.model.optimizer.learning_rate))
        after_batch(self, batch, logs)

    monkeypatch.setattr(training.Watch, "on_train_batch_end", on_train_batch_end)
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)
    training.fit(build(), recipe_of(epochs=2, learning_rate=0.01), few, state)
    share = np.arange(1, 7) / 6  # two epochs of three steps
    np.testing.assert_allclose(rates, 0.01 * (1 + np.cos(np.pi * share)) / 2, atol=1e-8)


def test_the_history_holds_the_cost_of_each_part_over_all_its_images(few, state):
    # At a rate of 0 the model stays as it was built: the oracle is one pass over each part. The
    # record keeps five decimals of a float32 mean of about 100.
    model = build(loss="squared_error")
    expected = {
        "loss": np.mean(model.error(few.x_train, model(few.x_train))),
        "val_loss": np.mean(model.error(few.x_valid, model(few.x_valid))),
    }
    assert abs(expected["loss"] - expected["val_loss"]) > 1
    history = training.fit(model, recipe_of(learning_rate=0.0), few, state)["history"]
    for key, value in expected.items():
        np.testing.assert_allclose(history[key], [value] * 3, rtol=1e-5)


def test_every_weight_of_both_networks_is_trained(few, state):
    model = build()
    before = model.get_weights()
    training.fit(model, recipe_of(epochs=1), few, state)
    for now, then, variable in zip(model.get_weights(), before, model.weights, strict=True):
        assert not np.array_equal(now, then), variable.path


def test_the_compiler_is_the_one_that_the_card_names(few, state):
    # XLA draws other numbers from the same seed. Left to itself, Keras uses it beside a GPU.
    asked = []

    class Listening(autoencoder.Autoencoder):
        def compile(self, *args, **options):
            asked.append(options.get("jit_compile", "auto"))
            super().compile(*args, **options)

    recipe = recipe_of(epochs=1)
    training.fit(build(model=Listening), recipe, few, state)
    assert asked == [recipe.settings()["jit_compile"]] == [False]


def test_steps_done_at_once_train_as_steps_done_one_by_one(few, tmp_path, monkeypatch):
    weights = []
    for at_once in (1, 2, 10):
        monkeypatch.setattr(training, "STEPS_AT_ONCE", at_once)
        model = build()
        training.fit(model, recipe_of(), few, tmp_path / f"{at_once}.npz")
        weights.append(model.get_weights())
    # The same operations in graphs of another shape: float32 rounding over nine steps.
    for one, other in (weights[:2], weights[::2]):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_seconds_are_those_of_all_whole_epochs_before_and_after_an_interruption(
    few, state, monkeypatch
):
    ticks = iter(range(100))
    clock = types.SimpleNamespace(perf_counter=lambda: next(ticks), process_time=lambda: 0)
    monkeypatch.setattr(training, "time", clock)
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 5, KeyboardInterrupt())  # three steps make an epoch
        with pytest.raises(KeyboardInterrupt):
            training.fit(build(), recipe_of(), few, state)
    record = training.fit(build(), recipe_of(), few, state)
    # Each of the three whole epochs lasts from one tick of the clock to the next.
    assert (record["train_seconds"], record["epochs"]) == (3, 3)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("at_once", "when"), [(1, "2 to 2"), (2, "1 to 2"), (10, "1 to 3")])
def test_what_is_not_finite_in_the_examples_names_the_steps(
    few, state, value, at_once, when, monkeypatch
):
    monkeypatch.setattr(training, "STEPS_AT_ONCE", at_once)

    def examples(split):
        x = split.x_train.copy()
        x[np.random.default_rng([0, 0]).permutation(45)[25]] = value  # shown in the second step
        return {"x": x}

    with pytest.raises(TrainingDiverged, match=f"steps {when} of epoch 1; there is"):
        training.fit(build(model=Unlooked), recipe_of(examples=examples), few, state)
    assert not state.exists()


def finite(state):
    with np.load(state) as arrays:
        return all(np.isfinite(arrays[key]).all() for key in arrays.files if key != "note")


def test_nan_stops_the_training_and_keeps_the_last_good_state(few, state, monkeypatch):
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)

    class Poisoned(autoencoder.Autoencoder):
        def compute_loss(self, *args, **kwargs):
            loss = super().compute_loss(*args, **kwargs)
            late = self.optimizer.iterations >= 4  # the second step of the second epoch
            return keras.ops.where(late, np.float32("nan"), loss)

    with pytest.raises(TrainingDiverged, match="steps 2 to 2 of epoch 2; the state"):
        training.fit(build(model=Poisoned), recipe_of(), few, state)
    assert finite(state)


def test_weights_spoilt_by_the_last_step_of_an_epoch_are_not_kept(few, state):
    class Spoilt(autoencoder.Autoencoder):
        def evaluate(self, *arguments, **options):  # what comes after the last step of an epoch
            if self.optimizer.iterations == 2 * 3:
                self.set_weights([np.nan * w for w in self.get_weights()])
            return super().evaluate(*arguments, **options)

    with pytest.raises(TrainingDiverged, match="val_loss.* at the end of epoch 2; the st"):
        training.fit(build(model=Spoilt), recipe_of(), few, state)
    assert finite(state)
    assert training.fit(build(), recipe_of(), few, state)["epochs"] == 3


@pytest.mark.parametrize("part", ["x_train", "x_valid", "x_test"])
@pytest.mark.parametrize(
    "spoil",
    [lambda x: 255 * x, lambda x: x - 0.1, lambda x: x * np.nan],
    ids=["bytes", "negative", "nan"],
)
def test_images_outside_the_unit_interval_are_refused(few, state, part, spoil):
    split = dataclasses.replace(few, **{part: spoil(getattr(few, part))})
    with pytest.raises(ValueError, match="within \\[0, 1\\].*(Divide grey levels|NaN)"):
        training.fit(build(), recipe_of(epochs=1), split, state)


def interrupted(few, state, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 5, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            training.fit(build(), recipe_of(), few, state)


def test_a_state_of_other_settings_other_networks_or_half_a_file_is_refused(
    few, state, monkeypatch
):
    interrupted(few, state, monkeypatch)
    again = f"python -m gencore train {NAME} --again"
    with pytest.raises(ValueError, match=f"settings.*{again}"):
        training.fit(build(), recipe_of(learning_rate=0.5), few, state)
    for code in (5, 3):
        other = autoencoder.Autoencoder(networks.dense_encoder(code), networks.dense_decoder(code))
        with pytest.raises(ValueError, match=f"networks.*{again}"):
            training.fit(other, recipe_of(), few, state)
    state.write_bytes(state.read_bytes()[:-100])
    with pytest.raises(ValueError, match=f"whole state.*{again}"):
        training.fit(build(), recipe_of(), few, state)


def test_resuming_under_other_settings_is_refused_unless_begun_again(shelf, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after_steps(patch, 8, KeyboardInterrupt())  # five steps make an epoch
        with pytest.raises(KeyboardInterrupt):
            zoo.train(NAME)
    monkeypatch.setitem(recipes.RECIPES, NAME, tiny_recipe(learning_rate=0.5))
    with pytest.raises(ValueError, match="--again"):
        zoo.train(NAME)
    assert zoo.train(NAME, again=True)["epochs"] == 3


def adam_runs(optimizer):
    """Train a small regression for 20 steps; return the weights and the optimizer's state."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((5,)), keras.layers.Dense(7, "tanh"), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    model.compile(optimizer, loss="mse", jit_compile=False)
    x, y = (np.random.default_rng(seed).normal(size=(40, n)) for seed, n in ((0, 5), (1, 3)))
    model.fit(x, y, batch_size=10, epochs=5, shuffle=False, verbose=0)
    return model.get_weights() + [variable.numpy() for variable in optimizer.variables]


@pytest.mark.parametrize(
    "settings",
    [{}, {"beta_1": 0.5}, {"beta_1": 0.0, "beta_2": 0.9}, {"epsilon": 1e-2}],
    ids=["defaults", "dcgan", "wgan-gp", "large-epsilon"],
)
def test_the_fused_adam_is_that_of_keras(settings):
    # Both round at every one of 20 steps; a step moves a weight by about 0.01.
    ours, keras_own = (
        adam_runs(adam(keras.optimizers.schedules.CosineDecay(1e-2, 30), **settings))
        for adam in (Adam, keras.optimizers.Adam)
    )
    for a, b in zip(ours, keras_own, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_gradients_are_shortened_to_a_norm():
    # Oracle: Keras' own Adam, whose update is another code; rounding of float32.
    gradients = [np.array([30.0, 40.0], np.float32), np.array([1e-3], np.float32)]
    ends = []
    for kind in (Adam, keras.optimizers.Adam):
        weights = [keras.Variable([1.0, 2.0]), keras.Variable([3.0])]
        optimizer = kind(0.1, epsilon=0.1, global_clipnorm=5.0)
        for _ in range(3):
            optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients], weights)
        ends.append([np.asarray(weight) for weight in weights])
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
