"""The progress line on stderr: one line, rewritten in place, only on a terminal."""

import os
import shutil
import sys
import time

from tui.commands.output import presentable

_INTERVAL = 0.5


class ProgressLine:
    """One line that is rewritten at most twice a second, the first at once; no escape sequences."""

    def __init__(self) -> None:
        self._shown = ""
        self._last = -_INTERVAL
        self._live = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    @property
    def live(self) -> bool:
        """Whether anybody sees the line."""
        return self._live

    def show(self, text: str) -> None:
        """Show `text` unless the last change is too fresh."""
        now = time.monotonic()
        if self._live and text != self._shown and now - self._last >= _INTERVAL:
            self._last = now
            self._rewrite(text)

    def clear(self) -> None:
        """Leave an empty line, for what is written next."""
        if self._shown:
            self._rewrite("")

    def _rewrite(self, text: str) -> None:
        text = presentable(text, sys.stderr)[: max(shutil.get_terminal_size().columns - 1, 1)]
        blanks = " " * (len(self._shown) - len(text))
        back = "\b" * len(blanks) if text else "\r"
        sys.stderr.write(f"\r{text}{blanks}{back}")
        sys.stderr.flush()
        self._shown = text
