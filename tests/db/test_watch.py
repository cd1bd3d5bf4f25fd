import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import StoreConnection, transaction
from db.errors import StoreError, StoreReplacedError
from db.watch import Watch
from tests.db.samples import known_strategy


@pytest.fixture
def watch(store_path: Path) -> Iterator[Watch]:
    """A watch on the fresh store."""
    with closing(Watch(store_path)) as opened:
        yield opened


def test_a_commit_of_somebody_else_is_noticed_once(watch: Watch, connection: StoreConnection) -> None:
    assert not watch.changed()
    known_strategy(connection)
    assert watch.changed()
    assert not watch.changed()


def test_it_tells_whether_another_program_writes_and_leaves_no_trace(
    watch: Watch, connection: StoreConnection
) -> None:
    assert watch.is_free()
    with transaction(connection):
        assert not watch.is_free()
    assert watch.is_free()
    watch.changed()
    with closing(Watch(connection.path)) as other:
        assert watch.is_free()
        assert not other.changed()


def test_what_is_not_committed_is_not_noticed(watch: Watch, connection: StoreConnection) -> None:
    with transaction(connection):
        known_strategy(connection)
        assert not watch.changed()
    assert watch.changed()


def test_watching_does_not_keep_writers_out(watch: Watch, connection: StoreConnection) -> None:
    watch.changed()
    with transaction(connection, full=True):
        known_strategy(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert connection.path.with_name("store.db-wal").stat().st_size == 0


def test_a_replaced_store_is_noticed(watch: Watch, store_path: Path) -> None:
    other = store_path.with_name("other.db")
    shutil.copy(store_path, other)
    other.replace(store_path)
    with pytest.raises(StoreReplacedError, match="replaced"):
        watch.changed()


def test_a_deleted_store_is_noticed(watch: Watch, store_path: Path) -> None:
    store_path.unlink()
    with pytest.raises(StoreReplacedError, match="gone"):
        watch.changed()


def test_there_is_nothing_to_watch_without_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Watch(tmp_path / "store.db")
