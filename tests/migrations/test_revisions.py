import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from db.migrating import MIGRATIONS
from db.models import Base
from db.revision import REVISION, REVISIONS
from db.upgrade import open_store
from tests.conftest import ROOT
from tests.db.test_models import FURTHER_COLUMNS, RUN_TABLE


def alembic(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_migrated_store_is_what_the_models_describe(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    with create_engine(f"sqlite:///{path}").connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_store_has_every_table_word_for_word_as_the_models_make_it(tmp_path: Path) -> None:
    # The comparison above knows nothing of checks and partial indexes.
    path = tmp_path / "store.db"
    open_store(path)
    made = create_engine("sqlite://")
    Base.metadata.create_all(made)
    with made.connect() as models, create_engine(f"sqlite:///{path}").connect() as migrated:
        query = text(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
        )
        expected = {row[0]: _parts(row[1]) for row in models.execute(query)}
        assert {row[0]: _parts(row[1]) for row in migrated.execute(query)} == expected


def _parts(sql: str) -> set[str]:
    # The order of constraints within a table means nothing, nor where a line ends.
    return {part.strip() for part in re.split(r",\s+(?![^()]*\))|\n", sql)}


def test_the_table_of_runs_has_its_33_columns_and_those_that_follow(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("PRAGMA table_info(backtest_runs)").fetchall()
    found = [(name, kind, not required) for _, name, kind, required, _, _ in rows]
    assert found == [entry[:3] for entry in [*RUN_TABLE, *FURTHER_COLUMNS]]
    assert [name for _, name, _, _, _, key in rows if key] == ["id"]


def test_the_store_itself_fills_in_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO strategies (name) VALUES ('sma_cross')")
        connection.execute(
            "INSERT INTO backtest_runs (strategy_id, symbol, timeframe, start_date, end_date)"
            " VALUES (1, 'EURUSD', 'M15', '2020-01-01 00:00:00.000000', '2021-01-01 00:00:00.000000')"
        )
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT * FROM backtest_runs").fetchone()
        moment = connection.execute("SELECT strftime('%Y-%m-%d', 'now')").fetchone()[0]
    for name, _, nullable, default in [*RUN_TABLE, *FURTHER_COLUMNS]:
        if default not in (None, "now"):
            assert row[name] == default, name
        elif nullable:
            assert row[name] is None, name
    assert row["id"] == 1
    assert row["created_at"][:10] == moment
    assert len(row["created_at"]) == len("2020-01-01 00:00:00.000000")


def test_the_revisions_named_in_the_store_are_those_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [REVISION]
    walked = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(walked)) == REVISIONS


@pytest.mark.slow
def test_alembic_at_a_developers_hand_upgrades_and_finds_nothing_to_add(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    upgraded = alembic("-x", f"store={path}", "upgrade", "bt0001")
    assert upgraded.returncode == 0, upgraded.stderr
    assert alembic("-x", f"store={path}", "upgrade", "head").returncode == 0
    checked = alembic("-x", f"store={path}", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    current = alembic("-x", f"store={path}", "current")
    assert REVISION in current.stdout


def test_going_down_takes_away_what_going_up_made(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path)
    assert alembic("-x", f"store={path}", "downgrade", "base").returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert rows == [("alembic_version",)]


def test_a_dataset_of_an_older_store_is_kept_and_names_no_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    assert alembic("-x", f"store={path}", "upgrade", "bt0004").returncode == 0
    moment = "2020-01-06 00:00:00.000000"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO datasets (symbol, timeframe) VALUES ('EURUSD', 'M15')")
        connection.execute(
            "INSERT INTO dataset_versions (dataset_id, digest, folder, csv_path, rows, first_time, last_time,"
            " dialect, timezone, day_rule, digits)"
            " VALUES (1, 'd', '/d', '/d/bars.csv', 1, ?, ?, 'MT5', 'UTC', '{}', 5)",
            (moment, moment),
        )
    assert alembic("-x", f"store={path}", "upgrade", "head").returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT digest, warnings, files FROM dataset_versions").fetchall()
    assert rows == [("d", "[]", "[]")]


def test_alembic_without_a_named_store_says_how_to_name_it(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "alembic", "current"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={"PATH": ""},
    )  # fmt: skip
    assert result.returncode != 0
    assert "Name the store" in result.stderr + result.stdout
