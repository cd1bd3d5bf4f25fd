"""All trades of a run, sortable."""

from collections.abc import Mapping, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from core.trade_terms import TradeTerms, read_terms
from db import trades
from db.trades import TradeRecord
from tui.pages.trades import trade_columns, why_no_trades
from tui.panes.pane import Pane
from tui.widgets.sorting import ask_column
from tui.widgets.virtual_table import VirtualTable

# The worst of a trade is a loss: the farthest below zero is what is looked for.
_SMALLEST_FIRST = frozenset({"position", "mae"})


class TradeChosen(Message):
    """A trade is to be shown on the chart."""

    def __init__(self, trade: TradeRecord) -> None:
        super().__init__()
        self.trade = trade


class TradesPane(Pane):
    """A virtual table: a run may have a million."""

    NAME = "trades"

    _sorted_by = ("position", False)
    _terms = TradeTerms()

    def compose(self) -> ComposeResult:
        """Hold the table."""
        yield VirtualTable(trade_columns(self._terms), self._load, sorted_by=self._sorted_by)

    @property
    def table(self) -> VirtualTable[TradeRecord]:
        """The table of trades."""
        table: VirtualTable[TradeRecord] = self.query_one(VirtualTable)
        return table

    @property
    def keys_go_to(self) -> Widget:
        """The table: keys move its cursor."""
        return self.table

    def look(self, *, afresh: bool) -> None:
        """Read the trades when there may be others."""
        if afresh:
            self.start(self._load_ids)

    async def _load_ids(self, *, keep_cursor: bool = True) -> None:
        if self.has_trades and self._terms.bars_held is None:
            await self._load_terms()
        column, descending = self._sorted_by
        ids = await self.bench.link.read(trades.ids, self.run.id, column, descending=descending)
        self.table.set_ids(ids, keep_cursor=keep_cursor)
        self.table.say_instead(why_no_trades(self.run))

    async def _load_terms(self) -> None:
        """Read what the figures are made with: at first, and as long as there are no bars."""
        terms = await self.bench.link.read(read_terms, self.bench.home, self.run)
        if terms != self._terms:
            self._terms = terms
            self.table.set_columns(trade_columns(terms, self.run.total_trades or 0))

    async def _load(self, ids: Sequence[int]) -> Mapping[int, TradeRecord]:
        rows = await self.bench.link.read(trades.by_ids, ids)
        return {trade.id: trade for trade in rows}

    def go_to(self, trade_id: int | None) -> None:
        """Put the cursor on a trade, if it is listed, once the table has its room again."""
        self.call_after_refresh(self._put_cursor_on, trade_id)

    def _put_cursor_on(self, trade_id: int | None) -> None:
        if trade_id in self.table.ids:
            self.table.move(self.table.ids.index(trade_id))

    # Acting

    def why_not_open(self) -> str | None:
        """There may be no trade, or none yet."""
        being_read = "The trades are being read." if self.table.cursor_id is None else None
        return self.why_not_sort() or being_read

    def why_not_sort(self) -> str | None:
        """There may be no trade."""
        return None if self.has_trades else why_no_trades(self.run)

    why_not_reverse = why_not_sort

    def useless(self) -> set[str]:
        """Without trades there is nothing to open or sort."""
        return set() if self.has_trades else {"open", "sort"}

    def do_open(self) -> None:
        """Show the trade under the cursor on the chart."""
        row = self.table.row(self.table.cursor_id)
        if row is not None:
            self.post_message(TradeChosen(row))

    def on_virtual_table_clicked(self) -> None:
        """Show the trade that was clicked twice."""
        self.do_open()

    def do_sort(self) -> None:
        """Ask for the column to sort by."""
        ask_column(self.host.bottom, self.table, lambda name: self._sort(name, name not in _SMALLEST_FIRST))

    def do_reverse(self) -> None:
        """Turn the order around."""
        column, descending = self._sorted_by
        self._sort(column, not descending)

    def _sort(self, column: str, descending: bool) -> None:
        self._sorted_by = (column, descending)
        self.table.set_sorted(column, descending=descending)
        self.start(partial(self._load_ids, keep_cursor=False))
