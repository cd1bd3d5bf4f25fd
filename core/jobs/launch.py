"""Making sure that a runner lives, and saying what it does. The interface's side."""

import os
import subprocess
from contextlib import closing
from dataclasses import dataclass

from core.errors import BacktapeError
from core.home import Home
from core.jobs.fingerprint import environment_digest
from core.jobs.logs import open_runner_output
from core.jobs.process import Identity
from core.jobs.state import RunnerState
from core.own_code import own_command, own_environment, start_own
from core.version import code_version
from db import jobs, queue, runner
from db.connection import Connection, connect, transaction
from db.revision import REVISION

# Last words when the interpreter itself crashes.
_LAST_WORDS = ("-X", "faulthandler")

# Runners that this process started: kept, so that the system may forget them when they end.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class RunnerStatus:
    """What the status line says: does a runner live, what does it do, how many runs wait or are held back."""

    living: bool
    state: RunnerState | None
    running: int
    waiting: int
    paused: bool = False

    @property
    def needs_runner(self) -> bool:
        """Whether there is anything that only a runner can bring on."""
        return self.running > 0 or (self.waiting > 0 and not self.paused)

    @property
    def is_idle(self) -> bool:
        """Whether a runner is ready, and there is nothing for it to do."""
        return self.living and not (self.is_beginning or self.running or self.waiting)

    @property
    def is_beginning(self) -> bool:
        """Whether the runner says that it is not ready yet; while the store is locked it can say no more."""
        return self.state in {RunnerState.STARTING, RunnerState.COMPILING}

    def text(self) -> str:
        """Return the words of the status line."""
        if self.paused:
            running = f"{self.running} running, " if self.running else ""
            return f"{running}paused, {self.waiting} waiting"
        if not self.living:
            return f"no runner, {self.waiting} waiting" if self.waiting else "no runner"
        if self.is_beginning and not self.running:
            return f"{self.state}, {self.waiting} waiting" if self.waiting else str(self.state)
        if self.is_idle:
            return "idle"
        return f"{self.running} running, {self.waiting} waiting"


def runner_status(connection: Connection) -> RunnerStatus:
    """Return what the runner of this store does now, its life judged by the operating system."""
    record = runner.read(connection)
    living = record is not None and _serves(record)
    state = _state(record) if record is not None and living else None
    return RunnerStatus(
        living,
        state,
        running=len(jobs.active(connection)),
        waiting=jobs.waiting(connection),
        paused=queue.read(connection).paused,
    )


def ensure_runner(home: Home, *, hand_over: bool = True) -> None:
    """Make sure that a runner lives that takes what waits: start one if there is none.

    With `hand_over`, right after submitting, a runner of another version or
    environment (another model key) is asked to let one of ours take its place;
    without, as every two seconds while anything is under way, whichever lives
    will do. It costs a millisecond when there is nothing to do.

    Raises:
        BacktapeError: the runner ended at once the last time; its log says why.
        StoreError: the store cannot be read.
    """
    _forget_ended()
    with closing(connect(home.store)) as connection:
        record = runner.read(connection)
        if record is not None and _serves(record):
            if not hand_over or _is_like_us(record):
                return
            with transaction(connection):
                runner.request_handover(connection, record)
    _start(home)


def _serves(record: runner.RunnerRecord) -> bool:
    return _state(record).serves and Identity(record.pid, record.process_start, record.boot).lives()


def _state(record: runner.RunnerRecord) -> RunnerState:
    try:
        return RunnerState(record.state)
    except ValueError:
        return RunnerState.RUNNING  # a newer version's word


def _is_like_us(record: runner.RunnerRecord) -> bool:
    return (record.code_version, record.schema_revision, record.environment_digest) == (
        code_version(),
        REVISION,
        environment_digest(record.salt),
    )


def _start(home: Home) -> None:
    """Start a runner in a session of its own, which no terminal and no SSH line reaches."""
    arguments = ("--home", str(home.path.absolute()))
    output = open_runner_output(home)
    try:
        started = start_own(
            "looks after the runs",
            own_command("core.jobs.runner", *arguments, options=_LAST_WORDS),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**own_environment(), "OPENBLAS_NUM_THREADS": "1"},
        )
    finally:
        os.close(output)
    _started.append(started)


def _forget_ended() -> None:
    """Look after the runners we started; one that was killed is nobody's fault, one that gave up is."""
    failed = [process for process in _started if (process.poll() or 0) > 0]
    _started[:] = [process for process in _started if process.returncode is None]
    if failed:
        raise BacktapeError(
            f"The runner cannot start (exit code {failed[-1].returncode}); 'backtape log' says why."
        )
