"""Several hundred queued runs under random kills of workers, runner and interface, for as long as wanted.

    python -m tests.faults.soak --minutes 20

Workers are killed, stopped and crashed, the runner is killed and told to end,
the screens are killed, hung up on and told to end, everything is killed at once,
the store's write lock is held, runs are cancelled, the queue is paused. In the end
every run must have exactly one final state that never changed once it was shown,
completed runs of one configuration the same result, and nothing may be left over.
A test runs it for a minute; the long one is for a person, since no CI waits for it.
"""

import argparse
import datetime as dt
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from core.home import Home
from core.jobs.launch import ensure_runner
from core.jobs.lock import RunnerLock
from core.jobs.process import Identity
from core.market.synthetic import synthetic_bars
from db import jobs, queue, runs
from db.columns import METRICS
from db.errors import StoreError
from tests.core.jobs.bench import SLOW, Bench, end, open_bench
from tests.e2e.terminal import Terminal
from tests.faults.aftermath import contradictions, without_worker
from tests.processes import wait_until

ENDED = {"completed", "failed", "cancelled"}
# How a run may end that nobody cancelled, besides with its result.
_REASONS = ("killed by signal", "interrupted", "on purpose", "exit code")

FAILING = '''
from core.strategies import Strategy


class Failing(Strategy):
    """Fails at its hundredth bar."""

    def on_bar(self, context):
        if context.index == 100:
            raise ValueError("on purpose")
'''

Configuration = tuple[str, tuple[tuple[str, float], ...]]


