"""Choosing the columns of the run list."""

import pytest

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.columns import ColumnsScreen
from tui.screens.runs import RunsScreen
from tui.widgets.virtual_table import VirtualTable


def header(app_text: str) -> str:
    return app_text.splitlines()[2]


async def test_a_column_is_shown_moved_taken_and_remembered(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(200, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("o")
        await until_shown(pilot, "14 shown", "mean over downward deviation")
        await pilot.press("G", "k", "space", "g", *"j" * 14, "K")
        await until_shown(pilot, "15 shown")
        await pilot.press("enter")
        await until(pilot, lambda: header(screen_text(app)).split()[-2:] == ["note", "made"])
    async with make_app(filled).run_test(size=(200, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        assert header(screen_text(pilot.app)).split()[-2:] == ["note", "made"]


async def test_leaving_changes_nothing_and_the_usual_ones_come_back(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(200, 40)) as pilot:
        usual = header(await until_shown(pilot, "41 runs", "made"))
        await pilot.press("o", "j", "space")
        await until_shown(pilot, "13 shown")
        await pilot.press("escape")
        await until(pilot, lambda: header(screen_text(app)) == usual)
        await pilot.press("o", "j", "space", "space", "enter")
        await until(pilot, lambda: "status" not in header(screen_text(app)))
        await pilot.press("o", "ctrl+r", "enter")
        await until(pilot, lambda: header(screen_text(app)) == usual)
        assert isinstance(app.screen, RunsScreen)
        assert app.memory.of("runs")["columns"] == []


async def test_marking_goes_on_to_the_next_row_as_in_the_list_of_runs(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("o", "j", "space", "space")
        await until_shown(pilot, "12 shown")
        screen = app.screen
        assert isinstance(screen, ColumnsScreen)
        shown = list(screen.table.marks)
        assert (2 in shown, 3 in shown, 4 in shown) == (False, False, True)
        assert screen.table.cursor == 1
        await pilot.press("G", "k", "k", "space", "space")
        await until_shown(pilot, "14 shown")
        assert screen.table.marks == {*shown, 28, 29}


async def test_what_has_no_room_is_told(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("o")
        await until_shown(pilot, "14 shown, 6 without room at this width")
        await pilot.press("escape", "s", "p")
        await until_shown(pilot, "period▼")
        shown = len(app.screen.query_one("#runs-table", VirtualTable).shown_columns)
        await pilot.press("o")
        await until_shown(pilot, f"14 shown, {14 - shown} without room at this width")


@pytest.mark.slow
async def test_keys_that_cannot_act_say_why(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("o", "space")
        await until_shown(pilot, "The number of a run is always shown.")
        await pilot.press("G", "J")
        await until_shown(pilot, "This column is hidden; space shows it.")
        await pilot.press("g", "K")
        await until_shown(pilot, "This is the first column that is shown.")
        await pilot.press(*"j" * 13, "J")
        await until_shown(pilot, "This is the last column that is shown.")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "These are the usual columns in their usual order.")
        await pilot.press("g", *"j" * 12, "s")
        await until_shown(pilot, "A list cannot be sorted by this column.")


@pytest.mark.parametrize("width", [80, 120])
async def test_the_list_is_sorted_by_any_column_and_shows_it_as_long(filled: Home, width: int) -> None:
    app = make_app(filled)
    async with app.run_test(size=(width, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        assert "sortino" not in header(screen_text(app))
        await pilot.press("s", "O")
        await until(pilot, lambda: header(screen_text(app)).endswith("sortino▼"))
        await pilot.press("S")
        await until(pilot, lambda: header(screen_text(app)).endswith("sortino▲"))
        await pilot.press("s", "c")
        await until(pilot, lambda: "made▼" in header(screen_text(app)))
        assert "sortino" not in header(screen_text(app))
        assert "by made" not in screen_text(app)
        await pilot.press("s", "o")
        await until(pilot, lambda: isinstance(app.screen, ColumnsScreen))
        await pilot.press("j", "j", "s")
        await until(pilot, lambda: "strategy▲" in header(screen_text(app)))


async def test_where_a_column_is_to_sort_by_it_is_said_how(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("s", "o")
        await until_shown(pilot, "Move to a column, s sorts by it")
        await pilot.press("j", "j", "s")
        await until_shown(pilot, "strategy▲")
