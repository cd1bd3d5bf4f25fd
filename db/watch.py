"""Noticing that somebody else has written to the store."""

from pathlib import Path

from db.connection import StoreConnection, connect, identity_of, patience
from db.errors import StoreBusyError, StoreReplacedError


class Watch:
    """A connection of its own that asks whether anything was committed since it last asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: StoreConnection = connect(path)
        self._identity = identity_of(path)
        self._version = self._read()

    def changed(self) -> bool:
        """Return whether any other connection committed since the last call; microseconds.

        Raises:
            StoreReplacedError: the file was replaced or removed; nothing written by those
                who still have the old one open can be kept.
        """
        if identity_of(self._path) != self._identity:
            raise StoreReplacedError(
                f"The store {self._path} was replaced while it was open; start again to use the new one."
            )
        version = self._read()
        changed = version != self._version
        self._version = version
        return changed

    def is_free(self) -> bool:
        """Return whether no other program holds the write lock just now, without waiting for it."""
        try:
            with patience(self._connection, 0.0):
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("ROLLBACK")
        except StoreBusyError:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
