"""Odd terminals, other sizes, pipes: the screens work, or one line says why not."""

import re
import subprocess
import sys
from contextlib import closing

import pytest

from core.home import Home
from db.connection import connect, transaction
from db.upgrade import open_store
from tests.e2e.terminal import ROOT, Terminal
from tests.shots.filling import fill
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

TAB, CTRL_C = "\t", "\x03"
COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9\d|10\d)(?:;[\d;]*)?m")


@pytest.fixture
def filled(home: Home) -> Home:
    """A store with runs that have ended, so that nothing moves on the screen."""
    fill(home, data=True)
    with closing(connect(home.store)) as connection, transaction(connection):
        connection.execute("DELETE FROM backtest_runs WHERE status IN ('pending', 'running')")
    return home


# Terminals


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "vt100"},
        {"TERM": "linux"},
        {"TERM": "screen"},
        {"TERM": "nonsense"},
        {"LANG": "C"},
        {"LANG": "de_DE.ISO-8859-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"NO_COLOR": "1"},
        {"COLUMNS": "200", "LINES": "90"},
    ],
    ids=lambda environment: " ".join(environment.values()),
)
def test_an_odd_terminal_shows_the_screens_as_any_other(filled: Home, environment: dict[str, str]) -> None:
    with Terminal(columns=80, rows=24, environment=environment) as terminal:
        terminal.wait_for("39 runs")
        terminal.send("?")
        terminal.wait_for("Keys of Runs")
        terminal.send("q", "q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
        plain = "LANG" in environment or "PYTHONIOENCODING" in environment
        assert terminal.received.isascii() is plain
        assert bool(COLOUR.search(terminal.received)) is ("NO_COLOR" not in environment)


@pytest.mark.parametrize(
    ("kind", "named"), [("dumb", "TERM=dumb"), ("unknown", "TERM=unknown"), ("", "TERM is not set")]
)
def test_a_terminal_that_can_show_nothing_is_told_in_a_line(home: Home, kind: str, named: str) -> None:
    with Terminal(environment={"TERM": kind}) as terminal:
        assert terminal.wait_for_exit() == 2
        assert f"This terminal ({named}) cannot show the screens" in terminal.text
        assert b"\x1b" not in terminal.received


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_without_a_terminal_there_is_one_line_and_no_screen(home: Home, stream: str) -> None:
    shell = f"{sys.executable} -m tui.cli {'</dev/null' if stream == 'stdin' else '| cat'}"
    with Terminal(program=("/bin/sh", "-c", shell)) as terminal:
        terminal.wait_for_exit()
        assert "The screens need a terminal for input and output" in terminal.text
        assert b"\x1b" not in terminal.received
    ended = program()
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)


def test_errors_may_go_to_a_file_while_the_screens_are_shown(filled: Home) -> None:
    errors = filled.path / "errors.txt"
    with Terminal(program=("/bin/sh", "-c", f"{sys.executable} -m tui.cli 2>{errors}")) as terminal:
        terminal.wait_for("39 runs")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
    assert b"\x1b" not in errors.read_bytes()


# Pipes


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--help"], ["--keys"], ["run", "--help"], ["runs"], ["show", "1"], ["data"], ["strategies"]),
        *(["queue"], ["doctor"], ["run", "sma_cross", "SYNTHETIC", "H1"]),
    ],
    ids=" ".join,
)
def test_no_command_sends_more_than_text_into_a_pipe(market: Home, arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tui.cli", *arguments], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.stdout or ended.stderr
    for written in (ended.stdout, ended.stderr):
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", written)


# Sizes


def test_a_storm_of_sizes_ends_with_the_screen_of_the_last_one(filled: Home) -> None:
    sizes = [(20, 5), (80, 24), (1, 1), (200, 60), (60, 16), (59, 15), (132, 43), (40, 100)]
    with Terminal(columns=120, rows=40) as terminal:
        terminal.wait_for("39 runs")
        terminal.wait_for("nothing under way")
        terminal.send("n")
        terminal.wait_for("stop_pips")
        terminal.send(TAB)
        terminal.wait_for(lambda text: text.count("bars looked back over") == 2)
        terminal.send(*"1234")
        terminal.wait_for("1234")
        terminal.wait_for(
            lambda _: any("Enter starts the run  a pip is 0.0001" in line for line in terminal.lines)
        )
        terminal.wait_for("nothing under way, runner ready")  # made ready for the run
        terminal.settle()
        form = terminal.lines
        for columns, rows in sizes * 5:
            terminal.resize(columns, rows)
            terminal.wait(0.03)
        terminal.resize(20, 5)
        terminal.wait_for("larger.")
        terminal.forget()
        terminal.resize(120, 40)
        terminal.wait_for("Enter starts the run")
        terminal.wait_for_lines(form)
        terminal.send("5")  # the field in focus is still the one that was typed into
        terminal.wait_for("12345")
        terminal.send(CTRL_C)
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole


@pytest.mark.parametrize(("columns", "rows"), [(20, 5), (1, 1), (80, 24), (200, 60)])
def test_the_list_is_drawn_as_if_the_terminal_had_always_been_that_large(
    filled: Home, columns: int, rows: int
) -> None:
    tiny = rows < 16
    with Terminal(columns=columns, rows=rows) as terminal:
        terminal.wait_for("B" if tiny else "39 runs")
        terminal.wait_for("B" if tiny else "nothing under way")
        terminal.settle()
        fresh = terminal.lines
    with Terminal(columns=120, rows=40) as terminal:
        terminal.wait_for("39 runs")
        terminal.wait_for("nothing under way")
        terminal.settle()
        terminal.forget()
        terminal.resize(columns, rows)
        terminal.wait_for_lines(fresh)


def test_a_store_that_opens_in_a_tiny_terminal_is_there_when_it_grows(home: Home) -> None:
    open_store(home.store)
    with Terminal(columns=20, rows=5) as terminal:
        terminal.wait_for("larger.")
        terminal.resize(80, 24)
        terminal.wait_for("There are no runs yet.")
