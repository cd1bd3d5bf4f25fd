"""Datasets and their versions: which files of the library hold which prices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.connection import Connection, transaction
from db.reading import record
from db.timeframes import minutes_of
from db.times import now, utc_text
from db.values import json_text, marks


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What an import found and wrote; times aware, `day_rule` JSON text.

    `files` are the names of the files it came from, "" first where those before are not known.
    """

    digest: str
    folder: str
    csv_path: str
    rows: int
    first_time: datetime
    last_time: datetime
    dialect: str
    timezone: str
    day_rule: str
    digits: int
    has_spread: bool = False
    synthetic: bool = False
    dropped: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A dataset with one of its versions; the current one unless asked otherwise.

    `dropped` are the first lines that were left out; `more` in the last of them
    counts those that are not listed. `files` are the names of the files that the
    bars came from, as far as they are known: "" stands first for those that are not.
    """

    id: int
    symbol: str
    timeframe: str
    source: str
    version_id: int
    digest: str
    folder: str
    csv_path: str
    rows: int
    first_time: datetime
    last_time: datetime
    dialect: str
    timezone: str
    day_rule: str
    digits: int
    has_spread: bool
    synthetic: bool
    dropped: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]
    created_at: datetime
    current: bool
    files: Sequence[str] = ()

    @property
    def more_dropped(self) -> int:
        """How many lines were left out beyond those listed."""
        return sum(int(line.get("more", 0)) for line in self.dropped)

    @property
    def dropped_count(self) -> int:
        """How many lines were left out at import, listed or not."""
        return len(self.dropped) + self.more_dropped


_COLUMNS = (
    "d.id, d.symbol, d.timeframe, d.source, v.id, v.digest, v.folder, v.csv_path, v.rows, v.first_time,"
    " v.last_time, v.dialect, v.timezone, v.day_rule, v.digits, v.has_spread, v.synthetic, v.dropped,"
    " v.warnings, v.created_at, v.current, v.files"
)
_SELECT = f"SELECT {_COLUMNS} FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id"
_CURRENT = "v.current = 1 AND d.deleted_at IS NULL"
# Versions that runs and sweeps stand on beside their own: of conversion pairs, of context
# timeframes, of finer bars. Whatever text in their settings is a version's digest names it.
_BESIDE = " UNION ".join(
    f"SELECT j.value FROM {table} t,"
    f" json_tree(CASE WHEN json_valid(t.{column}) THEN t.{column} ELSE '{{}}' END) j WHERE j.type = 'text'"
    for table, column in (("backtest_runs", "settings"), ("optimization_runs", "configuration"))
)
# Nothing points at such a version any more, neither its dataset nor a run nor a sweep. The
# settings come last: all of them are read, once, and only where a version has passed the rest.
_UNUSED = (
    "(v.current = 0 OR d.deleted_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM backtest_runs r WHERE r.dataset_version = v.digest)"
    " AND NOT EXISTS (SELECT 1 FROM optimization_runs o WHERE o.dataset_version = v.digest)"
    f" AND v.digest NOT IN ({_BESIDE})"
)


def register_version(
    connection: Connection, symbol: str, timeframe: str, new: NewVersion, *, source: str = ""
) -> DatasetRecord:
    """Make this version the current one of its dataset, which is made if it is new.

    A digest that the dataset has had before becomes current again; its row, and
    so the files it names, stay as they are.
    """
    with transaction(connection):
        dataset = _dataset_id(connection, symbol, timeframe, source)
        connection.execute("UPDATE dataset_versions SET current = 0 WHERE dataset_id = ?", (dataset,))
        values = {"dataset_id": dataset, "current": 1, **_columns(new)}
        connection.execute(
            f"INSERT INTO dataset_versions ({', '.join(values)}) VALUES ({marks(len(values))})"
            " ON CONFLICT (dataset_id, digest) DO UPDATE SET current = 1",
            tuple(values.values()),
        )
        row = connection.execute(f"{_SELECT} WHERE d.id = ? AND v.current = 1", (dataset,)).fetchone()
    return record(DatasetRecord, row)


def _dataset_id(connection: Connection, symbol: str, timeframe: str, source: str) -> int:
    row = connection.execute(
        "SELECT id FROM datasets WHERE symbol = ? AND timeframe = ? AND source = ? AND deleted_at IS NULL",
        (symbol, timeframe, source),
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO datasets (symbol, timeframe, source, created_at) VALUES (?, ?, ?, ?) RETURNING id",
            (symbol, timeframe, source, utc_text(now())),
        ).fetchone()
    return int(row[0])


def _columns(new: NewVersion) -> dict[str, Any]:
    return {
        "digest": new.digest,
        "folder": str(new.folder),
        "csv_path": str(new.csv_path),
        "rows": int(new.rows),
        "first_time": utc_text(new.first_time),
        "last_time": utc_text(new.last_time),
        "dialect": new.dialect,
        "timezone": new.timezone,
        "day_rule": new.day_rule,
        "digits": int(new.digits),
        "has_spread": int(new.has_spread),
        "synthetic": int(new.synthetic),
        "dropped": json_text(list(new.dropped)),
        "warnings": json_text(list(new.warnings)),
        "files": json_text(list(new.files)),
        "created_at": utc_text(now()),
    }


def list_all(connection: Connection, symbol: str | None = None) -> list[DatasetRecord]:
    """Return the datasets with their current versions, by symbol, length of their bars and source."""
    rows = connection.execute(
        f"{_SELECT} WHERE {_CURRENT} AND (? IS NULL OR d.symbol = ?)"
        f" ORDER BY d.symbol, {minutes_of('d.timeframe')}, d.source",
        (symbol, symbol),
    ).fetchall()
    return [record(DatasetRecord, row) for row in rows]


def get(connection: Connection, symbol: str, timeframe: str, source: str = "") -> DatasetRecord | None:
    """Return one dataset with its current version."""
    row = connection.execute(
        f"{_SELECT} WHERE {_CURRENT} AND d.symbol = ? AND d.timeframe = ? AND d.source = ?",
        (symbol, timeframe, source),
    ).fetchone()
    return None if row is None else record(DatasetRecord, row)


def by_digest(connection: Connection, digest: str) -> DatasetRecord | None:
    """Return the version of this digest, current or not, of a deleted dataset too: a run may use it."""
    row = connection.execute(
        f"{_SELECT} WHERE v.digest = ? ORDER BY d.deleted_at IS NOT NULL, v.current DESC, v.id DESC LIMIT 1",
        (digest,),
    ).fetchone()
    return None if row is None else record(DatasetRecord, row)


def versions(connection: Connection, dataset_id: int) -> list[DatasetRecord]:
    """Return every version of a dataset, newest first."""
    rows = connection.execute(f"{_SELECT} WHERE d.id = ? ORDER BY v.id DESC", (dataset_id,)).fetchall()
    return [record(DatasetRecord, row) for row in rows]


def delete(connection: Connection, dataset_id: int) -> bool:
    """Mark a dataset deleted; versions that runs used stay for them, `sweep` takes the others."""
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE datasets SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
            (utc_text(now()), dataset_id),
        )
        return cursor.rowcount == 1


def in_use(connection: Connection) -> set[str]:
    """Return the digests that a dataset, a run or a sweep stands on, deleted runs included."""
    rows = connection.execute(
        "SELECT v.digest FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id"
        f" WHERE {_CURRENT}"
        " UNION SELECT dataset_version FROM backtest_runs WHERE dataset_version IS NOT NULL"
        " UNION SELECT dataset_version FROM optimization_runs WHERE dataset_version IS NOT NULL"
        f" UNION SELECT digest FROM dataset_versions WHERE digest IN ({_BESIDE})"
    ).fetchall()
    return {row[0] for row in rows}


def unused(connection: Connection) -> list[DatasetRecord]:
    """Return the versions that nothing points at any more."""
    rows = connection.execute(f"{_SELECT} WHERE {_UNUSED} ORDER BY v.id").fetchall()
    return [record(DatasetRecord, row) for row in rows]


def sweep(connection: Connection, unlink: Callable[[DatasetRecord], None]) -> list[DatasetRecord]:
    """Forget the versions that nothing points at, calling `unlink` for each whose files no row names.

    Counted and unlinked within one write transaction, so that no run can come
    to use a version in between. Datasets that are deleted and empty go too.
    """
    if not unused(connection):
        return []
    with transaction(connection):
        gone = unused(connection)
        connection.executemany(
            "DELETE FROM dataset_versions WHERE id = ?", [(record.version_id,) for record in gone]
        )
        connection.execute(
            "DELETE FROM datasets WHERE deleted_at IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM dataset_versions v WHERE v.dataset_id = datasets.id)"
        )
        for record in gone:
            if not _named(connection, record.folder):
                unlink(record)
    return gone


def _named(connection: Connection, folder: str) -> bool:
    row = connection.execute("SELECT 1 FROM dataset_versions WHERE folder = ? LIMIT 1", (folder,)).fetchone()
    return row is not None
