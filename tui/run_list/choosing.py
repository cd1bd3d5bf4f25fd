"""Choosing what the run list shows: filter, order, columns."""

from abc import abstractmethod
from collections.abc import Sequence

from db.errors import FilterError
from db.runs import Order, RunSummary
from tui.run_list.acting import RunActions
from tui.run_list.choice import Choice
from tui.run_list.columns import ASCENDING, USUAL, all_columns, run_columns
from tui.widgets.columns import Column
from tui.widgets.sorting import ask_shown_column


class ChoiceActions(RunActions):
    """Keys that choose; `mistake` says why what was typed is no filter."""

    choice = Choice()
    mistake = ""
    id_width = 4
    to_top = False

    @property
    @abstractmethod
    def total(self) -> int:
        """How many runs there are."""

    @abstractmethod
    def list_again(self) -> None:
        """Read the list again."""

    @abstractmethod
    def show_summary(self) -> None:
        """Say what the list was filtered by and how many runs that leaves."""

    @abstractmethod
    def remember(self) -> None:
        """Keep what was chosen for the next start."""

    def columns(self) -> list[Column[RunSummary]]:
        """Return the columns chosen."""
        return run_columns(
            self.bench.now,
            ascii_only=self.bench.ascii_only,
            id_width=self.id_width,
            chosen=self.choice.columns,
        )

    def show_order(self) -> None:
        """Mark in the header what the list is sorted by."""
        order = self.choice.order
        self.table.set_sorted(order.column, descending=order.descending)

    # Filter

    def why_not_filter(self) -> str | None:
        """There may be nothing to filter."""
        return None if self.total else "There is no run to filter yet."

    def do_filter(self) -> None:
        """Ask for filter words; the list follows what is typed."""
        before = self.choice.text
        self.bottom.prompt(
            "filter: ",
            before,
            lambda text: self._take_filter(text, before),
            left=lambda: self._take_filter(before, ""),
            typed=self._show_filter,
        )

    def _take_filter(self, text: str, before: str) -> None:
        """Keep the filter; one that means nothing is told, and the one before comes back."""
        mistake = self._try_filter(text)
        if mistake:
            self._try_filter(before)
            self.say(mistake, "bad")
        self.remember()

    def do_back(self) -> None:
        """Take the filter away."""
        self._take_filter("", "")

    def _try_filter(self, text: str) -> str:
        """Filter by a text; one that means nothing is told above the list, and returned."""
        try:
            choice, self.mistake = self.choice.filtered(text, self.table.marks), ""
        except FilterError as error:
            self.mistake = str(error)
        else:
            self._choose(choice)
        self.show_summary()
        return self.mistake

    def _show_filter(self, text: str) -> None:
        self._try_filter(text)

    def set_marks(self, marks: set[int]) -> None:
        """Mark exactly these runs; a list filtered by marks is another one then."""
        super().set_marks(marks)
        if self.choice.filter.needs_marks:
            self._choose(self.choice.filtered(self.choice.text, marks))

    # Order and columns

    def do_sort(self) -> None:
        """Ask for the column to sort by."""
        ask_shown_column(self.bottom, self.table, self._every().values(), self._sort, self.do_columns)

    def do_reverse(self) -> None:
        """Turn the order around."""
        order = self.choice.order
        self._order(Order(order.column, not order.descending))

    def _sort(self, column: str) -> None:
        self._order(Order(column, column not in ASCENDING))

    def _order(self, order: Order) -> None:
        self.to_top = True
        self._choose(self.choice.sorted_by(order))
        self.show_order()
        self.remember()

    def do_columns(self) -> None:
        """Choose the columns."""
        from tui.screens.columns import ColumnsScreen

        shown = [column.name for column in self.table.columns]
        self.app.push_screen(ColumnsScreen(self._every(), shown, USUAL, self._take_columns, self._sort))

    def _every(self) -> dict[str, Column[RunSummary]]:
        return all_columns(self.bench.now, ascii_only=self.bench.ascii_only, id_width=self.id_width)

    def _take_columns(self, names: Sequence[str]) -> None:
        self.choice = self.choice.with_columns(names)
        self.table.set_columns(self.columns())
        self.show_summary()
        self.remember()

    def _choose(self, choice: Choice) -> None:
        before, self.choice = self.choice, choice
        if not choice.lists_as(before):
            self.list_again()
