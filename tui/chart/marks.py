"""Trades on a chart: where each was entered and left, the way between, stop and target."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from db.trades import TradeRecord
from tui.chart.bars_drawn import draw_line
from tui.chart.canvas import Canvas
from tui.chart.columns import Columns
from tui.chart.levels import Levels
from tui.chart.scale import Scale

# What is marked of the trades in view: entries and exits, entries alone, only the chosen trade.
Marking = Literal["all", "entries", "chosen"]
# Up to so many trades a column it can be told which mark belongs where, and which entry.
_MOST_MARKED, _MOST_ENTERED = 0.5, 1.5
# How far from its bar a mark may be pushed by others.
_FARTHEST = 4
# A level is seen where it is so long; of many bars in a column that would be weeks: its letter has to do.
_LEAST_LEVEL, _LEAST_OF_MANY = 4, 1
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


def marking_of(trades: int, width: int) -> Marking:
    """Return what can be marked of so many trades in view of so many columns."""
    if trades <= width * _MOST_MARKED:
        return "all"
    return "entries" if trades <= width * _MOST_ENTERED else "chosen"


class Marker:
    """Draws trades over the bars of a canvas."""

    def __init__(self, canvas: Canvas, columns: Columns, scale: Scale, glyphs: Glyphs) -> None:
        self._canvas, self._columns, self._scale, self._glyphs = canvas, columns, scale, glyphs
        self._least_level = _LEAST_LEVEL if columns.window.bars == 1 else _LEAST_OF_MANY

    def mark(self, trades: Iterable[Shown], chosen: int | None) -> None:
        """Mark entries and exits, in order; that of the `chosen` trade (its id) stands out."""
        entered: set[int] = set()
        for shown in trades:
            if shown.trade.position not in entered:
                entered.add(shown.trade.position)
                self._enter(shown, chosen)
            self._leave(shown)

    def mark_entries(self, trades: Iterable[Shown], chosen: int | None) -> None:
        """Mark buys and sells, of several in a column one; of the `chosen` trade (its id) the exit too."""
        taken: set[tuple[int, str]] = set()
        for shown in sorted(trades, key=lambda one: one.trade.id != chosen):
            place = self._slot(shown.entered), shown.trade.direction
            if place not in taken:
                taken.add(place)
                self._enter(shown, chosen)
            if shown.trade.id == chosen:
                self._leave(shown)

    def levels(self, levels: Levels) -> None:
        """Draw stop and target as long as they stand; of a stop that moves only where it was last."""
        start, end = self._slot(levels.begin), self._slot(levels.end)
        if end < 0 or levels.begin > self._columns.last:
            return
        from_column, to_column = self._column(max(start, 0)), self._column(end)
        last = max(from_column, to_column - self._least_level)
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

    def _enter(self, shown: Shown, chosen: int | None) -> None:
        is_buy = shown.trade.direction == "BUY"
        glyph = self._glyphs.buy if is_buy else self._glyphs.sell
        style = "mark" if shown.trade.id == chosen else "accent"
        self._put(shown.entered, glyph, style, above=not is_buy)

    def _leave(self, shown: Shown) -> None:
        if shown.left is not None:
            glyph, style = _result(shown.trade.profit)
            self._put(shown.left, glyph, style, above=shown.trade.direction == "BUY")

    def _level(self, row: int, from_column: int, to_column: int, letter: str, style: str) -> None:
        """Draw a level; its letter stands where there is room first."""
        glyph = letter
        for column in range(from_column, max(to_column, from_column + self._least_level) + 1):
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
