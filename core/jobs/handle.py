"""The runner's connection to the store, which must not exist while it forks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.jobs.children import refuse_open_store
from db.connection import StoreConnection, connect, identity_of

# The runner looks after many things: it does not wait long for any of them.
PATIENCE = 0.5


class StoreHandle:
    """One connection, closed around every fork and opened again by whoever asks next."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: StoreConnection | None = None
        self._seen: int | None = None

    @property
    def connection(self) -> StoreConnection:
        """The open connection.

        Raises:
            StoreReplacedError: there is no store any more.
            StoreError: the store cannot be opened.
        """
        if self._connection is None:
            identity_of(self.path)  # a store that is gone is told as gone
            self._connection = connect(self.path, runner=True, patience=PATIENCE)
            self._seen = None
        return self._connection

    def changed(self) -> bool:
        """Return whether the store may have changed since the last call."""
        version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        before, self._seen = self._seen, version
        return bool(before != version)

    def close(self) -> None:
        """Let go of the store, its file descriptors included."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Hold the store closed, and make sure of it, while the block forks."""
        self.close()
        refuse_open_store(self.path)
        yield
