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
from tui.imports.client import Document, import_sample, told
from tui.imports.files import completed_path, files_meant
from tui.imports.rows import DatasetRow, dataset_columns, dataset_lines, dataset_page
from tui.messages import RunsChanged
from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line, parting, spread
from tui.widgets.virtual_table import VirtualTable

_LEAST_NOTES = 9


class DataScreen(WorkScreen):
    """A table over the datasets, and what is to be known about the one under the cursor."""

    NAME: ClassVar[str] = "data"

    def __init__(self, *, import_sample: bool = False) -> None:
        super().__init__()
        self._rows: dict[int, DatasetRow] = {}
        self._counted: dict[str, DatasetRow] = {}
        self._importing = False
        self._typed_path = ""
        self._sample_first = import_sample

    def body(self) -> Iterable[Widget]:
        """Return the table, the notes below it and what an empty library says."""
        with Vertical(id="data-main"):
            yield VirtualTable(dataset_columns(()), self._load, id="data-table")
            yield Lines([line("")] * _LEAST_NOTES, id="data-notes")
        yield Lines([*_EMPTY, *self.key_lines(_FIRST_STEPS)], id="empty")

    @property
    def table(self) -> VirtualTable[DatasetRow]:
        """The table of datasets."""
        table: VirtualTable[DatasetRow] = self.query_one("#data-table", VirtualTable)
        return table

    @property
    def _row(self) -> DatasetRow | None:
        return self._rows.get(self.table.cursor_id or 0)

    def on_mount(self) -> None:
        """Read the library."""
        self.table.focus()
        self._read_again()
        if self._sample_first:
            self.do_sample()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Look whether the library has changed."""
        message.stop()
        self._read_again()

    def _read_again(self) -> None:
        self.start(self._refresh, group="refresh")

    async def _refresh(self) -> None:
        found = await self.bench.link.read(datasets.list_all)
        self._rows = {one.id: self._known(one) for one in found}
        self.table.set_ids(list(self._rows))
        self.table.put(self._rows)
        self.table.set_columns(dataset_columns(found))
        self.set_class(not found, "-empty")
        self._show_notes()
        self.start(self._count, group="count", alone=True)

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
            if self._known(row.record) != row:
                self._rows[row_id] = self._known(row.record)
                self.table.put({row_id: self._rows[row_id]})
                self._show_notes()

    async def _load(self, ids: Sequence[int]) -> Mapping[int, DatasetRow]:
        return {row_id: self._rows[row_id] for row_id in ids if row_id in self._rows}

    def on_virtual_table_moved(self) -> None:
        """Say what is to be known about the dataset under the cursor."""
        self._show_notes()

    def on_resize(self) -> None:
        """Give the notes their share of the room, and wrap them anew."""
        super().on_resize()
        self.query_one("#data-notes", Lines).show([line("")] * self._notes_height)
        self._show_notes()

    @property
    def _notes_height(self) -> int:
        return max(_LEAST_NOTES, self.room.height * 2 // 5)

    def _show_notes(self) -> None:
        """Show as many of the notes as there is room for, and whether there are more."""
        width, room = self.room.width, self._notes_height - 1
        row = self._row
        notes = [] if row is None else dataset_lines(row, width)
        if len(notes) > room:
            more: Line = (Cell(f" {len(notes) - room + 1} more: Enter", "accent"),)
            notes = [*notes[: room - 1], spread(notes[room - 1], more, width)]
        rule = parting("─", "dim", self.table.below, width)
        blanks = [line("")] * (room - len(notes))
        self.query_one("#data-notes", Lines).show([rule, *notes, *blanks])

    # Opening

    def why_not_open(self) -> str | None:
        """There may be nothing."""
        if self._row is not None:
            return None
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

    def why_not_import(self) -> str | None:
        """One import at a time."""
        return "The sample market is being imported." if self._importing else None

    why_not_sample = why_not_import

    def do_import(self) -> None:
        """Ask for files; what was typed last stands there until all of it has been imported."""
        self._ask_path("import (file, folder or pattern; Tab completes): ", replaced=True)

    def _ask_path(self, label: str, *, replaced: bool = False) -> None:
        self.bottom.prompt(
            label,
            self._typed_path,
            self._look_at,
            typed=self._keep_path,
            complete=completed_path,
            replaced=replaced,
        )

    def _keep_path(self, text: str) -> None:
        self._typed_path = text

    def _look_at(self, text: str) -> None:
        """Look for the files; a folder may lie far away, a pattern may lead through many."""
        self._typed_path = text
        if text.strip():
            self.start(partial(self._look_into, text), group="files", alone=True)

    async def _look_into(self, text: str) -> None:
        """Show what is understood of the files before anything is stored."""
        from tui.screens.import_preview import ImportPreviewScreen

        try:
            found = await in_background(files_meant, text)
        except BacktapeError as error:
            if not self.bottom.busy:
                self._ask_path(f"{error} import: ")
            return
        if self.app.screen is self:
            self.app.push_screen(ImportPreviewScreen(found, self._imported))

    def _imported(self, imported: Sequence[Document], left_out: str) -> None:
        """Say what the preview has come to."""
        if imported and not left_out:
            self._typed_path = ""
        self.start(partial(self._show_imported, imported, left_out), group="imported")

    async def _show_imported(self, imported: Sequence[Document], left_out: str) -> None:
        await self._refresh()
        if not imported:
            self.say("Nothing was imported.")
            return
        self._go_to(imported[-1])
        many = len(imported) > 1
        what = f"{formats.plural(len(imported), 'file')} imported" if many else told(imported[0])
        self.say(f"{what}; {left_out}." if left_out else f"{what}.")

    def _go_to(self, one: Document) -> None:
        """Put the cursor on what was imported."""
        for position, row in enumerate(self._rows.values()):
            if row.record.id == one["dataset"]["id"]:
                self.table.move(position)

    def do_sample(self) -> None:
        """Import the built-in sample market; ask first if it is there."""
        if any(row.record.synthetic for row in self._rows.values()):
            asked = "The sample market is there already.  y imports it again, any other key leaves it"
            self.bottom.ask(asked, {"y": self._begin_sample})
        else:
            self._begin_sample()

    def _begin_sample(self) -> None:
        self._importing = True
        self.say("Making the sample market ...")
        self.start(self._import_sample, group="import")

    async def _import_sample(self) -> None:
        try:
            imported = await import_sample(self.bench.home)
        finally:
            self._importing = False
        await self._show_imported([imported], "")

    # Deleting

    def why_not_remove(self) -> str | None:
        """There may be nothing to delete."""
        return None if self._row is not None else "There is no dataset to delete."

    def do_remove(self) -> None:
        """Ask, then delete."""
        row = self._row
        if row is not None:
            self.bottom.ask(
                f"Delete {row.name} ({formats.plural(row.record.rows, 'bar')})?  "
                "y deletes; runs keep what they used",
                {"y": lambda: self.start(partial(self._delete, row))},
            )

    async def _delete(self, row: DatasetRow) -> None:
        from core.datasets import delete_dataset

        home = self.bench.home
        await self.bench.link.write(lambda connection: delete_dataset(home, connection, row.record))
        await self._refresh()
        self.say(f"Deleted {row.name}; importing the file again brings it back.")


def _counted(home: Home, record: DatasetRecord) -> DatasetRow:
    from core.datasets import gaps_of

    try:
        return DatasetRow(record, gaps_of(home, record))
    except BacktapeError as error:
        return DatasetRow(record, problem=str(error))


_EMPTY = [line("The data library is empty.", "title"), line("")]
_FIRST_STEPS = [
    ("import", "imports price files: MT4, MT5, HistData, plain CSV"),
    ("sample", "imports the sample market: made-up prices to try"),
]
