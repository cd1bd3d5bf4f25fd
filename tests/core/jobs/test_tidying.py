"""What an idle runner does by itself: the day's backup, and clearing away."""

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from core.home import Home
from core.jobs.tidying import tidy
from db import runs
from db.connection import StoreConnection
from db.copies import copies
from db.times import now, utc_text
from tests.core.jobs.bench import Bench
from tests.db.samples import add_run, finished_run
from tests.processes import wait_until
from tests.tui.commands.conftest import store

__all__ = ["store"]


def deleted_long_ago(store: StoreConnection) -> int:
    run_id = finished_run(store)
    runs.delete(store, [run_id])
    store.execute(
        "UPDATE backtest_runs SET deleted_at = ? WHERE id = ?", (utc_text(now() - timedelta(days=31)), run_id)
    )
    return run_id


@pytest.mark.slow
def test_an_idle_runner_makes_one_backup_a_day(bench: Bench) -> None:
    run_id = bench.submit()
    bench.start()
    bench.finish(run_id)
    bench.wait_until_empty()
    (daily,) = copies(bench.home.store, "daily")
    bench.start()
    bench.wait_until_empty()
    assert [copy.path for copy in copies(bench.home.store)] == [daily.path]
    with closing(sqlite3.connect(daily.path)) as copy:
        assert copy.execute("SELECT id, status FROM backtest_runs").fetchall() == [(run_id, "completed")]
    assert f"daily backup: {daily.path.name}" in bench.log()


@pytest.mark.slow
def test_a_runner_forks_as_ever_after_its_backup(bench: Bench) -> None:
    who = bench.start()
    wait_until(lambda: copies(bench.home.store, "daily"), "the day's backup")
    bench.finish(bench.submit())
    assert who.lives()


def test_a_backup_that_fails_is_logged_and_the_rest_is_done(
    home: Home, store: StoreConnection, caplog: pytest.LogCaptureFixture
) -> None:
    gone = deleted_long_ago(store)
    home.backups.rmdir()
    home.backups.write_text("in the way")
    with caplog.at_level(logging.INFO, "backtape"):
        tidy(home, store)
    assert "no daily backup: The store could not be backed up" in caplog.text
    assert runs.get(store, gone, deleted=True) is None


def test_a_damaged_store_keeps_its_backups_and_its_runner(
    home: Home, store: StoreConnection, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(30):
        finished_run(store)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with home.store.open("r+b") as file:
        file.seek(4096 * 40)
        file.write(b"\xa5" * 4096)
    with caplog.at_level(logging.INFO, "backtape"):
        tidy(home, store)
    assert "no daily backup: The store" in caplog.text
    assert "is damaged" in caplog.text
    assert list(home.backups.iterdir()) == []


def test_a_backup_gives_way_to_a_run_that_comes(
    home: Home, store: StoreConnection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add_run(store)  # waits all along, as in a queue that is paused
    monkeypatch.setattr("db.backup._STEP", 5)
    asked = []

    def waiting(connection: StoreConnection) -> int:
        asked.append(1)
        return 1 if len(asked) < 4 else 2

    monkeypatch.setattr("core.jobs.tidying.jobs.waiting", waiting)
    with caplog.at_level(logging.INFO, "backtape"):
        tidy(home, store)
    assert "put off" in caplog.text
    assert list(home.backups.iterdir()) == []
    monkeypatch.undo()
    tidy(home, store)
    assert len(list(home.backups.iterdir())) == 1


def test_a_run_under_way_that_nobody_was_ever_given_is_ended(home: Home, store: StoreConnection) -> None:
    stray, waiting = add_run(store), add_run(store)
    store.execute("UPDATE backtest_runs SET status = 'running' WHERE id = ?", (stray,))
    store.execute("DELETE FROM run_jobs")
    tidy(home, store)
    found = [runs.get(store, run_id) for run_id in (stray, waiting)]
    assert [run.status for run in found if run] == ["failed", "pending"]
    assert "no worker was ever given it" in (found[0].error_message or "" if found[0] else "")
