"""One run: its overview, live and final, and its trades."""

import json
from array import array
from contextlib import closing
from typing import TextIO
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.jobs.logs import run_log
from core.jobs.settings import RunSettings
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from tests.shots.filling import BEGIN, COMPLETED, END, FAILED, PENDING, RUNNING, leave_traces
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.messages import RunsChanged
from tui.panes.overview import OverviewPane


async def _open(pilot: Pilot[int], run_id: int) -> str:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    return await until_shown(pilot, f"Run {run_id} ·", "Overview")


async def test_a_finished_run_shows_curves_figures_and_settings(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, 38)
        await until_shown(
            pilot,
            "✓ done in 0:12",
            "drawdown %",
            "profit factor          1.19",
            "ambiguous exits           0",
            "refused entries           0",
            "fast 20 · slow 50",
        )


async def test_a_run_under_way_grows_and_ends_before_the_eyes(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        await until_shown(pilot, "▶ 42 %  2.14 k bars/s  0:13 left", "21,404 of 49,777 bars", "612 trades")
        with closing(connect(filled.store)) as connection:
            job = jobs.get(connection, RUNNING)
            assert job is not None
            assert job.attempt is not None
            curve = array("d", [10_000.0, 12_345.0]).tobytes()
            jobs.beat(connection, job.attempt, Beat(40_000, 49_777, 700, 12_345.0, curve, "simulating"))
            await until_shown(pilot, "40,000 of 49,777 bars", "700 trades", "equity 12,345.00")
            jobs.end(connection, RUNNING, job.attempt, "failed", "The disk is full; make room.")
        await until_shown(pilot, "✗ failed", "The disk is full; make room.")


async def test_a_failed_run_says_why(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot, FAILED)
        await until_shown(pilot, "The worker was killed by signal 9 (SIGKILL) at 50 %.")


async def test_trades_come_with_their_tab_and_are_sorted_by_a_letter(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, 38)
        await pilot.press("s")
        await until_shown(pilot, "This key acts in Trades; > and < go from tab to tab.")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "entered", "signal_reverse")
        await pilot.press("s", "p")
        await until_shown(pilot, "profit▼")
        await until(pilot, lambda: _first_profit(screen_text(pilot.app)) > 25)
        await pilot.press("S")
        await until(pilot, lambda: _first_profit(screen_text(pilot.app)) < -25)
        await pilot.press("less_than_sign")
        await until_shown(pilot, "drawdown %", "fast 20 · slow 50")


def _first_profit(screen: str) -> float:
    row = screen.splitlines()[4].split()
    return float(next(part for part in row if part[0] in "+-"))


async def test_cancelling_from_the_detail(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        await pilot.press("x")
        await until_shown(pilot, "▶ 42 %  cancelling")
        await pilot.press("q")
        await until_shown(pilot, "▶ cancelling")


async def test_the_equity_of_a_cancelled_run_stays_as_far_as_it_came(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        told = [10_000.0, 10_100.0, 9_950.0]
        with closing(connect(filled.store)) as connection:
            job = jobs.get(connection, RUNNING)
            assert job is not None
            assert job.attempt is not None
            sign = Beat(43, 100, 5, 9_950.0, array("d", told).tobytes(), "simulating")
            assert jobs.beat(connection, job.attempt, sign) is False
            assert jobs.end(connection, RUNNING, job.attempt, "cancelled", None)
        screen = await until_shown(pilot, "■ cancelled at 43 %", "drawdown %")
        times, values = pilot.app.screen.query_one(OverviewPane).curve
        assert values == told
        assert times[-1] == pytest.approx(BEGIN.timestamp() + 0.43 * (END - BEGIN).total_seconds())
        assert "profit factor" not in screen
        await pilot.press("q", "enter")
        await until_shown(pilot, "■ cancelled at 43 %", "drawdown %")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "5 trades were made; only a run that is done keeps them.")


async def test_deleting_from_the_detail_leads_back_to_the_list_where_it_is_undone(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot, COMPLETED)
        await pilot.press("greater_than_sign", "d")
        await until_shown(
            pilot, f"Delete run {COMPLETED} with all trades?  y deletes (z brings back), else kept"
        )
        await pilot.press("n", "d", "y")
        await until_shown(pilot, "40 runs", f"Deleted run {COMPLETED}; z brings back.")
        await pilot.press("z")
        await until_shown(pilot, "41 runs", f"Brought back run {COMPLETED}.")


async def test_a_run_that_has_been_deleted_is_not_deleted_again(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot, RUNNING)
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [RUNNING])
        await until_shown(pilot, f"Run {RUNNING} has been deleted.")
        await pilot.press("d")
        await until_shown(pilot, "This run has been deleted.")


async def test_a_run_that_has_ended_cannot_be_cancelled(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, 38)
        await pilot.press("x")
        await until_shown(pilot, "This run is done; only what waits or runs can be cancelled.")


async def test_the_bottom_line_names_only_keys_that_can_act(filled: Home) -> None:
    def keys(pilot: Pilot[int]) -> str:
        return screen_text(pilot.app).splitlines()[-1]

    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        await until(pilot, lambda: "x cancel" in keys(pilot))
        assert "s sort" not in keys(pilot)
        await pilot.press("greater_than_sign", "s")
        await until(pilot, lambda: "The trades can be read when the run has ended." in keys(pilot))
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "space play" in keys(pilot))
        assert "next trade" not in keys(pilot)
        await pilot.press("less_than_sign")
        await until(pilot, lambda: "x cancel" in keys(pilot))
        assert "s sort" not in keys(pilot)
        assert "Enter open" not in keys(pilot)
        await pilot.press("q", "j", "j", "enter")
        await until(pilot, lambda: "r repeat" in keys(pilot))
        await until(pilot, lambda: "x cancel" not in keys(pilot))
        assert "s sort" not in keys(pilot)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "s sort" in keys(pilot) and "Enter open" in keys(pilot))
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "] next trade" in keys(pilot))


