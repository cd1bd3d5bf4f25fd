"""One run: its overview, live and final, and its trades."""

from array import array
from contextlib import closing

from textual.pilot import Pilot

from core.home import Home
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from tests.shots.filling import FAILED, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown


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
            "profit factor          1.18",
            "ambiguous exits          14",
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
        await until_shown(pilot, "Only trades can be sorted; > shows them.")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "entered", "2020-01-27 07:00", "signal_reverse")
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


async def test_a_run_that_has_ended_cannot_be_cancelled(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, 38)
        await pilot.press("x")
        await until_shown(pilot, "This run is done; only what waits or runs can be cancelled.")


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
