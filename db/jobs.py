"""The live side of runs: who works on them, how far they are, how they end.

Every write of a worker is conditional on its attempt token. Whoever has lost the
attempt can write nothing, whenever it wakes up.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import curves, llm_calls, trades
from db.columns import METRICS
from db.connection import LONG_PATIENCE, Connection, patience, transaction, verify
from db.curves import CurveRecord
from db.errors import StoreBusyError
from db.llm_calls import Met
from db.reading import record, unreadable
from db.revision import REVISION
from db.times import now, utc_text
from db.values import json_text, plain

# A sign of life that would have to wait longer than this is left out.
BEAT_PATIENCE = 0.1
# What a worker does that has computed its result.
STORING = "storing"

_COLUMNS = (
    "run_id, attempt, attempts, pid, process_start, boot, claimed_at, heartbeat, cancel_requested,"
    " cancel_requested_at, uses_model, phase, bars_done, bars_total, trades, equity,"
    " time_limit"
)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """The live side of one run as it was last written; `unreadable` names what another program put there."""

    run_id: int
    attempt: str | None
    attempts: int
    pid: int | None
    process_start: float | None
    boot: str | None
    claimed_at: datetime | None
    heartbeat: datetime | None
    cancel_requested: bool
    cancel_requested_at: datetime | None
    uses_model: bool
    phase: str | None
    bars_done: int
    bars_total: int
    trades: int
    equity: float | None
    time_limit: int | None = None  # seconds
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that was given to one attempt, its `number`-th, for `time_limit` seconds or without end."""

    run_id: int
    attempt: str
    uses_model: bool
    number: int
    time_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life of a worker; `curve` None leaves the live curve as it was."""

    bars_done: int
    bars_total: int
    trades: int = 0
    equity: float | None = None
    curve: bytes | None = None
    phase: str | None = None

    @property
    def progress_pct(self) -> int:
        """Whole percent of the bars done; 100 is for a stored result only."""
        return min(99, 100 * self.bars_done // self.bars_total) if self.bars_total > 0 else 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything a finished run leaves; `trades` as rows for `db.trades.insert_many`.

    `calls` are what it made of a language model's answers, for `db.llm_calls.write_met`.
    """

    metrics: Mapping[str, Any]
    trades: Sequence[Sequence[Any]]
    curve: CurveRecord
    statistics: Mapping[str, Any] = field(default_factory=dict)
    data_file_path: str | None = None
    calls: Sequence[Met] = ()


def new_token() -> str:
    """Return a token for one attempt."""
    return secrets.token_hex(16)


def claim_next(connection: Connection, token: str, *, uses_model: bool | None = None) -> Claim | None:
    """Give the oldest waiting run to the attempt `token`; None when none waits.

    `uses_model` limits the choice to runs that do, or do not, ask a language model.
    """
    if _oldest_waiting(connection, uses_model) is None:
        return None
    with transaction(connection):
        row = _oldest_waiting(connection, uses_model)
        if row is None:
            return None
        moment = utc_text(now())
        connection.execute(
            "UPDATE backtest_runs SET status = 'running', progress_pct = 0, started_at = ?,"
            " finished_at = NULL, error_message = NULL WHERE id = ?",
            (moment, row[0]),
        )
        number, limit = connection.execute(
            "INSERT INTO run_jobs (run_id, attempt, attempts, claimed_at) VALUES (?, ?, 1, ?)"
            " ON CONFLICT (run_id) DO UPDATE SET attempt = excluded.attempt, attempts = attempts + 1,"
            " claimed_at = excluded.claimed_at, pid = NULL, process_start = NULL, boot = NULL,"
            " heartbeat = NULL, phase = NULL, bars_done = 0, bars_total = 0, trades = 0, equity = NULL,"
            " curve = NULL, cancel_requested = 0, cancel_requested_at = NULL"
            " RETURNING attempts, time_limit",
            (row[0], token, moment),
        ).fetchone()
    return Claim(row[0], token, bool(row[1]), number, limit if isinstance(limit, int) else None)


def _oldest_waiting(connection: Connection, uses_model: bool | None) -> Any:  # noqa: ANN401
    return connection.execute(
        "SELECT r.id, coalesce(j.uses_model, 0) FROM backtest_runs r LEFT JOIN run_jobs j ON j.run_id = r.id"
        " WHERE r.status = 'pending' AND r.deleted_at IS NULL"
        " AND (? IS NULL OR coalesce(j.uses_model, 0) = ?) ORDER BY r.id LIMIT 1",
        (uses_model, uses_model),
    ).fetchone()


