"""What else a real runner and its workers do with the runs of a queue."""

import os
from pathlib import Path

import psutil
import pytest

from db import runs
from db.connection import transaction
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

pytestmark = pytest.mark.slow


def test_no_file_of_the_store_and_no_lock_is_handed_down_to_a_worker(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = psutil.Process(bench.worker(run_id).pid)
    opened = [file.path for file in worker.open_files()]
    assert str(bench.home.lock) not in opened
    assert opened.count(str(bench.home.store)) == 1


def test_a_worker_has_a_session_of_its_own_and_no_terminal(bench: Bench) -> None:
    run_id = bench.slow()
    who = bench.start()
    worker = bench.worker(run_id)
    assert os.getsid(worker.pid) == worker.pid
    assert os.getsid(who.pid) == who.pid
    assert psutil.Process(worker.pid).terminal() is None


def test_a_pending_run_is_cancelled_at_once(bench: Bench) -> None:
    run_id = bench.submit()
    runs.request_cancel(bench.connection, [run_id])
    assert bench.run(run_id).status == "cancelled"
    bench.start()
    bench.finish(bench.submit())
    assert bench.run(run_id).status == "cancelled"


def test_a_deleted_run_under_way_is_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    with transaction(bench.connection):
        runs.delete(bench.connection, [run_id])
    wait_until(lambda: not worker.lives(), "the worker stops", 6)
    record = runs.get(bench.connection, run_id, deleted=True)
    assert record is not None
    assert record.status == "cancelled"


def test_many_short_runs_are_all_done_once(bench: Bench) -> None:
    ids = [bench.submit() for _ in range(30)]
    bench.start()
    for run_id in ids:
        run = bench.finish(run_id)
        assert run.job is not None
        assert run.job.attempts == 1


def test_as_many_run_at_once_as_the_config_says(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKTAPE_WORKERS")
    bench.home.config.write_text("[runner]\nworkers = 1\n")
    first, second = bench.slow(0.001, end="2020-01-08"), bench.slow(0.001, end="2020-01-08")
    bench.start()
    bench.wait_for_progress(first)
    assert bench.run(second).status == "pending"
    bench.finish(second)


def test_the_same_request_twice_gives_the_same_trades(bench: Bench) -> None:
    first, second = bench.submit(end=None), bench.submit(end=None)
    bench.start()
    bench.finish(first)
    bench.finish(second)

    def told(run_id: int) -> list[tuple[object, ...]]:
        return bench.connection.execute(
            "SELECT entry_time, exit_time, entry_price, exit_price, profit FROM backtest_trades"
            " WHERE run_id = ? ORDER BY id",
            (run_id,),
        ).fetchall()

    assert told(first) == told(second) != []


def test_the_csv_of_a_resampled_run_is_there_after_its_result(bench: Bench) -> None:
    run_id = bench.submit(timeframe="H1", start=None, end=None)
    bench.start()
    run = bench.finish(run_id)
    assert run.data_file_path is not None
    path = Path(run.data_file_path)
    wait_until(path.exists, "the CSV is written")
    assert path.read_text().startswith("time,open,high,low,close,volume")


def test_a_run_whose_bars_are_changed_under_way_is_refused(bench: Bench) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    bench.start()
    bench.worker(run_id)
    column = next(bench.home.library.rglob("high.npy"))
    data = bytearray(column.read_bytes())
    data[-1] ^= 1
    column.write_bytes(data)
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "not the one that was imported" in (run.error_message or "")


def test_an_idle_runner_clears_away_what_was_deleted_long_ago(bench: Bench) -> None:
    talking = "class Talking(Strategy):\n    def on_bar(self, context):\n        print(context.time)\n"
    bench.write_strategy(f"from core.strategies import Strategy\n\n\n{talking}")
    run_id, kept_id, silent_id = bench.submit("talking"), bench.submit("talking"), bench.submit()
    bench.start()
    for number in (run_id, kept_id, silent_id):
        bench.finish(number)
    bench.wait_until_empty()
    assert len(list(bench.home.logs.glob("run-*.log"))) == 2
    with transaction(bench.connection):
        runs.delete(bench.connection, [run_id, kept_id])
        bench.connection.execute(
            "UPDATE backtest_runs SET deleted_at = '2020-01-01 00:00:00.000000' WHERE id = ?", (run_id,)
        )
    bench.start()
    bench.wait_until_empty()
    assert runs.get(bench.connection, run_id, deleted=True) is None
    assert runs.get(bench.connection, kept_id, deleted=True) is not None
    assert [path.name for path in bench.home.logs.glob("run-*.log")] == [f"run-{kept_id}.log"]
