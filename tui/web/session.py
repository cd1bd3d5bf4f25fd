"""The screens of one page of the browser: started by the server, and ending with it."""

import argparse
import os
import sys
from contextlib import suppress
from functools import partial
from typing import Any

from textual.driver import Driver
from textual.drivers.web_driver import WebDriver

from core.home import Home
from tui.app import BacktapeApp
from tui.commands.endings import DONE, guarded
from tui.commands.opening import usable_home
from tui.commands.output import complain
from tui.themes import USUAL
from tui.web import LOOKS


class BrowserApp(BacktapeApp):
    """The program, drawn in a browser."""

    CSS_PATH = "../styles/backtape.tcss"  # read from beside the class that names it

    def __init__(self, home: Home, *, look: str, **options: Any) -> None:  # noqa: ANN401 - the program's own
        self._look = look
        super().__init__(home, **options)

    def _wear(self, name: str) -> None:
        # A terminal's own colours suit its owner; those of a page are whatever its script has.
        super()._wear(self._look if name == USUAL else name)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that talks to the server."""
        return BrowserDriver


class BrowserDriver(WebDriver):
    """Textual's own, but the program leaves when its server is gone, in whatever way."""

    def __init__(self, app: BacktapeApp, **options: Any) -> None:  # noqa: ANN401 - Textual's own
        super().__init__(app, **options)
        self._write = partial(_write_if_heard, self.fileno)

    def run_input_thread(self) -> None:
        """Read what the browser sends; at its end, leave."""
        super().run_input_thread()
        with suppress(RuntimeError):  # the loop has ended, and so has the program
            self._loop.call_soon_threadsafe(self._app.exit)


def _write_if_heard(descriptor: int, data: bytes) -> int:
    """Write to the server; once that is gone there is nobody to write for."""
    with suppress(BrokenPipeError):
        return os.write(descriptor, data)
    return len(data)


def main() -> int:
    """Show the screens until they are left or the server ends; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--theme")
    parser.add_argument("--look", choices=LOOKS, default=LOOKS[0])
    options = parser.parse_args()
    app = BrowserApp(usable_home(), look=options.look, ascii_only=options.ascii, theme=options.theme)
    app.run()
    if app.refusal:
        complain(app.refusal)
    return app.return_code or DONE


if __name__ == "__main__":
    sys.exit(guarded(main))
