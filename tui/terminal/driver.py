"""The terminal, from the moment the screens take it until it is given back whole."""

import os
import select
import selectors
import signal
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.pasting import Pastes
from tui.terminal.signals import ENDING, Reactions, end_soon

if TYPE_CHECKING:
    from tui.app import BacktapeApp

_LOOK_SECONDS = 0.1
_AT_ONCE = 4096
_HELD_BACK = 65_536
# What terminals have that do not say how large they are.
_USUAL_SIZE = (80, 24)


class PatientDriver(LinuxDriver):
    """Textual's own, but nothing that comes from the terminal ends the program, and its end is in order.

    Bytes that are no UTF-8 become U+FFFD; a terminal that is gone ends the
    program as a hang-up does; every signal is answered between two steps of the
    event loop, where nothing is half done.
    """

    def __init__(self, app: "BacktapeApp", **options: Any) -> None:  # noqa: ANN401 - Textual's own
        super().__init__(app, **options)
        self._bench = app
        self._has_terminal = False
        self._file = cast("Any", _Output(self.fileno))
        self._size = self._size or self._get_terminal_size()
        self._reactions = Reactions(
            {number: partial(self._leave, number) for number in ENDING}
            | {
                signal.SIGTSTP: partial(self._soon, self._suspend),
                signal.SIGCONT: partial(self._soon, self._continued),
            }
        )
        # Textual's own would take the terminal twice after a SIGSTOP, and act in the middle of a write.
        for number in (signal.SIGTSTP, signal.SIGCONT):
            signal.signal(number, signal.SIG_DFL)

    # Taking the terminal and giving it back

    def start_application_mode(self) -> None:
        """Take the terminal; in the background, wait for the foreground first."""
        self._await_foreground()
        self._reactions.begin()
        if self._bench.guard is not None:
            self._bench.guard.taken()
        self._has_terminal = True
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back; it is whole when this returns."""
        if not self._has_terminal:
            return
        super().stop_application_mode()
        self.write("\x1b[?1016l")
        self._has_terminal = False
        self.close()
        if self._bench.guard is not None:
            self._bench.guard.given_back()
        self._reactions.end()

    def write(self, data: str) -> None:
        """Write, unless the terminal is somebody else's."""
        if self._has_terminal:
            super().write(data)

    def _await_foreground(self) -> None:
        """Let the system stop the program until the shell gives it the terminal."""
        with suppress(termios.error):
            termios.tcsetattr(self.fileno, termios.TCSANOW, termios.tcgetattr(self.fileno))

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return columns and lines of the terminal itself, whatever COLUMNS and LINES say."""
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            return _USUAL_SIZE
        return columns or _USUAL_SIZE[0], lines or _USUAL_SIZE[1]

    # Signals

    def _soon(self, step: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and so has what is asked for
            self._loop.call_soon_threadsafe(step)

    def _leave(self, number: signal.Signals) -> None:
        code = 128 + number
        end_soon(code)
        self._soon(partial(self._app.exit, code, code))

    def _suspend(self) -> None:
        """Stop, with the shell in front, until the shell lets the program go on.

        As ctrl+z does in every other program, to all that the shell started together;
        where no shell would ever let it go on the system lets it go on at once.
        """
        self.suspend_application_mode()
        os.kill(0, signal.SIGTSTP)
        self._come_back()

    def _continued(self) -> None:
        """Draw everything again: the program was stopped without being asked."""
        if self._is_gone():
            return
        self._await_foreground()
        self.suspend_application_mode()
        self._come_back()

    def _come_back(self) -> None:
        self.resume_application_mode()
        self._app.refresh(layout=True)

    # Lending it to another program

    @contextmanager
    def lent(self, end: Callable[[], object]) -> Iterator[None]:
        """Let another program have the terminal; take it back afterwards and draw everything.

        What the keyboard would end or interrupt is that program, not this one. When
        this one is told to end, it calls `end` and leaves as soon as it has the
        terminal again.
        """
        told: list[signal.Signals] = []

        def leave(number: signal.Signals) -> None:
            told.append(number)
            end()

        meanwhile = Reactions(
            {signal.SIGINT: _nothing, signal.SIGQUIT: _nothing}
            | {number: partial(leave, number) for number in (signal.SIGHUP, signal.SIGTERM)}
        )
        self.suspend_application_mode()
        before = termios.tcgetattr(self.fileno)
        meanwhile.begin()
        try:
            yield
        finally:
            meanwhile.end()
            if self._is_gone():
                told.append(signal.SIGHUP)
            else:
                # A program that was killed leaves its own modes, and they would be taken for the shell's.
                termios.tcsetattr(self.fileno, termios.TCSANOW, before)
                self._come_back()
            if told:
                self._leave(told[0])

    # Input

    def _run_input_thread(self) -> None:
        """Read keys; a mistake in here ends the program as any other does."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - handed over to the program
            self._soon(partial(self._app._handle_exception, error))

    def run_input_thread(self) -> None:
        """Read keys until the program ends, or its terminal."""
        parser = XTermParser(self._debug)
        decoder = getincrementaldecoder("utf-8")(errors="replace")
        pastes = Pastes()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = self._read() if selector.select(_LOOK_SECONDS) else None
                if data == b"":
                    self._leave(signal.SIGHUP)
                    return
                text = decoder.decode(data or b"")
                is_full = len(data or b"") == _AT_ONCE
                for part, pasted in pastes.part(text, more=is_full) if data else pastes.silence():
                    # The parser takes an empty text, such as half a character, for the end of the input.
                    for message in [events.Paste(part)] if pasted else parser.feed(part):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes | None:
        """Return what was typed; None if nothing was, no bytes if the terminal is gone."""
        try:
            data = os.read(self.fileno, _AT_ONCE)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        if data or self._is_gone():
            return data
        time.sleep(_LOOK_SECONDS)  # somebody has set it to return at once with nothing
        return None

    def _is_gone(self) -> bool:
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            return True
        return False


def _nothing() -> None:
    """Do nothing: the signal is for the program that has the terminal."""


class _Output:
    """The terminal as a file for Textual's writer; what a terminal that is gone cannot take is dropped.

    In UTF-8 whatever the locale says: where it says something else, everything is ASCII.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._held = bytearray()

    def write(self, text: str) -> None:
        """Write some time before the next `flush` returns."""
        self._held += text.encode("utf-8", "replace")
        if len(self._held) > _HELD_BACK:
            self.flush()

    def flush(self) -> None:
        """Write what was held back."""
        try:
            while self._held:
                select.select([], [self._descriptor], [])
                del self._held[: os.write(self._descriptor, self._held)]
        except OSError:
            self._held.clear()

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._descriptor
