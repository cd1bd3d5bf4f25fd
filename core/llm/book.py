"""One run's place in the ledger of the store: what was asked before, and reservations of what is asked now.

Nothing is sent without a reservation that has reached the disk. A store that is busy
or full is waited for; so is the answer to a question that another run is asking right now.
"""

import enum
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from db import llm_calls
from db.connection import Connection, patience, transaction
from db.errors import StoreBusyError, StoreFullError
from db.llm_calls import Entry, Line, NewCall, Pages, Reply

Result = TypeVar("Result")

# Seconds that a statement waits for another writer before the worker is heard of again.
_PATIENCE = 0.2
_PAUSE = 0.1


class Refusal(enum.Enum):
    """Why a request was not reserved."""

    SPENT = "the budget is used up"
    TAKEN = "another run has asked the same meanwhile"


@dataclass(frozen=True)
class Met:
    """One entry as this run met it."""

    number: int
    call_id: int
    replayed: bool
    decision: str | None = None


class Book:
    """The entries of one generation of one ledger, and those of them that one run has met."""

    def __init__(
        self,
        connection: Connection,
        pages: Pages,
        run_id: int,
        budget: int,
        *,
        waiting: Callable[[], None],
        is_living: Callable[[int], bool],
    ) -> None:
        """Keep the book of run `run_id`; `waiting` is called while there is something to wait for.

        Of the ledger's entries the run sees as many as its `budget`, the first: what runs with
        a larger one have asked beyond is not there for it, so that it comes out as it always did.
        """
        self._connection, self._pages, self._run_id, self._budget = connection, pages, run_id, budget
        self._waiting, self._is_living = waiting, is_living
        self._ids: dict[str, list[int]] = {}
        self._seen = 0
        self.met: list[Met] = []
        self._unwritten: set[int] = set()

    def settled(self, prompt_digest: str) -> list[Entry]:
        """Return the entries of an ask, once none of them is on its way in another living run."""
        while True:
            self._catch_up()
            found = llm_calls.entries(self._connection, self._ids.get(prompt_digest, []))
            if not any(self._is_on_its_way(entry) for entry in found):
                return found
            self._pause()

    def reserve(self, new: NewCall, *, after: int | None = None) -> Line | Refusal:
        """Reserve a request on the disk; `after` is the try before it, which has failed for good then."""
        return self._patiently(lambda: self._reserved(new, after))

    def reply(self, call_id: int, reply: Reply, *, final: bool) -> None:
        """Keep how a request ended."""
        self._patiently(lambda: llm_calls.write_reply(self._connection, call_id, reply, final=final))

    def meet(self, call_id: int, *, replayed: bool) -> None:
        """Take note that the run met an entry."""
        self.met.append(Met(len(self.met) + 1, call_id, replayed))
        self._unwritten.add(len(self.met) - 1)

    def decide(self, number: int, words: str) -> None:
        """Take note of what was decided at the bar of an entry met."""
        self.met[number - 1] = replace(self.met[number - 1], decision=words)
        self._unwritten.add(number - 1)

    def write(self) -> None:
        """Keep what was noted since the last time; what the store cannot take now comes with the next."""
        if not self._unwritten:
            return
        try:
            with patience(self._connection, _PATIENCE), transaction(self._connection):
                self._write()
        except (StoreBusyError, StoreFullError):
            return
        self._unwritten.clear()

    def _reserved(self, new: NewCall, after: int | None) -> Line | Refusal:
        with transaction(self._connection, full=True):
            if after is not None:
                llm_calls.fail(self._connection, after)
            else:
                self._catch_up()
                if new.prompt_digest in self._ids:
                    return Refusal.TAKEN
            line = llm_calls.reserve(self._connection, self._pages, new, self._budget)
            if line is None:
                return Refusal.SPENT
            new_met = Met(len(self.met) + 1, line.id, replayed=False)
            self._write([new_met])
        self.met.append(new_met)
        self._unwritten.clear()
        return line

    def _write(self, more: Sequence[Met] = ()) -> None:
        rows = [*(self.met[index] for index in sorted(self._unwritten)), *more]
        llm_calls.write_met(
            self._connection,
            self._run_id,
            [(one.number, one.call_id, one.replayed, one.decision, None) for one in rows],
        )

    def _catch_up(self) -> None:
        """Learn of the entries that were made since the last time, whoever made them."""
        for line in llm_calls.lines_after(self._connection, self._pages, self._seen):
            if line.sequence <= self._budget:
                self._ids.setdefault(line.prompt_digest, []).append(line.id)
            self._seen = line.sequence

    def _is_on_its_way(self, entry: Entry) -> bool:
        """Return whether a living run of somebody else's is still asking."""
        mine = entry.run_id is None or entry.run_id == self._run_id
        return entry.state == "reserved" and not mine and self._is_living(entry.run_id or 0)

    def _patiently(self, write: Callable[[], Result]) -> Result:
        while True:
            try:
                with patience(self._connection, _PATIENCE):
                    return write()
            except (StoreBusyError, StoreFullError):
                self._pause()

    def _pause(self) -> None:
        time.sleep(_PAUSE)
        self._waiting()
