"""What the key for cancelling does: it asks, cancels, and says so until the runs have ended.

The question says how far its runs are, and goes on with them while it stands.
"""

from collections.abc import Collection, Sequence
from functools import partial

from db import runs
from db.connection import Connection
from db.runs import RunFilter, RunSummary
from tui.acting.deleting import named
from tui.pacing import FIGURES_SECONDS, AtMost, OnceMore
from tui.screens.base import WorkScreen


class Cancelling:
    """Cancels runs from one screen, which tells it to look whenever runs have changed."""

    def __init__(self, screen: WorkScreen) -> None:
        self._screen = screen
        self._asked: Sequence[int] = ()
        self._unlisted: Collection[int] = ()
        self._question = ""
        self._ending: Sequence[int] = ()
        self._said = ""
        self._ends = OnceMore(screen, self._look, "cancelling")
        self._following = OnceMore(screen, self._follow, "question")
        self._figures = AtMost(FIGURES_SECONDS, screen, self._following.ask)

    def ask(self, ids: Sequence[int], listed: Collection[int] | None = None) -> None:
        """Ask whether to cancel those of these runs that have not ended; some may not be `listed`."""
        self._screen.start_asking(partial(self._ask, ids, listed))

    async def _ask(self, ids: Sequence[int], listed: Collection[int] | None) -> None:
        active = await self._screen.bench.link.read(_active_of, ids)
        left = [run for run in active if not run.cancel_requested]
        if not left:
            self._screen.say(_nothing_left(ids, active))
        elif self._screen.is_current and not self._screen.bottom.busy:
            chosen = [run.id for run in left]
            self._asked = chosen
            self._unlisted = frozenset() if listed is None else frozenset(chosen).difference(listed)
            self._question = question(left, len(self._unlisted))
            self._screen.bottom.ask(
                self._question, {"y": lambda: self._screen.start(partial(self._cancel, chosen))}
            )

    async def _cancel(self, ids: Sequence[int]) -> None:
        touched, are_cancelled = await self._screen.bench.link.write(_request_cancel, ids)
        self._ending = () if are_cancelled else touched
        doing = "Cancelled" if are_cancelled else "Cancelling"
        self._said = f"{doing} {named(touched)}." if touched else _nothing_left(ids, ())
        self._screen.say(self._said)
        self.look()

    def look(self) -> None:
        """Look how the runs stand: a question goes on with them, what was said goes when they have ended."""
        if self._ending:
            self._ends.ask()
        if self._stands:
            self._figures.ask()

    async def _look(self) -> None:
        ending = self._ending
        if not await self._screen.bench.link.read(_active_of, ending) and self._ending is ending:
            self._ending = ()
            if self._screen.bottom.said == self._said:
                self._screen.bottom.hush()

    @property
    def _stands(self) -> bool:
        """Whether the question stands that was asked here last."""
        return bool(self._question) and self._screen.bottom.asked == self._question

    async def _follow(self) -> None:
        """Ask of the runs as they stand now; of those that have ended it says so, until the next key."""
        asked = self._asked
        active = await self._screen.bench.link.read(_active_of, asked)
        left = [run for run in active if not run.cancel_requested]
        if self._stands and self._asked is asked:
            unseen = sum(run.id in self._unlisted for run in left)
            self._question = question(left, unseen) if left else _nothing_left(asked, active)
            self._screen.bottom.ask_in_other_words(self._question)


def _active_of(connection: Connection, ids: Sequence[int]) -> list[RunSummary]:
    """Return those of these runs that wait or run, in the same order."""
    active = set(runs.ids(connection, RunFilter.parse("status:waiting,running")))
    return runs.summaries(connection, [run_id for run_id in ids if run_id in active])


def _request_cancel(connection: Connection, ids: Sequence[int]) -> tuple[list[int], bool]:
    """Return which runs had not ended, and whether all of them have now, as those do that only waited."""
    touched = runs.request_cancel(connection, ids)
    return touched, all(run.status == "cancelled" for run in runs.summaries(connection, touched))


def question(left: Sequence[RunSummary], unseen: int = 0) -> str:
    """Return what is asked before these runs are cancelled, `unseen` of which are not listed."""
    who, way_out = f"Cancel {named([run.id for run in left])}", "y cancels, else"
    if len(left) == 1:
        run = left[0]
        beyond = ", which is not in this list" if unseen else ""
        if run.status == "pending":
            return f"{who}, still waiting{beyond}?  {way_out} it goes on waiting"
        return f"{who}, {run.progress_pct} % done{beyond}?  {way_out} it goes on"
    beyond = f", {unseen:,} of them not in this list" if unseen else ""
    return f"{who}, {_how_they_stand(left)}{beyond}?  {way_out} they go on"


def _how_they_stand(left: Sequence[RunSummary]) -> str:
    waiting = sum(run.status == "pending" for run in left)
    running = len(left) - waiting
    if not (waiting and running):
        return "all waiting" if waiting else "all running"
    return f"{running:,} running and {waiting:,} waiting"


def _nothing_left(ids: Sequence[int], active: Sequence[RunSummary]) -> str:
    """Return why none of these runs can be cancelled; the `active` ones are being cancelled already."""
    if active:
        verb = "is" if len(active) == 1 else "are"
        who = named([run.id for run in active])
        return f"{who[:1].upper()}{who[1:]} {verb} being cancelled already."
    return f"Run {ids[0]} has ended already." if len(ids) == 1 else "Nothing was left to cancel."
