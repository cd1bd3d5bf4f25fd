"""What can be done with runs of the list: with the marked ones, else with the one under the cursor."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial

from db import queue, runs
from tui import formats
from tui.drawing.plots import MOST_OVERLAID
from tui.run_list.marks import MarkActions

_ACTIVE = {"pending", "running"}
# So many runs are called by their numbers.
_FEW = 4


class RunActions(MarkActions):
    """Keys that act on runs."""

    _asked_to_end: frozenset[int] | set[int] = frozenset()

    @abstractmethod
    def await_run(self, run_id: int) -> None:
        """Put the cursor on a run once it is in the list."""

    # Their course

    def why_not_cancel(self) -> str | None:
        """Only what waits or runs can be cancelled."""
        chosen = self.chosen_ids()
        known = [self.table.row(run_id) for run_id in chosen]
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
        self.start(partial(self._cancel, self.chosen_ids()))

    async def _cancel(self, chosen: Sequence[int]) -> None:
        asked = await self.bench.link.write(runs.request_cancel, chosen)
        self._asked_to_end = set(asked)
        self.say(f"Cancelling {_named(asked)}." if asked else "Nothing was left to cancel.")

    def note_ended(self, statuses: Mapping[int, str]) -> None:
        """Take back that runs are being cancelled, once they are."""
        if self._asked_to_end and not any(statuses.get(i) in _ACTIVE for i in self._asked_to_end):
            self._asked_to_end = frozenset()
            self.bottom.hush()

    def why_not_repeat(self) -> str | None:
        """There may be nothing to repeat."""
        return None if self.has_choice else "There is no run to repeat."

    def do_repeat(self) -> None:
        """Make the chosen runs again."""
        self.start(partial(self._repeat, self.chosen_ids()))

    async def _repeat(self, chosen: Sequence[int]) -> None:
        from tui.repeating import repeat_runs

        repeated = await repeat_runs(self.bench, chosen)
        self.set_marks(set())
        self.await_run(repeated.ids[-1])
        self.say(repeated.sentence)

    def why_not_clone(self) -> str | None:
        """A form holds one run."""
        return self._why_not_one("set up again", "clone")

    def do_clone(self) -> None:
        """Open the form with everything as it was in the chosen run."""
        from tui.screens.new_run import NewRunScreen

        self.app.push_screen(NewRunScreen(clone_of=self.chosen_ids()[0]))

    def do_pause(self) -> None:
        """Hold back what waits, or let it go on."""
        self.start(partial(self._pause, not self.bench.watch_runner.paused))

    async def _pause(self, held_back: bool) -> None:
        await self.bench.link.write(queue.pause, held_back)
        paused = "The queue is paused: what runs goes on, nothing new begins"
        self.say(f"{paused}; {self.key('pause')} lets it go on." if held_back else "The queue goes on.")

    # Deleting

    def why_not_delete(self) -> str | None:
        """There may be nothing to delete."""
        return None if self.has_choice else "There is no run to delete."

    def do_delete(self) -> None:
        """Ask, then delete."""
        chosen = self.chosen_ids()
        hidden = len(self.table.marks.difference(self.table.ids)) if self.table.marks else 0
        beyond = f", {hidden:,} of them not in this list," if hidden else ""
        self.bottom.ask(
            f"Delete {_named(chosen)}{beyond} with all trades?"
            f"  y deletes ({self.key('undo')} brings back), else kept",
            {"y": lambda: self.start(partial(self._delete, chosen))},
        )

    async def _delete(self, chosen: Sequence[int]) -> None:
        if len(chosen) > _FEW:
            self.say(f"Deleting {_named(chosen)} ...")
        deleted = await self.bench.link.write(runs.delete, chosen)
        self.set_marks(self.table.marks.difference(chosen))
        back = f"{self.key('undo')} brings back"
        self.say(f"Deleted {_named(deleted)}; {back}." if deleted else "Nothing was left to delete.")

    def do_undo(self) -> None:
        """Bring back what was deleted last."""
        self.start(self._undo)

    async def _undo(self) -> None:
        back = await self.bench.link.write(runs.undelete, await self.bench.link.read(runs.last_deleted))
        self.say(f"Brought back {_named(back)}." if back else "There is nothing to bring back.")

    # Looking at them, taking them elsewhere

    def why_not_compare(self) -> str | None:
        """Side by side means two at least, and no more than a screen holds."""
        count = len(self.table.marks)
        if count > MOST_OVERLAID:
            return f"{count:,} runs are marked; {MOST_OVERLAID} at most can be laid side by side."
        if count < 2:
            keys = f"{self.key('mark')}; {self.key('compare')}"
            return f"Mark two to {MOST_OVERLAID} runs with {keys} lays them side by side."
        return None

    def do_compare(self) -> None:
        """Lay the marked runs side by side."""
        from tui.screens.compare import CompareScreen

        self.app.push_screen(CompareScreen(self.chosen_ids()))

    def why_not_export(self) -> str | None:
        """There may be nothing to export."""
        return None if self.has_choice else "There is no run to export."

    def do_export(self) -> None:
        """Write the chosen runs to files."""
        from tui.exporting import ask_export

        ask_export(self, self.chosen_ids())

    def why_not_copy(self) -> str | None:
        """There may be nothing to copy."""
        return None if self.has_choice else "There is no run to copy."

    def do_copy(self) -> None:
        """Copy the reports of the chosen runs."""
        from tui.copying import copy_reports

        copy_reports(self, self.chosen_ids())

    def why_not_note(self) -> str | None:
        """A note belongs to one run."""
        return self._why_not_one("given a note", "write a note on")

    def do_note(self) -> None:
        """Ask for the note of the chosen run."""
        self.start(partial(self._note, self.chosen_ids()[0]))

    async def _note(self, run_id: int) -> None:
        from tui.noting import ask_note

        for run in await self.bench.link.read(runs.summaries, [run_id]):
            ask_note(self, run_id, run.notes or "")

    def _why_not_one(self, done: str, verb: str) -> str | None:
        count = len(self.table.marks)
        if count > 1:
            away = f"{self.key('mark_none')} takes the marks away"
            return f"One run at a time can be {done}, and {count:,} are marked; {away}."
        return None if self.has_choice else f"There is no run to {verb}."


def _named(ids: Sequence[int]) -> str:
    """Return how many runs, and which if they are few."""
    if len(ids) == 1:
        return f"run {ids[0]}"
    count = formats.plural(len(ids), "run")
    return f"{count} ({', '.join(map(str, sorted(ids)))})" if len(ids) <= _FEW else count
