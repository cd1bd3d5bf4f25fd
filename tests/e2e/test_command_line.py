"""The command line in a terminal, where somebody looks on."""

import os
import re
import signal

import pytest

from core.home import Home
from tests.e2e.terminal import Terminal
from tests.tui.commands.program import program


def test_the_demo_shows_progress_a_report_and_the_way_to_the_screens(empty_home: Home) -> None:
    with Terminal(["demo"], rows=120) as terminal:
        terminal.wait_for("Making the sample market")
        terminal.wait_for(lambda text: re.search(r"#\d+ ", text) is not None)
        terminal.wait_for("To look at them in the screens")
        assert terminal.wait_for_exit() == 0
        text = terminal.text
    for words in ("sma_cross", "donchian_breakout", "profit factor", "drawdown %", "SYNTHETIC"):
        assert words in text
    assert re.search("[\u2801-\u28ff]{3}", text) is not None  # a curve is drawn
    rows = program("runs", "--json").document
    assert [row["status"] for row in rows] == ["completed", "completed"]
    assert all(row["total_trades"] > 500 for row in rows)


@pytest.mark.slow
def test_the_demo_again_uses_the_sample_that_is_there(empty_home: Home) -> None:
    assert program("demo").code == 0
    again = program("demo")
    assert again.code == 0
    assert "Making the sample" not in again.err
    figures = [row["final_equity"] for row in program("runs", "--json").document]
    assert len(program("data", "--json").document) == 1
    assert figures[:2] == figures[2:]


def test_a_run_shows_its_progress_on_one_line_and_then_the_report(market: Home) -> None:
    with Terminal(["run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.0005"], rows=60) as terminal:
        terminal.wait_for(lambda text: re.search(r"#1 slow SYNTHETIC H1 +[1-9]\d? %", text) is not None)
        terminal.wait_for("bars/s")
        terminal.wait_for("profit factor")
        assert terminal.wait_for_exit() == 0
        assert "bars/s" not in terminal.text
        assert b"\x1b" not in terminal.received


def test_interrupting_a_run_leaves_it_going(market: Home) -> None:
    with Terminal(["run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.01"]) as terminal:
        terminal.wait_for(lambda text: re.search(r"#1 slow SYNTHETIC H1 +\d+ %", text) is not None)
        terminal.send("\x03")
        terminal.wait_for("Run 1 goes on")
        assert terminal.wait_for_exit() == 130
    assert program("show", "1", "--json").document["status"] == "running"


@pytest.mark.slow
def test_a_lost_line_does_not_reach_the_run(market: Home) -> None:
    with Terminal(["run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.0005"]) as terminal:
        terminal.wait_for("%")
        terminal.hang_up()
    watched = program("watch", "1")
    assert watched.code == 0
    assert "profit factor" in watched.out


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_the_run_with_the_signal(market: Home) -> None:
    with Terminal(["run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.01"], rows=60) as terminal:
        terminal.wait_for(lambda text: re.search(r"#1 slow SYNTHETIC H1 +\d+ %", text) is not None)
        pid = program("show", "1", "--json").document["worker_pid"]
        os.kill(pid, signal.SIGKILL)
        terminal.wait_for("signal 9", within=10)
        assert terminal.wait_for_exit() == 1
    assert program("show", "1", "--json").document["status"] == "failed"
