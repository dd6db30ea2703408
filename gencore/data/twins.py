"""A second way of writing digits, with a known key: each digit's twin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gencore import checks

SHEAR = 0.3  # pixels to the side for each pixel down
THINNER = 2  # pixels of the square whose darkest value a pixel takes


def twins(x: ArrayLike) -> np.ndarray:
    r"""Return each digit as another pen and hand would write it: its twin.

    .. math:: b = 1 - S(T(a))

    The strokes become thinner (T: every pixel takes the darkest value of the 2 x 2 pixels that end
    in it), the digit is sheared about its middle (S: each row moves 0.3 pixels to the left for each
    pixel that it lies lower, values between pixels being interpolated), and ink is black on white.
    The map is one to one but for what T and the border lose.

    Parameters
    ----------
    x : array_like, shape (n, height, width, 1)
        Bright digits on black, values in [0, 1].

    Returns
    -------
    ndarray of float32, shape of ``x``
        Their twins, dark on white, in the same order.

    Raises
    ------
    ValueError
        If ``x`` has another shape, or leaves [0, 1].
    """
    from scipy import ndimage

    form = "the shape (n, height, width, 1)"
    x = checks.array(x, "digits", form, shape=(None, None, None, 1), low=0, high=1)
    thin = ndimage.grey_erosion(x[..., 0], size=(1, THINNER, THINNER))
    middle = (x.shape[1] - 1) / 2
    # Read from the column c + s (r - middle) for the pixel in row r and column c.
    matrix, offset = np.array([[1, 0, 0], [0, 1, 0], [0, SHEAR, 1]]), [0, 0, -SHEAR * middle]
    sheared = ndimage.affine_transform(thin, matrix, offset=offset, order=1)  # pyright: ignore
    return (1 - sheared[..., np.newaxis]).astype(np.float32)