def attach(connection: Connection, attempt: str, pid: int, process_start: float, boot: str) -> bool:
    """Let a worker take its attempt; False when it is lost or taken, and the worker leaves."""
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE run_jobs SET pid = ?, process_start = ?, boot = ?, heartbeat = ?"
            " WHERE attempt = ? AND pid IS NULL AND EXISTS (SELECT 1 FROM backtest_runs r"
            " WHERE r.id = run_id AND r.status = 'running')",
            (pid, process_start, boot, utc_text(now()), attempt),
        )
        return cursor.rowcount == 1


def beat(connection: Connection, attempt: str, sign: Beat, *, wait: float = BEAT_PATIENCE) -> bool | None:
    """Write a sign of life; return whether a cancel was requested, None when the attempt is lost.

    Raises:
        StoreBusyError: it would have to wait; the caller goes on and tries at the next chunk.
    """
    with patience(connection, wait):
        row = connection.execute(
            "UPDATE run_jobs SET heartbeat = ?, bars_done = ?, bars_total = ?, trades = ?, equity = ?,"
            " phase = ?, curve = coalesce(?, curve) WHERE attempt = ?"
            " AND EXISTS (SELECT 1 FROM backtest_runs r WHERE r.id = run_id AND r.status = 'running')"
            " AND (SELECT version_num FROM alembic_version) = ?"
            " RETURNING cancel_requested, run_id,"
            " (SELECT progress_pct FROM backtest_runs r WHERE r.id = run_id)",
            (
                utc_text(now()),
                int(sign.bars_done),
                int(sign.bars_total),
                int(sign.trades),
                plain(sign.equity),
                sign.phase,
                sign.curve,
                attempt,
                REVISION,
            ),
        ).fetchone()
        if row is None:
            verify(connection)
            return None
        if row[2] != sign.progress_pct:
            _show_progress(connection, row[1], attempt, sign.progress_pct)
    return bool(row[0])


def _show_progress(connection: Connection, run_id: int, attempt: str, percent: int) -> None:
    try:
        connection.execute(
            "UPDATE backtest_runs SET progress_pct = ? WHERE id = ? AND status = 'running'"
            " AND EXISTS (SELECT 1 FROM run_jobs j WHERE j.run_id = id AND j.attempt = ?)",
            (percent, run_id, attempt),
        )
    except StoreBusyError:
        # The sign of life is written; the percent comes with the next one.
        return


def store_result(
    connection: Connection, attempt: str, result: RunResult, *, wait: float = LONG_PATIENCE
) -> bool:
    """Keep a result, wholly and once, on the disk; False when the attempt is lost.

    Storing it again, as a spooled copy may be, changes nothing and is True.

    Raises:
        StoreBusyError, StoreFullError: nothing was kept; the result can be stored later.
    """
    with patience(connection, wait), transaction(connection, full=True):
        row = connection.execute(
            "SELECT r.id, r.status FROM run_jobs j JOIN backtest_runs r ON r.id = j.run_id"
            " WHERE j.attempt = ?",
            (attempt,),
        ).fetchone()
        if row is None or row[1] not in ("running", "completed"):
            return False
        if row[1] == "running":
            _write_result(connection, row[0], result)
    return True


def _write_result(connection: Connection, run_id: int, result: RunResult) -> None:
    unknown = set(result.metrics) - set(METRICS)
    if unknown:
        raise ValueError(f"runs have no columns for {', '.join(sorted(unknown))}")
    moment = utc_text(now())
    settings = ", ".join(f"{name} = ?" for name in METRICS)
    connection.execute(
        f"UPDATE backtest_runs SET {settings}, status = 'completed', progress_pct = 100,"
        " error_message = NULL, finished_at = ?, data_file_path = coalesce(?, data_file_path) WHERE id = ?",
        (*(plain(result.metrics.get(name)) for name in METRICS), moment, result.data_file_path, run_id),
    )
    connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (run_id,))  # none of ours
    trades.insert_many(connection, run_id, result.trades)
    curves.put(connection, run_id, result.curve)
    llm_calls.write_met(connection, run_id, result.calls)
    connection.execute(
        "INSERT INTO run_statistics (run_id, statistics) VALUES (?, ?)"
        " ON CONFLICT (run_id) DO UPDATE SET statistics = excluded.statistics",
        (run_id, json_text(result.statistics)),
    )
    connection.execute(
        "UPDATE run_jobs SET heartbeat = ?, bars_done = bars_total, curve = NULL, phase = NULL"
        " WHERE run_id = ?",
        (moment, run_id),
    )


