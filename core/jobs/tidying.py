"""What an idle runner clears away: deleted runs and files whose time is over."""

import re
from pathlib import Path

from core.errors import BacktapeError
from core.home import Home
from core.jobs.logs import LOGGER
from db import jobs, runs
from db.connection import Connection
from db.times import now

TIDY_SECONDS = 3600.0

_LOG = re.compile(r"run-([0-9]+)\.log")


def tidy(home: Home, connection: Connection) -> None:
    """Purge runs deleted long ago, price history that nothing uses, and logs of runs that are gone.

    Raises:
        StoreError: the store cannot be written now; the next time will do.
    """
    from core.datasets import sweep_unused

    purged = runs.purge(connection, now())
    try:
        swept = sweep_unused(home, connection)
    except BacktapeError as error:
        LOGGER.warning("%s", error)
        swept = []
    forgotten = _forget_logs(home, connection)
    if purged or swept or forgotten:
        LOGGER.info("cleared away: %d runs, %d dataset versions, %d logs", len(purged), len(swept), forgotten)


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
