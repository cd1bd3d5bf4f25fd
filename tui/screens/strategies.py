"""All strategies, built-in and own: what each does, wants and is made of."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.errors import BacktapeError
from core.home import Home
from core.text import plural
from db import datasets, strategies
from tui.background import in_background
from tui.checking import CheckPrompt, Market, asking_again
from tui.form.presets import KeptForms
from tui.messages import RunsChanged
from tui.places import text_of
from tui.screens.base import WorkScreen
from tui.strategy_rows import (
    StrategyRow,
    near_faults,
    read_files,
    rows_of,
    source_lines,
    strategy_columns,
    strategy_lines,
)
from tui.widgets.lines import Line, Lines, line, parting
from tui.widgets.page import Page
from tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord
    from db.strategies import StrategyRecord

REST_SECONDS = 0.15
COUNTS_SECONDS = 0.5

_NO_STRATEGY = "There is no strategy here yet."


class StrategiesScreen(WorkScreen):
    """A table over the strategies, and what is to be known about the one under the cursor."""

    NAME: ClassVar[str] = "strategies"

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[Description] = ()
        self._faults: Mapping[Path, Sequence[Line]] = {}
        self._stored: Sequence[StrategyRecord] = ()
        self._data: Sequence[DatasetRecord] = ()
        self._rows: dict[int, StrategyRow] = {}
        self._numbers: dict[Path, int] = {}
        self._whole: dict[tuple[str, str], Description] = {}
        self._resting: Timer | None = None
        self._due: Timer | None = None
        self._editing = False
        self._typed_name = ""

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

    def on_screen_resume(self) -> None:
        """Read the files: they may have been edited meanwhile."""
        super().on_screen_resume()
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
        self._found = await in_background(_describe_all, self.bench.home.strategies)
        self._faults = await in_background(near_faults, self._found)
        self._data = await self.bench.link.read(datasets.list_all)
        await self._count()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Count the runs again, at most twice a second."""
        message.stop()
        if self._due is None:
            self._due = self.set_timer(COUNTS_SECONDS, self._counts_due)

    def _counts_due(self) -> None:
        self._due = None
        self.start(self._count, group="count", alone=True)

    async def _count(self) -> None:
        self._stored = await self.bench.link.read(strategies.list_all)
        found = [self._whole.get((one.name, one.version), one) for one in self._found]
        rows = rows_of(found, self._stored, self._faults)
        first = not self._rows
        self._rows = {self._number(row): row for row in rows}
        self.table.set_ids(list(self._rows))
        self.table.put(self._rows)
        if first:
            self._come_back_to(text_of(self.bench.memory.of(self.NAME).get("cursor")))
        self._show()

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
        whole = await in_background(_described, self.bench.home, description)
        self._whole[description.name, description.version] = whole
        await self._count()

    def on_resize(self) -> None:
        """Wrap what is said about the strategy anew."""
        super().on_resize()
        self._show()

    def on_descendant_focus(self) -> None:
        """Show which pane the keys move."""
        self._show_rule()

    def _show(self) -> None:
        row = self._row
        self._show_rule()
        lines = [] if row is None else strategy_lines(row, self.room.width)
        self.query_one("#strategies-lines", Lines).show(lines)
        self.bottom.show_keys_of(self.places(), without=self._useless())

    def _show_rule(self) -> None:
        """Part the panes; the line is heavy where the keys move the lower one, and says what is above it."""
        is_below = self.focused is not None and self.focused.id == "strategies-about"
        style = "accent" if is_below else "dim"
        rule = parting("━" if is_below else "─", style, self.table.below, self.room.width)
        self.query_one("#strategies-rule", Lines).show([rule])

    def _useless(self) -> set[str]:
        """Return the actions of the bottom line that the strategy under the cursor does not allow."""
        named = ("edit", "check")
        return {name for name in named if getattr(self, f"why_not_{name}")() is not None}

    def do_next_pane(self) -> None:
        """Let the keys move the other pane."""
        below = self.query_one("#strategies-about", Page)
        (self.table if self.focused is below else below).focus()

    # Opening

    def why_not_open(self) -> str | None:
        """There may be no file."""
        row = self._row
        if row is None:
            return _NO_STRATEGY
        return row.why_unusable if row.is_gone else None

    def do_open(self) -> None:
        """Show the source."""
        from tui.screens.text import Draw, TextScreen

        row = self._row
        if row is None:
            return
        description = row.description

        async def read() -> Draw:
            return partial(source_lines, await in_background(read_files, description))

        self.app.push_screen(TextScreen(f"{row.name} · {description.path}", read))

    def on_virtual_table_clicked(self) -> None:
        """Show the source of the strategy that was clicked twice."""
        self.start(partial(self.action_act, "open"), group="key")

    def _why_unusable(self) -> str | None:
        row = self._row
        return _NO_STRATEGY if row is None else row.why_unusable

    def do_new_run(self) -> None:
        """Open the form with this strategy chosen."""
        from tui.screens.new_run import NewRunScreen

        row = self._row
        usable = row is not None and row.why_unusable is None
        self.app.push_screen(NewRunScreen(self.market(), row.name if row is not None and usable else None))

    # Writing

    def why_not_edit(self) -> str | None:
        """There may be no file."""
        row = self._row
        if self._editing:
            return "The editor is open."
        return self._why_unusable() if row is None or row.is_gone else None

    def do_edit(self) -> None:
        """Open the file in the editor; of what is built in, a copy under a name that is asked for."""
        row = self._row
        if row is not None and row.description.builtin:
            self._ask_name(f"{row.name} is built in; name of your copy: ", row.name)
        elif row is not None:
            self._begin_editing(row.description.path)

    def _begin_editing(self, path: Path, sentence: str = "") -> None:
        self._editing = True
        self.start(partial(self._edit, path, sentence), group="edit")

    async def _edit(self, path: Path, sentence: str) -> None:
        from tui import editing

        try:
            code = await editing.edit(self.bench, path)
        except BacktapeError as error:
            raise BacktapeError(f"{sentence} {error}".strip()) from error
        finally:
            self._editing = False
            await self._read_and_go_to(path)
        ended = f"The editor ended with exit code {code}; " if code else ""
        self.say(f"{ended}{path.name} has been read again.")

    async def _read_and_go_to(self, path: Path) -> None:
        await self._read()
        if path in self._numbers and self._numbers[path] in self._rows:
            self.table.move(list(self._rows).index(self._numbers[path]))
        self._show()

    def why_not_add(self) -> str | None:
        """One file at a time."""
        return "The editor is open." if self._editing else None

    def do_add(self) -> None:
        """Ask for the name of a new strategy."""
        self._ask_name("name of the new strategy: ")

    def _ask_name(self, label: str, like: str | None = None) -> None:
        """Ask for the name of a new strategy, or of a copy of `like`."""
        add = partial(self._add, like)
        self.bottom.prompt(label, self._typed_name, add, typed=self._keep_name, enter="adds")

    def _keep_name(self, name: str) -> None:
        self._typed_name = name

    def _add(self, like: str | None, name: str) -> None:
        if name.strip():
            self.start(partial(self._write, name.strip(), like), group="edit")

    async def _write(self, name: str, like: str | None) -> None:
        from tui.editing import editor

        try:
            path = await in_background(_write_new, self.bench.home.strategies, name, like)
        except BacktapeError as error:
            if not self.bottom.busy:
                self._ask_name(asking_again(str(error), "name (a-z, 0-9, _): ", self.room.width), like)
            return
        self._typed_name = ""
        await self._read_and_go_to(path)
        if editor():
            self._begin_editing(path, f"{path.name} has been written.")
        else:
            self.say(f"{path} has been written; there is no editor to open it in, $EDITOR may name one.")

    # Checking

    def why_not_check(self) -> str | None:
        """It takes a strategy that runs, and prices."""
        no_data = f"There is no price history to check it on; {self.key('goto_data')} imports some."
        return self._why_unusable() or (None if self._data else no_data)

    def do_check(self) -> None:
        """Ask what to check the strategy on."""
        row = self._row
        if row is not None:
            begin = partial(self._check, row.name)
            CheckPrompt(self, row.name, self._data, begin).open(KeptForms(self.bench.memory).last)

    def _check(self, name: str, market: Market) -> None:
        from tui.screens.check import CheckScreen

        self.app.push_screen(CheckScreen(name, market))


def _described(home: Home, description: "Description") -> "Description":
    from core.jobs.describing import describe

    return describe(home, description)


def _write_new(folder: Path, name: str, like: str | None) -> Path:
    from core.strategies.new_file import write_copy, write_new

    return write_new(folder, name) if like is None else write_copy(folder, name, like)


def _describe_all(folder: Path) -> "list[Description]":
    from core.strategies.registry import describe_all

    return describe_all(folder)
