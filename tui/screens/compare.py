"""Runs side by side; those under way move by themselves."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.widget import Widget

from core.comparing import in_percent
from core.results.plain_curve import reduce_columns
from db import runs
from db.columns import ACTIVE
from db.connection import Connection
from db.runs import RunRecord
from tui import formats
from tui.background import in_background
from tui.drawing.curves import Curve
from tui.memory import JSON
from tui.messages import RunsChanged
from tui.pacing import FIGURES_SECONDS, AtMost, OnceMore
from tui.pages.compare import STYLES, Compared, Comparison, compare_lines
from tui.run_curve import curve_of, packed_curve
from tui.screens.base import WorkScreen
from tui.widgets.columns import Cell, aligned
from tui.widgets.lines import Line, Lines, length, line, spread
from tui.widgets.page import Page

# Top, title and bottom.
_LINES_AROUND = 3
# More than the columns of any terminal, two points each.
_COLUMNS = 500
# What is copied is laid out for a chat, not for this terminal.
_COPIED = (100, 40)

Stored = tuple[RunRecord, bytes | None]


class CompareScreen(WorkScreen):
    """A page over some runs: curves, the settings in which they differ, and figures."""

    NAME: ClassVar[str] = "compare"

    # Eight colours that are no more than told apart: those of the theme, and two that it does not have.
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ink--{style}" for style in STYLES.values()}
    DEFAULT_CSS = """
    CompareScreen {
        & > .ink--curve-0 { color: $primary; }
        & > .ink--curve-1 { color: $warning; }
        & > .ink--curve-2 { color: #d2a8ff; }
        & > .ink--curve-3 { color: $success; }
        & > .ink--curve-4 { color: $error; }
        & > .ink--curve-5 { color: #5fd7d7; }
        & > .ink--curve-6 { color: $foreground; text-style: bold; }
        & > .ink--curve-7 { color: $dim-color; text-style: $dim-style; }
        &:light > .ink--curve-2 { color: #7b2fbe; }
        &:light > .ink--curve-5 { color: #0a6a72; }
        &:ansi > .ink--curve-2 { color: ansi_magenta; }
        &:ansi > .ink--curve-5 { color: ansi_cyan; }
    }
    """

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__()
        self._ids = list(ids)
        self._compared: Compared | None = None
        self._shown: Comparison | None = None
        self._reading = OnceMore(self, self._read, "compare")
        self._figures = AtMost(FIGURES_SECONDS, self, self._reading.ask)
        self._looking = OnceMore(self, self._look_for_them, "look")

    def body(self) -> Iterable[Widget]:
        """Return the title and the page."""
        yield Lines([line("Compare", "title")], id="title")
        with Page(id="text"):
            yield Lines(id="text-lines")

    def on_mount(self) -> None:
        """Read the runs."""
        page = self.query_one(Page)
        page.focus()
        self.watch(page, "scroll_y", self._show_title)

    def place(self) -> dict[str, JSON]:
        """Return what leads back to these runs."""
        return {"name": self.NAME, "runs": self._ids}

    # Following the runs

    def came_back(self) -> None:
        """Look at what happened meanwhile."""
        self._reading.ask()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Follow those under way, twice a second at most; any may have been deleted."""
        message.stop()
        if not self._is_moving:
            self._looking.ask()
        else:
            self._figures.ask()

    async def _look_for_them(self) -> None:
        there = await self.bench.link.read(runs.summaries, self._ids)
        if self._compared is not None and len(there) != len(self._compared.runs):
            self._reading.ask()

    @property
    def _is_moving(self) -> bool:
        return self._compared is not None and any(run.status in ACTIVE for run in self._compared.runs)

    async def _read(self) -> None:
        stored = await self.bench.link.read(_stored, self._ids)
        self._compared = await in_background(_compared, stored)
        await self._draw()

    # What is shown

    def resized(self) -> None:
        """Lay everything out anew."""
        self.start(self._draw, group="draw", alone=True)

    async def _draw(self) -> None:
        compared, room = self._compared, self.room
        if compared is None:
            return
        found = await self._laid_out(compared, room.width, room.height - _LINES_AROUND)
        # Else another drawing is under way, of something newer or for another room.
        if self._compared is compared and self.room == room:
            self._shown = found
            self.query_one("#text-lines", Lines).show(found.lines)
            self._show_title()

    async def _laid_out(self, compared: Compared, width: int, height: int) -> Comparison:
        """Return the page; charts of many points take a while, which the keys do not wait for."""
        if not compared.runs:
            back = self.key("undo")
            gone = f"All of these runs have been deleted; {back} in the run list brings them back."
            return Comparison([line(gone)], {})
        moment = self.bench.now()
        draw = partial(
            compare_lines,
            compared,
            width,
            height,
            moment,
            ascii_only=self.bench.ascii_only,
            letters_only=self.bench.no_color,
        )
        return await in_background(draw)

    def _show_title(self) -> None:
        """Show what is compared, and the head of the table in view once that has been scrolled away."""
        if self._compared is None or self._shown is None:
            return
        head = self._shown.head_above(self.query_one(Page).scroll_offset.y)
        title = self._title(self._compared) if head is None else self._title_and(head)
        self.query_one("#title", Lines).show([title])

    def _title_and(self, head: Line) -> Line:
        return (Cell(aligned(self._what, length(head[:1]), right=False), "title"), *head[1:])

    @property
    def _what(self) -> str:
        count = 0 if self._compared is None else len(self._compared.runs)
        return f"Compare {formats.plural(count, 'run')}"

    def _title(self, compared: Compared) -> Line:
        gone = len(self._ids) - len(compared.runs)
        left = line(self._what, "title")
        told = f"{formats.plural(gone, 'run')} deleted" if gone else "equity in % of the initial balance"
        return spread(left, line(told, "dim"), self.room.width)

    # Acting

    def do_meanings(self) -> None:
        """Show what the figures mean."""
        from tui.screens.help import meanings_screen

        self.app.push_screen(meanings_screen())

    def why_not_export(self) -> str | None:
        """Only what is done has a result to be written."""
        from tui.acting.exporting import Exportable

        if self._compared is None or not self._compared.runs:
            return "There is no run to export."
        return Exportable.of(self._compared.runs).why_none

    def do_export(self) -> None:
        """Ask for form and folder, and write those runs that are done there."""
        from tui.acting.exporting import Exportable, ask_export_of

        if self._compared is not None:
            ask_export_of(self, Exportable.of(self._compared.runs))

    def why_not_copy(self) -> str | None:
        """There may be nothing yet, or no more."""
        shown = self._compared is not None and self._compared.runs
        return None if shown else "There is nothing to copy."

    def do_copy(self) -> None:
        """Copy what is compared as plain text."""
        self.start(self._copy, group="copy", alone=True)

    async def _copy(self) -> None:
        from tui.acting.copying import copy_text

        if self._compared is not None:
            found = await self._laid_out(self._compared, *_COPIED)
            text = "\n".join("".join(cell.text for cell in parts).rstrip() for parts in found.lines)
            copy_text(self, text, f"the comparison of {formats.plural(len(self._compared.runs), 'run')}")


def _stored(connection: Connection, ids: Sequence[int]) -> list[Stored]:
    found = [runs.get(connection, run_id) for run_id in ids]
    return [(run, packed_curve(connection, run)) for run in found if run is not None]


def _compared(stored: Sequence[Stored]) -> Compared:
    return Compared([run for run, _ in stored], [_curve(run, packed) for run, packed in stored])


def _curve(run: RunRecord, packed: bytes | None) -> Curve:
    curve = curve_of(run, packed)
    times, values = in_percent(reduce_columns(*curve, _COLUMNS) if curve[0] else curve, run.initial_balance)
    return list(times), list(values)
