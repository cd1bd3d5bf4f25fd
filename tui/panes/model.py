"""What the run asked a language model: a line of totals over a table of calls."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget

from db import llm_calls, llm_totals
from db.llm_calls import CallRecord
from db.runs import RunRecord
from tui.pages.model import call_columns, call_screen, totals_lines, why_empty
from tui.panes.pane import Pane
from tui.widgets.lines import Lines, line
from tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from core.home import Home
    from core.llm.configured import ModelFacts
    from db.connection import Connection
    from db.llm_totals import Totals


class ModelPane(Pane):
    """Every call, with what came of it; only what changed is drawn again."""

    NAME = "model"

    _read_last: "tuple[Totals, ModelFacts | None] | None" = None

    def compose(self) -> ComposeResult:
        """Hold totals and table."""
        yield Lines([line("")], id="model-totals")
        yield VirtualTable(call_columns(lambda: self.is_active), self._load)

    @property
    def table(self) -> VirtualTable[CallRecord]:
        """The table of calls."""
        table: VirtualTable[CallRecord] = self.query_one(VirtualTable)
        return table

    @property
    def keys_go_to(self) -> Widget:
        """The table: keys move its cursor."""
        return self.table

    def look(self, *, afresh: bool) -> None:  # noqa: ARG002 - calls come while the status stays
        """Read how far the run has come."""
        self.start(self._read)

    async def _read(self) -> None:
        self._read_last = totals, _ = await self.bench.link.read(_totals, self.bench.home, self.run)
        self.draw()
        self.table.say_instead(why_empty(self.run))
        self.table.set_ids(range(1, totals.requests + 1))
        self.table.put(await self._load(self.table.visible_ids))

    def draw(self) -> None:
        """Lay the totals out."""
        if self._read_last is not None:
            lines = totals_lines(self.run, *self._read_last, self.room.width)
            self.query_one("#model-totals", Lines).show(lines)

    async def _load(self, numbers: Sequence[int]) -> Mapping[int, CallRecord]:
        if not numbers:
            return {}
        first, last = min(numbers), max(numbers)
        calls = await self.bench.link.read(
            llm_calls.calls_of_run, self.run.id, after=first - 1, limit=last - first + 1
        )
        return {call.number: call for call in calls}

    def why_not_open(self) -> str | None:
        """There may be no call."""
        return None if self.table.cursor_id is not None else "There is no call to open."

    def do_open(self) -> None:
        """Show one call in full."""
        number = self.table.cursor_id
        if number is not None:
            self.bench.push_screen(call_screen(self.bench, self.run.id, number))

    def on_virtual_table_clicked(self) -> None:
        """Show the call that was clicked twice."""
        self.do_open()


def _totals(connection: "Connection", home: "Home", run: RunRecord) -> "tuple[Totals, ModelFacts | None]":
    from core.config import read_config
    from core.jobs.settings import RunSettings

    model = RunSettings.of_run(run).model
    facts = read_config(home).llm.models.get(model) if model is not None else None
    return llm_totals.totals_of_run(connection, run.id), facts
