"""Interface, runner and worker killed at the same moment, at many moments."""

import os
import random
import signal
import time

import pytest

from db import runs
from tests.core.jobs.bench import Bench, end
from tests.e2e.terminal import Terminal
from tests.faults.aftermath import shown, without_worker
from tests.processes import wait_until


def kill_everything(bench: Bench, screens: Terminal) -> None:
    """Kill the interface, the runner and every worker."""
    screens.kill()
    for process in bench.processes():  # workers are forks and bear the same command line
        end(process.pid)


def one_moment(bench: Bench, pause: float) -> None:
    """Let a completed, a running and a waiting run be there, kill everything, start again, and look."""
    done = bench.finish(bench.submit())
    before = shown(bench.connection, done.id)
    under_way, other, waiting = bench.slow(0.004), bench.slow(0.004), bench.submit()
    with Terminal(environment=dict(os.environ)) as screens:
        screens.wait_for("slow")
        bench.start()
        time.sleep(pause)
        kill_everything(bench, screens)
    bench.wait_until_empty()
    ended_before = {run_id: bench.run(run_id).status for run_id in (under_way, other, waiting)}
    bench.start()
    wait_until(lambda: not without_worker(bench.connection), "no run is under way without a worker")
    for run_id, status in ended_before.items():
        if status == "running":
            # Claimed, but not yet with a worker: nothing was lost by beginning again.
            run = bench.wait(run_id)
            assert run.status == "completed" or "interrupted" in (run.error_message or "")
    bench.finish(waiting)
    runs.request_cancel(bench.connection, [under_way, other])
    assert bench.wait(under_way).status in {"failed", "cancelled", "completed"}
    assert shown(bench.connection, done.id) == before


def test_everything_killed_at_once_is_found_interrupted_and_the_queue_goes_on(bench: Bench) -> None:
    one_moment(bench, 0.6)
    failed = [job for job in _failed(bench) if "interrupted" in job]
    assert failed


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_everything_killed_at_twenty_five_random_moments_loses_nothing(bench: Bench) -> None:
    chance = random.Random(25)
    for _ in range(25):
        one_moment(bench, chance.uniform(0.0, 1.5))


@pytest.mark.slow
def test_screens_that_are_killed_show_the_run_at_its_true_progress_when_they_come_again(
    bench: Bench,
) -> None:
    run_id = bench.slow(0.004)
    bench.start()
    worker = bench.worker(run_id)
    with Terminal() as screens:
        screens.wait_for("slow")
        screens.kill(signal.SIGKILL)
        screens.wait_for_exit()
    with Terminal() as screens:
        screens.wait_for(lambda text: "slow" in text and "%" in text)
        assert bench.worker(run_id) == worker
    assert bench.finish(run_id).job is not None


def _failed(bench: Bench) -> list[str]:
    rows = bench.connection.execute("SELECT error_message FROM backtest_runs WHERE status = 'failed'")
    return [row[0] for row in rows.fetchall()]
