"""Real runners and real workers, from the submission to the end of every process."""

import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import psutil
import pytest

from core.jobs.launch import ensure_runner, runner_status
from core.jobs.lock import RunnerLock
from core.jobs.logs import read_run_log
from core.jobs.places import configured_places, cores
from core.jobs.process import identity
from core.jobs.state import RunnerState
from db import curves, jobs, runner, runs, trades
from db.connection import connect, transaction
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


def test_a_run_finishes_without_its_runner_and_its_result_is_found(bench: Bench) -> None:
    """The trap of inherited SQLite locks: a commit into a log that the last other connection removed."""
    run_id = bench.slow(0.004, end="2020-01-09")
    who = bench.start()
    worker = bench.worker(run_id)
    os.kill(who.pid, signal.SIGKILL)
    wait_until(lambda: not who.lives(), "the runner is dead")
    bench.connection.close()
    for _ in range(5):  # the last one to close removes the log, if nobody else seems to be there
        visitor = connect(bench.home.store)
        visitor.execute("SELECT count(*) FROM backtest_runs").fetchone()
        visitor.close()
    assert worker.lives()
    wait_until(lambda: not worker.lives(), "the worker finishes by itself", 60)
    bench.connection = connect(bench.home.store)
    run = bench.run(run_id)
    assert run.status == "completed"
    assert trades.count(bench.connection, run_id) == run.total_trades
    assert bench.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_the_lock_of_a_killed_runner_is_free_while_its_worker_lives(bench: Bench) -> None:
    """The trap of the inherited descriptor: the lock would last as long as the run."""
    run_id = bench.slow()
    who = bench.start()
    worker = bench.worker(run_id)
    os.kill(who.pid, signal.SIGKILL)
    wait_until(lambda: not who.lives(), "the runner is dead")
    lock = RunnerLock(bench.home.lock)
    assert lock.take()
    assert worker.lives()
    lock.release()


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


@pytest.mark.slow
def test_an_adopted_worker_that_dies_is_told_as_unwatched(bench: Bench) -> None:
    run_id = bench.slow()
    first = bench.start()
    worker = bench.worker(run_id)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.lives(), "the runner is dead")
    bench.start()
    os.kill(worker.pid, signal.SIGKILL)
    run = bench.wait(run_id, 10)
    assert run.status == "failed"
    assert "no runner watched" in (run.error_message or "")


def test_a_run_whose_worker_and_runner_were_killed_is_found_interrupted(bench: Bench) -> None:
    run_id, next_id = bench.slow(), bench.submit()
    who = bench.start()
    worker = bench.worker(run_id)
    os.kill(who.pid, signal.SIGKILL)
    os.kill(worker.pid, signal.SIGKILL)
    wait_until(lambda: not who.lives(), "the runner is dead")
    bench.start()
    assert bench.wait(run_id, 10).status == "failed"
    assert bench.finish(next_id).status == "completed"


@pytest.mark.parametrize(("number", "name"), [(signal.SIGKILL, "SIGKILL"), (signal.SIGSEGV, "SIGSEGV")])
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


def test_a_stopped_worker_is_not_failed_and_goes_on(bench: Bench) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    next_id = bench.submit()
    bench.finish(next_id)
    assert bench.run(run_id).status == "running"
    os.kill(worker.pid, signal.SIGCONT)
    bench.finish(run_id)


@pytest.mark.slow
def test_a_stopped_worker_can_be_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    os.kill(bench.worker(run_id).pid, signal.SIGSTOP)
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 6).status == "cancelled"


def test_a_pending_run_is_cancelled_at_once(bench: Bench) -> None:
    run_id = bench.submit()
    runs.request_cancel(bench.connection, [run_id])
    assert bench.run(run_id).status == "cancelled"
    bench.start()
    bench.finish(bench.submit())
    assert bench.run(run_id).status == "cancelled"


def test_a_running_run_stops_when_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    runs.request_cancel(bench.connection, [run_id])
    run = bench.wait(run_id, 2)
    assert (run.status, run.error_message) == ("cancelled", None)
    wait_until(lambda: not worker.lives(), "the worker is gone", 5)


def test_a_cancelled_run_that_is_killed_ends_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    runs.request_cancel(bench.connection, [run_id])
    os.kill(worker.pid, signal.SIGKILL)
    assert bench.wait(run_id, 6).status == "cancelled"


