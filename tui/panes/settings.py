"""The whole configuration of a run, and what became of what it was computed from."""

from contextlib import closing
from typing import TYPE_CHECKING

from core.home import Home
from db.runs import RunRecord
from tui.background import in_background
from tui.pages.settings import settings_lines
from tui.panes.pane import TextPane

if TYPE_CHECKING:
    from core.jobs.provenance import Provenance


class SettingsPane(TextPane):
    """Shows the settings at once, and what is found out about them when it is."""

    NAME = "settings"

    _found: "Provenance | None" = None
    _drawn: tuple[object, ...] = ()

    def look(self, *, afresh: bool) -> None:
        """Find out whether what the run was computed from is still what it was."""
        self.draw()
        if afresh:
            self.start(self._look)

    async def _look(self) -> None:
        self._found = await in_background(_provenance, self.bench.home, self.run)
        self.draw()

    def draw(self) -> None:
        """Show what is known, if it is not what is shown already."""
        run, width = self.run, self.room.width
        wanted = (self._found, run.status, run.notes, run.started_at, run.finished_at, width)
        if wanted != self._drawn:
            self._drawn = wanted
            self.lines.show(settings_lines(run, self._found, width))


def _provenance(home: Home, run: RunRecord) -> "Provenance":
    from core.jobs.provenance import provenance
    from db.connection import connect

    with closing(connect(home.store)) as connection:
        return provenance(connection, home, run)
