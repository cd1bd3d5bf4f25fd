"""Choosing the columns of the run list, and their order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual.widget import Widget

from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell, Column, fit
from tui.widgets.lines import Lines, line, spread
from tui.widgets.table_lines import MARK
from tui.widgets.virtual_table import VirtualTable

Every = Mapping[str, Column[Any]]


class ColumnsScreen(WorkScreen):
    """Every column there is: first those that are shown, marked and in their order, then the others.

    `take` gets the names of the columns at Enter, `sort` that of the one to sort by. `title`
    says what they are shown for.
    """

    NAME: ClassVar[str] = "columns"

    def __init__(
        self,
        every: Every,
        shown: Sequence[str],
        usual: int,
        take: Callable[[list[str]], None],
        sort: Callable[[str], None],
        *,
        title: str,
        sorted_by: str,
    ) -> None:
        super().__init__()
        self._sorted_by = sorted_by
        self._title = title
        self._every = every
        self._usual = usual
        self._take = take
        self._sort = sort
        self._numbers = {name: number for number, name in enumerate(every, start=1)}
        self._columns = dict(zip(self._numbers.values(), every.values(), strict=True))
        self._shown = list(shown)

    def body(self) -> Iterable[Widget]:
        """Return what there is room for, and the table of columns."""
        yield Lines([line(self._title, "title")], id="title")
        yield VirtualTable(_chooser_columns(_meanings()), self._load, marking=True, id="columns-table")

    @property
    def table(self) -> VirtualTable[Column[Any]]:
        """The table of columns."""
        table: VirtualTable[Column[Any]] = self.query_one("#columns-table", VirtualTable)
        return table

    @property
    def _at(self) -> str:
        """The column under the cursor."""
        return self._columns[self.table.cursor_id or 1].name

    def on_mount(self) -> None:
        """Let the keys move the table."""
        self._list()
        self.table.focus()

    async def _load(self, ids: Sequence[int]) -> Mapping[int, Column[Any]]:
        return {number: self._columns[number] for number in ids}

    def _list(self) -> None:
        """Show those that are shown first, in their order, and below them what can be chosen besides."""
        others = [name for name in self._every if name not in self._shown]
        self.table.set_ids([self._numbers[name] for name in (*self._shown, *others)])
        self._show()

    def _show(self) -> None:
        self.table.set_marks({self._numbers[name] for name in self._shown})
        columns = [self._every[name] for name in self._shown]
        left_out = len(columns) - len(fit(columns, self.room.width - len(MARK), self._sorted_by))
        told = f"{len(columns)} shown" + (f", {left_out} without room at this width" if left_out else "")
        title = line(self._title, "title")
        self.query_one("#title", Lines).show([spread(title, line(told, "dim"), self.room.width)])

    def resized(self) -> None:
        """Count again what there is room for."""
        self._show()

    # Acting

    def why_not_show_column(self) -> str | None:
        """Runs are called by their numbers."""
        return "The number of a run is always shown." if self._at == "id" else None

    def do_show_column(self) -> None:
        """Show the column after the others, or hide it, and go on to the next row: the column has moved."""
        name, at = self._at, self.table.cursor
        if name in self._shown:
            self._shown.remove(name)
            at -= 1
        else:
            self._shown.append(name)
        self._list()
        self.table.move(at + 1)

    def do_column_down(self) -> None:
        """Let the column and the one below change places."""
        self._move(1)

    def do_column_up(self) -> None:
        """Let the column and the one above change places."""
        self._move(-1)

    def _move(self, by: int) -> None:
        at, to = self.table.cursor, self.table.cursor + by
        self._shown[at], self._shown[to] = self._shown[to], self._shown[at]
        self._list()

    def why_not_column_down(self) -> str | None:
        """What is hidden has no place, and the last one none below it."""
        return self._why_not_move("last", self._shown[-1:])

    def why_not_column_up(self) -> str | None:
        """What is hidden has no place, and the first one none above it."""
        return self._why_not_move("first", self._shown[:1])

    def _why_not_move(self, place: str, end: Sequence[str]) -> str | None:
        if self._at not in self._shown:
            return f"This column is hidden; {self.key('show_column')} shows it."
        return f"This is the {place} column that is shown." if self._at in end else None

    @property
    def _usual_ones(self) -> list[str]:
        return list(self._every)[: self._usual]

    def why_not_defaults(self) -> str | None:
        """They may be shown already."""
        is_usual = self._shown == self._usual_ones
        return "These are the usual columns in their usual order." if is_usual else None

    def do_defaults(self) -> None:
        """Show the usual columns in their usual order."""
        self._shown = self._usual_ones
        self._list()

    def do_take_columns(self) -> None:
        """Show the list with these columns; the usual ones are no choice."""
        self.do_back()
        self._take([] if self._shown == self._usual_ones else self._shown)

    def do_sort(self) -> None:
        """Show the list with these columns, sorted by the one under the cursor."""
        name = self._at
        self.do_take_columns()
        self._sort(name)

    def why_not_sort(self) -> str | None:
        """A picture has no order."""
        return None if self._every[self._at].letter else "A list cannot be sorted by this column."


def _chooser_columns(meanings: Mapping[str, str]) -> list[Column[Column[Any]]]:
    return [
        Column("title", "column", 12, lambda column: Cell(column.title)),
        Column("letter", "s +", 3, lambda column: Cell(column.letter, "accent")),
        Column(
            "about",
            "what it shows",
            20,
            lambda column: Cell(column.about or meanings.get(column.name, ""), "dim"),
            grows=100,
        ),
    ]


def _meanings() -> dict[str, str]:
    """Return what the figures of a run mean, by the names of their columns."""
    from core.results.figures import FIGURES

    return {figure.key: figure.meaning for figure in FIGURES}
