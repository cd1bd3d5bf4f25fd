"""The first tab: how the run goes, its curves and figures."""

from contextlib import closing
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from core.errors import BacktapeError
from core.home import Home
from db import queue
from db.connection import connect
from db.runs import RunRecord
from tui.background import in_background
from tui.drawing.curves import Curve
from tui.drawing.room import Room
from tui.pages.overview import overview_lines
from tui.pages.run_charts import Held, Latest, RunCharts
from tui.pages.so_far import place_sentences
from tui.panes.pane import TextPane
from tui.widgets.growing import Growing
from tui.widgets.lines import Line
from tui.widgets.page import Page

if TYPE_CHECKING:
    from tui.app import BacktapeApp

_GONE = "buy and hold is not drawn: its bars are gone"
_WORTHLESS = "buy and hold is not drawn: no first price"
_NOTHING_TO_BUY = "The period begins with a price of zero or less, so there was nothing to buy and hold."


class OverviewPane(TextPane):
    """Live while the run is under way, then all that came of it."""

    NAME = "overview"

    def __init__(self, bench: "BacktapeApp", run: RunRecord, curve: Curve) -> None:
        super().__init__(bench, run, curve)
        self._held: Curve | None = None
        self._why_gone = ""
        self._is_reading = False
        self._waiting: tuple[str, ...] = ()
        self._charts = RunCharts()
        self._lines = Latest(self._laid_out)

    def compose(self) -> ComposeResult:
        """Hold the page and its lines, which grow while the run is under way."""
        with Page():
            yield Growing()

    def look(self, *, afresh: bool) -> None:
        """Draw at once; buy and hold comes when its bars were read, once for all of the run."""
        if self.run.status == "pending":
            self.start(self._read_place)
        else:
            self._waiting = ()
        self.draw()
        if afresh:
            self._why_gone = ""
        if self._is_missing:
            self._is_reading = True
            self.call_after_refresh(self.start, self._read)

    @property
    def _is_missing(self) -> bool:
        """Whether buy and hold is to be drawn, and nobody has read it yet."""
        known = self._held is not None or self._why_gone or self._is_reading
        return self._is_wanted and bool(self.curve[0]) and not known

    async def _read_place(self) -> None:
        place = await self.bench.link.read(queue.place, self.run.id)
        if not self.is_attached:
            return
        self._waiting = () if place is None else place_sentences(place, self.host.key("pause"))
        self.draw()

    async def _read(self) -> None:
        try:
            self._held = await in_background(_held, self.bench.home, self.run)
        except BacktapeError as error:
            self._why_gone = str(error)
        finally:
            self._is_reading = False
        self.draw()

    def draw(self) -> None:
        """Lay the curves and figures out; what they are made from may be what it was."""
        width, height = self.room
        room = Room(width, height, self.bench.ascii_only)
        self.lines.show(self._lines(self.run, self.curve, room, self._beside(), self._waiting))

    def _laid_out(
        self, run: RunRecord, curve: Curve, room: Room, held: Held, waiting: tuple[str, ...]
    ) -> list[Line]:
        return overview_lines(run, curve, room, held, self._charts, waiting=waiting)

    def _beside(self) -> Held:
        if not self._is_wanted:
            return Held(remark=f"{self.host.key('hold')} shows buy and hold")
        if self._held is None:
            return Held(remark=_GONE if self._why_gone else "")
        return Held(self._held, remark="" if self._held[0] else _WORTHLESS)

    def do_meanings(self) -> None:
        """Show what the figures mean."""
        from tui.screens.help import meanings_screen

        self.bench.push_screen(meanings_screen())

    # Buy and hold, shown or hidden

    @property
    def _is_wanted(self) -> bool:
        return self.bench.memory.of(self.NAME).get("hold") is not False

    def why_not_hold(self) -> str | None:
        """There may be no curve, no bars, or nothing that could be bought."""
        if not self.curve[0]:
            return "There is no equity curve to draw it beside."
        if self._is_wanted and self._held is not None and not self._held[0]:
            return _NOTHING_TO_BUY
        return (self._is_wanted and self._why_gone) or None

    def do_hold(self) -> None:
        """Show buy and hold or hide it, here and at the next start."""
        self.bench.memory.keep(self.NAME, {"hold": not self._is_wanted})
        self.look(afresh=True)


def _held(home: Home, run: RunRecord) -> Curve:
    """Read the bars of a run, with a connection of its own: those of another timeframe take a moment."""
    from core.jobs.holding import holding_of_run

    with closing(connect(home.store)) as connection:
        times, values = holding_of_run(connection, home, run)
    return list(times), list(values)
