"""What a person has said of the queue of a store; runs under way are not its business."""

from dataclasses import dataclass

from db.connection import Connection, transaction


@dataclass(frozen=True, slots=True)
class Queue:
    """Whether waiting runs are held back, and how many are worked on at once; None: as configured."""

    paused: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting run stands: the how-manieth of how many that wait for the same workers.

    Runs that ask a language model wait for workers of their own. `paused`: all are held back.
    """

    number: int
    of: int
    uses_model: bool = False
    paused: bool = False


def read(connection: Connection) -> Queue:
    """Return what was said last; nothing is held back until somebody says so."""
    row = connection.execute("SELECT paused, workers FROM queue WHERE id = 1").fetchone()
    return Queue() if row is None else Queue(bool(row[0]), row[1])


def place(connection: Connection, run_id: int) -> Place | None:
    """Return where a run stands among those that wait; None for one that does not wait."""
    row = connection.execute(
        "WITH waiting AS (SELECT r.id AS id, coalesce(j.uses_model, 0) AS asks FROM backtest_runs r"
        " LEFT JOIN run_jobs j ON j.run_id = r.id WHERE r.status = 'pending' AND r.deleted_at IS NULL)"
        " SELECT sum(w.id <= own.id), count(*), own.asks FROM waiting own"
        " JOIN waiting w ON w.asks = own.asks WHERE own.id = ? GROUP BY own.id",
        (run_id,),
    ).fetchone()
    return None if row is None else Place(row[0], row[1], bool(row[2]), read(connection).paused)


def pause(connection: Connection, paused: bool) -> None:
    """Hold waiting runs back, or let them go on."""
    _set(connection, "paused", int(paused))


def set_workers(connection: Connection, workers: int | None) -> None:
    """Say how many runs are worked on at once; None takes it back to what is configured."""
    _set(connection, "workers", workers)


def _set(connection: Connection, column: str, value: int | None) -> None:
    with transaction(connection):
        connection.execute(
            f"INSERT INTO queue (id, {column}) VALUES (1, ?)"
            f" ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}",
            (value,),
        )
