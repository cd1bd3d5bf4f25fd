"""What a person has said of the queue of a store; runs under way are not its business."""

from dataclasses import dataclass

from db.connection import Connection, transaction


@dataclass(frozen=True, slots=True)
class Queue:
    """Whether waiting runs are held back, and how many are worked on at once; None: as configured."""

    paused: bool = False
    workers: int | None = None


def read(connection: Connection) -> Queue:
    """Return what was said last; nothing is held back until somebody says so."""
    row = connection.execute("SELECT paused, workers FROM queue WHERE id = 1").fetchone()
    return Queue() if row is None else Queue(bool(row[0]), row[1])


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
