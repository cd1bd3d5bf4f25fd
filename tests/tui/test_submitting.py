"""What is pressed while a run is being stored."""

from contextlib import closing

import pytest

from core.home import Home
from db.connection import connect
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs
from tui.screens.detail import DetailScreen
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
