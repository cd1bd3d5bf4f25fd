"""The log of a run as a page: what its strategy printed, to the end, as it comes."""

from pathlib import Path

from rich.cells import chop_cells
from textual.app import ComposeResult

from core.home import Home
from db.runs import RunRecord
from tui.background import in_background
from tui.widgets.lines import Line, Lines, line
from tui.widgets.page import Page

SHOWN_LINES = 1_000

_ACTIVE = {"pending", "running"}
_NOTHING = "Nothing was printed."
_NOTHING_YET = "Nothing has been printed yet."


def log_lines(run: RunRecord, printed: list[str], width: int) -> list[Line]:
    """Return what was printed, long lines continued below; only the end where it is much."""
    if not printed:
        return [line(_NOTHING_YET if run.status in _ACTIVE else _NOTHING, "dim")]
    room = max(1, width)
    found = [line(part) for text in printed[-SHOWN_LINES:] for part in chop_cells(text, room) or [""]]
    if len(printed) <= SHOWN_LINES:
        return found
    said = f"The last {SHOWN_LINES:,} lines; 'backtape log {run.id} --lines N' prints more."
    return [line(said, "dim"), *found]


class LogPage(Page):
    """Stays at the end while something is added, unless it was scrolled up."""

    def __init__(self) -> None:
        super().__init__(id="log")
        self._lines = Lines(id="log-lines")
        self._printed: list[str] = []
        self._seen: tuple[int, int] | None = None
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Hold the lines."""
        yield self._lines

    async def read(self, home: Home, run_id: int) -> None:
        """Read the log again if it has changed.

        Raises:
            BacktapeError: it cannot be read.
        """
        from core.jobs.logs import run_log

        seen = await in_background(_look, run_log(home, run_id))
        if seen != self._seen:
            self._printed = await in_background(_read, home, run_id)
            self._seen = seen

    def draw(self, run: RunRecord, width: int, height: int) -> None:
        """Show what was read last in that many cells, if it is not what is shown already."""
        wanted = (self._seen, run.status in _ACTIVE, width, height)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        lines = log_lines(run, self._printed, width)
        self._lines.show(lines)
        # An anchored text that is shorter than its page would lie at the bottom.
        if self.is_anchored != (len(lines) > height):
            self.anchor(not self.is_anchored)


def _look(log: Path) -> tuple[int, int] | None:
    """Return size and time of a log, None while there is none."""
    try:
        seen = log.stat()
    except FileNotFoundError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _read(home: Home, run_id: int) -> list[str]:
    from core.jobs.logs import read_run_log

    return read_run_log(home, run_id, SHOWN_LINES + 1)
