"""The screen one was on comes back at the next start."""

import json
from contextlib import closing

import pytest

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.filling import COMPLETED, ask_model
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.memory import JSON
from tui.panes.pane import Pane
from tui.places import runs_of
from tui.screens.compare import CompareScreen
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    [
        {"name": "detail"},
        {"name": "detail", "run": "38"},
        {"name": "detail", "run": 2**70},
        {"name": "nowhere"},
        {"name": ["data"]},
        {"name": "compare"},
        {"name": "compare", "runs": "38 35"},
        {"name": "compare", "runs": [38, 2**70]},
        {"name": "compare", "runs": [38, 38]},
        {"name": "compare", "runs": [38, 4711]},
        {"name": "compare", "runs": [38, [35], {}]},
        {"name": "compare", "runs": list(range(1, 40))},
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


# Tabs


def front_of(app: BacktapeApp) -> str:
    """Return the tab in front, as the program would come back to it."""
    screen = app.screen_stack[-1]
    return screen.places()[-1] if isinstance(screen, DetailScreen) else ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("turns", "tab"),
    [("", "overview"), (">", "trades"), (">>", "chart"), (">>>>", "distribution"), ("<", "log")],
)
async def test_a_run_comes_back_with_the_tab_that_was_in_front(filled: Home, turns: str, tab: str) -> None:
    remember(filled, name="detail", run=COMPLETED)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", "profit factor")
        await pilot.press(*turns)
        await until(pilot, lambda: front_of(app) == tab)
        await pilot.press("ctrl+q")
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", "✓ done")
        assert front_of(app) == tab
        await until(pilot, lambda: app.screen.query(f"#{tab}"))
        assert len(app.screen.query(Pane)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["model", "runs", "", 3, ["chart"], None])
async def test_a_tab_that_the_run_does_not_have_is_not_come_back_to(filled: Home, tab: object) -> None:
    remember(filled, name="detail", run=COMPLETED, tab=tab)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", "profit factor")
        assert front_of(app) == "overview"


async def test_the_tab_of_what_a_model_was_asked_comes_back(filled: Home) -> None:
    ask_model(filled)
    remember(filled, name="detail", run=COMPLETED, tab="model")
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, f"Run {COMPLETED} ·", "14 of at most 14 requests")


async def test_another_run_begins_with_its_overview(filled: Home) -> None:
    remember(filled, name="detail", run=COMPLETED, tab="trades")
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: front_of(app) == "trades")
        await pilot.press("escape", "j", "enter")
        await until(pilot, lambda: front_of(app) == "overview")


# Runs side by side


async def test_runs_side_by_side_come_back_in_their_order(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("S", *"jjj", "space", "j", "space", "c")
        await until_shown(pilot, "Compare 2 runs", "a #4 ", "b #6 ")
        await pilot.press("ctrl+q")
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "Compare 2 runs", "a #4 ", "b #6 ")
        assert [type(screen) for screen in app.screen_stack] == [RunsScreen, CompareScreen]
        await pilot.press("q")
        await until_shown(pilot, "41 runs")


async def test_of_runs_side_by_side_those_come_back_that_there_are(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        runs.delete(connection, [35])
    remember(filled, name="compare", runs=[38, 35, 33])
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "Compare 2 runs", "a #38 ", "b #33 ")


@pytest.mark.parametrize(
    ("place", "runs_found"),
    [
        ({"run": 7}, [7]),
        ({"run": True}, []),
        ({"run": 0}, []),
        ({"run": -3}, []),
        ({"run": 7.0}, []),
        ({"run": 2**63}, []),
        ({"run": 2**63 - 1}, [2**63 - 1]),
        ({"runs": [9, 7, 9]}, [9, 7]),
        ({"runs": [9, "7"]}, []),
        ({"runs": {"9": 7}}, []),
        ({"runs": [*range(1, 10)]}, []),
        ({}, []),
    ],
)
def test_only_what_may_be_a_run_is_looked_for(place: dict[str, JSON], runs_found: list[int]) -> None:
    assert runs_of(place) == runs_found
