"""The first tab: how the run goes, its curves and figures."""

from tui.pages.overview import Room, overview_lines
from tui.panes.pane import TextPane


class OverviewPane(TextPane):
    """Live while the run is under way, then all that came of it."""

    NAME = "overview"

    def draw(self) -> None:
        """Lay the curves and figures out."""
        width, height = self.room
        room = Room(width, height, self.bench.ascii_only)
        self.lines.show(overview_lines(self.run, self.curve, room))
