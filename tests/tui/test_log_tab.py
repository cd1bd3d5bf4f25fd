"""What a run printed."""

from typing import TextIO

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.jobs.logs import run_log
from tests.records import run
from tests.shots.filling import COMPLETED, FAILED, PENDING, RUNNING
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.pages.log import log_lines


async def _log(pilot: Pilot[int], run_id: int) -> None:
    await open_run(pilot, run_id)
    await pilot.press("less_than_sign")


@pytest.mark.slow
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


def test_long_lines_go_on_below_and_further_in_between_words() -> None:
    printed = ["  took 12 trades,  and then the margin was gone", "", "日本語のログ行です。"]
    assert [parts[0].text for parts in log_lines(run(), printed, 18)] == [
        "  took 12 trades,",
        "      and then the",
        "      margin was",
        "      gone",
        "",
        "日本語のログ行で",
        "    す。",
    ]
