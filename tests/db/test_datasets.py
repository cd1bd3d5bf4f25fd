import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from db import datasets, runs
from db.connection import StoreConnection
from db.datasets import DatasetRecord, NewVersion
from db.times import now
from tests.db.samples import add_run

NEW = NewVersion(
    digest="d1",
    folder="/library/d1",
    csv_path="/library/d1/EURUSD_M15.csv",
    rows=1000,
    first_time=datetime(2020, 1, 1, tzinfo=UTC),
    last_time=datetime(2020, 2, 1, tzinfo=UTC),
    dialect="mt5",
    timezone="Europe/Athens",
    day_rule='{"zone":"Europe/Athens","hour":0}',
    digits=5,
    has_spread=True,
    dropped=[{"line": 3, "reason": "no price"}],
    warnings=["finer digits kept"],
    files=["EURUSD_M15.csv"],
)
NEWER = replace(NEW, digest="d2", folder="/library/d2")


def version(connection: StoreConnection, new: NewVersion = NEW, symbol: str = "EURUSD") -> DatasetRecord:
    return datasets.register_version(connection, symbol, "M15", new)


def test_a_dataset_is_read_back_as_it_was_registered(connection: StoreConnection) -> None:
    record = version(connection, replace(NEW, rows=np.int64(1000)))  # type: ignore[arg-type]
    assert (record.symbol, record.timeframe, record.source) == ("EURUSD", "M15", "")
    for name in NEW.__dataclass_fields__:
        assert getattr(record, name) == getattr(NEW, name), name
    assert record.current
    assert not record.synthetic
    assert datasets.get(connection, "EURUSD", "M15") == record
    assert datasets.get(connection, "EURUSD", "H1") is None
    assert datasets.by_digest(connection, "d1") == record
    assert datasets.by_digest(connection, "d9") is None


def test_the_newest_version_is_the_current_one_and_the_old_one_stays(connection: StoreConnection) -> None:
    old = version(connection)
    new = version(connection, NEWER)
    assert datasets.list_all(connection) == [new]
    assert [record.digest for record in datasets.versions(connection, new.id)] == ["d2", "d1"]
    assert datasets.by_digest(connection, "d1") == replace(old, current=False)


def test_importing_the_same_again_points_back_at_the_files_there_are(connection: StoreConnection) -> None:
    first = version(connection)
    version(connection, NEWER)
    again = version(connection, replace(NEW, folder="/elsewhere"))
    assert again == first
    assert [record.digest for record in datasets.list_all(connection)] == ["d1"]


def test_sources_are_kept_side_by_side(connection: StoreConnection) -> None:
    version(connection)
    datasets.register_version(connection, "EURUSD", "M15", NEWER, source="broker")
    version(connection, NEW, symbol="GBPUSD")
    assert [(record.symbol, record.source) for record in datasets.list_all(connection)] == [
        ("EURUSD", ""),
        ("EURUSD", "broker"),
        ("GBPUSD", ""),
    ]
    assert [record.source for record in datasets.list_all(connection, "EURUSD")] == ["", "broker"]


def test_the_store_keeps_one_current_version_of_a_dataset(connection: StoreConnection) -> None:
    version(connection)
    version(connection, NEWER)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE dataset_versions SET current = 1")


def test_only_versions_that_nothing_points_at_are_swept(connection: StoreConnection) -> None:
    version(connection)
    run_id = add_run(connection, dataset_version="d1")
    version(connection, NEWER)
    version(connection, replace(NEW, digest="d3", folder="/library/d3"))
    unlinked: list[str] = []
    swept = datasets.sweep(connection, lambda record: unlinked.append(record.folder))
    assert unlinked == ["/library/d2"]
    assert [record.digest for record in swept] == ["d2"]
    assert datasets.in_use(connection) == {"d1", "d3"}
    runs.delete(connection, [run_id])
    assert datasets.sweep(connection, lambda record: unlinked.append(record.folder)) == []
    runs.purge(connection, now(), timedelta(0))
    datasets.sweep(connection, lambda record: unlinked.append(record.folder))
    assert unlinked == ["/library/d2", "/library/d1"]
    assert datasets.in_use(connection) == {"d3"}


@pytest.mark.parametrize(
    "settings",
    [
        {"conversion": "d1"},
        {"contexts": {"H4": "d0", "D1": "d1"}},
        {"finer": "M1", "finer_version": "d1"},
    ],
)
def test_versions_that_a_run_stands_on_beside_its_own_are_kept(
    connection: StoreConnection, settings: dict[str, object]
) -> None:
    version(connection)
    run_id = add_run(connection, dataset_version="elsewhere", settings={"leverage": 100, **settings})
    version(connection, NEWER)
    assert datasets.unused(connection) == []
    assert datasets.in_use(connection) == {"d1", "d2", "elsewhere"}
    runs.delete(connection, [run_id])
    assert datasets.unused(connection) == []
    runs.purge(connection, now(), timedelta(0))
    assert [record.digest for record in datasets.unused(connection)] == ["d1"]


def test_settings_that_are_no_json_keep_nothing_from_being_swept(connection: StoreConnection) -> None:
    version(connection)
    run_id = add_run(connection, dataset_version="elsewhere")
    connection.execute("UPDATE backtest_runs SET settings = '{' WHERE id = ?", (run_id,))
    version(connection, NEWER)
    assert [record.digest for record in datasets.unused(connection)] == ["d1"]


def test_a_deleted_dataset_keeps_what_runs_used_and_can_be_imported_anew(connection: StoreConnection) -> None:
    used = version(connection)
    add_run(connection, dataset_version="d1")
    assert datasets.delete(connection, used.id)
    assert not datasets.delete(connection, used.id)
    assert datasets.list_all(connection) == []
    assert datasets.unused(connection) == []
    assert datasets.by_digest(connection, "d1") == used
    anew = version(connection)
    assert anew.id != used.id
    assert datasets.list_all(connection) == [anew]


def test_files_that_another_row_names_are_not_unlinked(connection: StoreConnection) -> None:
    deleted = version(connection)
    datasets.delete(connection, deleted.id)
    version(connection)
    unlinked: list[DatasetRecord] = []
    assert [record.id for record in datasets.sweep(connection, unlinked.append)] == [deleted.id]
    assert unlinked == []
    assert connection.execute("SELECT count(*) FROM datasets").fetchone() == (1,)


def test_nothing_is_forgotten_when_its_files_cannot_be_unlinked(connection: StoreConnection) -> None:
    version(connection)
    version(connection, NEWER)

    def refuse(_: DatasetRecord) -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        datasets.sweep(connection, refuse)
    assert [record.digest for record in datasets.unused(connection)] == ["d1"]


def test_files_are_unlinked_while_nobody_else_can_write(
    connection: StoreConnection, store_path: Path
) -> None:
    version(connection)
    version(connection, NEWER)
    refused: list[str] = []

    def try_to_write(_: DatasetRecord) -> None:
        with closing(sqlite3.connect(store_path, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                refused.append(str(error))

    datasets.sweep(connection, try_to_write)
    assert refused == ["database is locked"]
