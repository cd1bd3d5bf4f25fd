"""Every way in which the screens end: the shell gets its terminal back whole, and runs go on."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from core.home import Home
from db import runs
from db.connection import connect
from db.upgrade import open_store
from tests.e2e.shell import PROMPT, Shell, go, start, whole
from tests.e2e.terminal import ROOT, Terminal, wait_until
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
CTRL_C, CTRL_Z, ENTER, TAB = "\x03", "\x1a", "\r", "\t"

# Takes the store's write lock and keeps it until it is killed.
HOLDER = """
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute(sys.argv[2])
store.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(600)
"""

# The screens, with a mistake put into one of them.
BROKEN = """
import sys
from tui.cli import main
from tui.screens.runs import RunsScreen

def broken(self):
    raise RuntimeError("oh dear")

RunsScreen.do_help = broken
sys.exit(main([]))
"""


@pytest.fixture
def empty(home: Home) -> Home:
    """A store without runs."""
    open_store(home.store)
    return home


@contextmanager
def held(home: Home, how: str = "PRAGMA locking_mode=NORMAL") -> Iterator[None]:
    """Let another program hold the write lock of the store."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(home.store), how], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


# Signals


@pytest.mark.parametrize(
    ("state", "number"),
    [
        *(("runs", number) for number in ENDING),
        ("help", signal.SIGTERM),
        ("data", signal.SIGHUP),
        ("form", signal.SIGINT),
    ],
)
def test_a_signal_in_any_state_gives_the_terminal_back(
    empty: Home, state: str, number: signal.Signals
) -> None:
    with Shell() as shell, whole(shell):
        process = start(shell)
        go(shell, state)
        process.send_signal(number)
        shell.wait_for(PROMPT.strip())
        assert shell.last_code() == 128 + number


def test_a_signal_while_the_screens_are_coming_up_gives_the_terminal_back(home: Home) -> None:
    # The store is made anew each time, so that its making is among the moments.
    with Shell() as shell:
        for step in range(8):
            with whole(shell):
                process = shell.start()
                wait_until(process.children)  # its guard is there; Python itself has come up
                time.sleep(0.06 * step)
                number = ENDING[step % len(ENDING)]
                process.send_signal(number)
                shell.wait_for(PROMPT.strip())
                assert shell.last_code() == 128 + number
            for path in home.path.glob("store.db*"):
                path.unlink()


def test_a_kill_that_nothing_can_answer_gives_the_terminal_back_too(empty: Home) -> None:
    with Shell() as shell, whole(shell):
        process = start(shell)
        assert shell.modes[3] != 0
        guards = process.children()
        assert len(guards) == 1
        process.kill()
        shell.wait_for(PROMPT.strip())
        assert shell.last_code() == 128 + signal.SIGKILL
        wait_until(lambda: not any(guard.is_running() for guard in guards))


def test_the_guard_survives_what_is_sent_to_all_and_goes_with_the_program(empty: Home) -> None:
    with Shell() as shell, whole(shell):
        process = start(shell)
        (guard,) = process.children()
        for number in (*ENDING, signal.SIGTSTP):
            guard.send_signal(number)
        os.killpg(process.pid, signal.SIGKILL)
        shell.wait_for(PROMPT.strip())
        assert shell.is_whole
        wait_until(lambda: not guard.is_running())
        process = start(shell)
        (guard,) = process.children()
        shell.send("q")
        shell.wait_for(PROMPT.strip())
        assert not guard.is_running()


def test_screens_without_their_guard_go_on_and_end_in_order(empty: Home) -> None:
    with Shell() as shell, whole(shell):
        process = start(shell)
        process.children()[0].kill()
        go(shell, "help")
        shell.send(CTRL_C)
        shell.wait_for(PROMPT.strip())
        assert shell.last_code() == 0


# The line


@pytest.mark.parametrize("ignore", [False, True])
def test_a_line_that_is_lost_ends_the_screens_as_a_hang_up_does(empty: Home, ignore: bool) -> None:
    with Terminal(ignore_hang_up=ignore) as terminal:
        terminal.wait_for("no runs yet")
        guards = psutil.Process(terminal.pid).children()
        terminal.lose_line()
        assert terminal.wait_for_exit(within=10) == 128 + signal.SIGHUP
        wait_until(lambda: not any(guard.is_running() for guard in guards))


