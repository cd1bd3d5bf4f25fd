"""A list that was empty takes the keys as soon as there is something in it."""

from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from db.connection import connect
from tests.db.samples import finished_run
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.messages import RunsChanged
from tui.screens.runs import RunsScreen


async def _add_runs(pilot: Pilot[int], home: Home) -> RunsScreen:
    """Store two runs as another program would, and tell of them."""
    app = pilot.app
    assert isinstance(app, BacktapeApp)
    with closing(connect(home.store)) as connection:
        for _ in range(2):
            finished_run(connection)
    app.tell(RunsChanged())
    return app.home_screen


@pytest.mark.parametrize("keys", [(), ("n", "escape"), ("question_mark", "escape"), ("colon", "escape")])
async def test_the_cursor_moves_in_the_first_rows(empty: Home, keys: tuple[str, ...]) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(pilot.app.screen, RunsScreen))
        home = await _add_runs(pilot, empty)
        await until_shown(pilot, "2 runs")
        await until(pilot, lambda: home.focused is home.table)
        await pilot.press("j")
        assert home.table.cursor == 1


async def test_the_cursor_moves_after_a_prompt_that_was_opened_before_there_was_a_row(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("slash")
        home = await _add_runs(pilot, empty)
        await until_shown(pilot, "2 runs")
        await pilot.press("escape")
        await until(pilot, lambda: home.focused is home.table)
        await pilot.press("j")
        assert home.table.cursor == 1


async def test_the_bottom_line_names_what_can_be_done_with_an_empty_list_and_with_the_first_runs(
    empty: Home,
) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "m sample", "n new run", "q quit")
        assert "Enter open" not in screen_text(pilot.app)
        await _add_runs(pilot, empty)
        await until_shown(pilot, "Enter open", "s sort")
        assert "m sample" not in screen_text(pilot.app)
