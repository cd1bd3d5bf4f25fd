"""The cursor of Strategies and Data is on the same row again, at the next start or after a way elsewhere."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from db import datasets
from db.connection import connect
from tests.shots.filling import AS_IT_WAS
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.strategies import go_to_strategy
from tui.app import BacktapeApp
from tui.screens.data import DataScreen
from tui.screens.strategies import StrategiesScreen


@pytest.fixture
def own(filled: Home) -> Home:
    """A store with 41 runs, and two files of the user's, one under the name of what is built in."""
    for name in ("my_cross.py", "sma_cross.py"):
        (filled.strategies / name).write_text(AS_IT_WAS)
    return filled


def path_at(app: BacktapeApp) -> Path | None:
    """Return the file of the strategy under the cursor."""
    screen = app.screen_stack[-1]
    if not isinstance(screen, StrategiesScreen) or screen._row is None:
        return None
    return screen._row.description.path


def _strategies(app: BacktapeApp) -> StrategiesScreen:
    screen = app.screen
    assert isinstance(screen, StrategiesScreen)
    return screen


def dataset_at(app: BacktapeApp) -> int | None:
    screen = app.screen_stack[-1]
    return screen.table.cursor_id if isinstance(screen, DataScreen) else None


def ids_of(home: Home) -> list[int]:
    with closing(connect(home.store)) as connection:
        return [one.id for one in datasets.list_all(connection)]


async def test_strategies_stand_where_they_were_after_a_look_at_the_runs(own: Home) -> None:
    app = make_app(own)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("3")
        await go_to_strategy(pilot, "macd_trend")
        before = path_at(app)
        await pilot.press("1")
        await until_shown(pilot, "41 runs")
        await pilot.press("3")
        await until(pilot, lambda: path_at(app) is not None)
        assert path_at(app) == before
        assert before is not None
        assert before.stem == "macd_trend"


async def test_a_move_right_before_the_screen_is_left_counts(own: Home) -> None:
    app = make_app(own)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("3", *"jjj", "1", "3")
        await until(pilot, lambda: path_at(app) is not None)
        assert _strategies(app).table.cursor == 3


@pytest.mark.parametrize(("moves", "row"), [("G", -1), ("Gk", -2), ("", 0)])
async def test_at_the_next_start_the_cursor_is_on_the_same_file(own: Home, moves: str, row: int) -> None:
    app = make_app(own)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("3")
        await until(pilot, lambda: path_at(app) is not None)
        table = _strategies(app).table
        await pilot.press(*moves)
        await until(pilot, lambda: table.cursor_id == table.ids[row])
        before = path_at(app)
        await pilot.press("ctrl+q")
    (own.strategies / "another.py").write_text(AS_IT_WAS)
    app = make_app(own)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: path_at(app) is not None)
        assert path_at(app) == before


@pytest.mark.slow
async def test_data_stands_where_it_was_after_a_look_at_the_runs(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "no runs yet")
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        await pilot.press("j")
        before = dataset_at(app)
        await pilot.press("1", "4")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        assert dataset_at(app) == before != ids_of(stocked)[0]


async def test_at_the_next_start_a_delete_asks_for_the_dataset_that_was_left(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        await pilot.press("j", "ctrl+q")
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "SYNTHETIC", "EURUSD")
        assert dataset_at(app) == ids_of(stocked)[1]
        await pilot.press("d")
        await until_shown(pilot, "Delete SYNTHETIC M15")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cursor"),
    [
        ("data", 2**63),
        ("data", "1"),
        ("data", [1]),
        ("data", True),
        ("strategies", 1),
        ("strategies", ["macd_trend"]),
        ("strategies", "no such"),
    ],
)
async def test_what_is_no_row_leaves_the_cursor_on_the_first(
    stocked: Home, name: str, cursor: object
) -> None:
    stocked.screens.write_text(json.dumps({"screen": {"name": name}, name: {"cursor": cursor}}))
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: path_at(app) or dataset_at(app))
        screen = app.screen
        assert isinstance(screen, DataScreen | StrategiesScreen)
        assert screen.table.cursor == 0


async def test_a_dataset_that_was_deleted_meanwhile_is_not_come_back_to(stocked: Home) -> None:
    with closing(connect(stocked.store)) as connection:
        first, second = datasets.list_all(connection)
        datasets.delete(connection, second.id)
    stocked.screens.write_text(json.dumps({"screen": {"name": "data"}, "data": {"cursor": second.id}}))
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: dataset_at(app) == first.id)
