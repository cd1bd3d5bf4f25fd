"""Screens that are left before what they asked for has come."""

import warnings
from contextlib import closing

import pytest
from textual.dom import NoScreen

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.filling import COMPLETED, fill, fill_data, open_empty
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until_shown
from tui.panes.distribution import DistributionPane
from tui.screens.help import HelpScreen
from tui.screens.strategies import StrategiesScreen


@pytest.fixture
def whole(home: Home) -> Home:
    """A store with runs and data."""
    fill(home, data=True)
    return home


@pytest.mark.slow
@pytest.mark.parametrize(
    "keys",
    [
        "4 q",
        "4 1 4 1 4 1 4 1 4 1",
        "n escape",
        "n escape n escape 4 n escape q",
        "enter 4 1 enter escape",
        "j j j enter greater_than_sign less_than_sign q",
        "enter greater_than_sign q enter q 4 q m escape",
    ],
)
async def test_fast_keys_end_at_the_list(whole: Home, keys: str) -> None:
    app = make_app(whole)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with app.run_test(size=(120, 40)) as pilot:
            await until_shown(pilot, "41 runs", "1 waiting")
            for _ in range(6):
                for key in keys.split():
                    app.simulate_key(key)
                await pilot.pause(0.03)
            await pilot.pause(0.3)
    assert app.refusal is None
    assert app.return_code in {None, 0}


async def test_what_finds_no_screen_any_more_is_no_mistake(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("3")
        await until_shown(pilot, "sma_cross", "what it does")

        async def read() -> None:
            app.pop_screen()
            raise NoScreen("node has no screen")

        screen = app.screen
        assert isinstance(screen, StrategiesScreen)
        screen.start(read)
        await until_shown(pilot, "41 runs")
    assert app.refusal is None


async def test_tabs_turned_at_once_on_a_new_screen_do_no_harm(whole: Home) -> None:
    app = make_app(whole)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        for key in ("G", "enter", "greater_than_sign", "less_than_sign"):
            app.simulate_key(key)
        await until_shown(pilot, "Overview", "net profit")


async def test_a_terminal_that_grows_again_shows_its_screen_again(home: Home) -> None:
    open_empty(home)
    with closing(connect(home.store)) as connection:
        fill_data(home, connection)
    app = make_app(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "no runs yet")
        app.simulate_key("n")
        for width, height in ((20, 5), (60, 12), (120, 40)):
            await pilot.resize_terminal(width, height)
        await until_shown(pilot, "Enter starts the run")
        assert "Backtape needs" not in screen_text(app)
        await pilot.resize_terminal(20, 5)
        await until_shown(pilot, "larger.")
        await pilot.resize_terminal(120, 40)
        await pilot.press("escape")
        await until_shown(pilot, "no runs yet")
        assert "Backtape needs" not in screen_text(app)


async def test_a_screen_left_before_its_tab_is_put_together_ends_nothing(whole: Home) -> None:
    app = make_app(whole)
    with closing(connect(whole.store)) as connection:
        run = runs.get(connection, COMPLETED)
    assert run is not None
    async with app.run_test(size=(120, 40)) as pilot:
        await open_run(pilot, COMPLETED)
        app.screen.mount(DistributionPane(app, run, ([], [])))
        await app.pop_screen()
        await until_shown(pilot, "41 runs")
    assert app.refusal is None


async def test_a_screen_left_before_it_is_put_together_ends_nothing(whole: Home) -> None:
    app = make_app(whole)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(HelpScreen(("runs",), app.keymap.actions))
        app.push_screen(StrategiesScreen())
        await app.pop_screen()
        await app.pop_screen()
        await until_shown(pilot, "41 runs")
    assert app.refusal is None
