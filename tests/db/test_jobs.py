import shutil
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from db import curves, jobs, runs, trades
from db.connection import StoreConnection, connect, transaction
from db.errors import StoreBusyError, StoreChangedError, StoreReplacedError
from db.jobs import Beat, Claim, RunResult
from db.runs import RunRecord
from tests.conftest import ROOT
from tests.db.samples import CURVE, add_run, claimed, finished_run, result, trade_row


def run(connection: StoreConnection, run_id: int) -> RunRecord:
    record = runs.get(connection, run_id, deleted=True)
    assert record is not None
    return record


def test_the_oldest_waiting_run_is_claimed_first(connection: StoreConnection) -> None:
    first, second = add_run(connection), add_run(connection)
    assert jobs.claim_next(connection, "one") == Claim(first, "one", uses_model=False, number=1)
    assert jobs.claim_next(connection, "two") == Claim(second, "two", uses_model=False, number=1)
    assert jobs.claim_next(connection, "three") is None
    claimed_run = run(connection, first)
    assert claimed_run.status == "running"
    assert claimed_run.started_at is not None
    assert claimed_run.job is not None
    assert (claimed_run.job.attempt, claimed_run.job.attempts, claimed_run.job.pid) == ("one", 1, None)


def test_runs_that_ask_a_model_are_claimed_apart(connection: StoreConnection) -> None:
    model, plain = add_run(connection, uses_model=True), add_run(connection)
    assert jobs.claim_next(connection, "a", uses_model=False) == Claim(plain, "a", uses_model=False, number=1)
    assert jobs.claim_next(connection, "b", uses_model=False) is None
    assert jobs.claim_next(connection, "c", uses_model=True) == Claim(model, "c", uses_model=True, number=1)


def test_a_run_has_the_same_time_at_every_attempt(connection: StoreConnection) -> None:
    run_id = add_run(connection, time_limit=300)
    first = jobs.claim_next(connection, "one")
    assert first == Claim(run_id, "one", uses_model=False, number=1, time_limit=300)
    assert jobs.requeue(connection, run_id, "one")
    second = jobs.claim_next(connection, "two")
    assert second == Claim(run_id, "two", uses_model=False, number=2, time_limit=300)
    assert [job.time_limit for job in jobs.active(connection)] == [300]


