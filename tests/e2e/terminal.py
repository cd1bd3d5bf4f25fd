"""The real program in a real pseudo-terminal: keys in, a screen as lines out."""

import os
import re
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from difflib import unified_diff
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pexpect
import pyte

# Generous, since a test machine may be busy; a wait ends as soon as its text is there.
PATIENCE = 60.0

ROOT = Path(__file__).resolve().parents[2]


ENTERS_SCREEN, LEAVES_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
HIDES_CURSOR, SHOWS_CURSOR = b"\x1b[?25l", b"\x1b[?25h"
MOUSE_ON, MOUSE_OFF = b"\x1b[?1000h", b"\x1b[?1000l"

# Every mode that the screens turn on, or off, and what undoes it.
_PAIRS = (
    (ENTERS_SCREEN, LEAVES_SCREEN),
    (HIDES_CURSOR, SHOWS_CURSOR),
    (MOUSE_ON, MOUSE_OFF),
    (b"\x1b[?1003h", b"\x1b[?1003l"),
    (b"\x1b[?1006h", b"\x1b[?1006l"),
    (b"\x1b[?1004h", b"\x1b[?1004l"),
    (b"\x1b[?2004h", b"\x1b[?2004l"),
    (b"\x1b[?7l", b"\x1b[?7h"),
    (b"\x1b[>", b"\x1b[<u"),
)

# What pyte does not know, and would show the last letter of.
_KEYBOARD = re.compile(rb"\x1b\[[<>]\d*u")


def wait_until(holds: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: it did not come to that.
    """
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come to that within {within:g} s")
        time.sleep(0.02)


class Terminal:
    """One program in one terminal; closing it hangs up, as a closed window does."""

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        program: Sequence[str] = (sys.executable, "-m", "tui.cli"),
        ignore_hang_up: bool = False,
    ) -> None:
        self.received = bytearray()
        self._stalled = False
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._child = pexpect.spawn(
            program[0],
            [*program[1:], *arguments],
            dimensions=(rows, columns),
            env=_environment(environment or {}),
            echo=False,
            preexec_fn=partial(_as_after_login, ignore_hang_up),
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    @property
    def lives(self) -> bool:
        """Whether the program is still there."""
        return bool(self._child.isalive())

    @property
    def bytes_received(self) -> int:
        """How many bytes the program has written so far."""
        self._drain(0.0)
        return len(self.received)

    @property
    def pid(self) -> int:
        """The process of the program."""
        pid: int = self._child.pid
        return pid

    @property
    def lines(self) -> list[str]:
        """What the screen shows now, line by line, without blanks at the ends."""
        self._drain(0.0)
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether screen, cursor, mouse, paste, keyboard and wrapping are as they were before the program."""
        self._drain(0.0)
        return all(self.received.rfind(undone) >= self.received.rfind(done) for done, undone in _PAIRS)

    @property
    def modes(self) -> list[Any]:
        """The modes of the line: echo, line by line, signals and the like, as `termios` has them."""
        return termios.tcgetattr(self._child.child_fd)

    def send(self, *keys: str) -> None:
        """Type the keys one after the other."""
        for key in keys:
            self._child.send(key)
            self._drain(0.02)

    def send_at_once(self, keys: str) -> None:
        """Type the keys, and take nothing of what is drawn."""
        self._child.send(keys)

    def send_bytes(self, *parts: bytes) -> None:
        """Send bytes that need not be text."""
        for part in parts:
            self._child.send(part)
            self._drain(0.02)

    def forget(self) -> None:
        """Forget what was drawn so far: the screen shows only what is drawn from now on."""
        self._drain(0.0)
        self._screen.reset()

    def wait(self, seconds: float) -> None:
        """Take what is drawn for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._drain(left)

    def settle(self, quiet: float = 0.4) -> None:
        """Wait until nothing has been drawn for a while."""
        while self._drain(quiet):
            pass

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def wait_for(self, wanted: str | Callable[[str], bool], *, within: float = PATIENCE) -> str:
        """Wait until the screen shows `wanted` (or satisfies it) and return the screen's text.

        Raises:
            AssertionError: it did not come; the message holds the screen as it was.
        """
        satisfied = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + within
        while not satisfied(self.text):
            if time.monotonic() > deadline or not self._alive_or_unread():
                raise AssertionError(f"{wanted!r} did not come; the screen:\n{self.text}")
            self._drain(0.05)
        return self.text

    def wait_for_lines(self, lines: Sequence[str], *, within: float = PATIENCE) -> None:
        """Wait until the screen shows exactly these lines.

        Raises:
            AssertionError: it never did; the message says where it differs.
        """
        deadline = time.monotonic() + within
        while self.lines != lines:
            if time.monotonic() > deadline:
                raise AssertionError("\n".join(unified_diff(lines, self.lines, "wanted", "shown", n=0)))
            self._drain(0.05)

    def wait_for_exit(self, *, within: float = PATIENCE) -> int:
        """Wait until the program has ended; return its exit code, negative for a signal.

        Raises:
            AssertionError: it is still there.
        """
        deadline = time.monotonic() + within
        while self._child.isalive():
            if time.monotonic() > deadline:
                raise AssertionError(f"still running; the screen:\n{self.text}")
            self._drain(0.05)
        self._drain(0.0)
        code: int | None = self._child.exitstatus
        return code if code is not None else -int(self._child.signalstatus)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the program itself."""
        self._child.kill(number)

    def stall(self) -> None:
        """Take nothing any more, as a line that stands still."""
        self._stalled = True

    def lose_line(self) -> None:
        """Take the terminal away, and do nothing more: the program has to notice."""
        self._child.ptyproc.fileobj.close()

    def hang_up(self) -> None:
        """Close the terminal under the program, and end what does not leave by itself."""
        self._child.close(force=True)

    def _alive_or_unread(self) -> bool:
        return bool(self._child.isalive()) or self._drain(0.0)

    def _drain(self, wait: float) -> bool:
        """Feed everything that has arrived to the screen; return whether anything had."""
        arrived = False
        if self._stalled:
            time.sleep(wait)
        while not self._stalled:
            try:
                data: bytes = self._child.read_nonblocking(65_536, timeout=0.0 if arrived else wait)
            except (pexpect.TIMEOUT, pexpect.EOF, OSError, ValueError):
                return arrived
            arrived = True
            self.received += data
            self._stream.feed(_KEYBOARD.sub(b"", data))
        return arrived


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the program: a colour terminal with UTF-8, and nothing of the test's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "BACKTAPE_HOME") if name in os.environ}
    return {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | kept | dict(extra)


def _as_after_login(ignore_hang_up: bool) -> None:
    """Let signals mean what they mean after a login; in the background of a script some are ignored."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if ignore_hang_up:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
