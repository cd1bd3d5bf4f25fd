"""The source of a strategy to read, its fault marked, over the list of strategies."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from core.text import clean
from tui.background import in_background
from tui.drawing.wrapping import prose_lines
from tui.screens.base import WorkScreen
from tui.strategies.keys import StrategyKeys
from tui.strategies.rows import StrategyRow, read_files, row_of_mark, source_lines
from tui.widgets.lines import Line, Lines, line
from tui.widgets.page import Page

if TYPE_CHECKING:
    from db.datasets import DatasetRecord

_LONGEST_TITLE = 200
_MOST_OF_REASON = 4  # lines
_ABOVE = 3  # lines shown before the one at fault


class SourceScreen(WorkScreen):
    """Title, what is wrong if anything is, and the source; it begins where the fault is.

    `read_again` reads a file that was written, for the list below, and returns what stands there of it now.
    """

    NAME: ClassVar[str] = "source"
    ACTORS: ClassVar[tuple[type, ...]] = (StrategyKeys,)

    def __init__(
        self,
        row: StrategyRow,
        library: "Callable[[], Sequence[DatasetRecord]]",
        read_again: Callable[[Path], Awaitable[StrategyRow | None]],
    ) -> None:
        super().__init__()
        self._row = row
        self._reading = read_again
        self._files: Mapping[str, str] = {}
        self._keys = StrategyKeys(self, lambda: self._row, library, self._read_again)

    def body(self) -> Iterable[Widget]:
        """Return the title, the reason and the page."""
        yield Lines(id="title")
        yield Lines(id="reason")
        with Page(id="text"):
            yield Lines(id="text-lines")

    def actors(self) -> Iterable[object]:
        """Let the keys of a strategy act here as in the list."""
        return (self._keys, self)

    def on_mount(self) -> None:
        """Read the files."""
        self.query_one("#text").focus()
        self.start(self._read, group="text")

    async def _read(self) -> None:
        try:
            self._files = await in_background(read_files, self._row)
        finally:
            self._show()
        at = row_of_mark(self._lines())
        if at is not None:
            page = self.query_one("#text", Page)
            self.call_after_refresh(page.scroll_to, y=max(0, at - _ABOVE), animate=False)

    async def _read_again(self, path: Path) -> None:
        self._row = await self._reading(path) or self._row
        await self._read()

    def resized(self) -> None:
        """Lay the text out anew."""
        self._show()

    def _show(self) -> None:
        row, fault = self._row, self._row.fault
        heading = clean(f"{row.name} · {row.description.path}", limit=_LONGEST_TITLE)
        self.query_one("#title", Lines).show([line(heading, "title")])
        reason = [] if fault is None else prose_lines(fault.sentence, self.room.width, "bad")
        self.query_one("#reason", Lines).show(reason[:_MOST_OF_REASON])
        self.query_one("#text-lines", Lines).show(self._lines())
        self.bottom.show_keys_of(self.places(), without=self._keys.useless())

    def _lines(self) -> list[Line]:
        fault = self._row.fault
        return source_lines(self._files, self.room.width, None if fault is None else fault.place)
