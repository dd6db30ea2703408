"""A training that takes a second, for the tests of what trains, keeps and loads models."""

import dataclasses

from gencore import autoencoder, networks, recipes
from gencore.zoo import training

NAME = "ae-mlp"
GROUP = "autoencoders"


def tiny_recipe(**changes):
    """Return an autoencoder with noise that trains in a second on the bundled digits."""

    def build(seed):
        return autoencoder.Autoencoder(
            networks.dense_encoder(4),
            networks.dense_decoder(4),
            corruption=autoencoder.gaussian_noise(0.1),
            seed=seed,
        )

    recipe = dataclasses.replace(recipes.get(NAME), build=build, epochs=3, dataset="digits")
    return dataclasses.replace(recipe, **changes)


def stop_after_steps(monkeypatch, steps, error):
    """Raise an error in the training step with that number, counted over epochs."""
    monkeypatch.setattr(training, "STEPS_AT_ONCE", 1)
    seen, after_batch = [], training.Watch.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        seen.append(batch)
        if len(seen) == steps:
            raise error
        after_batch(self, batch, logs)

    monkeypatch.setattr(training.Watch, "on_train_batch_end", on_train_batch_end)
