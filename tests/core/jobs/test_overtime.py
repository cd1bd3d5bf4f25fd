"""When a supervisor ends a worker whose time is up, on a clock that is moved by hand."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from core.jobs.handle import StoreHandle
from core.jobs.lasting import Stopwatch
from core.jobs.process import Identity, identity
from core.jobs.supervision import TIME_PATIENCE, Supervisor
from db import jobs
from db.connection import connect
from db.errors import StoreBusyError
from db.jobs import Beat
from tests.core.jobs.bench import Bench
from tests.core.jobs.test_lasting import Clock
from tests.processes import wait_until

LIMIT = 300


@pytest.fixture
def worker() -> Iterator[Identity]:
    """A process that somebody else started, so that it is adopted here."""
    program = "import subprocess, sys; print(subprocess.Popen(['sleep', '600'], stdout=-3, stderr=-3).pid)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    who = identity(int(done.stdout))
    assert who is not None
    yield who
    subprocess.run(["kill", "-KILL", done.stdout.strip()], check=False, capture_output=True)


class Watched:
    """A run of five minutes whose worker is adopted by a supervisor with a clock of ours."""

    def __init__(self, bench: Bench, who: Identity) -> None:
        self.bench, self.who = bench, who
        self.run_id = bench.submit(time_limit_minutes=LIMIT / 60)
        claim = jobs.claim_next(bench.connection, "attempt")
        assert claim is not None
        assert claim.time_limit == LIMIT
        assert jobs.attach(bench.connection, claim.attempt, who.pid, who.start, who.boot)
        self.clock = Clock(0.0)
        self.supervisor = Supervisor(
            bench.home, StoreHandle(bench.home.store), lambda _: 0, gathers=False, watch=Stopwatch(self.clock)
        )
        self.supervisor.look_at_runs()

    def look_at(self, seconds: float) -> None:
        """Let the clock show so many seconds since the first look, and look."""
        self.clock.seconds = seconds
        self.supervisor.look_at_runs()

    def is_settled(self) -> bool:
        """Look, and return whether the run has ended."""
        self.supervisor.look_at_runs()
        return self.bench.run(self.run_id).status != "running"

    def is_ended(self) -> bool:
        """Return whether the worker is gone, if it was killed."""
        return not self.who.lives()


@pytest.fixture
def watched(bench: Bench, worker: Identity) -> Watched:
    return Watched(bench, worker)


def test_a_worker_is_ended_when_its_time_and_the_patience_are_over(watched: Watched) -> None:
    watched.look_at(LIMIT - 0.1)
    watched.look_at(LIMIT)
    watched.look_at(LIMIT + TIME_PATIENCE - 0.1)
    assert watched.who.lives()
    watched.look_at(LIMIT + TIME_PATIENCE)
    wait_until(watched.is_ended, "the worker is killed")
    # A worker that is not reaped yet may still have a parent that writes why.
    wait_until(watched.is_settled, "the run ends")
    run = watched.bench.run(watched.run_id)
    assert run.status == "failed"
    assert run.error_message == (
        "It took longer than the 5 minutes it was given; give it more with --time or shorten the period."
    )


def test_a_clock_of_day_that_jumps_ends_nobody(watched: Watched) -> None:
    watched.bench.connection.execute(
        "UPDATE run_jobs SET claimed_at = '2001-01-01 00:00:00.000000', heartbeat = claimed_at"
    )
    watched.look_at(LIMIT - 1)
    watched.look_at(LIMIT - 0.5)
    assert watched.who.lives()
    assert watched.bench.run(watched.run_id).status == "running"


def test_a_run_without_a_limit_has_no_end(watched: Watched) -> None:
    watched.bench.connection.execute("UPDATE run_jobs SET time_limit = NULL")
    watched.look_at(1e6)
    watched.look_at(2e6)
    assert watched.who.lives()


def test_a_worker_that_has_its_result_may_store_it(watched: Watched) -> None:
    beat = Beat(10, 10, phase=jobs.STORING)
    assert jobs.beat(watched.bench.connection, "attempt", beat) is False
    watched.look_at(LIMIT + 1)
    watched.look_at(LIMIT + 100)
    assert watched.who.lives()


def test_while_another_program_writes_nobody_is_ended_and_the_patience_begins_again(watched: Watched) -> None:
    watched.look_at(LIMIT)
    with closing(connect(watched.bench.home.store)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            watched.look_at(LIMIT + 60)
        other.execute("ROLLBACK")
    watched.look_at(LIMIT + 61)
    assert watched.who.lives()
    watched.look_at(LIMIT + 61 + TIME_PATIENCE)
    wait_until(watched.is_ended, "the worker is killed")


def test_a_cancel_wins_over_the_time(watched: Watched) -> None:
    watched.bench.connection.execute("UPDATE run_jobs SET cancel_requested = 1")
    watched.look_at(LIMIT + 1)
    watched.look_at(LIMIT + 1 + TIME_PATIENCE)
    assert "attempt" not in watched.supervisor._forced


def test_a_limit_that_somebody_else_spoiled_ends_the_run_not_the_supervisor(watched: Watched) -> None:
    watched.bench.connection.execute("UPDATE run_jobs SET time_limit = 'soon'")
    watched.look_at(1)
    assert "what Backtape did not write" in (watched.bench.run(watched.run_id).error_message or "")