@dataclass
class Report:
    """What happened, and what should not have."""

    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return it as lines."""
        lines = [f"{sum(self.ends.values())} runs in {self.seconds:.0f} s: {_counted(self.ends)}"]
        lines += [f"faults: {_counted(self.faults)}", f"why runs failed: {_counted(self.reasons)}"]
        return "\n".join([*lines, *(f"PROBLEM: {problem}" for problem in self.problems or ["none"])])


class Soak:
    """One data folder under fire, with `waiting` runs in its queue until the fire ends."""

    def __init__(self, bench: Bench, seed: int, waiting: int) -> None:
        self._bench = bench
        self._waiting = waiting
        self._chance = random.Random(seed)
        self._report = Report()
        self._ids: list[int] = []
        self._shown: dict[int, str] = {}
        self._stopped: list[tuple[float, Identity]] = []
        self._screens: Terminal | None = None
        self._faults: list[tuple[int, str, Callable[[], bool]]] = [
            (6, "worker killed", lambda: self._signal_worker(signal.SIGKILL)),
            (2, "worker crashed", lambda: self._signal_worker(signal.SIGSEGV)),
            (2, "worker stopped a while", self._stop_worker),
            (4, "runner killed", lambda: self._signal_runner(signal.SIGKILL)),
            (2, "runner told to end", lambda: self._signal_runner(signal.SIGTERM)),
            (2, "screens killed", lambda: self._signal_screens(signal.SIGKILL)),
            (1, "screens told to end", lambda: self._signal_screens(signal.SIGTERM)),
            (2, "line lost", self._hang_up),
            (1, "everything killed", self._kill_everything),
            (2, "store locked", self._lock_store),
            (3, "run cancelled", self._cancel),
            (1, "queue paused a while", self._pause),
        ]

    def run(self, seconds: float, *, between: tuple[float, float] = (0.1, 1.5)) -> Report:
        """Inject faults for so long, then let everything come to rest, and look at what is left."""
        began = time.monotonic()
        next_fault = began + 2.0
        while time.monotonic() < began + seconds:
            self._keep_going()
            if time.monotonic() >= next_fault:
                self._inject()
                next_fault = time.monotonic() + self._chance.uniform(*between)
            time.sleep(0.02)
        self._come_to_rest()
        self._audit()
        self._report.seconds = time.monotonic() - began
        return self._report

    # What goes on all the time

    def _keep_going(self) -> None:
        if self._screens is None or not self._screens.lives:
            self._screens = Terminal(environment=dict(os.environ))
        self._screens.wait(0.001)  # reading empties the terminal, as a real one does
        self._wake_up(time.monotonic())
        self._submit()
        self._look()

    def _submit(self) -> None:
        try:
            while jobs.waiting(self._bench.connection) < self._waiting:
                self._ids.append(self._submit_one())
        except StoreError:
            return  # locked by one of our own faults; the next look tries again

    def _submit_one(self) -> int:
        kind = self._chance.choice(["sma_cross", "sma_cross", "donchian_breakout", "slow", "slow", "failing"])
        if kind == "slow":
            return self._bench.submit(kind, params={"seconds": self._chance.choice([0.0005, 0.001, 0.002])})
        if kind == "sma_cross":
            return self._bench.submit(kind, params={"fast": self._chance.choice([5, 10, 20])})
        return self._bench.submit(kind)

    def _look(self) -> None:
        """Note every final state the first time it is shown, and that it stays what it was."""
        rows = self._bench.connection.execute("SELECT id, status FROM backtest_runs")
        now = dict(rows.fetchall())
        for run_id, status in self._shown.items():
            if now.get(run_id) != status:
                self._report.problems.append(f"run {run_id} was {status} and is {now.get(run_id)}")
        self._shown = {run_id: status for run_id, status in now.items() if status in ENDED}

    # Faults

    def _inject(self) -> None:
        weights = [weight for weight, _, _ in self._faults]
        ((_, name, fault),) = self._chance.choices(self._faults, weights)
        try:
            if fault():
                self._report.faults[name] += 1
        except StoreError:
            return

    def _workers(self) -> list[Identity]:
        active = jobs.active(self._bench.connection)
        who = [
            Identity(job.pid, job.process_start, job.boot)
            for job in active
            if job.pid is not None and job.process_start is not None and job.boot is not None
        ]
        return [worker for worker in who if worker.lives()]

    def _signal_worker(self, number: signal.Signals) -> bool:
        workers = self._workers()
        return bool(workers) and _send(self._chance.choice(workers), number)

    def _stop_worker(self) -> bool:
        workers = self._workers()
        if not workers:
            return False
        victim = self._chance.choice(workers)
        self._stopped.append((time.monotonic() + self._chance.uniform(0.2, 4.0), victim))
        return _send(victim, signal.SIGSTOP)

    def _wake_up(self, now: float) -> None:
        for due, victim in self._stopped:
            if due <= now:
                _send(victim, signal.SIGCONT)
        self._stopped = [(due, victim) for due, victim in self._stopped if due > now]

    def _signal_runner(self, number: signal.Signals) -> bool:
        who = self._bench.runner_now()
        return who is not None and _send(who, number)

    def _signal_screens(self, number: signal.Signals) -> bool:
        if self._screens is None or not self._screens.lives:
            return False
        self._screens.kill(number)
        return True

    def _hang_up(self) -> bool:
        if self._screens is None:
            return False
        self._screens.hang_up()
        self._screens = None
        return True

    def _kill_everything(self) -> bool:
        self._signal_screens(signal.SIGKILL)
        for process in self._bench.processes():
            end(process.pid)
        for worker in self._workers():
            end(worker.pid)
        return True

    def _lock_store(self) -> bool:
        with closing(sqlite3.connect(self._bench.home.store, timeout=1, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            time.sleep(self._chance.uniform(0.2, 2.0))
            other.execute("ROLLBACK")
        return True

    def _cancel(self) -> bool:
        open_runs = [run_id for run_id in self._ids if run_id not in self._shown]
        if not open_runs:
            return False
        runs.request_cancel(self._bench.connection, [self._chance.choice(open_runs)])
        return True

    def _pause(self) -> bool:
        queue.pause(self._bench.connection, True)
        time.sleep(self._chance.uniform(0.2, 2.0))
        queue.pause(self._bench.connection, False)
        return True

    # The end

    def _come_to_rest(self) -> None:
        self._wake_up(float("inf"))
        wait_until(self._is_at_rest, "every run has ended", 600)
        if self._screens is not None:
            self._screens.hang_up()
        self._bench.wait_until_empty(60)

    def _is_at_rest(self) -> bool:
        ensure_runner(self._bench.home, hand_over=False)
        if self._screens is not None:
            self._screens.wait(0.001)
        self._look()
        time.sleep(0.2)
        return set(self._ids) <= set(self._shown)

    def _audit(self) -> None:
        problems, connection = self._report.problems, self._bench.connection
        for run_id in self._ids:
            self._audit_end(run_id)
        found = connection.execute("PRAGMA integrity_check").fetchall()
        problems += [f"integrity: {row[0]}" for row in found if row[0] != "ok"]
        problems += [f"orphan row in {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
        problems += [f"run {row[0]} contradicts itself: {row[1:]}" for row in contradictions(connection)]
        problems += [f"run {run_id} is under way without a worker" for run_id in without_worker(connection)]
        problems += self._different_results()
        problems += self._left_files()

    def _audit_end(self, run_id: int) -> None:
        run = runs.get(self._bench.connection, run_id)
        if run is None:
            self._report.problems.append(f"run {run_id} is lost")
            return
        self._report.ends[run.status] += 1
        if run.status != "failed":
            return
        reason = next((known for known in _REASONS if known in (run.error_message or "")), "")
        self._report.reasons[reason or "other"] += 1
        if not reason:
            self._report.problems.append(f"run {run_id} failed for no reason of ours: {run.error_message}")

    def _different_results(self) -> list[str]:
        """Return a sentence for every run that ended otherwise than another of its configuration."""
        found: dict[Configuration, tuple[int, list[object]]] = {}
        problems = []
        for run_id in self._ids:
            run = runs.get(self._bench.connection, run_id)
            if run is None or run.status != "completed":
                continue
            result = [getattr(run, name) for name in METRICS]
            key = (run.strategy, tuple(sorted((name, float(value)) for name, value in run.params.items())))
            first, expected = found.setdefault(key, (run_id, result))
            if result != expected:
                problems.append(f"runs {first} and {run_id} differ, though they are the same")
        return problems

    def _left_files(self) -> list[str]:
        home = self._bench.home
        left = [*home.spool.iterdir(), *home.path.rglob("*.part"), *home.path.glob("*.new")]
        lock = RunnerLock(home.lock)
        held = [] if lock.take() else ["the runner's lock is held"]
        lock.release()
        return [f"{path} is left" for path in left] + held


def soak(folder: Path, seconds: float, seed: int, waiting: int) -> Report:
    """Make a data folder in `folder`, put it under fire for so long, and say what came of it."""
    os.environ |= {"BACKTAPE_HOME": str(folder), "BACKTAPE_RUNNER_IDLE": "2", "BACKTAPE_WORKERS": "2"}
    home = Home(folder).create()
    (home.strategies / "slow.py").write_text(SLOW)
    (home.strategies / "failing.py").write_text(FAILING)
    with open_bench(
        home, synthetic_bars(seed=7, start=dt.date(2020, 1, 1), years=1).slice(0, 18_000)
    ) as bench:
        return Soak(bench, seed, waiting).run(seconds)


def main() -> int:
    """Soak for as long as the command line says; exit code 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--waiting", type=int, default=200, help="runs kept in the queue")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backtape-soak-") as folder:
        report = soak(Path(folder) / "home", options.minutes * 60, options.seed, options.waiting)
    print(report.text())
    return 1 if report.problems else 0


def _send(who: Identity, number: signal.Signals) -> bool:
    if not who.lives():
        return False
    os.kill(who.pid, number)
    return True


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common()) or "none"


if __name__ == "__main__":
    sys.exit(main())
