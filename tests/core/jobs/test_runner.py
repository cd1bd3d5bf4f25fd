"""Real runners and real workers, from the submission to the end of every process."""

import os
import signal
import sqlite3
import threading
import time

import psutil
import pytest

from core.jobs.launch import ensure_runner, runner_status
from core.jobs.lock import RunnerLock
from core.jobs.places import configured_places, cores
from core.jobs.state import RunnerState
from db import curves, runner, runs, trades
from tests.core.jobs.bench import Bench
from tests.processes import wait_until


def test_a_run_goes_from_the_queue_to_its_stored_result(bench: Bench) -> None:
    run_id = bench.submit("donchian_breakout", start=None, end=None, execution_mode="intra_candle")
    bench.start()
    run = bench.finish(run_id)
    assert run.progress_pct == 100
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.total_trades == trades.count(bench.connection, run_id) > 0
    assert run.statistics["final_equity"] == pytest.approx(
        trades.all_of(bench.connection, run_id)[-1].equity_after
    )
    curve = curves.get(bench.connection, run_id)
    assert curve is not None
    assert curve.points == 18_000
    assert len(curve.preview) < 4000


def test_a_warm_runner_has_one_thread_and_never_loaded_pandas_or_pyarrow(bench: Bench) -> None:
    run_id = bench.submit()
    who = bench.start()
    bench.finish(run_id)
    process = psutil.Process(who.pid)
    assert process.num_threads() == 1
    loaded = [region.path for region in process.memory_maps()]
    assert any("numba" in path for path in loaded)
    assert not any("pandas" in path or "pyarrow" in path for path in loaded)


def test_a_new_runner_adopts_the_worker_of_a_killed_one(bench: Bench) -> None:
    run_id = bench.slow(0.004, end="2020-01-09")
    first = bench.start()
    worker = bench.worker(run_id)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.lives(), "the runner is dead")
    second = bench.start()
    assert second != first
    run = bench.finish(run_id)
    assert run.job is not None
    assert (run.job.pid, run.job.attempts) == (worker.pid, 1)


@pytest.mark.parametrize(
    ("number", "name"),
    [(signal.SIGKILL, "SIGKILL"), pytest.param(signal.SIGSEGV, "SIGSEGV", marks=pytest.mark.slow)],
)
def test_a_killed_worker_fails_with_its_signal_and_the_queue_goes_on(
    bench: Bench, number: signal.Signals, name: str
) -> None:
    run_id, next_id = bench.slow(), bench.submit()
    bench.start()
    os.kill(bench.worker(run_id).pid, number)
    run = bench.wait(run_id, 10)
    assert run.status == "failed"
    assert f"signal {int(number)} ({name})" in (run.error_message or "")
    assert 0 < run.progress_pct < 100
    bench.finish(next_id)


def test_a_running_run_stops_when_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    runs.request_cancel(bench.connection, [run_id])
    run = bench.wait(run_id, 2)
    assert (run.status, run.error_message) == ("cancelled", None)
    wait_until(lambda: not worker.lives(), "the worker is gone", 5)


def test_five_starts_at_once_make_one_runner(bench: Bench) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    threads = [threading.Thread(target=ensure_runner, args=[bench.home]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    who = bench.runner()
    worker = bench.worker(run_id)
    wait_until(
        lambda: {process.pid for process in bench.processes()} == {who.pid, worker.pid},
        "only one runner and its worker stay",
    )
    run = bench.finish(run_id)
    assert run.job is not None
    assert run.job.attempts == 1


def test_an_idle_runner_leaves_no_process_and_no_log_behind(bench: Bench) -> None:
    run_id = bench.submit()
    bench.start()
    bench.finish(run_id)
    bench.wait_until_empty()
    assert runner.read(bench.connection) is None
    assert RunnerLock(bench.home.lock).take(0)
    wait_until(lambda: not list(bench.home.spool.iterdir()), "nothing is left beside the store")


def test_a_runner_says_what_it_does(bench: Bench) -> None:
    assert runner_status(bench.connection).text() == "no runner"
    first, second, third = (bench.slow() for _ in range(3))
    assert runner_status(bench.connection).text() == "no runner, 3 waiting"
    bench.start()
    bench.worker(first)
    bench.worker(second)
    wait_until(
        lambda: runner_status(bench.connection).text() == "2 running, 1 waiting", "the status is right"
    )
    runs.request_cancel(bench.connection, [first, second, third])
    wait_until(lambda: runner_status(bench.connection).state is RunnerState.IDLE, "the runner is idle")
    assert runner_status(bench.connection).text() == "idle"


WAITING = """
import time
from pathlib import Path

from core.strategies import Strategy, parameter


class Waiting(Strategy):
    folder: str = parameter("")

    def on_bar(self, context):
        if context.index < 300:
            time.sleep(0.002)
        if context.index == 300:
            while not (Path(self.folder) / "go").exists():
                time.sleep(0.01)
            (Path(self.folder) / "gone").touch()
"""


def test_a_result_that_meets_a_busy_store_waits_for_it(bench: Bench) -> None:
    bench.write_strategy(WAITING, "waiting")
    run_id = bench.submit("waiting", params={"folder": str(bench.home.path)}, end="2020-01-08")
    bench.start()
    worker = bench.worker(run_id)
    with sqlite3.connect(bench.home.store, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        (bench.home.path / "go").touch()
        wait_until((bench.home.path / "gone").exists, "the strategy decides nothing slowly any more")
        for _ in range(10):
            assert worker.lives()
            assert bench.run(run_id).status == "running"
            time.sleep(0.1)
        other.execute("ROLLBACK")
    other.close()
    bench.finish(run_id)


def test_how_many_work_at_once_is_said_by_the_environment_then_the_config_then_the_cores(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_WORKERS", "5")
    bench.home.config.write_text("[runner]\nworkers = 3\n")
    assert configured_places(bench.home).computing == 5
    monkeypatch.delenv("BACKTAPE_WORKERS")
    assert configured_places(bench.home).computing == 3
    bench.home.config.write_text("[runner]\nworkers = 0\n")
    assert configured_places(bench.home).computing == cores()
    bench.home.config.unlink()
    assert configured_places(bench.home).computing == cores()
