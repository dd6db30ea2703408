"""A figure that computes anew with other settings where Python runs behind it; a picture elsewhere.

A notebook with a kernel shows controls; the built book, its PDF and a plain script show the picture
of the first settings.
"""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from gencore.explore.live.panel import Choice, Control, Moment, Number, Panel, picture

STATIC = "GENCORE_STATIC"  # set where a chapter is executed for a page and nobody sits before it
CODE = "background:none;color:inherit;border:0"
GROUND = (
    "background:#fff;color:#1b1b1b;padding:0.75rem;border:1px solid #c8c8c8;border-radius:4px;"
    "text-align:center"
)


class Live:
    """A figure with controls that start a computation, in a notebook with a kernel.

    Parameters
    ----------
    title : str
        Name of the figure.
    about : str
        What it shows, for those who do not see it.
    work : callable
        ``work(**settings)`` computes and yields what it has come to, a :class:`Moment` at a time,
        of which the last one is the result. It can be stopped after each. Where it raises, the
        words of the error are shown under the last good picture.
    controls : mapping of str to Choice, Number or Upload
        The settings by the names that ``work`` gives them. A number out of bounds is named
        and computes nothing.
    """

    def __init__(
        self,
        title: str,
        about: str,
        work: Callable[..., Iterable[Moment]],
        controls: Mapping[str, Control],
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
            "JupyterLab, by "
            f'<code style="{CODE}">make lab</code>, and run its cells.</p>\n</div>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        widgets = self.panel.box._repr_mimebundle_() if attended() else None
        # What a reader saves may be shown where no widget can be: the picture goes with it.
        picture = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return picture | (widgets or {})

    def __repr__(self) -> str:
        """Return what the figure shows, for those who read text alone."""
        return f"{self.title}. {self.about} {self.first.words}"


def attended() -> bool:
    """Return whether a reader may sit before this process, with widgets to move."""
    if os.environ.get(STATIC) or find_spec("ipywidgets") is None or "IPython" not in sys.modules:
        return False
    return getattr(sys.modules["IPython"].get_ipython(), "kernel", None) is not None


def _first(control: Control) -> str | float | None:
    if isinstance(control, Choice):
        return control.options[0]
    return control.first if isinstance(control, Number) else None
