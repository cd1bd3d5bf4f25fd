from datetime import UTC, datetime, timedelta

from db import speed
from db.connection import StoreConnection
from db.times import utc_text
from tests.db.samples import add_run, finished_run

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def _run(connection: StoreConnection, bars: int, seconds: float, strategy: str = "sma_cross") -> int:
    run_id = finished_run(connection, strategy=strategy)
    times = (utc_text(BEGUN), utc_text(BEGUN + timedelta(seconds=seconds)), run_id)
    connection.execute("UPDATE backtest_runs SET started_at = ?, finished_at = ? WHERE id = ?", times)
    connection.execute("UPDATE run_jobs SET bars_total = ? WHERE run_id = ?", (bars, run_id))
    return run_id


def test_without_a_run_nothing_is_known(connection: StoreConnection) -> None:
    add_run(connection)
    assert speed.bars_a_second(connection, "sma_cross") is None


def test_the_latest_runs_of_the_strategy_count(connection: StoreConnection) -> None:
    _run(connection, 1_000_000, 1)
    for _ in range(4):
        _run(connection, 100, 1)
    _run(connection, 600, 6)
    _run(connection, 7, 7, strategy="other")
    assert round(speed.bars_a_second(connection, "sma_cross") or 0) == 100


def test_of_a_strategy_that_never_ran_all_count(connection: StoreConnection) -> None:
    _run(connection, 500, 2)
    assert round(speed.bars_a_second(connection, "new") or 0) == 250


def test_rows_that_cannot_be_read_do_not_count(connection: StoreConnection) -> None:
    run_id = _run(connection, 500, 2)
    connection.execute("UPDATE backtest_runs SET finished_at = 'noon' WHERE id = ?", (run_id,))
    assert speed.bars_a_second(connection, "sma_cross") is None