ENDLESS = """
import signal
import subprocess
import time

from core.strategies import Strategy


class Endless(Strategy):
    def on_bar(self, context):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
        print(child.pid, flush=True)
        while True:
            pass
"""


@pytest.mark.slow
def test_an_endless_run_that_ignores_signals_is_ended_with_what_it_started(bench: Bench) -> None:
    bench.write_strategy(ENDLESS)
    run_id = bench.submit("endless")
    bench.start()
    said = wait_until(lambda: read_run_log(bench.home, run_id), "the strategy is under way")
    child = identity(int(said[0]))
    assert child is not None
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 6).status == "cancelled"
    wait_until(lambda: not child.lives(), "the child of the strategy is gone", 5)


LEAVING_CHILDREN = """
import subprocess

from core.strategies import Strategy


class LeavingChildren(Strategy):
    def on_bar(self, context):
        if context.index % 100 == 0:
            print(subprocess.Popen(["sleep", "3600"], start_new_session=True).pid, flush=True)
"""


@pytest.mark.slow
def test_what_a_strategy_leaves_behind_is_ended_with_its_run(bench: Bench) -> None:
    bench.write_strategy(LEAVING_CHILDREN)
    run_id = bench.submit("leaving_children")
    bench.start()
    bench.finish(run_id)
    pids = [int(pid) for pid in read_run_log(bench.home, run_id)]
    assert len(pids) > 10
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), "all children are gone", 10)


AT = "At bar 51 (2020-01-06 04:15 UTC): "


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ValueError('no \\x1b]0;luck\\x07')", f"mine.py, line 7: {AT}ValueError: no"),
        ("import sys; sys.exit(0)", f"mine.py, line 7: {AT}The strategy left the program with exit(0)."),
        ("import os; os._exit(0)", "exit code 0 and without a result"),
        ("import os; os._exit(7)", "exit code 7 and without a result"),
        ("raise KeyboardInterrupt", f"mine.py, line 7: {AT}KeyboardInterrupt"),
        ("raise MemoryError", "out of memory"),
        ("context.buy(stop=float('nan'))", "mine.py, line 7"),
    ],
)
def test_a_strategy_that_leaves_fails_with_file_and_line(bench: Bench, code: str, told: str) -> None:
    bench.write_strategy(
        "from core.strategies import Strategy\n\n\nclass Leaving(Strategy):\n"
        f"    def on_bar(self, context):\n        if context.index > 50:\n            {code}\n"
    )
    run_id = bench.submit("leaving")
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert told in (run.error_message or "")
    assert (run.error_message or "").isprintable()


def test_a_strategy_that_forks_stores_one_result(bench: Bench) -> None:
    bench.write_strategy(
        "import os\n\nfrom core.strategies import Strategy\n\n\nclass Forking(Strategy):\n"
        "    def on_bar(self, context):\n        if context.index == 50:\n            os.fork()\n"
    )
    run_id = bench.submit("forking")
    bench.start()
    bench.finish(run_id)
    assert trades.count(bench.connection, run_id) == 0


def test_what_a_strategy_prints_is_kept_up_to_a_bound(bench: Bench) -> None:
    bench.write_strategy(
        "from core.strategies import Strategy\n\n\nclass Talking(Strategy):\n"
        "    def on_bar(self, context):\n        print('x' * 100_000)\n"
    )
    run_id = bench.submit("talking")
    bench.start()
    bench.finish(run_id)
    log = bench.home.logs / f"run-{run_id}.log"
    assert log.stat().st_size < 1_100_000
    assert log.stat().st_mode & 0o077 == 0


def test_memory_that_is_not_there_fails_the_run_alone(bench: Bench) -> None:
    bench.write_strategy(
        "import numpy as np\nimport resource\n\nfrom core.strategies import Strategy\n\n\n"
        "class Greedy(Strategy):\n    def on_bar(self, context):\n"
        "        size = int(open('/proc/self/statm').read().split()[0]) * 4096\n"
        "        resource.setrlimit(resource.RLIMIT_AS, (size + 10_000_000, size + 10_000_000))\n"
        "        self.much = [bytes(1_000_000) for _ in range(1000)]\n"
    )
    run_id, next_id = bench.submit("greedy"), bench.submit()
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "out of memory" in (run.error_message or "")
    bench.finish(next_id)


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


