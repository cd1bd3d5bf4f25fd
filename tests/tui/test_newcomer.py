"""What somebody meets who sits before the screens for the first time."""

from textual.events import Paste

from core.home import Home
from tests.shots.filling import RUNNING, fill
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until_shown
from tui.form.presets import KeptForms


async def test_the_trades_of_a_run_under_way_are_told_in_a_sentence(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*["j"] * (41 - RUNNING), "enter")
        await until_shown(pilot, "612 trades")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "The trades can be read when the run has ended.")


async def test_a_sorted_column_keeps_its_percent(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("s", "r")
        await until_shown(pilot, "return %▼")


async def test_a_new_run_is_of_what_was_used_last_wherever_the_cursor_is(home: Home) -> None:
    fill(home, data=True)
    app = make_app(home)
    KeptForms(app.memory).keep_last({"strategy": "macd_trend", "symbol": "EURUSD", "timeframe": "M15"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j")
        await until_shown(pilot, "#38 sma_cross SYNTHETIC")
        await pilot.press("n")
        await until_shown(pilot, "macd_trend", "symbol                EURUSD", "Enter starts the run")


async def test_several_pasted_lines_become_one(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down")
        app.post_message(Paste("  1\n2  \r\n"))
        await until_shown(pilot, "lookback              1 2 ")


async def test_what_is_to_be_mended_is_named(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run", "F1 keys")
        await pilot.press("down", "0", "down", "x")
        await until_shown(pilot, "! stop_pips must be", "and 1 more to mend")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first: lookback.")


async def test_the_sample_is_not_imported_again_unasked(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "SYNTHETIC", "recorded with each bar")
        await pilot.press("m")
        await until_shown(pilot, "The sample market is there already.")
        await pilot.press("escape")
        assert "Making the sample" not in screen_text(pilot.app)


async def test_a_key_that_does_nothing_here_says_so_and_where_it_does(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "no runs yet")
        await pilot.press("Z")
        await until_shown(pilot, "Z does nothing here; ? lists the keys.")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "> acts in Run detail (next tab).")
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("f9")
        await until_shown(pilot, "F9 does nothing here; F1 lists the keys.")


async def test_nothing_is_done_that_cannot_be_seen(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(40, 10)) as pilot:
        await until_shown(pilot, "larger.")
        await pilot.press("n", "4", "question_mark")
        await pilot.resize_terminal(120, 40)
        await until_shown(pilot, "There are no runs yet.")
        assert len(pilot.app.screen_stack) == 1


async def test_the_form_says_how_much_of_it_is_below(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "more", "▼")
        await pilot.press("shift+tab")
        await until_shown(pilot, "time limit")
        assert "▼" not in screen_text(pilot.app)


async def test_a_word_that_no_value_begins_with_chooses_nothing(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"turtle")
        await pilot.press("tab")
        await until_shown(pilot, "strategy              donchian_breakout")
