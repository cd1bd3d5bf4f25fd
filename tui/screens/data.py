"""The data library: what prices there are, from where, and how to get more."""

import textwrap
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.containers import Vertical
from textual.widget import Widget

from db import datasets
from db.datasets import DatasetRecord
from tui import formats
from tui.importing import Done, asked_for, completed_path, guessed_symbol, import_path, import_sample
from tui.messages import RunsChanged
from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell, Column
from tui.widgets.lines import Line, Lines, line
from tui.widgets.virtual_table import VirtualTable

_NOTES_HEIGHT = 7


class DataScreen(WorkScreen):
    """A table over the datasets, and what is to be known about the one under the cursor."""

    NAME: ClassVar[str] = "data"

    def __init__(self, *, import_sample: bool = False) -> None:
        super().__init__()
        self._rows: dict[int, DatasetRecord] = {}
        self._importing = False
        self._typed_path = ""
        self._sample_first = import_sample

    def body(self) -> Iterable[Widget]:
        """Return the table, the notes below it and what an empty library says."""
        with Vertical(id="data-main"):
            yield VirtualTable(_columns(named=False), self._load, id="data-table")
            yield Lines([line("")] * _NOTES_HEIGHT, id="data-notes")
        yield Lines(_EMPTY, id="empty")

    @property
    def table(self) -> VirtualTable[DatasetRecord]:
        """The table of datasets."""
        table: VirtualTable[DatasetRecord] = self.query_one("#data-table", VirtualTable)
        return table

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
        rows = await self.bench.link.read(datasets.list_all)
        self._rows = {row.id: row for row in rows}
        self.table.set_ids([row.id for row in rows])
        self.table.put(self._rows)
        self.table.set_columns(_columns(named=any(row.source for row in rows)))
        self.set_class(not rows, "-empty")
        self._show_notes()

    async def _load(self, ids: Sequence[int]) -> Mapping[int, DatasetRecord]:
        return {row_id: self._rows[row_id] for row_id in ids if row_id in self._rows}

    def on_virtual_table_moved(self) -> None:
        """Say what is to be known about the dataset under the cursor."""
        self._show_notes()

    def on_resize(self) -> None:
        """Wrap the notes anew."""
        super().on_resize()
        self._show_notes()

    def _show_notes(self) -> None:
        record = self.table.row(self.table.cursor_id)
        notes = [] if record is None else _notes(record, self.room.width)
        self.query_one("#data-notes", Lines).show([*notes, *[line("")] * _NOTES_HEIGHT][:_NOTES_HEIGHT])

    # Importing

    def why_not_import(self) -> str | None:
        """One import at a time."""
        return "An import is under way." if self._importing else None

    why_not_sample = why_not_import

    def do_import(self) -> None:
        """Ask for the file; what was typed last stands there until it has been imported."""
        self._ask_path("import file: ")

    def _ask_path(self, label: str) -> None:
        self.bottom.prompt(
            label, self._typed_path, self._ask_symbol, typed=self._keep_path, complete=completed_path
        )

    def _keep_path(self, text: str) -> None:
        self._typed_path = text

    def _ask_symbol(self, text: str) -> None:
        self._typed_path = text
        path = Path(text.strip()).expanduser()
        if not text.strip():
            return
        if not path.exists():
            self._ask_path("There is no such file. import file: ")
            return
        self.bottom.prompt(
            "symbol: ",
            guessed_symbol(path, self.bench.home),
            lambda symbol: self._begin_import(path, symbol.strip()),
        )

    def _begin_import(self, path: Path, symbol: str) -> None:
        if not symbol:
            self.say("Nothing was imported: the file does not say its symbol, and none was typed.")
            return
        self._import_with(path, {"symbol": symbol})

    def _import_with(self, path: Path, answers: Mapping[str, str]) -> None:
        self._begin(
            lambda: import_path(self.bench.home, path, answers),
            f"Reading {path.name} ...",
            refused=lambda complaint: self._ask_more(path, answers, complaint),
        )

    def _ask_more(self, path: Path, answers: Mapping[str, str], complaint: str) -> bool:
        """Ask once for what the file was refused for; return whether it is asked."""
        name = asked_for(complaint)
        if not name or (name in answers and name != "symbol") or self.bottom.busy:
            return False
        self.bottom.prompt(
            f"{_REASONS[name]} {name}: ",
            "",
            lambda text: self._take_more(path, {**answers, name: text.strip()}, complaint),
        )
        return True

    def _take_more(self, path: Path, answers: Mapping[str, str], complaint: str) -> None:
        """Try again with the answer; an empty one ends the import."""
        if all(answers.values()):
            self._import_with(path, answers)
        else:
            self.say(f"Nothing was imported. {complaint}", "bad")

    def do_sample(self) -> None:
        """Import the built-in sample market; ask first if it is there."""
        if any(row.synthetic for row in self._rows.values()):
            asked = "The sample market is there already.  y imports it again, any other key leaves it"
            self.bottom.ask(asked, {"y": self._begin_sample})
        else:
            self._begin_sample()

    def _begin_sample(self) -> None:
        self._begin(lambda: import_sample(self.bench.home), "Making the sample market ...")

    def _begin(
        self,
        work: Callable[[], Awaitable[Done]],
        sentence: str,
        *,
        refused: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._importing = True
        self.say(sentence)
        self.start(partial(self._import, work, refused), group="import")

    async def _import(self, work: Callable[[], Awaitable[Done]], refused: Callable[[str], bool]) -> None:
        try:
            done = await work()
        finally:
            self._importing = False
        await self._refresh()
        if done.imported:
            self._typed_path = ""
        for row in self._rows.values():
            if done.imported and (row.symbol, row.timeframe) == _market(done.imported[-1]):
                self.table.move(list(self.table.ids).index(row.id))
        if done.imported or not refused(done.complaint):
            self.say(done.sentence, "" if done.imported else "bad")

    # Deleting

    def why_not_remove(self) -> str | None:
        """There may be nothing to delete."""
        return None if self.table.cursor_id is not None else "There is no dataset to delete."

    def do_remove(self) -> None:
        """Ask, then delete."""
        record = self.table.row(self.table.cursor_id)
        if record is not None:
            name = " ".join(filter(None, (record.symbol, record.timeframe, record.source)))
            self.bottom.ask(
                f"Delete {name} ({formats.plural(record.rows, 'bar')})?  y deletes; runs keep what they used",
                {"y": lambda: self.start(partial(self._delete, record, name))},
            )

    async def _delete(self, record: DatasetRecord, name: str) -> None:
        from core.datasets import delete_dataset

        home = self.bench.home
        await self.bench.link.write(lambda connection: delete_dataset(home, connection, record))
        await self._refresh()
        self.say(f"Deleted {name}; importing the file again brings it back.")


_REASONS = {
    "symbol": "Which instrument is it?",
    "timeframe": "The file does not tell its bars' length.",
    "timezone": "The file does not tell its clock.",
    "source": "Other bars of it are there; name where these are from.",
}


def _market(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["symbol"]), str(one["timeframe"])


def _notes(record: DatasetRecord, width: int) -> list[Line]:
    source = f"source {record.source}" if record.source else f"read as {record.dialect}"
    title = f"{record.symbol} {record.timeframe} · {source} · clock of the file {record.timezone}"
    spread = "with the spread of each bar" if record.has_spread else "without spreads"
    notes: list[Line] = [line("─" * width, "dim"), line(title, "title"), line(spread, "dim")]
    if record.dropped:
        notes.append(line(f"{formats.plural(len(record.dropped), 'line')} dropped at import", "warn"))
    for warning in record.warnings:
        notes += [line(text, "warn") for text in textwrap.wrap(warning, max(20, width - 2))]
    return notes


def _note_count(record: DatasetRecord) -> Cell:
    amount = len(record.warnings) + bool(record.dropped)
    return Cell(str(amount), "warn") if amount else Cell("")


def _columns(*, named: bool) -> list[Column[DatasetRecord]]:
    """Return the columns; where sources have names, these tell datasets apart and stay longest."""
    return [column for column in _COLUMNS if named or column.name != "source"]


_COLUMNS: list[Column[DatasetRecord]] = [
    Column("symbol", "symbol", 10, lambda row: Cell(row.symbol)),
    Column("timeframe", "tf", 3, lambda row: Cell(row.timeframe)),
    Column("rows", "bars", 11, lambda row: Cell(formats.count(row.rows)), right=True),
    Column("first", "first", 16, lambda row: Cell(formats.minute(row.first_time))),
    Column("last", "last", 16, lambda row: Cell(formats.minute(row.last_time))),
    Column("dialect", "format", 12, lambda row: Cell(row.dialect), priority=1, grows=24),
    Column("timezone", "clock", 10, lambda row: Cell(row.timezone), priority=3, grows=20),
    Column("source", "source", 8, lambda row: Cell(row.source), priority=0),
    Column("notes", "notes", 5, _note_count, right=True, priority=2),
]

_EMPTY: list[Line] = [
    line("The data library is empty.", "title"),
    line(""),
    (Cell("i", "accent"), Cell("  imports a price file: MT4, MT5, HistData, Dukascopy or plain CSV")),
    (Cell("m", "accent"), Cell("  imports the sample market: made-up prices, for trying things out at once")),
]
