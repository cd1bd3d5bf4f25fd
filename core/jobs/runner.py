"""The one background process of a store: claims what waits, forks a worker for each, looks after them.

Single-threaded and synchronous, since a child forked from a process with threads
may hang, and with the engine compiled and loaded before the first fork. Neither
pandas nor pyarrow is ever imported here: they start threads.
"""

import argparse
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.home import Home
from core.jobs.fingerprint import environment_digest, new_salt
from core.jobs.handle import StoreHandle
from core.jobs.isolation import gather_orphans
from core.jobs.lock import RunnerLock
from core.jobs.logs import LOGGER, open_runner_log
from core.jobs.places import ConfiguredPlaces
from core.jobs.process import own_identity
from core.jobs.spool import store_all
from core.jobs.state import RunnerState
from core.jobs.supervision import Supervisor
from core.jobs.tidying import TIDY_SECONDS, tidy
from core.version import code_version
from db import jobs, queue, runner
from db.connection import checkpoint, verify
from db.errors import StoreBusyError, StoreChangedError, StoreDamagedError, StoreError, StoreReplacedError
from db.jobs import Claim
from db.revision import REVISION
from db.upgrade import upgrade_if_older

IDLE_SECONDS = 60.0

# How soon a new row is noticed, and how often everything is looked at though nothing was written.
_TICK = 0.03
_SWEEP = 0.5
# How soon to try again when another program writes, and when the disk is full.
_BUSY_TICK = 0.1
_TROUBLED_TICK = 1.0

# After these nothing that this process could write would be right.
_FINAL = (StoreChangedError, StoreReplacedError, StoreDamagedError)


