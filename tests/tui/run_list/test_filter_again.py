"""A filter that is opened again takes another word."""

from core.home import Home
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.run_list.test_cursor import table_of
from tui.screens.runs import RunsScreen


async def test_what_is_typed_after_the_words_there_are_is_a_word_of_its_own(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"symbol:EURUSD", "enter")
        await until_shown(pilot, "8 of 41 runs")
        await pilot.press("slash", *"id<20")
        await until_shown(pilot, "filter: symbol:EURUSD id<20", "3 of 41 runs")
        await pilot.press("enter")
        await until(pilot, lambda: list(table_of(app).ids) == [15, 10, 5])


async def test_the_blank_for_another_word_is_not_kept(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"symbol:EURUSD", "enter")
        await until_shown(pilot, "8 of 41 runs")
        home = app.screen
        assert isinstance(home, RunsScreen)
        for end in ("enter", "escape"):
            await pilot.press("slash")
            await until(pilot, lambda: home.bottom.busy)
            assert home.bottom.value == "symbol:EURUSD "
            assert home.bottom.cursor_position == len(home.bottom.value)
            await pilot.press(end)
            await until(pilot, lambda: not home.bottom.busy)
            assert home.choice.text == "symbol:EURUSD"


async def test_a_filter_that_is_opened_first_is_empty(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash")
        home = app.screen
        assert isinstance(home, RunsScreen)
        await until(pilot, lambda: home.bottom.busy)
        assert home.bottom.value == ""