def end(connection: Connection, run_id: int, attempt: str | None, status: str, reason: str | None) -> bool:
    """End a run without a result; False when it has ended already or belongs to another attempt.

    A run whose cancel was requested ends `cancelled`, however it died. What its worker
    told last, bars, trades, equity and live curve, stays: it is all that is left of it.
    """
    if status not in ("failed", "cancelled"):
        raise ValueError(f"a run cannot be ended as {status}")
    with transaction(connection):
        row = connection.execute(
            "SELECT coalesce(j.cancel_requested, 0) FROM backtest_runs r"
            " LEFT JOIN run_jobs j ON j.run_id = r.id"
            " WHERE r.id = ? AND r.status IN ('pending', 'running') AND j.attempt IS ?",
            (run_id, attempt),
        ).fetchone()
        if row is None:
            return False
        final = "cancelled" if row[0] else status
        connection.execute(
            "UPDATE backtest_runs SET status = ?, error_message = ?, finished_at = ? WHERE id = ?",
            (final, None if final == "cancelled" else reason, utc_text(now()), run_id),
        )
    return True


def is_computing(connection: Connection, attempt: str) -> bool:
    """Return whether the worker of an attempt has no result yet.

    It is asked by writing: a store in which a result could not be kept now does not answer.

    Raises:
        StoreBusyError, StoreFullError: the store takes nothing now.
    """
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE run_jobs SET time_limit = time_limit WHERE attempt = ? AND phase IS NOT ?"
            " AND EXISTS (SELECT 1 FROM backtest_runs r WHERE r.id = run_id AND r.status = 'running')",
            (attempt, STORING),
        )
        return cursor.rowcount == 1


def requeue(connection: Connection, run_id: int, attempt: str) -> bool:
    """Put a run that no worker has taken back among those that wait.

    Its old attempt is void from then on. A run whose cancel was requested ends
    cancelled instead. False when a worker has it, or it has ended.
    """
    with transaction(connection):
        row = connection.execute(
            "SELECT j.cancel_requested FROM run_jobs j JOIN backtest_runs r ON r.id = j.run_id"
            " WHERE j.run_id = ? AND j.attempt = ? AND j.pid IS NULL AND r.status = 'running'",
            (run_id, attempt),
        ).fetchone()
        if row is None:
            return False
        if row[0]:
            end(connection, run_id, attempt, "cancelled", None)
            return False
        connection.execute(
            "UPDATE run_jobs SET attempt = ?, claimed_at = NULL WHERE run_id = ?", (new_token(), run_id)
        )
        connection.execute(
            "UPDATE backtest_runs SET status = 'pending', started_at = NULL, progress_pct = 0 WHERE id = ?",
            (run_id,),
        )
    return True


def active(connection: Connection) -> list[JobRecord]:
    """Return the live side of every run that is `running`, deleted ones included, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM run_jobs WHERE run_id IN (SELECT id FROM backtest_runs"
        " WHERE status IN ('pending', 'running') AND status = 'running') ORDER BY run_id"
    ).fetchall()
    return [_record(row) for row in rows]


def waiting(connection: Connection) -> int:
    """Return how many runs wait for a worker."""
    return int(
        connection.execute(
            "SELECT count(*) FROM backtest_runs WHERE status = 'pending' AND deleted_at IS NULL"
        ).fetchone()[0]
    )


def get(connection: Connection, run_id: int) -> JobRecord | None:
    """Return the live side of a run."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM run_jobs WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    return None if row is None else _record(row)


def run_of(connection: Connection, attempt: str) -> int | None:
    """Return the run that an attempt belongs to, None when the attempt is void."""
    row = connection.execute("SELECT run_id FROM run_jobs WHERE attempt = ?", (attempt,)).fetchone()
    return None if row is None else int(row[0])


def _record(row: Sequence[Any]) -> JobRecord:
    return record(JobRecord, row, unreadable=unreadable(JobRecord, row))
