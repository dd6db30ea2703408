"""The model of binary images: an LSTM over rows, a masked network over the pixels of one."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gencore import checks
from gencore.checks.settings import keras, ops, seed_generator
from gencore.checks.training import CheckedModel, mean_loss
from gencore.data.batches import in_batches
from gencore.keeping import KeptByWeights
from gencore.sequences.networks import check_rows
from gencore.sequences.reader import plain_seed

Tensor = Any


class RowModel(KeptByWeights, CheckedModel):
    r"""Binary images, drawn pixel by pixel from the top left to the bottom right.

    .. math:: \log p(x) = \sum_{r, c} \log p(x_{rc} \mid \text{rows above}, x_{r1}, \dots,
       x_{r, c-1})

    A recurrent network reads the rows above, a masked network the pixels to the left. It is trained
    by plain ``fit`` on images; ``loss`` is in nats per image.

    Parameters
    ----------
    rows : keras.Model
        Rows (B, T, W) and a state to what is known before the next one, (B, T, S), and the
        state, as :func:`gencore.networks.row_lstm` builds it.
    pixels : keras.Model
        A row (..., W) and what is known (..., S) to logits (..., W), each of which hears of the
        pixels to its left alone, as :func:`~gencore.networks.masked_dense` builds it.
    height : int, optional
        Rows of an image; by default as many as its columns.
    binarize : bool
        Whether each training image is drawn afresh as zeros and ones at every step, a grey value
        being the probability of a 1.
    seed : int
        Seed of the binarisation.

    Raises
    ------
    ValueError
        If the networks do not fit each other.
    """

    def __init__(
        self,
        rows: keras.Model,
        pixels: keras.Model,
        height: int | None = None,
        binarize: bool = True,
        seed: int = 0,
    ):
        super().__init__("row_model")
        self.width = check_rows(rows, pixels)
        given = self.width if height is None else height
        self.height = checks.whole(given, "an image has a row or more", name="height")
        self.rows, self.pixels, self.binarize = rows, pixels, binarize
        self.units = [int(part.shape[-1]) for part in rows.inputs[1:]]
        self.seed_generator = seed_generator(seed)
        self.built = True
        image = tf.TensorSpec((None, self.height, self.width))
        read = (image, image, tf.TensorSpec((), tf.int32))
        self._draw = tf.function(self._drawn, input_signature=read, autograph=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image."""
        return (self.height, self.width, 1)

    def logits(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the logit of every pixel given those before it, (B, H, W, 1)."""
        x = ops.cast(x, "float32")[..., 0]
        above = ops.concatenate([ops.zeros_like(x[:, :1]), x[:, :-1]], axis=1)
        known, *_ = self.rows([above, *self._zeros(x)], training=training)
        return self.pixels([x, known], training=training)[..., None]

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return log p of each image, shape (B,), in nats; a fresh binary draw while training."""
        x = ops.cast(x, "float32")
        if training and self.binarize:
            uniform = keras.random.uniform(ops.shape(x), seed=self.seed_generator)
            x = ops.cast(uniform < x, "float32")
        each = -ops.softplus((1 - 2 * x) * self.logits(x, training))
        return ops.sum(each, axis=(1, 2, 3))

    def compute_loss(self, x=None, y=None, y_pred: Any = None, sample_weight=None, training=True):
        """Return the mean over the batch of -log p(x), in nats per image."""
        return mean_loss(-y_pred, sample_weight)

    def check(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless the model can be trained on images x.

        Grey values serve where they are drawn as zeros and ones at every step.
        """
        self._images(x, binary=not self.binarize)
        if y is not None:
            rule = "the target of a model of images is the image itself"
            checks.refuse(rule, checks.shown(y), "Leave y out.")

    def check_values(self, x: Any, y: Any = None) -> None:
        """Raise ValueError unless images x have a likelihood: they are zeros and ones."""
        self._images(x)

    def targets(self, x: Any, y: Any) -> Any:
        """Return something for each image: the targets are the images themselves."""
        return np.zeros(len(x), np.float32)

    @property
    def entry(self) -> keras.Model:
        """Return the network that reads the rows."""
        return self.rows

    def log_prob(self, x: Any, batch_size: int = 500) -> np.ndarray:
        """Return log p of binary images, exactly, shape (n,), in nats per image.

        Raises
        ------
        ValueError
            If an image has another shape, or a pixel is neither 0 nor 1.
        """
        images = self._images(x)
        return in_batches(self.call, images, size=batch_size, reads=(self.rows, self.pixels))

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Return n images, zeros and ones of shape (n, H, W, 1)."""
        n = checks.whole(n, "so many images are drawn, at least one", "Ask for one.", name="n")
        nothing = np.zeros((n, *self.shape), np.float32)
        return self._drawn_from(nothing, 0, seed)

    def complete(self, images: Any, rows: int, n: int, seed: int) -> np.ndarray:
        """Return n images for each one given, with its upper rows and others below.

        Parameters
        ----------
        images : array_like, shape (m, H, W, 1)
            Binary images, of which the upper rows are read.
        rows : int
            How many rows are kept, fewer than all.
        n, seed : int
            How many draws for each image, and their seed.

        Returns
        -------
        ndarray of float32, shape (m, n, H, W, 1)
        """
        images = self._images(images)
        n = checks.whole(n, "so many images are drawn, at least one", "Ask for one.", name="n")
        rule = f"of the {self.height} rows of an image fewer than all are kept"
        rows = checks.whole(rows, rule, low=0, high=self.height - 1, name="rows")
        made = self._drawn_from(np.repeat(images, n, axis=0), rows, seed)
        return made.reshape(len(images), n, *self.shape)

    def _drawn_from(self, images: np.ndarray, rows: int, seed: Any) -> np.ndarray:
        uniform = np.random.default_rng(plain_seed(seed)).random(images.shape[:3], np.float32)
        return np.asarray(self._draw(images[..., 0], uniform, tf.constant(rows)))[..., None]

    def _drawn(self, x: Tensor, uniform: Tensor, rows: Tensor) -> Tensor:
        """Draw the rows of images (n, H, W) from a number on, those before being read."""
        first = tf.zeros_like(x[:, :1])

        def draw_row(r: Tensor, x: Tensor, row: Tensor, *states: Tensor) -> Any:
            known, *after = self.rows([row, *states])
            numbers = uniform[:, r]

            def draw_pixel(c: Tensor, drawn: Tensor) -> Any:
                logit = self.pixels([drawn[:, None], known])[:, 0, c]
                pixel = tf.cast(numbers[:, c] < tf.sigmoid(logit), tf.float32)
                return c + 1, drawn + pixel[:, None] * tf.one_hot(c, self.width)

            keep = r < rows
            blank = tf.zeros_like(numbers)
            start = tf.where(keep, self.width, 0)
            _, drawn = tf.while_loop(
                lambda c, _: c < self.width, draw_pixel, (start, tf.where(keep, x[:, r], blank))
            )
            place = tf.one_hot(r, self.height)[None, :, None]
            x = x * (1 - place) + drawn[:, None] * place
            return r + 1, x, drawn[:, None], *after

        loop = (tf.constant(0), x, first, *self._zeros(x))
        shapes = [tf.TensorShape(s) for s in ((), x.shape, (None, 1, self.width))]
        shapes += [tf.TensorShape((None, n)) for n in self.units]
        _, x, *_ = tf.while_loop(lambda r, *_: r < self.height, draw_row, loop, tuple(shapes))
        return x

    def _zeros(self, x: Tensor) -> list[Tensor]:
        return [ops.zeros((ops.shape(x)[0], n)) for n in self.units]

    def _images(self, x: Any, binary: bool = True) -> np.ndarray:
        form, remedy = f"the shape (n, {', '.join(map(str, self.shape))})", "See data.binarize."
        shape = (None, *self.shape)
        images = checks.array(x, "images", form, remedy, shape=shape, low=0, high=1)
        if binary and not np.isin(images, (0, 1)).all():
            rule = "a likelihood of pixels is one of zeros and ones"
            checks.refuse(rule, "grey values", "Draw them first, by data.binarize.")
        return images.astype(np.float32, copy=False)
