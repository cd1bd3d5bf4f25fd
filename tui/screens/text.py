"""A text to read, over the screen that asked for it: a source, a call to a model."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget

from core.text import clean
from tui.messages import RunsChanged
from tui.screens.base import WorkScreen
from tui.widgets.lines import Line, Lines, line
from tui.widgets.page import Page

Draw = Callable[[int], Sequence[Line]]

_LONGEST_TITLE = 200


class TextScreen(WorkScreen):
    """A title and a page that scrolls; Esc goes back.

    `read` finds out what there is to show and returns a function that lays it out
    in as many cells. With `follows` it is called again when the store has changed.
    """

    NAME: ClassVar[str] = "text"

    def __init__(self, title: str, read: Callable[[], Awaitable[Draw]], *, follows: bool = False) -> None:
        super().__init__()
        self._heading = clean(title, limit=_LONGEST_TITLE)
        self._reading = read
        self._follows = follows
        self._draw: Draw | None = None

    def body(self) -> Iterable[Widget]:
        """Return the title and the page."""
        yield Lines([line(self._heading, "title")], id="title")
        with Page(id="text"):
            yield Lines(id="text-lines")

    def on_mount(self) -> None:
        """Read the text."""
        self.query_one("#text").focus()
        self.start(self._read, group="text")

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Read it again if it may be another one now."""
        message.stop()
        if self._follows:
            self.start(self._read, group="text", alone=True)

    async def _read(self) -> None:
        self._draw = await self._reading()
        self._show()

    def resized(self) -> None:
        """Lay the text out anew."""
        self._show()

    def _show(self) -> None:
        if self._draw is not None:
            self.query_one("#text-lines", Lines).show(self._draw(self.room.width))