@dataclass
class Runner:
    """A runner that holds the lock; it leaves after `idle_seconds` without work."""

    home: Home
    lock: RunnerLock
    places: ConfiguredPlaces
    idle_seconds: float
    _state: RunnerState | None = None
    _leaving: bool = False
    _done: bool = False
    _told_to_end: bool = False
    _trouble: str = ""
    _wakeup: tuple[int, int] = field(default_factory=os.pipe)

    def __post_init__(self) -> None:
        self._me = own_identity()
        self._store = StoreHandle(self.home.store)
        self._workers = Supervisor(self.home, self._store, self._work, gathers=gather_orphans())
        self._busy_at = time.monotonic()
        self._swept_at = 0.0
        self._tidy_at = 0.0

    def serve(self) -> None:
        """Run until there is nothing to do, another runner takes over, or a signal says so.

        Raises:
            StoreError: the store is no longer one that this runner could serve.
        """
        self._listen()
        self._repeat(lambda: self._publish(RunnerState.STARTING), until=lambda: self._state is not None)
        if not is_compiled():
            self._repeat(
                lambda: self._say(RunnerState.COMPILING),
                until=lambda: self._state is RunnerState.COMPILING,
            )
        self._store.close()
        warm_up()
        self._busy_at = time.monotonic()
        self._repeat(self._turn, until=lambda: self._done)
        self._leave()

    def _repeat(self, action: Callable[[], None], until: Callable[[], bool]) -> None:
        """Do something again and again; a store that cannot take it now gets another chance."""
        while not self._told_to_end and not until():
            pause = _TICK
            try:
                action()
                self._trouble = ""
            except _FINAL:
                raise
            except StoreError as error:
                pause = _BUSY_TICK if isinstance(error, StoreBusyError) else _TROUBLED_TICK
                self._log_once(str(error))
            if not until():
                self._wait(pause)

    def _log_once(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            LOGGER.warning("%s", trouble)

    def _turn(self) -> None:
        """Do everything that is due once."""
        ended = self._workers.look_after_children()
        swept = self._sweep()
        if self._leaving:
            self._done = not self._workers.has_children
            return
        if self._store.changed() or ended or swept:
            self._look_around()
        if time.monotonic() - self._busy_at >= self.idle_seconds and not self._workers.has_children:
            self._done = self._lets_go()

    def _sweep(self) -> bool:
        """Do, every half second, what no change of the store makes due; return whether it was time."""
        if time.monotonic() - self._swept_at < _SWEEP:
            return False
        self._swept_at = time.monotonic()
        verify(self._store.connection)
        if not self._leaving:
            store_all(self.home, self._store.connection)
            checkpoint(self._store.connection)
            if self._state is RunnerState.IDLE:
                self._tidy()
        return True

    def _tidy(self) -> None:
        """Once an hour, when there is nothing else to do, clear away what has had its time."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            tidy(self.home, self._store.connection)

    def _look_around(self) -> None:
        """Look at every run under way, start what waits as far as there is room, say what we do."""
        self._give_way_if_asked()
        if self._leaving:
            return
        under_way = self._workers.look_at_runs()
        free = self.places.now().under(queue.read(self._store.connection)).without(under_way)
        claims = self._workers.claim(free)
        self._workers.start(claims)
        busy = bool(under_way or claims)
        if busy:
            self._busy_at = time.monotonic()
        self._say(RunnerState.RUNNING if busy else RunnerState.IDLE)

    def _give_way_if_asked(self) -> None:
        """Stop claiming and let another runner in; the workers at hand are still looked after."""
        record = runner.read(self._store.connection)
        if record is None or not record.handover_requested:
            return
        LOGGER.info("handing over to a runner of another version or environment")
        self._say(RunnerState.LEAVING)
        self._leaving = True
        self._store.connection.execute("PRAGMA wal_autocheckpoint=0")
        self.lock.release()

    def _lets_go(self) -> bool:
        """Release the lock, look once more, and take it again if something has come meanwhile.

        A submitter commits its run and then reads who serves. It read that we do
        only if it came before the withdrawal here; then the look after it finds the
        run. Else it starts a runner itself.
        """
        connection = self._store.connection
        runner.withdraw(connection, self._me.pid, self._me.start)
        self._state = None
        checkpoint(connection, over=0, truncate=True)
        self.lock.release()
        if not self._work_is_left() or not self.lock.take(patience=0.0):
            return True
        LOGGER.info("work has come just before leaving")
        self._busy_at = time.monotonic()
        self._publish(RunnerState.IDLE)
        return False

    def _work_is_left(self) -> bool:
        try:
            connection = self._store.connection
            held_back = queue.read(connection).paused
            return bool(jobs.active(connection) or (jobs.waiting(connection) and not held_back))
        except StoreError:
            return False  # without the lock there is nothing to do but to leave

    def _leave(self) -> None:
        """Go, leaving workers that are under way to the next runner."""
        if self.lock.held:
            try:
                runner.withdraw(self._store.connection, self._me.pid, self._me.start)
                checkpoint(self._store.connection, over=0, truncate=True)
            except StoreError as error:
                LOGGER.warning("leaving without a word: %s", error)
        self._store.close()
        self.lock.release()
        LOGGER.info("runner ends")

    def _publish(self, state: RunnerState) -> None:
        salt = new_salt()
        runner.publish(
            self._store.connection,
            pid=self._me.pid,
            process_start=self._me.start,
            boot=self._me.boot,
            code_version=code_version(),
            schema_revision=REVISION,
            environment_digest=environment_digest(salt),
            salt=salt,
            state=state,
        )
        self._state = state

    def _say(self, state: RunnerState) -> None:
        if state is not self._state:
            runner.say(self._store.connection, self._me.pid, self._me.start, state)
            self._state = state

    def _work(self, claim: Claim) -> int:
        """Be the worker of a claim; this is executed in the fork."""
        from core.jobs.worker import work

        return work(self.home, claim, self.lock, self._wakeup)

    def _listen(self) -> None:
        """Let the end of a child, or the wish that we end, interrupt the waiting."""
        for end in self._wakeup:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wakeup[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _note)
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _end(self, *_: object) -> None:
        self._told_to_end = True

    def _wait(self, seconds: float) -> None:
        if select.select([self._wakeup[0]], [], [], seconds)[0]:
            os.read(self._wakeup[0], 4096)


def _note(*_: object) -> None:
    """Take notice of a signal: its number arrives in the wake-up pipe."""


def is_compiled() -> bool:
    """Return whether the engine was compiled on this machine before."""
    from core.engine.compiled import cache_folder

    return any(cache_folder().rglob("*.nbi"))


def warm_up() -> None:
    """Load and compile everything that a worker needs, so that a fork begins at its first bar."""
    from core.jobs import worker

    worker.load()
    gc.collect()
    gc.freeze()  # or each child's first collection would copy every page


def main(arguments: list[str] | None = None) -> int:
    """Be the runner of a data folder, unless it has one; return the exit code."""
    options = _options(arguments)
    os.chdir("/")
    os.umask(0o077)
    home = Home(options.home)
    lock = RunnerLock(home.lock)
    if not lock.take():
        return 0
    open_runner_log(home)
    LOGGER.info("runner begins, version %s", code_version())
    try:
        # The screens that have started this runner may be older than what is installed by now.
        upgrade_if_older(home.store)
        Runner(home, lock, ConfiguredPlaces(home), options.idle).serve()
    except (StoreChangedError, StoreReplacedError) as error:
        LOGGER.warning("runner ends: %s", error)
        return 0
    except Exception:  # noqa: BLE001 (its log is the only place to say why)
        LOGGER.exception("runner gives up")
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="core.jobs.runner", description="The runner of a Backtape store.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--idle", type=float, default=_idle_seconds())
    return parser.parse_args(arguments)


def _idle_seconds() -> float:
    """Return how long a runner without work stays: as `BACKTAPE_RUNNER_IDLE` says, else a minute."""
    try:
        number = float(os.environ.get("BACKTAPE_RUNNER_IDLE", ""))
    except ValueError:
        return IDLE_SECONDS
    return number if number > 0 else IDLE_SECONDS


if __name__ == "__main__":
    sys.exit(main())
