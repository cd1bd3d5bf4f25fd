import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import health
from db.connection import StoreConnection
from tests.db.samples import finished_run


def test_a_sound_store_has_no_findings(connection: StoreConnection) -> None:
    finished_run(connection)
    assert health.findings(connection) == []


def test_orphans_and_impossible_states_put_in_by_hand_are_found(
    connection: StoreConnection, store_path: Path
) -> None:
    run_id = finished_run(connection)
    other = finished_run(connection)
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("DELETE FROM run_curves WHERE run_id = ?", (other,))
        hand.execute("DELETE FROM backtest_runs WHERE id = ?", (run_id,))
    sentences = health.findings(connection)
    assert any("2 rows of backtest_trades belong to rows of backtest_runs that are not there (1)" in one
               for one in sentences)  # fmt: skip
    assert any(f"without an equity curve: run {other};" in one for one in sentences)


def test_runs_of_a_strategy_that_is_gone_are_not_advised_to_be_removed(
    connection: StoreConnection, store_path: Path
) -> None:
    finished_run(connection)
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("DELETE FROM strategies")
    sentences = [one for one in health.findings(connection) if "rows of strategies" in one]
    assert len(sentences) == 2
    assert all("DELETE" not in one and "backtape backup --list" in one for one in sentences)


@pytest.mark.parametrize(("version", "told"), [((3, 40, 1), True), ((3, 51, 3), False), ((3, 52, 0), False)])
def test_an_sqlite_with_the_fault_of_logs_is_named(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], told: bool
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert (health.sqlite_warning() is not None) is told
