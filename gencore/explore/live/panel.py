"""What a live figure is set by and shows: settings, moments, and the widgets for both."""

from __future__ import annotations

import asyncio
import base64
import html
import io
from collections.abc import Callable
from typing import Any, NamedTuple

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

PICTURE = "max-width:100%;padding:0;background:#fff;filter:none"  # no theme dims it
PAUSE = 0.02  # seconds for what a reader has clicked in the meantime


class Choice(NamedTuple):
    """A setting with names to choose from.

    Attributes
    ----------
    label : str
        What stands at the control.
    options : tuple of str
        The names, the first of which it begins with.
    """

    label: str
    options: tuple[str, ...]


class Number(NamedTuple):
    """A setting with a number to type.

    Attributes
    ----------
    label : str
        What stands at the control.
    first : float
        What it begins with; an int lets whole numbers in only.
    low, high : float
        The least and the greatest number.
    """

    label: str
    first: float
    low: float
    high: float


class Upload(NamedTuple):
    """A setting with a file of the reader's own to choose.

    The work is given the bytes of the file, and None where none is chosen.

    Attributes
    ----------
    label : str
        What stands at the control.
    accept : str
        Which files are offered, as browsers name them: ``"image/*"``.
    most : int
        How many bytes a file may have.
    """

    label: str
    accept: str
    most: int = 50_000_000


Control = Choice | Number | Upload


class Moment(NamedTuple):
    """What a computation has come to.

    Attributes
    ----------
    share : float
        How much of it is done, 0 to 1.
    words : str
        A sentence with its numbers.
    draw : callable
        Draws it and returns the axes.
    """

    share: float
    words: str
    draw: Callable[[], Axes]


class Panel:
    """The widgets of a figure: its settings, start and stop, progress, words and picture.

    The work goes on between the messages of the kernel, which can so be told to stop.
    """

    def __init__(self, figure: Any):
        import ipywidgets

        self.figure, self.stopped, self.task = figure, False, None
        self.settings = {
            name: _widget(ipywidgets, control) for name, control in figure.controls.items()
        }
        self.start = ipywidgets.Button(description="Compute", tooltip="compute with these settings")
        self.stop = ipywidgets.Button(description="Stop", disabled=True)
        self.progress = ipywidgets.FloatProgress(max=1.0, description="progress")
        self.status, self.picture = ipywidgets.HTML(), ipywidgets.HTML()
        self.start.on_click(self.begin)
        self.stop.on_click(self.end)
        self.box = ipywidgets.VBox(
            [
                ipywidgets.HBox(list(self.settings.values()), layout={"flex_flow": "row wrap"}),
                ipywidgets.HBox([self.start, self.stop, self.progress]),
                self.status,
                self.picture,
            ]
        )
        self.show(figure.first)
        self.progress.value = 0.0

    def begin(self, _: Any = None) -> None:
        """Compute with the settings as they are, or say what is wrong with them."""
        if self.start.disabled:
            return
        values = {name: _value(widget.value) for name, widget in self.settings.items()}
        wrong = [_wrong(self.figure.controls[name], value) for name, value in values.items()]
        if any(wrong):
            self.say(" ".join(filter(None, wrong)))
            return
        self.start.disabled, self.stop.disabled, self.stopped = True, False, False
        self.progress.value = 0.0
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script: nothing to wait for
            asyncio.run(self.run(values))
        else:
            self.task = loop.create_task(self.run(values))

    def end(self, _: Any = None) -> None:
        """Let the work stop at its next moment."""
        self.stopped = True

    async def run(self, values: dict[str, Any]) -> None:
        """Show the moments of the work as they come; after an error the last good one stays."""
        try:
            for moment in self.figure.work(**values):
                self.show(moment)
                await asyncio.sleep(PAUSE)
                if self.stopped and moment.share < 1:
                    self.say(f"Stopped after {moment.share:.0%}. {moment.words}")
                    break
        except Exception as error:  # where else would a reader be told?
            self.say(f"{error} The picture is the last good one.")
        finally:
            self.start.disabled, self.stop.disabled = False, True

    def show(self, moment: Moment) -> None:
        """Show a moment."""
        self.progress.value = moment.share
        self.picture.value = picture(moment, self.figure.about)
        self.say(moment.words)

    def say(self, words: str) -> None:
        """Show a sentence."""
        self.status.value = f'<span role="status">{html.escape(words)}</span>'


def picture(moment: Moment, about: str) -> str:
    """Return a moment as an image in HTML, its numbers in the words beside it."""
    ax, file = moment.draw(), io.BytesIO()
    ax.figure.savefig(file, format="png", bbox_inches="tight")  # pyright: ignore[reportAttributeAccessIssue]
    plt.close(ax.figure)  # pyright: ignore[reportArgumentType]
    text = base64.b64encode(file.getvalue()).decode("ascii")
    source = f"data:image/png;base64,{text}"
    return f'<img alt="{html.escape(about)}" src="{source}" style="{PICTURE}">'


def _widget(ipywidgets: Any, control: Control) -> Any:
    wide = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
    if isinstance(control, Choice):
        return ipywidgets.Dropdown(options=control.options, description=control.label, **wide)
    if isinstance(control, Upload):
        layout = wide["layout"]  # the style of a button has no width of its description
        return ipywidgets.FileUpload(
            accept=control.accept, description=control.label, layout=layout
        )
    kind = ipywidgets.IntText if isinstance(control.first, int) else ipywidgets.FloatText
    words = f"{control.label} ({control.low:g} to {control.high:g})"
    return kind(value=control.first, description=words, **wide)


def _value(value: Any) -> Any:
    """Return what a widget holds; of files the bytes of the first, or None."""
    if not isinstance(value, tuple):
        return value
    return bytes(value[0]["content"]) if value else None


def _wrong(control: Control, value: Any) -> str:
    """Return what is wrong with a value, and nothing if it is right."""
    if isinstance(control, Upload):
        if value is None or len(value) <= control.most:
            return ""
        return (
            f"The file for {control.label} has at most {control.most / 1e6:g} MB; received "
            f"{len(value) / 1e6:.1f} MB. Choose a smaller one."
        )
    if isinstance(control, Choice) or control.low <= value <= control.high:
        return ""
    return (
        f"The {control.label} is from {control.low:g} to {control.high:g}; received {value:g}. "
        "Type another."
    )
