"""Marks on the run list: kept by the numbers of runs, through filter, order and refresh."""

from collections.abc import Callable

from db.runs import RunSummary
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable


class Marks:
    """Keys that mark rows, and which runs that makes the chosen ones; `changed` is told of the marks."""

    def __init__(
        self, screen: WorkScreen, table: VirtualTable[RunSummary], changed: Callable[[set[int]], object]
    ) -> None:
        self._screen = screen
        self._table = table
        self._changed = changed
        self._last_marked: int | None = None

    @property
    def marked(self) -> set[int]:
        """The marked runs, those too that the list leaves out."""
        return self._table.marks

    @property
    def chosen(self) -> list[int]:
        """The marked runs, else the one under the cursor.

        They come in the order of the list; those that its filter leaves out come last.
        """
        marks, ids = self._table.marks, self._table.ids
        if not marks:
            return [] if self._table.cursor_id is None else [self._table.cursor_id]
        listed = [run_id for run_id in ids if run_id in marks]
        return listed if len(listed) == len(marks) else [*listed, *sorted(marks.difference(listed))]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to act on."""
        return bool(self._table.marks) or self._table.cursor_id is not None

    def set(self, marks: set[int]) -> None:
        """Mark exactly these runs, and say how many they are."""
        self._table.set_marks(marks)
        self._screen.bottom.set_marked(f"{len(marks):,} marked" if marks else "")
        self._changed(marks)

    def why_not_mark(self) -> str | None:
        """There may be nothing to mark."""
        return None if self._table.cursor_id is not None else "There is no run to mark."

    def do_mark(self) -> None:
        """Mark the row or take its mark away, and go on to the next."""
        run_id = self._table.cursor_id
        if run_id is not None:
            self._last_marked = run_id
            self.set(self._table.marks ^ {run_id})
            self._table.action_down()

    def why_not_mark_range(self) -> str | None:
        """A range needs its other end."""
        if self._last_marked in self._table.marks and self._last_marked in self._table.ids:
            return None
        return f"Mark one end of the range with {self._screen.key('mark')} first."

    def do_mark_range(self) -> None:
        """Mark every row from the last mark to the cursor."""
        ids = self._table.ids
        first, last = sorted((ids.index(self._last_marked or 0), self._table.cursor))
        self.set(self._table.marks | set(ids[first : last + 1]))

    def do_mark_all(self) -> None:
        """Mark every row of the list as it is filtered, beside what is marked already."""
        self.set(self._table.marks | set(self._table.ids))

    def do_mark_invert(self) -> None:
        """Mark what is not marked and unmark what is, within the list as it is filtered."""
        self.set(self._table.marks ^ set(self._table.ids))

    def why_not_mark_none(self) -> str | None:
        """There may be no marks."""
        return None if self._table.marks else f"No run is marked; {self._screen.key('mark')} marks one."

    def do_mark_none(self) -> None:
        """Take all marks away."""
        self.set(set())
