"""The new-run form: names typed to choose a value, and the period that it opens with."""

from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import keys_to
from tui.app import BacktapeApp
from tui.form.presets import KeptForms
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.runs import RunsScreen
from tui.widgets.field_list import FieldList

STARTS = "Enter starts the run"
LAST = {"symbol": "EURUSD", "timeframe": "M15", "period": "own", "start": "2020-03-01", "end": "2020-09-01"}
FROM, TO = "from                  2020-03-01", "to                    2020-09-01"
DAYS = ("own", "2020-03-01", "2020-09-01")


def _value(app: BacktapeApp, name: str) -> str:
    form = app.screen
    assert isinstance(form, NewRunScreen)
    return str(form.query_one(FieldList).field(name).editor.value)  # type: ignore[attr-defined]


# Typing a name


@pytest.mark.slow
async def test_a_name_that_nothing_has_leaves_the_value_and_is_told(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "timeframe"), *"M17")
        await until_shown(pilot, "There is no timeframe that begins with 'M17'; near it are M15,")
        await pilot.press("up", *"eruusd")
        await until_shown(pilot, "There is no symbol that begins with 'eruusd'; near it is EURUSD.")
        await pilot.press("pageup", *"zzz")
        await until_shown(pilot, "\nThere is no strategy that begins with 'zzz'.")
        await pilot.press("down")
        assert "There is no" not in screen_text(app)
        assert [_value(app, name) for name in ("strategy", "symbol", "timeframe")] == [
            "donchian_breakout",
            "EURUSD",
            "M15",
        ]


async def test_what_was_mistyped_is_told_with_the_signs_in_it(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "timeframe"), *"2021", "minus", *"10")
        await until_shown(pilot, "There is no timeframe that begins with '2021-10'")


async def test_the_value_from_before_a_mistyped_name_is_the_one_gone_to_by_keys(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "timeframe"), "right", "right", *"d7")
        await until_shown(pilot, "There is no timeframe that begins with 'd7'")
        assert _value(app, "timeframe") == "H1"
        await pilot.press("left")
        assert _value(app, "timeframe") == "M30"


async def test_a_mistyped_name_leaves_the_fields_that_depend_on_it(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_last({**LAST, "finer": "M15", "timeframe": "H1"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, FROM, TO)
        await pilot.press(*keys_to(app, "timeframe"), *"m7")
        await until_shown(pilot, "There is no timeframe", "inside bars           M15")
        assert _value(app, "timeframe") == "H1"
        await pilot.press("down", *"all 7")
        await until_shown(pilot, "There is no period that begins with 'all 7'", "as typed below", FROM, TO)


@pytest.mark.slow
async def test_marks_end_a_name(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "symbol"), *"syn", "space", *"eur", "space")
        await until_shown(pilot, "2 symbols, a run each")
        await pilot.press("asterisk", *"syn", "asterisk", *"eur")
        await until_shown(pilot, "● EURUSD", "1/2 2 marked")


# The period


@pytest.mark.slow
async def test_the_period_of_a_run_is_there_for_the_next_one_from_its_page_and_from_the_list(
    stocked: Home,
) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_last(LAST)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS, FROM, TO)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "Run 1 · donchian_breakout · EURUSD M15")
        for way in (("n",), ("1", "n"), ("3", "n"), ("4", "n")):
            await pilot.press(*way)
            await until_shown(pilot, "New run", STARTS)
            assert tuple(_value(app, name) for name in ("period", "start", "end")) == DAYS
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, NewRunScreen))


async def test_a_period_that_another_market_has_no_bars_of_is_told_to_be_all_there_is(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_last({**LAST, "start": "2019-03-01"})
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        app.push_screen(NewRunScreen({"symbol": "SYNTHETIC", "timeframe": "H1"}))
        await until_shown(
            pilot,
            "period                all there is",
            "The period was set to all there is, not 2019-03-01 to 2020-09-01: there are bars from",
            STARTS,
        )


async def test_days_and_other_mistakes_are_told_at_once(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", "0", *keys_to(app, "start")[1:], *"2009-01-01", "down", *"2030-01-01")
        screen = await until_shown(pilot, "and 2 more to mend")
        assert screen.count("! EURUSD M15 has bars from 2020-01-27 to 2021-01-26") == 3


@pytest.mark.slow
async def test_defaults_take_back_what_is_no_day(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "start"), *"eruusd")
        await until_shown(pilot, "! The first day must be a date")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "from                  2020-01-27", STARTS)


