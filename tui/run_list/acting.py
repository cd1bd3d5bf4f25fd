"""What can be done with runs of the list: with the marked ones, else with the one under the cursor."""

from collections.abc import Callable, Sequence
from functools import partial

from db import runs
from db.columns import ACTIVE
from db.runs import RunFilter, RunSummary
from tui import formats
from tui.acting.cancelling import Cancelling
from tui.acting.deleting import ask_delete, named
from tui.drawing.plots import MOST_OVERLAID
from tui.run_list.marks import Marks
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable


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
        self.cancelling = Cancelling(screen)

    # Their course

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        chosen = self._marks.chosen
        known = [self._table.row(run_id) for run_id in chosen]
        if any(run is None or run.status in ACTIVE for run in known):
            return None
        if not chosen:
            return "There is no run to cancel."
        if len(chosen) == 1 and known[0] is not None:
            said = formats.status_said(known[0].status)
            return f"Run {chosen[0]} {said}; only what waits or runs can be cancelled."
        return "None of the marked runs waits or runs."

    def do_cancel(self) -> None:
        """Ask, then cancel."""
        self.cancelling.ask(self._marks.chosen, self._table.ids)

    def why_not_repeat(self) -> str | None:
        """There may be nothing to repeat."""
        return None if self._marks.has_choice else "There is no run to repeat."

    def do_repeat(self) -> None:
        """Make the chosen runs again."""
        self._screen.start(partial(self._repeat, self._marks.chosen))

    async def _repeat(self, chosen: Sequence[int]) -> None:
        from tui.acting.repeating import repeat_runs

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
        under_way = any(run.status in ACTIVE for run in read)
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
        from tui.acting.exporting import Exportable

        if not self._marks.has_choice:
            return "There is no run to export."
        known = self._known
        return None if known is None else Exportable.of(known).why_none

    def do_export(self) -> None:
        """Write those of the chosen runs that are done to files."""
        from tui.acting.exporting import Exportable, ask_export_of

        known = self._known
        if known is not None:
            ask_export_of(self._screen, Exportable.of(known))
        else:
            self._screen.start_asking(partial(self._export, self._marks.chosen))

    @property
    def _known(self) -> list[RunSummary] | None:
        """The chosen runs as they were read last, None if one of them was not."""
        chosen = self._marks.chosen
        known = [run for run in map(self._table.row, chosen) if run is not None]
        return known if len(known) == len(chosen) else None

    async def _export(self, chosen: Sequence[int]) -> None:
        """Find out which of the chosen runs are done, then ask."""
        from tui.acting.exporting import Exportable, ask_export_of

        link = self._screen.bench.link
        completed = set(await link.read(runs.ids, RunFilter.exactly(status="completed")))
        others = [run_id for run_id in chosen if run_id not in completed]
        first = await link.read(runs.summaries, others[:1])
        done = [run_id for run_id in chosen if run_id in completed]
        found = Exportable(done, len(others), first[0] if first else None)
        if found.why_none is not None:
            self._screen.say(found.why_none)
        elif not self._screen.bottom.busy:
            ask_export_of(self._screen, found)

    def why_not_copy(self) -> str | None:
        """There may be nothing to copy."""
        return None if self._marks.has_choice else "There is no run to copy."

    def do_copy(self) -> None:
        """Copy the reports of the chosen runs."""
        from tui.acting.copying import copy_reports

        copy_reports(self._screen, self._marks.chosen)

    def why_not_note(self) -> str | None:
        """A note belongs to one run."""
        return self._why_not_one("given a note", "write a note on")

    def do_note(self) -> None:
        """Ask for the note of the chosen run."""
        self._screen.start_asking(partial(self._note, self._marks.chosen[0]))

    async def _note(self, run_id: int) -> None:
        from tui.acting.noting import ask_note

        for run in await self._screen.bench.link.read(runs.summaries, [run_id]):
            ask_note(self._screen, run_id, run.notes or "")

    def _why_not_one(self, done: str, verb: str) -> str | None:
        count = len(self._marks.marked)
        if count > 1:
            away = f"{self._screen.key('mark_none')} takes the marks away"
            return f"One run at a time can be {done}, and {count:,} are marked; {away}."
        return None if self._marks.has_choice else f"There is no run to {verb}."
