"""One run: how it goes, what came of it, and its trades."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.timer import Timer
from textual.widget import Widget

from core.results.plain_curve import stored_curve
from db import curves, runs, trades
from db.connection import Connection
from db.runs import RunRecord
from db.trades import TradeRecord
from tui import formats
from tui.curves import Curve, live_values, spaced
from tui.messages import RunsChanged
from tui.overview import Room, overview_lines, status_line
from tui.run_columns import status_word
from tui.run_log import LogPage
from tui.run_model import ModelPage, call_screen
from tui.run_settings import SettingsPage
from tui.screens.base import WorkScreen
from tui.trade_columns import price_digits, trade_columns
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line, spread
from tui.widgets.page import Page
from tui.widgets.sorting import ask_column
from tui.widgets.virtual_table import VirtualTable

_OVERVIEW, _TRADES, _MODEL, _SETTINGS, _LOG = TABS = ("Overview", "Trades", "Model", "Settings", "Log")
LINES_AROUND = 4
FIGURES_SECONDS = 0.5
SILENCE_LOOK_SECONDS = 5.0
LOG_LOOK_SECONDS = 1.0

_ACTIVE = {"pending", "running"}
_NO_TRADES_YET = "The trades can be read when the run has ended."
_NO_TRADES = "The run has no trades."
_NO_RESULT = "Only a run that is done keeps its trades."


class DetailScreen(WorkScreen):
    """Tabs over one run, each built when it is first visited."""

    NAME: ClassVar[str] = "detail"

    def __init__(self, run_id: int, sentence: str = "") -> None:
        super().__init__()
        self._run_id = run_id
        self._sentence = sentence
        self._run: RunRecord | None = None
        self._curve: Curve = ([], [])
        self._tab = _OVERVIEW
        self._trades: VirtualTable[TradeRecord] | None = None
        self._settings: SettingsPage | None = None
        self._log: LogPage | None = None
        self._model: ModelPage | None = None
        self._sorted_by = ("id", False)
        self._figures_at = 0.0
        self._due: Timer | None = None
        self._cancelling = False

    def body(self) -> Iterable[Widget]:
        """Return title, tabs and the overview."""
        yield Lines([line(f"Run {self._run_id}", "title")], id="title")
        yield Lines([_tab_line(self._tabs, _OVERVIEW)], id="tabs")
        with Page(id="overview"):
            yield Lines(id="overview-lines")

    def on_mount(self) -> None:
        """Read the run; say what is to be said of it."""
        self.query_one("#overview").focus()
        if self._sentence:
            self.say(self._sentence)
        self.set_interval(SILENCE_LOOK_SECONDS, self._show)
        self._read_again()

    # Following the run

    def on_screen_resume(self) -> None:
        """Look at what happened meanwhile."""
        super().on_screen_resume()
        self._read_again()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Follow the run while it is under way."""
        message.stop()
        if self._run is None or self._run.status in {"pending", "running"}:
            self._read_again()

    def _read_again(self) -> None:
        self.start(self._refresh, group="refresh")

    async def _refresh(self) -> None:
        run, packed = await self.bench.link.read(_run_and_curve, self._run_id)
        if run is None:
            self.query_one("#title", Lines).show([line(f"Run {self._run_id} has been deleted.", "title")])
            self._run = None
            return
        before, self._run = self._run, run
        if before is None or before.status != run.status:
            self._status_changed()
        elif time.monotonic() - self._figures_at < FIGURES_SECONDS:
            if self._due is None:
                self._due = self.set_timer(FIGURES_SECONDS, self._figures_due)
            return
        self._figures_at = time.monotonic()
        self._curve = _curve(run, packed)
        self._look_at_model()
        self._show()

    def _status_changed(self) -> None:
        if self._cancelling and self._run is not None and self._run.status not in _ACTIVE:
            self._cancelling = False
            self.bottom.hush()
        if self._trades is not None:
            self.start(self._load_trade_ids)
        if self._settings is not None:
            self.start(self._look_at_settings, group="settings", alone=True)
        self._look_at_model()

    def _figures_due(self) -> None:
        self._due = None
        self._read_again()

    def on_resize(self) -> None:
        """Draw for the room there is."""
        super().on_resize()
        self._show()

    def _show(self) -> None:
        run = self._run
        if run is None:
            return
        self.query_one("#title", Lines).show(
            [spread(_title(run), status_line(run, self.bench.now()), self.room.width)]
        )
        self.query_one("#tabs", Lines).show([_tab_line(self._tabs, self._tab)])
        self.bottom.leave_out(self._useless())
        # Not the area's own size: that is nothing while another tab is shown.
        width, height = self.room.width, self.room.height - LINES_AROUND
        if self._tab == _OVERVIEW:
            room = Room(width, height, self.bench.ascii_only)
            self.query_one("#overview-lines", Lines).show(overview_lines(run, self._curve, room))
        elif self._tab == _SETTINGS and self._settings is not None:
            self._settings.draw(run, width)
        elif self._tab == _LOG and self._log is not None:
            self._log.draw(run, width, height)

    def _useless(self) -> set[str]:
        """Return the actions that could not act on this tab of this run."""
        named = ("open", "sort", "cancel", "repeat")
        return {name for name in named if getattr(self, f"why_not_{name}")() is not None}

    # Tabs

    @property
    def _tabs(self) -> tuple[str, ...]:
        """The tabs of this run: most runs ask no model."""
        job = self._run.job if self._run is not None else None
        return TABS if job is not None and job.uses_model else tuple(t for t in TABS if t != _MODEL)

    def do_next_tab(self) -> None:
        """Show the tab to the right."""
        self._turn(1)

    def do_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        tabs = self._tabs
        self._tab = tabs[(tabs.index(self._tab) + by) % len(tabs)]
        shown = self._built(self._tab)
        for area in (self.query_one("#overview"), self._trades, self._model, self._settings, self._log):
            if area is not None:
                area.display = area is shown
        (self._model.table if self._model is not None and shown is self._model else shown).focus()
        self._show()

    def _built(self, tab: str) -> Widget:
        """Return what a tab shows; what can change behind its back is looked at again."""
        build = {
            _TRADES: self._trade_table,
            _MODEL: self._model_page,
            _SETTINGS: self._settings_page,
            _LOG: self._log_page,
        }
        return build[tab]() if tab in build else self.query_one("#overview")

    # Calls to the model

    def _model_page(self) -> ModelPage:
        if self._model is None:
            assert self._run is not None  # noqa: S101 - without a run there is no such tab
            self._model = ModelPage(self.bench.link, self.bench.home, self._run)
            self.mount(self._model, after="#overview")
        self._look_at_model()
        return self._model

    def _look_at_model(self) -> None:
        if self._model is not None and self._tab == _MODEL:
            self.start(self._read_calls, group="model", alone=True)

    async def _read_calls(self) -> None:
        if self._model is not None and self._run is not None:
            await self._model.look(self._run)
            self._show()

    def why_not_open(self) -> str | None:
        """Only calls to a model have more to show than their row."""
        if self._tab != _MODEL or self._model is None:
            asks = _MODEL in self._tabs
            return (
                "Only calls to the model can be opened; > goes to them." if asks else "Nothing to open here."
            )
        return None if self._model.table.cursor_id is not None else "There is no call to open."

    def do_open(self) -> None:
        """Show one call in full."""
        number = self._model.table.cursor_id if self._model is not None else None
        if number is not None:
            self.app.push_screen(call_screen(self.bench, self._run_id, number))

    def on_virtual_table_clicked(self) -> None:
        """Show the call that was clicked twice."""
        if self._tab == _MODEL:
            self.do_open()

    # Settings and log

    def _settings_page(self) -> SettingsPage:
        if self._settings is None:
            self._settings = SettingsPage()
            self.mount(self._settings, after="#overview")
        self.start(self._look_at_settings, group="settings", alone=True)
        return self._settings

    async def _look_at_settings(self) -> None:
        if self._settings is not None and self._run is not None:
            await self._settings.look(self.bench.home, self._run)
            self._show()

    def _log_page(self) -> LogPage:
        if self._log is None:
            self._log = LogPage()
            self.mount(self._log, after="#overview")
            self.set_interval(LOG_LOOK_SECONDS, self._look_at_log)
        self._look_at_log()
        return self._log

    def _look_at_log(self) -> None:
        if self._tab == _LOG:
            self.start(self._read_log, group="log", alone=True)

    async def _read_log(self) -> None:
        if self._log is not None:
            await self._log.read(self.bench.home, self._run_id)
            self._show()

    # Trades

    def _trade_table(self) -> VirtualTable[TradeRecord]:
        if self._trades is None:
            digits = price_digits(self._run.symbol, self.bench.home) if self._run is not None else 5
            self._trades = VirtualTable(trade_columns(digits), self._load_trades, id="trades")
            self.mount(self._trades, after="#overview")
            self.start(self._load_trade_ids)
        return self._trades

    async def _load_trade_ids(self) -> None:
        column, descending = self._sorted_by
        ids = await self.bench.link.read(trades.ids, self._run_id, column, descending=descending)
        if self._trades is not None:
            self._trades.set_ids(ids, keep_cursor=False)
            self._trades.say_instead(self._why_no_trades())

    def _why_no_trades(self) -> str:
        status = "completed" if self._run is None else self._run.status
        if status in _ACTIVE:
            return _NO_TRADES_YET
        return _NO_TRADES if status == "completed" else _NO_RESULT

    async def _load_trades(self, ids: Sequence[int]) -> Mapping[int, TradeRecord]:
        rows = await self.bench.link.read(trades.by_ids, ids)
        return {trade.id: trade for trade in rows}

    def why_not_sort(self) -> str | None:
        """Only trades can be sorted."""
        return None if self._tab == _TRADES else "Only trades can be sorted; > shows them."

    def do_sort(self) -> None:
        """Ask for the column to sort the trades by."""
        ask_column(self.bottom, self._trade_table(), lambda name: self._sort(name, name != "position"))

    why_not_reverse = why_not_sort

    def do_reverse(self) -> None:
        """Turn the order of the trades around."""
        column, descending = self._sorted_by
        self._sort(column, not descending)

    def _sort(self, column: str, descending: bool) -> None:
        self._sorted_by = (column, descending)
        self._trade_table().set_sorted(column, descending=descending)
        self.start(self._load_trade_ids)

    # Acting

    def market(self) -> tuple[str, str] | None:
        """Return the market of this run."""
        return None if self._run is None else (self._run.symbol, self._run.timeframe)

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        if self._run is None or self._run.status in {"pending", "running"}:
            return None
        return f"This run is {status_word(self._run.status)}; only what waits or runs can be cancelled."

    def do_cancel(self) -> None:
        """Ask for the end of the run."""
        self.start(self._cancel)

    def why_not_repeat(self) -> str | None:
        """There is nothing to repeat of a run that was deleted."""
        return None if self._run is not None else "This run has been deleted."

    def do_repeat(self) -> None:
        """Make the run again, and show that."""
        self.start(self._repeat)

    async def _repeat(self) -> None:
        from tui.repeating import repeat_runs

        repeated = await repeat_runs(self.bench, [self._run_id])
        self.bench.show_new(repeated.ids[-1], repeated.sentence)

    async def _cancel(self) -> None:
        asked = await self.bench.link.write(runs.request_cancel, [self._run_id])
        self._cancelling = bool(asked)
        self.say("Cancelling." if asked else "It has ended already.")
        self._read_again()


