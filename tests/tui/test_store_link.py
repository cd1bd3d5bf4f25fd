"""The interface's way to the store: what a write waits for, and when that is over."""

import asyncio
import sqlite3
import time
from contextlib import closing
from unittest.mock import patch

import pytest
from textual.message import Message

from core.home import Home
from db import queue
from db.connection import Connection
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.messages import RunnerChanged, RunsChanged
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


async def test_that_the_store_is_busy_is_taken_away_once_that_is_over(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.store.PATIENCE", LONGER_THAN_PATIENCE)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with closing(sqlite3.connect(filled.store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("p")
            await until_shown(pilot, "The store is busy: another program is writing to it; waiting ...")
            await until_shown(pilot, "The store is busy: another program is writing to it; try again")
            other.execute("ROLLBACK")
        await until(pilot, lambda: "busy" not in screen_text(pilot.app))


async def test_a_store_that_is_gone_is_not_called_busy(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with closing(sqlite3.connect(filled.store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("p")
            await until_shown(pilot, "The store is busy")
            filled.store.unlink()
            await until_shown(pilot, "is gone")
            await until(pilot, lambda: "busy" not in screen_text(pilot.app))
            other.execute("ROLLBACK")


async def test_a_trouble_that_comes_while_nothing_is_waited_for_takes_no_sentence_away(
    filled: Home,
) -> None:
    app = make_app(filled)
    told: list[Message] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with patch.object(app, "tell", told.append):
            filled.store.unlink()
            await until(pilot, lambda: app.watch_runner.trouble)
    assert [type(message) for message in told if not isinstance(message, RunsChanged)] == [RunnerChanged]


def test_that_a_wait_is_over_is_told_where_there_was_one_and_once(home: Home) -> None:
    told: list[str] = []
    link = StoreLink(home, busy=lambda: None, free=lambda: told.append("free"))
    link.wait_is_over()
    assert told == []
    link.is_busy = True
    link.wait_is_over()
    link.wait_is_over()
    assert told == ["free"]
    assert not link.is_busy
