"""The user's own editor in the screens' terminal, and the terminal whole whatever it does."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from core.home import Home
from db.upgrade import open_store
from tests.e2e.shell import PROMPT, Shell, whole
from tests.e2e.terminal import ENTERS_SCREEN, LEAVES_SCREEN, Terminal, wait_until
from tests.homes import SLOW

pytestmark = pytest.mark.slow

CTRL_C, CTRL_Z = "\x03", "\x1a"

# An editor: asks for a line and appends it. It ends at ctrl+c by the system's doing: Python would
# not notice one that comes between the question and the reading of the answer.
ASKS = """
import signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
assert sys.stdin.isatty() and sys.stdout.isatty()
assert termios.tcgetattr(0)[3] & termios.ICANON
line = input("append: ")
with open(sys.argv[-1], "a") as file:
    file.write(line + "\\n")
"""
# One that leaves the terminal in a state, and says by its file that it is there.
ENDS_BADLY = """
import os, sys, time, tty
from pathlib import Path
tty.setraw(0)
Path(sys.argv[-2]).write_text(str(os.getpid()))
time.sleep(600)
"""


@pytest.fixture
def own(home: Home) -> Home:
    """A store without runs, and a file of the user's."""
    open_store(home.store)
    (home.strategies / "slow.py").write_text(SLOW)
    return home


def _editor(folder: Path, text: str, *arguments: str) -> dict[str, str]:
    program = folder / "editor.py"
    program.write_text(text)
    return {"EDITOR": " ".join([sys.executable, str(program), *arguments]), "VISUAL": ""}


def _go_to_own(terminal: Terminal) -> None:
    """Show the strategies, the cursor on the only file of the user's: it stands last."""
    terminal.wait_for("no runs yet")
    terminal.send("3")
    terminal.wait_for("slow  ")
    terminal.send("G")
    terminal.wait_for("slow · own")


def test_the_editor_has_the_terminal_and_what_it_wrote_is_shown(own: Home, tmp_path: Path) -> None:
    with Terminal(environment=_editor(tmp_path, ASKS)) as terminal:
        _go_to_own(terminal)
        before = len(terminal.received)
        terminal.send("e")
        terminal.wait_for("append:")
        assert terminal.is_whole
        assert LEAVES_SCREEN in terminal.received[before:]
        terminal.send(*"# a line more", "\n")
        terminal.wait_for("slow.py has been read again.")
        terminal.send("\r")
        terminal.wait_for("class Slow(Strategy)")
        terminal.send("G")
        terminal.wait_for("# a line more")
        terminal.send("q", "q", "q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole


def test_a_fault_that_was_written_is_told_with_its_line(own: Home, tmp_path: Path) -> None:
    with Terminal(environment=_editor(tmp_path, ASKS)) as terminal:
        _go_to_own(terminal)
        terminal.send("e")
        terminal.wait_for("append:")
        terminal.send(*"def (", "\n")
        terminal.wait_for(f"slow.py, line {SLOW.count(chr(10)) + 1}:")


def test_ctrl_c_in_the_editor_is_the_editors(own: Home, tmp_path: Path) -> None:
    with Shell(environment=_editor(tmp_path, ASKS)) as shell, whole(shell):
        shell.start()
        _go_to_own(shell)
        shell.send("e")
        shell.wait_for("append:")
        shell.send(CTRL_C)
        shell.wait_for("The editor ended with exit code")
        shell.send("q", "q")


def test_ctrl_z_in_the_editor_goes_to_the_shell_and_fg_comes_back(own: Home, tmp_path: Path) -> None:
    with Shell(environment=_editor(tmp_path, ASKS)) as shell, whole(shell):
        shell.start()
        _go_to_own(shell)
        shell.send("e")
        shell.wait_for("append:")
        with whole(shell):
            shell.send(CTRL_Z)
        shell.type("fg")
        shell.send(*"# once more", "\n")
        shell.wait_for("slow.py has been read again.")
        assert (own.strategies / "slow.py").read_text().endswith("# once more\n")
        shell.send("q", "q")


def test_an_editor_that_dies_in_raw_mode_leaves_no_trace(own: Home, tmp_path: Path) -> None:
    there = tmp_path / "there"
    with Shell(environment=_editor(tmp_path, ENDS_BADLY, str(there))) as shell, whole(shell):
        shell.start()
        _go_to_own(shell)
        shell.send("e")
        wait_until(lambda: there.exists() and there.read_text())
        os.kill(int(there.read_text()), signal.SIGKILL)
        shell.wait_for("slow.py has been read again.")
        shell.send("q", "q")


def test_a_program_that_is_told_to_end_takes_its_editor_with_it(own: Home, tmp_path: Path) -> None:
    there = tmp_path / "there"
    with Shell(environment=_editor(tmp_path, ENDS_BADLY, str(there))) as shell, whole(shell):
        process = shell.start()
        _go_to_own(shell)
        shell.send("e")
        wait_until(lambda: there.exists() and there.read_text())
        editor = psutil.Process(int(there.read_text()))
        process.send_signal(signal.SIGTERM)
        shell.wait_for(PROMPT.strip())
        wait_until(lambda: not editor.is_running())
        assert shell.received.rfind(ENTERS_SCREEN) < shell.received.rfind(LEAVES_SCREEN)
