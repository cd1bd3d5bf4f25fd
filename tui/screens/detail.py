"""One run: how it goes, what came of it, and its trades."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.dom import DOMNode
from textual.widget import Widget

from db import runs
from db.columns import ACTIVE
from db.connection import Connection
from db.runs import RunRecord
from tui import formats
from tui.acting.cancelling import Cancelling
from tui.drawing.curves import Curve
from tui.keys.registry import tab_called
from tui.memory import JSON
from tui.messages import RunsChanged
from tui.pacing import FIGURES_SECONDS, AtMost, OnceMore
from tui.panes.calendar import CalendarPane
from tui.panes.chart import ChartPane
from tui.panes.distribution import DistributionPane
from tui.panes.log import LogPane
from tui.panes.looking import BarsChanged
from tui.panes.model import ModelPane
from tui.panes.overview import OverviewPane
from tui.panes.pane import Pane
from tui.panes.settings import SettingsPane
from tui.panes.trades import TradeChosen, TradesPane
from tui.run_curve import curve_of, packed_curve
from tui.run_head import nameless_title_line, tab_line, title_line
from tui.screens.base import WorkScreen
from tui.widgets.lines import Line, Lines, line

PANES: tuple[type[Pane], ...] = (
    OverviewPane,
    TradesPane,
    ChartPane,
    CalendarPane,
    DistributionPane,
    ModelPane,
    SettingsPane,
    LogPane,
)
SILENCE_LOOK_SECONDS = 5.0
# What the bottom line names and a run that was deleted cannot do.
_OF_A_RUN = frozenset({"cancel", "repeat", "clone", "delete", "export", "copy", "next_tab"})


class DetailScreen(WorkScreen):
    """Tabs over one run, each built when it is first visited."""

    NAME: ClassVar[str] = "detail"

    def __init__(self, run_id: int, sentence: str = "", *, tab: str = "") -> None:
        super().__init__()
        self._run_id = run_id
        self._sentence = sentence
        # As it was read last; it may have been deleted since.
        self._known: RunRecord | None = None
        self._is_gone = False
        self._curve: Curve = ([], [])
        self._packed: bytes | None = None
        self._built: dict[type[Pane], Pane] = {}
        self._front = next((pane for pane in PANES if tab == pane.NAME), OverviewPane)
        self._came_from_trades = False
        self._reading = OnceMore(self, self._read, "read")
        self._figures = AtMost(FIGURES_SECONDS, self, self._reading.ask)
        self._looking = OnceMore(self, self._look_for_it, "look")
        self._cancelling = Cancelling(self)

    def body(self) -> Iterable[Widget]:
        """Return title and tabs; the first tab comes with the run."""
        yield Lines([line(f"Run {self._run_id}", "title")], id="title")
        yield Lines([self._tab_line()], id="tabs")

    @property
    def _run(self) -> RunRecord | None:
        """The run as it is; None before it was read, and once it was deleted."""
        return None if self._is_gone else self._known

    @property
    def is_read(self) -> bool:
        """Whether the run is there, or known to be gone."""
        return self._run is not None or self._is_gone

    def on_mount(self) -> None:
        """Say what is to be said of the run."""
        if self._sentence:
            self.say(self._sentence)
        self.set_interval(SILENCE_LOOK_SECONDS, self._show)

    # Following the run

    def came_back(self) -> None:
        """Read the run; much may have happened meanwhile."""
        self._reading.ask()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Follow the run while it is under way; any may have been deleted."""
        message.stop()
        self._cancelling.look()
        if self._run is None or self._run.status in ACTIVE:
            self._reading.ask()
        else:
            self._looking.ask()

    async def _look_for_it(self) -> None:
        if not await self.bench.link.read(runs.summaries, [self._run_id]):
            self._reading.ask()

    async def _read(self) -> None:
        """Show another status at once, other figures as often as they may be shown."""
        before, may_show = self._run, self._figures.begin()
        shown = None if before is None or may_show else before.status
        run, packed = await self.bench.link.read(_run_and_curve, self._run_id, shown)
        if run is None:
            self._show_gone()
        elif run.status != shown:
            self._show_run(run, packed)

    def _show_gone(self) -> None:
        """Say once what can be done; what was answered to a key stands until the next one."""
        if not (self._is_gone or self.bottom.said):
            back = f"{self.key('undo')} in the run list brings back what was deleted last"
            self.say(f"Run {self._run_id} has been deleted; {back}.")
        self._is_gone = True
        self._show()

    def _show_run(self, run: RunRecord, packed: bytes | None) -> None:
        if self._is_gone:
            self.hush()
        self._known, self._is_gone = run, False
        if run.status != "completed" or packed != self._packed:
            self._curve, self._packed = curve_of(run, packed), packed
        if not self._built:
            self._bring_forward(self._first_tab)
        else:
            self._built[self._front].follow(run, self._curve)
        self._show()

    def resized(self) -> None:
        """Draw for the room there is."""
        self._show()
        for pane in self._built.values():
            pane.resized()

    def _show(self) -> None:
        if not self.is_read:
            return
        self.query_one("#title", Lines).show([self._title_line()])
        self.query_one("#tabs", Lines).show([self._tab_line()])
        self.bottom.show_keys_of(self.places(), without=self._useless())

    def _title_line(self) -> Line:
        width = self.room.width
        if self._known is None:
            return nameless_title_line(self._run_id, width)
        return title_line(self._known, self.bench.now(), width, is_gone=self._is_gone)

    def _tab_line(self) -> Line:
        panes = self._panes
        return tab_line([pane.title() for pane in panes], panes.index(self._first_tab), self.room.width)

    def _useless(self) -> set[str]:
        """Return the actions that could not act on this run."""
        front = self._built.get(self._front)
        own = set() if front is None else front.useless()
        if self._run is None:
            return own | _OF_A_RUN
        return own if self._run.status in ACTIVE else own | {"cancel"}

    # Tabs

    @property
    def _panes(self) -> tuple[type[Pane], ...]:
        """The tabs of this run: most runs ask no model."""
        job = self._known.job if self._known is not None else None
        asks = job is not None and job.uses_model
        return tuple(pane for pane in PANES if asks or pane is not ModelPane)

    @property
    def _first_tab(self) -> type[Pane]:
        """The tab to begin with: that which was asked for, if this run has it."""
        return self._front if self._front in self._panes else OverviewPane

    def actors(self) -> Iterable[DOMNode]:
        """Return the tab in front, then the screen."""
        front = self._built.get(self._front)
        return (self,) if front is None else (front, self)

    def places(self) -> tuple[str, ...]:
        """Return the names under which the registry lists what can be done here."""
        return (self.NAME, self._front.NAME)

    def place(self) -> dict[str, JSON]:
        """Return what leads back to this tab of this run."""
        return {"name": self.NAME, "run": self._run_id, "tab": self._front.NAME}

    def parts(self) -> list[tuple[str, Callable[[], object]]]:
        """Return the tabs."""
        return [(tab_called(kind.title()), partial(self.show_pane, kind)) for kind in self._panes]

    def why_not_next_tab(self) -> str | None:
        """There are none before the run is there, nor once it is gone."""
        return self._why_no_run()

    why_not_previous_tab = why_not_next_tab

    def do_next_tab(self) -> None:
        """Show the tab to the right."""
        self._turn(1)

    def do_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        panes = self._panes
        self.show_pane(panes[(panes.index(self._front) + by) % len(panes)])

    def show_pane(self, kind: type[Pane]) -> Pane | None:
        """Bring a tab to the front and return it; None while there is no run, which is said."""
        if self._run is None:
            self.say(self._why_no_run() or "")
            return None
        self._came_from_trades = False
        pane = self._bring_forward(kind)
        self._show()
        return pane

    def _bring_forward(self, kind: type[Pane]) -> Pane:
        assert self._run is not None  # noqa: S101 - tabs come with the run
        self._front = kind
        self.keep_place()
        self.bench.cover.begin()
        for other in self._built.values():
            other.display = isinstance(other, kind)
        if kind not in self._built:
            self._built[kind] = kind(self.bench, self._run, self._curve)
            self.mount(self._built[kind], before="#bottom")
        else:
            self._built[kind].come_forward(self._run, self._curve)
        return self._built[kind]

    def on_bars_changed(self, message: BarsChanged) -> None:
        """Name the keys that can act now."""
        message.stop()
        self._show()

    def on_trade_chosen(self, message: TradeChosen) -> None:
        """Show a trade on the chart."""
        message.stop()
        chart = self.show_pane(ChartPane)
        if isinstance(chart, ChartPane):
            self._came_from_trades = True
            chart.show_trade(message.trade)

    def do_back(self) -> None:
        """Leave a layer of the tab in front, else the screen."""
        front = self._built.get(self._front)
        if front is None or not (front.went_back() or self._went_back_to_trades()):
            super().do_back()

    def do_quit(self) -> None:
        """Leave the chart for the trades if one of them led to it, else the screen."""
        if not self._went_back_to_trades():
            super().do_quit()

    def _went_back_to_trades(self) -> bool:
        """Go back to the trade that is looked at, in the list that led to the chart; False if none did."""
        chart = self._built.get(ChartPane)
        if not self._came_from_trades or not isinstance(chart, ChartPane):
            return False
        listed = self.show_pane(TradesPane)
        if isinstance(listed, TradesPane):
            listed.go_to(chart.trade_id)
        return True

    # Acting

    def _why_no_run(self) -> str | None:
        if self._run is not None:
            return None
        return "This run has been deleted." if self._is_gone else "The run is being read ..."

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        if self._run is None:
            return self._why_no_run()
        if self._run.status in ACTIVE:
            return None
        return f"This run {formats.status_said(self._run.status)}; only what waits or runs can be cancelled."

    def do_cancel(self) -> None:
        """Ask, then cancel the run."""
        self._cancelling.ask([self._run_id])

    def why_not_repeat(self) -> str | None:
        """There is nothing to be done with a run that was deleted."""
        return self._why_no_run()

    def do_repeat(self) -> None:
        """Make the run again, and show that."""
        self.start(self._repeat)

    why_not_clone = why_not_repeat

    def do_clone(self) -> None:
        """Open the form filled from this run."""
        from tui.screens.new_run import NewRunScreen

        self.app.push_screen(NewRunScreen(clone_of=self._run_id))

    why_not_delete = why_not_repeat

    def do_delete(self) -> None:
        """Ask, then delete the run and go back to the list, which says so."""
        from tui.acting.deleting import ask_delete

        under_way = self._run is not None and self._run.status in ACTIVE
        ask_delete(self, [self._run_id], self._deleted, under_way=under_way)

    def _deleted(self, sentence: str) -> None:
        if self.is_at_work:
            self.bench.go_home()
        self.bench.say(sentence)

    def why_not_export(self) -> str | None:
        """Only what is done has a result to be written."""
        if self._run is None:
            return self._why_no_run()
        status = self._run.status
        if status == "completed":
            return None
        return f"This run {formats.status_said(status)}; only one that is done has a result to export."

    def do_export(self) -> None:
        """Ask for form and folder, and write the run there."""
        from tui.acting.exporting import ask_export

        ask_export(self, [self._run_id])

    why_not_copy = why_not_note = why_not_repeat

    def do_copy(self) -> None:
        """Send the report to the terminal."""
        from tui.acting.copying import copy_reports

        copy_reports(self, [self._run_id])

    def do_note(self) -> None:
        """Ask for the note."""
        from tui.acting.noting import ask_note

        before = self._run.notes if self._run is not None else None
        ask_note(self, self._run_id, before, then=self._reading.ask)

    async def _repeat(self) -> None:
        from tui.acting.repeating import repeat_runs

        repeated = await repeat_runs(self.bench, [self._run_id])
        if self.is_at_work:
            self.come_to_front()
            self.bench.show_new(repeated.ids[-1], repeated.sentence)
        else:
            self.bench.say(repeated.sentence)


def _run_and_curve(
    connection: Connection, run_id: int, shown: str | None
) -> tuple[RunRecord | None, bytes | None]:
    """Return a run and its curve, packed; without the curve while the status is the one `shown`."""
    run = runs.get(connection, run_id)
    if run is None or run.status == shown:
        return run, None
    return run, packed_curve(connection, run)
