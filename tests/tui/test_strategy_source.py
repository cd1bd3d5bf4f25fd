"""The page of a strategy's source: what its keys do there."""

from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from db.connection import connect
from tests.shots.filling import fill_data, write_strategies
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.strategies import go_to_strategy
from tui.app import BacktapeApp
from tui.screens.new_run import NewRunScreen
from tui.screens.source import SourceScreen


@pytest.fixture
def own(empty: Home) -> Home:
    """A store with prices, and two files of the user's, one of which is no Python."""
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    write_strategies(empty)
    return empty


async def test_a_file_is_edited_from_the_page_of_its_source_and_read_again_there(
    own: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def edit(_bench: BacktapeApp, path: Path) -> int:
        path.write_text(
            path.read_text().replace("class Broken(Strategy:\n", "class Broken(Strategy:  # how\n")
        )
        return 0

    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await pilot.press("enter")
        screen = await until_shown(pilot, "class Broken(Strategy:")
        assert "e edit" in screen.splitlines()[-1]
        await pilot.press("e")
        await until_shown(pilot, "class Broken(Strategy:  # how", "broken.py has been read again.")
        assert isinstance(pilot.app.screen, SourceScreen)


async def test_a_file_that_was_mended_is_shown_without_the_reason(
    own: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def edit(_bench: BacktapeApp, path: Path) -> int:
        path.write_text((own.strategies / "my_cross.py").read_text().replace("MyCross", "Mended"))
        return 0

    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await pilot.press("enter")
        await until_shown(pilot, "broken.py, line 4:")
        await pilot.press("e")
        screen = await until_shown(pilot, "\nmended · ", "class Mended(Strategy):")
        assert ", line 4:" not in screen
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewRunScreen))
        await until_shown(pilot, "mended", "Enter starts the run")


async def test_of_built_in_source_a_copy_is_edited_and_shown(
    own: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def edit(_bench: BacktapeApp, _path: Path) -> int:
        return 0

    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("enter")
        await until_shown(pilot, "class SmaCross(Strategy):")
        await pilot.press("e")
        await until_shown(pilot, "sma_cross is built in; name of your copy:")
        await pilot.press(*"quick_cross", "enter")
        await until_shown(pilot, "\nquick_cross · ", "class QuickCross(Strategy):")
        await pilot.press("escape")
        await until_shown(pilot, "\nquick_cross · own · no runs yet")


async def test_a_check_is_asked_for_on_the_page_of_the_source(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("enter")
        await until_shown(pilot, "class MyCross(Strategy):", "c check")
        await pilot.press("c")
        await until_shown(pilot, "check my_cross on ", "(Tab completes): EURUSD M15")


async def test_a_file_that_is_gone_by_now_is_told(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        (own.strategies / "broken.py").unlink()
        await pilot.press("enter")
        await until_shown(pilot, "broken.py: The file cannot be read: No such file or directory.")
        assert "broken · " in screen_text(pilot.app)
