"""How the trades of a run are distributed."""

from core.home import Home
from core.run_breakdowns import Distribution, distribution_of
from db.connection import StoreConnection
from db.runs import RunRecord
from tui.drawing.room import Room
from tui.pages.distribution import distribution_lines
from tui.panes.result import ResultPane
from tui.widgets.lines import Line


class DistributionPane(ResultPane[Distribution]):
    """Profits, buys and sells, how far trades went both ways, why they ended, how long they were held."""

    NAME = "distribution"

    def read(self, home: Home, connection: StoreConnection, run: RunRecord) -> Distribution | None:
        """Return what all trades tell together."""
        return distribution_of(home, connection, run)

    def laid_out(self, found: Distribution, room: Room) -> list[Line]:
        """Return histogram, figures, buys and sells, reasons, times held and the scatter."""
        return distribution_lines(self.run, found, room)
