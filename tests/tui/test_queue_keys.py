"""The keys that hold the queue back and make runs again."""

from contextlib import closing
from dataclasses import replace

import pytest

from core.home import Home
from core.jobs import repeat
from core.jobs.request import parse_request
from core.jobs.submit import submit
from db import queue, runs
from db.connection import connect
from tests.homes import import_sample
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.detail import DetailScreen


@pytest.fixture
def one_run(empty: Home) -> Home:
    """A store with the sample market and a run on it that waits."""
    with closing(connect(empty.store)) as connection:
        import_sample(empty, connection)
        values = {"strategy": "sma_cross", "symbol": "SYNTHETIC", "timeframe": "H1", "volume": 0.3}
        submit(connection, empty, parse_request(values))
    return empty


def stored_volumes(home: Home) -> list[float]:
    with closing(connect(home.store)) as connection:
        found = [runs.get(connection, run_id) for run_id in (1, 2, 3)]
    return [run.volume for run in found if run is not None]


def is_paused(home: Home) -> bool:
    with closing(connect(home.store)) as connection:
        return queue.read(connection).paused


async def test_p_holds_the_queue_back_and_lets_it_go_on(one_run: Home, ensured: list[bool]) -> None:
    async with make_app(one_run).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 waiting")
        await pilot.press("p")
        await until_shown(pilot, "The queue is paused", "queue: paused, 1 waiting")
        assert is_paused(one_run)
        before = len(ensured)
        await pilot.pause(2.5)  # longer than it takes to make sure of a runner again
        assert len(ensured) == before
        await pilot.press("p")
        await until_shown(pilot, "The queue goes on.", "no runner, 1 waiting")
        await until(pilot, lambda: len(ensured) > before)
        assert not is_paused(one_run)


async def test_r_on_the_list_makes_the_run_again_and_goes_to_it(one_run: Home, ensured: list[bool]) -> None:
    async with make_app(one_run).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("r")
        await until_shown(pilot, "Run 2 repeats run 1.", "2 runs")
        assert stored_volumes(one_run) == [0.3, 0.3]
        assert True in ensured


async def test_r_makes_every_marked_run_again(one_run: Home) -> None:
    async with make_app(one_run).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("r")
        await until_shown(pilot, "2 runs")
        await pilot.press("asterisk", "r")
        await until_shown(pilot, "2 runs repeat those chosen.", "4 runs")


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("", "Run 2 repeats run 1 with the old strategy and bars; C clones with today's."),
        ("asterisk", "3 runs repeat those with the old strategy and bars; C clones one with today's."),
    ],
)
async def test_what_is_another_today_is_told_with_the_key_that_takes_it_in_one_line(
    one_run: Home, monkeypatch: pytest.MonkeyPatch, marked: str, told: str
) -> None:
    with closing(connect(one_run.store)) as connection:
        for _ in range(2 if marked else 0):
            values = {"strategy": "sma_cross", "symbol": "SYNTHETIC", "timeframe": "H1"}
            submit(connection, one_run, parse_request(values))
    plan = repeat.plan_repeat
    monkeypatch.setattr(repeat, "plan_repeat", lambda *args: replace(plan(*args), newer=("strategy", "bars")))
    async with make_app(one_run).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, " waiting", "SYNTHETIC")
        await pilot.press(*filter(None, [marked]), "r")
        await until_shown(pilot, f"\n{told}")


async def test_r_on_a_run_makes_it_again_and_shows_that(one_run: Home) -> None:
    async with make_app(one_run).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("enter")
        await until_shown(pilot, "Run 1")
        await pilot.press("r")
        await until_shown(pilot, "Run 2 · sma_cross", "Run 2 repeats run 1.")
        assert isinstance(pilot.app.screen, DetailScreen)
        await pilot.press("q")
        await until_shown(pilot, "2 runs")


async def test_a_run_that_cannot_be_made_again_says_why_and_none_is_stored(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("r")
        await until_shown(pilot, "cannot be repeated")
    with closing(connect(filled.store)) as connection:
        assert runs.count(connection) == 41
