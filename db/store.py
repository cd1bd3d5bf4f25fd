"""The store for asynchronous callers: the functions of this package, run off the event loop.

store = await Store.open(path)
rows = await store.read(runs.summaries, ids)
await store.write(runs.delete, ids)
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, event
from sqlalchemy import Connection as EngineConnection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.connection import PATIENCE, Connection, Cursor, Identity, identity_of, pragmas, transaction
from db.errors import StoreBusyError
from db.faults import BUSY, translate, translated

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """A store that is open; made by `Store.open`."""

    def __init__(self, path: Path, engine: AsyncEngine, identity: Identity) -> None:
        self.path = path
        self._engine = engine
        self._identity = identity
        self._writing = asyncio.Lock()
        self._refusals = 0
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """Open a store that exists and is current (see `db.upgrade.open_store`).

        Raises:
            StoreError: it cannot be opened.
        """
        # Opened for reading and writing only if it exists, as `db.connection` does.
        url = URL.create(
            "sqlite+aiosqlite", database=path.absolute().as_uri(), query={"uri": "true", "mode": "rw"}
        )
        engine = create_async_engine(
            url,
            connect_args={"timeout": PATIENCE},
            isolation_level="AUTOCOMMIT",
            pool_size=3,
            max_overflow=0,
        )
        event.listen(engine.sync_engine, "connect", _prepare)
        store = cls(path, engine, identity_of(path))
        try:
            await store.read(_touch)
        except BaseException:
            await engine.dispose()
            raise
        return store

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what `function(connection, ...)` reads; no transaction outlives a statement."""
        return await self._finish(self._run(lambda connection: function(connection, *args, **kwargs)))

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, ...)` in one write transaction; wholly done or not at all.

        What waits behind a write that finds the store busy is refused with it: nothing is
        done long after it was asked for.

        Raises:
            StoreError: busy, full, upgraded or replaced; nothing was written.
        """

        def within(connection: Connection) -> T:
            with transaction(connection):
                return function(connection, *args, **kwargs)

        async def in_turn() -> T:
            refusals = self._refusals
            async with self._writing:
                if self._refusals != refusals:
                    raise StoreBusyError(BUSY)
                try:
                    return await self._run(within)
                except StoreBusyError:
                    self._refusals += 1
                    raise

        return await self._finish(in_turn())

    async def close(self) -> None:
        """Wait for what is under way and close the connections."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._engine.dispose()

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Let work that was begun end, even when whoever asked for it is cancelled."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Looked at, so that asyncio does not report it as lost when nobody waits any more.
            task.exception()

    async def _run(self, function: Callable[[Connection], T]) -> T:
        def adapted(connection: EngineConnection) -> T:
            return function(_Adapter(connection, self.path, self._identity))

        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(adapted)
        except DBAPIError as error:
            # Only opening a connection is SQLAlchemy's own doing.
            if isinstance(error.orig, sqlite3.Error):
                raise translate(self.path, error.orig) from error
            raise


class _Adapter:
    """A connection of the engine that looks like the plain one the functions are written for.

    It goes past SQLAlchemy's own rows: wrapping a hundred thousand of them held the
    event loop, and so the screen, for a third of a second.
    """

    def __init__(self, connection: EngineConnection, path: Path, identity: Identity) -> None:
        self._connection = connection.connection
        self.path = path
        self.identity = identity

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        driver: Any = self._connection.driver_connection
        return bool(driver.in_transaction)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run one statement; its rows have been fetched when this returns."""
        cursor = self._connection.cursor()
        with translated(self.path):
            cursor.execute(sql, tuple(parameters))
        return _Rows(cursor)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement for every row of parameters."""
        cursor = self._connection.cursor()
        with translated(self.path):
            cursor.executemany(sql, [tuple(row) for row in parameters])
        return _Rows(cursor)


class _Rows:
    """What one statement left."""

    def __init__(self, cursor: DBAPICursor) -> None:
        self._cursor = cursor
        self.rowcount: int = cursor.rowcount
        self.lastrowid: int | None = cursor.lastrowid

    def fetchone(self) -> Any:  # noqa: ANN401
        """Return the next row or None."""
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        """Return every row that is left."""
        return list(self._cursor.fetchall())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401
    cursor = connection.cursor()
    for pragma in pragmas():
        cursor.execute(pragma)
    cursor.close()


def _touch(connection: Connection) -> None:
    connection.execute("SELECT version_num FROM alembic_version").fetchone()
