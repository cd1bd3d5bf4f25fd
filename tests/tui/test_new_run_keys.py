"""The new-run form: keys that must not do what nobody meant, and what was typed when it is left."""

import pytest

from core.home import Home
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs, keys_to, strategy_field
from tui.app import BacktapeApp
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.widgets.field_list import FieldList

STARTS = "Enter starts the run"
LEFT = "New run as it was left"


def _in_focus(app: BacktapeApp) -> str:
    field = app.screen.query_one(FieldList).field_in_focus
    return field.spec.name if field else ""


# Prompts


async def test_a_name_typed_where_there_is_no_preset_changes_no_field(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", "ctrl+o", "7", "7")
        await until_shown(pilot, "None yet; ctrl+s keeps one: 77", "lookback              20")
        await pilot.press("enter")
        await until_shown(pilot, "There are no presets yet; ctrl+s keeps one.", "lookback              20")
        await pilot.press("7", "7")
        await until_shown(pilot, "lookback              77")


@pytest.mark.slow
async def test_keys_of_the_fields_do_nothing_while_a_name_is_asked_for(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", *"77", "ctrl+s", "1", "down", "up", "shift+tab", "tab", "ctrl+r", "2")
        await until_shown(pilot, "keep all values as preset: 12", "lookback              77")
        await pilot.press("escape")
        assert _in_focus(app) == "params.lookback"


# Moving and taking back


async def test_page_keys_go_from_section_to_section(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        seen = []
        for key in (*["pagedown"] * 4, "pageup", "pageup", "down", "pageup"):
            await pilot.press(key)
            seen.append(_in_focus(app))
        down = ["symbol", "execution_mode", "context_tfs", "time_limit_minutes"]
        assert seen == [*down, "context_tfs", "execution_mode", "size", "execution_mode"]


@pytest.mark.slow
async def test_defaults_leave_strategy_and_market_and_can_be_taken_back(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*"atr_t", "tab", "tab", *keys_to(app, "symbol")[2:])
        strategy_field(app).action_last_value()
        await pilot.press(*keys_to(app, "symbol"), *"syn", *keys_to(app, "spread"))
        await pilot.press(*"7.5")
        await until_shown(pilot, "spread                7.5")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "spread                1.5", "symbol                SYNTHETIC")
        await until_shown(pilot, "ctrl+r again brings back what was there.")
        await pilot.press("ctrl+r")
        await until_shown(pilot, "spread                7.5", "New run as it was")


async def test_a_runner_is_made_ready_while_a_run_is_being_set_up(stocked: Home, ensured: list[bool]) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: ensured == [False])
        await pilot.press("down", "0")
        await until_shown(pilot, "lookback must be")
        assert ensured == [False]


# Mistakes


@pytest.mark.slow
async def test_enter_goes_to_the_first_field_that_is_wrong(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "size"), "x", "down", "x", "up")
        await pilot.press("up", "up", "up", *"2020-02-30")
        await until_shown(pilot, "and 2 more to mend")
        await pilot.press(*keys_to(app, "leverage"), "enter")
        await until_shown(pilot, "Something is to be mended first: from.", "! The first day must be a date")
        assert _in_focus(app) == "start"
    assert all_runs(stocked) == []


@pytest.mark.slow
async def test_a_mistake_that_only_submitting_finds_is_gone_to_as_well(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press(*keys_to(app, "account_currency"), *"CHF", "enter")
        await until_shown(pilot, "Something is to be mended first: fixed rates.")
        assert _in_focus(app) == "rates"
    assert all_runs(stocked) == []


# Leaving


async def test_what_was_typed_comes_back_after_esc(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", *"77", "escape")
        await until_shown(pilot, "What you set up was not started; n here brings it back.")
        await pilot.press("n")
        await until_shown(pilot, LEFT, "lookback              77", STARTS)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        assert app.memory.of("new_run_left") == {}


async def test_what_was_typed_comes_back_at_the_next_start(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", *"77", "ctrl+q")
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, LEFT, "lookback              77")


async def test_a_form_that_was_only_looked_at_leaves_nothing_behind(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, STARTS)
        await pilot.press("down", "escape")
        await until_shown(pilot, "There are no runs yet.")
        assert (app.memory.of("new_run"), app.memory.of("new_run_left")) == ({}, {})


@pytest.mark.slow
async def test_what_was_left_comes_back_only_where_it_was_left(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "symbol                EURUSD", STARTS)
        await pilot.press("down", *"77", "escape")
        app.push_screen(NewRunScreen({"symbol": "SYNTHETIC", "timeframe": "H1"}))
        screen = await until_shown(pilot, "symbol                SYNTHETIC", STARTS)
        assert "77" not in screen
        await pilot.press("escape", "n")
        await until_shown(pilot, LEFT, "lookback              77", "symbol                EURUSD")
