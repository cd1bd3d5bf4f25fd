"""The screen one was on comes back at the next start."""

import json

import pytest

from core.home import Home
from tests.shots.filling import COMPLETED
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.data import DataScreen
from tui.screens.detail import DetailScreen
from tui.screens.runs import RunsScreen
from tui.screens.strategies import StrategiesScreen


def remember(home: Home, **place: object) -> None:
    home.screens.write_text(json.dumps({"screen": place}))


@pytest.mark.parametrize(
    ("keys", "name", "kind"),
    [
        (["4"], "data", DataScreen),
        (["3"], "strategies", StrategiesScreen),
        (["G", "enter"], "detail", DetailScreen),
        (["4", "question_mark"], "data", DataScreen),
        (["4", "1"], "runs", RunsScreen),
    ],
)
async def test_where_one_leaves_one_comes_back(filled: Home, keys: list[str], name: str, kind: type) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        for key in keys:
            await pilot.press(key)
            await until(pilot, lambda: app.screen.is_current)
        await until(pilot, lambda: app.memory.of("screen").get("name") == name)
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, kind))
        await until_shown(pilot, "1 waiting")
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running or isinstance(app.screen, RunsScreen))


async def test_a_run_that_was_deleted_is_not_come_back_to(filled: Home) -> None:
    remember(filled, name="detail", run=4711)
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await until(pilot, lambda: not any(worker.group == "begin" for worker in app.workers))
        assert isinstance(app.screen, RunsScreen)


async def test_a_run_comes_back(filled: Home) -> None:
    remember(filled, name="detail", run=COMPLETED)
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·")
        assert [type(screen) for screen in app.screen_stack] == [RunsScreen, DetailScreen]


@pytest.mark.parametrize(
    "place",
    [
        {"name": "detail"},
        {"name": "detail", "run": "38"},
        {"name": "detail", "run": 2**70},
        {"name": "nowhere"},
        {"name": ["data"]},
    ],
)
async def test_what_leads_nowhere_is_forgotten(filled: Home, place: dict[str, object]) -> None:
    remember(filled, **place)
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await until(pilot, lambda: not any(worker.group == "begin" for worker in app.workers))
        assert isinstance(app.screen, RunsScreen)


@pytest.mark.parametrize("key", ["S", "j"])
async def test_who_has_begun_something_else_is_left_there(filled: Home, key: str) -> None:
    remember(filled, name="detail", run=COMPLETED)
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await until_shown(pilot, "1 waiting")
        await until(pilot, lambda: not any(worker.group == "begin" for worker in app.workers))
        assert isinstance(app.screen, RunsScreen)
