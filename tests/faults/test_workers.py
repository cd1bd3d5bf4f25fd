"""Workers that are killed, stopped, starved or never come to life."""

import os
import resource
import signal

import psutil
import pytest

from core.jobs.logs import read_run_log
from core.jobs.process import Identity
from core.jobs.repeat import plan_repeat, store_repeat
from db import runs
from tests.core.jobs.bench import Bench, end
from tests.processes import wait_until

GREEDY = """
import time

from core.strategies import Strategy


class Greedy(Strategy):
    \"\"\"Holds on to a megabyte at every bar.\"\"\"

    def on_bar(self, context):
        self.held = [*getattr(self, "held", []), bytes(1_000_000)]
        time.sleep(0.005)
"""


def half_way(bench: Bench, run_id: int) -> Identity:
    """Wait until a run is at half of its bars; return its worker."""
    worker = bench.worker(run_id)
    wait_until(lambda: bench.run(run_id).progress_pct >= 50, f"run {run_id} is half-way")
    return worker


def test_a_worker_killed_half_way_is_told_with_its_progress_and_its_run_is_repeated(bench: Bench) -> None:
    run_id, waiting = bench.slow(0.003, end="2020-01-08"), bench.submit()
    bench.start()
    before = bench.run(run_id)
    os.kill(half_way(bench, run_id).pid, signal.SIGKILL)
    run = bench.wait(run_id, 10)
    assert run.status == "failed"
    assert "killed by signal 9 (SIGKILL)" in (run.error_message or "")
    assert 50 <= run.progress_pct < 100
    assert (run.params, run.settings, run.strategy_version) == (
        before.params,
        before.settings,
        before.strategy_version,
    )
    bench.finish(waiting)
    again = store_repeat(bench.connection, plan_repeat(bench.connection, bench.home, run))
    bench.start()
    assert bench.finish(again).params == run.params


@pytest.mark.slow
def test_memory_taken_from_a_worker_under_way_fails_its_run_alone(bench: Bench) -> None:
    bench.write_strategy(GREEDY)
    run_id, other = bench.submit("greedy"), bench.slow(0.002)
    bench.start()
    worker = bench.worker(run_id)
    now = psutil.Process(worker.pid).memory_info().vms
    limit = max(300_000_000, now + 20_000_000)
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (limit, limit))
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "out of memory" in (run.error_message or "")
    bench.finish(other)


@pytest.mark.slow
def test_a_worker_without_a_byte_to_spare_still_leaves_a_reason(bench: Bench) -> None:
    bench.write_strategy(GREEDY)
    run_id = bench.submit("greedy")
    bench.start()
    worker = bench.worker(run_id)
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (300_000_000, 300_000_000))
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "memory" in (run.error_message or "")


@pytest.mark.parametrize("after", ["stop", pytest.param("cancel", marks=pytest.mark.slow)])
def test_a_worker_that_is_frozen_and_killed_has_one_end(bench: Bench, after: str) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    if after == "cancel":
        runs.request_cancel(bench.connection, [run_id])
    os.kill(worker.pid, signal.SIGKILL)
    run = bench.wait(run_id, 10)
    assert run.status == ("cancelled" if after == "cancel" else "failed")


@pytest.mark.slow
def test_a_frozen_worker_that_wakes_up_after_its_cancel_writes_nothing(bench: Bench) -> None:
    run_id = bench.slow(0.001, end="2020-01-08")
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 8).status == "cancelled"
    assert not worker.lives()


@pytest.mark.slow
@pytest.mark.parametrize("again", [False, True])
def test_a_cancel_that_meets_the_end_of_its_run_is_one_or_the_other(bench: Bench, again: bool) -> None:
    run_id = bench.slow(0.001, end="2020-01-08")
    bench.start()
    bench.worker(run_id)
    wait_until(lambda: bench.run(run_id).progress_pct >= 90, "the run is near its end")
    runs.request_cancel(bench.connection, [run_id])
    if again:
        runs.request_cancel(bench.connection, [run_id])
        worker = bench.run(run_id).job
        assert worker is not None
        end(worker.pid or 0)
    run = bench.wait(run_id, 5)
    assert run.status in {"cancelled", "completed"}
    assert run.error_message is None
    assert (run.total_trades is None) == (run.status == "cancelled")


ENDLESS = """
import signal
import time

from core.strategies import Strategy


class Endless(Strategy):
    def on_bar(self, context):
        print("here", flush=True)
        {body}
"""
SLEEPING = "time.sleep(1e9)"
SPINNING = "exec('while True: pass')"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1e9)"


@pytest.mark.slow
@pytest.mark.parametrize("body", [SLEEPING, SPINNING, DEAF])
def test_a_strategy_without_an_end_is_cancelled_within_seconds(bench: Bench, body: str) -> None:
    bench.write_strategy(ENDLESS.format(body=body))
    run_id = bench.submit("endless")
    bench.start()
    wait_until(lambda: "here" in read_run_log(bench.home, run_id), "the strategy is under way")
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 6).status == "cancelled"
