"""What can be said about the state of a store, for the doctor."""

import sqlite3

from db.connection import Connection

# Before this one a log that starts anew may lose a commit made at the same moment.
SOUND_SQLITE = (3, 51, 3)


def findings(connection: Connection) -> list[str]:
    """Check the whole store; return a sentence for everything that is wrong with it."""
    return [*_integrity(connection), *_orphans(connection), *_stray_states(connection)]


def sqlite_warning() -> str | None:
    """Return a sentence when this SQLite has the fault of logs that start anew."""
    if sqlite3.sqlite_version_info >= SOUND_SQLITE:
        return None
    wanted = ".".join(map(str, SOUND_SQLITE))
    return (
        f"SQLite {sqlite3.sqlite_version} has a rare fault in its write-ahead log (mended in {wanted}); "
        "a Python with a newer SQLite is better."
    )


def _integrity(connection: Connection) -> list[str]:
    rows = connection.execute("PRAGMA integrity_check(10)").fetchall()
    return [f"The store is damaged: {row[0]}." for row in rows if row[0] != "ok"]


def _orphans(connection: Connection) -> list[str]:
    rows = connection.execute(
        'SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2'
    ).fetchall()
    return [f"{row[2]} rows of {row[0]} point at rows of {row[1]} that do not exist." for row in rows]


def _stray_states(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT r.id FROM backtest_runs r LEFT JOIN run_curves c ON c.run_id = r.id"
        " WHERE r.status = 'completed' AND c.run_id IS NULL ORDER BY r.id LIMIT 10"
    ).fetchall()
    return [f"Run {row[0]} is completed but has no equity curve." for row in rows]
