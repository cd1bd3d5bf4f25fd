"""What is read of the store never overtakes what was read after it, and is not read in vain."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from core.home import Home
from db import datasets, jobs, runs
from db.connection import connect
from db.jobs import Beat
from tests.db.samples import add_run
from tests.shots.filling import COMPLETED, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.app import BacktapeApp
from tui.messages import RunsChanged
from tui.run_curve import packed_curve
from tui.screens import detail
from tui.widgets.virtual_table import VirtualTable


class Held:
    """The first answer of a query, which comes late."""

    def __init__(self, app: BacktapeApp, query: Callable[..., object]) -> None:
        self._read = app.link.read
        self._query = query
        self._let = asyncio.Event()
        self.is_read = False

    async def read(self, function: Any, *args: object) -> object:  # noqa: ANN401 - any query
        found = await self._read(function, *args)
        if function is self._query and not self.is_read:
            self.is_read = True
            await self._let.wait()
        return found

    def let(self) -> None:
        self._let.set()


@contextmanager
def first_answer_held(app: BacktapeApp, query: Callable[..., object]) -> Iterator[Held]:
    held = Held(app, query)
    with patch.object(app.link, "read", held.read):
        yield held


def go_on_to(home: Home, bars: int) -> None:
    with closing(connect(home.store)) as connection:
        job = jobs.get(connection, RUNNING)
        assert job is not None
        assert job.attempt is not None
        assert jobs.beat(connection, job.attempt, Beat(bars, 49_777)) is not None


def fail(home: Home) -> None:
    with closing(connect(home.store)) as connection:
        job = jobs.get(connection, RUNNING)
        assert job is not None
        assert job.attempt is not None
        assert jobs.end(connection, RUNNING, job.attempt, "failed", "The disk is full.")


async def test_a_run_that_has_ended_does_not_run_again_by_an_answer_that_comes_late(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        with first_answer_held(app, detail._run_and_curve) as held:
            app.tell(RunsChanged())
            await until(pilot, lambda: held.is_read)
            fail(filled)
            await pilot.pause(0.4)
            held.let()
            await until_shown(pilot, "✗ failed")
            await pilot.pause(0.2)
            assert "✗ failed" in screen_text(app).splitlines()[1]


async def test_a_dataset_that_was_deleted_does_not_come_back_by_an_answer_that_comes_late(
    stocked: Home,
) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "no runs yet")
        await pilot.press("4")
        await until_shown(pilot, "EURUSD     M15 ", "SYNTHETIC")
        with first_answer_held(app, datasets.list_all) as held:
            app.tell(RunsChanged())
            await until(pilot, lambda: held.is_read)
            with closing(connect(stocked.store)) as connection:
                connection.execute("DELETE FROM datasets WHERE symbol = 'SYNTHETIC'")
                connection.commit()
            await pilot.pause(0.4)
            held.let()
            await until(pilot, lambda: "SYNTHETIC" not in screen_text(app))
            await pilot.pause(0.2)
            assert "SYNTHETIC" not in screen_text(app)


async def test_the_curve_of_a_run_is_read_only_when_it_is_drawn_and_its_end_is_seen_at_once(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detail, "FIGURES_SECONDS", 600.0)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        with patch.object(detail, "packed_curve", side_effect=packed_curve) as packed:
            for bars in (22_000, 23_000, 24_000):
                go_on_to(filled, bars)
                await pilot.pause(0.2)
            assert packed.call_count == 0
            fail(filled)
            await until_shown(pilot, "✗ failed")
            assert packed.call_count == 1


async def test_what_a_run_has_come_to_at_last_is_shown(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, RUNNING)
        for bars in range(22_000, 30_000, 1_000):
            go_on_to(filled, bars)
        await until_shown(pilot, "29,000 of 49,777 bars")


async def test_the_library_is_not_sent_again_when_a_run_writes_to_the_store(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "no runs yet")
        await pilot.press("4")
        await until_shown(pilot, "EURUSD     M15 ", "recorded with each bar")
        await pilot.pause(0.5)
        table = app.screen.query_one(VirtualTable)
        with (
            patch.object(table, "refresh", side_effect=table.refresh) as drawn,
            patch.object(app.link, "read", side_effect=app.link.read) as read,
        ):
            with closing(connect(stocked.store)) as connection:
                add_run(connection)
            await until(pilot, lambda: [1 for call in read.mock_calls if call.args[0] is datasets.list_all])
            await pilot.pause(0.2)
            assert drawn.call_count == 0


async def test_the_library_is_read_again_when_one_comes_back_to_it(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "no runs yet")
        await pilot.press("4")
        await until_shown(pilot, "EURUSD     M15 ", "SYNTHETIC")
        await pilot.press("enter")
        await until_shown(pilot, "Data · ")
        with closing(connect(stocked.store)) as connection:
            connection.execute("DELETE FROM datasets WHERE symbol = 'SYNTHETIC'")
            connection.commit()
        await pilot.pause(0.4)
        await pilot.press("escape")
        await until(pilot, lambda: "SYNTHETIC" not in screen_text(app))


async def test_one_that_is_done_is_only_looked_for(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.pause(0.3)
        with patch.object(app.link, "read", side_effect=app.link.read) as read:
            app.tell(RunsChanged())
            await until(pilot, lambda: read.mock_calls)
            await pilot.pause(0.1)
        asked = {call.args[0] for call in read.mock_calls}
        assert runs.summaries in asked
        assert detail._run_and_curve not in asked
