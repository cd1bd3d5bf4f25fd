"""The log of a run: what its strategy printed, to the end, as it comes."""

from pathlib import Path

from core.home import Home
from tui.background import in_background
from tui.pages.log import SHOWN_LINES, log_lines
from tui.panes.pane import TextPane

LOOK_SECONDS = 1.0


class LogPane(TextPane):
    """Stays at the end while something is added, unless it was scrolled up."""

    NAME = "log"

    _printed: tuple[str, ...] = ()
    _seen: tuple[int, int] | None = None
    _drawn: tuple[object, ...] = ()

    def on_mount(self) -> None:
        """Look again and again: what is printed is not in the store."""
        self.host.set_interval(LOOK_SECONDS, self._look_if_shown)

    def _look_if_shown(self) -> None:
        if self.display:
            self.start(self._read)

    def look(self, *, afresh: bool) -> None:  # noqa: ARG002 - the log says itself whether it changed
        """Read the log."""
        self.start(self._read)

    async def _read(self) -> None:
        from core.jobs.logs import run_log

        seen = await in_background(_look, run_log(self.bench.home, self.run.id))
        if seen != self._seen:
            self._printed = tuple(await in_background(_read, self.bench.home, self.run.id))
            self._seen = seen
        self.draw()

    def draw(self) -> None:
        """Show what was read last, if it is not what is shown already."""
        width, height = self.room
        wanted = (self._seen, self.is_active, width, height)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        lines = log_lines(self.run, list(self._printed), width)
        self.lines.show(lines)
        # An anchored text that is shorter than its page would lie at the bottom.
        if self.page.is_anchored != (len(lines) > height):
            self.page.anchor(not self.page.is_anchored)


def _look(log: Path) -> tuple[int, int] | None:
    """Return size and time of a log, None while there is none, or none that can be seen."""
    try:
        seen = log.stat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _read(home: Home, run_id: int) -> list[str]:
    from core.jobs.logs import read_run_log

    return read_run_log(home, run_id, SHOWN_LINES + 1)
