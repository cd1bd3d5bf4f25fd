import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db import strategies
from db.connection import StoreConnection, checkpoint, connect, patience, transaction
from db.errors import (
    StoreBusyError,
    StoreChangedError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReplacedError,
)
from tests.db.samples import known_strategy


def pragma(connection: StoreConnection, name: str) -> int | str:
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def test_a_connection_has_the_settings_of_the_store(connection: StoreConnection) -> None:
    assert pragma(connection, "journal_mode") == "wal"
    assert pragma(connection, "foreign_keys") == 1
    assert pragma(connection, "synchronous") == 1
    assert pragma(connection, "busy_timeout") == 5000
    assert pragma(connection, "wal_autocheckpoint") == 0


def test_only_the_runners_connection_checkpoints_by_itself(store_path: Path) -> None:
    with closing(connect(store_path, runner=True)) as runner:
        assert pragma(runner, "wal_autocheckpoint") == 1000


def test_connecting_never_makes_a_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nothing\.db"):
        connect(tmp_path / "nothing.db")
    assert list(tmp_path.iterdir()) == []


def test_a_path_with_odd_characters_is_taken_literally(store_path: Path, tmp_path: Path) -> None:
    odd = tmp_path / "50% off? #1 ü.db"
    shutil.copy(store_path, odd)
    with closing(connect(odd)) as connection:
        known_strategy(connection)
    assert sorted(path.name for path in tmp_path.iterdir()) == [odd.name, "store.db"]


def test_a_transaction_is_kept_wholly_or_not_at_all(connection: StoreConnection) -> None:
    def half() -> None:
        with transaction(connection):
            known_strategy(connection, "one")
            known_strategy(connection, "two")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not connection.in_transaction
    assert strategies.list_all(connection) == []
    with transaction(connection):
        known_strategy(connection, "one")
    assert [record.name for record in strategies.list_all(connection)] == ["one"]


def test_a_full_transaction_reaches_the_disk_and_leaves_the_setting_as_it_was(
    connection: StoreConnection,
) -> None:
    with transaction(connection, full=True):
        assert pragma(connection, "synchronous") == 2
    assert pragma(connection, "synchronous") == 1
    with pytest.raises(ZeroDivisionError), transaction(connection, full=True):
        raise ZeroDivisionError
    assert pragma(connection, "synchronous") == 1


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_busy(
    connection: StoreConnection, store_path: Path
) -> None:
    with closing(connect(store_path)) as other, transaction(other):
        with patience(connection, 0.01), pytest.raises(StoreBusyError, match="busy"):
            known_strategy(connection)
        assert strategies.list_all(connection) == []
        assert pragma(connection, "busy_timeout") == 5000
    known_strategy(connection)


def test_a_writer_waits_for_its_turn(connection: StoreConnection, store_path: Path) -> None:
    held, written = threading.Event(), []

    def write_meanwhile() -> None:
        with closing(connect(store_path)) as own:
            held.wait(30)
            written.append(known_strategy(own))

    thread = threading.Thread(target=write_meanwhile)
    thread.start()
    with transaction(connection):
        held.set()
        first = known_strategy(connection, "first")
    thread.join(30)
    assert written == [first + 1]


def test_a_full_disk_is_named_and_nothing_is_lost(connection: StoreConnection) -> None:
    known_strategy(connection, "before")
    pages = pragma(connection, "page_count")
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreFullError, match="full"):
        strategies.register(connection, "large", "v", "x" * 100_000)
    assert not connection.in_transaction
    connection.execute("PRAGMA max_page_count=1000000")
    strategies.register(connection, "large", "v", "x" * 100_000)
    assert [record.name for record in strategies.list_all(connection)] == ["before", "large"]


def test_an_open_connection_notices_an_upgrade_before_it_writes(
    connection: StoreConnection, store_path: Path
) -> None:
    with closing(sqlite3.connect(store_path)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = 'bt9999'")
    with pytest.raises(StoreChangedError, match="newer Backtape"):
        known_strategy(connection)
    assert strategies.list_all(connection) == []


def test_a_store_that_is_older_than_the_program_is_said_to_be(
    connection: StoreConnection, store_path: Path
) -> None:
    with closing(sqlite3.connect(store_path)) as older, older:
        older.execute("UPDATE alembic_version SET version_num = 'bt0001'")
    with pytest.raises(StoreChangedError, match="older than this Backtape; any command"):
        known_strategy(connection)


def test_an_open_connection_notices_a_replaced_file_before_it_writes(
    connection: StoreConnection, store_path: Path
) -> None:
    other = store_path.with_name("other.db")
    shutil.copy(store_path, other)
    other.replace(store_path)
    with pytest.raises(StoreReplacedError, match="replaced"):
        known_strategy(connection)
    store_path.unlink()
    with pytest.raises(StoreReplacedError, match="gone"):
        known_strategy(connection)


@pytest.mark.parametrize("read", ["fetchone", "fetchall", "iter"])
def test_a_damaged_page_names_the_store_and_its_newest_backup(store_path: Path, read: str) -> None:
    with closing(connect(store_path)) as connection:
        strategies.register(connection, "one", "v", "x" * 400_000)
    older, newest = (store_path.parent / "backups" / f"store-{day}.db" for day in ("2", "1"))
    newest.parent.mkdir()
    for moment, backup in enumerate((older, newest)):
        shutil.copy(store_path, backup)
        os.utime(backup, (moment, moment))
    with store_path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size - 350_000)
        file.write(b"\xa5" * 300_000)
    with closing(connect(store_path)) as connection:
        query = "SELECT source FROM strategy_versions"
        actions: dict[str, Callable[[], object]] = {
            "fetchone": lambda: connection.execute(query).fetchone(),
            "fetchall": lambda: connection.execute(query).fetchall(),
            "iter": lambda: list(connection.execute(query)),
        }
        with pytest.raises(StoreDamagedError) as caught:
            actions[read]()
    assert str(store_path) in str(caught.value)
    assert str(newest) in str(caught.value)


@pytest.mark.parametrize("read", ["fetchone", "fetchall"])
def test_a_text_that_is_none_is_a_damaged_store(connection: StoreConnection, read: str) -> None:
    with pytest.raises(StoreDamagedError, match="a text of column note is not UTF-8"):
        getattr(connection.execute("SELECT CAST(x'ff1b5d' AS TEXT) AS note"), read)()


def test_a_schema_that_is_no_text_is_a_damaged_store(store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    schema = store_path.read_bytes()
    assert b"CREATE TABLE runner" in schema
    store_path.write_bytes(schema.replace(b"CREATE TABLE runner", b"CREATE \xff\xfe\xa5\x80\xff runner"))
    with pytest.raises(StoreDamagedError), closing(connect(store_path)) as connection:
        connection.execute("SELECT * FROM runner")


def test_rows_are_streamed_in_order(connection: StoreConnection) -> None:
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n"
    assert [row[0] for row in connection.execute(query)] == list(range(1, 2501))


def test_the_log_is_moved_into_the_store_when_it_is_large(store_path: Path) -> None:
    with closing(connect(store_path, runner=True)) as runner, closing(connect(store_path)) as worker:
        strategies.register(worker, "one", "v", "x" * 200_000)
        assert wal(store_path).stat().st_size > 200_000
        assert not checkpoint(runner)
        assert checkpoint(runner, over=100_000, truncate=True)
        assert wal(store_path).stat().st_size == 0
        assert strategies.list_all(worker)[0].name == "one"
