"""What must hold after every fault, whatever it was."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from core.jobs.process import Identity
from db import curves, jobs, runs
from db.connection import StoreConnection
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

# Seconds after which no run may be under way without a living worker.
SETTLED = 30.0


@dataclass(frozen=True)
class Shown:
    """A run that was shown as completed: row, trades and curve."""

    row: dict[str, Any]
    trades: list[tuple[Any, ...]]
    curve: bytes


def shown(connection: StoreConnection, run_id: int) -> Shown:
    """Return everything that is stored of a completed run."""
    run, curve = runs.get(connection, run_id), curves.get(connection, run_id)
    assert run is not None
    assert curve is not None
    rows = connection.execute("SELECT * FROM backtest_trades WHERE run_id = ? ORDER BY id", (run_id,))
    return Shown(run.columns(), [tuple(row) for row in rows.fetchall()], curve.curve)


@contextmanager
def unharmed(bench: Bench) -> Iterator[None]:
    """Check, after the faults of the block, that nothing is left over and nothing that was shown is lost."""
    before = _completed(bench.connection)
    yield
    bench.start()  # as the next interface does
    wait_until(lambda: not without_worker(bench.connection), "every run under way has a worker", SETTLED)
    runs.request_cancel(bench.connection, _active(bench.connection))
    wait_until(lambda: not _active(bench.connection), "every run ends", SETTLED)
    who = bench.runner_now()
    if who is not None:
        with suppress(ProcessLookupError):  # it may leave by itself meanwhile
            os.kill(who.pid, signal.SIGTERM)
    bench.wait_until_empty()
    assert bench.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert bench.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert {key: shown(bench.connection, key) for key in before} == before
    assert contradictions(bench.connection) == []
    assert [path.name for path in bench.home.spool.iterdir()] == []


def without_worker(connection: StoreConnection) -> list[int]:
    """Return the runs that are `running` though nobody works on them."""
    return [job.run_id for job in jobs.active(connection) if not _has_worker(job)]


def contradictions(connection: StoreConnection) -> list[tuple[Any, ...]]:
    """Return the runs whose end and what is stored of them do not agree: a result with every completed run,
    wholly and once, and with no other."""
    rows = connection.execute(
        "SELECT r.id, r.status, r.total_trades, count(t.id), count(DISTINCT t.position), c.run_id"
        " FROM backtest_runs r LEFT JOIN run_curves c ON c.run_id = r.id"
        " LEFT JOIN backtest_trades t ON t.run_id = r.id GROUP BY r.id"
        " HAVING (r.status = 'completed') <> (c.run_id IS NOT NULL)"
        " OR (r.status = 'completed' AND count(t.id) <> r.total_trades)"
        " OR (r.status <> 'completed' AND count(t.id) > 0)"
        " OR (r.status = 'failed' AND coalesce(r.error_message, '') = '')"
    )
    return [tuple(row) for row in rows.fetchall()]


def _completed(connection: StoreConnection) -> dict[int, Shown]:
    rows = connection.execute("SELECT id FROM backtest_runs WHERE status = 'completed'").fetchall()
    return {row[0]: shown(connection, row[0]) for row in rows}


def _active(connection: StoreConnection) -> list[int]:
    rows = connection.execute("SELECT id FROM backtest_runs WHERE status IN ('pending', 'running')")
    return [row[0] for row in rows.fetchall()]


def _has_worker(job: jobs.JobRecord) -> bool:
    if job.pid is None or job.process_start is None or job.boot is None:
        return False
    return Identity(job.pid, job.process_start, job.boot).lives()
