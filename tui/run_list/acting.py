"""What can be done with runs of the list: with the marked ones, else with the one under the cursor."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from db import runs
from db.runs import RunSummary
from tui import formats
from tui.deleting import ask_delete, named
from tui.drawing.plots import MOST_OVERLAID
from tui.run_list.marks import Marks
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable

_ACTIVE = {"pending", "running"}


class RunActions:
    """Keys that act on the chosen runs; `await_runs` puts the cursor on runs once they are listed."""

    def __init__(
        self,
        screen: WorkScreen,
        table: VirtualTable[RunSummary],
        marks: Marks,
        await_runs: Callable[[Sequence[int]], object],
    ) -> None:
        self._screen = screen
        self._table = table
        self._marks = marks
        self._await_runs = await_runs
        self._asked_to_end: frozenset[int] = frozenset()

    # Their course

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        chosen = self._marks.chosen
        known = [self._table.row(run_id) for run_id in chosen]
        if any(run is None or run.status in _ACTIVE for run in known):
            return None
        if not chosen:
            return "There is no run to cancel."
        if len(chosen) == 1 and known[0] is not None:
            word = formats.status_word(known[0].status)
            return f"Run {chosen[0]} is {word}; only what waits or runs can be cancelled."
        return "None of the marked runs waits or runs."

    def do_cancel(self) -> None:
        """Ask for the end of the chosen runs."""
        self._screen.start(partial(self._cancel, self._marks.chosen))

    async def _cancel(self, chosen: Sequence[int]) -> None:
        asked = await self._screen.bench.link.write(runs.request_cancel, chosen)
        self._asked_to_end = frozenset(asked)
        self._screen.say(f"Cancelling {named(asked)}." if asked else "Nothing was left to cancel.")

    def note_ended(self, statuses: Mapping[int, str]) -> None:
        """Take back that runs are being cancelled, once they are."""
        if self._asked_to_end and not any(statuses.get(i) in _ACTIVE for i in self._asked_to_end):
            self._asked_to_end = frozenset()
            self._screen.bottom.hush()

    def why_not_repeat(self) -> str | None:
        """There may be nothing to repeat."""
        return None if self._marks.has_choice else "There is no run to repeat."

    def do_repeat(self) -> None:
        """Make the chosen runs again."""
        self._screen.start(partial(self._repeat, self._marks.chosen))

    async def _repeat(self, chosen: Sequence[int]) -> None:
        from tui.repeating import repeat_runs

        repeated = await repeat_runs(self._screen.bench, chosen)
        self._marks.set(set())
        self._await_runs(repeated.ids[-1:])
        self._screen.say(repeated.sentence)

    def why_not_clone(self) -> str | None:
        """A form holds one run."""
        return self._why_not_one("set up again", "clone")

    def do_clone(self) -> None:
        """Open the form with everything as it was in the chosen run."""
        from tui.screens.new_run import NewRunScreen

        self._screen.app.push_screen(NewRunScreen(clone_of=self._marks.chosen[0]))

    # Deleting

    def why_not_delete(self) -> str | None:
        """There may be nothing to delete."""
        return None if self._marks.has_choice else "There is no run to delete."

    def do_delete(self) -> None:
        """Ask, then delete."""
        chosen = self._marks.chosen
        unseen = len(self._marks.marked.difference(self._table.ids)) if self._marks.marked else 0

        def deleted(sentence: str) -> None:
            self._marks.set(self._marks.marked.difference(chosen))
            self._screen.say(sentence)

        read = filter(None, map(self._table.row, chosen))
        under_way = any(run.status in _ACTIVE for run in read)
        ask_delete(self._screen, chosen, deleted, unseen=unseen, under_way=under_way)

    def do_undo(self) -> None:
        """Bring back what was deleted last."""
        self._screen.start(self._undo)

    async def _undo(self) -> None:
        link = self._screen.bench.link
        back = await link.write(runs.undelete, await link.read(runs.last_deleted))
        self._await_runs(back)
        self._screen.say(f"Brought back {named(back)}." if back else "There is nothing to bring back.")

    # Looking at them, taking them elsewhere

    def why_not_compare(self) -> str | None:
        """Side by side means two at least, and no more than a screen holds."""
        count = len(self._marks.marked)
        if count > MOST_OVERLAID:
            return f"{count:,} runs are marked; {MOST_OVERLAID} at most can be laid side by side."
        if count < 2:
            keys = f"{self._screen.key('mark')}; {self._screen.key('compare')}"
            return f"Mark two to {MOST_OVERLAID} runs with {keys} lays them side by side."
        return None

    def do_compare(self) -> None:
        """Lay the marked runs side by side."""
        from tui.screens.compare import CompareScreen

        self._screen.app.push_screen(CompareScreen(self._marks.chosen))

    def why_not_export(self) -> str | None:
        """There may be nothing to export."""
        return None if self._marks.has_choice else "There is no run to export."

    def do_export(self) -> None:
        """Write the chosen runs to files."""
        from tui.exporting import ask_export

        ask_export(self._screen, self._marks.chosen)

    def why_not_copy(self) -> str | None:
        """There may be nothing to copy."""
        return None if self._marks.has_choice else "There is no run to copy."

    def do_copy(self) -> None:
        """Copy the reports of the chosen runs."""
        from tui.copying import copy_reports

        copy_reports(self._screen, self._marks.chosen)

    def why_not_note(self) -> str | None:
        """A note belongs to one run."""
        return self._why_not_one("given a note", "write a note on")

    def do_note(self) -> None:
        """Ask for the note of the chosen run."""
        self._screen.start(partial(self._note, self._marks.chosen[0]))

    async def _note(self, run_id: int) -> None:
        from tui.noting import ask_note

        for run in await self._screen.bench.link.read(runs.summaries, [run_id]):
            ask_note(self._screen, run_id, run.notes or "")

    def _why_not_one(self, done: str, verb: str) -> str | None:
        count = len(self._marks.marked)
        if count > 1:
            away = f"{self._screen.key('mark_none')} takes the marks away"
            return f"One run at a time can be {done}, and {count:,} are marked; {away}."
        return None if self._marks.has_choice else f"There is no run to {verb}."
