"""All strategies, built-in and own: what each does, wants and is made of."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.text import plural
from db import datasets, strategies
from tui.background import in_background
from tui.messages import RunsChanged
from tui.pacing import FIGURES_SECONDS, AtMost, OnceMore
from tui.places import text_of
from tui.screens.base import WorkScreen
from tui.strategies.keys import NO_STRATEGY, StrategyKeys
from tui.strategies.reading import described, described_all
from tui.strategies.rows import Fault, StrategyRow, faults_of, rows_of, strategy_columns, strategy_lines
from tui.widgets.lines import Lines, line, parting
from tui.widgets.page import Page
from tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord
    from db.strategies import StrategyRecord

REST_SECONDS = 0.15


class StrategiesScreen(WorkScreen):
    """A table over the strategies, and what is to be known about the one under the cursor."""

    NAME: ClassVar[str] = "strategies"
    ACTORS: ClassVar[tuple[type, ...]] = (StrategyKeys,)

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[Description] = ()
        self._faults: dict[Path, Fault] = {}
        self._stored: Sequence[StrategyRecord] = ()
        self._data: Sequence[DatasetRecord] = ()
        self._rows: dict[int, StrategyRow] = {}
        self._numbers: dict[Path, int] = {}
        self._whole: dict[tuple[str, str], Description] = {}
        self._resting: Timer | None = None
        self._counts = AtMost(FIGURES_SECONDS, self, OnceMore(self, self._count, "count").ask)
        self._keys = StrategyKeys(self, lambda: self._row, lambda: self._data, self._read_and_go_to)

    def actors(self) -> Iterable[object]:
        """Let the keys of a strategy act on the one under the cursor."""
        return (self._keys, self)

    def body(self) -> Iterable[Widget]:
        """Return the table and, below it, the page about one strategy."""
        with Vertical(id="strategies-main"):
            yield VirtualTable(strategy_columns(), self._load, id="strategies-table")
            yield Lines([line("")], id="strategies-rule")
            with Page(id="strategies-about"):
                yield Lines(id="strategies-lines")

    @property
    def table(self) -> VirtualTable[StrategyRow]:
        """The table of strategies."""
        table: VirtualTable[StrategyRow] = self.query_one("#strategies-table", VirtualTable)
        return table

    @property
    def _row(self) -> StrategyRow | None:
        return self._rows.get(self.table.cursor_id or 0)

    @property
    def is_read(self) -> bool:
        """Whether the files were read; some are built in."""
        return bool(self._rows)

    def on_mount(self) -> None:
        """Let the keys move the table."""
        self.table.focus()

    # Reading

    def came_back(self) -> None:
        """Read the files: they may have been edited meanwhile."""
        self.start(self._read, group="read", alone=True)

    def do_reread(self) -> None:
        """Read the strategy files again, and say whether they are others now."""
        self.start(self._read_again, group="read", alone=True)

    async def _read_again(self) -> None:
        before = {(one.path, one.version, one.error) for one in self._found}
        await self._read()
        changed = before ^ {(one.path, one.version, one.error) for one in self._found}
        count = len({path for path, _, _ in changed})
        self.say(f"{plural(count, 'file has', 'files have')} changed." if count else "No file has changed.")

    async def _read(self) -> None:
        self._found = await in_background(described_all, self.bench.home.strategies)
        self._faults = await in_background(faults_of, self._found_out())
        self._data = await self.bench.link.read(datasets.list_all)
        await self._count()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Count the runs again, at most twice a second."""
        message.stop()
        self._counts.ask()

    async def _count(self) -> None:
        self._stored = await self.bench.link.read(strategies.list_all)
        rows = rows_of(self._found_out(), self._stored, self._faults)
        first = not self._rows
        self._rows = {self._number(row): row for row in rows}
        self.table.set_ids(list(self._rows))
        self.table.put(self._rows)
        if first:
            self._come_back_to(text_of(self.bench.memory.of(self.NAME).get("cursor")))
        self._show()

    def _found_out(self) -> "list[Description]":
        """Return the strategies with what running their files has told."""
        return [self._whole.get((one.name, one.version), one) for one in self._found]

    def _come_back_to(self, key: str) -> None:
        """Put the cursor where it stood when this screen was left, if that is still there."""
        at = next((at for at, row in enumerate(self._rows.values()) if row.key == key), 0)
        self.table.move(at)

    def _number(self, row: StrategyRow) -> int:
        """Return the number of a file, the same as long as the screen is open."""
        return self._numbers.setdefault(row.description.path, len(self._numbers) + 1)

    async def _load(self, ids: Sequence[int]) -> Mapping[int, StrategyRow]:
        return {number: self._rows[number] for number in ids if number in self._rows}

    # What is shown

    def on_virtual_table_moved(self) -> None:
        """Show the strategy under the cursor once the cursor rests, and come back to it later."""
        self._show_rule()
        if self._row is not None:
            self.bench.memory.keep(self.NAME, {"cursor": self._row.key})
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_SECONDS, self._rested)

    def _rested(self) -> None:
        self.query_one("#strategies-about", Page).action_first()
        self._show()
        row = self._row
        if row is not None and row.why_unusable is None and row.description.unread:
            self.start(partial(self._describe, row.description), group="describe", alone=True)

    async def _describe(self, description: "Description") -> None:
        """Find out what only running the file can tell, in a process of its own."""
        whole = await in_background(described, self.bench.home, description)
        self._whole[description.name, description.version] = whole
        self._faults |= await in_background(faults_of, [whole])
        await self._count()

    def resized(self) -> None:
        """Wrap what is said about the strategy anew."""
        self._show()

    def on_descendant_focus(self) -> None:
        """Show which pane the keys move."""
        self._show_rule()

    def _show(self) -> None:
        row = self._row
        self._show_rule()
        lines = [] if row is None else strategy_lines(row, self.room.width)
        self.query_one("#strategies-lines", Lines).show(lines)
        self.bottom.show_keys_of(self.places(), without=self._keys.useless())

    def _show_rule(self) -> None:
        """Part the panes; the line is heavy where the keys move the lower one, and says what is above it."""
        is_below = self.focused is not None and self.focused.id == "strategies-about"
        style = "accent" if is_below else "dim"
        rule = parting("━" if is_below else "─", style, self.table.below, self.room.width)
        self.query_one("#strategies-rule", Lines).show([rule])

    def do_next_pane(self) -> None:
        """Let the keys move the other pane."""
        below = self.query_one("#strategies-about", Page)
        self.bottom.give_keys_to(self.table if self.focused is below else below)

    # Opening

    def why_not_open(self) -> str | None:
        """There may be no file."""
        row = self._row
        if row is None:
            return NO_STRATEGY
        return row.why_unusable if row.is_gone else None

    def do_open(self) -> None:
        """Show the source."""
        from tui.screens.source import SourceScreen

        row = self._row
        if row is not None:
            self.app.push_screen(SourceScreen(row, lambda: self._data, self._read_again_for_source))

    def on_virtual_table_clicked(self) -> None:
        """Show the source of the strategy that was clicked twice."""
        self.start(partial(self.action_act, "open"), group="key")

    async def _read_again_for_source(self, path: Path) -> StrategyRow | None:
        await self._read_and_go_to(path)
        return self._row_of(path)

    async def _read_and_go_to(self, path: Path) -> None:
        await self._read()
        if self._row_of(path) is not None:
            self.table.move(list(self._rows).index(self._numbers[path]))
        self._show()

    def _row_of(self, path: Path) -> StrategyRow | None:
        return self._rows.get(self._numbers.get(path, 0))

    # Writing

    def why_not_add(self) -> str | None:
        """One file at a time."""
        return self._keys.why_not_write()

    def do_add(self) -> None:
        """Ask for the name of a new strategy."""
        self._keys.ask_name("name of the new strategy: ")
