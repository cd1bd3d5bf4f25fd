"""Marks on the run list: kept by the numbers of runs, through filter, order and refresh."""

from abc import abstractmethod

from db.runs import RunSummary
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable


class MarkActions(WorkScreen):
    """Keys that mark rows."""

    _last_marked: int | None = None

    @property
    @abstractmethod
    def table(self) -> VirtualTable[RunSummary]:
        """The table of runs."""

    def chosen_ids(self) -> list[int]:
        """Return the marked runs, else the one under the cursor.

        They come in the order of the list; those that its filter leaves out come last.
        """
        marks = self.table.marks
        if not marks:
            return [] if self.table.cursor_id is None else [self.table.cursor_id]
        listed = [run_id for run_id in self.table.ids if run_id in marks]
        return listed if len(listed) == len(marks) else [*listed, *sorted(marks - set(listed))]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to act on."""
        return bool(self.table.marks) or self.table.cursor_id is not None

    def why_not_mark(self) -> str | None:
        """There may be nothing to mark."""
        return None if self.table.cursor_id is not None else "There is no run to mark."

    def do_mark(self) -> None:
        """Mark the row or take its mark away, and go on to the next."""
        run_id = self.table.cursor_id
        if run_id is not None:
            self._last_marked = run_id
            self.set_marks(self.table.marks ^ {run_id})
            self.table.action_down()

    def why_not_mark_range(self) -> str | None:
        """A range needs its other end."""
        if self._last_marked in self.table.ids:
            return None
        return f"Mark one end of the range with {self.key('mark')} first."

    def do_mark_range(self) -> None:
        """Mark every row from the last mark to the cursor."""
        first, last = sorted((self.table.ids.index(self._last_marked or 0), self.table.cursor))
        self.set_marks(self.table.marks | set(self.table.ids[first : last + 1]))

    def do_mark_all(self) -> None:
        """Mark every row of the list as it is filtered, beside what is marked already."""
        self.set_marks(self.table.marks | set(self.table.ids))

    def do_mark_invert(self) -> None:
        """Mark what is not marked and unmark what is, within the list as it is filtered."""
        self.set_marks(self.table.marks ^ set(self.table.ids))

    def do_mark_none(self) -> None:
        """Take all marks away."""
        self.set_marks(set())

    def set_marks(self, marks: set[int]) -> None:
        """Mark exactly these runs, and say how many they are."""
        self.table.set_marks(marks)
        self.bottom.set_marked(f"{len(marks):,} marked" if marks else "")
