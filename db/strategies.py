"""Strategies by name, and the sources they had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection, transaction
from db.reading import record
from db.runs.lives import request_cancel
from db.times import now, utc_text
from db.values import batches, marks


@dataclass(frozen=True, slots=True)
class StrategyRecord:
    """A strategy and how many runs it has that are not deleted."""

    id: int
    name: str
    description: str
    kind: str
    path: str | None
    builtin: bool
    missing: bool
    current_version: str | None
    created_at: datetime
    deleted_at: datetime | None
    runs: int


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One source of a strategy: JSON of file names and texts, JSON of its parameters."""

    strategy: str
    version: str
    source: str
    parameters: str
    created_at: datetime


# All runs of a strategy less its deleted ones: each is counted in an index alone (the plus keeps
# the few deleted from being looked for among all), where counting those listed would read every row.
_SELECT = """
    SELECT s.id, s.name, s.description, s.kind, s.path, s.builtin, s.missing, s.current_version,
           s.created_at, s.deleted_at, coalesce(made.runs, 0) - coalesce(gone.runs, 0)
    FROM strategies s
    LEFT JOIN (SELECT strategy_id, count(*) AS runs FROM backtest_runs GROUP BY strategy_id) made
           ON made.strategy_id = s.id
    LEFT JOIN (SELECT strategy_id, count(*) AS runs FROM backtest_runs WHERE deleted_at IS NOT NULL
               GROUP BY +strategy_id) gone
           ON gone.strategy_id = s.id
"""


def register(
    connection: Connection,
    name: str,
    version: str,
    source: str,
    parameters: str = "[]",
    *,
    description: str = "",
    kind: str = "signals",
    path: str | None = None,
    builtin: bool = False,
) -> int:
    """Make a strategy and this version of it known; return the strategy's id.

    Registering the same again changes nothing; a strategy marked missing is back.
    """
    with transaction(connection):
        row = connection.execute(
            "SELECT id FROM strategies WHERE name = ? AND deleted_at IS NULL", (name,)
        ).fetchone()
        values = (description, kind, path, builtin, version)
        if row is None:
            strategy_id = connection.execute(
                "INSERT INTO strategies (description, kind, path, builtin, current_version, name, missing,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?) RETURNING id",
                (*values, name, utc_text(now())),
            ).fetchone()[0]
        else:
            strategy_id = row[0]
            connection.execute(
                "UPDATE strategies SET description = ?, kind = ?, path = ?, builtin = ?,"
                " current_version = ?, missing = 0 WHERE id = ?",
                (*values, strategy_id),
            )
        connection.execute(
            "INSERT INTO strategy_versions (strategy_id, version, source, parameters, created_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (strategy_id, version) DO NOTHING",
            (strategy_id, version, source, parameters, utc_text(now())),
        )
    return int(strategy_id)


def mark_missing(connection: Connection, present: Sequence[str]) -> list[str]:
    """Mark every strategy whose name is not among `present` as missing; return those newly so."""
    with transaction(connection):
        rows = connection.execute(
            "SELECT id, name FROM strategies WHERE deleted_at IS NULL AND missing = 0 ORDER BY name"
        ).fetchall()
        gone = [(row[0], row[1]) for row in rows if row[1] not in set(present)]
        connection.executemany("UPDATE strategies SET missing = 1 WHERE id = ?", [(key,) for key, _ in gone])
    return [name for _, name in gone]


def list_all(connection: Connection) -> list[StrategyRecord]:
    """Return the strategies that are not deleted, by name."""
    rows = connection.execute(f"{_SELECT} WHERE s.deleted_at IS NULL ORDER BY s.name").fetchall()
    return [record(StrategyRecord, row) for row in rows]


def get(connection: Connection, name: str) -> StrategyRecord | None:
    """Return the strategy of this name that is not deleted."""
    row = connection.execute(f"{_SELECT} WHERE s.name = ? AND s.deleted_at IS NULL", (name,)).fetchone()
    return None if row is None else record(StrategyRecord, row)


def source_of(connection: Connection, version: str, name: str | None = None) -> VersionRecord | None:
    """Return the source kept under a hash; with `name`, the one that strategy used."""
    row = connection.execute(
        "SELECT s.name, v.version, v.source, v.parameters, v.created_at FROM strategy_versions v"
        " JOIN strategies s ON s.id = v.strategy_id WHERE v.version = ? AND (? IS NULL OR s.name = ?)"
        " ORDER BY v.id DESC LIMIT 1",
        (version, name, name),
    ).fetchone()
    return None if row is None else record(VersionRecord, row)


def versions(connection: Connection, name: str) -> list[VersionRecord]:
    """Return the sources a strategy had, newest first."""
    rows = connection.execute(
        "SELECT s.name, v.version, v.source, v.parameters, v.created_at FROM strategy_versions v"
        " JOIN strategies s ON s.id = v.strategy_id WHERE s.name = ? ORDER BY v.id DESC",
        (name,),
    ).fetchall()
    return [record(VersionRecord, row) for row in rows]


def delete(connection: Connection, strategy_ids: Sequence[int]) -> list[int]:
    """Mark strategies and their runs deleted, cancelling the active ones; return the strategies marked.

    The mark is the same moment on all of them, so that `undelete` brings back
    exactly what went.
    """
    moment = utc_text(now())
    marked: list[int] = []
    with transaction(connection):
        for batch in batches(strategy_ids):
            holders = marks(len(batch))
            active = connection.execute(
                f"SELECT id FROM backtest_runs WHERE strategy_id IN ({holders})"
                " AND status IN ('pending', 'running') AND deleted_at IS NULL",
                batch,
            ).fetchall()
            request_cancel(connection, [row[0] for row in active])
            connection.execute(
                f"UPDATE backtest_runs SET deleted_at = ? WHERE strategy_id IN ({holders})"
                " AND deleted_at IS NULL",
                [moment, *batch],
            )
            rows = connection.execute(
                f"UPDATE strategies SET deleted_at = ? WHERE id IN ({holders}) AND deleted_at IS NULL"
                " RETURNING id",
                [moment, *batch],
            ).fetchall()
            marked += [row[0] for row in rows]
    return marked


def undelete(connection: Connection, strategy_ids: Sequence[int]) -> list[int]:
    """Take the mark off strategies and off the runs that went with them.

    One whose name has been given again stays deleted.
    """
    back: list[int] = []
    with transaction(connection):
        for key in strategy_ids:
            row = connection.execute(
                "SELECT deleted_at FROM strategies s WHERE id = ? AND deleted_at IS NOT NULL AND NOT EXISTS"
                " (SELECT 1 FROM strategies o WHERE o.name = s.name AND o.deleted_at IS NULL)",
                (int(key),),
            ).fetchone()
            if row is None:
                continue
            connection.execute("UPDATE strategies SET deleted_at = NULL WHERE id = ?", (int(key),))
            connection.execute(
                "UPDATE backtest_runs SET deleted_at = NULL WHERE strategy_id = ? AND deleted_at = ?",
                (int(key), row[0]),
            )
            back.append(int(key))
    return back


def parameter_names(connection: Connection) -> set[str]:
    """Return the names that parameters have in any version of any strategy."""
    rows = connection.execute(
        "SELECT DISTINCT json_extract(p.value, '$.name') FROM strategy_versions v,"
        " json_each(CASE WHEN json_valid(v.parameters) THEN v.parameters ELSE '[]' END) p"
        " WHERE p.type = 'object'"
    ).fetchall()
    return {str(row[0]) for row in rows if row[0] is not None}
