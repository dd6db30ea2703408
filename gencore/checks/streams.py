"""Examples that come batch by batch: each batch is looked at where it comes in."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from gencore.checks.settings import keras


def streams(x: Any) -> bool:
    """Return whether examples come batch by batch, and no longer list is at hand."""
    return isinstance(x, tf.data.Dataset | keras.utils.PyDataset) or inspect.isgenerator(x)


def looked_at(source: Any, look: Callable[[Any], None], caught: list[Exception]) -> Any:
    """Return a source of batches that looks at each; what it finds goes to ``caught``."""

    def watched(batch: Any) -> Any:
        try:
            look(batch)
        except Exception as error:
            caught.append(error)
            raise
        return batch

    if inspect.isgenerator(source):
        return (watched(batch) for batch in source)
    if isinstance(source, keras.utils.PyDataset):
        return LookedAt(source, watched)

    def seen(*batch: Any) -> Any:
        whole = batch if isinstance(source.element_spec, tuple) else batch[0]

        def run(*parts: np.ndarray) -> np.bool_:
            watched(keras.tree.pack_sequence_as(whole, parts))
            return np.bool_(True)

        done = tf.numpy_function(run, keras.tree.flatten(whole), tf.bool)
        with tf.control_dependencies([done]):
            return keras.tree.map_structure(tf.identity, whole)

    return source.map(seen)


class LookedAt(keras.utils.PyDataset):
    """Batches of another data set, looked at."""

    def __init__(self, source: Any, watched: Callable[[Any], Any]):
        super().__init__(source.workers, source.use_multiprocessing, source.max_queue_size)
        self.source, self.watched = source, watched

    @property
    def num_batches(self) -> int | None:
        """Batches of an epoch."""
        return self.source.num_batches

    def __getitem__(self, index: int) -> Any:
        """Return a batch."""
        return self.watched(self.source[index])

    def on_epoch_begin(self) -> None:
        """Tell the source."""
        self.source.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tell the source."""
        self.source.on_epoch_end()


@contextlib.contextmanager
def in_our_words(caught: list[Exception]) -> Iterator[None]:
    """Raise what was found in a batch in the place of the error that TensorFlow makes of it."""
    try:
        yield
    except tf.errors.OpError:
        if caught:
            raise caught[0] from None
        raise
