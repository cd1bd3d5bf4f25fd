"""The settings of a run: its whole configuration, and what is another today."""

import json
from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.jobs.settings import RunSettings
from db.connection import connect
from tests.shots.filling import COMPLETED, leave_traces
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until_shown


async def _settings(pilot: Pilot[int], run_id: int) -> str:
    await open_run(pilot, run_id)
    await pilot.press("less_than_sign", "less_than_sign")
    return await until_shown(pilot, "strategy\nstrategy")


async def test_the_settings_tell_the_whole_configuration_in_words(filled: Home) -> None:
    settings = {
        "leverage": 30,
        "account_currency": "EUR",
        "rates": {"EURUSD": 1.1},
        "slippage_pips": 0.2,
        "swap_long": -3.5,
        "swap_short": 1.2,
        "spread_source": "data",
        "finer": "M1",
        "memory_limit_mb": 500,
        "time_limit_minutes": 90,
    }
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET risk_pct = 1.5, commission_per_lot = 7, notes = 'holidays',"
            " context_tfs = '[\"H4\"]', settings = ? WHERE id = ?",
            (json.dumps(settings), COMPLETED),
        )
    async with make_app(filled).run_test(size=(120, 60)) as pilot:
        await _settings(pilot, COMPLETED)
        await until_shown(
            pilot,
            "fast                    20",
            "from                    2020-01-27 00:00 UTC",
            "to                      2022-01-26 00:00 UTC, exclusive",
            "balance                 10,000.00 EUR",
            "size                    1.5 % of equity at risk, by the distance of the stop",
            "leverage                1:30",
            "spread                  as recorded with each bar, which is its smallest",
            "commission              7 EUR a lot, round turn",
            "slippage                0.2 pips",
            "swap                    -3.5 for buys and 1.2 for sells, EUR a lot and night",
            "conversion              EURUSD fixed at 1.1",
            "mode                    intra_candle: entry at the next open",
            "part at target          50 % of what is left, at each target but the last",
            "context                 H4",
            "inside bars             bars of M1 tell whether stop or target came first",
            "memory limit            500 MB",
            "time limit              90 minutes",
            "note                    holidays",
            "by                      a version of Backtape that is not known",
        )
        assert "calls" not in screen_text(pilot.app), "a strategy that asks no model has no budget"


async def test_the_settings_show_the_source_as_it_was_and_what_is_another_today(filled: Home) -> None:
    leave_traces(filled)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _settings(pilot, COMPLETED)
        await until_shown(pilot, "my_cross has been edited since: the run used version")
        await pilot.press("G")
        await until_shown(
            pilot,
            "-    fast: int = parameter(20, minimum=2)",
            "+    fast: int = parameter(30, minimum=2)",
            "my_cross.py as it was",
            "class MyCross(Strategy):",
        )
        await pilot.press("g")
        await until_shown(pilot, "strategy\nstrategy")


async def test_settings_are_looked_at_again_whenever_their_tab_is_visited(filled: Home) -> None:
    leave_traces(filled)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _settings(pilot, COMPLETED)
        await until_shown(pilot, "has been edited since")
        (filled.strategies / "my_cross.py").unlink()
        await pilot.press("less_than_sign", "greater_than_sign")
        await until_shown(pilot, "There is no strategy my_cross any more")


async def test_hostile_settings_are_shown_as_text(filled: Home) -> None:
    leave_traces(filled)
    hostile = "[/] [red]x \x1b]52;c;AAAA\x07 \u202e\x9b2J"
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET data_file_path = ?, notes = ?, params = json_object(?, ?),"
            " code_version = ? WHERE id = ?",
            (hostile, hostile, hostile, hostile, hostile, COMPLETED),
        )
        source = json.dumps({f"my_cross.py{hostile}": f"{hostile}\n\tx = 1"})
        connection.execute("UPDATE strategy_versions SET source = ?", (source,))
    async with make_app(filled).run_test(size=(120, 80)) as pilot:
        await _settings(pilot, COMPLETED)
        screen = await until_shown(pilot, "as it was", "    x = 1", "note                    [/] [red]x")
        assert all(character.isprintable() or character == "\n" for character in screen)


@pytest.mark.slow
@pytest.mark.parametrize("value", ["[/]", 7, [1], {"a": 1}, None, True], ids=str)
async def test_settings_of_any_kind_that_somebody_wrote_by_hand_are_shown(
    filled: Home, value: object
) -> None:
    settings = dict.fromkeys(RunSettings.__dataclass_fields__, value)
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET settings = ?, params = ?, context_tfs = ? WHERE id = ?",
            (json.dumps(settings), json.dumps({"fast": value}), json.dumps([value]), COMPLETED),
        )
    async with make_app(filled).run_test(size=(120, 60)) as pilot:
        await _settings(pilot, COMPLETED)
        await until_shown(pilot, "made\non", "data version")


async def test_the_source_stands_beside_the_settings_where_there_is_room(filled: Home) -> None:
    leave_traces(filled)
    async with make_app(filled).run_test(size=(120, 60)) as pilot:
        await _settings(pilot, COMPLETED)
        await until_shown(pilot, "\nfrom the source of the run to today's")
        await pilot.resize_terminal(200, 60)
        screen = await until_shown(pilot, "  from the source of the run to today's", "my_cross.py as it was")
        title = next(text for text in screen.splitlines() if "from the source" in text)
        assert title.startswith("strategy ")
