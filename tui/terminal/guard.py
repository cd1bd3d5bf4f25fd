"""A small process that gives the terminal back when the program is killed and cannot do it itself.

It is forked before anything else is, waits for the end of the program at a pipe,
and acts only if the program ended while the screens had the terminal.
"""

import os
import select
import signal
import termios
import time
from typing import Any, NoReturn

# Whatever half of a frame came last: its end, mouse, paste, focus, keyboard and
# wrapping as they were, then the main screen and the cursor.
GIVE_BACK = (
    b"\x1b[?2026l\x1b[0m"
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[<u\x1b[?7h"
    b"\x1b[?1049l\x1b[?25h"
)

_TAKEN, _GIVEN_BACK = b"t", b"g"
_DEAF_TO = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM),
    *(signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGPIPE),
)
# For a terminal that takes nothing, and for a guard that does not end.
_WRITING_SECONDS, _ENDING_SECONDS = 10, 0.3

_LOCAL, _INPUT = 3, 0
_RAW_LOCAL = termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG
_RAW_INPUT = termios.IXON | termios.ICRNL


class Guard:
    """The program's end of the pipe; made by `post_guard`."""

    def __init__(self, pid: int, tell: int) -> None:
        self._pid = pid
        self._tell = tell

    def taken(self) -> None:
        """The screens are about to take the terminal."""
        self._say(_TAKEN)

    def given_back(self) -> None:
        """The terminal is as it was."""
        self._say(_GIVEN_BACK)

    def dismiss(self) -> None:
        """Let it end; it is hardly waited for."""
        os.close(self._tell)
        deadline = time.monotonic() + _ENDING_SECONDS
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.002)

    def _say(self, word: bytes) -> None:
        try:
            os.write(self._tell, word)
        except BrokenPipeError:
            return  # somebody killed it: the program goes on without

    def _has_ended(self) -> bool:
        try:
            return os.waitpid(self._pid, os.WNOHANG) != (0, 0)
        except ChildProcessError:
            return True


def post_guard(terminal: int) -> Guard | None:
    """Fork the guard of a terminal, named by a descriptor; None where the system has no process to spare.

    To be called while the program has one thread: a fork copies no other.
    """
    try:
        before = termios.tcgetattr(terminal)
        hear, tell = os.pipe()
    except (OSError, termios.error):
        return None
    try:
        pid = os.fork()
    except OSError:
        os.close(hear)
        os.close(tell)
        return None
    if pid == 0:
        os.close(tell)
        _stand_guard(hear, terminal, before)
    os.close(hear)
    return Guard(pid, tell)


def _stand_guard(hear: int, terminal: int, before: list[Any]) -> NoReturn:
    """Wait for the end of the program; out of reach of what the terminal or a shell sends to it."""
    try:
        os.setsid()
        for number in _DEAF_TO:
            signal.signal(number, signal.SIG_IGN)
        if _last_word(hear) == _TAKEN:
            _give_back(terminal, before)
    finally:
        os._exit(0)


def _last_word(hear: int) -> bytes:
    last = b""
    while heard := os.read(hear, 64):
        last = heard[-1:]
    return last


def _give_back(terminal: int, before: list[Any]) -> None:
    """Put the terminal in order, at once: the shell is about to write its prompt."""
    signal.alarm(_WRITING_SECONDS)
    if _is_raw(termios.tcgetattr(terminal)):
        termios.tcsetattr(terminal, termios.TCSANOW, before)
    left = GIVE_BACK
    while left:
        select.select([], [terminal], [])
        left = left[os.write(terminal, left) :]


def _is_raw(now: list[Any]) -> bool:
    """Whether the modes are still the program's; a shell that came first has set its own, with ISIG."""
    return not (now[_LOCAL] & _RAW_LOCAL or now[_INPUT] & _RAW_INPUT)
