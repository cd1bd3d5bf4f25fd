"""The form for a new run: several markets, and values that are kept."""

import errno
from contextlib import closing
from dataclasses import replace
from unittest.mock import patch

import pytest

from core.datasets import import_bars
from core.home import Home
from core.market.instruments import find_instrument
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db.connection import connect
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs, keys_to, strategy_field
from tui.form.presets import KeptForms
from tui.screens.detail import DetailScreen
from tui.screens.runs import RunsScreen


async def test_several_symbols_and_timeframes_make_a_run_each(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), "asterisk", "down", "space", *"h1", "space")
        await until_shown(pilot, "2 symbols, a run each", "● H1", "3/12 2 marked")
        await until_shown(
            pilot, "4 runs, 62,540 bars in all  how long is known after a first run  Enter starts them"
        )
        await pilot.press("enter")
        await until_shown(pilot, "Runs 1 to 4 were submitted.", "4 runs")
        assert isinstance(app.screen, RunsScreen)
        await until(pilot, lambda: True in ensured)
        assert app.screen.table.cursor_id == 4
    markets = [(run.symbol, run.timeframe) for run in sorted(all_runs(stocked), key=lambda run: run.id)]
    assert markets == [("EURUSD", "M15"), ("EURUSD", "H1"), ("SYNTHETIC", "M15"), ("SYNTHETIC", "H1")]


@pytest.mark.slow
async def test_bars_that_only_some_symbols_are_made_of_are_named_so(stocked: Home) -> None:
    hours = synthetic_bars(timeframe=Timeframe.H1, years=1)
    with closing(connect(stocked.store)) as connection:
        import_bars(
            stocked, connection, replace(hours, instrument=find_instrument("USDJPY")), dialect="Stooq"
        )
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), *"usdjpy", "space", *"eurusd", "space")
        await until_shown(
            pilot, "2 symbols, a run each", "made of M15 bars for some", "bars in all  how long"
        )
        assert "a pip is" not in screen_text(pilot.app)
        await pilot.press(*"usdjpy", "space")
        await until_shown(pilot, "from MT5 Export Bars")
        await pilot.press("down", *"h1")
        await until_shown(pilot, "made of M15 bars; space", "Enter starts the run  a pip is 0.0001")


async def test_what_is_marked_can_be_read_where_there_is_little_room(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), "asterisk", "right")
        await until_shown(pilot, "● SYNTHETIC ", " 2 marked ", "EURUSD, SYNTHETIC · 2 symbols, a run each")


@pytest.mark.slow
async def test_of_several_runs_none_is_started_if_one_cannot_be(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "symbol"), "asterisk", "down", "space", *"d1", "space")
        await until_shown(pilot, "4 runs, ")
        await pilot.press(*keys_to(app, "context_tfs"), *"D1")
        await until_shown(pilot, "! The context timeframe D1 must be coarser than the run's own, D1.")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first: context.")
    assert all_runs(stocked) == []


async def test_a_field_that_takes_one_value_cannot_be_marked(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("space", "asterisk", "right")
        await until_shown(pilot, "llm_analyst ", " 4/8")


@pytest.mark.slow
async def test_a_period_is_chosen_by_name_until_a_day_is_typed(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "period                all there is", "from                  2020-01-27")
        await pilot.press(*keys_to(app, "start"), *"2020-06-01")
        await until_shown(pilot, "period                as typed below")
        await pilot.press("up", "home")
        await until_shown(pilot, "all there is ", "1/2", "from                  2020-01-27")


@pytest.mark.slow
async def test_a_share_at_risk_without_a_stop_is_doubted(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "params.stop_pips"), "0")
        await pilot.press(*keys_to(app, "size"), *"1%")
        await until_shown(
            pilot, "1%                        ! A share at risk needs a stop, and stop_pips is 0."
        )
        await until_shown(pilot, "Enter starts the run")


# Values that are kept


async def test_a_preset_is_kept_under_a_name_and_taken_again(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+o")
        await until_shown(pilot, "None yet; ctrl+s keeps one:")
        await pilot.press("escape", "down", *"77", "ctrl+s", *"wide", "enter")
        await until_shown(pilot, "Preset wide is kept; ctrl+o takes it.")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "lookback              20")
        await pilot.press("ctrl+o", "tab", "enter")
        await until_shown(pilot, "New run from preset wide", "lookback              77")
        await pilot.press("ctrl+t", *"wi", "enter", "y")
        await until_shown(pilot, "Preset wide is deleted.")
        await pilot.press("ctrl+o")
        await until_shown(pilot, "None yet; ctrl+s keeps one:")


@pytest.mark.slow
async def test_a_preset_of_that_name_is_replaced_only_if_wanted(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_preset("mine", {"spread": "3"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "keep all values as preset:", "mine")
        await pilot.press(*"mine", "enter")
        await until_shown(pilot, "There is a preset mine.")
        await pilot.press("x")
        assert KeptForms(app.memory).preset("mine")["spread"] == "3"
        await pilot.press("ctrl+s", *"mine", "enter", "y")
        await until_shown(pilot, "Preset mine is kept")
        assert KeptForms(app.memory).preset("mine")["spread"] == "1.5"


@pytest.mark.slow
async def test_a_preset_says_what_of_it_is_gone(stocked: Home) -> None:
    app = make_app(stocked)
    KeptForms(app.memory).keep_preset("old", {"strategy": "vanished", "symbol": "XAUUSD", "size": "0.3"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("ctrl+o", *"old", "enter")
        await until_shown(
            pilot,
            "There is no strategy vanished any more.",
            "There are no data of XAUUSD any more.",
            "size                  0.3",
            "Enter starts the run",
        )


@pytest.mark.slow
async def test_a_preset_that_was_spoiled_by_hand_changes_nothing(stocked: Home) -> None:
    app = make_app(stocked)
    app.memory.keep("presets", {"odd": 3})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down", *"77", "ctrl+o", *"odd", "enter")
        await until_shown(pilot, "Preset odd holds no values; ctrl+t deletes it.", "lookback              77")


async def test_the_values_used_last_are_there_at_the_next_start(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("down", *"33", "enter")
        await until_shown(pilot, "lookback 33")
    again = make_app(stocked)
    async with again.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("n")
        await until_shown(pilot, "lookback              33", "period                all there is")


async def test_a_run_is_cloned_into_the_form_with_every_setting(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma", "down", *"12")
        await pilot.press(*keys_to(app, "size"), *"1.5%")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until_shown(pilot, "Run 1 · sma_cross")
        await pilot.press("C")
        await until_shown(pilot, "New run like run 1", "sma_cross", "1.5%", "Enter starts the run")
        await pilot.press("enter")
        await until_shown(pilot, "Run 2 · sma_cross")
    first, second = sorted(all_runs(stocked), key=lambda run: run.id)
    same = ("params", "settings", "start_date", "end_date", "risk_pct", "volume", "dataset_version")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]


@pytest.mark.slow
async def test_a_key_that_comes_as_the_program_ends_is_no_mistake(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        app.leave()
        strategy_field(app).action_last_value()
    assert app.refusal is None


async def test_a_preset_that_cannot_be_written_is_not_said_to_be_kept(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        with patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
            await pilot.press("ctrl+s", *"mine", "enter")
            await until_shown(
                pilot, "Preset mine is kept only until you quit:", "cannot be written (No space"
            )
