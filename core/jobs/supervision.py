"""Looking after workers: starting them, noticing how they end, ending those that do not want to.

Nothing is remembered that the store or the operating system can tell, so that a
runner that has just started does the same as one that has been there all along:
a worker that somebody else forked is adopted by looking at it.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.home import Home
from core.jobs import children, spool
from core.jobs.children import Child, Departure
from core.jobs.handle import StoreHandle
from core.jobs.lasting import Stopwatch
from core.jobs.logs import LOGGER, cut_log, run_log
from core.jobs.places import Places
from core.jobs.process import (
    Identity,
    Presence,
    boot,
    descendants,
    end_all,
    end_by_force,
    identity,
    session_members,
)
from core.jobs.settings import RunSettings
from core.limits import too_long
from db import jobs, runs
from db.errors import StoreError
from db.jobs import Claim, JobRecord

# Seconds between a cancel's request and its enforcement.
CANCEL_PATIENCE = 3.0
# Seconds between the end of a run's time and its enforcement: the worker stops by itself if it can.
TIME_PATIENCE = 3.0
# Seconds in which the parent of an ended worker may still write how it ended.
_REASON_PATIENCE = 3.0
# How often it is tried to bring a worker under way, and the seconds between two tries.
MOST_TRIES = 5
_TRY_PAUSE = 1.0

_UNWATCHED = (
    "The run was interrupted: its worker ended while no runner watched, so how is not known; repeat the run."
)
_RESTARTED = "The run was interrupted: the machine was restarted while it was under way; repeat the run."
_UNREADABLE = (
    "The live side of the run holds what Backtape did not write, so it was given up; repeat the run."
)
_NOT_BEGUN = f"The store did not let the worker begin, {MOST_TRIES} times over; the run's log says why."
_NO_PROCESS = (
    f"No process could be started for the run, {MOST_TRIES} times over (%s); end others, then repeat the run."
)

Task = Callable[[Claim], int]


@dataclass
class Supervisor:
    """The workers of one store, as its runner sees them."""

    home: Home
    store: StoreHandle
    task: Task
    gathers: bool
    _children: dict[str, Child] = field(default_factory=dict)
    # When a cancel, or the end of somebody else's child, was first seen: by attempt.
    _cancels: dict[str, float] = field(default_factory=dict)
    _unreaped: dict[str, float] = field(default_factory=dict)
    _offspring: dict[str, list[Identity]] = field(default_factory=dict)
    # How long the attempts have lasted; when one was first seen past its time; whose end was forced for it.
    watch: Stopwatch = field(default_factory=Stopwatch)
    _overdue: dict[str, float] = field(default_factory=dict)
    _forced: set[str] = field(default_factory=set)
    # When to try again after a worker could not be brought under way.
    _next_try: float = 0.0

    @property
    def has_children(self) -> bool:
        """Whether a worker that this process forked has not been reaped."""
        return bool(self._children)

    def claim(self, free: Places) -> list[Claim]:
        """Claim as many waiting runs as there are places for."""
        if time.monotonic() < self._next_try:
            return []
        return [*self._claim(free.computing, uses_model=False), *self._claim(free.asking, uses_model=True)]

    def _claim(self, free: int, *, uses_model: bool) -> list[Claim]:
        claims: list[Claim] = []
        while len(claims) < free:
            claim = jobs.claim_next(self.store.connection, jobs.new_token(), uses_model=uses_model)
            if claim is None:
                break
            claims.append(claim)
        return claims

    def start(self, claims: list[Claim]) -> None:
        """Fork a worker for each claim; a run for which there is no process goes back to the queue."""
        if not claims:
            return
        unstarted, reason = list(claims), ""
        with self.store.closed():
            try:
                while unstarted:
                    self._fork(unstarted[0])
                    unstarted.pop(0)
            except OSError as error:
                reason = _NO_PROCESS % error.strerror
                LOGGER.error("no worker can be started: %s", error)
        for claim in unstarted:
            self._give_back(claim, reason)

    def _give_back(self, claim: Claim, reason: str) -> None:
        """Put a run that no worker has taken back into the queue; after several tries it has failed."""
        self._next_try = time.monotonic() + _TRY_PAUSE
        if claim.number < MOST_TRIES:
            jobs.requeue(self.store.connection, claim.run_id, claim.attempt)
        elif jobs.end(self.store.connection, claim.run_id, claim.attempt, "failed", reason):
            LOGGER.error("run %d: %s", claim.run_id, reason)

    def look_after_children(self) -> bool:
        """Write down how our own workers ended; one is reaped only when that is in the store.

        Returns whether there was one.

        Raises:
            StoreError: the store cannot take it now; the next look tries again.
        """
        before = len(self._children)
        for child in list(self._children.values()):
            cut_log(child.log)
            departure = children.departure(child.who.pid)
            if departure is None:
                continue
            self._end_leftovers(child)
            if departure.code == children.EXIT_NOT_BEGUN:
                self._give_back(child.claim, _NOT_BEGUN)
            else:
                self._settle(child.claim.run_id, child.claim.attempt, self._reason(child, departure))
            children.reap(child.who.pid)
            del self._children[child.claim.attempt]
        return len(self._children) < before

    def look_at_runs(self) -> list[JobRecord]:
        """Look at every run that is under way, whoever started it; return those that still are.

        Raises:
            StoreError: the store cannot be read or written now; the next look tries again.
        """
        active = jobs.active(self.store.connection)
        self._forget_all_but({job.attempt for job in active if job.attempt is not None})
        return [job for job in active if self._is_under_way(job)]

    def _is_under_way(self, job: JobRecord) -> bool:
        attempt = job.attempt
        if job.unreadable:
            jobs.end(self.store.connection, job.run_id, attempt, "failed", _UNREADABLE)
            return False
        if attempt is None:
            jobs.end(self.store.connection, job.run_id, None, "failed", _UNWATCHED)
            return False
        child = self._children.get(attempt)
        who = child.who if child else _worker(job)
        if who is None:
            # Claimed by a runner that is gone, and no worker took it: nothing is lost by beginning again.
            jobs.requeue(self.store.connection, job.run_id, attempt)
            LOGGER.info("run %d: back in the queue, no worker had taken it", job.run_id)
            return False
        if child is None and not self._watch_adopted(job, attempt, who):
            return False
        if job.cancel_requested:
            self._enforce_cancel(job.run_id, attempt, who)
        elif job.time_limit is not None and self.watch.lasted(attempt, who) >= job.time_limit:
            self._enforce_time(job.run_id, attempt, who)
        return True

    def _watch_adopted(self, job: JobRecord, attempt: str, who: Identity) -> bool:
        """Look at a worker that another runner forked; return whether its run is still under way."""
        cut_log(run_log(self.home, job.run_id))
        presence = who.presence()
        if presence is Presence.LIVING:
            # Once it is gone, nothing says of those in sessions of their own that they were its.
            self._offspring[attempt] = descendants(who.pid)
            return True
        first_seen = self._unreaped.setdefault(attempt, time.monotonic())
        if presence is Presence.UNREAPED and time.monotonic() - first_seen < _REASON_PATIENCE:
            return True  # its parent, a runner that is handing over, writes the reason
        end_by_force(who)
        end_all(self._offspring.get(attempt, []))
        reason = _UNWATCHED if who.boot == boot() else _RESTARTED
        if attempt in self._forced and job.time_limit is not None:
            reason = too_long(job.time_limit)
        self._settle(job.run_id, attempt, reason)
        return False

    def _reason(self, child: Child, departure: Departure) -> str:
        """Return why a worker of ours left no result.

        One that was killed after its time was killed for that, be it by the runner that we hand over to.
        """
        limit = child.claim.time_limit
        was_late = limit is not None and self.watch.lasted(child.claim.attempt, child.who) >= limit
        if limit is not None and was_late and departure.signal == signal.SIGKILL:
            return too_long(limit)
        run = runs.get(self.store.connection, child.claim.run_id, deleted=True)
        return departure.sentence(None if run is None else RunSettings.of_run(run).memory_limit_mb)

    def _settle(self, run_id: int, attempt: str, reason: str) -> None:
        """End a run whose worker is gone: with what it left, else as failed or cancelled."""
        connection = self.store.connection
        if spool.store_for(self.home, connection, run_id, attempt):
            return
        if jobs.end(connection, run_id, attempt, "failed", reason):
            LOGGER.info("run %d: %s", run_id, reason)

    def _enforce_cancel(self, run_id: int, attempt: str, who: Identity) -> None:
        asked = self._cancels.setdefault(attempt, time.monotonic())
        if time.monotonic() - asked >= CANCEL_PATIENCE:
            LOGGER.info("run %d: does not stop, ended by force", run_id)
            end_by_force(who)

    def _enforce_time(self, run_id: int, attempt: str, who: Identity) -> None:
        """End a worker that goes on after its time, unless it has computed its result.

        Before and after the patience the store must take a write, so that no worker is ended
        that only waits for the store.
        """
        first_seen = self._overdue.get(attempt)
        is_patient = first_seen is not None and self.watch.now() - first_seen < TIME_PATIENCE
        if is_patient or attempt in self._forced:
            return
        try:
            if not jobs.is_computing(self.store.connection, attempt):
                return
        except StoreError:
            self._overdue.pop(attempt, None)
            raise
        if first_seen is None:
            self._overdue[attempt] = self.watch.now()
            return
        LOGGER.info("run %d: its time is up and it does not stop, ended by force", run_id)
        self._forced.add(attempt)
        end_by_force(who)

    def _forget_all_but(self, attempts: set[str]) -> None:
        for seen in (self._cancels, self._unreaped, self._offspring, self._overdue):
            for attempt in seen.keys() - attempts:
                del seen[attempt]
        self._forced &= attempts
        self.watch.forget_all_but(attempts | self._children.keys())

    def _fork(self, claim: Claim) -> None:
        pid = children.fork(lambda: self.task(claim))
        who = identity(pid)
        if who is None:
            raise RuntimeError(f"process {pid} is not there before it was reaped")
        self._children[claim.attempt] = Child(claim, who, run_log(self.home, claim.run_id))
        self.watch.lasted(claim.attempt, who)
        LOGGER.info("run %d: worker %d", claim.run_id, pid)

    def _end_leftovers(self, child: Child) -> None:
        """End what the worker started and left: it became ours, or at least bears its session."""
        if not self.gathers:
            for left in session_members(child.who):
                end_by_force(left)
            return
        ended = children.end_strangers({other.who.pid for other in self._children.values()})
        if ended:
            LOGGER.info("run %d: %d processes that it left behind were ended", child.claim.run_id, ended)


def _worker(job: JobRecord) -> Identity | None:
    if job.pid is None or job.process_start is None or job.boot is None:
        return None
    return Identity(job.pid, job.process_start, job.boot)
