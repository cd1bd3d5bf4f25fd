"""The screens stopped and let go on: by ctrl+z and fg, by signals, in the background."""

import signal

import psutil
import pytest

from core.home import Home
from db.upgrade import open_store
from tests.e2e.shell import PROMPT, STATES, Shell, go, start, whole
from tests.e2e.terminal import Terminal, wait_until

pytestmark = pytest.mark.slow

CTRL_C, CTRL_Z, TAB = "\x03", "\x1a", "\t"


@pytest.fixture
def empty(home: Home) -> Home:
    """A store without runs."""
    open_store(home.store)
    return home


def stop(shell: Shell, process: psutil.Process, number: signal.Signals) -> None:
    """Stop the program by a signal and wait for the shell."""
    shell.forget()
    process.send_signal(number)
    shell.wait_for(PROMPT.strip())
    assert process.status() == psutil.STATUS_STOPPED


@pytest.mark.parametrize("state", STATES)
def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(empty: Home, state: str) -> None:
    with Shell() as shell:
        with whole(shell):
            start(shell)
            shell.wait_for("nothing under way")
            go(shell, state)
            shell.settle()
            before = shell.lines
            shell.forget()
            shell.send(CTRL_Z)
        shell.type("fg")
        shell.wait_for(STATES[state][1])
        shell.wait_for_lines(before)
        assert not shell.is_whole
        with whole(shell):
            shell.send(CTRL_C)
            shell.wait_for(PROMPT.strip())
            assert shell.last_code() == 0


def test_what_was_typed_and_where_survives_a_stop(market: Home) -> None:
    with Shell() as shell:
        start(shell)
        shell.send("n")
        shell.wait_for("donchian_breakout")
        shell.send(TAB)
        shell.wait_for(lambda text: text.count("bars looked back over") == 2)
        shell.send(*"1234")
        shell.wait_for("1234")
        shell.send(CTRL_Z)
        shell.wait_for(PROMPT.strip())
        shell.type("fg")
        shell.wait_for("1234")
        shell.send("5")
        shell.wait_for("12345")


def test_a_stop_by_signal_gives_the_terminal_back_and_takes_it_only_in_the_foreground(empty: Home) -> None:
    with Shell() as shell:
        with whole(shell):
            process = start(shell)
            stop(shell, process, signal.SIGTSTP)
        with whole(shell):
            process.send_signal(signal.SIGCONT)
            shell.forget()
            shell.type("bg")
            wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
        shell.type("fg")
        shell.wait_for("no runs yet")
        with whole(shell):
            process.send_signal(signal.SIGTERM)


def test_a_stop_that_nothing_can_answer_is_drawn_over_afterwards(empty: Home) -> None:
    with Shell() as shell, whole(shell):
        process = start(shell)
        shell.wait_for("nothing under way")
        shell.settle()
        before = shell.lines
        stop(shell, process, signal.SIGSTOP)
        shell.type("fg")
        shell.wait_for_lines(before)
        go(shell, "help")
        shell.forget()
        process.send_signal(signal.SIGCONT)
        shell.wait_for("Keys of Runs")  # what is typed while the terminal is taken again is not read
        shell.send("q")
        shell.wait_for("no runs yet")
        shell.send("q")


def test_a_program_that_is_killed_while_it_is_stopped_touches_nothing(empty: Home) -> None:
    with Shell() as shell:
        process = start(shell)
        stop(shell, process, signal.SIGTSTP)
        written = shell.bytes_received
        guards = process.children()
        process.kill()
        wait_until(lambda: not any(guard.is_running() for guard in guards))
        assert b"\x1b[?1049l" not in shell.received[written:]


def test_ctrl_z_without_a_shell_is_refused_with_the_reason(empty: Home) -> None:
    with Terminal() as terminal:
        terminal.wait_for("no runs yet")
        terminal.send(CTRL_Z)
        terminal.wait_for("No shell started this program")
        terminal.kill(signal.SIGTSTP)
        terminal.send("?")
        terminal.wait_for("Keys of Runs")
        terminal.send("q", "q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
