"""What the one runner of a store says of itself."""

from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection, transaction
from db.reading import record
from db.times import now, utc_text


@dataclass(frozen=True, slots=True)
class RunnerRecord:
    """The process, the code and the environment that runs are worked on with."""

    pid: int
    process_start: float
    boot: str
    code_version: str
    schema_revision: str
    environment_digest: str
    salt: str
    state: str
    handover_requested: bool
    updated_at: datetime


def publish(
    connection: Connection,
    *,
    pid: int,
    process_start: float,
    boot: str,
    code_version: str,
    schema_revision: str,
    environment_digest: str,
    salt: str,
    state: str = "",
) -> None:
    """Say that this process is the runner now; a hand-over asked of another is forgotten."""
    with transaction(connection):
        connection.execute(
            "INSERT OR REPLACE INTO runner (id, pid, process_start, boot, code_version, schema_revision,"
            " environment_digest, salt, state, handover_requested, updated_at)"
            " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                pid,
                process_start,
                boot,
                code_version,
                schema_revision,
                environment_digest,
                salt,
                state,
                utc_text(now()),
            ),
        )


def say(connection: Connection, pid: int, process_start: float, state: str) -> bool:
    """Publish what the runner is doing; False when another one has taken its place."""
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE runner SET state = ?, updated_at = ? WHERE id = 1 AND pid = ? AND process_start = ?",
            (state, utc_text(now()), pid, process_start),
        )
        return cursor.rowcount == 1


def read(connection: Connection) -> RunnerRecord | None:
    """Return what the last runner published; whether it lives is for the caller to find out."""
    row = connection.execute(
        "SELECT pid, process_start, boot, code_version, schema_revision, environment_digest, salt, state,"
        " handover_requested, updated_at FROM runner WHERE id = 1"
    ).fetchone()
    return None if row is None else record(RunnerRecord, row)


def request_handover(connection: Connection, record: RunnerRecord) -> bool:
    """Ask the runner of `record` to hand over; False when it is not the runner any more."""
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE runner SET handover_requested = 1 WHERE id = 1 AND pid = ? AND process_start = ?"
            " AND boot = ?",
            (record.pid, record.process_start, record.boot),
        )
        return cursor.rowcount == 1


def withdraw(connection: Connection, pid: int, process_start: float) -> bool:
    """Take the row away when its runner ends; another one's is left alone."""
    with transaction(connection):
        cursor = connection.execute(
            "DELETE FROM runner WHERE id = 1 AND pid = ? AND process_start = ?", (pid, process_start)
        )
        return cursor.rowcount == 1
