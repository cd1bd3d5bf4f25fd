"""What can be said of the rows of a store, for the doctor: what no version of this program wrote.

Whether the file itself is whole is for `db.looking.damage`. Each finding names up to ten
runs and says what can be done; nothing is changed.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.columns import RUN_COLUMNS, STATUSES
from db.connection import Connection
from db.reading import unreadable
from db.runs import RunRecord

# Before this one a log that starts anew may lose a commit made at the same moment.
SOUND_SQLITE = (3, 51, 3)

_NAMED = 10
_LARGEST = 1.7976931348623157e308
_TRADE_NUMBERS = ("entry_price", "exit_price", "volume", "profit", "commission", "equity_after")

_HAS_CURVE = "EXISTS (SELECT 1 FROM run_curves c WHERE c.run_id = r.id)"
_TRADES = "(SELECT count(*) FROM backtest_trades t WHERE t.run_id = r.id)"
_NO_NUMBER = " OR ".join(
    f"typeof({name}) NOT IN ('real', 'integer') OR abs({name}) > {_LARGEST!r}" for name in _TRADE_NUMBERS
)

_AGAIN = "'backtape repeat {first}' makes it again"
_REMOVE = "'backtape delete {first}' takes it out of the lists"


@dataclass(frozen=True, slots=True)
class _Contradiction:
    """Something that cannot be: which runs (`r`) are meant, in SQL and in words, and what can be done."""

    condition: str
    words: str
    cure: str


_CONTRADICTIONS = (
    _Contradiction(
        f"r.status NOT IN ({', '.join(map(repr, STATUSES))})", "A status that there is not", _REMOVE
    ),
    _Contradiction(
        f"r.status = 'completed' AND NOT (r.total_trades IS NOT NULL AND {_HAS_CURVE})",
        "Completed without figures or without an equity curve",
        _AGAIN,
    ),
    _Contradiction(
        f"r.status = 'completed' AND r.total_trades <> {_TRADES}",
        "Completed with more or fewer trades than are stored",
        _AGAIN,
    ),
    _Contradiction(
        f"r.status <> 'completed' AND (r.total_trades IS NOT NULL OR {_HAS_CURVE} OR {_TRADES} > 0)",
        "Not completed, and yet with a result",
        _REMOVE,
    ),
    _Contradiction(
        "r.status = 'running' AND NOT EXISTS"
        " (SELECT 1 FROM run_jobs j WHERE j.run_id = r.id AND j.attempt IS NOT NULL)",
        "Under way though nobody was ever given it",
        "the next runner ends it",
    ),
    _Contradiction(
        "typeof(r.progress_pct) <> 'integer' OR r.progress_pct NOT BETWEEN 0 AND 100",
        "Progress that is not 0 to 100 %",
        _REMOVE,
    ),
    _Contradiction(
        "r.end_date <= r.start_date OR r.finished_at < r.started_at",
        "An end before the start, of the period or of the work",
        _REMOVE,
    ),
    _Contradiction(
        f"r.id IN (SELECT run_id FROM backtest_trades WHERE {_NO_NUMBER})",
        "Trades with a price, size or profit that is no number",
        _AGAIN,
    ),
)


def findings(connection: Connection) -> list[str]:
    """Look at every run and at what hangs on it; return a sentence for everything that cannot be."""
    return [*_orphans(connection), *_contradictions(connection), *_unreadable(connection)]


def sqlite_warning() -> str | None:
    """Return a sentence when this SQLite has the fault of logs that start anew."""
    if sqlite3.sqlite_version_info >= SOUND_SQLITE:
        return None
    wanted = ".".join(map(str, SOUND_SQLITE))
    return (
        f"Version {sqlite3.sqlite_version} has the WAL-reset bug (mended in {wanted}): two checkpoints at"
        " once can lose a commit. Backtape lets only its runner checkpoint; let no other program write to"
        " the store."
    )


def _orphans(connection: Connection) -> Iterator[str]:
    """Name the rows whose parents are gone, and the parents that they name."""
    found = connection.execute(
        'SELECT f."table", f.parent, l."from", l."to", count(*) FROM pragma_foreign_key_check f'
        ' JOIN pragma_foreign_key_list(f."table") l ON l.id = f.fkid GROUP BY 1, 2, 3, 4'
    ).fetchall()
    for table, parent, column, key, amount in found:
        rows = connection.execute(
            f"SELECT DISTINCT {_quoted(column)} FROM {_quoted(table)} WHERE {_quoted(column)} NOT IN"
            f" (SELECT {_quoted(key)} FROM {_quoted(parent)}) ORDER BY 1 LIMIT {_NAMED}"
        ).fetchall()
        missing = ", ".join(str(row[0]) for row in rows)
        yield (
            f"{amount:,} rows of {table} belong to rows of {parent} that are not there ({missing}) and are"
            f" shown nowhere; {_cure_of_orphans(table, parent, column, missing)}."
        )


def _cure_of_orphans(table: str, parent: str, column: str, missing: str) -> str:
    if parent == "backtest_runs":
        return f"they do no harm, and DELETE FROM {table} WHERE {column} IN ({missing}) removes them"
    return "'backtape backup --list' lists the backups, of which an older one may have what is missing"


def _contradictions(connection: Connection) -> Iterator[str]:
    for one in _CONTRADICTIONS:
        rows = connection.execute(
            f"SELECT r.id FROM backtest_runs r WHERE r.deleted_at IS NULL AND ({one.condition}) ORDER BY r.id"
        ).fetchall()
        if rows:
            ids = [int(row[0]) for row in rows]
            yield f"{one.words}: {_runs(ids)}; {one.cure.format(first=ids[0])}."


def _unreadable(connection: Connection) -> Iterator[str]:
    """Name the runs with values that only another program can have written."""
    rows = connection.execute(
        f"SELECT {', '.join('r.' + name for name in RUN_COLUMNS)}, s.name, coalesce(t.statistics, '{{}}')"
        " FROM backtest_runs r JOIN strategies s ON s.id = r.strategy_id"
        " LEFT JOIN run_statistics t ON t.run_id = r.id WHERE r.deleted_at IS NULL ORDER BY r.id"
    )
    found = {row[0]: names for row in rows if (names := unreadable(RunRecord, row))}
    if found:
        columns = ", ".join(sorted({name for names in found.values() for name in names}))
        ids = list(found)
        yield (
            f"Values that Backtape did not write ({columns}): {_runs(ids)}; they are shown as undefined,"
            f" and {_REMOVE.format(first=ids[0])}."
        )


def _runs(ids: Sequence[int]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return f"run{'' if len(ids) == 1 else 's'} {', '.join(map(str, ids[:_NAMED]))}{more}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
