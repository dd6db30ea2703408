"""What can be kept of a model that holds functions: its weights and its random generators.

A loss, a corruption or a likelihood is a function, which no file can hold. So a model of the book
is kept by ``save_weights`` and comes back by ``load_weights`` into one that is built in the
same way; whatever would write the model itself is refused before an epoch is lost.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from gencore.checks.settings import keras

# At run time the other base of a model is the Keras model.
Base = keras.Model if TYPE_CHECKING else object
SEEDS = "seed_generator_state"
REMEDY = (
    "Keep the weights, model.save_weights('name.weights.h5'), and build the model in the same way "
    "to have them back, by load_weights."
)


class KeptByWeights(Base):
    """Lets a ``keras.Model`` be kept by its weights, with the states of its random generators.

    It comes before ``keras.Model`` among the bases.
    """

    def save_own_variables(self, store: Any) -> None:
        """Write what Keras writes, and the states that the next step draws from."""
        super().save_own_variables(store)
        for number, state in enumerate(_states(self)):
            store[f"{SEEDS}_{number}"] = np.asarray(state)

    def load_own_variables(self, store: Any) -> None:
        """Read what was written; of weights alone, as another Keras model writes them, these."""
        kept = {key: store[key] for key in store.keys()}
        names = [key for key in kept if key.startswith(SEEDS)]
        seeds = [kept.pop(f"{SEEDS}_{number}") for number in range(len(names))]
        super().load_own_variables(kept)
        states = _states(self)
        if seeds and len(seeds) != len(states):
            raise ValueError(
                f"weights come back into a model that is built in the same way; received the "
                f"states of {len(seeds)} random generators for {len(states)}. Look for a layer, "
                f"such as dropout, that one of the two has and the other has not."
            )
        for state, value in zip(states, seeds, strict=False):
            state.assign(np.asarray(value))

    def load_weights(self, *args: Any, **options: Any) -> None:
        """Load as Keras does, with what a compiled optimizer has learned of the steps so far."""
        optimizer = getattr(self, "optimizer", None)
        if optimizer is not None and not optimizer.built:
            optimizer.build(self.trainable_variables)
        super().load_weights(*args, **options)

    def fit(self, *args: Any, **options: Any) -> Any:
        """Refuse a callback that would write the model itself; train as Keras does.

        Raises
        ------
        ValueError
            If a ``ModelCheckpoint`` keeps more than weights.
        """
        given = inspect.signature(keras.Model.fit).bind_partial(self, *args, **options).arguments
        callbacks = getattr(given.get("callbacks"), "callbacks", given.get("callbacks")) or []
        for callback in callbacks if isinstance(callbacks, list | tuple) else [callbacks]:
            if isinstance(callback, keras.callbacks.ModelCheckpoint):
                if not callback.save_weights_only:
                    _refuse(f"a ModelCheckpoint for {callback.filepath!r}", WEIGHTS_ONLY)
        return super().fit(*args, **options)

    def save(self, filepath: Any = None, *args: Any, **options: Any) -> NoReturn:
        """Refuse (ValueError): the file could not be read."""
        _refuse(f"save({str(filepath)!r})")

    def export(self, filepath: Any = None, *args: Any, **options: Any) -> NoReturn:
        """Refuse (ValueError): what is served is a network, which can be exported."""
        _refuse(
            f"export({str(filepath)!r})",
            "Export one of its networks, as in model.decoder.export(folder).",
        )

    def get_config(self) -> NoReturn:
        """Refuse (ValueError): no settings that a file can hold say what the model is."""
        _refuse("a request for its settings, as a copy or a file of a whole model makes it")

    def __deepcopy__(self, memo: Any) -> NoReturn:
        """Refuse (ValueError), as what it stands on."""
        _refuse(
            "deepcopy(model)",
            "Build a second model in the same way, then second.set_weights(model.get_weights()).",
        )

    def __reduce__(self) -> NoReturn:
        """Refuse (ValueError) to be pickled."""
        _refuse("a request to pickle the model")


WEIGHTS_ONLY = (
    "Give ModelCheckpoint('name.weights.h5', save_weights_only=True), or BackupAndRestore to go on "
    "after an interruption."
)


def _states(model: Any) -> list[Any]:
    """Return the states of a model's random generators, its networks' included."""
    return [variable for variable in model.variables if variable.name == SEEDS]


def _refuse(received: str, remedy: str = REMEDY) -> NoReturn:
    raise ValueError(
        f"a model of the book holds functions, so its weights can be kept and not the model "
        f"itself; received {received}. {remedy}"
    )
