"""Following runs from the command line until they have ended, by watching the store."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime

from core.home import Home
from core.jobs import launch
from core.jobs.state import RunnerState
from db import runs
from db.columns import ACTIVE
from db.connection import Connection, connect
from db.errors import StoreBusyError
from db.runs import RunSummary
from db.watch import Watch
from tui.commands.output import remark
from tui.commands.progress import ProgressLine

# A status that another program made up is not waited for.

_ENSURE_EVERY = 2.0
_SILENT_AFTER = 15.0
_FINE_POLL, _COARSE_POLL = 0.01, 0.1
_COMPILING = "compiling the engine, once on this machine"
_PAUSED = "the queue is paused"


def follow(home: Home, ids: Sequence[int]) -> None:
    """Return when every run of `ids` has ended, keeping a runner alive until then.

    Shows a progress line where stderr is a terminal.
    """
    line = ProgressLine()
    try:
        with closing(connect(home.store)) as connection:
            _follow(home, connection, ids, line)
    finally:
        line.clear()


def await_end(home: Home, connection: Connection, ids: Sequence[int], seconds: float) -> None:
    """Wait until the runs, deleted ones included, have ended, or for `seconds`."""
    deadline = time.monotonic() + seconds
    ensured = -_ENSURE_EVERY
    while time.monotonic() < deadline:
        found = [runs.get(connection, run_id, deleted=True) for run_id in ids]
        if all(run is None or run.status not in ACTIVE for run in found):
            return
        if time.monotonic() - ensured >= _ENSURE_EVERY:
            _keep_runner(home, connection, hand_over=False)
            ensured = time.monotonic()
        time.sleep(_FINE_POLL)


def _follow(home: Home, connection: Connection, ids: Sequence[int], line: ProgressLine) -> None:
    speed = _Speed()
    watch = Watch(home.store)
    started = time.monotonic()
    ensured: float | None = None
    told = False
    try:
        while True:
            found = runs.summaries(connection, ids)
            if all(run.status not in ACTIVE for run in found):
                return
            if ensured is None or time.monotonic() - ensured >= _ENSURE_EVERY:
                # At first a runner of another version makes room; later whichever lives will do.
                _keep_runner(home, connection, hand_over=ensured is None)
                ensured = time.monotonic()
            if not told and all(run.status != "running" for run in found):
                told = _tell_why_nothing_moves(connection, line)
            line.show(_progress_text(connection, found, speed))
            _wait_for_change(watch, started)
    finally:
        watch.close()


def _keep_runner(home: Home, connection: Connection, *, hand_over: bool) -> None:
    """Make sure of a runner where one is needed; a store that is busy now is asked again later."""
    with suppress(StoreBusyError):
        if launch.runner_status(connection).needs_runner:
            launch.ensure_runner(home, hand_over=hand_over)


def _tell_why_nothing_moves(connection: Connection, line: ProgressLine) -> bool:
    """Say what runs wait for that takes long; return whether they do.

    A line that is rewritten says it too, but has no room for what to do about it.
    """
    status = launch.runner_status(connection)
    if status.paused:
        line.clear()
        remark("The queue is paused; 'backtape queue --resume' lets it go on.")
    elif status.state is RunnerState.COMPILING and not line.live:
        remark(f"{_COMPILING[:1].upper()}{_COMPILING[1:]}; this takes about half a minute ...")
    else:
        return False
    return True


def _wait_for_change(watch: Watch, started: float) -> None:
    """Wait for a change of the store, half a second at most, so that silence shows too."""
    now = time.monotonic()
    poll = _FINE_POLL if now - started < 2.0 else _COARSE_POLL
    while not watch.changed() and time.monotonic() - now < 0.5:
        time.sleep(poll)


class _Speed:
    """Bars a second of one run, from what it had done at two looks."""

    def __init__(self) -> None:
        self._first: tuple[int, int, float] | None = None

    def rate(self, run: RunSummary) -> float | None:
        """Return bars a second since this run was first seen moving."""
        now, done = time.monotonic(), run.bars_done or 0
        if self._first is None or self._first[0] != run.id:
            self._first = (run.id, done, now)
            return None
        elapsed = now - self._first[2]
        return (done - self._first[1]) / elapsed if elapsed > 0.2 and done > self._first[1] else None


def _progress_text(connection: Connection, found: Sequence[RunSummary], speed: _Speed) -> str:
    running = [run for run in found if run.status == "running"]
    ended = sum(run.status not in ACTIVE for run in found)
    count = f"{ended} of {len(found)} runs done  " if len(found) > 1 else ""
    if not running:
        return count + _waiting_text(connection, found)
    return count + "  ".join(_running_text(run, speed) for run in running[:1])


def _waiting_text(connection: Connection, found: Sequence[RunSummary]) -> str:
    status = launch.runner_status(connection)
    first = next(run for run in found if run.status in ACTIVE)
    if status.paused:
        why = _PAUSED
    elif status.state is RunnerState.COMPILING:
        why = _COMPILING
    elif not status.living:
        why = "starting the runner"
    else:
        why = f"runner: {status.text()}"
    return f"#{first.id} {first.strategy} {first.symbol} {first.timeframe}  waiting  {why}"


def _running_text(run: RunSummary, speed: _Speed) -> str:
    """Return how far a run is; what can best be done without comes last, a narrow terminal cuts it."""
    parts = [f"▶ #{run.id} {run.strategy} {run.symbol} {run.timeframe}  {run.progress_pct} %"]
    if run.cancel_requested:
        parts.append("cancelling")
    if run.heartbeat is not None:
        silent = (datetime.now(UTC) - run.heartbeat).total_seconds()
        if silent >= _SILENT_AFTER:
            parts.append(f"no sign for {int(silent)} s")
    rate = speed.rate(run)
    if rate:
        left = ((run.bars_total or 0) - (run.bars_done or 0)) / rate
        parts.append(f"{int(left) // 60}:{int(left) % 60:02} left  {_rate_text(rate)} bars/s")
    return "  ".join(parts)


def _rate_text(rate: float) -> str:
    for divisor, unit in ((1e6, " M"), (1e3, " k")):
        if rate >= divisor:
            return f"{rate / divisor:.1f}{unit}"
    return f"{rate:.0f}"
