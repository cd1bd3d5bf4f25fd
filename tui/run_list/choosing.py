"""Choosing what the run list shows: filter, order, columns."""

from collections.abc import Callable, Collection, Mapping, Sequence

from db import strategies
from db.errors import FilterError
from db.runs import Order, RunSummary
from tui.run_list.choice import Choice
from tui.run_list.columns import ASCENDING, USUAL
from tui.screens.base import WorkScreen
from tui.widgets.columns import Column
from tui.widgets.sorting import ask_shown_column
from tui.widgets.virtual_table import VirtualTable


class Choosing:
    """Keys that choose; `mistake` says why what was typed is no filter.

    `asks_filter` tells whether one is being typed. `every` returns all columns there are,
    `total` how many runs; `chosen` is called when something was chosen.
    """

    def __init__(
        self,
        screen: WorkScreen,
        table: VirtualTable[RunSummary],
        choice: Choice,
        *,
        every: Callable[[], Mapping[str, Column[RunSummary]]],
        total: Callable[[], int],
        chosen: Callable[[], object],
    ) -> None:
        self.choice = choice
        self.mistake = ""
        self.asks_filter = False
        self._parameters: Collection[str] | None = None
        self._tried = choice.text
        self._screen = screen
        self._table = table
        self._every = every
        self._total = total
        self._chosen = chosen

    def follow_marks(self, marks: set[int]) -> None:
        """List the runs that are marked now, if the list is filtered by marks."""
        if self.choice.filter.needs_marks:
            self._choose(self.choice.filtered(self.choice.text, marks, self._parameters))

    # Filter

    def why_not_filter(self) -> str | None:
        """There may be nothing to filter."""
        return None if self._total() else "There is no run to filter yet."

    def do_filter(self) -> None:
        """Ask for filter words; the list follows what is typed."""
        before = self._tried = self.choice.text
        self.asks_filter = True
        self._screen.start(self._read_parameters, group="parameters")
        self._screen.bottom.prompt(
            "filter: ",
            f"{before} ".lstrip(),  # for another word
            lambda text: self._take_filter(text, before),
            left=lambda: self._take_filter(before, ""),
            typed=self._try_filter,
            enter="keeps",
        )

    async def _read_parameters(self) -> None:
        """Find out which names the parameters of strategies have: they are filter words too."""
        self._parameters = await self._screen.bench.link.read(strategies.parameter_names)
        self._try_filter(self._tried)

    def do_back(self) -> None:
        """Take the filter away."""
        self._take_filter("", "")

    def _take_filter(self, text: str, before: str) -> None:
        """Keep the filter; one that means nothing is told, and the one before comes back."""
        self.asks_filter = False
        self._try_filter(text)
        mistake = self.mistake
        if mistake:
            self._try_filter(before)
            self._screen.say(mistake, "bad")

    def _try_filter(self, text: str) -> None:
        """Filter by a text; of one that means nothing the mistake is kept, and the list as it is."""
        self._tried = text
        try:
            choice = self.choice.filtered(text.strip(), self._table.marks, self._parameters)
            self.mistake = ""
        except FilterError as error:
            choice, self.mistake = self.choice, str(error)
        self._choose(choice)

    # Order and columns

    def do_sort(self) -> None:
        """Ask for the column to sort by."""
        ask_shown_column(self._screen.bottom, self._table, self._every().values(), self._sort, self._show_all)

    def do_reverse(self) -> None:
        """Turn the order around."""
        order = self.choice.order
        self._choose(self.choice.sorted_by(Order(order.column, not order.descending)))

    def _sort(self, column: str) -> None:
        self._choose(self.choice.sorted_by(Order(column, column not in ASCENDING)))

    def _show_all(self) -> None:
        self._open_columns(f"Move to a column, {self._screen.key('sort')} sorts by it")

    def do_columns(self) -> None:
        """Choose the columns."""
        self._open_columns("Columns of the run list")

    def _open_columns(self, title: str) -> None:
        from tui.screens.columns import ColumnsScreen

        shown = [column.name for column in self._table.columns]
        self._screen.app.push_screen(
            ColumnsScreen(
                self._every(),
                shown,
                USUAL,
                self._take_columns,
                self._sort,
                title=title,
                sorted_by=self.choice.order.column,
            )
        )

    def _take_columns(self, names: Sequence[str]) -> None:
        self._choose(self.choice.with_columns(names))

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self._chosen()
