import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import StoreConnection
from db.errors import StoreDamagedError
from db.looking import damage, looking
from tests.conftest import ROOT
from tests.db.samples import finished_run

FILL = """
import os, sys
from pathlib import Path
from db.connection import connect
from tests.db.samples import finished_run
finished_run(connect(Path(sys.argv[1])))
os._exit(0)
"""


def files(path: Path) -> dict[str, bytes]:
    """Return the store and its log; the third file is SQLite's memory, not data."""
    return {
        file.name: file.read_bytes() for file in path.parent.glob("store.db*") if file.suffix != ".db-shm"
    }


def test_looking_leaves_no_trace(store_path: Path) -> None:
    before = files(store_path)
    with looking(store_path) as connection:
        assert connection.execute("SELECT count(*) FROM backtest_runs").fetchone() == (0,)
    assert files(store_path) == before
    assert [path.name for path in store_path.parent.iterdir()] == ["store.db"]


def test_a_log_that_a_killed_program_left_is_seen_and_left(store_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FILL, str(store_path)], cwd=ROOT, check=True)
    before = files(store_path)
    with looking(store_path) as connection:
        assert connection.execute("SELECT count(*) FROM backtest_runs").fetchone() == (1,)
    assert files(store_path) == before


def test_looking_cannot_write(store_path: Path, connection: StoreConnection) -> None:
    finished_run(connection)
    with looking(store_path) as look, pytest.raises(Exception, match="cannot be written"):
        look.execute("DELETE FROM backtest_runs")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("no store\n" * 500)
    with looking(path) as connection, pytest.raises(StoreDamagedError):
        damage(connection)


def test_a_damaged_index_is_found_by_the_long_check_only(
    connection: StoreConnection, store_path: Path
) -> None:
    finished_run(connection)
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("PRAGMA writable_schema=ON")
        hand.execute("UPDATE sqlite_master SET sql = replace(sql, '(symbol)', '(timeframe)')"
                     " WHERE name = 'idx_backtest_symbol'")  # fmt: skip
    connection.close()
    with looking(store_path) as look:
        assert any("idx_backtest_symbol" in line for line in damage(look))
        assert damage(look, quick=True) == []


def test_rows_that_break_a_rule_are_no_damage(connection: StoreConnection, store_path: Path) -> None:
    finished_run(connection)
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("PRAGMA ignore_check_constraints=ON")
        hand.execute("UPDATE backtest_runs SET progress_pct = 250, status = 'finished'")
        hand.execute("PRAGMA writable_schema=ON")
        hand.execute("UPDATE sqlite_master SET sql = replace(sql, 'symbol VARCHAR(20) NOT NULL', 'symbol')"
                     " WHERE name = 'backtest_runs'")  # fmt: skip
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("UPDATE backtest_runs SET symbol = NULL")
        hand.execute("PRAGMA writable_schema=ON")
        hand.execute("UPDATE sqlite_master SET sql = replace(sql, 'symbol,', 'symbol VARCHAR(20) NOT NULL,')"
                     " WHERE name = 'backtest_runs'")  # fmt: skip
    connection.close()
    with closing(sqlite3.connect(store_path)) as hand:
        lines = [row[0] for row in hand.execute("PRAGMA integrity_check").fetchall()]
        assert any("NULL value in backtest_runs.symbol" in line for line in lines)
    with looking(store_path) as look:
        assert damage(look) == []
