"""The home: every run, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.errors import BacktapeError
from db import queue
from db.errors import StoreError
from db.runs import RunSummary
from tui.acting.deleting import named
from tui.background import in_background
from tui.messages import RunsChanged, StoreOpened
from tui.run_list.acting import RunActions
from tui.run_list.choice import Choice
from tui.run_list.choosing import Choosing
from tui.run_list.columns import Widths, all_columns, run_columns
from tui.run_list.following import SILENCE_LOOK_SECONDS, Following
from tui.run_list.marks import Marks
from tui.run_list.sample import SampleOffer
from tui.run_list.summary import count_cells, filter_cells
from tui.screens.base import WorkScreen
from tui.store_link import first_page
from tui.widgets.columns import Column
from tui.widgets.lines import Lines, line, spread
from tui.widgets.preview import Preview
from tui.widgets.virtual_table import VirtualTable

# Time to paint before anything is imported. A timer, because what is called "after
# the refresh" of a screen is never called when another one has been put over it.
PAINT_SECONDS = 0.02
REST_SECONDS = 0.15
_PREVIEW_HEIGHT = 30


class RunsScreen(WorkScreen):
    """A virtual table over all runs; live rows move by themselves."""

    NAME: ClassVar[str] = "runs"
    # Who acts at the keys of this screen, beside the screen itself.
    ACTORS: ClassVar[tuple[type, ...]] = (Choosing, RunActions, Marks, SampleOffer)

    def __init__(self) -> None:
        super().__init__()
        self._widths = Widths()
        self._columns_shown: object = None
        self._resting: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """Return the summary line, the table, the preview and what an empty list says."""
        kept = self.bench.memory.of(self.NAME)
        self.table: VirtualTable[RunSummary] = VirtualTable((), self._load, marking=True, id="runs-table")
        self._put_together(Choice.remembered(kept))
        cursor = kept.get("cursor")
        self._first_cursor = cursor if isinstance(cursor, int) else None
        yield Lines([line("")], id="summary")
        with Vertical(id="runs-main"):
            yield self.table
            yield Preview(id="preview")
        yield Lines([*_EMPTY, *self.key_lines(_FIRST_STEPS)], id="empty")

    def _put_together(self, choice: Choice) -> None:
        """Make what follows the store and what acts at the keys, and hand each what it needs."""
        self._following = Following(
            self, self.table, lambda: self.choice,
            listed=self._list_came, came=self._rows_came, shown=self._preview_now,
        )  # fmt: skip
        self._choosing = Choosing(
            self, self.table, choice,
            every=self._every, total=lambda: self._following.total, chosen=self._was_chosen,
        )  # fmt: skip
        self._marks = Marks(self, self.table, self._choosing.follow_marks)
        self._acting = RunActions(self, self.table, self._marks, self._following.await_runs)
        self._sample = SampleOffer(self)

    def actors(self) -> Iterable[object]:
        """Return what chooses, acts and marks, then the screen."""
        return (self._choosing, self._acting, self._marks, self._sample, self)

    @property
    def is_read(self) -> bool:
        """Whether the first page is there."""
        return self.is_mounted and self._following.is_read

    @property
    def choice(self) -> Choice:
        """What is listed, in which order and columns."""
        return self._choosing.choice

    def on_mount(self) -> None:
        """Paint first, then read the first page."""
        self._fit_columns()
        self._show_order()
        self.table.focus()
        self.set_interval(SILENCE_LOOK_SECONDS, self._following.look_for_silence)
        self.set_timer(PAINT_SECONDS, self._look_first)

    def _look_first(self) -> None:
        self.start(self._first_page, group="first")

    async def _first_page(self) -> None:
        choice = self.choice
        try:
            page = await in_background(
                first_page, self.bench.home, choice.filter, choice.order, self._first_cursor
            )
        except (BacktapeError, StoreError) as error:
            self.bench.refuse(str(error))
            return
        self._following.begin(page.ids, page.state, choice, page.rows)
        if self._first_cursor is not None and self._first_cursor in page.ids:
            self._following.await_runs([self._first_cursor])
        self.set_timer(PAINT_SECONDS, self.bench.first_page_shown)

    async def _load(self, ids: Sequence[int]) -> Mapping[int, RunSummary]:
        return await self._following.load(ids)

    def await_runs(self, run_ids: Sequence[int]) -> None:
        """Put the cursor on the first of these new runs once it is listed; if none ever is, say why."""
        self._following.await_runs(run_ids, lambda: self._say_left_out(run_ids))

    def _say_left_out(self, run_ids: Sequence[int]) -> None:
        if self.choice.text:
            self.say(f"The filter leaves out {named(run_ids)}; {self.key('back')} takes it away.")

    # What is shown

    def _was_chosen(self) -> None:
        """Show what was chosen, and keep it for the next start."""
        self._fit_columns()
        self._show_order()
        self._show_summary()
        self._following.choose()
        self._remember()

    def _every(self) -> Mapping[str, Column[RunSummary]]:
        return all_columns(self.bench.now, ascii_only=self.bench.ascii_only, widths=self._widths)

    def _rows_came(self, rows: Sequence[RunSummary]) -> None:
        self._fit_columns(rows)

    def _fit_columns(self, rows: Sequence[RunSummary] = ()) -> None:
        """Show the columns chosen, wide enough for what was seen; what stays as it is is not drawn again."""
        seen = self._widths.seeing(rows)
        id_width = max(seen.id, len(str(self._following.newest)))
        self._widths = replace(seen, id=id_width, terminal=self.room.width)
        sorted_by = self.choice.order.column
        wanted = (self.choice.columns, sorted_by, self._widths)
        if wanted != self._columns_shown:
            self._columns_shown = wanted
            self.table.set_columns(
                run_columns(
                    self.bench.now,
                    ascii_only=self.bench.ascii_only,
                    widths=self._widths,
                    chosen=self.choice.columns,
                    sorted_by=sorted_by,
                )
            )

    def _show_order(self) -> None:
        order = self.choice.order
        self.table.set_sorted(order.column, descending=order.descending)

    def _show_summary(self) -> None:
        mistake, total = self._choosing.mistake, self._following.total
        order = self._unseen_order() if total else ""
        told = (
            line(mistake, "bad") if mistake else count_cells(self.choice, len(self.table.ids), total, order)
        )
        words = filter_cells(self.choice, is_asked=self._choosing.asks_filter)
        self.query_one("#summary", Lines).show([spread(words, told, self.room.width)])

    def _unseen_order(self) -> str:
        """Return the title of the column that the list is sorted by, where no header can show it."""
        column = self.choice.order.column
        if column in {shown.name for shown in self.table.shown_columns}:
            return ""
        every = self._every()
        return every[column].title if column in every else column

    def _list_came(self, ids: Sequence[int]) -> None:
        """Show what there is to say about another list; marks of runs that are gone go."""
        self._fit_columns()
        if self._marks.marked and not self.choice.text:
            self._marks.set(self._marks.marked.intersection(ids))
        self._show_summary()
        self.table.say_instead(f"No run has these words; {self.key('back')} takes them away.")
        self.set_class(self._following.total == 0, "-empty")
        self._name_keys()

    def resized(self) -> None:
        """Keep the count at the right edge; show the preview where there is room."""
        self.set_class(self.room.height >= _PREVIEW_HEIGHT, "-tall")
        self._fit_columns()
        self._show_summary()
        self._preview_now()

    # Following the store

    def came_back(self) -> None:
        """Look at once at what happened meanwhile."""
        self._name_keys()
        self._following.look_again()

    def runner_changed(self) -> None:
        """Name the key that cancels while there is anything to cancel."""
        self._name_keys()

    def _name_keys(self) -> None:
        idle = set() if self.bench.watch_runner.has_work else {"cancel"}
        is_empty = self._following.is_read and not self._following.total
        self.bottom.show_keys_of((self.NAME,), idle | (_OF_RUNS if is_empty else {"sample"}))

    def on_store_opened(self, message: StoreOpened) -> None:
        """Look whether anything happened since the first page."""
        message.stop()
        self._following.read_again()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Read the rows on screen again."""
        message.stop()
        self._following.read_again()
        self._acting.cancelling.look()

    # The cursor

    def on_virtual_table_moved(self) -> None:
        """Show the run under the cursor once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_SECONDS, self._rested)

    def _rested(self) -> None:
        self._preview_now()
        self._remember()

    def _preview_now(self) -> None:
        if not self.has_class("-tall"):
            return
        preview, run_id = self.query_one(Preview), self.table.cursor_id
        run = self.table.row(run_id)
        if run is not None:
            preview.show_run(run, self.bench.now(), ascii_only=self.bench.ascii_only)
        elif run_id is None:
            preview.show_nothing()

    def _remember(self) -> None:
        """Keep what was chosen, and the run under the cursor; none at the top, where new ones come."""
        cursor = self.table.cursor_id if self.table.cursor else None
        self.bench.memory.keep(self.NAME, {**self.choice.kept(), "cursor": cursor})

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

    # The queue

    def do_pause(self) -> None:
        """Hold back what waits, or let it go on."""
        self.start(partial(self._pause, not self.bench.watch_runner.paused))

    async def _pause(self, held_back: bool) -> None:
        await self.bench.link.write(queue.pause, held_back)
        paused = "The queue is paused: what runs goes on, nothing new begins"
        self.say(f"{paused}; {self.key('pause')} lets it go on." if held_back else "The queue goes on.")


_EMPTY = [line("There are no runs yet.", "title"), line("")]
# What has nothing to act on where there is no run.
_OF_RUNS = {
    *("open", "filter", "sort", "mark", "compare", "repeat", "clone", "export", "copy", "note", "delete"),
}
_FIRST_STEPS = [
    ("new_run", "sets up a run on the price history in the data library"),
    ("goto_data", "shows the library and imports price files: MT4, MT5, HistData, Dukascopy"),
    ("sample", "imports the sample market: made-up prices, for trying things out at once"),
    ("help", "lists the keys of a screen"),
]
