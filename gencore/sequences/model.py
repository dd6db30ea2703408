"""The model of texts: a recurrent network and a vocabulary, joined by the chain rule."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.arguments import FIT, named
from gencore.checks.settings import keras, ops
from gencore.checks.streams import streams
from gencore.checks.training import KERAS_BATCH, CheckedModel
from gencore.data.vocabulary import a_text
from gencore.keeping import KeptByWeights
from gencore.metrics import Estimate
from gencore.sequences.choosing import check_choice, drawn, tempered
from gencore.sequences.estimates import per_character
from gencore.sequences.networks import check_network
from gencore.sequences.reader import Reader, plain_seed
from gencore.sequences.reading import PAD, check_vocabulary, check_windows, coded, cut, windows

Tensor = Any
WINDOW = 512  # symbols that are scored at once
RULED_OUT = -1e9  # logit of a symbol that cannot come


class SequenceModel(KeptByWeights, CheckedModel):
    r"""A recurrent network that says of each symbol how likely it is after those before it.

    .. math:: \log p(x_1, \dots, x_n) = \sum_t \log p(x_t \mid x_1, \dots, x_{t-1})

    It is trained by plain ``fit`` on :func:`windows` of a text, the batch size being their number
    of rows: the state goes on from each window to the next one of its row, the gradient does not
    (truncated backpropagation through time). ``loss`` is in nats per symbol.

    Parameters
    ----------
    network : keras.Model
        Symbols (B, T), and a state in so many parts (B, units), to logits (B, T, V) and the state
        after them, as :func:`gencore.networks.lstm` builds it. The number V is the start.
    vocabulary : Vocabulary or WordVocabulary
        The V symbols.

    Raises
    ------
    ValueError
        If network and vocabulary do not fit each other.
    """

    def __init__(self, network: keras.Model, vocabulary: Any):
        super().__init__("sequence_model")
        self.vocabulary = check_vocabulary(vocabulary)
        check_network(network, len(vocabulary))
        self.network = network
        self.units = [int(part.shape[-1]) for part in network.inputs[1:]]
        self.start = len(vocabulary)
        allowed = getattr(vocabulary, "allowed", np.ones((1, self.start), bool))
        self.ruled_out = np.where(allowed, 0.0, RULED_OUT).astype(np.float32)
        # One state for each row of a batch, of any number of rows; it is no weight.
        self.carried = [
            tf.Variable(tf.zeros((1, n)), shape=(None, n), trainable=False) for n in self.units
        ]
        self.built = True
        # Compiled once for any number of rows; a single symbol needs no loop over steps.
        self.step, self.passage, self.score = (
            tf.function(partial(function), autograph=False, reduce_retracing=True)
            for function in (self.read, self.read, self.scored)
        )

    def windows(self, text: str, rows: int = 64, window: int = 64) -> np.ndarray:
        """Return a text in :func:`windows` of this model's symbols."""
        return windows(self.vocabulary, text, rows, window)

    def zero_state(self, rows: int) -> list[Tensor]:
        """Return the state at a start, zeros (rows, units)."""
        return [ops.zeros((rows, n)) for n in self.units]

    def read(
        self, codes: Tensor, states: list[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Return log p of every next symbol (B, T, V), and the state after coded symbols (B, T)."""
        codes = ops.cast(codes, "int32")
        symbols, classes = codes % (self.start + 1), codes // (self.start + 1)
        logits, *after = self.network([symbols, *states], training=training)
        if len(self.ruled_out) > 1:
            logits = logits + ops.take(self.ruled_out, classes, axis=0)
        return ops.log_softmax(logits, axis=-1), after

    def scored(
        self, x: Tensor, states: list[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Return log p of the symbols of windows (B, T), 0 after the end, and the state."""
        x = ops.cast(x, "int32")
        log_p, after = self.read(ops.maximum(x[:, :-1], 0), states, training)
        targets = ops.maximum(x[:, 1:], 0) % (self.start + 1)
        found = ops.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
        return ops.where(x[:, 1:] == PAD, 0.0, found), after

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return log p of the symbols of windows (B, T), which go on from those of the last call.

        A window that begins with the start begins with zeros.
        """
        fresh = ops.cast(x[:, :1], "int32") == self.start
        states = []
        for kept in self.carried:
            zeros = tf.zeros((tf.shape(x)[0], kept.shape[1]))
            same = tf.shape(kept)[0] == tf.shape(x)[0]
            before = tf.cond(same, lambda kept=kept: kept.read_value(), lambda zeros=zeros: zeros)
            states.append(ops.where(fresh, 0.0, before))
        log_p, after = self.scored(x, states, training)
        for kept, state in zip(self.carried, after, strict=True):
            kept.assign(state)
        return log_p

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean of -log p over the symbols of a batch, in nats per symbol."""
        count = ops.sum(ops.cast(ops.cast(x, "int32")[:, 1:] != PAD, "float32"))
        return -ops.sum(y_pred) / ops.maximum(count, 1.0)

    def fit(self, *args: Any, **options: Any):
        """Train as Keras does, the windows being left in their order (ValueError for a shuffle)."""
        given = named(FIT, self, args, options)
        if given.get("shuffle"):
            rule = "windows of a text are read in their order"
            checks.refuse(rule, "shuffle=True", "Leave shuffle out.")
        if not streams(given.get("x")):
            self._follow(given.get("x"), given.get("batch_size"))
        return super().fit(**given | {"shuffle": False})

    def evaluate(self, x: Any = None, y: Any = None, batch_size: Any = None, **options: Any):
        """Evaluate windows in their order, as Keras does (ValueError for another)."""
        if not streams(x):
            self._follow(x, batch_size)
        return super().evaluate(x, y, batch_size=batch_size, **options)

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless x are windows of this model's symbols."""
        if y is not None:
            rule = "the targets of windows are their own symbols"
            checks.refuse(rule, checks.shown(y), "Leave y out.")
        self._follow(x, len(x) if hasattr(x, "__len__") else None)

    def targets(self, x: Any, y: Any) -> Any:
        """Refuse weights (ValueError): Keras asks for targets where examples are weighed."""
        rule = "the symbols of a text count alike"
        checks.refuse(rule, "sample_weight", "Leave it out.")

    def _follow(self, x: Any, size: Any) -> None:
        known = len(self.ruled_out) * (self.start + 1)
        size = KERAS_BATCH if size is None else size
        size = checks.whole(size, "batch_size is a whole number of at least 1")
        check_windows(x, size, known, self.start)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the symbols."""
        return self.network

    def conditionals(self, text: str, rows: int = 1) -> np.ndarray:
        """Return log p of each symbol of a text after those before it, shape (n,), in nats.

        Parameters
        ----------
        text : str
            The text; its symbols are characters for a :class:`~gencore.data.Vocabulary`.
        rows : int
            The text is cut in so many pieces of equal length, which are read side by side, each
            from a start of its own. Several are quicker, and each begins without knowing what was
            before: their sum is a little below the log-probability of the text as one.

        Raises
        ------
        ValueError
            If a character is not in the vocabulary, or there is none.
        """
        symbols = coded(self.vocabulary, a_text(text))
        rows = checks.whole(rows, "a text is cut in so many rows, at least one", name="rows")
        if rows > len(symbols) - 1:
            rule = "a row of a text has a symbol or more"
            checks.refuse(rule, f"{rows} rows for {len(symbols) - 1}", "Ask for fewer rows.")
        length = -(-(len(symbols) - 1) // rows)
        x = cut(symbols, rows, min(WINDOW, length))
        states, found = self.zero_state(rows), []
        for window in np.split(x, len(x) // rows):
            log_p, states = self.score(tf.constant(window), states)
            found.append(np.asarray(log_p))
        whole = np.concatenate(found, axis=1)[:, :length]
        return whole.reshape(-1)[: len(symbols) - 1].astype(float)

    def log_prob(self, text: str, rows: int = 1) -> float:
        """Return log p of a text, in nats; ``rows`` as in :meth:`conditionals`."""
        return float(self.conditionals(text, rows).sum())

    def cross_entropy(self, text: str, rows: int = 1) -> Estimate:
        """Return -log p of a text by the number of its characters, in nats per character.

        The standard error is that of the means of blocks of 500 symbols: neighbouring characters
        are not independent. It is 0 for a text of fewer than two blocks.
        """
        return per_character(self.conditionals(text, rows), text)

    def sample(
        self,
        n: int,
        seed: int,
        prompt: str | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        length: int = 200,
    ) -> list[str]:
        """Return n texts that begin with the prompt and go on for so many symbols.

        Parameters
        ----------
        n, seed : int
            How many texts, and the seed of their draws.
        prompt : str, optional
            What they begin with; by default the beginning of a text. A model of words takes it
            for whole words.
        temperature, top_k
            As in :func:`tempered`.
        length : int
            Symbols that are drawn for each text.

        Raises
        ------
        ValueError
            If the prompt is empty or has an unknown character, or the temperature is not positive.
        """
        n = checks.whole(n, "so many texts are drawn, at least one", "Ask for one.", name="n")
        length = checks.whole(length, "a text goes on for one symbol or more", name="length")
        temperature, top_k = check_choice(temperature, top_k)
        reader = self.reader(n, prompt)
        uniform = np.random.default_rng(plain_seed(seed)).random((length, n))
        made = np.empty((length, n), np.int64)
        for t in range(length):
            p = reader.probabilities
            if temperature != 1 or top_k is not None:
                p = tempered(p, temperature, top_k)
            made[t] = drawn(p, uniform[t])
            reader.take(made[t])
        return [(prompt or "") + self.vocabulary.decode(row) for row in made.T]

    def reader(self, rows: int = 1, prompt: str | None = None) -> Reader:
        """Return what reads so many texts side by side, one symbol at a time."""
        return Reader(self, rows, prompt)
