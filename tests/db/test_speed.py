from datetime import UTC, datetime, timedelta

import pytest

from db import speed
from db.connection import StoreConnection
from db.times import utc_text
from tests.db.samples import NEW_RUN, add_run, finished_run

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
VERSION = NEW_RUN.strategy_version


def _run(connection: StoreConnection, bars: int, seconds: float, strategy: str = "sma_cross") -> int:
    run_id = finished_run(connection, strategy=strategy)
    times = (utc_text(BEGUN), utc_text(BEGUN + timedelta(seconds=seconds)), run_id)
    connection.execute("UPDATE backtest_runs SET started_at = ?, finished_at = ? WHERE id = ?", times)
    connection.execute("UPDATE run_jobs SET bars_total = ? WHERE run_id = ?", (bars, run_id))
    return run_id


def _seconds(connection: StoreConnection, bars: int, strategy: str = "sma_cross") -> float | None:
    pace = speed.pace_of(connection, strategy, VERSION)
    return None if pace is None else pace.seconds(bars)


def test_without_a_completed_run_nothing_is_known(connection: StoreConnection) -> None:
    add_run(connection)
    assert _seconds(connection, 1_000) is None


def test_runs_of_another_strategy_or_version_tell_nothing(connection: StoreConnection) -> None:
    _run(connection, 1_000, 1, strategy="other")
    assert _seconds(connection, 1_000) is None
    assert speed.pace_of(connection, "other", "b" * 64) is None
    assert _seconds(connection, 1_000, "other") == pytest.approx(1, abs=1e-3)


def test_a_run_like_the_latest_takes_as_long(connection: StoreConnection) -> None:
    for seconds in (9, 2, 3):
        _run(connection, 1_000_000, seconds)
    assert _seconds(connection, 1_000_000) == pytest.approx(3, abs=1e-3)


def test_what_every_run_takes_is_not_taken_for_the_time_of_its_bars(connection: StoreConnection) -> None:
    _run(connection, 200_000, 0.5)
    for _ in range(5):
        _run(connection, 500, 0.15)
    assert _seconds(connection, 200_000) == pytest.approx(0.5, abs=1e-3)
    assert _seconds(connection, 100_000) == pytest.approx(0.3, abs=1e-3)


def test_small_runs_say_nothing_of_far_larger_ones(connection: StoreConnection) -> None:
    _run(connection, 500, 0.15)
    assert _seconds(connection, 5_000) is not None
    assert _seconds(connection, 200_000) is None


def test_only_the_latest_runs_count(connection: StoreConnection) -> None:
    _run(connection, 1_000, 50)
    for _ in range(20):
        _run(connection, 1_000, 2)
    assert _seconds(connection, 1_000) == pytest.approx(2, abs=1e-3)


def test_runs_that_asked_a_model_tell_nothing(connection: StoreConnection) -> None:
    run_id = _run(connection, 500, 2)
    connection.execute("UPDATE run_jobs SET uses_model = 1 WHERE run_id = ?", (run_id,))
    assert _seconds(connection, 500) is None


def test_rows_that_cannot_be_read_do_not_count(connection: StoreConnection) -> None:
    run_id = _run(connection, 500, 2)
    connection.execute("UPDATE backtest_runs SET finished_at = 'noon' WHERE id = ?", (run_id,))
    assert _seconds(connection, 500) is None
