"""Editing a file in the user's own editor, which gets the whole terminal for as long as it runs."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.text import clean
from tui.background import in_background

if TYPE_CHECKING:
    from tui.app import BacktapeApp

# Where no editor is named; the first is the one that says on its screen how it is left.
_USUAL = ("nano", "vi")
_NO_EDITOR = "No editor is named: set EDITOR, such as EDITOR=nano, and start Backtape again; the file is {}."


def editor() -> list[str]:
    """Return the command that $VISUAL, else $EDITOR names, in words, else an editor that is there.

    None where there is none.

    Raises:
        BacktapeError: it cannot be understood, or there is no such program.
    """
    named = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip()
    try:
        words = shlex.split(named)
    except ValueError:
        raise BacktapeError(f"EDITOR is {_shown(named)}, which is no command; mend its quotes.") from None
    if words and shutil.which(words[0]) is None:
        raise BacktapeError(f"There is no program {_shown(words[0])}, which EDITOR names; set another one.")
    return words or [name for name in _USUAL if shutil.which(name)][:1]


async def edit(bench: "BacktapeApp", path: Path) -> int:
    """Lend the terminal to the editor until it has ended; return its exit code.

    Raises:
        BacktapeError: there is no editor, or no terminal to lend.
    """
    words = editor()
    if not words:
        raise BacktapeError(_NO_EDITOR.format(clean(str(path))))
    driver = bench.terminal
    if driver is None:
        raise BacktapeError("An editor needs a terminal; there is none here.")
    running = _Running([*words, str(path)], driver.fileno)
    with driver.lent(running.end):
        return await in_background(running.wait)


class _Running:
    """The editor as a process."""

    def __init__(self, command: list[str], terminal: int) -> None:
        self._command = command
        self._terminal = terminal
        self._process: subprocess.Popen[bytes] | None = None

    def wait(self) -> int:
        """Start it and wait for its end."""
        at = self._terminal
        try:
            self._process = subprocess.Popen(self._command, stdin=at, stdout=at, stderr=at)
        except OSError as error:
            name = _shown(self._command[0])
            raise BacktapeError(f"The editor {name} cannot be started: {error.strerror}.") from error
        return self._process.wait()

    def end(self) -> None:
        """Ask it to end, since the program is to."""
        if self._process is not None:
            self._process.terminate()


def _shown(text: str) -> str:
    return repr(clean(text, limit=60))
