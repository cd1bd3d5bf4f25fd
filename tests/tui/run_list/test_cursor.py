"""Where the cursor of the run list goes when runs come and go."""

from core.home import Home
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.screens.runs import RunsScreen
from tui.widgets.virtual_table import VirtualTable


def table_of(app: BacktapeApp) -> "VirtualTable[object]":
    screen = app.screen_stack[0]
    assert isinstance(screen, RunsScreen)
    return screen.table  # type: ignore[return-value]


async def test_after_a_delete_it_stands_on_the_next_run_and_undo_brings_it_back(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*"jjjjj", "d", "y")
        await until_shown(pilot, "Deleted run 36; z brings back.", "40 runs")
        await until(pilot, lambda: table_of(app).cursor_id == 35)
        await pilot.press("G", "z")
        await until_shown(pilot, "Brought back run 36.", "41 runs")
        await until(pilot, lambda: table_of(app).cursor_id == 36)


async def test_after_marked_runs_above_were_deleted_it_stays_on_its_run(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "space", "space", "space", "j", "j", "space", "k", "d", "y")
        await until_shown(pilot, "Deleted 4 runs", "37 runs")
        await until(pilot, lambda: table_of(app).cursor_id == 33)
        await pilot.press("z")
        await until_shown(pilot, "Brought back 4 runs", "41 runs")
        await until(pilot, lambda: table_of(app).cursor_id == 39)


async def test_the_order_that_there_is_chosen_again_does_not_lead_to_the_top_later(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("s", "n", *"jjj", "d", "y")
        await until_shown(pilot, "Deleted run 38", "40 runs")
        await until(pilot, lambda: table_of(app).cursor_id == 37)


async def test_what_was_brought_back_beyond_the_filter_is_not_gone_to_later(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*"jj", "d", "y")
        await until_shown(pilot, "40 runs")
        await pilot.press("slash", *"id<20", "enter")
        await until_shown(pilot, "19 of 40 runs")
        at = table_of(app).cursor_id
        await pilot.press("z")
        await until_shown(pilot, "Brought back run 39.", "19 of 41 runs")
        await pilot.press("escape")
        await until_shown(pilot, " 41 runs")
        assert table_of(app).cursor_id == at
