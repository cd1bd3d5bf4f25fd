"""What signals do while the screens have the terminal."""

import _thread
import os
import signal
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

# The exit code is 128 plus the number, as shells have it: 129, 130, 131, 143.
ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)

_PATIENCE_SECONDS = 2.0


class Reactions:
    """Does something at each of some signals, from `begin` until `end`; then they mean what they meant."""

    def __init__(self, wanted: Mapping[signal.Signals, Callable[[], object]]) -> None:
        self._wanted = wanted
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """React from now on."""
        for number in self._wanted:
            before = signal.signal(number, self._react)
            self._before.setdefault(number, before or signal.SIG_DFL)

    def end(self) -> None:
        """React no more."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _react(self, number: int, _frame: FrameType | None) -> None:
        self._wanted[signal.Signals(number)]()


def end_soon(code: int) -> None:
    """End the program with this exit code if it does not end by itself in two seconds.

    A terminal that is stalled may never take the last bytes. Can be called from
    a signal handler and from any thread, and never delays an end in order.
    """
    _thread.start_new_thread(_end_late, (code,))


def _end_late(code: int) -> None:
    time.sleep(_PATIENCE_SECONDS)
    os._exit(code)
