"""Looking into a store, or a copy of one, without changing a byte of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.connection import Connection, StoreConnection, identity_of
from db.faults import translated

# The check also names rows that break a rule of their table. Such a row was put in by hand: the
# pages that hold it are sound, and so is everything else in the file.
_OF_ROWS = "NULL value in "
_MOST_LINES = 100


def looking_uri(path: Path) -> str:
    """Return the URI that opens a file to read only.

    The last ordinary connection to close a store moves its log into it. One that
    only reads does not, but it makes a log where there is none; then nobody has the
    store open, and it can be read as a file that stays as it is.
    """
    shared = path.with_name(path.name + "-wal").exists()
    return f"{path.absolute().as_uri()}?mode=ro{'' if shared else '&immutable=1'}"


@contextmanager
def looking(path: Path) -> Iterator[StoreConnection]:
    """Open a store to look at it: neither the store nor its log is changed, whatever state they are in.

    Raises:
        StoreError: the file is missing, unreadable or no database.
    """
    with translated(path):
        connection = sqlite3.connect(
            looking_uri(path), uri=True, isolation_level=None, timeout=5.0, factory=StoreConnection
        )
    try:
        connection.path, connection.identity = path, identity_of(path)
        yield connection
    finally:
        connection.close()


def damage(connection: Connection | sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """Return what does not fit together in the pages of a file, in SQLite's words; nothing if it is whole.

    `quick` leaves out whether the indexes agree with their tables.
    """
    connection.execute("PRAGMA ignore_check_constraints=ON")
    check = "quick_check" if quick else "integrity_check"
    lines = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({_MOST_LINES})").fetchall()]
    connection.execute("PRAGMA ignore_check_constraints=OFF")
    return [" ".join(line.split()) for line in lines if line != "ok" and not line.startswith(_OF_ROWS)]
