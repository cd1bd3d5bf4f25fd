"""The look-ahead check of a strategy: how it goes, and what it has found."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from textual.timer import Timer
from textual.widget import Widget

from core.errors import BacktapeError
from core.home import Home
from core.text import clean, plural
from db.errors import StoreError
from tui import formats
from tui.background import in_background
from tui.drawing.wrapping import bounded, prose_lines
from tui.screens.base import WorkScreen
from tui.strategies.checking import Market
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line, spread
from tui.widgets.page import Page

if TYPE_CHECKING:
    from core.checking.findings import CheckReport

FIGURES_SECONDS = 0.5

Progress = tuple[str, int, int]
_LONGEST_FINDING = 2_000


class CheckScreen(WorkScreen):
    """Checks one strategy on one market as soon as it is shown; leaving it ends the check."""

    NAME: ClassVar[str] = "check"

    def __init__(self, strategy: str, market: Market) -> None:
        super().__init__()
        self._strategy = strategy
        self._market = market
        self._given_up = threading.Event()
        self._progress: Progress = ("beginning", 0, 0)
        self._began = time.monotonic()
        self._report: CheckReport | None = None
        self._ticks: Timer | None = None
        self._failure = ""

    def body(self) -> Iterable[Widget]:
        """Return the title and the page of the findings."""
        yield Lines([line("")], id="title")
        with Page(id="text"):
            yield Lines(id="text-lines")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#text").focus()
        self._ticks = self.set_interval(FIGURES_SECONDS, self._show)
        self.start(self._check, group="check")

    def on_unmount(self) -> None:
        """End the check with its screen."""
        self._given_up.set()

    async def _check(self) -> None:
        try:
            asked = self.bench.home, self._strategy, self._market
            self._report = await in_background(_checked, *asked, self._told)
        except _GivenUp:
            return
        except (BacktapeError, StoreError) as error:
            self._failure = str(error)
        if self._ticks is not None:
            self._ticks.stop()
        self._show()

    def _told(self, phase: str, done: int, total: int) -> None:
        """Take the progress, from the thread that checks; end that when nobody looks any more."""
        if self._given_up.is_set():
            raise _GivenUp
        self._progress = (phase, done, total)

    def resized(self) -> None:
        """Lay the findings out anew."""
        self._show()

    def _show(self) -> None:
        title = line(f"Check of {self._strategy} on {clean(self._market.text)}", "title")
        self.query_one("#title", Lines).show([spread(title, self._state(), self.room.width)])
        self.query_one("#text-lines", Lines).show(self._lines())

    def _state(self) -> Line:
        if self._failure:
            return line("✗ not done", "bad")
        if self._report is None:
            return line(f"▶ {formats.duration(time.monotonic() - self._began)}", "live")
        if self._report.findings:
            return line(f"✗ {plural(len(self._report.findings), 'finding')}", "bad")
        return line("✓ nothing found", "good")

    def _lines(self) -> list[Line]:
        if self._failure:
            return prose_lines(clean(self._failure, limit=_LONGEST_FINDING), self.room.width, "bad")
        if self._report is None:
            meaning = _MEANING.format(back=self.key("back"))
            return [line(_progress_text(self._progress)), line(""), *prose_lines(meaning, self.room.width)]
        return report_lines(self._report, self.room.width)


def report_lines(report: "CheckReport", width: int) -> list[Line]:
    """Return what a check has found, and on how much it looked."""
    lines: list[Line] = []
    for finding in report.findings:
        lines.append((Cell("✗ ", "bad"), Cell(clean(finding.kind), "bad")))
        lines += prose_lines(clean(finding.sentence, limit=_LONGEST_FINDING), width)
        lines += [*prose_lines(f"To mend it: {finding.mending}", width, "dim"), line("")]
    if not report.findings:
        lines += [*prose_lines(_NOTHING, width), line("")]
    looked = (
        f"{plural(report.bars, 'bar')} · {plural(report.decisions, 'decision')} · "
        f"{plural(report.cuts, 'cut')} · {report.seconds:.1f} s"
    )
    lines.append(line(looked, "dim"))
    for note in report.notes:
        lines += prose_lines(clean(note, limit=_LONGEST_FINDING), width, "warn")
    return bounded(lines)


def _progress_text(progress: Progress) -> str:
    phase, done, total = progress
    return f"{clean(phase)}: {done:,} of {total:,}" if total else f"{clean(phase)} ..."


class _GivenUp(Exception):  # noqa: N818 - nothing went wrong
    """The screen was left."""


def _checked(
    home: Home, strategy: str, market: Market, told: Callable[[str, int, int], None]
) -> "CheckReport":
    from core.jobs.checking import CheckRequest, check
    from db.connection import connect

    request = CheckRequest(strategy, market.symbol, market.timeframe, source=market.source)
    with closing(connect(home.store)) as connection:
        return check(home, connection, request, told)


_MEANING = (
    "The strategy decides on the whole history and on histories cut short at many points. Where the two "
    "differ it has seen what it could not know yet. {back} ends the check."
)
_NOTHING = (
    "Nothing was found: cut short or whole, each history gave the same decisions. "
    "That is no proof, but what looks ahead is seldom missed."
)
