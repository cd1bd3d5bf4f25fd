"""Opening the data folder and its store for a command: made or upgraded first, closed afterwards."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from core.errors import BacktapeError
from core.home import Home
from db.connection import StoreConnection, checkpoint, connect, is_log_long
from db.errors import StoreError
from db.upgrade import open_store
from tui.commands.parsing import UsageError


def usable_home() -> Home:
    """Return the data folder, made if need be.

    Raises:
        UsageError: it cannot be made or written.
    """
    try:
        return Home.locate().create()
    except BacktapeError as error:
        raise UsageError(str(error)) from error


@contextmanager
def opened_store() -> Iterator[tuple[Home, StoreConnection]]:
    """Open the store with plain `sqlite3`; a command needs no more, and it is there at once."""
    home = usable_home()
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield home, connection
        _shorten_log(home, connection)


def _shorten_log(home: Home, connection: StoreConnection) -> None:
    """Do the runner's work where a command wrote much and no runner is there to move it into the store."""
    if not is_log_long(connection):
        return
    from core.jobs.lock import RunnerLock

    lock = RunnerLock(home.lock)
    if lock.take(patience=0.0):
        with suppress(StoreError):  # what was written is safe where it is
            checkpoint(connection, truncate=True)
        lock.release()
