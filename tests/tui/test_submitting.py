"""What is pressed while a run is being stored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from db.connection import connect
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs
from tui.screens.detail import DetailScreen
from tui.screens.help import HelpScreen
from tui.screens.new_run import NewRunScreen


@asynccontextmanager
async def held_form(home: Home, *keys: str) -> AsyncIterator[Pilot[int]]:
    """Submit the form to a store that is busy for the block, and press more keys meanwhile."""
    async with make_app(home).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        with closing(connect(home.store)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("enter", *keys)
            yield pilot
            other.execute("ROLLBACK")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        assert not any(isinstance(screen, NewRunScreen) for screen in pilot.app.screen_stack)


@pytest.mark.parametrize("key", ["enter", "escape"])
@pytest.mark.usefixtures("ensured")
async def test_a_run_that_is_being_stored_is_neither_sent_again_nor_left_as_if_it_were_not(
    stocked: Home, key: str
) -> None:
    async with held_form(stocked, key) as pilot:
        await until_shown(pilot, "The run is being submitted.")
        assert isinstance(pilot.app.screen, NewRunScreen)
    assert len(all_runs(stocked)) == 1


@pytest.mark.usefixtures("ensured")
async def test_help_that_was_opened_meanwhile_gives_way_and_the_sent_form_is_gone(stocked: Home) -> None:
    async with held_form(stocked, "f1") as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
    assert len(all_runs(stocked)) == 1


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
