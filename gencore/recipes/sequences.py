"""Recipes of the chapter on sequences: LSTMs on text, by characters and by words, and on rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gencore import data, metrics, networks, sequences
from gencore.checks.settings import keras
from gencore.data.vocabulary import characters, code_points
from gencore.recipes.likelihoods import PROTOCOL as OF_IMAGES
from gencore.recipes.likelihoods import binarized
from gencore.recipes.recipe import Recipe
from gencore.recipes.samples import GALLERY_IMAGES, GALLERY_SEED

TEXT = "shakespeare"
# The characters of the training part of tiny Shakespeare: a checkpoint is loaded without the text.
CHARACTERS = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PIECE = 10_000  # characters that are scored in a row from a start
PROTOCOL = {"piece": PIECE}
GALLERY_TEXTS, GALLERY_LENGTH = 3, 500  # texts, characters of each
ROWS, WINDOW = 64, 50
CLIP = 1.0  # norm of the gradients of a mean over symbols


def sequence_recipes() -> Iterable[Recipe]:
    """Yield LSTMs on tiny Shakespeare, by characters and by words, and one on rows of digits."""
    large = _text(
        "char-lstm",
        "LSTM on the characters of tiny Shakespeare, 2 layers of 256, dropout 0.2",
        networks_of((256, 256), embedding=64, dropout=0.2),
        epochs=12,
        learning_rate=4e-3,
    )
    yield from (large, large.with_seed(1), large.with_seed(2))
    yield _text(
        "char-lstm-small",
        "LSTM on the characters of tiny Shakespeare, 1 layer of 256, dropout 0.1",
        networks_of((256,), embedding=32, dropout=0.1),
        epochs=12,
        learning_rate=6e-3,
    )
    yield _words()
    yield _rows()


def networks_of(units: tuple[int, ...], embedding: int, dropout: float) -> Any:
    """Return the function that builds a model of characters from a seed."""

    def build(seed: int) -> keras.Model:
        network = networks.lstm(len(CHARACTERS), embedding, units, dropout, seed)
        return sequences.SequenceModel(network, data.Vocabulary(CHARACTERS))

    return build


def text_of(split: data.Split) -> tuple[str, str]:
    """Return the text that is trained on, and the one that is reported on.

    What served to choose the settings is trained on too, once they are chosen.
    """
    train = characters(np.concatenate([split.x_train, split.x_valid]))
    return train, characters(split.x_test)


def evaluate_text(model: sequences.SequenceModel, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the cross-entropy of the last tenth, each of its characters being scored once.

    It is read in pieces of about 10,000 characters, each from a start.
    """
    _, text = text_of(split)
    return {"cross_entropy": model.cross_entropy(text, rows=max(1, len(text) // PIECE))}


def evaluate_rows(model: sequences.RowModel, split: data.Split) -> dict[str, metrics.Estimate]:
    """Return the exact log-likelihood of the binary draw of the test digits."""
    log_p = model.log_prob(binarized(split.x_test))
    return {"log_likelihood": metrics.Estimate.from_values(log_p, "nats")}


def texts(model: sequences.SequenceModel) -> np.ndarray:
    """Return a few samples as code points, cut to one length: shape (3, 500)."""
    made = model.sample(GALLERY_TEXTS, GALLERY_SEED, length=GALLERY_LENGTH)
    cut = [code_points(text[:GALLERY_LENGTH].ljust(GALLERY_LENGTH)) for text in made]
    return np.array(cut).astype(np.uint16)


def images(model: sequences.RowModel) -> np.ndarray:
    """Return a few samples in 256 grey levels, shape (20, 28, 28)."""
    made = model.sample(GALLERY_IMAGES, GALLERY_SEED)
    return (255 * made[..., 0]).astype(np.uint8)


def _text(name: str, summary: str, build: Any, epochs: int, **options: Any) -> Recipe:
    rows = options.setdefault("batch_size", ROWS)

    def examples(split: data.Split) -> dict[str, np.ndarray]:
        train, _ = text_of(split)
        vocabulary = data.Vocabulary(CHARACTERS)
        return {"x": sequences.windows(vocabulary, train, rows, WINDOW)}

    settings: dict[str, Any] = {"examples": examples, **options}
    return Recipe(
        name,
        summary,
        build,
        **settings,
        validation=None,
        evaluate=evaluate_text,
        epochs=epochs,
        ordered=True,
        adam={"global_clipnorm": CLIP},
        group="sequences",
        dataset=TEXT,
        protocol=PROTOCOL,
        gallery=texts,
        gallery_epochs=tuple(sorted({1, 2, epochs // 4, epochs // 2, epochs})),
    )


def _words() -> Recipe:
    """Return the recipe of a model of words; its vocabulary is read from the text it trains on."""

    def vocabulary() -> data.WordVocabulary:
        return data.WordVocabulary.of(data.load_text(TEXT).train, least=3)

    def build(seed: int) -> keras.Model:
        known = vocabulary()
        network = networks.lstm(len(known), 128, (256,), 0.5, seed)
        return sequences.SequenceModel(network, known)

    def examples(split: data.Split) -> dict[str, np.ndarray]:
        return {"x": sequences.windows(vocabulary(), text_of(split)[0], ROWS, WINDOW)}

    return _text(
        "word-lstm",
        "LSTM on the words of tiny Shakespeare that come three times or more, others spelled, "
        "1 layer of 256, dropout 0.5",
        build,
        epochs=10,
        learning_rate=3e-3,
        examples=examples,
        keep_weights=False,
    )


def _rows() -> Recipe:
    units = (384, 256)

    def build(seed: int) -> keras.Model:
        pair = networks.row_lstm(28, 128, units), networks.masked_dense(28, sum(units))
        return sequences.RowModel(*pair, seed=seed)

    epochs = 10
    return Recipe(
        "row-lstm",
        "LSTM over the rows of binarised digits, 2 layers of 384 and 256, and a masked dense "
        "network over the pixels of a row",
        build,
        examples=lambda split: {"x": split.x_train},
        validation=lambda split: {"x": binarized(split.x_valid)},
        evaluate=evaluate_rows,
        epochs=epochs,
        batch_size=64,
        learning_rate=2e-3,
        adam={"global_clipnorm": 20.0},
        group="sequences",
        protocol={"binarization_seed": OF_IMAGES["binarization_seed"]},
        gallery=images,
        gallery_epochs=(1, 2, epochs // 2, epochs),
    )
