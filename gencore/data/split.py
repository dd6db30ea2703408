"""The container of a data set in three parts, and how it shows itself on a page."""

from dataclasses import dataclass, fields, replace
from html import escape

import numpy as np

from gencore import checks

_BANNER = """<div class="gencore-banner" role="note" style="border: 2px solid #c25700; \
padding: 0.5em 1em; margin: 1em 0"><p><strong>Embedded digits, not MNIST.</strong> This page \
runs on scikit-learn's bundled handwritten digits (1,797 scans of 8x8 pixels, resampled to \
28x28), because they need no download. The pictures and numbers computed below are of these \
digits: blurrier images, far fewer of them, and scores that must not be compared with those on \
MNIST. Tables of full results come from trained checkpoints and keep their MNIST provenance.</p>\
<p>{parts}. To run on MNIST, run <code>data.load_mnist()</code> once with a network, or set the \
environment variable <code>GENCORE_DATA</code> to a folder that has <code>mnist.npz</code>, and \
run the page again.</p></div>"""


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Images and labels in three parts: train, valid (to choose with) and test (to report on).

    Attributes
    ----------
    name : str
        ``"mnist"`` or ``"digits"``.
    x_train, x_valid, x_test : ndarray of float32, shape (n, 28, 28, 1)
        Images with values in [0, 1]; 0 is the background.
    y_train, y_valid, y_test : ndarray of int64, shape (n,)
        The digits 0 to 9.
    source : str
        Where the data come from, in words.
    digests : dict of str to str
        SHA-256 of the whole source arrays, by name (uint8 bytes).
    unit : str
        What a row is: images, or the characters of a text.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_valid: np.ndarray
    y_valid: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str
    digests: dict[str, str]
    unit: str = "images"

    @property
    def embedded(self) -> bool:
        """Whether these are the bundled digits that stand in for MNIST."""
        return self.name == "digits"

    def head(self, n: int) -> "Split":
        """Return the split with at most the first ``n`` rows of each part."""
        n = checks.whole(n, "n is a number of rows, at least 1", "Ask for one row or more.")
        arrays = [field.name for field in fields(self) if field.name[:2] in ("x_", "y_")]
        return replace(self, **{name: getattr(self, name)[:n] for name in arrays})

    def _parts(self) -> str:
        train, valid, test = len(self.x_train), len(self.x_valid), len(self.x_test)
        return f"{train:,} training, {valid:,} validation and {test:,} test {self.unit}"

    def __repr__(self) -> str:
        """Return name, sizes and source in a line, in the place of all arrays."""
        return f"<Split {self.name}: {self._parts()}; {self.source}>"

    def _repr_html_(self) -> str:
        if self.embedded:
            return _BANNER.format(parts=self._parts())
        return f'<p class="gencore-source">Data: {escape(self.source)}; {self._parts()}.</p>'
