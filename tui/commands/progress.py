"""The progress line on stderr: one line, rewritten in place, only on a terminal."""

import os
import sys
import time

from tui.commands.output import ascii_only, presentable, width_of

_INTERVAL = 0.5
_WIDTH = 80


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
        text = _fitting(presentable(text, sys.stderr), (width_of(sys.stderr) or _WIDTH) - 1)
        blanks = " " * (len(self._shown) - len(text))
        back = "\b" * len(blanks) if text else "\r"
        sys.stderr.write(f"\r{text}{blanks}{back}")
        sys.stderr.flush()
        self._shown = text


def _fitting(text: str, room: int) -> str:
    """Return `text`, cut behind its last whole word where there is no room for it."""
    if len(text) <= room:
        return text
    more = "..." if ascii_only(sys.stderr) else "…"
    kept = text[: max(room - len(more), 0)]
    words = kept if text[len(kept)].isspace() else kept.rpartition(" ")[0]
    return f"{words.rstrip() or kept}{more}"[:room]