# Runs that are gone


async def test_a_run_that_is_deleted_meanwhile_is_not_cloned_and_that_is_told(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("enter")
        await until_shown(pilot, "Run 1 · donchian_breakout")
        with closing(connect(stocked.store)) as connection:
            runs.delete(connection, [1])
        app.push_screen(NewRunScreen(clone_of=1))
        await until_shown(pilot, "Run 1 has been deleted;")
        assert isinstance(app.screen, DetailScreen)


async def test_a_form_for_a_run_that_is_gone_says_so_when_what_lies_over_it_is_left(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        form = NewRunScreen(clone_of=7)
        app.push_screen(form)
        form.do_help()
        await until(pilot, lambda: form.is_read)
        await pilot.press("escape")
        await until_shown(pilot, "Run 7 has been deleted; it cannot be cloned any more.")
        assert isinstance(app.screen, NewRunScreen | RunsScreen)


STRATEGY = '''
from core.strategies import Signals, Strategy, parameter


class Mine(Strategy):
    """Never trades."""

    lookback: int = parameter(20, minimum=2)

    def signals(self, bars):
        return Signals()
'''


async def _run_of_mine(pilot: Pilot[int], home: Home) -> Path:
    """Start a run of a strategy of one's own, and return the file of that."""
    path = home.strategies / "mine.py"
    path.write_text(STRATEGY)
    await pilot.press("n")
    await until_shown(pilot, STARTS)
    await pilot.press(*"mine")
    await until_shown(pilot, "Never trades.", STARTS)
    await pilot.press("enter")
    await until_shown(pilot, "Run 1 · mine")
    return path


@pytest.mark.parametrize(
    ("text", "why"),
    [(None, "There is no strategy mine any more"), ("x = (", "mine cannot be used as it is now")],
)
async def test_a_run_whose_strategy_is_gone_is_not_cloned_and_r_is_told_to_make_it_again(
    stocked: Home, text: str | None, why: str
) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        path = await _run_of_mine(pilot, stocked)
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        await pilot.press("C")
        again = "r makes it again from its kept source."
        await until_shown(pilot, f"{why}, so run 1 cannot be cloned; {again}")
        assert isinstance(app.screen, DetailScreen)
        await pilot.press("r")
        await until_shown(pilot, "Run 2 · mine")


async def test_a_run_whose_strategy_was_edited_since_is_cloned_with_todays_file_and_that_is_told(
    stocked: Home,
) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        path = await _run_of_mine(pilot, stocked)
        path.write_text(STRATEGY.replace("20", "30"))
        await pilot.press("C")
        told = "mine has changed since: this takes today's file; r on run 1 takes that of then."
        await until_shown(pilot, "New run like run 1", told, STARTS)


# Presets


@pytest.mark.slow
async def test_the_presets_there_are_stand_below_the_fields_as_soon_as_one_is_asked_for(
    stocked: Home,
) -> None:
    app = make_app(stocked)
    kept = KeptForms(app.memory)
    for number in range(40):
        kept.keep_preset(f"preset{number:02}", {"params.lookback": "77"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("ctrl+o")
        screen = await until_shown(pilot, "\npresets: preset00  preset01  preset02", " more\n")
        assert "Enter starts the run" not in screen


async def test_a_form_with_values_to_mend_is_kept_as_a_preset_and_that_is_told(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", *"x", "down", *"y")
        await until_shown(pilot, "and 1 more to mend")
        await pilot.press("ctrl+s", *"odd", "enter")
        await until_shown(pilot, "Preset odd is kept and has 2 values to mend; ctrl+o takes it.")
        assert KeptForms(app.memory).preset("odd")["params.lookback"] == "x"
        await pilot.press("5", "up", "ctrl+u", "5", "ctrl+s", "enter")
        await until_shown(pilot, "Preset odd is kept; ctrl+o takes it.")


async def test_the_only_preset_needs_no_name(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_preset("wide", {"params.lookback": "77"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("ctrl+o", "enter")
        await until_shown(pilot, "New run from preset wide", "lookback              77")
        await pilot.press("ctrl+t", "enter")
        await until_shown(pilot, "Delete preset wide?")
        await pilot.press("x", "ctrl+s", *["backspace"] * 4, *"narrow", "enter", "ctrl+o", "enter")
        await until_shown(pilot, "No preset was named.")
