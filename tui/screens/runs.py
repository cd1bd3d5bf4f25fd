"""The home: every run, newest first."""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.errors import BacktapeError
from db import runs
from db.errors import FilterError, StoreError
from db.runs import Order, RunFilter, RunSummary
from tui import formats
from tui.background import in_background
from tui.messages import RunsChanged, StoreOpened
from tui.run_columns import run_columns
from tui.run_marks import MarkActions
from tui.screens.base import WorkScreen
from tui.store_link import first_page
from tui.widgets.columns import Cell, Column
from tui.widgets.lines import Lines, line, spread
from tui.widgets.preview import Preview
from tui.widgets.sorting import ask_column
from tui.widgets.virtual_table import VirtualTable

FIGURES_SECONDS = 0.5
# Time to paint before anything is imported. A timer, because what is called "after
# the refresh" of a screen is never called when another one has been put over it.
PAINT_SECONDS = 0.02
REST_SECONDS = 0.15
SILENCE_LOOK_SECONDS = 5.0
_PREVIEW_HEIGHT = 30


class RunsScreen(MarkActions, WorkScreen):
    """A virtual table over all runs; live rows move by themselves."""

    NAME: ClassVar[str] = "runs"

    def __init__(self) -> None:
        super().__init__()
        self._filter_text = ""
        self._filter = RunFilter()
        self._order = Order()
        self._counts: Mapping[str, int] = {}
        self._total = 0
        self._statuses: dict[int, str] = {}
        self._figures_at = 0.0
        self._due: Timer | None = None
        self._resting: Timer | None = None
        self._looked = False
        self._id_width = 4
        self._awaited: int | None = None

    def body(self) -> Iterable[Widget]:
        """Return the summary line, the table, the preview and what an empty list says."""
        yield Lines([line("")], id="summary")
        with Vertical(id="runs-main"):
            yield VirtualTable(self._columns(), self._load, marking=True, id="runs-table")
            yield Preview(id="preview")
        yield Lines(_EMPTY, id="empty")

    def _columns(self) -> list[Column[RunSummary]]:
        return run_columns(self.bench.now, ascii_only=self.bench.ascii_only, id_width=self._id_width)

    @property
    def table(self) -> VirtualTable[RunSummary]:
        """The table of runs."""
        table: VirtualTable[RunSummary] = self.query_one("#runs-table", VirtualTable)
        return table

    def on_mount(self) -> None:
        """Paint first, then read the first page."""
        self.table.set_sorted(self._order.column, descending=self._order.descending)
        self.table.focus()
        self.set_interval(SILENCE_LOOK_SECONDS, self._look_for_silence)
        self.set_timer(PAINT_SECONDS, self._look_first)

    def _look_first(self) -> None:
        self.start(self._first_page, group="first")

    async def _first_page(self) -> None:
        try:
            page = await in_background(first_page, self.bench.home, self._filter, self._order)
        except (BacktapeError, StoreError) as error:
            self.bench.refuse(str(error))
            return
        self._looked = True
        self._take(page.rows)
        self._show_ids(page.ids, total=len(page.ids))
        self.set_timer(PAINT_SECONDS, self.bench.first_page_shown)

    # What is shown

    async def _load(self, ids: Sequence[int]) -> Mapping[int, RunSummary]:
        rows = await self.bench.link.read(runs.summaries, ids)
        self._statuses.update((run.id, run.status) for run in rows)
        return {run.id: run for run in rows}

    def _show_ids(self, ids: Sequence[int], *, total: int) -> None:
        self._total = total
        id_width = max(self._id_width, len(str(max(ids, default=0))))
        if id_width != self._id_width:
            self._id_width = id_width
            self.table.set_columns(self._columns())
        self.table.set_ids(ids)
        if self._awaited in ids:
            self.table.move(ids.index(self._awaited or 0))
            self._awaited = None
        self._show_summary()
        self.set_class(self._looked and total == 0, "-empty")

    def await_run(self, run_id: int) -> None:
        """Put the cursor on a run once it is in the list."""
        self._awaited = run_id

    def _show_summary(self) -> None:
        shown, total = len(self.table.ids), self._total
        text = f"{shown:,} of {formats.plural(total, 'run')}" if self._filter_text else ""
        if not self._filter_text and total:
            text = formats.plural(total, "run")
        left = (Cell("/ ", "accent"), Cell(self._filter_text)) if self._filter_text else line("")
        self.query_one("#summary", Lines).show([spread(left, line(text, "dim"), self.room.width)])

    def on_resize(self) -> None:
        """Keep the count at the right edge; show the preview where there is room."""
        super().on_resize()
        self.set_class(self.room.height >= _PREVIEW_HEIGHT, "-tall")
        self._show_summary()

    # Following the store

    def on_screen_resume(self) -> None:
        """Look at once at what happened meanwhile."""
        super().on_screen_resume()
        if self._looked:
            self._read_again()

    def on_store_opened(self, message: StoreOpened) -> None:
        """Look whether anything happened since the first page."""
        message.stop()
        self._read_again()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Read the rows on screen again."""
        message.stop()
        self._read_again()

    def _read_again(self) -> None:
        self.start(self._refresh, group="refresh")

    async def _refresh(self) -> None:
        counts = await self.bench.link.read(runs.counts_by_status)
        if counts != self._counts:
            await self._refresh_ids(counts)
        rows = await self.bench.link.read(runs.summaries, self.table.visible_ids)
        self._take(rows)

    async def _refresh_ids(self, counts: Mapping[str, int]) -> None:
        chosen, order = self._filter, self._order
        ids = await self.bench.link.read(runs.ids, chosen, order)
        if (chosen, order) == (self._filter, self._order):
            self._counts = counts
            self._show_ids(ids, total=sum(counts.values()))

    def _take(self, rows: Sequence[RunSummary]) -> None:
        """Show changes of state at once, figures at most twice a second."""
        changed = [run for run in rows if self._statuses.get(run.id) != run.status]
        self._statuses.update((run.id, run.status) for run in rows)
        self._ended(self._statuses)
        if time.monotonic() - self._figures_at >= FIGURES_SECONDS:
            self._figures_at = time.monotonic()
            self.table.put({run.id: run for run in rows})
            self._preview_now()
            return
        if changed:
            self.table.put({run.id: run for run in changed})
            self._preview_now()
        if self._due is None:
            self._due = self.set_timer(FIGURES_SECONDS, self._figures_due)

    def _figures_due(self) -> None:
        self._due = None
        self._read_again()

    def _look_for_silence(self) -> None:
        """Let a row say that its worker is silent: nothing is written to the store then."""
        shown = {i: row for i in self.table.visible_ids if (row := self.table.row(i)) is not None}
        self.table.put({i: row for i, row in shown.items() if row.status == "running"})

    # The preview

    def on_virtual_table_moved(self) -> None:
        """Show the run under the cursor once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_SECONDS, self._preview_now)

    def _preview_now(self) -> None:
        run = self.table.row(self.table.cursor_id)
        if self.has_class("-tall") and run is not None:
            self.query_one(Preview).show_run(run, self.bench.now(), ascii_only=self.bench.ascii_only)

    # Acting

    def market(self) -> tuple[str, str] | None:
        """Return the market of the run under the cursor."""
        run = self.table.row(self.table.cursor_id)
        return None if run is None else (run.symbol, run.timeframe)

    def why_not_open(self) -> str | None:
        """There may be no run."""
        return None if self.table.cursor_id is not None else "There is no run to open."

    def do_open(self) -> None:
        """Show the run under the cursor."""
        from tui.screens.detail import DetailScreen

        run_id = self.table.cursor_id
        if run_id is not None:
            self.app.push_screen(DetailScreen(run_id))

    def on_virtual_table_clicked(self) -> None:
        """Open the run that was clicked twice."""
        self.do_open()

    def why_not_filter(self) -> str | None:
        """There may be nothing to filter."""
        return None if self._total else "There is no run to filter yet."

    def do_filter(self) -> None:
        """Ask for filter words; the list follows what is typed."""
        before = self._filter_text
        self.bottom.prompt(
            "filter: ",
            self._filter_text,
            lambda text: self._take_filter(text, before),
            left=lambda: self._show_filter(before),
            typed=self._show_filter,
        )

    def _take_filter(self, text: str, before: str) -> None:
        """Keep the filter; one that means nothing is told, and the one before comes back."""
        if not self._set_filter(text):
            self._set_filter(before)

    def do_back(self) -> None:
        """Take the filter away."""
        if self._filter_text:
            self._set_filter("")

    def _show_filter(self, text: str) -> None:
        self._set_filter(text)

    def _set_filter(self, text: str) -> bool:
        if text == self._filter_text:
            return True
        try:
            self._filter = RunFilter.parse(text)
        except FilterError as error:
            if not self.bottom.busy:
                self.say(str(error), "bad")
            return False
        self._filter_text = text
        self._list_again()
        return True

    def do_sort(self) -> None:
        """Ask for the column to sort by."""
        ask_column(self.bottom, self.table, self._sort)

    def do_reverse(self) -> None:
        """Turn the order around."""
        self._set_order(Order(self._order.column, not self._order.descending))

    def _sort(self, column: str) -> None:
        self._set_order(Order(column, column not in {"strategy", "symbol", "status"}))

    def _set_order(self, order: Order) -> None:
        self._order = order
        self.table.set_sorted(order.column, descending=order.descending)
        self._list_again(keep_cursor=False)

    def _list_again(self, *, keep_cursor: bool = True) -> None:
        self.start(partial(self._ids_again, keep_cursor=keep_cursor), group="ids")

    async def _ids_again(self, *, keep_cursor: bool) -> None:
        chosen, order = self._filter, self._order
        ids = await self.bench.link.read(runs.ids, chosen, order)
        if (chosen, order) != (self._filter, self._order):
            return
        self.table.set_ids(ids, keep_cursor=keep_cursor)
        self._show_summary()

    def do_sample(self) -> None:
        """Import the built-in sample market."""
        from tui.screens.data import DataScreen

        self.app.push_screen(DataScreen(import_sample=True))


_EMPTY = [
    line("There are no runs yet.", "title"),
    line(""),
    (Cell("n", "accent"), Cell("  sets up a run on the price history in the data library")),
    (Cell("4", "accent"), Cell("  shows the library and imports price files: MT4, MT5, HistData, Dukascopy")),
    (Cell("m", "accent"), Cell("  imports the sample market: made-up prices, for trying things out at once")),
    (Cell("?", "accent"), Cell("  lists the keys of a screen")),
]
