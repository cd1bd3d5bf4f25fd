"""Signals to the screens: the terminal is whole afterwards, and the exit code says which it was."""

import signal

import pytest

from core.home import Home
from tests.e2e.terminal import Terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_whole(empty: Home, number: signal.Signals) -> None:
    with Terminal() as terminal:
        terminal.wait_for("There are no runs yet.")
        terminal.kill(number)
        assert terminal.wait_for_exit() == 128 + number
        assert terminal.is_whole
