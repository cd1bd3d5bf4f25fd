"""What commands write to a terminal that is narrower than their sentences."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.home import Home
from core.jobs import launch
from core.jobs.launch import RunnerStatus
from core.jobs.state import RunnerState
from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run
from tests.homes import import_sample
from tests.tui.commands.conftest import completed
from tests.tui.price_files import write_csv
from tui.cli import main
from tui.commands import following
from tui.commands.endings import going_on, guarded
from tui.commands.following import follow
from tui.commands.output import complain, remark
from tui.commands.progress import ProgressLine
from tui.commands.results import show_ended

LONG = "0 of 3 runs done  #12 donchian_breakout SYNTHETIC M15  waiting  nothing runs"

# Makes a terminal of so many columns; what it returns reads the lines written to it.
Narrow = Callable[[int], Callable[[], list[str]]]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Narrow]:
    """Return what makes stdout and stderr a narrow terminal."""
    near, far = pty.openpty()
    terminal = os.fdopen(far, "w", encoding="utf-8")

    def read() -> list[str]:
        terminal.flush()
        received = b""
        os.set_blocking(near, False)
        with suppress(BlockingIOError):
            while part := os.read(near, 65_536):
                received += part
        return received.decode().split("\r\n")[:-1]

    def set_up(columns: int) -> Callable[[], list[str]]:
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setattr(sys, "__stdout__", terminal)
        for name, value in {"LC_ALL": "C.UTF-8", "TERM": "xterm"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("COLUMNS", raising=False)
        return read

    yield set_up
    terminal.close()
    os.close(near)


def test_leaving_a_run_is_told_in_lines_that_break_between_words(narrow: Narrow) -> None:
    lines = narrow(80)

    def left() -> int:
        with going_on([1204]):
            raise KeyboardInterrupt

    assert guarded(left) == 130
    assert lines() == [
        "backtape: Run 1204 goes on; 'backtape watch 1204' follows it,",
        "'backtape cancel 1204' stops it.",
    ]


def test_refusals_and_remarks_break_between_words(narrow: Narrow) -> None:
    lines = narrow(40)
    complain("There is no strategy 'nope'; there are: atr_trend, donchian_breakout.")
    remark("The run goes on by itself; 'backtape watch 7' follows it.")
    assert lines() == [
        "backtape: There is no strategy 'nope';",
        "there are: atr_trend, donchian_breakout.",
        "The run goes on by itself;",
        "'backtape watch 7' follows it.",
    ]


def test_the_report_and_the_results_of_several_runs_fit_the_terminal(
    narrow: Narrow, home: Home, store: StoreConnection
) -> None:
    ids = [completed(store), completed(store)]
    lines = narrow(74)
    show_ended(home, ids[:1], as_json=False)
    report = lines()
    assert report[0].startswith("Run 1 ·")
    assert max(map(len, report)) <= 74
    assert any("leverage 100" in line for line in report)
    narrow(40)
    show_ended(home, ids, as_json=False)
    several = lines()
    assert max(map(len, several)) <= 40
    assert [line.split("  ")[0] for line in several if not line.startswith(" ")] == [
        "#1 sma_cross EURUSD M15",
        "#2 sma_cross EURUSD M15",
    ]


def test_what_is_imported_and_what_the_doctor_finds_fit_the_terminal(
    narrow: Narrow, home: Home, store: StoreConnection, tmp_path: Path
) -> None:
    path = write_csv(tmp_path, "EURUSD.csv", 20)
    lines = narrow(60)
    assert main(["import", str(path)]) == 0
    assert [line.rpartition("\r")[2] for line in lines()] == [
        "EURUSD M1: 20 bars, 2020-01-06 00:00 to 2020-01-06 00:19 UTC",
        "    (read as plain CSV, clock UTC)",
    ]
    main(["doctor"])
    assert [line for line in lines() if len(line) > 60 and str(home.path) not in line] == []


@pytest.mark.parametrize("columns", [60, 80])
def test_parameters_keep_their_names_whole_and_what_they_are_goes_on_below(
    narrow: Narrow, home: Home, columns: int
) -> None:
    lines = narrow(columns)
    assert main(["strategies", "atr_trend"]) == 0
    told = [line for line in lines() if "builtin" not in line and "version" not in line]
    assert max(map(len, told)) <= columns
    for name in ("breakeven_after_target  true", "context_timeframes      H4       M30, H1, H4, D1, W1"):
        assert any(line.startswith(f"    {name}") for line in told)
    text = " ".join(" ".join(told).split())
    assert "move the stop to the entry after the first target" in text
    assert "sells new lows while it is below." in text
    assert main(["strategies"]) == 0
    assert max(map(len, lines())) <= columns


@pytest.mark.slow
def test_what_was_checked_is_told_in_lines_that_fit(
    narrow: Narrow, home: Home, store: StoreConnection
) -> None:
    import_sample(home, store)
    lines = narrow(50)
    assert main(["check", "sma_cross", "SYNTHETIC", "H4", "--bars", "300"]) == 0
    told = [line.rpartition("\r")[2] for line in lines()]
    assert max(map(len, told)) <= 50
    assert "points;" in " ".join(told)


def test_runs_side_by_side_fit_the_terminal(narrow: Narrow, home: Home, store: StoreConnection) -> None:
    ids = [str(completed(store)), str(completed(store, spread_pips=2.0))]
    lines = narrow(50)
    assert main(["compare", *ids, "--ascii"]) == 0
    told = [re.sub("\x1b\\[[0-9]*m", "", line) for line in lines()]
    assert max(map(len, told)) <= 50
    assert "".join(told).isascii()


def test_a_progress_line_that_does_not_fit_ends_behind_a_whole_word(narrow: Narrow) -> None:
    lines = narrow(60)
    line = ProgressLine()
    line.show(LONG)
    remark("")
    assert lines() == ["\r0 of 3 runs done  #12 donchian_breakout SYNTHETIC M15…"]


@pytest.mark.parametrize("columns", range(1, 90))
def test_a_progress_line_never_fills_the_terminal(narrow: Narrow, columns: int) -> None:
    lines = narrow(columns)
    ProgressLine().show(LONG)
    remark("")
    (shown,) = lines()
    assert len(shown.removeprefix("\r")) < max(columns, 2)


def test_a_pause_and_how_to_end_it_are_told_above_the_progress_line(
    narrow: Narrow, home: Home, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = add_run(store)
    lines = narrow(80)
    # What runs is another's; this one waits all the same.
    status = RunnerStatus(living=True, state=RunnerState.RUNNING, running=1, waiting=1, paused=True)
    monkeypatch.setattr(launch, "ensure_runner", lambda *_, **__: None)
    monkeypatch.setattr(launch, "runner_status", lambda *_: status)
    monkeypatch.setattr(following, "_wait_for_change", lambda *_: runs.request_cancel(store, [run_id]))
    follow(home, [run_id])
    remark("")
    told, shown = lines()
    assert told == "The queue is paused; 'backtape queue --resume' lets it go on."
    assert shown.rstrip().endswith("waiting  the queue is paused")
