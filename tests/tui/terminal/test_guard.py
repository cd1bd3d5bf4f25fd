"""The guard of a terminal, on a pseudo-terminal of its own."""

import os
import pty
import termios
import tty
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tui.terminal.guard import GIVE_BACK, Guard, post_guard


class Line(NamedTuple):
    """Both ends of a pseudo-terminal, the guard at the far end."""

    near: int
    far: int
    guard: Guard

    def written(self) -> bytes:
        """What the guard has written, once it has ended."""
        self.guard.dismiss()
        os.set_blocking(self.near, False)
        try:
            return os.read(self.near, 4096)
        except BlockingIOError:
            return b""


@pytest.fixture
def guarded() -> Iterator[Line]:
    """A terminal under guard."""
    near, far = pty.openpty()
    guard = post_guard(far)
    assert guard is not None
    yield Line(near, far, guard)
    os.close(near)
    os.close(far)


def make_raw(far: int) -> None:
    """Set the terminal as the screens do."""
    tty.setraw(far)


def test_a_terminal_that_was_taken_is_given_back_with_its_modes(guarded: Line) -> None:
    before = termios.tcgetattr(guarded.far)
    guarded.guard.taken()
    make_raw(guarded.far)
    assert guarded.written() == GIVE_BACK
    assert termios.tcgetattr(guarded.far) == before


@pytest.mark.parametrize("words", [(), ("taken", "given_back")], ids=["never taken", "given back"])
def test_a_terminal_that_is_not_ours_is_left_alone(guarded: Line, words: tuple[str, ...]) -> None:
    for word in words:
        getattr(guarded.guard, word)()
    make_raw(guarded.far)
    raw = termios.tcgetattr(guarded.far)
    assert guarded.written() == b""
    assert termios.tcgetattr(guarded.far) == raw


def test_modes_that_a_shell_has_set_meanwhile_are_its_own(guarded: Line) -> None:
    guarded.guard.taken()
    tty.setcbreak(guarded.far)
    of_shell = termios.tcgetattr(guarded.far)
    guarded.written()
    assert termios.tcgetattr(guarded.far) == of_shell


def test_what_is_no_terminal_has_no_guard() -> None:
    hear, tell = os.pipe()
    assert post_guard(hear) is None
    os.close(hear)
    os.close(tell)
