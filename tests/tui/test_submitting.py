"""What is pressed while a run is being stored."""

from contextlib import closing

import pytest

from core.home import Home
from db.connection import connect
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs
from tui.screens.detail import DetailScreen
from tui.screens.help import HelpScreen
from tui.screens.new_run import NewRunScreen


@pytest.mark.parametrize("key", ["enter", "escape"])
@pytest.mark.usefixtures("ensured")
async def test_a_run_that_is_being_stored_is_neither_sent_again_nor_left_as_if_it_were_not(
    stocked: Home, key: str
) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        with closing(connect(stocked.store)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("enter", key)
            await until_shown(pilot, "The run is being submitted.")
            assert isinstance(app.screen, NewRunScreen)
            other.execute("ROLLBACK")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
    assert len(all_runs(stocked)) == 1


@pytest.mark.usefixtures("ensured")
async def test_help_that_was_opened_meanwhile_gives_way_and_the_sent_form_is_gone(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        with closing(connect(stocked.store)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("enter", "f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            other.execute("ROLLBACK")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        assert not any(isinstance(screen, NewRunScreen) for screen in app.screen_stack)


@pytest.mark.usefixtures("ensured")
async def test_a_run_made_again_is_told_to_who_sets_up_another_meanwhile(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("enter")
        await until_shown(pilot, "Run 1 ·", "waiting")
        with closing(connect(stocked.store)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("r", "n")
            await until_shown(pilot, "New run", "Enter starts the run")
            other.execute("ROLLBACK")
        await until_shown(pilot, "New run", "Run 2 repeats run 1.")
