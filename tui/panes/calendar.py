"""What a run brought by month and year, by weekday and by hour."""

from core.home import Home
from core.results.groups import Entered
from db.connection import StoreConnection
from db.runs import RunRecord
from tui.drawing.room import Room
from tui.pages.calendar import calendar_lines
from tui.panes.result import ResultPane
from tui.widgets.lines import Line


class CalendarPane(ResultPane[list[Entered]]):
    """Months from the figures that the run keeps, weekdays and hours from its trades."""

    NAME = "calendar"

    def read(self, home: Home, connection: StoreConnection, run: RunRecord) -> list[Entered] | None:  # noqa: ARG002 - as every tab
        """Return the trades by the time of their entry."""
        from core.run_breakdowns import entries_of

        return entries_of(connection, run.id) or None

    def laid_out(self, found: list[Entered], room: Room) -> list[Line]:
        """Return the tables of months, weekdays and hours."""
        return calendar_lines(self.run, found, room)
