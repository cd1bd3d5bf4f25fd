"""A shell in a terminal, and the screens started from it: what is left to the shell after every ending."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

from tests.e2e.terminal import PATIENCE, Terminal, wait_until

PROMPT = "READY> "
# Screens of a program without runs: the keys that lead there, and what stands there.
STATES = {
    "runs": ((), "no runs yet"),
    "help": (("?",), "Keys of Runs"),
    "data": (("4",), "The data library is empty."),
    "form": (("n",), "There is no price history yet."),
}


class Shell(Terminal):
    """An interactive shell with job control, whose prompt is known."""

    def __init__(
        self, *, columns: int = 120, rows: int = 40, environment: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(
            columns=columns,
            rows=rows,
            environment={"PS1": PROMPT, **(environment or {})},
            program=("/bin/sh", "-i"),
        )
        self.wait_for(PROMPT.strip())
        self.own_modes = self.modes

    def type(self, line: str) -> None:
        """Type a command."""
        self.forget()
        self.send(f"{line}\n")

    def start(self, *arguments: str) -> psutil.Process:
        """Start the program, and return its process; what was drawn before is forgotten."""
        self.type(shlex.join([sys.executable, "-m", "tui.cli", *arguments]))
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [one for one in psutil.Process(self.pid).children() if "tui.cli" in one.cmdline()]
            return bool(found)

        wait_until(is_there)
        return found[0]

    def answers(self) -> bool:
        """Whether a command typed now is carried out, and what it writes is shown."""
        self.type("echo $((20 + 22))")
        self.wait_for("42", within=PATIENCE)
        return True

    def last_code(self) -> int:
        """The exit code of the command before this one."""
        self.type("echo code=$?.")
        text = self.wait_for(lambda text: "code=" in text.replace("code=$", ""))
        return int(text.replace("code=$", "").split("code=")[1].split(".")[0])


@contextmanager
def whole(shell: Shell) -> Iterator[None]:
    """Check that the block leaves the terminal of the shell as it was."""
    yield
    shell.wait_for(PROMPT.strip())
    assert shell.is_whole
    assert shell.modes == shell.own_modes
    assert shell.answers()


def start(shell: Shell, *arguments: str) -> psutil.Process:
    """Start the screens and wait for the list."""
    process = shell.start(*arguments)
    shell.wait_for("no runs yet")
    return process


def go(shell: Shell, state: str) -> None:
    """Press the keys that lead to a state."""
    keys, shown = STATES[state]
    shell.send(*keys)
    shell.wait_for(shown)