def test_a_line_that_is_lost_without_a_signal_is_noticed(empty: Home) -> None:
    near, far = pty.openpty()
    # In a session of its own, which the terminal is not the terminal of: nobody sends SIGHUP.
    screens = subprocess.Popen(
        [sys.executable, "-m", "tui.cli"],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm"},
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
    )
    os.close(far)
    seen = b""
    while b"no runs yet" not in seen:
        seen += os.read(near, 4096)
    guards = psutil.Process(screens.pid).children()
    os.close(near)
    assert screens.wait(timeout=20) == 128 + signal.SIGHUP
    wait_until(lambda: not any(guard.is_running() for guard in guards))


def test_a_terminal_that_takes_nothing_does_not_hold_a_signal_up(empty: Home) -> None:
    with Terminal(columns=200, rows=60) as terminal:
        terminal.wait_for("no runs yet")
        terminal.stall()
        for _ in range(60):
            terminal.send("?", "q")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_for_exit(within=10) == 128 + signal.SIGTERM


# The store, and a mistake


@pytest.mark.parametrize("held_first", [True, False])
def test_quitting_while_another_program_holds_the_store(empty: Home, held_first: bool) -> None:
    with Shell() as shell, whole(shell):
        if held_first:
            with held(empty):
                start(shell)
                shell.send("q")
                shell.wait_for(PROMPT.strip())
        else:
            start(shell)
            with held(empty):
                shell.send("q")
                shell.wait_for(PROMPT.strip())
        assert "Traceback" not in shell.text
        assert shell.last_code() == 0


def test_quitting_while_the_store_is_held_exclusively_from_the_start(empty: Home) -> None:
    with Shell() as shell, whole(shell), held(empty, "PRAGMA locking_mode=EXCLUSIVE"):
        shell.start()
        shell.wait_for("Backtape")
        shell.send("q")
        shell.wait_for(PROMPT.strip())
        assert "Traceback" not in shell.text


@pytest.mark.parametrize("fault", ["gone", "replaced"])
def test_quitting_when_the_store_is_not_what_it_was(empty: Home, fault: str) -> None:
    with Shell() as shell, whole(shell):
        start(shell)
        shell.wait_for("nothing under way")
        if fault == "gone":
            shutil.rmtree(empty.path)
        else:
            empty.store.unlink()
            empty.store.write_bytes(b"no store" * 1000)
        shell.wait_for(f"was {fault}" if fault == "replaced" else "is gone")
        shell.send("q")
        shell.wait_for(PROMPT.strip())
        assert "Traceback" not in shell.text
        assert shell.last_code() == 0


def test_a_mistake_of_ours_is_one_sentence_and_a_private_log_without_keys(
    empty: Home, tmp_path: Path
) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    secret = {"BACKTAPE_LLM_API_KEY": "sentinel-key-0815"}
    with Terminal(program=(sys.executable, str(script)), environment=secret) as terminal:
        terminal.wait_for("no runs yet")
        terminal.send("?")
        assert terminal.wait_for_exit() == 1
        assert terminal.is_whole
        said = bytes(terminal.received).rsplit(b"\x1b", 1)[1].decode()
    log = empty.logs / "backtape.log"
    assert "The screens have met a mistake of their own and closed" in said
    assert "Traceback" not in said
    assert "RuntimeError: oh dear" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
    held_by = [path for path in empty.path.rglob("*") if path.is_file() and b"0815" in path.read_bytes()]
    assert held_by == []


# Work under way


def test_whatever_ends_the_screens_the_run_goes_on_and_the_way_out_says_so(market: Home) -> None:
    asked = [program("run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.01", "--detach") for _ in range(2)]
    assert [said.code for said in asked] == [0, 0]
    with Shell() as shell:
        for number in ENDING:
            with whole(shell):
                process = shell.start()
                shell.wait_for("slow")
                shell.send("j", ENTER)
                shell.wait_for("Overview")
                process.send_signal(number)
                shell.wait_for(PROMPT.strip())
                assert shell.last_code() == 128 + number
        shell.start()
        shell.wait_for("slow")
        shell.send("q")
        shell.wait_for(PROMPT.strip())
        assert "2 runs go on in the background; 'backtape' shows them again." in shell.text
        assert shell.last_code() == 0
    with closing(connect(market.store)) as connection:
        states = {run.status for key in (1, 2) if (run := runs.get(connection, key)) is not None}
    assert states <= {"pending", "running"}


def test_the_exit_codes_are_in_the_help() -> None:
    said = program("--help").out
    assert all(f"{128 + number} {number.name[3:]}" in said for number in ENDING)
