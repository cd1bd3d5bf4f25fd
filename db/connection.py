"""Connections to the store, and the one way to write through them."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, cast

from db.errors import StoreChangedError, StoreError, StoreReplacedError
from db.faults import translated
from db.revision import REVISION, REVISIONS

# Seconds that a statement waits for another writer before it gives up.
PATIENCE = 5.0
# A result is worth a long wait.
LONG_PATIENCE = 60.0
# Bytes of write-ahead log at which the runner checkpoints.
CHECKPOINT_BYTES = 4 * 1024 * 1024

Identity = tuple[int, int]


class Cursor(Protocol):
    """The rows of one statement."""

    @property
    def rowcount(self) -> int:
        """Rows changed by the statement."""

    @property
    def lastrowid(self) -> int | None:
        """Row id of the last insert."""

    def fetchone(self) -> Any:  # noqa: ANN401
        """Return the next row or None."""

    def fetchall(self) -> list[Any]:
        """Return every row that is left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What the functions of this package need: met by `sqlite3` here and by the async store."""

    @property
    def path(self) -> Path:
        """The store's file."""

    @property
    def identity(self) -> Identity:
        """Device and inode of the file that was opened."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement for every row of parameters."""


class StoreCursor(sqlite3.Cursor):
    """A cursor whose errors are those of the store."""

    def fetchone(self) -> Any:  # noqa: ANN401
        """Return the next row or None."""
        with translated(_path(self)):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """Return every row that is left."""
        with translated(_path(self)):
            return super().fetchall()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        while rows := self._next_rows():
            yield from rows

    def _next_rows(self) -> list[Any]:
        with translated(_path(self)):
            return super().fetchmany(1000)


class StoreConnection(sqlite3.Connection):
    """A plain connection whose errors are those of the store."""

    path: Path
    identity: Identity

    def execute(self, sql: str, parameters: Any = (), /) -> StoreCursor:  # noqa: ANN401
        """Run one statement."""
        with translated(self.path):
            cursor = StoreCursor(self)
            cursor.execute(sql, parameters)
            return cursor

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> StoreCursor:
        """Run one statement for every row of parameters."""
        with translated(self.path):
            cursor = StoreCursor(self)
            cursor.executemany(sql, parameters)
            return cursor


def _path(cursor: sqlite3.Cursor) -> Path:
    return cast("StoreConnection", cursor.connection).path


def connect(path: Path, *, runner: bool = False, patience: float = PATIENCE) -> StoreConnection:
    """Open a connection to a store that exists; never makes one.

    Only the runner's connection checkpoints by itself.

    Raises:
        StoreError: the file is missing, unreadable or no database.
    """
    with translated(path):
        connection = sqlite3.connect(
            file_uri(path), uri=True, isolation_level=None, timeout=patience, factory=StoreConnection
        )
    connection.path = path
    try:
        connection.identity = identity_of(path)
        for pragma in pragmas(runner=runner):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def file_uri(path: Path) -> str:
    """Return the URI that opens the file for reading and writing if it exists."""
    return f"{path.absolute().as_uri()}?mode=rw"


def pragmas(*, runner: bool = False) -> list[str]:
    """Return the settings every connection begins with."""
    settings = ["PRAGMA foreign_keys=ON", "PRAGMA synchronous=NORMAL"]
    return settings if runner else [*settings, "PRAGMA wal_autocheckpoint=0"]


def identity_of(path: Path) -> Identity:
    """Return device and inode of the file under this name.

    Raises:
        StoreReplacedError: there is none.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 (a tenth of the cost, ten times a second)
    except OSError as error:
        raise StoreReplacedError(f"The store {path} is gone; bring it back or start again.") from error
    return status.st_dev, status.st_ino


@contextmanager
def transaction(connection: Connection, *, full: bool = False) -> Iterator[None]:
    """Run the block in one write transaction; within another it is part of that one.

    The write lock is taken at the beginning (a read that turns into a write
    fails at once, whatever the timeout). With `full` the commit has reached the
    disk when the block ends.

    Raises:
        StoreBusyError: another writer held the lock for too long; nothing was written.
        StoreChangedError: the store has been upgraded since this program started.
        StoreReplacedError: the file is no longer the one that was opened.
    """
    if connection.in_transaction:
        yield
        return
    if full:
        connection.execute("PRAGMA synchronous=FULL")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            verify(connection)
            yield
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
    finally:
        if full:
            connection.execute("PRAGMA synchronous=NORMAL")


def _roll_back(connection: Connection) -> None:
    # A full disk or an I/O error has rolled back already; the first error is the one to tell.
    with suppress(StoreError):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def verify(connection: Connection) -> None:
    """Make sure that a write would land in the store and schema that this program knows.

    Raises:
        StoreChangedError: another schema revision.
        StoreReplacedError: another file, or none, under the store's name.
    """
    if identity_of(connection.path) != connection.identity:
        raise StoreReplacedError(
            f"The store {connection.path} was replaced while it was open; start again to use the new one."
        )
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is not None and row[0] == REVISION:
        return
    if row is not None and row[0] in REVISIONS[: REVISIONS.index(REVISION)]:
        raise StoreChangedError(
            f"The store {connection.path} is older than this Backtape; any command of it, such as "
            "backtape runs, upgrades it."
        )
    raise StoreChangedError(
        f"The store {connection.path} was upgraded by a newer Backtape while this one was open; start again."
    )


@contextmanager
def patience(connection: Connection, seconds: float) -> Iterator[None]:
    """Let the statements of the block wait this long for another writer."""
    before = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout={before}")


def is_log_long(connection: Connection, over: int = CHECKPOINT_BYTES) -> bool:
    """Return whether the write-ahead log is longer than so many bytes."""
    log = connection.path.with_name(connection.path.name + "-wal")
    try:
        return log.stat().st_size > over
    except FileNotFoundError:
        return False


def checkpoint(connection: Connection, *, over: int = CHECKPOINT_BYTES, truncate: bool = False) -> bool:
    """Move the write-ahead log into the store when it is longer than `over` bytes.

    For the runner alone, or under its lock. Readers are not disturbed: what they
    still need stays. Returns whether it was tried.
    """
    if not is_log_long(connection, over):
        return False
    connection.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if truncate else 'PASSIVE'})").fetchall()
    return True
