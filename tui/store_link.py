"""The interface's way to the store.

The first page of runs is read with plain `sqlite3`, so that rows stand on the
screen before SQLAlchemy is imported; everything after that goes through the
async store.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from core.home import Home
from tui.background import in_background

if TYPE_CHECKING:
    from db.connection import Connection
    from db.runs import ListState, Order, RunFilter, RunSummary
    from db.store import Store

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_FIRST_ROWS = 60
_CLOSING_SECONDS = 0.3
# A write that has not begun after this waits for somebody else's.
_BUSY_SECONDS = 0.7


@dataclass(frozen=True)
class FirstPage:
    """What the run list shows first: the ids of the whole list, and the rows around the cursor."""

    state: "ListState"
    ids: Sequence[int]
    rows: "Sequence[RunSummary]"


def first_page(home: Home, chosen: "RunFilter", order: "Order", cursor: int | None = None) -> FirstPage:
    """Make or upgrade the store if need be and read the first page of runs, without SQLAlchemy.

    It is the one that holds the run of number `cursor`, if that is in the list.

    Raises:
        StoreError: the store is damaged, foreign, newer or out of reach.
        BacktapeError: the data folder cannot be used.
    """
    from db import runs
    from db.connection import connect
    from db.upgrade import open_store

    home.create()
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        state = runs.list_state(connection)
        ids = runs.ids(connection, chosen, order)
        at = ids.index(cursor) if cursor is not None and cursor in ids else 0
        near = ids[max(0, at - _FIRST_ROWS) : at + _FIRST_ROWS]
        return FirstPage(state, ids, runs.summaries(connection, near))


class StoreLink:
    """Reads and writes of the async store; calls made before it is open wait for it.

    `busy` is called when a write has to wait for another program, which `is_busy` says until
    whoever looks whether that is over calls `wait_is_over`; then `free` is called.
    """

    def __init__(
        self, home: Home, busy: Callable[[], object], free: Callable[[], object] = lambda: None
    ) -> None:
        self._home = home
        self._busy = busy
        self._free = free
        self.is_busy = False
        self._store: Store | None = None
        self._opening: asyncio.Future[Store] | None = None
        self._opened = asyncio.Event()

    async def open(self) -> None:
        """Import what the store needs, beside the keys, and open it."""
        store_class = await in_background(_store_class)
        # A connection that is just being made is not dropped half-way when the program ends.
        self._opening = asyncio.ensure_future(store_class.open(self._home.store))
        self._store = await asyncio.shield(self._opening)
        self._opened.set()

    async def read(
        self,
        function: "Callable[Concatenate[Connection, Arguments], Result]",
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Return what a query function of `db` returns."""
        return await (await self._ready()).read(function, *args, **kwargs)

    async def write(
        self,
        function: "Callable[Concatenate[Connection, Arguments], Result]",
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Return what a query function of `db` returns, run in one write transaction."""
        store = await self._ready()
        loop = asyncio.get_running_loop()
        told = loop.call_later(_BUSY_SECONDS, self._tell_busy)

        def begun(connection: "Connection") -> Result:
            # The lock is ours: from here on it is our own work that takes its time.
            loop.call_soon_threadsafe(told.cancel)
            return function(connection, *args, **kwargs)

        try:
            return await store.write(begun)
        finally:
            told.cancel()

    def _tell_busy(self) -> None:
        self.is_busy = True
        self._busy()

    def wait_is_over(self) -> None:
        """Tell that no other program is waited for any more, if it was told that one is."""
        if self.is_busy:
            self.is_busy = False
            self._free()

    async def close(self) -> None:
        """Close the store; a call that hangs is not waited for."""
        if self._opening is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await (await self._opening).close()

    async def _ready(self) -> "Store":
        await self._opened.wait()
        assert self._store is not None  # noqa: S101 - set before the event
        return self._store


def _store_class() -> "type[Store]":
    from db.store import Store

    return Store
