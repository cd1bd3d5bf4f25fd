"""What the new-run form says of values that cannot be, or that do nothing, while they are typed."""

import shutil

import pytest
from textual.events import Paste

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.new_run import all_runs, keys_to, shown_fields
from tui.app import BacktapeApp


def prose(app: BacktapeApp) -> str:
    """Return what stands on the screen without its line breaks."""
    return " ".join(screen_text(app).split())


async def test_values_that_exclude_each_other_are_told_as_one_types_and_start_no_run(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma")
        await until_shown(pilot, "bars in the slow average")
        await pilot.press("down", *"60")
        await until_shown(pilot, "\n! slow must be above fast, which is 60; 50 is not.")
        await pilot.press("enter")
        await until_shown(pilot, "Something is to be mended first: slow.")
        await pilot.press(*"61")
        await until_shown(pilot, "Enter starts the run")
    assert all_runs(stocked) == []


@pytest.mark.slow
async def test_a_rate_that_no_run_needs_is_doubted_and_can_be_sent(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "rates"), *"GBPJPY=190")
        await until_shown(
            pilot,
            "\n! The fixed rate of GBPJPY is not used: in a USD account EURUSD needs none.",
            "Enter starts the run",
        )
        await pilot.press("enter")
        await until_shown(pilot, "Run 1 ")
    assert [run.settings["rates"] for run in all_runs(stocked)] == [{"GBPJPY": 190.0}]


async def test_what_is_wrong_elsewhere_is_named_by_its_field_in_the_line_below(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "start"), *"2031-01-01")
        await until_shown(pilot, "\n! EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose a beginning")
        await pilot.press(*keys_to(app, "context_tfs"))
        await until_shown(pilot, "\n! from: EURUSD M15 has bars from 2020-01-27 to 2021-01-26; choose a")


async def test_both_days_that_bars_lie_between_can_be_read_in_80_columns(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "from                  2020-01-27                2020-01-27 to 2021-01-26 ")


@pytest.mark.slow
async def test_a_long_text_pasted_anywhere_leaves_the_form_in_its_place(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        before = shown_fields(app)
        for name in ("params.lookback", "start", "initial_balance", "leverage", "rates", "swap"):
            await pilot.press(*keys_to(app, name))
            app.post_message(Paste("x" * 500))
            await until_shown(pilot, "xxxxxxxxxxxxxxxxxxxxxxxx", "'xxxxxxxxxxxxxxx")
            await pilot.press("ctrl+u")
        assert shown_fields(app) == before


@pytest.mark.slow
async def test_a_mistake_in_the_config_is_told_before_enter_and_over_once_it_is_mended(stocked: Home) -> None:
    stocked.config.write_text('[runner]\nworkers = "many"\n')
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        cause = "runner.workers must be a whole number from 1 to 256, not 'many'."
        await until(pilot, lambda: f"! {stocked.config}: {cause}" in prose(app))
        assert "Enter starts" not in prose(app)
        await pilot.press("enter")
        await until(pilot, lambda: prose(app).count(cause) == 2)
        assert "Something is to be mended" not in prose(app)
        await pilot.press(*"sma")
        assert "Enter starts" not in prose(app)
        stocked.config.write_text("[runner]\nworkers = 2\n")
        await pilot.press("enter")
        await until_shown(pilot, "Enter starts the run")
        assert cause not in prose(app)
    assert all_runs(stocked) == []


async def test_a_data_folder_that_is_gone_is_told_and_not_made_again(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"sma")
        shutil.rmtree(stocked.path)
        gone = f"! The store {stocked.store} is gone; bring it back or start again."
        await until(pilot, lambda: gone in prose(app))
        assert "Enter starts" not in prose(app)
        await pilot.press("escape")
    assert not stocked.path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["1e-320", "0.00001"])
async def test_a_size_that_is_too_small_is_named_as_it_was_typed(stocked: Home, size: str) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*keys_to(app, "size"), *size)
        await until_shown(pilot, f"lots for EURUSD, not {size}.")