async def test_the_tab_in_front_is_named_in_a_narrow_terminal(filled: Home) -> None:
    def tabs(pilot: Pilot[int]) -> str:
        return screen_text(pilot.app).splitlines()[2].rstrip()

    async with make_app(filled).run_test(size=(60, 16)) as pilot:
        await _open(pilot, COMPLETED)
        await until(pilot, lambda: tabs(pilot).startswith("Overview │ Trades"))
        await pilot.press("less_than_sign")
        await until(pilot, lambda: tabs(pilot).startswith("… Trades │") and tabs(pilot).endswith("│ Log"))
        await pilot.press("less_than_sign", "less_than_sign")
        await until(pilot, lambda: tabs(pilot).startswith("Overview │"))


async def test_a_run_deleted_by_somebody_else_says_so(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [RUNNING])
        await until_shown(pilot, f"Run {RUNNING} has been deleted.")


async def test_hostile_text_is_shown_as_text(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE backtest_runs SET error_message = ?, notes = ? WHERE id = ?",
            ("[/] [red]x \x1b]52;c;AAAA\x07", "[bold \u202e", FAILED),
        )
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        screen = await _open(pilot, FAILED)
        screen = await until_shown(pilot, "[/] [red]x", "[bold")
        assert "\x1b" not in screen
        assert "\u202e" not in screen


# Settings


async def _settings(pilot: Pilot[int], run_id: int) -> str:
    await _open(pilot, run_id)
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


# Log


async def _log(pilot: Pilot[int], run_id: int) -> None:
    await _open(pilot, run_id)
    await pilot.press("less_than_sign")


async def test_the_log_follows_what_is_printed_and_stays_where_it_was_scrolled_to(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _log(pilot, RUNNING)
        await until_shown(pilot, "Nothing has been printed yet.")
        with run_log(filled, RUNNING).open("a") as log:
            _print(log, 1, 31)
            await until_shown(pilot, "line 12\n", "line 30\n")
            _print(log, 31, 41)
            assert "line 22\n" in await until_shown(pilot, "line 40\n")
            await pilot.press("g")
            await until_shown(pilot, "line 1\n")
            _print(log, 41, 51)
            await until(pilot, lambda: pilot.app.screen.query_one("#log Page").max_scroll_y == 50 - 20)
            assert "line 1\n" in screen_text(pilot.app)
            await pilot.press("G")
            await until_shown(pilot, "line 50\n")
            _print(log, 51, 61)
            await until_shown(pilot, "line 60\n")


def _print(log: TextIO, first: int, end: int) -> None:
    log.write("".join(f"line {number}\n" for number in range(first, end)))
    log.flush()


async def test_a_short_log_stands_at_the_top_however_high_the_terminal_becomes(filled: Home) -> None:
    run_log(filled, COMPLETED).write_text("".join(f"line {number}\n" for number in range(1, 31)))
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _log(pilot, COMPLETED)
        await until_shown(pilot, "line 30")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[3] == "line 1")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen_text(pilot.app).splitlines()[22] == "line 30")


async def test_of_a_long_log_the_end_is_shown_and_long_lines_are_continued(filled: Home) -> None:
    run_log(filled, FAILED).write_text("x\n" * 1_500 + "[/]" * 40 + "\x1b]52;c;AAAA\x07\n")
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _log(pilot, FAILED)
        screen = await until_shown(pilot, "[/]" * 13 + "\ufffd]52;c;AAAA")
        assert "\x1b" not in screen
        await pilot.press("g")
        await until_shown(pilot, f"The last 1,000 lines; 'backtape log {FAILED} --lines N' prints more.")


async def test_a_run_that_printed_nothing_says_so(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _log(pilot, COMPLETED)
        await until_shown(pilot, "Nothing was printed.")
        await pilot.press("q", "k", "k", "k", "enter", "less_than_sign")
        await until_shown(pilot, f"Run {PENDING} ·", "Nothing has been printed yet.")


async def test_a_log_that_cannot_be_read_is_told(filled: Home) -> None:
    run_log(filled, COMPLETED).mkdir()
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _log(pilot, COMPLETED)
        await until_shown(pilot, "cannot be read")


@pytest.mark.parametrize("turns", [0, 2, 1], ids=["overview", "settings", "log"])
async def test_what_has_not_changed_is_not_drawn_again(filled: Home, turns: int) -> None:
    leave_traces(filled)
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(pilot, COMPLETED)
        await pilot.press(*["less_than_sign"] * turns)
        await pilot.pause(1.0)
        compositor = type(app.screen._compositor)
        with patch.object(
            compositor, "render_update", autospec=True, side_effect=compositor.render_update
        ) as drawn:
            await pilot.pause(2.5)
            app.screen.post_message(RunsChanged())
            await pilot.pause(0.3)
            assert drawn.call_count == 0
            await pilot.press("greater_than_sign")
            await pilot.pause(0.3)
            assert drawn.call_count > 0


async def test_deleting_what_is_under_way_says_that_it_is_cancelled(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        await pilot.press("d")
        await until_shown(pilot, f"Delete run {RUNNING} with all trades; what is under way is cancelled?")
        await pilot.press("n", "q", "d")
        await until_shown(pilot, "with all trades; what is under way is cancelled?")
