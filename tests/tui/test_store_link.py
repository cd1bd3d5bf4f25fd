"""The interface's way to the store: what a write waits for."""

import asyncio
import sqlite3
import time
from contextlib import closing

from core.home import Home
from db import queue
from db.connection import Connection
from tui.store_link import StoreLink

LONGER_THAN_PATIENCE = 1.2


async def test_a_write_that_waits_for_another_program_is_told_as_busy(empty: Home) -> None:
    told: list[bool] = []
    link = StoreLink(empty, busy=lambda: told.append(True))
    await link.open()
    with closing(sqlite3.connect(empty.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(link.write(queue.pause, True))
        await asyncio.sleep(LONGER_THAN_PATIENCE)
        assert told == [True]
        assert not writing.done()
        other.execute("ROLLBACK")
    await writing
    assert (await link.read(queue.read)).paused
    await link.close()


async def test_a_write_that_takes_long_by_itself_is_not(empty: Home) -> None:
    told: list[bool] = []
    link = StoreLink(empty, busy=lambda: told.append(True))
    await link.open()

    def much(connection: Connection) -> None:
        queue.pause(connection, True)
        time.sleep(LONGER_THAN_PATIENCE)

    await link.write(much)
    await link.close()
    assert told == []
