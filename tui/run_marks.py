"""Marks on the run list, and what acts on the marked runs."""

from collections.abc import Mapping, Sequence
from functools import partial

from db import queue, runs
from db.runs import RunSummary
from tui import formats
from tui.run_columns import status_word
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable

_ACTIVE = {"pending", "running"}
_PAUSED = "The queue is paused: what runs goes on, nothing new begins; p lets it go on."


class MarkActions(WorkScreen):
    """Keys that mark rows, and those that act on the marks, else on the row under the cursor."""

    _last_marked: int | None = None
    _asked_to_end: frozenset[int] | set[int] = frozenset()

    @property
    def table(self) -> VirtualTable[RunSummary]:
        """The table of runs."""
        raise NotImplementedError

    def chosen_ids(self) -> list[int]:
        """Return the marked runs in the order of the list, else the one under the cursor."""
        if self.table.marks:
            return [run_id for run_id in self.table.ids if run_id in self.table.marks]
        return [] if self.table.cursor_id is None else [self.table.cursor_id]

    # Marking

    def why_not_mark(self) -> str | None:
        """There may be nothing to mark."""
        return None if self.table.cursor_id is not None else "There is no run to mark."

    def do_mark(self) -> None:
        """Mark the row or take its mark away, and go on to the next."""
        run_id = self.table.cursor_id
        if run_id is not None:
            self._last_marked = run_id
            self._mark(self.table.marks ^ {run_id})
            self.table.action_down()

    def why_not_mark_range(self) -> str | None:
        """A range needs its other end."""
        if self._last_marked in self.table.ids:
            return None
        return "Mark one end of the range with space first."

    def do_mark_range(self) -> None:
        """Mark every row from the last mark to the cursor."""
        first, last = sorted((self.table.ids.index(self._last_marked or 0), self.table.cursor))
        self._mark(self.table.marks | set(self.table.ids[first : last + 1]))

    def do_mark_all(self) -> None:
        """Mark every row of the list as it is filtered."""
        self._mark(set(self.table.ids))

    def do_mark_invert(self) -> None:
        """Mark what is not marked, within the list as it is filtered."""
        self._mark(set(self.table.ids) - self.table.marks)

    def do_mark_none(self) -> None:
        """Take all marks away."""
        self._mark(set())

    def _mark(self, marks: set[int]) -> None:
        self.table.set_marks(marks)
        self.bottom.set_marked(f"{len(marks):,} marked" if marks else "")

    # Acting

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        chosen = self.chosen_ids()
        known = [self.table.row(run_id) for run_id in chosen]
        if any(run is None or run.status in _ACTIVE for run in known):
            return None
        if not chosen:
            return "There is no run to cancel."
        if len(chosen) == 1 and known[0] is not None:
            word = status_word(known[0].status)
            return f"Run {chosen[0]} is {word}; only what waits or runs can be cancelled."
        return "None of the marked runs waits or runs."

    def do_cancel(self) -> None:
        """Ask for the end of the chosen runs."""
        self.start(partial(self._cancel, self.chosen_ids()))

    async def _cancel(self, chosen: Sequence[int]) -> None:
        asked = await self.bench.link.write(runs.request_cancel, chosen)
        self._asked_to_end = set(asked)
        self.say(f"Cancelling {_named(asked)}." if asked else "Nothing was left to cancel.")

    def _ended(self, statuses: Mapping[int, str]) -> None:
        """Take back that runs are being cancelled, once they are."""
        if self._asked_to_end and not any(statuses.get(i) in _ACTIVE for i in self._asked_to_end):
            self._asked_to_end = frozenset()
            self.bottom.hush()

    def why_not_repeat(self) -> str | None:
        """There may be nothing to repeat."""
        return None if self.chosen_ids() else "There is no run to repeat."

    def do_repeat(self) -> None:
        """Make the chosen runs again."""
        self.start(partial(self._repeat, self.chosen_ids()))

    async def _repeat(self, chosen: Sequence[int]) -> None:
        from tui.repeating import repeat_runs

        repeated = await repeat_runs(self.bench, chosen)
        self._mark(set())
        self.await_run(repeated.ids[-1])
        self.say(repeated.sentence)

    def do_pause(self) -> None:
        """Hold back what waits, or let it go on."""
        self.start(partial(self._pause, not self.bench.watch_runner.paused))

    async def _pause(self, held_back: bool) -> None:
        await self.bench.link.write(queue.pause, held_back)
        self.say(_PAUSED if held_back else "The queue goes on.")

    def await_run(self, run_id: int) -> None:
        """Put the cursor on a run once it is in the list."""
        raise NotImplementedError

    def why_not_delete(self) -> str | None:
        """There may be nothing to delete."""
        return None if self.chosen_ids() else "There is no run to delete."

    def do_delete(self) -> None:
        """Ask, then delete."""
        chosen = self.chosen_ids()
        self.bottom.ask(
            f"Delete {_named(chosen)} with all trades?  y deletes (z brings back), any other key keeps",
            {"y": lambda: self.start(partial(self._delete, chosen))},
        )

    async def _delete(self, chosen: Sequence[int]) -> None:
        deleted = await self.bench.link.write(runs.delete, chosen)
        self._mark(self.table.marks - set(deleted))
        self.say(f"Deleted {_named(deleted)}; z brings back.")

    def do_undo(self) -> None:
        """Bring back what was deleted last."""
        self.start(self._undo)

    async def _undo(self) -> None:
        back = await self.bench.link.write(runs.undelete, await self.bench.link.read(runs.last_deleted))
        self.say(f"Brought back {_named(back)}." if back else "There is nothing to bring back.")


def _named(ids: Sequence[int]) -> str:
    return f"run {ids[0]}" if len(ids) == 1 else formats.plural(len(ids), "run")
