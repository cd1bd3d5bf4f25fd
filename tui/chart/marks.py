"""Trades on a chart: where each was entered and left, the way between, stop and target."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from db.trades import TradeRecord
from tui.chart.bars_drawn import draw_line
from tui.chart.canvas import Canvas
from tui.chart.columns import Columns
from tui.chart.levels import Levels
from tui.chart.scale import Scale

# How far from its bar a mark may be pushed by others.
_FARTHEST = 4
_LEAST_LEVEL = 4
_WAY = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


@dataclass(frozen=True)
class Glyphs:
    """What marks are drawn with; profit and loss are told by their sign."""

    buy: str
    sell: str
    level: str
    way: str


ARROWS = Glyphs("▲", "▼", "╌", _WAY)
LETTERS = Glyphs("B", "S", "╌", _WAY)
PLAIN_ARROWS = Glyphs("^", "v", "-", ">")
PLAIN_LETTERS = Glyphs("B", "S", "-", ">")


@dataclass(frozen=True)
class Shown:
    """A trade to be drawn; `left` is None where its end is not known yet (seconds since 1970, UTC)."""

    trade: TradeRecord
    entered: int
    left: int | None


class Marker:
    """Draws trades over the bars of a canvas."""

    def __init__(self, canvas: Canvas, columns: Columns, scale: Scale, glyphs: Glyphs) -> None:
        self._canvas, self._columns, self._scale, self._glyphs = canvas, columns, scale, glyphs

    def mark(self, trades: Iterable[Shown], chosen: int | None) -> None:
        """Mark entries and exits, in order; that of the `chosen` trade (its id) stands out."""
        entered: set[int] = set()
        for shown in trades:
            trade, is_buy = shown.trade, shown.trade.direction == "BUY"
            if trade.position not in entered:
                entered.add(trade.position)
                glyph = self._glyphs.buy if is_buy else self._glyphs.sell
                self._put(shown.entered, glyph, "mark" if trade.id == chosen else "accent", above=not is_buy)
            if shown.left is not None:
                glyph, style = _result(trade.profit)
                self._put(shown.left, glyph, style, above=is_buy)

    def levels(self, levels: Levels) -> None:
        """Draw stop and target as long as they stand; of a stop that moves only where it was last."""
        start, end = self._slot(levels.begin), self._slot(levels.end)
        if end < 0 or levels.begin > self._columns.last:
            return
        from_column, to_column = self._column(max(start, 0)), self._column(end)
        last = max(from_column, to_column - _LEAST_LEVEL)
        stop_from = from_column if levels.stop_rule == "stays" else last
        for price, begin, letter, style in (
            (levels.stop, stop_from, "s", "bad"),
            (levels.target, from_column, "t", "good"),
        ):
            if price is not None and self._scale.holds(price):
                self._level(self._scale.place(price), begin, to_column, letter, style)

    def way(self, shown: Shown) -> None:
        """Draw the way of a trade from its entry to its exit, if both are in view."""
        start = self._slot(shown.entered)
        if start < 0 or shown.left is None or shown.left > self._columns.last:
            return
        here = self._column(start), self._scale.place(shown.trade.entry_price)
        there = self._column(self._slot(shown.left)), self._scale.place(shown.trade.exit_price)
        draw_line(self._canvas, here, there, self._glyphs.way, "mark")

    def _level(self, row: int, from_column: int, to_column: int, letter: str, style: str) -> None:
        """Draw a level; its letter stands where there is room first."""
        glyph = letter
        for column in range(from_column, max(to_column, from_column + _LEAST_LEVEL) + 1):
            if self._canvas.put(row, column, glyph, style):
                glyph = self._glyphs.level

    def _put(self, second: int, glyph: str, style: str, *, above: bool) -> None:
        """Put a mark beside the bar of a moment, as near to it as there is room."""
        slot = self._slot(second)
        if slot < 0 or second > self._columns.last:
            return
        if above:
            row, way = self._scale.place(self._columns.high[slot]) - 1, -1
        else:
            row, way = self._scale.place(self._columns.low[slot]) + 1, 1
        for farther in range(_FARTHEST):
            if self._canvas.put(row + way * farther, self._column(slot), glyph, style):
                return

    def _slot(self, second: int) -> int:
        return bisect_right(self._columns.times, second) - 1

    def _column(self, slot: int) -> int:
        return self._columns.window.column_of_slot(slot)


def _result(profit: float) -> tuple[str, str]:
    return ("+", "good") if profit > 0 else ("-", "bad") if profit < 0 else ("=", "")
