"""A data folder with a sample market, and real runners and workers on it."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.datasets import import_bars
from core.home import Home
from core.jobs.launch import ensure_runner
from core.jobs.logs import read_run_log, runner_log
from core.jobs.process import Identity, identity
from core.jobs.request import parse_request
from core.jobs.submit import submit
from core.market.bars import Bars
from db import runner, runs
from db.connection import StoreConnection, connect, transaction
from db.runs import RunRecord
from db.upgrade import open_store
from tests.processes import wait_until

ENDED = {"completed", "failed", "cancelled"}

SLOW = '''
import time

from core.strategies import Strategy, parameter


class Slow(Strategy):
    """Sleeps at every bar, and trades now and then."""

    seconds: float = parameter(0.01, minimum=0.0)

    def on_bar(self, context):
        time.sleep(self.seconds)
        if context.index % 40 == 0:
            context.buy(stop=context.pips(20), targets=[context.pips(20)])
        elif context.index % 40 == 20:
            context.exit()
'''


@dataclass
class Bench:
    """What the tests of runners do, told shortly."""

    home: Home
    connection: StoreConnection

    def write_strategy(self, text: str, name: str = "mine") -> Path:
        """Put a file into the folder of the user's own strategies."""
        path = self.home.strategies / f"{name}.py"
        path.write_text(text)
        return path

    def submit(self, strategy: str = "sma_cross", **values: object) -> int:
        """Store a run on the sample market, of a week unless told otherwise."""
        request = {
            "strategy": strategy,
            "symbol": "SYNTHETIC",
            "timeframe": "M5",
            "start": "2020-01-06",
            "end": "2020-01-11",
        }
        with transaction(self.connection):
            return submit(self.connection, self.home, parse_request(request | values))

    def slow(self, seconds: float = 0.01, **values: object) -> int:
        """Store a run of a strategy that takes its time."""
        if not (self.home.strategies / "slow.py").exists():
            self.write_strategy(SLOW, "slow")
        return self.submit("slow", params={"seconds": seconds}, **values)

    def start(self) -> Identity:
        """Make sure of a runner; return who it is."""
        ensure_runner(self.home)
        return self.runner()

    def run(self, run_id: int) -> RunRecord:
        """Return the run as it is now."""
        record = runs.get(self.connection, run_id)
        assert record is not None
        return record

    def runner(self) -> Identity:
        """Return who the runner is, once it has said so."""
        who = wait_until(self.runner_now, f"a runner says who it is; {self.log()}")
        assert who is not None
        return who

    def runner_now(self) -> Identity | None:
        """Return who the living runner is, None if there is none."""
        record = runner.read(self.connection)
        who = None if record is None else Identity(record.pid, record.process_start, record.boot)
        return who if who is not None and who.lives() else None

    def worker(self, run_id: int) -> Identity:
        """Return who works on a run, once it has simulated some of it."""
        self.wait_for_progress(run_id)
        job = self.run(run_id).job
        assert job is not None
        assert job.pid is not None
        who = identity(job.pid)
        assert who is not None
        return who

    def wait_for_progress(self, run_id: int) -> None:
        """Wait until a run is under way and has passed its first bars."""

        def simulating() -> bool:
            record = self.run(run_id)
            assert record.status not in ENDED, record.error_message
            return record.job is not None and record.job.pid is not None and record.job.bars_done > 0

        wait_until(simulating, f"run {run_id} makes progress; {self.log()}")

    def wait(self, run_id: int, seconds: float = 30.0) -> RunRecord:
        """Return the run once it has ended."""
        wait_until(lambda: self.run(run_id).status in ENDED, f"run {run_id} ends; {self.log()}", seconds)
        return self.run(run_id)

    def finish(self, run_id: int) -> RunRecord:
        """Return the run once it has completed."""
        record = self.wait(run_id)
        assert record.status == "completed", (record.error_message, read_run_log(self.home, run_id))
        return record

    def log(self) -> str:
        """Return what the runner wrote, for a failing test."""
        path = runner_log(self.home)
        return path.read_text() if path.exists() else "there is no log"

    def processes(self) -> list[psutil.Process]:
        """Return every living process that was started for this data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.home.path) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def wait_until_empty(self, seconds: float = 20.0) -> None:
        """Wait until no process of this data folder is left."""
        wait_until(lambda: not self.processes(), f"every process ends; {self.log()}", seconds)


@contextmanager
def open_bench(home: Home, bars: Bars) -> Iterator[Bench]:
    """Make a store with a sample market; at the end no process of it is left."""
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        import_bars(home, connection, bars, dialect="synthetic")
        bench = Bench(home, connection)
        try:
            yield bench
        finally:
            for process in bench.processes():
                end(process.pid)
            bench.wait_until_empty()


def end(pid: int) -> None:
    """Kill a process that may have gone meanwhile."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
