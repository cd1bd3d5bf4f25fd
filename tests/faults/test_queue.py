"""The queue: its order, its places, and what it does when a place is hard to come by."""

import time
from collections.abc import Callable
from contextlib import closing

import psutil
import pytest

from core.jobs import children
from core.jobs.handle import StoreHandle
from core.jobs.launch import ensure_runner, runner_status
from core.jobs.lock import RunnerLock
from core.jobs.places import Places
from core.jobs.supervision import MOST_TRIES, Supervisor
from db import jobs, queue, runs
from db.connection import connect
from tests.core.jobs.bench import Bench
from tests.processes import wait_until


def begun(bench: Bench) -> list[int]:
    """Return the runs that have begun, in the order in which they did."""
    rows = bench.connection.execute(
        "SELECT id FROM backtest_runs WHERE started_at IS NOT NULL ORDER BY started_at, id"
    )
    return [row[0] for row in rows.fetchall()]


def test_runs_begin_in_the_order_in_which_they_were_submitted(bench: Bench) -> None:
    queue.set_workers(bench.connection, 1)
    before = begun(bench)
    ids = [bench.submit(params={"fast": 5 + number}) for number in range(8)]
    bench.start()
    for run_id in ids:
        bench.finish(run_id)
    assert begun(bench) == before + ids


@pytest.mark.slow
def test_a_long_run_does_not_hold_up_the_others(bench: Bench) -> None:
    long = bench.slow(0.02)
    bench.start()
    bench.worker(long)
    for run_id in [bench.submit() for _ in range(10)]:
        bench.finish(run_id)
    assert bench.run(long).status == "running"


@pytest.mark.slow
def test_a_paused_queue_lets_nothing_begin_and_what_runs_go_on(bench: Bench) -> None:
    under_way = bench.slow(0.002, end="2020-01-08")
    bench.start()
    bench.worker(under_way)
    queue.pause(bench.connection, True)
    held = bench.submit()
    bench.finish(under_way)
    assert bench.run(held).status == "pending"
    bench.wait_until_empty()  # a runner that may begin nothing does not stay for it
    assert runner_status(bench.connection).text() == "paused, 1 waiting"
    queue.pause(bench.connection, False)
    ensure_runner(bench.home)
    bench.finish(held)


@pytest.mark.slow
def test_places_can_be_given_and_taken_while_runs_are_under_way(bench: Bench) -> None:
    queue.set_workers(bench.connection, 1)
    ids = [bench.slow(0.01) for _ in range(4)]
    bench.start()
    bench.worker(ids[0])
    assert len(jobs.active(bench.connection)) == 1
    queue.set_workers(bench.connection, 3)
    wait_until(lambda: len(jobs.active(bench.connection)) == 3, "three are under way")
    queue.set_workers(bench.connection, 1)
    runs.request_cancel(bench.connection, ids[:1])
    bench.wait(ids[0], 10)
    time.sleep(1.0)  # two sweeps of the runner, each of which could begin the fourth
    assert [job.run_id for job in jobs.active(bench.connection)] == ids[1:3]


def test_runs_that_ask_a_model_have_places_of_their_own(bench: Bench) -> None:
    queue.set_workers(bench.connection, 1)
    asking = [bench.slow(0.01) for _ in range(3)]
    bench.connection.execute("UPDATE run_jobs SET uses_model = 1 WHERE run_id >= ?", (asking[0],))
    computing = [bench.slow(0.01) for _ in range(2)]
    bench.start()
    wait_until(lambda: len(jobs.active(bench.connection)) == 4, "four are under way")
    assert bench.run(computing[1]).status == "pending"


@pytest.mark.slow
def test_work_that_comes_while_an_idle_runner_leaves_is_taken_by_it_or_by_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "0.05")
    bench.wait_until_empty()
    for _ in range(12):
        run_id = bench.submit(params={"fast": 5})
        ensure_runner(bench.home)
        assert bench.finish(run_id).job is not None
        time.sleep(0.04)  # about when it leaves


@pytest.mark.slow
def test_a_run_for_which_no_process_can_be_started_fails_in_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of processes is not one a test can reach safely, so the fork itself refuses here."""
    bench.wait_until_empty()
    run_id = bench.submit()

    def refuse(_task: Callable[[], int]) -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(children, "fork", refuse)
    bench.connection.close()
    handle = StoreHandle(bench.home.store)
    supervisor = Supervisor(bench.home, handle, lambda _: 0, gathers=False)
    tries = 0
    lock = RunnerLock(bench.home.lock)
    assert lock.take()
    while tries <= MOST_TRIES and jobs.waiting(handle.connection) > 0:
        claims = supervisor.claim(Places(2))
        supervisor.start(claims)
        tries += len(claims)
        time.sleep(0.05)
    lock.release()
    handle.close()
    assert tries == MOST_TRIES
    bench.connection = connect(bench.home.store)
    run = bench.run(run_id)
    assert run.status == "failed"
    assert "No process could be started" in (run.error_message or "")
    assert "Resource temporarily unavailable" in (run.error_message or "")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_thousand_short_runs_leave_nothing_open_and_nothing_behind(bench: Bench) -> None:
    queue.pause(bench.connection, True)
    ids = [bench.submit(params={"fast": 5 + number % 30}) for number in range(1000)]
    who = bench.start()
    process = psutil.Process(who.pid)
    queue.pause(bench.connection, False)
    wait_until(lambda: len(begun(bench)) > 100, "the first are under way", 60)
    memory = process.memory_info().rss
    wait_until(lambda: jobs.waiting(bench.connection) == 0, "all have begun", 300)
    for run_id in ids[-4:]:
        bench.finish(run_id)
    assert process.num_fds() < 20  # a thousand would be a leak of one each; an open store has three
    assert process.memory_info().rss < memory * 1.2
    wait_until(lambda: not process.children(), "every worker is reaped")
    with closing(connect(bench.home.store)) as connection:
        rows = connection.execute(
            "SELECT status, count(*), max(j.attempts) FROM backtest_runs r JOIN run_jobs j ON j.run_id = r.id"
            " WHERE r.id >= ? GROUP BY status",
            (ids[0],),
        ).fetchall()
    assert rows == [("completed", 1000, 1)]
    assert [path for path in bench.home.logs.iterdir() if path.name.startswith("run-")] == []
    assert list(bench.home.spool.iterdir()) == []
