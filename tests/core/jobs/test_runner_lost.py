"""Runners and workers that are killed, stopped or replaced while others work on."""

import os
import signal
from pathlib import Path

import pytest

from core.jobs.launch import ensure_runner
from core.jobs.lock import RunnerLock
from db import jobs, runner, runs, trades
from db.connection import connect
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

pytestmark = pytest.mark.slow


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


def test_a_run_claimed_by_a_dead_runner_goes_back_to_the_queue(bench: Bench) -> None:
    run_id = bench.submit()
    claim = jobs.claim_next(bench.connection, jobs.new_token())
    assert claim is not None
    bench.start()
    run = bench.finish(run_id)
    assert run.job is not None
    assert (run.job.attempts, run.job.attempt != claim.attempt) == (2, True)
    assert not jobs.attach(bench.connection, claim.attempt, os.getpid(), 1.0, "late")


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


def test_a_stopped_worker_can_be_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    os.kill(bench.worker(run_id).pid, signal.SIGSTOP)
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 6).status == "cancelled"


def test_a_cancelled_run_that_is_killed_ends_cancelled(bench: Bench) -> None:
    run_id = bench.slow()
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    runs.request_cancel(bench.connection, [run_id])
    os.kill(worker.pid, signal.SIGKILL)
    assert bench.wait(run_id, 6).status == "cancelled"


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


def assert_nowhere(folder: Path, secret: bytes) -> None:
    holders = [path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert holders == []


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


def test_a_runner_ends_when_the_store_is_taken_away(bench: Bench) -> None:
    bench.submit()
    who = bench.start()
    bench.home.store.rename(bench.home.path / "elsewhere.db")
    wait_until(lambda: not who.lives(), "the runner ends", 5)
    assert not bench.home.store.exists()


def test_a_runner_that_is_told_to_end_leaves_its_worker_alone(bench: Bench) -> None:
    run_id = bench.slow(0.004, end="2020-01-09")
    who = bench.start()
    worker = bench.worker(run_id)
    os.kill(who.pid, signal.SIGTERM)
    wait_until(lambda: not who.lives(), "the runner ends", 5)
    assert worker.lives()
    assert runner.read(bench.connection) is None
    bench.finish(run_id)
