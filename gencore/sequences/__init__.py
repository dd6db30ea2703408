r"""Sequences by the chain rule: models whose log-likelihood is exact.

.. math:: p(x_1, \dots, x_n) = \prod_t p(x_t \mid x_1, \dots, x_{t-1})

A recurrent network reads symbols, or the rows of an image, and says of each next one how likely it
is. Log-probabilities are in nats.
"""

from gencore.sequences.cell import jacobian_norms, lstm_step
from gencore.sequences.choosing import tempered
from gencore.sequences.coding import decode, encode
from gencore.sequences.model import SequenceModel
from gencore.sequences.ngrams import NGram
from gencore.sequences.reading import windows
from gencore.sequences.rows import RowModel

__all__ = [
    "NGram",
    "RowModel",
    "SequenceModel",
    "decode",
    "encode",
    "jacobian_norms",
    "lstm_step",
    "tempered",
    "windows",
]
