"""The data library: what prices there are, from where, and how to get more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.containers import Vertical
from textual.widget import Widget

from core.errors import BacktapeError
from core.home import Home
from db import datasets
from db.datasets import DatasetRecord
from tui import formats
from tui.background import in_background
from tui.imports.client import Document
from tui.imports.importing import READING, Importing
from tui.imports.path_prompt import Draw
from tui.imports.rows import DatasetRow, dataset_columns, dataset_lines, dataset_page, fits
from tui.messages import RunsChanged
from tui.pacing import OnceMore
from tui.places import id_of, line_of
from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, cut, length, line, parting, spread
from tui.widgets.virtual_table import VirtualTable

_LEAST_NOTES = 9
# The lines at top and bottom, and those left free above and below what an empty library says.
_AROUND_EMPTY = 4


class DataScreen(WorkScreen):
    """A table over the datasets, and what is to be known about the one under the cursor."""

    NAME: ClassVar[str] = "data"
    # Who acts at the keys of this screen, beside the screen itself.
    ACTORS: ClassVar[tuple[type, ...]] = (Importing,)

    def __init__(self, *, import_sample: bool = False) -> None:
        super().__init__()
        self._found: Sequence[DatasetRecord] | None = None
        self._reading = OnceMore(self, self._read, "refresh")
        self._counting = OnceMore(self, self._count, "count")
        self._rows: dict[int, DatasetRow] = {}
        self._counted: dict[str, DatasetRow] = {}
        self._said_reading = False
        self._filter = ""
        self._importing = Importing(
            self, above=self._show_above_prompt, has_sample=self._has_sample, came=self._show_arrived
        )
        self._above_prompt: Draw | None = None
        self._sample_first = import_sample

    def body(self) -> Iterable[Widget]:
        """Return the table, the notes below it and what an empty library says."""
        with Vertical(id="data-main"):
            yield VirtualTable(dataset_columns(()), self._load, id="data-table")
            yield Lines([line("")] * _LEAST_NOTES, id="data-notes")
        yield Lines(id="empty")

    def actors(self) -> Iterable[object]:
        """Return what imports, then the screen."""
        return (self._importing, self)

    @property
    def is_read(self) -> bool:
        """Whether it is known what there is."""
        return self._found is not None

    @property
    def table(self) -> VirtualTable[DatasetRow]:
        """The table of datasets."""
        table: VirtualTable[DatasetRow] = self.query_one("#data-table", VirtualTable)
        return table

    @property
    def _row(self) -> DatasetRow | None:
        return self._rows.get(self.table.cursor_id or 0)

    def on_mount(self) -> None:
        """Say that the library is being read."""
        self._filter = line_of(self.bench.memory.of(self.NAME).get("filter"))
        self.table.say_instead(READING)
        self.table.focus()
        if self._sample_first:
            self._importing.do_sample()

    def came_back(self) -> None:
        """Read the library; it may have changed while another screen was in front."""
        self._reading.ask()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Look whether the library has changed."""
        message.stop()
        self._reading.ask()

    async def _read(self) -> None:
        """Show what there is, if it is something else than before; any run writes to the store, too."""
        found = await self.bench.link.read(datasets.list_all)
        if found != self._found:
            self._show_found(found)
        self._counting.ask()

    def _show_found(self, found: Sequence[DatasetRecord]) -> None:
        last = id_of(self.bench.memory.of(self.NAME).get("cursor"))
        first, self._found = not self.is_read, found
        if self._said_reading:
            self._said_reading = False
            self.bottom.hush()
        self._rows = {one.id: self._known(one) for one in found}
        self.table.put(self._rows)
        self.table.set_columns(dataset_columns(found))
        self.set_class(not found, "-empty")
        self.bottom.show_keys_of(self.places(), without={"sample"} if found else _OF_DATASETS)
        self._choose(self._filter if found else "")
        if first:
            self._put_cursor_on(last)

    def _known(self, record: DatasetRecord) -> DatasetRow:
        """Return a dataset with what was found out about this version of it before."""
        counted = self._counted.get(record.digest)
        return DatasetRow(record) if counted is None else replace(counted, record=record)

    async def _count(self) -> None:
        """Find out what is missing in each version that is new here; its files are read for that.

        Several sources may have the same version, and one that was damaged may be mended by now.
        """
        for row_id, row in list(self._rows.items()):
            digest = row.record.digest
            if digest not in self._counted or self._counted[digest].problem:
                self._counted[digest] = await in_background(_counted, self.bench.home, row.record)
            self._show_counted(row_id)

    def _show_counted(self, row_id: int) -> None:
        """Show what was found out about a dataset, if it is still there."""
        row = self._rows.get(row_id)
        if row is not None and self._known(row.record) != row:
            self._rows[row_id] = self._known(row.record)
            self.table.put({row_id: self._rows[row_id]})
            self._show_notes()

    async def _load(self, ids: Sequence[int]) -> Mapping[int, DatasetRow]:
        return {row_id: self._rows[row_id] for row_id in ids if row_id in self._rows}

    def on_virtual_table_moved(self) -> None:
        """Say what is to be known about the dataset under the cursor, and come back to it later."""
        self._show_notes()
        self._remember()

    def _remember(self) -> None:
        """Keep the filter, and the dataset under the cursor, or the last that was where none is listed."""
        last = self.bench.memory.of(self.NAME).get("cursor")
        self.bench.memory.keep(self.NAME, {"filter": self._filter, "cursor": self.table.cursor_id or last})

    def _has_sample(self) -> bool:
        return any(row.record.synthetic for row in self._rows.values())

    def resized(self) -> None:
        """Give the notes their share of the room, and wrap them anew."""
        self._show_notes()

    def _show_above_prompt(self, draw: Draw | None) -> None:
        """Show what belongs to the prompt for a path, in place of the notes."""
        self._above_prompt = draw
        self._show_notes()

    def _show_notes(self) -> None:
        """Show the notes, or what belongs to the prompt right above it."""
        width, room = self.room.width, max(_LEAST_NOTES, self.room.height * 2 // 5) - 1
        notes = self._notes(width, room) if self._above_prompt is None else self._told_above(width, room)
        blanks = [line("")] * (room - len(notes))
        self.query_one("#data-notes", Lines).show([self._rule(width), *notes, *blanks])
        if self.has_class("-empty"):
            steps = [*_EMPTY, *self.key_lines(_FIRST_STEPS)]
            room = max(0, self.room.height - _AROUND_EMPTY - len(steps))
            self.query_one("#empty", Lines).show([*steps, *self._told_above(width - 4, room)])

    def _notes(self, width: int, room: int) -> list[Line]:
        """Return as many of the notes as there is room for, and whether there are more."""
        row = self._row
        notes = [] if row is None else dataset_lines(row, width)
        if len(notes) <= room:
            return notes
        more: Line = (Cell(f" {len(notes) - room + 1} more: Enter", "accent"),)
        return [*notes[: room - 1], spread(notes[room - 1], more, width)]

    def _told_above(self, width: int, room: int) -> list[Line]:
        lines = [] if self._above_prompt is None else self._above_prompt(width, room)
        return [*[line("")] * (room - len(lines)), *lines]

    def _rule(self, width: int) -> Line:
        """Part table and notes; say how many rows are below, and what of the library is shown."""
        if not self._filter:
            return parting("─", "dim", self.table.below, width)
        shown = f" {len(self.table.ids):,} of {formats.plural(len(self._rows), 'dataset')}"
        end = cut((Cell(f" / {self._filter} ", "accent"), Cell(shown, "dim")), width // 2)
        return (*parting("─", "dim", self.table.below, width - length(end)), *end)

    # Filter

    def why_not_filter(self) -> str | None:
        """There may be nothing to filter."""
        return self._why_nothing("to filter")

    def do_filter(self) -> None:
        """Ask for words; the list follows what is typed."""
        self.bottom.prompt(
            "filter: ",
            f"{self._filter} ".lstrip(),  # for another word
            self._choose,
            left=partial(self._choose, self._filter),
            typed=self._choose,
            enter="keeps",
        )

    def do_back(self) -> None:
        """Take the filter away, or leave."""
        if self._filter:
            self._choose("")
        else:
            super().do_back()

    def _choose(self, words: str) -> None:
        """List the datasets that these words fit."""
        self._filter = words.strip()
        self.table.say_instead(f"No dataset fits: {self.key('back')} shows all.")
        self.table.set_ids([row_id for row_id, row in self._rows.items() if fits(row, self._filter)])
        self._remember()
        self._show_notes()

    # Refusals

    def refusal(self, name: str) -> str | None:
        """Return why something cannot be done; that the library is being read goes when it has been."""
        reason = super().refusal(name)
        self._said_reading = reason == READING
        return reason

    def _why_nothing(self, done: str) -> str | None:
        """Return why there is nothing that something can be done with, None where there is."""
        if self._row is not None:
            return None
        if self._rows:
            return f"No dataset fits the filter, so there is none {done}; {self.key('back')} shows all."
        return f"There is no dataset {done}." if self.is_read else READING

    # Opening

    def why_not_open(self) -> str | None:
        """There may be nothing."""
        if self._rows or not self.is_read:
            return self._why_nothing("to open")
        return f"There is no dataset yet: {self.key('import')} imports a price file."

    def do_open(self) -> None:
        """Show everything known about the dataset."""
        from tui.screens.text import Draw, TextScreen

        row = self._row
        if row is None:
            return

        async def read() -> Draw:
            return partial(dataset_page, row)

        self.app.push_screen(TextScreen(f"Data · {row.name}", read))

    def on_virtual_table_clicked(self) -> None:
        """Show everything about the dataset that was clicked twice."""
        self.start(partial(self.action_act, "open"), group="key")

    # Importing

    async def _show_arrived(self, imported: Document | None) -> None:
        """Read the library again, and go to what was imported, though it may not fit the filter."""
        await self._reading.do()
        if imported is None:
            return
        row_id = imported["dataset"]["id"]
        if row_id in self._rows and row_id not in self.table.ids:
            self._choose("")
        self._put_cursor_on(row_id)

    def _put_cursor_on(self, row_id: int | None) -> None:
        """Put the cursor on a dataset, if it is listed."""
        if row_id in self.table.ids:
            self.table.move(self.table.ids.index(row_id))

    # Deleting

    def market(self) -> Mapping[str, str]:
        """Return the market of the dataset under the cursor."""
        if self._row is None:
            return {}
        record = self._row.record
        return {"symbol": record.symbol, "timeframe": record.timeframe, "source": record.source}

    def why_not_remove(self) -> str | None:
        """There may be nothing to delete."""
        return self._why_nothing("to delete")

    def do_remove(self) -> None:
        """Ask, then delete."""
        row = self._row
        if row is not None:
            self.bottom.ask(
                f"Delete {row.name} ({formats.plural(row.record.rows, 'bar')})?  "
                "y deletes; that cannot be undone, importing again brings it back; runs keep what they used",
                {"y": lambda: self.start(partial(self._delete, row))},
            )

    async def _delete(self, row: DatasetRow) -> None:
        from core.datasets import delete_dataset

        home = self.bench.home
        await self.bench.link.write(lambda connection: delete_dataset(home, connection, row.record))
        await self._reading.do()
        self.say(f"Deleted {row.name}; importing the file again brings it back.")


def _counted(home: Home, record: DatasetRecord) -> DatasetRow:
    from core.datasets import gaps_of, holes_of

    try:
        return DatasetRow(record, gaps_of(home, record), holes=holes_of(home, record))
    except BacktapeError as error:
        return DatasetRow(record, problem=str(error))


# What has nothing to act on where there is no dataset.
_OF_DATASETS = {"open", "filter", "remove"}
_EMPTY = [line("The data library is empty.", "title"), line("")]
_FIRST_STEPS = [
    ("import", "imports price files: MT4, MT5, HistData, plain CSV"),
    ("sample", "imports the sample market: made-up prices to try"),
]