def test_a_worker_computes_until_it_says_that_it_stores(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert jobs.claim_next(connection, "one") is not None
    assert jobs.attach(connection, "one", 1, 0.0, "boot")
    assert jobs.is_computing(connection, "one")
    jobs.beat(connection, "one", Beat(5, 10, phase="simulating"))
    assert jobs.is_computing(connection, "one")
    jobs.beat(connection, "one", Beat(10, 10, phase=jobs.STORING))
    assert not jobs.is_computing(connection, "one")
    assert not jobs.is_computing(connection, "another")
    jobs.beat(connection, "one", Beat(5, 10, phase="simulating"))
    jobs.end(connection, run_id, "one", "failed", "for a test")
    assert not jobs.is_computing(connection, "one")


def test_a_deleted_run_is_never_claimed(connection: StoreConnection) -> None:
    runs.delete(connection, [add_run(connection)])
    assert jobs.claim_next(connection, "one") is None
    assert jobs.waiting(connection) == 0


def test_two_that_claim_at_once_share_the_runs_without_one_twice(store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        wanted = [add_run(connection) for _ in range(30)]
    barrier, found = threading.Barrier(4), list[int]()

    def claim_all(name: str) -> None:
        with closing(connect(store_path)) as own:
            barrier.wait(30)
            number = 0
            while claim := jobs.claim_next(own, f"{name}-{number}"):
                found.append(claim.run_id)
                number += 1

    threads = [threading.Thread(target=claim_all, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == wanted


def test_an_attempt_is_taken_by_one_worker_only(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    jobs.claim_next(connection, "one")
    assert jobs.attach(connection, "one", 100, 5.5, "boot")
    assert not jobs.attach(connection, "one", 200, 6.5, "boot")
    assert not jobs.attach(connection, "other", 200, 6.5, "boot")
    job = jobs.get(connection, run_id)
    assert job is not None
    assert (job.pid, job.process_start, job.boot) == (100, 5.5, "boot")
    assert job.heartbeat is not None


def test_two_processes_that_attach_at_once_leave_one_owner(store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        add_run(connection)
        jobs.claim_next(connection, "one")
    script = (
        "import os, sys; from pathlib import Path; from db import jobs; from db.connection import connect\n"
        "print(jobs.attach(connect(Path(sys.argv[1])), 'one', os.getpid(), 1.0, 'boot'))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(store_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    told = {process.pid: process.communicate()[0].strip() for process in processes}
    assert sorted(told.values()) == ["False", "False", "False", "True"]
    with closing(connect(store_path)) as connection:
        (job,) = jobs.active(connection)
    assert told[job.pid or 0] == "True"


def test_a_sign_of_life_is_seen_on_the_row_and_brings_the_cancel_flag(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    sign = Beat(2500, 10_000, trades=7, equity=10_050.5, curve=b"live", phase="simulating")
    assert jobs.beat(connection, "token", sign) is False
    job = run(connection, run_id).job
    assert job is not None
    assert (job.bars_done, job.bars_total, job.trades, job.equity) == (2500, 10_000, 7, 10_050.5)
    assert job.phase == "simulating"
    assert run(connection, run_id).progress_pct == 25
    assert curves.live(connection, run_id) == b"live"
    runs.request_cancel(connection, [run_id])
    assert jobs.beat(connection, "token", replace(sign, curve=None)) is True
    assert curves.live(connection, run_id) == b"live"


def test_progress_is_written_only_when_its_integer_changes(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)

    def changes() -> int:
        return int(connection.execute("SELECT total_changes()").fetchone()[0])

    jobs.beat(connection, "token", Beat(1000, 10_000))
    before = changes()
    jobs.beat(connection, "token", Beat(1099, 10_000))
    assert changes() == before + 1
    jobs.beat(connection, "token", Beat(1100, 10_000))
    assert changes() == before + 3
    assert run(connection, run_id).progress_pct == 11


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (0, 10, 0), (999, 1000, 99), (10, 10, 99)])
def test_a_hundred_percent_is_for_a_stored_result(done: int, total: int, percent: int) -> None:
    assert Beat(done, total).progress_pct == percent


def test_a_lost_attempt_can_write_nothing(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection, "old")
    connection.execute("UPDATE run_jobs SET attempt = 'new', pid = NULL")
    assert jobs.beat(connection, "old", Beat(5, 10)) is None
    assert not jobs.store_result(connection, "old", result())
    assert not jobs.end(connection, run_id, "old", "failed", "why")
    assert not jobs.requeue(connection, run_id, "old")
    untouched = run(connection, run_id)
    assert (untouched.status, untouched.progress_pct, untouched.total_trades) == ("running", 0, None)
    assert trades.count(connection, run_id) == 0


def test_a_worker_whose_run_has_ended_is_told_that_it_is_lost(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    assert jobs.end(connection, run_id, "token", "failed", "taken for dead")
    assert jobs.beat(connection, "token", Beat(5, 10)) is None
    assert not jobs.store_result(connection, "token", result())
    assert run(connection, run_id).error_message == "taken for dead"


def test_a_sign_of_life_does_not_wait_for_a_busy_store(connection: StoreConnection, store_path: Path) -> None:
    add_run(connection)
    claimed(connection)
    with closing(connect(store_path)) as other, transaction(other), pytest.raises(StoreBusyError):
        jobs.beat(connection, "token", Beat(5, 10), wait=0.01)
    assert jobs.beat(connection, "token", Beat(5, 10)) is False


def test_a_worker_of_an_older_version_learns_why_it_cannot_write(connection: StoreConnection) -> None:
    add_run(connection)
    claimed(connection)
    connection.execute("UPDATE alembic_version SET version_num = 'bt9999'")
    with pytest.raises(StoreChangedError):
        jobs.beat(connection, "token", Beat(5, 10))
    with pytest.raises(StoreChangedError):
        jobs.store_result(connection, "token", result())


def test_a_worker_never_writes_into_a_store_that_was_replaced(
    connection: StoreConnection, store_path: Path, made_store: Path
) -> None:
    add_run(connection)
    claimed(connection)
    other = store_path.with_name("other.db")
    shutil.copy(made_store, other)
    other.replace(store_path)
    with pytest.raises(StoreReplacedError):
        jobs.store_result(connection, "token", result())


def test_a_result_is_stored_whole(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    jobs.beat(connection, "token", Beat(5, 10, curve=b"live"))
    metrics = {"total_trades": np.int64(2), "sharpe_ratio": np.float64(0.75), "profit_factor": float("inf")}
    given = RunResult(metrics, [trade_row(1), trade_row(2)], CURVE, {"cagr": 1.5}, "/library/bars.csv")
    assert jobs.store_result(connection, "token", given)
    stored = run(connection, run_id)
    assert (stored.status, stored.progress_pct, stored.error_message) == ("completed", 100, None)
    assert (stored.total_trades, stored.sharpe_ratio, stored.profit_factor) == (2, 0.75, None)
    assert stored.data_file_path == "/library/bars.csv"
    assert stored.statistics == {"cagr": 1.5}
    assert stored.finished_at is not None
    assert [trade.position for trade in trades.all_of(connection, run_id)] == [1, 2]
    assert curves.get(connection, run_id) == CURVE
    assert curves.live(connection, run_id) is None
    kind = connection.execute("SELECT typeof(total_trades), typeof(sharpe_ratio) FROM backtest_runs")
    assert kind.fetchone() == ("integer", "real")


def test_a_result_stored_twice_is_stored_once(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    assert jobs.store_result(connection, "token", result())
    assert jobs.store_result(connection, "token", result(trades=5))
    assert trades.count(connection, run_id) == 2


def test_a_result_that_cannot_be_stored_leaves_nothing_of_itself(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    strange = replace(result(), trades=[trade_row(1), (*trade_row(2)[:-1], np.float64(1.0))])
    with pytest.raises(TypeError, match="float64"):
        jobs.store_result(connection, "token", strange)
    with pytest.raises(ValueError, match="luck"):
        jobs.store_result(connection, "token", result({"luck": 1.0}))
    assert run(connection, run_id).status == "running"
    assert trades.count(connection, run_id) == 0
    assert jobs.store_result(connection, "token", result())


def test_a_result_waits_for_a_busy_store(connection: StoreConnection, store_path: Path) -> None:
    add_run(connection)
    run_id = claimed(connection)
    with closing(connect(store_path)) as other:
        with transaction(other), pytest.raises(StoreBusyError):
            jobs.store_result(connection, "token", result(), wait=0.01)
        began, stored = threading.Event(), []

        def store() -> None:
            with closing(connect(store_path)) as own:
                began.set()
                stored.append(jobs.store_result(own, "token", result()))

        thread = threading.Thread(target=store)
        with transaction(other):
            thread.start()
            assert began.wait(30)
        thread.join(60)
    assert stored == [True]
    assert run(connection, run_id).status == "completed"


def test_a_run_ends_once_with_its_reason(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    assert jobs.end(connection, run_id, "token", "failed", "killed by signal 9")
    assert not jobs.end(connection, run_id, "token", "failed", "again")
    ended = run(connection, run_id)
    assert (ended.status, ended.error_message) == ("failed", "killed by signal 9")
    assert ended.finished_at is not None


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_a_worker_told_last_stays_with_a_run_that_has_no_result(
    connection: StoreConnection, status: str
) -> None:
    add_run(connection)
    run_id = claimed(connection)
    jobs.beat(connection, "token", Beat(43, 100, 5, 10_250.0, b"so far", "simulating"))
    assert jobs.end(connection, run_id, "token", status, "")
    ended = run(connection, run_id)
    assert ended.job is not None
    assert (ended.progress_pct, ended.job.bars_done, ended.job.trades, ended.job.equity) == (
        43,
        43,
        5,
        10_250,
    )
    assert curves.live(connection, run_id) == b"so far"
    assert (ended.total_trades, ended.total_return_pct, curves.get(connection, run_id)) == (None, None, None)


def test_a_result_that_is_stored_wins_over_any_end(connection: StoreConnection) -> None:
    run_id = finished_run(connection)
    assert not jobs.end(connection, run_id, f"token-{run_id}", "failed", "killed")
    assert runs.request_cancel(connection, [run_id]) == []
    assert run(connection, run_id).status == "completed"


def test_a_run_whose_cancel_was_requested_ends_cancelled_however_it_died(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    runs.request_cancel(connection, [run_id])
    assert jobs.end(connection, run_id, "token", "failed", "killed by signal 9")
    ended = run(connection, run_id)
    assert (ended.status, ended.error_message) == ("cancelled", None)


def test_a_result_is_kept_even_after_a_cancel_was_requested(connection: StoreConnection) -> None:
    add_run(connection)
    run_id = claimed(connection)
    runs.request_cancel(connection, [run_id])
    assert jobs.store_result(connection, "token", result())
    assert run(connection, run_id).status == "completed"


def test_a_run_can_only_end_failed_or_cancelled(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    with pytest.raises(ValueError, match="completed"):
        jobs.end(connection, run_id, None, "completed", None)
    assert jobs.end(connection, run_id, None, "failed", "the strategy is gone")
    assert run(connection, run_id).status == "failed"


def test_a_run_that_no_worker_took_waits_again_and_its_old_attempt_is_void(
    connection: StoreConnection,
) -> None:
    run_id = add_run(connection)
    jobs.claim_next(connection, "old")
    assert jobs.requeue(connection, run_id, "old")
    again = run(connection, run_id)
    assert (again.status, again.started_at) == ("pending", None)
    assert not jobs.attach(connection, "old", 100, 5.5, "boot")
    assert jobs.run_of(connection, "old") is None
    assert jobs.claim_next(connection, "new") == Claim(run_id, "new", uses_model=False, number=2)
    assert jobs.run_of(connection, "new") == run_id


def test_a_run_that_a_worker_has_is_not_put_back(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    claimed(connection)
    assert not jobs.requeue(connection, run_id, "token")
    assert run(connection, run_id).status == "running"


def test_a_run_put_back_after_a_cancel_ends_cancelled(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    jobs.claim_next(connection, "old")
    runs.request_cancel(connection, [run_id])
    assert not jobs.requeue(connection, run_id, "old")
    assert run(connection, run_id).status == "cancelled"


def test_the_active_runs_are_those_under_way_deleted_ones_too(connection: StoreConnection) -> None:
    finished_run(connection)
    first, second = add_run(connection), add_run(connection)
    add_run(connection)
    claimed(connection, "a")
    claimed(connection, "b")
    runs.delete(connection, [second])
    assert [(job.run_id, job.cancel_requested) for job in jobs.active(connection)] == [
        (first, False),
        (second, True),
    ]
    assert jobs.waiting(connection) == 1


def test_tokens_differ() -> None:
    assert len({jobs.new_token() for _ in range(100)}) == 100
