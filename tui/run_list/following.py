"""Keeping the run list up with the store: the ids of another list, and rows that changed."""

from collections.abc import Callable, Mapping, Sequence

from db import runs
from db.runs import ListState, RunSummary
from tui.pacing import FIGURES_SECONDS, AtMost, OnceMore
from tui.run_list.choice import Choice
from tui.screens.base import WorkScreen
from tui.widgets.virtual_table import VirtualTable

SILENCE_LOOK_SECONDS = 5.0


class Following:
    """Reads what was chosen and hands it to the table.

    `choice` returns what is to be listed; `listed` is called with the ids of another
    list, `came` with rows before they are shown, `shown` when rows were shown.
    """

    def __init__(
        self,
        screen: WorkScreen,
        table: VirtualTable[RunSummary],
        choice: Callable[[], Choice],
        *,
        listed: Callable[[Sequence[int]], object],
        came: Callable[[Sequence[RunSummary]], object],
        shown: Callable[[], object],
    ) -> None:
        self._statuses: dict[int, str] = {}
        self._screen = screen
        self._table = table
        self._choice = choice
        self._listed = listed
        self._came = came
        self._shown = shown
        # The list as it was read last: for what choice, from which state of the store.
        self._choice_read: Choice | None = None
        self._is_stale = False
        self._state: ListState | None = None
        self._awaited: frozenset[int] = frozenset()
        self._missed: Callable[[], object] | None = None
        self._reading = OnceMore(screen, self._refresh, "refresh")
        self._lists = AtMost(FIGURES_SECONDS, screen, self.read_again)
        self._figures = AtMost(FIGURES_SECONDS, screen, self.read_again)

    @property
    def is_read(self) -> bool:
        """Whether there is a list, be it an empty one."""
        return self._state is not None

    @property
    def total(self) -> int:
        """How many runs there are."""
        return self._state.total if self._state is not None else 0

    @property
    def newest(self) -> int:
        """The largest number of a run."""
        return (self._state.newest or 0) if self._state is not None else 0

    def begin(self, ids: Sequence[int], state: ListState, choice: Choice, rows: Sequence[RunSummary]) -> None:
        """Show a list that somebody else has read."""
        self._state = state
        self._take(rows)
        self._show(ids, state, choice)

    def await_runs(self, run_ids: Sequence[int], missed: Callable[[], object] | None = None) -> None:
        """Put the cursor on the first of these runs, now or once one is in the list.

        `missed` is called if there is a list of later than these runs that has none of them.
        """
        self._awaited, self._missed = frozenset(run_ids), missed
        self._go_to_awaited()

    def _go_to_awaited(self) -> None:
        at = next((at for at, run_id in enumerate(self._table.ids) if run_id in self._awaited), None)
        if at is not None:
            self._awaited = frozenset()
            self._table.move(at)

    # When something may have changed

    def choose(self) -> None:
        """List what is chosen now, if that is another list."""
        if self._choice_read is not None and not self._choice().lists_as(self._choice_read):
            self._awaited = frozenset()
            self.read_again()

    def look_again(self) -> None:
        """Look what happened meanwhile, once there is a list."""
        if self._choice_read is not None:
            self.read_again()

    def read_again(self) -> None:
        """Read what may have changed."""
        self._reading.ask()

    async def load(self, ids: Sequence[int]) -> Mapping[int, RunSummary]:
        """Return rows that came into sight."""
        rows = await self._screen.bench.link.read(runs.summaries, ids)
        self._statuses.update((run.id, run.status) for run in rows)
        self._came(rows)
        return {run.id: run for run in rows}

    def look_for_silence(self) -> None:
        """Let a row say that its worker is silent: nothing is written to the store then."""
        known = {run_id: self._table.row(run_id) for run_id in self._table.visible_ids}
        self._table.put({i: run for i, run in known.items() if run is not None and run.status == "running"})

    # Reading

    async def _refresh(self) -> None:
        link = self._screen.bench.link
        choice, state = self._choice(), await link.read(runs.list_state)
        if self._is_other_list(choice, state):
            ids = await link.read(runs.ids, choice.filter, choice.order)
            if not choice.lists_as(self._choice()):
                self.read_again()
                return
            self._show(ids, state, choice)
        self._take(await link.read(runs.summaries, self._table.visible_ids))

    def _is_other_list(self, choice: Choice, state: ListState) -> bool:
        """Whether the ids must be read: at once for another choice, else at most twice a second."""
        if self._state is None or self._is_stale or not choice.lists_as(self._choice_read):
            return True
        if state == self._state:
            return False
        if choice.is_settled and state.has_same_runs(self._state):
            self._state = state
            return False
        return self._lists.begin()

    def _show(self, ids: Sequence[int], state: ListState, choice: Choice) -> None:
        """Show a list; one in another order from its top."""
        before = self._choice_read
        keep_cursor = before is None or before.order == choice.order
        self._choice_read, self._state = choice, state
        self._is_stale = False
        self._table.set_ids(ids, keep_cursor=keep_cursor)
        self._go_to_awaited()
        self._listed(ids)
        if self._missed is not None and self._awaited and max(self._awaited) <= self.newest:
            self._awaited = frozenset()
            self._missed()

    def _take(self, rows: Sequence[RunSummary]) -> None:
        """Show changes of state at once, figures at most twice a second."""
        changed = [run for run in rows if self._statuses.get(run.id) != run.status]
        self._statuses.update((run.id, run.status) for run in rows)
        if self._choice().follows_notes and any(map(self._has_other_note, rows)):
            self._is_stale = True
            self.read_again()
        self._put(rows if self._figures.begin() else changed)

    def _put(self, rows: Sequence[RunSummary]) -> None:
        if rows:
            self._came(rows)
            self._table.put({run.id: run for run in rows})
            self._shown()

    def _has_other_note(self, run: RunSummary) -> bool:
        before = self._table.row(run.id)
        return before is not None and before.notes != run.notes
