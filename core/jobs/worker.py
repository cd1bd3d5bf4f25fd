"""The process that executes one run, forked from a warm runner.

It owns the run by its attempt token and nothing else: every write is conditional
on it. Whatever happens to the runner meanwhile, the run goes on to its end.
"""

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from core.errors import BacktapeError, is_full
from core.home import Home
from core.jobs import spool
from core.jobs.account import account
from core.jobs.beats import AttemptLost, Beats, Cancelled, TimeUp, leave_if_forked
from core.jobs.children import EXIT_NOT_BEGUN, EXIT_NOT_KEPT, EXIT_OUT_OF_MEMORY
from core.jobs.isolation import isolate
from core.jobs.lock import RunnerLock
from core.jobs.logs import forget_empty, run_log
from core.jobs.memory import MemoryLimit, wanted_memory
from core.jobs.process import end_descendants, own_identity
from core.jobs.settings import RunSettings
from core.jobs.spool import Spooled
from core.limits import too_long, too_much
from core.llm.secret import Secret, take_key
from core.text import clean
from db import jobs, runs
from db.connection import LONG_PATIENCE, StoreConnection, connect, patience
from db.errors import StoreError
from db.jobs import Claim, RunResult

if TYPE_CHECKING:
    from core.jobs.run import Finished

_OUT_OF_MEMORY = "The run is out of memory; shorten the period, or give the machine more."
_ROOM_PAUSE = 2.0
# A full disk is waited for; what else keeps a file from being written is tried so often.
_MOST_TRIALS = 5
_REASON_LIMIT = 1000
# Bytes kept aside, so that there is memory left to say that there is none.
_RESERVE = 2_000_000


def load() -> None:
    """Import what the fork needs; called by the runner, so that every worker finds it there."""
    from core.jobs import run

    run.load()


def work(home: Home, claim: Claim, lock: RunnerLock, descriptors: Iterable[int]) -> int:
    """Execute a claimed run in a process that was just forked; return the exit code.

    The store tells how the run ended; the exit code matters only when nothing
    could be stored.
    """
    key = take_key()
    isolate(run_log(home, claim.run_id), lock, descriptors)
    me = own_identity()
    try:
        connection = connect(home.store, patience=LONG_PATIENCE)
        if not jobs.attach(connection, claim.attempt, me.pid, me.start, me.boot):
            return 0
    except StoreError as error:
        print(f"the run is not begun: {error}")
        return EXIT_NOT_BEGUN
    try:
        return _Worker(home, claim, connection, key if claim.uses_model else None).execute()
    finally:
        end_descendants()
        forget_empty(run_log(home, claim.run_id))


class _NowhereToKeepError(Exception):
    """Neither the store nor a file beside it takes how the run ended."""


class _Worker:
    """One attempt at one run."""

    def __init__(self, home: Home, claim: Claim, connection: StoreConnection, key: Secret | None) -> None:
        self._home, self._claim, self._connection, self._key = home, claim, connection, key
        self._pid = os.getpid()
        self._output = sys.stdout, sys.stderr
        self._reserve: bytes | None = bytes(_RESERVE)
        self._megabytes: int | None = None
        self._limit: MemoryLimit | None = None
        self._beats = Beats(connection, claim.attempt, claim.time_limit)

    def execute(self) -> int:
        """Run to the end, whatever the end is, and see that it is stored."""
        try:
            finished = self._compute()
            if finished is not None:
                self._keep(finished.result)
                self._take_room()
                self._write_csv(finished)
        except MemoryError as error:
            self._take_room()
            return self._say_out_of_memory(error)
        except _NowhereToKeepError:
            return EXIT_NOT_KEPT
        return 0

    def _limit_memory(self) -> None:
        run = runs.get(self._connection, self._claim.run_id, deleted=True)
        self._megabytes = None if run is None else RunSettings.of_run(run).memory_limit_mb
        if self._megabytes is not None:
            self._limit = MemoryLimit(self._megabytes)

    def _take_room(self) -> None:
        """Have as much memory as there is for what is left to be done: all of it is ours."""
        self._reserve = None
        if self._limit is not None:
            self._limit.lift()

    def _write_csv(self, finished: "Finished") -> None:
        try:
            finished.write_csv()
        except BacktapeError as error:
            print(error)  # the result stands without it, and the next run on these bars writes it

    def _compute(self) -> "Finished | None":
        """Return the result; None when the run has ended without one, and that is stored."""
        from core.jobs.run import compute

        try:
            self._limit_memory()
            try:
                return compute(self._home, self._connection, self._claim.run_id, self._beats, self._key)
            except (AttemptLost, MemoryError):
                raise
            except Exception:
                self._beats.catch_up()
                raise
            finally:
                sys.stdout, sys.stderr = self._output  # a strategy may have put something else there
        except Cancelled:
            self._end("cancelled", None)
        except AttemptLost:
            print("the run belongs to another attempt")
        except TimeUp:
            self._end("failed", too_long(self._claim.time_limit or 0))
        except Exception as error:  # whatever it is, the run must not be left without a reason
            if wanted_memory(error):
                raise MemoryError from error
            reason = clean(_reason(error), limit=_REASON_LIMIT)
            _log(error, reason)
            self._end("failed", reason)
        return None

    def _keep(self, result: RunResult) -> None:
        attempt = self._claim.attempt
        self._persist(
            lambda: jobs.store_result(self._connection, attempt, result),
            Spooled(self._claim.run_id, attempt, result=result),
        )

    def _end(self, status: str, reason: str | None) -> None:
        run_id, attempt = self._claim.run_id, self._claim.attempt

        def end() -> bool:
            with patience(self._connection, LONG_PATIENCE):
                return jobs.end(self._connection, run_id, attempt, status, reason)

        self._persist(end, Spooled(run_id, attempt, reason=reason))

    def _persist(self, store: Callable[[], bool], spooled: Spooled) -> None:
        """Store an end; beside a store that is busy keep it in a file; on a full disk wait for room.

        Raises:
            _NowhereToKeepError: it can be kept neither here nor there, and waiting will not help.
        """
        leave_if_forked(self._pid)
        for trial in itertools.count(1):
            try:
                store()
            except StoreError as refusal:
                try:
                    print(f"kept as {spool.write(self._home, spooled).name}: {refusal}")
                except OSError as error:
                    print(f"it can be kept nowhere now: {refusal} {error.strerror}")
                    if not is_full(error) and trial >= _MOST_TRIALS:
                        raise _NowhereToKeepError from error
                    time.sleep(_ROOM_PAUSE)
                    continue
            return

    def _say_out_of_memory(self, error: MemoryError) -> int:
        """Say why there is no result; return the exit code that says it where the store cannot."""
        try:
            self._beats.catch_up()
            reason = _OUT_OF_MEMORY if self._megabytes is None else too_much(self._megabytes)
            self._end("failed", reason)
            _log(error, reason)
        except MemoryError:
            return EXIT_OUT_OF_MEMORY
        return 0


def _log(error: Exception, reason: str) -> None:
    """Tell the log of the run why it failed, below what the strategy has printed."""
    print(account(error, reason))


def _reason(error: Exception) -> str:
    """Return why a run has no result, be the fault its own or ours."""
    if isinstance(error, BacktapeError | StoreError):
        return str(error)
    return f"Backtape itself failed ({type(error).__name__}: {error}); the run's log says where."
