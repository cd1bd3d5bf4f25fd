"""The home: every run, newest first."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.errors import BacktapeError
from db import runs
from db.errors import StoreError
from db.runs import ListState, RunSummary
from tui import formats
from tui.background import in_background
from tui.messages import RunsChanged, StoreOpened
from tui.run_list.choice import Choice
from tui.run_list.choosing import ChoiceActions
from tui.run_list.columns import all_columns
from tui.store_link import first_page
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line, spread
from tui.widgets.preview import Preview
from tui.widgets.virtual_table import VirtualTable

FIGURES_SECONDS = 0.5
# Time to paint before anything is imported. A timer, because what is called "after
# the refresh" of a screen is never called when another one has been put over it.
PAINT_SECONDS = 0.02
REST_SECONDS = 0.15
SILENCE_LOOK_SECONDS = 5.0
_PREVIEW_HEIGHT = 30


class RunsScreen(ChoiceActions):
    """A virtual table over all runs; live rows move by themselves."""

    NAME: ClassVar[str] = "runs"

    def __init__(self) -> None:
        super().__init__()
        # The list as it was read last: for what choice, from which state of the store, when.
        self._listed: Choice | None = None
        self._state: ListState | None = None
        self._listed_at = 0.0
        self._asked = False
        self._reading = False
        self._statuses: dict[int, str] = {}
        self._figures_at = 0.0
        self._due: Timer | None = None
        self._resting: Timer | None = None
        self._awaited: int | None = None

    def body(self) -> Iterable[Widget]:
        """Return the summary line, the table, the preview and what an empty list says."""
        kept = self.bench.memory.of(self.NAME)
        self.choice = Choice.remembered(kept)
        cursor = kept.get("cursor")
        self._awaited = cursor if isinstance(cursor, int) else None
        yield Lines([line("")], id="summary")
        with Vertical(id="runs-main"):
            yield VirtualTable(self.columns(), self._load, marking=True, id="runs-table")
            yield Preview(id="preview")
        yield Lines([*_EMPTY, *self.key_lines(_FIRST_STEPS)], id="empty")

    @property
    def table(self) -> VirtualTable[RunSummary]:
        """The table of runs."""
        table: VirtualTable[RunSummary] = self.query_one("#runs-table", VirtualTable)
        return table

    @property
    def total(self) -> int:
        """How many runs there are."""
        return self._state.total if self._state is not None else 0

    def on_mount(self) -> None:
        """Paint first, then read the first page."""
        self.show_order()
        self.table.focus()
        self.set_interval(SILENCE_LOOK_SECONDS, self._look_for_silence)
        self.set_timer(PAINT_SECONDS, self._look_first)

    def _look_first(self) -> None:
        self.start(self._first_page, group="first")

    async def _first_page(self) -> None:
        choice = self.choice
        try:
            page = await in_background(
                first_page, self.bench.home, choice.filter, choice.order, self._awaited
            )
        except (BacktapeError, StoreError) as error:
            self.bench.refuse(str(error))
            return
        self._take(page.rows)
        self._show_list(page.ids, page.state, choice)
        self._awaited = None
        self.set_timer(PAINT_SECONDS, self.bench.first_page_shown)

    # What is shown

    async def _load(self, ids: Sequence[int]) -> Mapping[int, RunSummary]:
        rows = await self.bench.link.read(runs.summaries, ids)
        self._statuses.update((run.id, run.status) for run in rows)
        return {run.id: run for run in rows}

    def _show_list(self, ids: Sequence[int], state: ListState, choice: Choice) -> None:
        self._listed, self._state, self._listed_at = choice, state, time.monotonic()
        id_width = max(self.id_width, len(str(state.newest or 0)))
        if id_width != self.id_width:
            self.id_width = id_width
            self.table.set_columns(self.columns())
        self.table.set_ids(ids, keep_cursor=not self.to_top)
        self.to_top = False
        if self._awaited is not None and self._awaited in ids:
            self.table.move(ids.index(self._awaited))
            self._awaited = None
        if self.table.marks and not choice.text:
            self.set_marks(self.table.marks.intersection(ids))
        self.show_summary()
        self.set_class(state.total == 0, "-empty")

    def await_run(self, run_id: int) -> None:
        """Put the cursor on a run once it is in the list."""
        self._awaited = run_id

    def show_summary(self) -> None:
        """Say what the list was filtered by, and how many runs that leaves."""
        text = self.choice.text
        left = (Cell("/ ", "accent"), Cell(text)) if text else line("")
        self.query_one("#summary", Lines).show([spread(left, self._told(), self.room.width)])

    def _told(self) -> Line:
        if self.mistake:
            return line(self.mistake, "bad")
        shown, total = len(self.table.ids), self.total
        count = formats.plural(total, "run") if total else ""
        if self.choice.text:
            count = f"{shown:,} of {formats.plural(total, 'run')}"
        return line(self._unseen_order() + count, "dim")

    def _unseen_order(self) -> str:
        """Say what the list is sorted by, where no header can."""
        order = self.choice.order
        if order.column in {column.name for column in self.table.shown_columns} or not self.total:
            return ""
        every = all_columns(self.bench.now, ascii_only=self.bench.ascii_only)
        title = every[order.column].title if order.column in every else order.column
        return f"by {title} {'▼' if order.descending else '▲'}  "

    def on_resize(self) -> None:
        """Keep the count at the right edge; show the preview where there is room."""
        super().on_resize()
        self.set_class(self.room.height >= _PREVIEW_HEIGHT, "-tall")
        self.show_summary()

    # Following the store

    def on_screen_resume(self) -> None:
        """Look at once at what happened meanwhile."""
        super().on_screen_resume()
        if self._listed is not None:
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
        """Read what may have changed; asked for it again meanwhile, do it once more."""
        self._asked = True
        if not self._reading:
            self._reading = True
            self.start(self._read, group="refresh")

    async def _read(self) -> None:
        try:
            while self._asked:
                self._asked = False
                await self._refresh()
        finally:
            self._reading = False

    async def _refresh(self) -> None:
        choice, state = self.choice, await self.bench.link.read(runs.list_state)
        if self._is_other_list(choice, state):
            ids = await self.bench.link.read(runs.ids, choice.filter, choice.order)
            if not choice.lists_as(self.choice):
                self._asked = True
                return
            self._show_list(ids, state, choice)
        self._take(await self.bench.link.read(runs.summaries, self.table.visible_ids))

    def _is_other_list(self, choice: Choice, state: ListState) -> bool:
        """Whether the ids must be read: at once for another choice, else at most twice a second."""
        if self._state is None or not choice.lists_as(self._listed):
            return True
        if state == self._state:
            return False
        if choice.is_settled and state.has_same_runs(self._state):
            self._state = state
            return False
        if time.monotonic() - self._listed_at < FIGURES_SECONDS:
            self._look_soon()
            return False
        return True

    def _take(self, rows: Sequence[RunSummary]) -> None:
        """Show changes of state at once, figures at most twice a second."""
        changed = [run for run in rows if self._statuses.get(run.id) != run.status]
        self._statuses.update((run.id, run.status) for run in rows)
        self.note_ended(self._statuses)
        if self.choice.follows_notes and any(map(self._has_other_note, rows)):
            self.list_again()
        if time.monotonic() - self._figures_at >= FIGURES_SECONDS:
            self._figures_at = time.monotonic()
            self.table.put({run.id: run for run in rows})
            self._preview_now()
            return
        if changed:
            self.table.put({run.id: run for run in changed})
            self._preview_now()
        self._look_soon()

    def _has_other_note(self, run: RunSummary) -> bool:
        before = self.table.row(run.id)
        return before is not None and before.notes != run.notes

    def _look_soon(self) -> None:
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
        self._resting = self.set_timer(REST_SECONDS, self._rested)

    def _rested(self) -> None:
        self._preview_now()
        self.remember()

    def _preview_now(self) -> None:
        run = self.table.row(self.table.cursor_id)
        if self.has_class("-tall") and run is not None:
            self.query_one(Preview).show_run(run, self.bench.now(), ascii_only=self.bench.ascii_only)

    def remember(self) -> None:
        """Keep what was chosen, and the run under the cursor; none at the top, where new ones come."""
        cursor = self.table.cursor_id if self.table.cursor else None
        self.bench.memory.keep(self.NAME, {**self.choice.kept(), "cursor": cursor})

    # Opening

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

    def do_sample(self) -> None:
        """Import the built-in sample market."""
        from tui.screens.data import DataScreen

        self.app.push_screen(DataScreen(import_sample=True))

    def list_again(self) -> None:
        """Read the list again, for another choice or because the old one does not hold any more."""
        self._listed = None
        self._read_again()


_EMPTY = [line("There are no runs yet.", "title"), line("")]
_FIRST_STEPS = [
    ("new_run", "sets up a run on the price history in the data library"),
    ("goto_data", "shows the library and imports price files: MT4, MT5, HistData, Dukascopy"),
    ("sample", "imports the sample market: made-up prices, for trying things out at once"),
    ("help", "lists the keys of a screen"),
]
