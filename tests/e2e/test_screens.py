"""The main job in the screens, by keyboard alone."""

import os
import re
import signal
from contextlib import closing
from dataclasses import dataclass

import pytest

from core.home import Home
from db import runs
from db.connection import connect
from db.runs import RunRecord
from tests.e2e.terminal import Terminal, wait_until

LEFT, RIGHT, TAB, BACKSPACE, ENTER = "\x1b[D", "\x1b[C", "\t", "\x7f", "\r"


def has_run(home: Home) -> bool:
    """Whether a run has been submitted."""
    with closing(connect(home.store)) as connection:
        return runs.count(connection) > 0


def stored(home: Home, run_id: int = 1) -> RunRecord:
    """Return a run as the store has it."""
    with closing(connect(home.store)) as connection:
        run = runs.get(connection, run_id)
    assert run is not None
    return run


def start_slow_run(home: Home, terminal: Terminal, pause: str) -> None:
    """Fill the form in by keyboard and start the strategy `slow`; the run is under way afterwards."""
    terminal.wait_for("no runs yet")
    terminal.send("n")
    terminal.wait_for("donchian_breakout")
    terminal.send(*"slow")
    terminal.wait_for("Buys every hundredth bar")
    terminal.send(TAB, *([BACKSPACE] * 5), *pause)
    terminal.wait_for("6,245 bars")
    terminal.wait_for(lambda text: re.search(rf"pause +{re.escape(pause)}", text) is not None)
    terminal.send(ENTER)
    wait_until(lambda: has_run(home))


def leave(terminal: Terminal) -> None:
    """Leave screen after screen until the program has ended."""
    for _ in range(4):
        shown = terminal.text
        terminal.send("q")
        terminal.wait_for(Changed(terminal, shown))
        if not terminal.lives:
            return


def test_a_run_is_started_from_the_form_watched_left_and_found_finished(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.001")
        terminal.wait_for(Percent(1, 60))
        terminal.wait_for(Percent(61, 99))
        terminal.wait_for("equity")
        leave(terminal)
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
    wait_until(lambda: stored(market).status == "completed")
    with Terminal() as terminal:
        terminal.wait_for("✓ done")
        terminal.send(ENTER)
        terminal.wait_for("profit factor")
        terminal.send(">")
        terminal.wait_for(str(stored(market).total_trades))
        leave(terminal)
        assert terminal.wait_for_exit() == 0


@pytest.mark.slow
def test_leaving_while_a_run_is_under_way_says_that_it_goes_on(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.01")
        wait_until(lambda: stored(market).status == "running")
        leave(terminal)
        assert terminal.wait_for_exit() == 0
        assert "1 run goes on" in terminal.text
    assert stored(market).status == "running"


@pytest.mark.slow
def test_a_terminal_that_is_killed_does_not_stop_the_run(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.001")
        wait_until(lambda: stored(market).progress_pct > 0)
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_for_exit() == -signal.SIGKILL
    wait_until(lambda: stored(market).status == "completed")
    assert stored(market).total_trades is not None


@pytest.mark.slow
def test_a_line_that_is_lost_does_not_stop_the_run(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.001")
        wait_until(lambda: stored(market).progress_pct > 0)
        terminal.hang_up()
    wait_until(lambda: stored(market).status == "completed")


@pytest.mark.slow
def test_a_worker_that_is_killed_is_shown_as_failed_with_its_reason(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.01")
        wait_until(lambda: stored(market).progress_pct > 0)
        job = stored(market).job
        assert job is not None
        assert job.pid is not None
        os.kill(job.pid, signal.SIGKILL)
        terminal.wait_for("failed", within=10)
        terminal.wait_for("signal 9", within=10)
    assert stored(market).status == "failed"


@pytest.mark.slow
def test_cancelling_from_the_screen_takes_at_most_a_second(market: Home) -> None:
    with Terminal() as terminal:
        start_slow_run(market, terminal, "0.01")
        wait_until(lambda: stored(market).progress_pct > 0)
        terminal.send("x", "y")
        terminal.wait_for("cancelled", within=20)
    run = stored(market)
    assert run.job is not None
    assert run.finished_at is not None
    assert run.job.cancel_requested_at is not None
    # What the store says of the two moments; no clock of the test's.
    assert (run.finished_at - run.job.cancel_requested_at).total_seconds() < 1.0


def test_the_first_start_offers_the_sample_market(empty_home: Home) -> None:
    with Terminal() as terminal:
        terminal.wait_for("m  imports the sample market")
        terminal.send("m")
        terminal.wait_for("SYNTHETIC M5")
        terminal.send("n")
        terminal.wait_for("made-up prices")
        terminal.send(ENTER)
        terminal.wait_for("profit factor")
        leave(terminal)
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
    assert stored(empty_home).status == "completed"


@dataclass(frozen=True)
class Changed:
    """Holds when the screen shows something else, or nothing any more."""

    terminal: Terminal
    shown: str

    def __call__(self, text: str) -> bool:
        return text != self.shown or not self.terminal.lives


class Percent:
    """Holds when the screen shows a progress between two figures."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = low, high

    def __call__(self, text: str) -> bool:
        return any(self._low <= int(found) <= self._high for found in re.findall(r"(\d+) %", text))

    def __repr__(self) -> str:
        return f"a progress from {self._low} to {self._high} %"


@pytest.mark.slow
def test_bytes_that_are_no_text_do_not_end_the_screens(home: Home) -> None:
    with Terminal() as terminal:
        terminal.wait_for("no runs yet")
        terminal.send_bytes(b"\xff", b"\xc3", b"\xa4\xfe?")
        terminal.wait_for("Keys of Runs")
        terminal.send("q", "q")
        assert terminal.wait_for_exit() == 0
    assert b"Traceback" not in terminal.received