def _run_and_curve(connection: Connection, run_id: int) -> tuple[RunRecord | None, bytes | None]:
    run = runs.get(connection, run_id)
    if run is None:
        return None, None
    if run.status in {"pending", "running"}:
        return run, curves.live(connection, run_id)
    stored = curves.get(connection, run_id)
    return run, stored.curve if stored is not None else None


def _curve(run: RunRecord, packed: bytes | None) -> Curve:
    if run.status not in {"pending", "running"}:
        return stored_curve(packed)
    job = run.job
    share = job.bars_done / job.bars_total if job is not None and job.bars_total else 0.0
    return spaced(live_values(packed), run.start_date, run.end_date, share)


def _title(run: RunRecord) -> Line:
    last = formats.last_moment(run.start_date, run.end_date)
    about = f" · {run.strategy} · {run.symbol} {run.timeframe}"
    return (
        Cell(f"Run {run.id}", "title"),
        Cell(about),
        Cell(f" · {formats.day(run.start_date)} to {formats.day(last)}", "dim"),
    )


def _tab_line(tabs: Sequence[str], current: str) -> Line:
    cells: list[Cell] = []
    for index, name in enumerate(tabs):
        cells.append(Cell(" │ " if index else "", "dim"))
        cells.append(Cell(name, "mark" if name == current else "dim"))
    return tuple(cells)
