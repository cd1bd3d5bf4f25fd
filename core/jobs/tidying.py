"""What an idle runner does: the day's backup, and clearing away what has had its time."""

import re
from pathlib import Path

from core.errors import BacktapeError
from core.home import Home
from core.jobs.logs import LOGGER
from db import jobs, runs
from db.backup import back_up_daily
from db.connection import Connection
from db.errors import StoreError
from db.times import now

TIDY_SECONDS = 3600.0

_NEVER_GIVEN = "The run was marked as under way, but no worker was ever given it; repeat the run."
_LOG = re.compile(r"run-([0-9]+)\.log")


def tidy(home: Home, connection: Connection) -> None:
    """Copy the store, then purge runs deleted long ago, unused price history, and logs of runs that are gone.

    Raises:
        StoreError: the store cannot be written now; the next time will do.
    """
    from core.datasets import sweep_unused

    _back_up(connection)
    _end_strays(connection)
    purged = runs.purge(connection, now())
    try:
        swept = sweep_unused(home, connection)
    except BacktapeError as error:
        LOGGER.warning("%s", error)
        swept = []
    forgotten = _forget_logs(home, connection)
    if purged or swept or forgotten:
        LOGGER.info("cleared away: %d runs, %d dataset versions, %d logs", len(purged), len(swept), forgotten)


def _back_up(connection: Connection) -> None:
    """Make the day's copy of the store, unless a run comes; none is worth a runner."""
    waiting = jobs.waiting(connection)
    try:
        made = back_up_daily(connection.path, go_on=lambda: jobs.waiting(connection) <= waiting)
    except StoreError as error:
        LOGGER.warning("no daily backup: %s", error)
    else:
        if made is not None:
            LOGGER.info("daily backup: %s", made.name)


def _end_strays(connection: Connection) -> None:
    """End runs that are under way though no attempt ever was: only another program can have written that."""
    rows = connection.execute(
        "SELECT id FROM backtest_runs WHERE status IN ('pending', 'running') AND status = 'running'"
        " AND id NOT IN (SELECT run_id FROM run_jobs)"
    ).fetchall()
    for (run_id,) in rows:
        if jobs.end(connection, run_id, None, "failed", _NEVER_GIVEN):
            LOGGER.warning("run %d: %s", run_id, _NEVER_GIVEN)


def _forget_logs(home: Home, connection: Connection) -> int:
    logs = {int(found[1]): path for path in home.logs.iterdir() if (found := _LOG.fullmatch(path.name))}
    gone = [number for number in logs if jobs.get(connection, number) is None]
    for number in gone:
        _unlink(logs[number])
    return len(gone)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        LOGGER.warning("%s cannot be removed: %s", path.name, error.strerror)
