"""A figure that computes anew with other settings where Python runs behind it; a picture elsewhere.

A notebook with a kernel shows controls; the built book, its PDF and a plain script show the picture
of the first settings.
"""

from __future__ import annotations

import asyncio
import base64
import html
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.util import find_spec
from typing import Any, NamedTuple

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

STATIC = "GENCORE_STATIC"  # set where a chapter is executed for a page and nobody sits before it
PAUSE = 0.02  # seconds for what a reader has clicked in the meantime
GROUND = (
    "background:#fff;color:#1b1b1b;padding:0.75rem;border:1px solid #c8c8c8;border-radius:4px;"
    "text-align:center"
)


class Choice(NamedTuple):
    """A setting with names to choose from, the first of them to begin with."""

    label: str
    options: tuple[str, ...]


class Number(NamedTuple):
    """A setting with a number to type, ``low`` to ``high``; whole where ``first`` is an int."""

    label: str
    first: float
    low: float
    high: float


class Moment(NamedTuple):
    """What a work has come to: the share that is done, 0 to 1, words, and how it is drawn."""

    share: float
    words: str
    draw: Callable[[], Axes]


class Live:
    """A figure with controls that start a computation, in a notebook with a kernel.

    Parameters
    ----------
    title : str
        Name of the figure.
    about : str
        What it shows, for those who do not see it.
    work : callable
        ``work(**settings)`` computes and yields what it has come to, a ``Moment`` at a time, of
        which the last one is the result. It can be stopped after each.
    controls : mapping of str to Choice or Number
        The settings by the names that ``work`` gives them.
    """

    def __init__(
        self,
        title: str,
        about: str,
        work: Callable[..., Iterable[Moment]],
        controls: Mapping[str, Choice | Number],
    ):
        self.title, self.about, self.work, self.controls = title, about, work, controls

    @cached_property
    def first(self) -> Moment:
        """The result of the first settings."""
        *_, last = self.work(**{name: _first(control) for name, control in self.controls.items()})
        return last

    @cached_property
    def panel(self) -> Panel:
        """The controls and what they show."""
        return Panel(self)

    def _repr_html_(self) -> str:
        names = ", ".join(control.label for control in self.controls.values())
        return (
            f'<div class="gencore-live" style="{GROUND}">\n{picture(self.first, self.about)}\n'
            f"<p>{html.escape(self.first.words)}</p>\n"
            "<p>This is the picture of the first settings. To change them and compute anew "
            f"({html.escape(names)}), Python is needed: open the notebook of this chapter in "
            "JupyterLab, by <code>make lab</code>, and run its cells.</p>\n</div>"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        widgets = self.panel.box._repr_mimebundle_() if attended() else None
        # What a reader saves may be shown where no widget can be: the picture goes with it.
        picture = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return picture | (widgets or {})

    def __repr__(self) -> str:
        """Return what the figure shows, for those who read text alone."""
        return f"{self.title}. {self.about} {self.first.words}"


class Panel:
    """The widgets of a figure: its settings, start and stop, progress, words and picture.

    The work goes on between the messages of the kernel, which can so be told to stop.
    """

    def __init__(self, figure: Live):
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
        values = {name: widget.value for name, widget in self.settings.items()}
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


def attended() -> bool:
    """Return whether a reader may sit before this process, with widgets to move."""
    if os.environ.get(STATIC) or find_spec("ipywidgets") is None or "IPython" not in sys.modules:
        return False
    return getattr(sys.modules["IPython"].get_ipython(), "kernel", None) is not None


def picture(moment: Moment, about: str) -> str:
    """Return a moment as an image in HTML, its numbers in the words beside it."""
    ax, file = moment.draw(), io.BytesIO()
    ax.figure.savefig(file, format="png", bbox_inches="tight")  # pyright: ignore[reportAttributeAccessIssue]
    plt.close(ax.figure)  # pyright: ignore[reportArgumentType]
    text = base64.b64encode(file.getvalue()).decode("ascii")
    source = f"data:image/png;base64,{text}"
    return f'<img alt="{html.escape(about)}" src="{source}" style="max-width:100%">'


def _first(control: Choice | Number) -> str | float:
    return control.options[0] if isinstance(control, Choice) else control.first


def _widget(ipywidgets: Any, control: Choice | Number) -> Any:
    wide = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
    if isinstance(control, Choice):
        return ipywidgets.Dropdown(options=control.options, description=control.label, **wide)
    kind = ipywidgets.IntText if isinstance(control.first, int) else ipywidgets.FloatText
    words = f"{control.label} ({control.low:g} to {control.high:g})"
    return kind(value=control.first, description=words, **wide)


def _wrong(control: Choice | Number, value: Any) -> str:
    """Return what is wrong with a value, and nothing if it is right."""
    if isinstance(control, Choice) or control.low <= value <= control.high:
        return ""
    return (
        f"The {control.label} is from {control.low:g} to {control.high:g}; received {value:g}. "
        "Type another."
    )
