"""A tab made of the trades of a run, which are read once it has them."""

from abc import abstractmethod
from contextlib import closing
from typing import Generic, TypeVar

from core.home import Home
from db.connection import StoreConnection, connect
from db.runs import RunRecord
from tui.background import in_background
from tui.drawing.room import Room
from tui.pages.trades import why_no_trades
from tui.panes.pane import TextPane
from tui.widgets.lines import Line, line

Found = TypeVar("Found")

# Of fewer trades all is read before a sentence about it could be.
_MANY = 50_000


class ResultPane(TextPane, Generic[Found]):
    """Reads beside the keys, with a connection of its own: a million trades take seconds."""

    _found: Found | None = None
    _is_read = False
    _is_reading = False

    def look(self, *, afresh: bool) -> None:
        """Read what is shown, when the run has ended and it was not read yet."""
        self.draw()
        if afresh and self.run.status == "completed" and not (self._is_read or self._is_reading):
            self._is_reading = True
            self.start(self._read)

    async def _read(self) -> None:
        try:
            self._found = await in_background(self._read_now, self.bench.home, self.run)
            self._is_read = True
        finally:
            self._is_reading = False
        self.draw()

    def _read_now(self, home: Home, run: RunRecord) -> Found | None:
        with closing(connect(home.store)) as connection:
            return self.read(home, connection, run)

    def draw(self) -> None:
        """Lay out what was found, or say in a sentence why there is nothing."""
        width, height = self.room
        room = Room(width, height, self.bench.ascii_only)
        if self._is_read and self._found is not None:
            self.lines.show(self.laid_out(self._found, room))
        else:
            self.lines.show([line(self._why_nothing(), "dim")])

    def _why_nothing(self) -> str:
        if self.run.status != "completed" or self._is_read or not self.run.total_trades:
            return why_no_trades(self.run)
        return "Reading the trades ..." if self.run.total_trades > _MANY else ""

    # What a tab is made of

    @abstractmethod
    def read(self, home: Home, connection: StoreConnection, run: RunRecord) -> Found | None:
        """Return what is shown, None where there is nothing; called beside the event loop."""

    @abstractmethod
    def laid_out(self, found: Found, room: Room) -> list[Line]:
        """Return what was found as lines."""
