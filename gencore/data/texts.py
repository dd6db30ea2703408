"""Texts in two parts, and the symbols that they are written in."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from gencore import checks
from gencore.data import shakespeare
from gencore.data.files import DataError, MissingDataError
from gencore.data.split import Split
from gencore.data.vocabulary import code_points

SHAKESPEARE, EMBEDDED = "shakespeare", "python"
CHOICE = 8 / 9  # of the training part; the rest, a tenth of the text, serves to choose settings
SHORTEST = 20  # characters of a text that can be cut in ten

_BANNER = """<div class="gencore-banner" role="note" style="border: 2px solid #c25700; \
padding: 0.5em 1em; margin: 1em 0"><p><strong>Embedded text, not Shakespeare.</strong> This page \
runs on the reference text of the Python language, which comes with Python, because it needs no \
download. The samples and numbers computed below are of this text. Tables of full results come \
from trained checkpoints and keep their provenance.</p><p>{parts}. To run on tiny Shakespeare, run \
<code>data.load_text("shakespeare")</code> once with a network, or set the environment variable \
<code>GENCORE_DATA</code> to a folder that has <code>tinyshakespeare.txt</code>, and run the page \
again.</p></div>"""


@dataclass(frozen=True, eq=False, repr=False)
class Text:
    r"""A text in two parts: the first nine tenths to train on, the last tenth to report on.

    Attributes
    ----------
    name : str
        ``"shakespeare"``, ``"python"`` (the embedded one), or the name of a file.
    train, valid : str
        The parts, as nanoGPT cuts them: :math:`\lfloor 0.9 n \rfloor` characters, and the rest.
    source : str
        Where the text comes from, in words.
    digests : dict of str to str
        SHA-256 of its bytes in UTF-8.
    """

    name: str
    train: str
    valid: str
    source: str
    digests: dict[str, str]

    @property
    def embedded(self) -> bool:
        """Whether this is the text that stands in for tiny Shakespeare."""
        return self.name == EMBEDDED

    def split(self) -> Split:
        """Return the text as a recipe reads it: characters by their code points, shape (n,).

        The last ninth of the training part is set apart as ``x_valid``, to choose settings with;
        a recipe whose settings are chosen trains on both. ``x_test`` is the last tenth of the text.
        """
        train, test = code_points(self.train), code_points(self.valid)
        cut = int(len(train) * CHOICE)
        none = np.zeros(0, np.int64)
        return Split(
            name=self.name,
            x_train=train[:cut],
            y_train=none,
            x_valid=train[cut:],
            y_valid=none,
            x_test=test,
            y_test=none,
            source=self.source,
            digests=self.digests,
            unit="characters",
        )

    def _parts(self) -> str:
        return f"{len(self.train):,} characters to train on and {len(self.valid):,} to report on"

    def __repr__(self) -> str:
        """Return name, sizes and source in a line, in the place of the text."""
        return f"<Text {self.name}: {self._parts()}; {self.source}>"

    def _repr_html_(self) -> str:
        if self.embedded:
            return _BANNER.format(parts=self._parts())
        return f'<p class="gencore-source">Data: {escape(self.source)}; {self._parts()}.</p>'


def load_text(name_or_path: str | os.PathLike | None = None) -> Text:
    """Load a text: tiny Shakespeare, the embedded one, or a file of the reader's own.

    Parameters
    ----------
    name_or_path : str or path-like, optional
        ``"shakespeare"`` for tiny Shakespeare (Karpathy, 2015), verified by its SHA-256;
        ``"python"`` for the Python language's own reference text, which comes with Python; anything
        else is the path of a file in UTF-8. Without it, tiny Shakespeare if it can be had, else
        the embedded text.

    Returns
    -------
    Text

    Raises
    ------
    MissingDataError
        If tiny Shakespeare is asked for and in no folder and with no host, or there is no such
        file.
    DataError
        If a file is damaged, empty or no UTF-8.
    ValueError
        If what is given is neither a name nor a path.
    """
    if name_or_path is None:
        try:
            return load_text(SHAKESPEARE)
        except MissingDataError:
            return load_text(EMBEDDED)
    rule = f"a text is {SHAKESPEARE!r}, {EMBEDDED!r} or the path of a file in UTF-8"
    checks.kind(name_or_path, str | os.PathLike, rule, "Give one, or none.")
    if name_or_path == SHAKESPEARE:
        source = "tiny Shakespeare (github.com/karpathy/char-rnn), verified by SHA-256"
        return cut(shakespeare.load(), SHAKESPEARE, source)
    if name_or_path == EMBEDDED:
        from pydoc_data.topics import topics

        text = "\n\n".join(topics[topic] for topic in sorted(topics))
        source = "the reference text of the Python language, which comes with Python"
        return cut(text.encode(), EMBEDDED, source)
    path = Path(name_or_path)
    return cut(read_file(path), path.name, f"the file {path.name}")


def read_file(path: Path) -> bytes:
    """Return the bytes of a file of the reader's own (DataError if it cannot be read)."""
    remedy = "Give the path of a file in UTF-8."
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingDataError(
            f"a text is read from a file; there is no {path}. {remedy}"
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(
            f"a text is read from a file; {path} cannot be read ({error}). {remedy}"
        ) from error


def cut(content: bytes, name: str, source: str) -> Text:
    """Return the bytes of a text in its two parts.

    Raises
    ------
    DataError
        If they are no UTF-8, or fewer than twenty characters.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"a text is a file in UTF-8; received {name}, whose byte {error.start} is "
            f"0x{content[error.start]:02x}, where no character begins or goes on. Save it as UTF-8."
        ) from error
    text = text.replace("\r\n", "\n")
    if len(text) < SHORTEST:
        raise DataError(
            f"a text is cut in ten parts, so it has {SHORTEST} characters or more; received {name} "
            f"with {len(text)}. Give a longer one."
        )
    head = int(len(text) * 0.9)
    digests = {"text": hashlib.sha256(content).hexdigest()}
    return Text(name, text[:head], text[head:], source, digests)
