"""Signals that end the program: the terminal is put in order first."""

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import BacktapeApp

# The exit code is 128 plus the number, as shells have it: 129, 130, 131, 143.
ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)

_PATIENCE_SECONDS = 2.0


def leave_on_signals(app: "BacktapeApp") -> None:
    """Leave in order at TERM, HUP, QUIT and INT; Textual itself handles none of them."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, _leave, app, number)


def _leave(app: "BacktapeApp", number: signal.Signals) -> None:
    code = 128 + number
    app.exit(code, return_code=code)
    # A terminal that is gone may never take the last bytes.
    deadline = threading.Timer(_PATIENCE_SECONDS, os._exit, (code,))
    deadline.daemon = True
    deadline.start()
