"""Cancelling, deleting and purging runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.connection import Connection, transaction
from db.times import now, utc_text
from db.values import batches, marks

# How long a deleted run can be brought back.
KEPT = timedelta(days=30)


def request_cancel(connection: Connection, run_ids: Sequence[int]) -> list[int]:
    """Ask for the end of runs; those that wait end cancelled at once, those under way soon.

    Returns the ids that were active; asking twice is asking once.
    """
    moment = utc_text(now())
    touched: list[int] = []
    with transaction(connection):
        for batch in batches(run_ids):
            holders = marks(len(batch))
            ended = connection.execute(
                f"UPDATE backtest_runs SET status = 'cancelled', finished_at = ? WHERE id IN ({holders})"
                " AND status = 'pending' RETURNING id",
                [moment, *batch],
            ).fetchall()
            asked = connection.execute(
                "UPDATE run_jobs SET cancel_requested = 1,"
                f" cancel_requested_at = coalesce(cancel_requested_at, ?) WHERE run_id IN ({holders})"
                " AND EXISTS (SELECT 1 FROM backtest_runs r WHERE r.id = run_id AND r.status = 'running')"
                " RETURNING run_id",
                [moment, *batch],
            ).fetchall()
            touched += [row[0] for row in (*ended, *asked)]
    return sorted(touched)


def delete(connection: Connection, run_ids: Sequence[int]) -> list[int]:
    """Mark runs deleted, cancelling the active ones; return the ids marked now."""
    moment = utc_text(now())
    marked: list[int] = []
    with transaction(connection):
        request_cancel(connection, run_ids)
        for batch in batches(run_ids):
            rows = connection.execute(
                f"UPDATE backtest_runs SET deleted_at = ? WHERE id IN ({marks(len(batch))})"
                " AND deleted_at IS NULL RETURNING id",
                [moment, *batch],
            ).fetchall()
            marked += [row[0] for row in rows]
    return sorted(marked)


def undelete(connection: Connection, run_ids: Sequence[int]) -> list[int]:
    """Bring deleted runs back; return the ids. One whose strategy is deleted stays with it."""
    back: list[int] = []
    with transaction(connection):
        for batch in batches(run_ids):
            rows = connection.execute(
                f"UPDATE backtest_runs SET deleted_at = NULL WHERE id IN ({marks(len(batch))})"
                " AND deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM strategies s"
                " WHERE s.id = strategy_id AND s.deleted_at IS NULL) RETURNING id",
                batch,
            ).fetchall()
            back += [row[0] for row in rows]
    return sorted(back)


def last_deleted(connection: Connection) -> list[int]:
    """Return the ids that the latest deletion marked, for undoing it."""
    rows = connection.execute(
        "SELECT id FROM backtest_runs WHERE deleted_at IS NOT NULL AND deleted_at ="
        " (SELECT max(deleted_at) FROM backtest_runs WHERE deleted_at IS NOT NULL) ORDER BY id"
    ).fetchall()
    return [row[0] for row in rows]


def purge(
    connection: Connection,
    moment: datetime,
    older_than: timedelta = KEPT,
    *,
    run_ids: Sequence[int] | None = None,
) -> list[int]:
    """Remove for good what was deleted longer ago than `older_than`; return the ids of the runs.

    With `run_ids` only among those. One that still runs is left until it has
    ended. Each run goes in a transaction of its own, so that other writers get
    their turn. Strategies go when their time has come and no run is left.
    """
    before = utc_text(moment - older_than)
    rows = connection.execute(
        "SELECT id FROM backtest_runs WHERE deleted_at IS NOT NULL AND deleted_at <= ? ORDER BY id",
        (before,),
    ).fetchall()
    wanted = None if run_ids is None else {int(key) for key in run_ids}
    gone = [row[0] for row in rows if (wanted is None or row[0] in wanted) and _purge_one(connection, row[0])]
    if wanted is None:
        _purge_strategies(connection, before)
    return gone


def _purge_one(connection: Connection, run_id: int) -> bool:
    with transaction(connection):
        cursor = connection.execute(
            "DELETE FROM backtest_runs WHERE id = ? AND deleted_at IS NOT NULL"
            " AND status NOT IN ('pending', 'running')",
            (run_id,),
        )
        return cursor.rowcount == 1


def _purge_strategies(connection: Connection, before: str) -> None:
    with transaction(connection):
        connection.execute(
            "DELETE FROM strategies WHERE deleted_at IS NOT NULL AND deleted_at <= ? AND NOT EXISTS"
            " (SELECT 1 FROM backtest_runs r WHERE r.strategy_id = strategies.id)",
            (before,),
        )
