"""Figures of pictures that a network has changed: a dream on its way, a style and its weight."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image

from gencore import checks
from gencore.explore.page import Explorer, some

WIDEST, QUALITY = 288, 60  # pixels and quality of a picture that travels with a page
MOST = 2_000_000  # letters of all pictures of a figure: a page has 3 MB
STEP = ("picture", "octave", "done", "total", "objective")
MADE = ("picture", "history")


def dream(picture: np.ndarray, dreams: Mapping[str, Sequence[Any]]) -> Explorer:
    """Return a dream on its way: slide through octaves and steps, choose the layer.

    The pictures travel compressed, 288 pixels wide at most: a dozen for each of four layers is
    about 1 MB.

    Parameters
    ----------
    picture : ndarray, shape (h, w, 3)
        The picture that the dreams begin with, in [0, 1].
    dreams : mapping of str to sequence of reverse.Step
        By the name of the layer: steps of ``reverse.maximise(..., watch=)``, in their order.

    Raises
    ------
    ValueError
        If there is nothing to show, a picture is none, or the pictures weigh more than a page.
    """
    first = _checked(picture)
    checks.mapping(dreams, "dreams")
    rule = "a dream is shown by its steps, as reverse.maximise(..., watch=) gives them"
    for steps in dreams.values():
        some(steps, "step of each dream")
        for step in steps:
            checks.has(step, STEP, rule, "Collect some by watch.")
    described = [
        {
            "name": str(name),
            "frames": [
                {
                    "picture": _packed(step.picture),
                    "octave": int(step.octave) + 1,
                    "step": f"{step.done} of {step.total}",
                    "value": f"{float(step.objective):.3g}",
                }
                for step in steps
            ],
        }
        for name, steps in dreams.items()
    ]
    start = _packed(first)
    _check_weight([start, *(part["picture"] for one in described for part in one["frames"])])
    last = {str(name): steps[-1].picture for name, steps in dreams.items()}
    words = "; ".join(
        f"{one['name']}: {one['frames'][0]['value']} to {one['frames'][-1]['value']}"
        for one in described
    )
    return Explorer(
        "dream",
        "A dream on its way",
        "A picture, and what becomes of it while the answer of a layer is made larger. Choose the "
        "layer, and slide through the octaves, from a small picture to one of the whole size, and "
        f"their steps. The mean square of the layer at the first and last step shown: {words}.",
        {"start": start, "dreams": described},
        lambda: _row({"picture": first, **last}),
    )


def style(
    content: np.ndarray,
    styles: Mapping[str, np.ndarray],
    made: Mapping[str, Mapping[float, Any]],
) -> Explorer:
    """Return a picture in several styles: slide the weight of the style.

    Parameters
    ----------
    content : ndarray, shape (h, w, 3)
        The picture, in [0, 1].
    styles : mapping of str to ndarray, shape (h, w, 3)
        The pictures whose style it gets, by their names.
    made : mapping of str to mapping of float to reverse.Made
        By the name of the style and by its weight: what ``reverse.transfer`` gives.

    Raises
    ------
    ValueError
        If there is nothing to show, a style is missing, a picture is none, or the pictures weigh
        more than a page.
    """
    first = _checked(content)
    checks.mapping(styles, "styles")
    checks.mapping(made, "what was made")
    described = []
    for name, pictures in made.items():
        if name not in styles:
            checks.refuse("every style has its picture", f"none for {name!r}", "Add it to styles.")
        checks.mapping(pictures, f"pictures in the style {name}", "Give them by their weights.")
        rule = "a picture is given as reverse.transfer makes it"
        for weight, one in pictures.items():
            checks.number(weight, "the weight of a style is 0 or more", low=0)
            checks.has(one, MADE, rule, "Give what it returns.")
        described.append(
            {
                "name": str(name),
                "picture": _packed(styles[name]),
                "frames": [
                    {
                        "weight": f"{weight:g}",
                        "picture": _packed(pictures[weight].picture),
                        "content": f"{float(pictures[weight].history['content'][-1]):.3f}",
                        "style": f"{float(pictures[weight].history['style'][-1]):.3f}",
                    }
                    for weight in sorted(pictures)
                ],
            }
        )
    start = _packed(first)
    frames = [part["picture"] for one in described for part in one["frames"]]
    _check_weight([start, *(one["picture"] for one in described), *frames])
    shown = {str(name): pictures[max(pictures)].picture for name, pictures in made.items()}
    words = "; ".join(
        f"{one['name']} at {one['frames'][-1]['weight']}, {one['frames'][-1]['style']} from the "
        f"style and {one['frames'][-1]['content']} from the content"
        for one in described
    )
    return Explorer(
        "style",
        "A picture in a style",
        "A picture, a style, and the picture painted in it. Choose the style and slide its weight: "
        "the larger it is, the nearer are the moments of the features to those of the style, and "
        f"the farther the features from those of the picture. At the largest weights: {words}.",
        {"start": start, "styles": described},
        lambda: _row({"picture": first, **shown}),
    )


def _checked(picture: Any) -> np.ndarray:
    form, remedy = "the shape (h, w, 3)", "data.load_picture gives one."
    options = {"shape": (None, None, 3), "low": 0, "high": 1}
    return checks.array(picture, "a picture", form, remedy, **options)


def _packed(picture: Any) -> str:
    """Return a picture as the address of itself, compressed."""
    pixels = np.rint(255 * _checked(picture)).astype(np.uint8)
    image, file = Image.fromarray(pixels), io.BytesIO()
    image.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    image.save(file, "WEBP", quality=QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def _check_weight(pictures: Sequence[str]) -> None:
    if (letters := sum(map(len, pictures))) > MOST:
        rule = f"the pictures of a figure weigh at most {MOST / 1e6:g} MB, as a page has 3"
        received = f"{len(pictures)} pictures of {letters / 1e6:.1f} MB"
        checks.refuse(rule, received, "Show fewer of them.")


def _row(pictures: Mapping[str, np.ndarray]) -> Axes:
    """Draw pictures beside each other, their names above them."""
    _, axes = plt.subplots(1, len(pictures), figsize=(3 * len(pictures), 3.2), squeeze=False)
    for ax, (name, picture) in zip(axes[0], pictures.items(), strict=True):
        ax.imshow(picture)
        ax.set_title(name)
        ax.set_axis_off()
    return axes[0, 0]