def test_a_run_claimed_by_a_dead_runner_goes_back_to_the_queue(bench: Bench) -> None:
    run_id = bench.submit()
    claim = jobs.claim_next(bench.connection, jobs.new_token())
    assert claim is not None
    bench.start()
    run = bench.finish(run_id)
    assert run.job is not None
    assert (run.job.attempts, run.job.attempt != claim.attempt) == (2, True)
    assert not jobs.attach(bench.connection, claim.attempt, os.getpid(), 1.0, "late")


def test_many_short_runs_are_all_done_once(bench: Bench) -> None:
    ids = [bench.submit() for _ in range(30)]
    bench.start()
    for run_id in ids:
        run = bench.finish(run_id)
        assert run.job is not None
        assert run.job.attempts == 1


@pytest.mark.slow
def test_a_runner_of_another_environment_takes_over_and_adopts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = bench.slow(0.004, end="2020-01-09")
    first = bench.start()
    worker = bench.worker(run_id)
    monkeypatch.setenv("BACKTAPE_LLM_API_KEY", "sentinel-key")
    next_id = bench.submit()
    ensure_runner(bench.home, hand_over=False)
    assert bench.runner() == first
    ensure_runner(bench.home)
    wait_until(lambda: bench.runner_now() not in {first, None}, "another runner serves")
    second = bench.runner()
    assert first.lives()
    bench.finish(next_id)
    run = bench.finish(run_id)
    assert run.job is not None
    assert run.job.pid == worker.pid
    wait_until(lambda: not first.lives(), "the first runner leaves when its worker has ended")
    assert second.lives()
    assert_nowhere(bench.home.path, b"sentinel-key")


def test_a_result_that_an_upgraded_store_refuses_is_kept_and_stored_later(bench: Bench) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    first = bench.start()
    worker = bench.worker(run_id)
    revision = bench.connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    bench.connection.execute("UPDATE alembic_version SET version_num = 'newer'")
    wait_until(lambda: not first.lives(), "the runner of the old schema leaves", 5)
    wait_until(lambda: not worker.lives(), "the worker finishes")
    assert bench.run(run_id).status == "running"
    assert len(list(bench.home.spool.iterdir())) == 1
    bench.connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    bench.start()
    run = bench.finish(run_id)
    assert trades.count(bench.connection, run_id) == run.total_trades
    wait_until(lambda: not list(bench.home.spool.iterdir()), "nothing is left beside the store")


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


def test_a_runner_ends_when_the_store_is_taken_away(bench: Bench) -> None:
    bench.submit()
    who = bench.start()
    bench.home.store.rename(bench.home.path / "elsewhere.db")
    wait_until(lambda: not who.lives(), "the runner ends", 5)
    assert not bench.home.store.exists()


@pytest.mark.slow
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


def assert_nowhere(folder: Path, secret: bytes) -> None:
    holders = [path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert holders == []


@pytest.mark.slow
def test_a_runner_that_is_told_to_end_leaves_its_worker_alone(bench: Bench) -> None:
    run_id = bench.slow(0.004, end="2020-01-09")
    who = bench.start()
    worker = bench.worker(run_id)
    os.kill(who.pid, signal.SIGTERM)
    wait_until(lambda: not who.lives(), "the runner ends", 5)
    assert worker.lives()
    assert runner.read(bench.connection) is None
    bench.finish(run_id)


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


def test_the_csv_of_a_resampled_run_is_there_after_its_result(bench: Bench) -> None:
    run_id = bench.submit(timeframe="H1", start=None, end=None)
    bench.start()
    run = bench.finish(run_id)
    assert run.data_file_path is not None
    path = Path(run.data_file_path)
    wait_until(path.exists, "the CSV is written")
    assert path.read_text().startswith("time,open,high,low,close,volume")


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


def test_as_many_run_at_once_as_the_config_says(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKTAPE_WORKERS")
    bench.home.config.write_text("[runner]\nworkers = 1\n")
    first, second = bench.slow(0.001, end="2020-01-08"), bench.slow(0.001, end="2020-01-08")
    bench.start()
    bench.wait_for_progress(first)
    assert bench.run(second).status == "pending"
    bench.finish(second)
